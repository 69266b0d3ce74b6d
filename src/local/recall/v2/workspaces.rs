//! `/api/v2/workspaces`: the one workspace and who is in it.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::cursor::{self, Key};
use super::super::{WORKSPACE, seeds};
use super::strict::Query;
use super::{Answer, Refusal, page, single};
use crate::local::time::iso;

fn workspace() -> Value {
    json!({
        "id": WORKSPACE,
        "name": "Local workspace",
        "role": "admin",
        "createdAt": iso(seeds::MADE),
        "updatedAt": iso(seeds::MADE),
    })
}

/// `GET /api/v2/workspaces`
pub async fn list(uri: Uri) -> Answer {
    let query = Query::read(&uri, &["search", "sortBy", "sortOrder", "limit", "cursor"])?;
    let name = query.list_name("workspaces");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let found = query.get("search").is_none_or(|part| "local workspace".contains(&part.to_lowercase()));
    let all: Vec<Value> = found.then(workspace).into_iter().collect();
    let place = |_: &Value| (Key::Number(0), WORKSPACE.to_owned());
    Ok(page(&cursor::cut(all, place, false, after, limit), &name, Value::clone))
}

/// `GET /api/v2/workspaces/{id}`
pub async fn get(Path(id): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    known(&id)?;
    Ok(single(StatusCode::OK, workspace()))
}

/// `GET /api/v2/workspaces/{id}/members`
pub async fn members(Path(id): Path<String>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["search", "sortBy", "sortOrder", "limit", "cursor"])?;
    known(&id)?;
    let name = query.list_name("members");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let member = json!({
        "name": "Local user",
        "email": "you@localhost",
        "role": "admin",
        "joinedAt": iso(seeds::MADE),
    });
    let place = |_: &Value| (Key::Number(0), "local".to_owned());
    Ok(page(&cursor::cut(vec![member], place, false, after, limit), &name, Value::clone))
}

fn known(id: &str) -> Result<(), Refusal> {
    if id == WORKSPACE { Ok(()) } else { Err(Refusal::missing("Workspace")) }
}

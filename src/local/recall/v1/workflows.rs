//! `/api/v1/workflows`: lists with cursors and limits, and what a workflow wants as input.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::super::cursor::{self, Key};
use super::super::definition::{inputs, item};
use super::super::document::{number, text};
use super::super::fields::Parameters;
use super::super::workflow::{self, Workflow};
use super::super::{editor, limits};
use super::answered;
use super::query::{Params, invalid};
use crate::local::World;

/// `GET /api/v1/workflows`
pub async fn list(State(world): State<World>, Parameters(query): Parameters, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let params = Params::of(&query, world.generation);
        params.workspace()?;
        let limit = match params.get("limit").map(str::parse::<usize>) {
            None => 50,
            Some(Ok(limit @ 1..=100)) => limit,
            Some(_) => return Err(invalid("limit", "Invalid input: expected number from 1 to 100")),
        };
        let (folder, deployed_only) = (params.get("folderId"), params.flag("deployedOnly"));
        let mut documents = world.store.list(workflow::KIND)?;
        documents.retain(|document| {
            folder.is_none_or(|folder| text(document, "folderId") == folder)
                && (!deployed_only || document["isDeployed"] == true)
        });
        // A cursor that cannot be read starts again at the first page.
        let after = params.get("cursor").and_then(|cursor| cursor::read(cursor, "workflows"));
        let place =
            |document: &Value| (Key::Number(number(document, "createdAt")), text(document, "id").to_owned());
        let page = cursor::cut(documents, place, false, after, limit);
        let items = page.items.into_iter();
        let data: Vec<Value> = items.map(|document| Value::Object(item(&Workflow::read(document)))).collect();
        let mut body = Map::new();
        body.insert("data".into(), Value::Array(data));
        if let Some(last) = page.last {
            body.insert("nextCursor".into(), json!(cursor::write(&last, "workflows")));
        }
        body.insert("limits".into(), limits::summary(&world.store)?);
        Ok(Json(Value::Object(body)).into_response())
    })
    .await
}

/// `GET /api/v1/workflows/{id}`: with what it wants as input.
pub async fn get(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let workflow = workflow::wanted(&world.store, &id)?;
        let mut data = item(&workflow);
        data.insert("variables".into(), editor::variables(&workflow));
        data.insert("inputs".into(), inputs(&workflow));
        Ok(Json(json!({"data": data, "limits": limits::summary(&world.store)?})).into_response())
    })
    .await
}

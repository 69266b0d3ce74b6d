//! `/api/v1/logs`: rows with filters and a cursor, one row in full, and one run by its execution id.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::super::answer::{Refusal, refuse};
use super::super::fields::Parameters;
use super::super::log::{self, Row};
use super::super::log_filter::Filter;
use super::super::workflow::Workflow;
use super::super::{cursor, editor, limits, versions};
use super::answered;
use super::query::{Params, invalid};
use crate::local::World;

/// `GET /api/v1/logs`
pub async fn list(State(world): State<World>, Parameters(query): Parameters, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let params = Params::of(&query, world.generation);
        params.workspace()?;
        let filter = filter(&params)?;
        let descending = choice(&params, "order", ["desc", "asc"])? == "desc";
        let full = choice(&params, "details", ["basic", "full"])? == "full";
        // Out of range is brought into it here, not refused.
        let limit = params.number("limit")?.map_or(100, |limit| limit.clamp(1.0, 1000.0) as usize);
        let after = match params.get("cursor").map(|text| cursor::read(text, "logs")) {
            Some(None) if !world.generation.is_b() => return Err(invalid("cursor", "Invalid cursor")),
            after => after.flatten(),
        };
        let mut rows = log::begun(&world, filter.execution).await?;
        rows.retain(|row| filter.wants(row));
        let page = cursor::cut(rows, Row::place, descending, after, limit);
        let (outputs, spans) =
            (full && params.flag("includeFinalOutput"), full && params.flag("includeTraceSpans"));
        let data: Vec<Value> = page
            .items
            .iter()
            .map(|row| {
                let mut shown = item(row);
                if full {
                    shown["workflow"] = row.workflow();
                    shown["cost"] = row.cost();
                }
                if outputs {
                    shown["finalOutput"] = row.final_output();
                }
                if spans {
                    shown["traceSpans"] = row.spans();
                }
                shown
            })
            .collect();
        let mut body = Map::new();
        body.insert("data".into(), Value::Array(data));
        if let Some(last) = page.last {
            body.insert("nextCursor".into(), json!(cursor::write(&last, "logs")));
        }
        body.insert("limits".into(), limits::summary(&world.store)?);
        Ok(Json(Value::Object(body)).into_response())
    })
    .await
}

fn filter<'a>(params: &Params<'a>) -> Result<Filter<'a>, Refusal> {
    let level = params.get("level");
    if level.is_some_and(|level| !["info", "error"].contains(&level)) {
        return Err(invalid("level", "Invalid option: expected one of \"info\"|\"error\""));
    }
    Ok(Filter {
        workflows: params.list("workflowIds"),
        folders: params.list("folderIds").into_iter().map(str::to_owned).collect(),
        triggers: params.list("triggers"),
        level,
        dates: (params.moment("startDate")?, params.moment("endDate")?),
        execution: params.get("executionId"),
        durations: (params.number("minDurationMs")?, params.number("maxDurationMs")?),
        costs: (params.number("minCost")?, params.number("maxCost")?),
        model: params.get("model"),
    })
}

/// A parameter that is one of two words, the first when it is missing.
fn choice<'a>(params: &Params<'a>, name: &str, words: [&'a str; 2]) -> Result<&'a str, Refusal> {
    match params.get(name) {
        None => Ok(words[0]),
        Some(word) if words.contains(&word) => Ok(word),
        Some(_) => {
            Err(invalid(name, &format!("Invalid option: expected one of \"{}\"|\"{}\"", words[0], words[1])))
        }
    }
}

/// A row with its ids before its facts.
fn item(row: &Row) -> Value {
    let facts = row.facts();
    let mut shown = json!({
        "id": row.id(), "workflowId": facts["workflowId"], "executionId": row.execution(),
    });
    for (name, value) in facts.as_object().into_iter().flatten() {
        shown[name] = value.clone();
    }
    shown
}

/// `GET /api/v1/logs/{id}`
pub async fn get(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answered(&world, &headers, async {
        let row = log::begun(&world, None).await?.into_iter().find(|row| row.id() == id);
        let row = row.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Log not found"))?;
        let mut data = item(&row);
        data["workflow"] = row.whole_workflow();
        data["executionData"] = json!({
            "finalOutput": row.final_output(),
            "traceSpans": row.spans(),
            "totalDuration": row.duration(),
        });
        if row.level() == "error" {
            data["executionData"]["error"] = row.now["error"].clone();
        }
        data["cost"] = row.cost();
        data["createdAt"] = data["startedAt"].clone();
        Ok(Json(json!({"data": data, "limits": limits::summary(&world.store)?})).into_response())
    })
    .await
}

/// `GET /api/v1/logs/executions/{executionId}`
pub async fn execution(
    State(world): State<World>,
    Path(execution): Path<String>,
    headers: HeaderMap,
) -> Response {
    answered(&world, &headers, async {
        let row = log::of(&world, &execution).await?;
        let row = row.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "Workflow execution not found"))?;
        let facts = row.facts();
        let mut metadata = json!({"trigger": facts["trigger"], "startedAt": facts["startedAt"]});
        if !facts["endedAt"].is_null() {
            metadata["endedAt"] = facts["endedAt"].clone();
        }
        metadata["totalDurationMs"] = facts["totalDurationMs"].clone();
        metadata["cost"] = row.cost();
        let state = snapshot(&world, &row)?;
        let body = json!({
            "executionId": execution,
            "workflowId": facts["workflowId"],
            "workflowState": state,
            "executionMetadata": metadata,
            "limits": limits::summary(&world.store)?,
        });
        Ok(Json(body).into_response())
    })
    .await
}

/// The workflow as it was when it ran.
pub fn snapshot(world: &World, row: &Row) -> crate::local::store::Result<Value> {
    let Some(document) = &row.workflow else { return Ok(Value::Null) };
    let workflow = Workflow::read(document.as_ref().clone());
    let version = row.run["deploymentVersion"].as_i64();
    Ok(editor::state(&versions::at(&world.store, &workflow, version)?))
}

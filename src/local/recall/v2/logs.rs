//! `/api/v2/logs`: as v1's, under the ids of runs.

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::log::{self, Row};
use super::super::log_filter::Filter;
use super::super::{cursor, v1};

use super::strict::{self, Query};
use super::workflows::folder_id;
use super::{Answer, Refusal, page, single};
use crate::local::World;

const KNOWN: [&str; 20] = [
    "workspaceId",
    "workflowIds",
    "folderPaths",
    "triggers",
    "level",
    "startDate",
    "endDate",
    "runId",
    "minDurationMs",
    "maxDurationMs",
    "minCost",
    "maxCost",
    "model",
    "details",
    "includeTraceSpans",
    "includeFinalOutput",
    "limit",
    "cursor",
    "order",
    "search",
];

/// `GET /api/v2/logs`
pub async fn list(State(world): State<World>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &KNOWN)?;
    query.workspace()?;
    let name = query.list_name("logs");
    let (after, limit) = (query.after(&name)?, query.limit(100, 1000)?);
    let descending = query.choice("order", &["desc", "asc"])? == "desc";
    let full = query.choice("details", &["basic", "full"])? == "full";
    let (outputs, spans) =
        (full && query.flag("includeFinalOutput")?, full && query.flag("includeTraceSpans")?);
    let level = query.choice("level", &["", "info", "error"])?;
    let folders = query.list("folderPaths").into_iter().filter_map(strict::tidy_path);
    let filter = Filter {
        workflows: query.list("workflowIds"),
        folders: folders.map(|path| folder_id(&path)).collect(),
        triggers: query.list("triggers"),
        level: Some(level).filter(|level| !level.is_empty()),
        dates: (query.moment("startDate")?, query.moment("endDate")?),
        execution: query.get("runId"),
        durations: (query.number("minDurationMs")?, query.number("maxDurationMs")?),
        costs: (query.number("minCost")?, query.number("maxCost")?),
        model: query.get("model"),
    };
    let mut rows = log::begun(&world, filter.execution).await?;
    rows.retain(|row| filter.wants(row));
    Ok(page(&cursor::cut(rows, Row::place, descending, after, limit), &name, |row| {
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
    }))
}

fn item(row: &Row) -> Value {
    let mut shown = json!({"runId": row.execution(), "status": row.status()});
    for (name, value) in row.facts().as_object().into_iter().flatten() {
        shown[name] = value.clone();
    }
    shown
}

/// `GET /api/v2/logs/{runId}`
pub async fn get(State(world): State<World>, Path(run): Path<String>, uri: Uri) -> Answer {
    Query::read(&uri, &[])?;
    let row = log::of(&world, &run).await?;
    let row = row.ok_or_else(|| Refusal::missing("Log"))?;
    let mut data = item(&row);
    data["workflow"] = row.whole_workflow();
    data["cost"] = row.cost();
    data["workflowState"] = v1::snapshot(&world, &row)?;
    data["traceSpans"] = row.spans();
    data["finalOutput"] = row.final_output();
    data["createdAt"] = data["startedAt"].clone();
    Ok(single(StatusCode::OK, data))
}

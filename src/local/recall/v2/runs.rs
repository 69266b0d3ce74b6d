//! `/api/v2/workflows/{id}/runs`: listed, looked at, cancelled, resumed.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::document::{moment, number, plain_number, text};
use super::super::executions::{self, Stopped};
use super::super::limits::dollars;
use super::super::listener::Silent;
use super::super::live::Live;
use super::super::log::{self, Row};
use super::super::reference::Scope;
use super::super::resumption::{self, Denied};
use super::super::selection::{self, Selection};
use super::super::workflow::{self, Workflow};
use super::super::{cursor, deferred, execution, jobs, pause, versions};
use super::execute::{named, queued};

use super::strict::{self, Query};
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::now_ms;

/// The states that a run can be in.
const STATES: [&str; 8] =
    ["queued", "pending", "running", "paused", "redacting", "completed", "failed", "cancelled"];

/// `GET /api/v2/workflows/{id}/runs`
pub async fn list(State(world): State<World>, Path(id): Path<String>, uri: Uri) -> Answer {
    let known = ["status", "trigger", "startDate", "endDate", "order", "limit", "cursor"];
    let query = Query::read(&uri, &known)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let name = query.list_name(&format!("runs/{}", workflow.id()));
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let descending = query.choice("order", &["desc", "asc"])? == "desc";
    let (states, triggers) = (query.list("status"), query.list("trigger"));
    if let Some(odd) = states.iter().find(|state| !STATES.contains(state)) {
        return Err(Query::refused("status", &format!("Invalid option: {odd}")));
    }
    let (from, to) = (query.moment("startDate")?, query.moment("endDate")?);
    let mut rows = log::all(&world).await?;
    rows.retain(|row| {
        text(&row.run, "workflowId") == workflow.id()
            && (states.is_empty() || states.contains(&row.status()))
            && (triggers.is_empty() || triggers.contains(&text(&row.run, "trigger")))
            && from.is_none_or(|from| row.began() >= from)
            && to.is_none_or(|to| row.began() <= to)
    });
    Ok(page(&cursor::cut(rows, Row::place, descending, after, limit), &name, |row| {
        let facts = row.facts();
        json!({
            "runId": row.execution(),
            "workflowId": facts["workflowId"],
            "status": row.status(),
            "trigger": facts["trigger"],
            "startedAt": facts["startedAt"],
            "endedAt": facts["endedAt"],
            "durationMs": facts["totalDurationMs"],
            "cost": facts["cost"],
        })
    }))
}

/// The stored run of a workflow as it stands now.
async fn wanted(world: &World, workflow: &Workflow, id: &str) -> Result<Value, Refusal> {
    let missing = || Refusal::missing("Run");
    execution::of_workflow(&world.store, workflow, id)?.ok_or_else(missing)?;
    deferred::settled(world, id).await?.ok_or_else(missing)
}

/// Why a run did not end well; null when it did or goes on.
fn error(run: &Value, status: &str) -> Value {
    match status {
        "failed" if run["failure"].is_object() => run["failure"].clone(),
        "failed" => json!({"message": run["error"], "code": "EXECUTION_FAILED"}),
        "cancelled" => json!({"message": "Run was cancelled", "code": "CANCELLED"}),
        _ => Value::Null,
    }
}

/// A run that is over, as executing answers it: begun by `first`, standing where `run` stands.
pub fn outcome(first: &Value, run: &Value) -> Value {
    let status = text(run, "status");
    json!({
        "runId": first["executionId"],
        "workflowId": first["workflowId"],
        "status": status,
        "output": run["output"],
        "error": error(run, status),
        "startedAt": moment(first, "startedAt"),
        "endedAt": moment(run, "endedAt"),
        "durationMs": number(run, "endedAt") - number(first, "startedAt"),
    })
}

/// `GET /api/v2/workflows/{id}/runs/{runId}`
pub async fn get(State(world): State<World>, Path((id, run)): Path<(String, String)>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["includeOutput", "selectedOutputs"])?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let first = wanted(&world, &workflow, &run).await?;
    let run = executions::latest(&world, &first).await?;
    let status = executions::status(&run, now_ms());
    let over = matches!(status, "completed" | "failed" | "cancelled");
    let output = query.flag("includeOutput")? && matches!(status, "completed" | "paused");
    let cost = run["costMicros"].as_i64();
    let mut data = json!({
        "runId": first["executionId"],
        "workflowId": first["workflowId"],
        "status": status,
        "trigger": first["trigger"],
        "startedAt": moment(&first, "startedAt"),
        "endedAt": if over { moment(&run, "endedAt") } else { Value::Null },
        "durationMs": over.then(|| number(&run, "endedAt") - number(&first, "startedAt")),
        "paused": if status == "paused" { pause::summary(&world.store, &run)? } else { Value::Null },
        "cost": cost.map(|micros| json!({"total": plain_number(dollars(micros))})),
        "error": error(&run, status),
        "output": if output { run["output"].clone() } else { Value::Null },
        "blockOutputs": null,
    });
    let selected = query.list("selectedOutputs");
    if !selected.is_empty() {
        let workflow = versions::at(&world.store, &workflow, first["deploymentVersion"].as_i64())?;
        let scope =
            Scope { start: Value::Null, outputs: run["outputs"].as_object().cloned().unwrap_or_default() };
        // Names of blocks count for nothing here.
        let by_id = |wanted: &Selection| selected.iter().any(|given| given.starts_with(&wanted.block));
        let given: Vec<String> = selected.iter().map(|given| (*given).to_owned()).collect();
        let selections: Vec<_> =
            selection::read(&given, &workflow).into_iter().filter(|wanted| by_id(wanted)).collect();
        data["blockOutputs"] = selection::values(&selections, &workflow, &scope, |_| false);
    }
    Ok(single(StatusCode::OK, data))
}

/// `POST /api/v2/workflows/{id}/runs/{runId}/cancel`
pub async fn cancel(
    State(world): State<World>,
    Path((id, run_id)): Path<(String, String)>,
    uri: Uri,
    body: Bytes,
) -> Answer {
    Query::read(&uri, &[])?;
    strict::body(&body, &[], true)?;
    let workflow = workflow::wanted(&world.store, &id)?;
    let run = executions::latest(&world, &wanted(&world, &workflow, &run_id).await?).await?;
    let (recorded, paused, reason) = match executions::stop(&world, &run)? {
        Stopped::Now { paused, reason } => (true, paused, reason.to_owned()),
        Stopped::Before(state) => (false, false, format!("already_{state}")),
    };
    let data = json!({
        "success": true,
        "runId": run_id,
        "redisAvailable": true,
        "durablyRecorded": recorded,
        "locallyAborted": false,
        "pausedCancelled": paused,
        "reason": reason,
    });
    Ok(single(StatusCode::OK, data))
}

/// `POST /api/v2/workflows/{id}/runs/{runId}/resume`
pub async fn resume(
    State(world): State<World>,
    Path((id, run)): Path<(String, String)>,
    uri: Uri,
    body: Bytes,
) -> Answer {
    Query::read(&uri, &[])?;
    let mut fields = strict::body(&body, &["contextId", "input"], false)?;
    let context = strict::required(&fields, "contextId", 255)?.to_owned();
    let input = fields.remove("input").unwrap_or_else(|| json!({}));
    let resumed = match resumption::take_up(&world, &id, &run, &context, input).await? {
        Ok(resumed) => resumed,
        Err(denied @ Denied::Taken) => return Err(Refusal::new(StatusCode::CONFLICT, denied.text())),
        Err(denied) => return Err(Refusal::new(StatusCode::NOT_FOUND, denied.text())),
    };
    let next = resumed.run.execution_id.clone();
    if resumed.mode == "async" {
        jobs::enqueue(&world, &resumed.run, resumed.document, None)?;
        return Ok(named(queued(&world, resumed.workflow.id(), &next), &next));
    }
    let live = Live::begin(&world, resumed.run, resumed.document)?;
    let live = live.ok_or_else(|| Refusal::new(StatusCode::CONFLICT, "Run ID has already been used"))?;
    let ended = live.finish(&mut Silent).await?.document;
    Ok(named(single(StatusCode::OK, outcome(&ended, &ended)), &next))
}

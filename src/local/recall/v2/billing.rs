//! `/api/v2/billing`: what the period has cost, and which runs cost it.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::super::document::{number, plain_number, text};
use super::super::limits::{self, COST_LIMIT};
use super::super::log::{self, Row};
use super::super::{WORKSPACE, cursor};
use super::strict::Query;
use super::{Answer, Refusal, page, single};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// What a credit is worth, in millionths of a dollar.
const CREDIT: f64 = 5_000.0;
const DAY: i64 = 24 * 60 * 60 * 1000;

fn credits(micros: i64) -> Value {
    plain_number(micros as f64 / CREDIT)
}

/// `GET /api/v2/billing/status`
pub async fn status(State(world): State<World>, uri: Uri) -> Answer {
    let query = Query::read(&uri, &["workspaceId"])?;
    known(&query)?;
    let (spent, limit) = (limits::spent(&world.store)?, (COST_LIMIT * 1e6) as i64);
    let (start, end) = month(now_ms());
    let data = json!({
        "workspaceId": query.get("workspaceId").unwrap_or(WORKSPACE),
        "period": {"start": start, "end": end},
        "plan": "free",
        "status": if spent >= limit { "limit_exceeded" } else { "active" },
        "credits": {
            "used": credits(spent), "limit": credits(limit), "remaining": credits((limit - spent).max(0)),
        },
        "storage": limits::storage(&world.store)?,
    });
    Ok(single(StatusCode::OK, data))
}

/// The first moments of this month and the next one.
fn month(now: i64) -> (String, String) {
    let today = jiff::Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    let first = today.date().first_of_month();
    let next = first.saturating_add(jiff::Span::new().months(1));
    (format!("{first}T00:00:00.000Z"), format!("{next}T00:00:00.000Z"))
}

/// `GET /api/v2/billing/logs`
pub async fn logs(State(world): State<World>, uri: Uri) -> Answer {
    let known_words = ["source", "workspaceId", "period", "startDate", "endDate", "limit", "cursor"];
    let query = Query::read(&uri, &known_words)?;
    known(&query)?;
    let name = query.list_name("billing");
    let (after, limit) = (query.after(&name)?, query.limit(50, 100)?);
    let period = query.choice("period", &["30d", "1d", "7d", "all", "custom"])?;
    let days = |days: i64| (Some(now_ms() - days * DAY), None);
    let (from, to) = match period {
        "1d" => days(1),
        "7d" => days(7),
        "30d" => days(30),
        "custom" => (query.moment("startDate")?, query.moment("endDate")?),
        _ => (None, None),
    };
    let source = query.get("source");
    let mut rows = log::all(&world).await?;
    rows.retain(|row| {
        row.run["costMicros"].is_i64()
            && source.is_none_or(|source| source == "workflow")
            && from.is_none_or(|from| row.began() >= from)
            && to.is_none_or(|to| row.began() <= to)
    });
    Ok(page(&cursor::cut(rows, Row::place, true, after, limit), &name, |row| {
        json!({
            "id": row.id(),
            "createdAt": iso(row.began()),
            "source": "workflow",
            "workspaceId": row.run["workspaceId"],
            "workflow": {"id": row.run["workflowId"], "name": text(&row.workflow(), "name")},
            "runId": row.execution(),
            "creditCost": credits(number(&row.run, "costMicros")),
        })
    }))
}

fn known(query: &Query) -> Result<(), Refusal> {
    match query.get("workspaceId") {
        None | Some(WORKSPACE) => Ok(()),
        Some(_) => Err(Refusal::missing("Workspace")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_the_next_begins() {
        let (start, end) = month(1_798_675_200_000);
        assert_eq!((start.as_str(), end.as_str()), ("2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"));
    }
}

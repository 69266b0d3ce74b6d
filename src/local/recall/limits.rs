//! What an account may use: rate windows that refill, cost that grows, and the routes that show them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal, refuse};
use super::auth;
use super::bucket::{self, ASYNC, Level, Rate, SYNC};
use super::document::plain_number;
use super::reference::{Scope, at};
use super::storage;
use crate::local::World;
use crate::local::store::{Result, Store};
use crate::local::time::{iso, now_ms};

/// What every run costs, in millionths of a dollar.
pub const BASE_COST: i64 = 5_000;
/// What a token costs, in millionths of a dollar.
pub const TOKEN_COST: i64 = 2;
/// What a period may cost on the free plan, in dollars.
pub const COST_LIMIT: f64 = 10.0;
const STORAGE_LIMIT: i64 = 5 * 1024 * 1024 * 1024;

/// What a run costs: the base and a little for each token of its agents.
pub fn cost_of(scope: &Scope) -> i64 {
    let tokens = scope.outputs.values().filter_map(|output| at(output, "tokens.total")?.as_i64());
    BASE_COST + TOKEN_COST * tokens.sum::<i64>()
}

/// Adds to the cost of the period.
pub fn charge(store: &Store, micros: i64) -> Result<()> {
    store.count(&period(), micros).map(|_| ())
}

/// The counter of what this month has cost; the next month starts from nothing.
fn period() -> String {
    format!("recall/cost-micros/{}", iso(now_ms()).get(..7).unwrap_or_default())
}

/// Millionths as dollars.
pub fn dollars(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// What this period has cost so far, in millionths of a dollar.
pub fn spent(store: &Store) -> Result<i64> {
    store.count(&period(), 0)
}

/// Whether one more run may begin.
pub enum Admission {
    /// It may; this is left of the window.
    Granted(Level),
    /// The window is used up.
    Limited(Level),
    /// The period's money is: in words.
    Spent(String, Level),
}

/// What the routes of runs and a worker say when the window is used up.
const LIMITED: &str = "Rate limit exceeded. Please try again later.";

/// Asks for one more run. Background runs draw on the same window; their own never moves.
pub fn admission(store: &Store) -> Result<Admission> {
    let (drawn, level) = bucket::draw(store, &SYNC, now_ms())?;
    if !drawn {
        return Ok(Admission::Limited(level));
    }
    let used = dollars(spent(store)?);
    Ok(if used >= COST_LIMIT {
        let text = format!(
            "Usage limit exceeded: ${used:.2} used of ${COST_LIMIT:.2} limit. Please upgrade your plan to continue."
        );
        Admission::Spent(text, level)
    } else {
        Admission::Granted(level)
    })
}

/// Lets one more run in.
///
/// # Errors
/// 429 when the window is used up, 402 when the period's money is.
pub fn admit(store: &Store) -> std::result::Result<(), Refusal> {
    match admission(store)? {
        Admission::Granted(_) => Ok(()),
        Admission::Limited(_) => Err(refuse(StatusCode::TOO_MANY_REQUESTS, LIMITED)),
        Admission::Spent(text, _) => Err(refuse(StatusCode::PAYMENT_REQUIRED, &text)),
    }
}

/// Why a worker does not start a background run that was let in: in period B it asks a second time.
pub fn in_worker(world: &World) -> Result<Option<String>> {
    if !world.generation.is_b() {
        return Ok(None);
    }
    Ok(match admission(&world.store)? {
        Admission::Granted(_) => None,
        Admission::Limited(_) => Some(LIMITED.to_owned()),
        Admission::Spent(text, _) => Some(text),
    })
}

/// `GET /api/users/me/usage-limits`
pub async fn usage(State(world): State<World>, headers: HeaderMap) -> Answer {
    auth::for_usage(&world, &headers)?;
    let window = |rate: &Rate| -> Result<Value> {
        let level = bucket::look(&world.store, rate, now_ms())?;
        let mut fields = Map::new();
        fields.insert("isLimited".into(), json!(level.remaining == 0));
        fields.append(&mut figures(rate, &level));
        Ok(Value::Object(fields))
    };
    let used = dollars(spent(&world.store)?);
    let body = json!({
        "success": true,
        "rateLimit": {"sync": window(&SYNC)?, "async": window(&ASYNC)?, "authType": "api"},
        "usage": {"currentPeriodCost": plain_number(used), "limit": plain_number(COST_LIMIT), "plan": "free"},
        "storage": storage(&world.store)?,
    });
    Ok(Json(body).into_response())
}

/// How much of the storage is used.
pub fn storage(store: &Store) -> Result<Value> {
    let stored = storage::used(store)?;
    let percent = stored as f64 * 100.0 / STORAGE_LIMIT as f64;
    Ok(json!({"usedBytes": stored, "limitBytes": STORAGE_LIMIT, "percentUsed": plain_number(percent)}))
}

/// An answer with the state of a rate window in its headers.
pub fn with_rate(mut response: Response, limit: i64, level: &Level) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(level.remaining));
    if let Ok(reset) = HeaderValue::try_from(iso(level.reset_at)) {
        headers.insert("x-ratelimit-reset", reset);
    }
    response
}

/// The `limits` that come with every `/api/v1` answer.
pub fn summary(store: &Store) -> Result<Value> {
    let window = |rate: &Rate| -> Result<Value> {
        Ok(Value::Object(figures(rate, &bucket::look(store, rate, now_ms())?)))
    };
    let used = dollars(spent(store)?);
    Ok(json!({
        "workflowExecutionRateLimit": {"sync": window(&SYNC)?, "async": window(&ASYNC)?},
        "usage": {
            "currentPeriodCost": plain_number(used), "limit": plain_number(COST_LIMIT), "plan": "free", "isExceeded": used >= COST_LIMIT,
        },
    }))
}

fn figures(rate: &Rate, level: &Level) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("requestsPerMinute".into(), json!(rate.per_minute));
    fields.insert("maxBurst".into(), json!(rate.burst()));
    fields.insert("remaining".into(), json!(level.remaining));
    fields.insert("resetAt".into(), json!(iso(level.reset_at)));
    fields
}

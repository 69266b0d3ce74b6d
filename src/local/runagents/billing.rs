//! Billing: what the workspace used. Here everything is free, and no card is ever asked for.

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::access::Member;
use super::spend;
use super::wire::{self, Answer, Refusal};
use crate::local::{World, store};

/// Actions of a month that the trial of the real service has, for a bar to have a length.
const ACTIONS_LIMIT: i64 = 10_000;

const DAYS_SHOWN: i64 = 30;

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/billing", get(status))
        .route("/billing/usage/daily", get(daily))
        .route("/billing/publishable-key", get(no_payment))
        .route("/billing/setup-intent", post(no_payment))
        .route("/billing/payment-method", post(no_payment))
        .route("/billing/subscribe", post(no_payment))
        .route("/billing/portal", post(no_payment))
}

/// Counts one action of an agent.
pub fn count_action(world: &World) -> store::Result<()> {
    let now = Timestamp::now();
    world.store.count(&month(now), 1)?;
    world.store.count(&day(now), 1)?;
    Ok(())
}

fn month(moment: Timestamp) -> String {
    format!("runagents/actions/{}", moment.strftime("%Y-%m"))
}

fn day(moment: Timestamp) -> String {
    format!("runagents/actions/{}", moment.strftime("%Y-%m-%d"))
}

async fn status(Member(world): Member) -> Answer {
    let (start, end) = spend::period();
    let left = end.parse::<Timestamp>().map_or(0, |end| end.duration_since(Timestamp::now()).as_hours() / 24);
    wire::ok(json!({
        "plan_status": "trial",
        "actions_used": world.store.count(&month(Timestamp::now()), 0)?,
        "actions_limit": ACTIONS_LIMIT,
        "period_start": start,
        "period_end": end,
        "days_remaining": left,
        "has_payment_method": false,
    }))
}

async fn daily(Member(world): Member) -> Answer {
    let mut days = Vec::new();
    for ago in (0..DAYS_SHOWN).rev() {
        let moment = Timestamp::now() - SignedDuration::from_hours(24 * ago);
        let count = world.store.count(&day(moment), 0)?;
        days.push(json!({"date": moment.strftime("%Y-%m-%d").to_string(), "count": count}));
    }
    wire::ok(Value::Array(days))
}

async fn no_payment(Member(_): Member) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "the local services are free: there is nothing to pay with or for")
}

//! What models cost: an estimate from tokens and a price list, against monthly budgets.

use axum::{Router, routing::get};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::NAMESPACE;
use super::access::Member;
use super::agents::record;
use super::wire::{self, Answer};
use crate::local::time::iso;
use crate::local::{World, store};

/// Estimated price of a thousand tokens in millionths of a dollar: asked, answered.
const PRICE_MICRO_USD: (i64, i64) = (500, 1_500);

/// The part of a budget after which it is near its end.
const NEAR: f64 = 0.8;

/// The route of this family, which the dialects place differently.
pub fn routes(path: &str) -> Router<World> {
    Router::new().route(path, get(overview))
}

/// Books what one answer took.
pub fn book(world: &World, agent: &str, model: &str, asked: i64, answered: i64) -> store::Result<()> {
    let price = (asked * PRICE_MICRO_USD.0 + answered * PRICE_MICRO_USD.1) / 1_000;
    world.store.count(&account(agent, model), price)?;
    Ok(())
}

/// The account of one agent's model in the current month; a new month begins at nothing.
fn account(agent: &str, model: &str) -> String {
    format!("runagents/spend/{}/{agent}/{model}", Timestamp::now().strftime("%Y-%m"))
}

/// Begin and end of the current month.
pub fn period() -> (String, String) {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let start = now.first_of_month().and_then(|day| day.start_of_day());
    let end = start.clone().and_then(|start| start.checked_add(1.month()));
    let spell = |moment: Result<jiff::Zoned, jiff::Error>| {
        moment.map(|moment| iso(moment.timestamp().as_millisecond())).unwrap_or_default()
    };
    (spell(start), spell(end))
}

/// The `model_usage` of an agent.
pub fn of_agent(world: &World, agent: &Value) -> store::Result<Vec<Value>> {
    let (start, end) = period();
    let name = agent["name"].as_str().unwrap_or_default();
    let mut usage = Vec::new();
    for mapping in agent["llm_configs"].as_array().into_iter().flatten() {
        let model = mapping["model"].as_str().unwrap_or_default();
        let spent = dollars(world.store.count(&account(name, model), 0)?);
        let role = mapping["role"].as_str().unwrap_or("default");
        let mut item =
            json!({"label": label(role), "role": role, "model": model, "estimated_spend_usd": spent});
        for field in ["model_provider", "provider", "monthly_budget_usd"] {
            if let Some(value) = mapping.get(field) {
                item[field] = value.clone();
            }
        }
        let budget = mapping["monthly_budget_usd"].as_f64();
        if let Some(budget) = budget {
            item["remaining_budget_usd"] = (budget - spent).max(0.0).into();
        }
        item["status"] = status(spent, budget).into();
        item["period_start"] = start.as_str().into();
        item["period_end"] = end.as_str().into();
        usage.push(item);
    }
    Ok(usage)
}

#[expect(clippy::cast_precision_loss, reason = "millionths of a dollar stay far below 2^53")]
fn dollars(micro: i64) -> f64 {
    micro as f64 / 1e6
}

fn label(role: &str) -> String {
    let mut letters = role.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(" model".chars()).collect()
}

fn status(spent: f64, budget: Option<f64>) -> &'static str {
    match budget {
        None => "Uncapped",
        Some(budget) if spent >= budget => "Budget reached",
        Some(budget) if spent >= budget * NEAR => "Near budget",
        Some(_) => "Active",
    }
}

async fn overview(Member(world): Member) -> Answer {
    let mut items = Vec::new();
    for agent in world.store.list(record::KIND)? {
        for mut item in of_agent(&world, &agent)? {
            item["agent_name"] = agent["name"].clone();
            item["agent_namespace"] = NAMESPACE.into();
            items.push(item);
        }
    }
    wire::ok(summary(items))
}

fn summary(mut items: Vec<Value>) -> Value {
    let amount = |item: &Value, field: &str| item[field].as_f64().unwrap_or_default();
    let with = |word: &str| items.iter().filter(|item| item["status"] == word).count();
    let capped = || items.iter().filter(|item| item["monthly_budget_usd"].is_number());
    // From 0.0 and not by `sum`, whose nothing is -0.0 and would be written so.
    let add = |items: &mut dyn Iterator<Item = &Value>, field: &str| {
        items.fold(0.0, |total, item| total + amount(item, field))
    };
    let total = add(&mut items.iter(), "estimated_spend_usd");
    let within = add(&mut capped(), "estimated_spend_usd");
    let (start, end) = period();
    let summary = json!({
        "total_estimated_spend_usd": total,
        "total_budget_usd": add(&mut capped(), "monthly_budget_usd"),
        "remaining_budget_usd": add(&mut capped(), "remaining_budget_usd"),
        "budgeted_model_count": capped().count(),
        "near_budget_count": with("Near budget"),
        "blocked_count": with("Budget reached"),
        "uncapped_spend_usd": ((total - within).max(0.0) * 1e6).round() / 1e6,
        "period_start": start,
        "period_end": end,
    });
    let is_warning = |item: &&Value| item["status"] == "Near budget" || item["status"] == "Budget reached";
    let warnings: Vec<Value> = items.iter().filter(is_warning).cloned().collect();
    items.retain(|item| amount(item, "estimated_spend_usd") > 0.0);
    items.sort_by(|a, b| amount(b, "estimated_spend_usd").total_cmp(&amount(a, "estimated_spend_usd")));
    items.truncate(10);
    json!({"summary": summary, "warnings": warnings, "top_models": items})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_end_by_degrees() {
        assert_eq!(status(5.0, None), "Uncapped");
        assert_eq!(status(39.9, Some(50.0)), "Active");
        assert_eq!(status(40.0, Some(50.0)), "Near budget");
        assert_eq!(status(50.0, Some(50.0)), "Budget reached");
        assert_eq!(label("chat"), "Chat model");
    }

    #[test]
    fn sums_what_is_capped_apart() {
        let item = |spent: f64, budget: Option<f64>| {
            json!({"estimated_spend_usd": spent, "monthly_budget_usd": budget,
                   "remaining_budget_usd": budget.map(|budget| budget - spent), "status": status(spent, budget)})
        };
        let answer = summary(vec![item(42.0, Some(50.0)), item(1.5, None)]);
        assert_eq!(answer["summary"]["total_estimated_spend_usd"], 43.5);
        assert_eq!(answer["summary"]["remaining_budget_usd"], 8.0);
        assert_eq!(answer["summary"]["uncapped_spend_usd"], 1.5);
        assert_eq!(answer["warnings"].as_array().map(Vec::len), Some(1));
    }
}

//! What each block of a run did and when, recorded while it runs and shown as the spans of a log.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::block::Block;
use super::document::{number, plain_number, text};
use super::limits::{BASE_COST, TOKEN_COST, dollars};
use super::portable;
use super::reference::{Scope, at};
use crate::local::time::{iso, now_ms};

/// The record of one run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Where the planned clock stands, for a run whose time has passed already; else time is real.
    planned: Option<i64>,
    /// What was recorded, a block each.
    pub blocks: Vec<Value>,
}

/// How a block ended, for its record.
pub enum End<'a> {
    /// With this output.
    Output(&'a Value),
    /// With an error.
    Error(&'a str),
    /// It waits for a person.
    Paused,
    /// Somebody stopped the run in it.
    Cancelled,
}

impl Trace {
    /// A record of a run that began, by its plan, at this moment.
    pub fn planned(from: i64) -> Self {
        Self { planned: Some(from), blocks: Vec::new() }
    }

    /// The moment at which a block begins now.
    pub fn now(&self) -> i64 {
        self.planned.unwrap_or_else(now_ms)
    }

    /// Records a block that began at `began`; by the plan it took `took`.
    pub fn record(&mut self, block: &Block, scope: &Scope, began: i64, took: Duration, end: &End<'_>) {
        if let Some(clock) = &mut self.planned {
            *clock += i64::try_from(took.as_millis()).unwrap_or_default();
        }
        let (status, output) = match end {
            End::Output(output) => ("success", (*output).clone()),
            End::Error(error) => ("error", json!({"error": error})),
            End::Paused => ("pending", json!({})),
            End::Cancelled => ("cancelled", json!({})),
        };
        self.blocks.push(json!({
            "blockId": block.id,
            "name": block.name,
            "type": block.described["type"],
            "status": status,
            "startedAt": began,
            "endedAt": self.now(),
            "input": input(block, scope),
            "output": output,
        }));
    }
}

/// What a block was given: its properties with their references filled in, secrets left out.
fn input(block: &Block, scope: &Scope) -> Value {
    let properties = block.described.as_object().into_iter().flatten();
    properties
        .filter(|(name, _)| !["id", "name", "type"].contains(&name.as_str()) && !portable::is_secret(name))
        .map(|(name, value)| (name.clone(), scope.fill(value)))
        .collect()
}

/// When a stored run began: one in the background not before a worker took it up.
pub fn began(run: &Value) -> i64 {
    run["plan"]["startsAt"].as_i64().unwrap_or_else(|| number(run, "startedAt"))
}

/// The spans of a stored run: one for the workflow, and in it one for each block that ran.
pub fn spans(run: &Value, workflow: &str) -> Value {
    let began = began(run);
    let ended = run["endedAt"].as_i64().unwrap_or_else(now_ms).max(began);
    let blocks = run["trace"].as_array().into_iter().flatten().enumerate();
    let children: Vec<Value> = blocks.map(|(place, block)| span(block, place, ended)).collect();
    let mut whole = json!({
        "id": format!("workflow-{}", text(run, "executionId")),
        "name": workflow,
        "type": "workflow",
        "status": if text(run, "status") == "failed" { "error" } else { "success" },
        "startTime": iso(began),
        "endTime": iso(ended),
        "duration": ended - began,
        "input": run["start"],
        "output": run["output"],
        "children": children,
    });
    if run["costMicros"].is_i64() {
        whole["cost"] = cost(run);
    }
    json!([whole])
}

fn span(block: &Value, place: usize, run_ended: i64) -> Value {
    // A planned clock may run ahead of the run's end.
    let began = number(block, "startedAt").min(run_ended);
    let ended = number(block, "endedAt").clamp(began, run_ended);
    let mut span = json!({
        "id": format!("{}-{place}", text(block, "blockId")),
        "name": block["name"],
        "type": block["type"],
        "blockId": block["blockId"],
        "status": block["status"],
        "startTime": iso(began),
        "endTime": iso(ended),
        "duration": ended - began,
        "input": block["input"],
        "output": block["output"],
    });
    if block["output"]["tokens"].is_object() {
        span["tokens"] = block["output"]["tokens"].clone();
        span["model"] = block["output"]["model"].clone();
        span["cost"] = prices(&block["output"]["tokens"]);
    }
    span
}

/// What tokens cost, in dollars.
fn prices(tokens: &Value) -> Value {
    let price = |field: &str| plain_number(dollars(TOKEN_COST * number(tokens, field)));
    json!({"input": price("input"), "output": price("output"), "total": price("total")})
}

/// The whole cost of a stored run: the total, the base charge, and each model's part.
pub fn cost(run: &Value) -> Value {
    let outputs = run["outputs"].as_object().into_iter().flatten();
    let mut tokens: Map<String, Value> = Map::new();
    for (_, output) in outputs {
        let (Some(model), Some(used)) = (output["model"].as_str(), at(output, "tokens")) else { continue };
        let sum = tokens.entry(model).or_insert_with(|| json!({"input": 0, "output": 0, "total": 0}));
        for field in ["input", "output", "total"] {
            sum[field] = json!(number(sum, field) + number(used, field));
        }
    }
    let models: Map<String, Value> = tokens
        .into_iter()
        .map(|(model, tokens)| {
            let mut part = prices(&tokens);
            part["tokens"] = tokens;
            (model, part)
        })
        .collect();
    json!({
        "total": plain_number(dollars(number(run, "costMicros"))),
        "base": plain_number(dollars(BASE_COST)),
        "models": models,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_for_each_block_under_the_workflow() {
        let agent = Block::read(&json!({"id": "b1", "name": "say", "type": "agent", "prompt": "<start.a>",
            "apiKey": "sk-1"}));
        let fail = Block::read(&json!({"id": "b2", "name": "boom", "type": "fail", "message": "no"}));
        let scope = Scope { start: json!({"a": "hi"}), ..Scope::default() };
        let mut trace = Trace::planned(1_000);
        let said = json!({"content": "x", "model": "m", "tokens": {"input": 2, "output": 3, "total": 5}});
        trace.record(&agent, &scope, 1_000, Duration::from_millis(400), &End::Output(&said));
        trace.record(&fail, &scope, 1_400, Duration::from_millis(900), &End::Error("no"));
        let run = json!({
            "executionId": "e", "status": "failed", "startedAt": 1_000, "endedAt": 2_000,
            "costMicros": BASE_COST + 10, "outputs": {"say": said}, "trace": trace.blocks,
        });
        let spans = spans(&run, "w");
        let (whole, children) = (&spans[0], &spans[0]["children"]);
        assert_eq!((&whole["duration"], &whole["status"]), (&json!(1_000), &json!("error")));
        assert_eq!(children[0]["input"], json!({"prompt": "hi"}));
        assert_eq!((&children[0]["duration"], &children[0]["cost"]["total"]), (&json!(400), &json!(0.00001)));
        assert_eq!((&children[1]["duration"], &children[1]["output"]["error"]), (&json!(600), &json!("no")));
        assert_eq!(cost(&run)["models"]["m"]["tokens"]["total"], 5);
        assert_eq!(cost(&run)["total"], json!(0.00501));
    }
}

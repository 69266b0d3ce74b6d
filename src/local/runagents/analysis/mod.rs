//! What sources need and do, read from their text before they are deployed.

mod packages;
mod scan;

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::Member;
use super::deploy::start_of;
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Identified, Refusal};
use crate::local::World;
use crate::local::time::now_ms;

/// The kind under which analyses are kept.
const KIND: &str = "runagents/analysis";

/// How long an analysis can be asked for again.
const KEPT_MS: i64 = 60 * 60 * 1_000;

/// Routes of today's dialect.
pub fn routes() -> Router<World> {
    Router::new().route("/analyze", post(analyze)).merge(kept())
}

/// Routes of the dialect before 1.4.2.
pub fn legacy_routes() -> Router<World> {
    Router::new().route("/ingestion/analyze", post(analyze)).merge(kept())
}

fn kept() -> Router<World> {
    Router::new().route("/analysis/{id}", get(one)).route("/requirements", post(requirements))
}

async fn analyze(Member(world): Member, Body(body): Body) -> Answer {
    let files = files(&body)?;
    let id = format!("analysis-{}", &Uuid::new_v4().simple().to_string()[..8]);
    let mut analysis = json!({"id": id});
    for (name, found) in scan::scan(&files) {
        analysis[name] = found;
    }
    analysis["detected_requirements"] = packages::requirements(&files).into();
    if let Some(framework) = packages::framework(&files) {
        analysis["framework"] = framework.into();
    }
    if let Some(entry) = start_of(&files) {
        analysis["runtime_family"] = "python".into();
        analysis["entry_point"] = entry.into();
    }
    analysis["_created_ms"] = now_ms().into();
    world.store.put(KIND, &id, &analysis)?;
    wire::created(wire::public(analysis))
}

async fn one(Member(world): Member, At(Identified { id }): At<Identified>) -> Answer {
    let analysis = world
        .store
        .get(KIND, &id)?
        .filter(|analysis| now_ms() - analysis["_created_ms"].as_i64().unwrap_or_default() < KEPT_MS);
    wire::ok(wire::public(analysis.ok_or_else(|| Refusal::missing("analysis", &id))?))
}

async fn requirements(Member(_): Member, Body(body): Body) -> Answer {
    let files = files(&body)?;
    let mut answer = json!({"requirements": packages::requirements(&files)});
    if let Some(entry) = start_of(&files) {
        answer["entry_point"] = entry.into();
    }
    wire::ok(answer)
}

fn files(body: &Fields) -> Result<Fields, Refusal> {
    fields::files(body, "files")?.ok_or_else(|| Refusal::invalid("files is required"))
}

/// The lines of all files: path, number from 1, text.
fn lines(files: &Fields) -> impl Iterator<Item = (&str, usize, &str)> {
    files.iter().flat_map(|(path, text)| {
        let lines = text.as_str().unwrap_or_default().lines().enumerate();
        lines.map(move |(number, line)| (path.as_str(), number + 1, line))
    })
}

/// The text after `name =` up to the end of its quotes, if a line has that.
fn quoted_after<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.match_indices(name).find_map(|(at, _)| {
        let after = line[at + name.len()..].trim_start().trim_start_matches(['"', '\'']).trim_start();
        let after = after.strip_prefix(['=', ':'])?.trim_start();
        let quote = after.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        let text = &after[1..];
        Some(&text[..text.find(quote)?]).filter(|text| !text.is_empty())
    })
}

/// Puts a value into a list that does not have it yet.
fn add(list: &mut Vec<Value>, value: Value) {
    if !list.contains(&value) {
        list.push(value);
    }
}

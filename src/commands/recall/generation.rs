//! `--api`: which generation of the service's API runs go through; `auto` finds out and remembers it.

use anyhow::Result;

use crate::context::Context;
use crate::error::Failure;
use crate::http::Request;
use crate::json::Json;
use crate::services::recall::{Generation, Recall};
use crate::services::{Service as _, fetch};
use crate::state::names::{Names, Place};

/// What `recall.api` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One generation, whatever the server has.
    Fixed(Generation),
    /// The newest that the server has.
    Auto,
}

/// Under this name the cache keeps what a server was seen to speak.
const KIND: &str = "recall-api";

/// The choice in force.
///
/// # Errors
/// Exit 2 when the configuration is broken, or its word is none of the three.
pub fn choice(ctx: &Context) -> Result<Choice, Failure> {
    let Some(api) = ctx.settings()?.get("recall.api")? else { return Ok(Choice::Fixed(Generation::Legacy)) };
    // The settings admit no other word.
    Ok(match api.value.as_str() {
        "v2" => Choice::Fixed(Generation::V2),
        "auto" => Choice::Auto,
        _ => Choice::Fixed(Generation::Legacy),
    })
}

/// The service through the generation in force. Under `auto` the server is asked once, with a small question; when
/// that leads nowhere, the command's own request will say why.
///
/// # Errors
/// Exit 2 for a word that is none of the three; what was pressed while the server was asked.
pub async fn settled(ctx: &Context, recall: Recall) -> Result<Recall> {
    let generation = match choice(ctx)? {
        Choice::Fixed(generation) => generation,
        Choice::Auto => found(ctx, &recall).await?,
    };
    Ok(recall.speaking(generation))
}

async fn found(ctx: &Context, recall: &Recall) -> Result<Generation> {
    let known = kept(ctx, recall).fresh();
    match known.first().map(String::as_str) {
        Some("v2") => return Ok(Generation::V2),
        Some("legacy") => return Ok(Generation::Legacy),
        _ => {}
    }
    let probe = recall.probe();
    if recall.http().plans(&probe) {
        return Ok(Generation::Legacy);
    }
    let once = ctx.http_once();
    let answer = match ctx.interrupt().guard(once.send(&probe)).await {
        Ok(answer) => answer.ok(),
        Err(kind) => return Err(Failure::said(kind).into()),
    };
    let seen = answer.as_ref().and_then(Generation::of);
    if let Some(generation) = seen {
        keep(ctx, recall, generation);
    }
    Ok(seen.unwrap_or_default())
}

/// Remembers what a server speaks, for some hours.
pub fn keep(ctx: &Context, recall: &Recall, generation: Generation) {
    kept(ctx, recall).keep(&[generation.word().to_owned()]);
}

fn kept(ctx: &Context, recall: &Recall) -> Names {
    let settings = ctx.settings().ok();
    let (cache, profile) = settings.map(|it| (it.paths.cache.as_path(), it.profile.as_str())).unzip();
    let place =
        if ctx.globals.local { Place::Local } else { Place::At(&recall.base, profile.unwrap_or_default()) };
    Names::of(cache.unwrap_or(std::path::Path::new("")), KIND, place)
}

/// Asks about runs through the generation in force.
///
/// # Errors
/// What the service says; that it lacks v2 in plain words.
pub async fn ask(recall: &Recall, request: &Request) -> Result<Json> {
    fetch(recall, request).await.map_err(|error| told(error, recall))
}

/// A refusal of a server without v2, said so that the way out is seen.
pub fn told(error: anyhow::Error, recall: &Recall) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.route_missing && recall.generation == Generation::V2 => {
            lacking(failure).into()
        }
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

/// The failure of a server that lacks v2.
pub fn lacking(failure: Failure) -> Failure {
    let failure = Failure {
        message: "this server does not offer v2 of the API".to_owned(),
        notes: Vec::new(),
        hints: Vec::new(),
        ..failure
    };
    failure.hint("add --api legacy, or --api auto to take what the server has")
}

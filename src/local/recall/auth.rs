//! Who may call: the one key in `X-API-Key`, and the words each family of routes refuses with.

use axum::http::{HeaderMap, StatusCode, header};

use super::answer::{Refusal, refuse};
use super::gate::RequestId;
use crate::local::World;

/// What a request shows of its sender.
enum Caller {
    /// The right key.
    Known,
    /// A key that is not ours.
    Wrong,
    /// The header with nothing in it.
    Blank,
    /// No key at all; `bearer` when there is an `Authorization` header, which counts for nothing.
    Nobody { bearer: bool },
}

fn caller(world: &World, headers: &HeaderMap) -> Caller {
    match headers.get("x-api-key").map(|key| key.to_str().unwrap_or("?").trim()) {
        Some("") => Caller::Blank,
        Some(key) if key == world.keys.recall => Caller::Known,
        Some(_) => Caller::Wrong,
        None => Caller::Nobody { bearer: headers.contains_key(header::AUTHORIZATION) },
    }
}

fn denied(error: &str) -> Refusal {
    refuse(StatusCode::UNAUTHORIZED, error)
}

/// For the execute route and its neighbours; a public workflow runs without a key, not with a wrong one.
pub fn for_runs(world: &World, headers: &HeaderMap, public: bool) -> Result<(), Refusal> {
    match caller(world, headers) {
        Caller::Known => Ok(()),
        Caller::Nobody { bearer: false } if public => Ok(()),
        Caller::Nobody { .. } if world.generation.is_b() => {
            Err(denied("Authentication required - provide session, API key, or internal JWT"))
        }
        Caller::Nobody { .. } => Err(denied("Unauthorized")),
        Caller::Blank => Err(denied("API key required")),
        Caller::Wrong => Err(denied("Invalid API key")),
    }
}

/// For jobs.
pub fn for_jobs(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    match caller(world, headers) {
        Caller::Known => Ok(()),
        Caller::Wrong => Err(denied("Invalid API key").coded()),
        _ => Err(denied("Authentication required").coded()),
    }
}

/// For usage limits, which do not tell a wrong key from none.
pub fn for_usage(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    match caller(world, headers) {
        Caller::Known => Ok(()),
        _ => Err(denied("Authentication required").coded()),
    }
}

/// For the status and the definition of a workflow.
pub fn for_status(world: &World, headers: &HeaderMap, request: &RequestId) -> Result<(), Refusal> {
    let error = match caller(world, headers) {
        Caller::Known => return Ok(()),
        Caller::Wrong => "Unauthorized: Invalid API key",
        _ => "Unauthorized: API key required",
    };
    Err(denied(error).coded().with("requestId", request.0.as_str()))
}

/// For `/api/v1`.
pub fn for_v1(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    match caller(world, headers) {
        Caller::Known => Ok(()),
        Caller::Wrong => Err(denied("Invalid API key")),
        _ => Err(denied("API key required")),
    }
}

/// For `/api/v2`, which has its own envelope for the reason.
pub fn for_v2(world: &World, headers: &HeaderMap) -> Result<(), &'static str> {
    match caller(world, headers) {
        Caller::Known => Ok(()),
        Caller::Wrong => Err("Invalid API key"),
        _ => Err("API key required"),
    }
}

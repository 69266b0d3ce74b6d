//! Who may ask: the workspace key, in the header of the dialect that is spoken.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use super::settings;
use super::wire::Refusal;
use crate::local::World;

/// The header that carries a workspace key.
pub const KEY_HEADER: &str = "X-RunAgents-API-Key";

/// Which way of speaking a route belongs to; laid over the routes as an extension.
#[derive(Clone, Copy)]
pub enum Dialect {
    /// Since 1.4.2: the key in its own header. `Authorization` is for the tokens of end users, which the
    /// local services do not issue; a workspace key in it is turned away.
    Current,
    /// Before 1.4.2: the key in both headers, and the namespace named.
    Legacy,
}

/// The world, for a caller who has shown the key: handlers get at it in no other way, so that no route
/// can forget to ask.
pub struct Member(pub World);

impl FromRequestParts<World> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Refusal> {
        match parts.extensions.get() {
            Some(Dialect::Legacy) => check_legacy(world, &parts.headers)?,
            Some(Dialect::Current) | None => check_current(world, &parts.headers)?,
        }
        Ok(Self(world.clone()))
    }
}

fn check_current(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    if bearer(headers).is_some_and(|token| token.starts_with("ra_ws_")) {
        return Err(denied(format!("a workspace key travels in {KEY_HEADER}, not in Authorization")));
    }
    check_key(world, headers)
}

fn check_legacy(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    check_key(world, headers)?;
    if bearer(headers) != value(headers, KEY_HEADER) {
        return Err(denied("Authorization must carry the same key as a bearer token".to_owned()));
    }
    match value(headers, "X-Workspace-Namespace") {
        Some(namespace) if !namespace.is_empty() => Ok(()),
        _ => Err(Refusal::invalid("X-Workspace-Namespace header is required")),
    }
}

fn check_key(world: &World, headers: &HeaderMap) -> Result<(), Refusal> {
    match value(headers, KEY_HEADER) {
        Some(key) if key == world.keys.runagents || settings::knows(world, key)? => Ok(()),
        Some(_) => Err(denied("invalid API key".to_owned())),
        None if bearer(headers).is_some() => Err(denied("invalid token".to_owned())),
        None => Err(denied("missing API key".to_owned())),
    }
}

fn denied(message: String) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, message)
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = value(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

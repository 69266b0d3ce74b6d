//! What every request passes: budget, key, scope; and the headers that every answer carries.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::Problem;
use super::budget::Budget;
use super::catalog;
use crate::local::World;

/// Groups of routes that need no key; all others answer 401 before anything else is looked at.
const OPEN: [&str; 5] = ["health", "openapi.json", "llms.txt", "sandbox", "api-keys"];

/// Puts the gate around the routes of `/recursiv`.
pub fn around(world: &World, routes: Router<World>) -> Router<World> {
    let gate = Arc::new(Gate { world: world.clone(), budget: Budget::default() });
    routes.layer(middleware::from_fn(move |request, next| pass(gate.clone(), request, next)))
}

struct Gate {
    world: World,
    budget: Budget,
}

async fn pass(gate: Arc<Gate>, request: Request, next: Next) -> Response {
    let mut response = match gate.budget.spend(&gate.world.store, bearer(request.headers()).is_some()) {
        Ok(standing) => {
            let mut response = match standing.wait {
                Some(seconds) => {
                    let mut refused =
                        (StatusCode::TOO_MANY_REQUESTS, Json(json!({"error": "Too many requests"})))
                            .into_response();
                    refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                    refused
                }
                None => match gate.permit(&request) {
                    Ok(()) => next.run(request).await,
                    Err(problem) => problem.into_response(),
                },
            };
            standing.tell(response.headers_mut());
            response
        }
        Err(error) => Problem::from(error).into_response(),
    };
    if let Ok(id) = HeaderValue::from_str(&format!("req_{}", Uuid::new_v4().simple())) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

impl Gate {
    /// Whether the caller may make this request at all.
    fn permit(&self, request: &Request) -> Result<(), Problem> {
        // Nesting has taken `/recursiv` off; what is left begins with the API's version.
        let Some(path) = request.uri().path().strip_prefix("/api/v1/") else { return Ok(()) };
        let group = path.split('/').next().unwrap_or_default();
        if OPEN.contains(&group) || !catalog::has_group(group) {
            return Ok(());
        }
        let Some(key) = bearer(request.headers()) else {
            let text = "Missing or invalid Authorization header";
            return Err(Problem::new(401, "authentication_error", "missing_api_key", text));
        };
        if key == self.world.keys.recursiv {
            return Ok(());
        }
        let scopes = self.scopes(key)?.ok_or_else(|| {
            Problem::new(401, "authentication_error", "invalid_api_key", "Invalid API key.")
        })?;
        match catalog::scope(request.method().as_str(), path) {
            Some(wanted) if !scopes.iter().any(|scope| scope == wanted) => {
                let text = format!("This key lacks the scope {wanted}");
                Err(Problem::new(403, "authorization_error", "insufficient_scopes", text))
            }
            _ => Ok(()),
        }
    }

    /// The scopes of a key that was made here, if there is such a key.
    fn scopes(&self, key: &str) -> Result<Option<Vec<String>>, Problem> {
        let keys = self.world.store.list("recursiv/key")?;
        let found = keys.iter().find(|made| made["key"].as_str() == Some(key));
        let texts = |made: &Value| {
            made["scopes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        Ok(found.map(texts))
    }
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

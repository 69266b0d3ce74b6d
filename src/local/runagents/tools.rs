//! Tools: what agents may call, upserted by name; and whether they can be reached.

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::access::Member;
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Named, Refusal};
use super::{NAMESPACE, echo, loopback};
use crate::local::time::{iso, now_ms};
use crate::local::{World, store};

/// The kind under which tools are stored.
pub const KIND: &str = "runagents/tool";

/// How long a new tool takes to be wired in.
const WIRING_MS: i64 = 1_000;

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/tools", get(list).post(upsert))
        .route("/tools/probe", post(probe))
        .route("/tools/{name}", get(one).delete(delete))
        .route("/tools/{name}/test", post(test))
}

/// Every tool, as answered.
pub fn all(world: &World) -> store::Result<Value> {
    Ok(world.store.list(KIND)?.into_iter().map(|tool| view(world, tool)).collect())
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(all(&world)?)
}

async fn one(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::ok(find(&world, &name)?.ok_or_else(|| Refusal::missing("tool", &name))?)
}

async fn delete(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::deleted(world.store.delete(KIND, &name)?, "tool", &name)
}

async fn upsert(Member(world): Member, Body(body): Body) -> Answer {
    let tool = check(&body)?;
    save(&world, &tool)?;
    wire::created(view(&world, tool))
}

async fn probe(Member(_): Member, Body(body): Body) -> Answer {
    let found = loopback::probe(fields::address(&body, "url", "url")?).await;
    wire::ok(probe_view(&found))
}

/// Probes a tool and keeps what was found as its status.
async fn test(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    let tool = find(&world, &name)?.ok_or_else(|| Refusal::missing("tool", &name))?;
    let found = loopback::probe(base_url(&tool)).await;
    let mut status = json!({
        "phase": if found.reachable { "Available" } else { "Unreachable" },
        "last_probe_time": iso(now_ms()),
        "probe_latency_ms": found.latency_ms,
    });
    if let Some(reason) = &found.reason {
        status["message"] = reason.as_str().into();
    }
    world.store.update(KIND, &name, |tool| tool["_probed"] = status)?;
    wire::ok(probe_view(&found))
}

fn probe_view(found: &loopback::Probe) -> Value {
    let mut view = json!({"reachable": found.reachable, "latency_ms": found.latency_ms});
    if let Some(status) = found.status {
        view["status_code"] = status.into();
    }
    view
}

/// A tool as it is answered now.
pub fn find(world: &World, name: &str) -> store::Result<Option<Value>> {
    Ok(world.store.get(KIND, name)?.map(|tool| view(world, tool)))
}

/// Where a tool (as answered) is.
pub fn base_url(tool: &Value) -> &str {
    tool["spec"]["connection"]["baseUrl"].as_str().unwrap_or_default()
}

/// Checks a `{name, spec, credentials?}` body and gives the document to store.
pub fn check(body: &Fields) -> Result<Value, Refusal> {
    let name = fields::label(body, "name")?;
    let Some(spec) = fields::object(body, "spec")? else {
        return Err(Refusal::invalid(
            "spec is required: a tool is {\"name\", \"spec\": {\"connection\": …}}",
        ));
    };
    let connection =
        fields::object(spec, "connection")?.ok_or_else(|| Refusal::invalid("spec.connection is required"))?;
    fields::address(connection, "baseUrl", "spec.connection.baseUrl")?;
    fields::word(connection, "topology", &["External", "Internal"])?;
    fields::word(connection, "scheme", &["HTTP", "HTTPS"])?;
    let mut spec = Value::Object(spec.clone());
    if let Some(authentication) = fields::object(connection, "authentication")? {
        let kind = fields::word(authentication, "type", &["None", "APIKey", "OAuth2"])?;
        let secret = match kind {
            Some("APIKey") => Some(("/connection/authentication/apiKeyConfig", "secretRef")),
            Some("OAuth2") => Some(("/connection/authentication/oauth2Config", "credentialsSecretRef")),
            _ => None,
        };
        let given = fields::object(body, "credentials")?.is_some();
        if let Some((block, reference)) = secret.filter(|_| given)
            && let Some(Value::Object(block)) = spec.pointer_mut(block)
        {
            // What was sent is kept aside; the answer says only where.
            block.insert(reference.into(), json!({"name": format!("{name}-credentials")}));
        }
    }
    for capability in spec["capabilities"].as_array().into_iter().flatten() {
        for field in ["name", "method", "path"] {
            if !capability[field].is_string() {
                return Err(Refusal::invalid(format!("spec.capabilities: {field} is required")));
            }
        }
    }
    Ok(json!({
        "name": name,
        "namespace": NAMESPACE,
        "spec": spec,
        "_credentials": body.get("credentials"),
        "_created_ms": now_ms(),
    }))
}

/// Stores a checked tool under its name.
pub fn save(world: &World, tool: &Value) -> store::Result<()> {
    world.store.put(KIND, tool["name"].as_str().unwrap_or_default(), tool)
}

fn view(world: &World, tool: Value) -> Value {
    let probed = tool.get("_probed").cloned();
    let age = now_ms() - tool["_created_ms"].as_i64().unwrap_or_default();
    let status = probed.unwrap_or_else(|| {
        if age < WIRING_MS {
            json!({"phase": "Pending"})
        } else {
            json!({"phase": "Available", "message": "wired in, not probed yet"})
        }
    });
    let built_in = tool["_built_in"] == json!(true);
    let mut view = wire::public(tool);
    if built_in {
        view["spec"]["connection"]["baseUrl"] = echo::address(world).into();
        view["spec"]["connection"]["port"] = world.address.port().into();
    }
    view["status"] = status;
    view
}

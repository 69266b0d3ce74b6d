//! Policies: rules about what agents may call, bound to agents by name.

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::NAMESPACE;
use super::access::Member;
use super::agents::record;
use super::fields::{self, Fields};
use super::wire::{self, Answer, At, Body, Named, Refusal};
use crate::local::{World, store};

/// The kind under which policies are stored.
pub const KIND: &str = "runagents/policy";

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/policies", get(list).post(create))
        .route("/policies/translate", post(translate))
        .route("/policies/{name}", get(one).put(replace).delete(delete))
}

/// Every policy, as answered.
pub fn all(world: &World) -> store::Result<Value> {
    world.store.list(KIND)?.into_iter().map(|policy| view(world, policy)).collect()
}

async fn list(Member(world): Member) -> Answer {
    wire::ok(all(&world)?)
}

async fn one(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    let policy = world.store.get(KIND, &name)?.ok_or_else(|| Refusal::missing("policy", &name))?;
    wire::ok(view(&world, policy)?)
}

async fn create(Member(world): Member, Body(body): Body) -> Answer {
    let name = fields::label(&body, "name")?;
    let policy = check(name, &body)?;
    if !world.store.insert(KIND, name, &policy)? {
        return Err(Refusal::invalid(format!("policy {name} already exists")));
    }
    wire::created(view(&world, policy)?)
}

async fn replace(Member(world): Member, At(Named { name }): At<Named>, Body(body): Body) -> Answer {
    if world.store.get(KIND, &name)?.is_none() {
        return Err(Refusal::missing("policy", &name));
    }
    if fields::text(&body, "name")?.is_some_and(|said| said != name) {
        return Err(Refusal::invalid("name is not the one in the path"));
    }
    let policy = check(&name, &body)?;
    world.store.put(KIND, &name, &policy)?;
    wire::ok(view(&world, policy)?)
}

async fn delete(Member(world): Member, At(Named { name }): At<Named>) -> Answer {
    wire::deleted(world.store.delete(KIND, &name)?, "policy", &name)
}

fn check(name: &str, body: &Fields) -> Result<Value, Refusal> {
    let spec = fields::object(body, "spec")?.ok_or_else(|| Refusal::invalid("spec is required"))?;
    let rules = fields::items(spec, "policies")?.filter(|rules| !rules.is_empty());
    for rule in rules.ok_or_else(|| Refusal::invalid("spec.policies needs at least one rule"))? {
        let rule = rule.as_object().ok_or_else(|| Refusal::invalid("spec.policies must hold objects"))?;
        let permission = fields::word(rule, "permission", &["allow", "deny", "approval_required"])?;
        permission.ok_or_else(|| Refusal::invalid("spec.policies: permission is required"))?;
        fields::texts(rule, "operations")?;
        fields::texts(rule, "tags")?;
        fields::text(rule, "resource")?;
    }
    for rule in fields::items(spec, "approvals")?.into_iter().flatten() {
        let groups = rule.pointer("/approvers/groups").and_then(Value::as_array);
        if groups.is_none_or(|groups| !groups.iter().all(Value::is_string)) {
            return Err(Refusal::invalid("spec.approvals: approvers.groups is required"));
        }
    }
    Ok(json!({"name": name, "namespace": NAMESPACE, "spec": spec}))
}

fn view(world: &World, mut policy: Value) -> store::Result<Value> {
    let mut used_by = Vec::new();
    for agent in world.store.list(record::KIND)? {
        if record::strings(&agent, "policies").any(|name| policy["name"] == name) {
            used_by.push(json!({"name": agent["name"], "namespace": NAMESPACE}));
        }
    }
    policy["status"] = json!({"ready": true});
    policy["used_by"] = used_by.into();
    Ok(policy)
}

async fn translate(Member(_): Member, Body(body): Body) -> Answer {
    let rules = rules_of(fields::required(&body, "text")?);
    if rules.is_empty() {
        return Err(Refusal::invalid("the text says nothing of allowing, denying or approving"));
    }
    wire::ok(json!({"rules": rules}))
}

/// Rules from plain English: one for each clause that says what may be and what may not.
fn rules_of(text: &str) -> Vec<Value> {
    let text = text.to_lowercase();
    let clauses =
        text.split([';', ',', '\n']).flat_map(|part| part.split(" and ")).flat_map(|part| part.split(". "));
    let mut rules: Vec<Value> = Vec::new();
    for clause in clauses {
        let says = |words: &[&str]| words.iter().any(|word| clause.contains(word));
        let permission = if says(&["approv", "ask", "confirm"]) {
            "approval_required"
        } else if says(&["deny", "block", "forbid", "never", "refuse", "disallow"]) {
            "deny"
        } else if says(&["allow", "permit", "may", "let "]) {
            "allow"
        } else {
            continue;
        };
        let mut operations = Vec::new();
        for (words, methods) in [
            (&["read", "get", "list", "fetch", "view"][..], &["GET"][..]),
            (&["write", "post", "create", "send"], &["POST", "PUT"]),
            (&["update", "change", "edit"], &["PUT", "PATCH"]),
            (&["delete", "remove"], &["DELETE"]),
        ] {
            if says(words) {
                operations
                    .extend(methods.iter().filter(|method| !operations.contains(method)).collect::<Vec<_>>());
            }
        }
        let mut rule = json!({"permission": permission});
        if !operations.is_empty() {
            rule["operations"] = json!(operations);
        }
        if let Some(address) = clause.split_whitespace().find(|word| word.starts_with("https://")) {
            rule["resource"] = address.trim_end_matches('.').into();
        }
        rules.push(rule);
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_become_rules() {
        let rules = rules_of("Allow Google Workspace reads and require approval for writes");
        assert_eq!(
            rules,
            [
                json!({"permission": "allow", "operations": ["GET"]}),
                json!({"permission": "approval_required", "operations": ["POST", "PUT"]}),
            ]
        );
        assert!(rules_of("good morning").is_empty());
    }
}

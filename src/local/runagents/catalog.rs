//! The catalog: agents that are ready to be deployed.

use axum::{Router, extract::RawQuery, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::access::Member;
use super::wire::{self, Answer, Asked, At, Identified, Refusal};
use crate::local::World;
use crate::local::time::{iso, now_ms};

/// The manifests, every version of an agent newest first.
const MANIFESTS: &str = include_str!("catalog.json");

/// How many entries a page has when nobody says, and at most.
const PAGE: (usize, usize) = (24, 100);

/// Routes of this family.
pub fn routes() -> Router<World> {
    Router::new()
        .route("/catalog", get(list))
        .route("/catalog/{id}", get(one))
        .route("/catalog/{id}/versions", get(versions))
}

fn manifests() -> Vec<Value> {
    serde_json::from_str(MANIFESTS).unwrap_or_default()
}

fn versions_of(id: &str) -> Result<Vec<Value>, Refusal> {
    let found: Vec<Value> = manifests().into_iter().filter(|manifest| manifest["id"] == id).collect();
    if found.is_empty() { Err(Refusal::missing("catalog agent", id)) } else { Ok(found) }
}

async fn list(Member(_): Member, RawQuery(query): RawQuery) -> Answer {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let mut entries: Vec<Value> = Vec::new();
    for manifest in manifests() {
        if !entries.iter().any(|entry| entry["id"] == manifest["id"]) && wanted(&manifest, &query) {
            entries.push(entry(&manifest));
        }
    }
    let number = |name: &str, usual: usize| match values(&query, name).first() {
        None => Ok(usual),
        Some(text) => text.parse().ok().filter(|number| *number >= 1).ok_or_else(|| {
            Refusal::invalid(format!("{name} must be a whole number from 1 on, not {text:?}"))
        }),
    };
    let (page, size) = (number("page", 1)?, number("page_size", PAGE.0)?.min(PAGE.1));
    let total = entries.len();
    let items: Vec<Value> = entries.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    let now = iso(now_ms());
    wire::ok(json!({"generated_at": now, "items": items, "total": total, "page": page, "page_size": size}))
}

/// The values of a filter: each may be given several times and hold several, with commas between.
fn values(query: &[(String, String)], name: &str) -> Vec<String> {
    let given = query.iter().filter(|(key, _)| key == name).flat_map(|(_, value)| value.split(','));
    given.map(|value| value.trim().to_lowercase()).filter(|value| !value.is_empty()).collect()
}

fn wanted(manifest: &Value, query: &[(String, String)]) -> bool {
    let has = |filter: &str, field: &str| {
        let asked = values(query, filter);
        let words: Vec<String> = match &manifest[field] {
            Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_lowercase).collect(),
            word => word.as_str().map(str::to_lowercase).into_iter().collect(),
        };
        asked.is_empty() || asked.iter().any(|value| words.contains(value))
    };
    let text =
        ["id", "name", "summary"].map(|field| manifest[field].as_str().unwrap_or_default().to_lowercase());
    let found = values(query, "search").iter().all(|word| text.iter().any(|text| text.contains(word)));
    found
        && has("category", "category")
        && has("tag", "tags")
        && has("integration", "requiredIntegrations")
        && has("governance", "governanceTraits")
}

/// A manifest in the words of the list, which are spelled otherwise.
fn entry(manifest: &Value) -> Value {
    json!({
        "id": manifest["id"],
        "name": manifest["name"],
        "summary": manifest["summary"],
        "category": manifest["category"],
        "tags": manifest["tags"],
        "latest_version": manifest["version"],
        "required_integrations": manifest["requiredIntegrations"],
        "governance_traits": manifest["governanceTraits"],
        "complexity": manifest["metadata"]["complexity"],
    })
}

#[derive(Deserialize)]
struct Version {
    version: Option<String>,
}

async fn one(
    Member(_): Member,
    At(Identified { id }): At<Identified>,
    Asked(Version { version }): Asked<Version>,
) -> Answer {
    let version = version.filter(|version| !version.is_empty());
    let mut known = versions_of(&id)?.into_iter();
    let found =
        known.find(|manifest| version.as_ref().is_none_or(|version| manifest["version"] == version.as_str()));
    let named = || format!("{id} {}", version.as_deref().unwrap_or_default());
    wire::ok(found.ok_or_else(|| Refusal::missing("catalog agent", &named()))?)
}

async fn versions(Member(_): Member, At(Identified { id }): At<Identified>) -> Answer {
    let version = |manifest: &Value| {
        json!({
            "version": manifest["version"],
            "published_at": manifest["publishedAt"],
            "summary": manifest["summary"],
            "changelog": manifest["changelog"],
        })
    };
    let versions: Vec<Value> = versions_of(&id)?.iter().map(version).collect();
    wire::ok(json!({"agent_id": id, "versions": versions}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_read() {
        let ids: std::collections::BTreeSet<String> =
            manifests().iter().filter_map(|manifest| manifest["id"].as_str().map(str::to_owned)).collect();
        assert_eq!(ids.len(), 3);
        for manifest in manifests() {
            assert!(
                manifest["deploymentTemplate"]["sourceFiles"]["agent.py"].is_string(),
                "{}",
                manifest["id"]
            );
        }
    }

    #[test]
    fn filters_are_repeated_or_listed() {
        let query = [("tag", "a, B"), ("tag", "c"), ("other", "d")];
        let query = query.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(values(&query, "tag"), ["a", "b", "c"]);
    }
}

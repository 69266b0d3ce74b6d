//! `POST /api/v1/knowledge/search`: the chunks that answer a question best.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::chunks::{self, Sizes};
use super::{KIND, rank, stored, tags};
use crate::local::World;
use crate::local::recall::answer::{Answer, Refusal, refuse, success};
use crate::local::recall::document::text;
use crate::local::recall::entry::Entry;
use crate::local::recall::fields::Fields;

/// Knowledge bases searched at once.
const MOST_BASES: usize = 20;

/// Searches by the words of `query`, by `tagFilters`, or both; without a query each chunk has the similarity 1.
pub async fn search(State(world): State<World>, _entry: Entry, mut fields: Fields) -> Answer {
    let ids: Vec<String> = match fields.value("knowledgeBaseIds") {
        Some(Value::String(one)) => vec![one.clone()],
        _ => {
            let ids = fields.list("knowledgeBaseIds", 1..=MOST_BASES);
            ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
    };
    let query = fields.maybe_text("query", usize::MAX).unwrap_or_default();
    let limit = fields.whole("topK", 1..=100).unwrap_or(10);
    let given =
        if fields.value("tagFilters").is_some() { fields.list("tagFilters", 0..=100) } else { Vec::new() };
    fields.in_workspace()?;
    let bases = bases(&world, &ids)?;
    let bad = |error: &str| Err(refuse(StatusCode::BAD_REQUEST, error));
    if !given.is_empty() && bases.len() > 1 {
        return bad("Tag filters are only supported when searching a single knowledge base");
    }
    if query.trim().is_empty() && given.is_empty() {
        return bad("Either query or tagFilters must be provided");
    }
    let filters = tags::read(&given, &bases[0])?;
    let mut results = Vec::new();
    for document in
        bases.iter().map(|base| stored::searchable(&world, base)).collect::<Result<Vec<_>, _>>()?.concat()
    {
        if !filters.iter().all(|filter| filter.meets(&document["tags"])) {
            continue;
        }
        let content = stored::text_of(&world, &document).unwrap_or_default();
        let pieces = chunks::cut(&content, Sizes::read(&document["chunkingConfig"]));
        results.extend(pieces.into_iter().enumerate().map(|(place, content)| {
            json!({
                "documentId": document["id"], "documentName": document["filename"], "sourceUrl": null,
                "content": content, "chunkIndex": place, "metadata": document["tags"], "similarity": 1,
            })
        }));
    }
    if !query.trim().is_empty() {
        let texts: Vec<&str> = results.iter().map(|result| text(result, "content")).collect();
        let found = rank::similarities(&query, &texts);
        for (result, similarity) in results.iter_mut().zip(found) {
            result["similarity"] = json!(similarity);
        }
        let similarity = |result: &Value| result["similarity"].as_f64().unwrap_or_default();
        results.retain(|result| similarity(result) > 0.0);
        // Equals stay in the order in which they were uploaded.
        results.sort_by(|one, other| similarity(other).total_cmp(&similarity(one)));
    }
    results.truncate(limit);
    Ok(success(json!({
        "results": results, "query": query, "knowledgeBaseIds": ids, "topK": limit, "totalResults": results.len(),
    })))
}

fn bases(world: &World, ids: &[String]) -> Result<Vec<Value>, Refusal> {
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for id in ids {
        match world.store.get(KIND, id)? {
            Some(base) => found.push(base),
            None => lost.push(id.as_str()),
        }
    }
    let missing = |error: &str| refuse(StatusCode::NOT_FOUND, error);
    match (found.is_empty(), lost.is_empty()) {
        (true, _) => Err(missing("Knowledge base not found or access denied")),
        (false, false) => {
            Err(missing(&format!("Knowledge bases not found or access denied: {}", lost.join(", "))))
        }
        (false, true) => Ok(found),
    }
}

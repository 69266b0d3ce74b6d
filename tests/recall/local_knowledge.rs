//! The local knowledge bases: documents that are processed, cut and searched.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::local_api::Api;

const HANDBOOK: &str = "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0d01";

fn base(api: &Api, chunking: Value) -> String {
    let made = api.send("POST", "v1/knowledge", json!({"name": "base", "chunkingConfig": chunking})).data();
    assert_eq!(made["message"], "Knowledge base created successfully");
    made["knowledgeBase"]["id"].as_str().unwrap().to_owned()
}

/// Asks until a document has settled, which its processing does within half a second.
fn settled(api: &Api, path: &str) -> Value {
    for _ in 0..40 {
        let document = api.get(path).data()["document"].clone();
        if !matches!(document["processingStatus"].as_str(), Some("pending" | "processing")) {
            return document;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{path} does not settle");
}

fn search(api: &Api, body: Value) -> Value {
    api.send("POST", "v1/knowledge/search", body).data()
}

#[test]
fn the_handbook_answers_at_once() {
    let api = Api::start();
    let list = api.get("v1/knowledge").data();
    assert_eq!((&list["totalCount"], &list["knowledgeBases"][0]["name"]), (&json!(1), &json!("handbook")));
    assert_eq!(list["knowledgeBases"][0]["docCount"], 2);
    let found =
        search(&api, json!({"knowledgeBaseIds": HANDBOOK, "query": "When do I get a refund?", "topK": 1}));
    assert_eq!(
        (&found["totalResults"], &found["topK"], &found["knowledgeBaseIds"]),
        (&json!(1), &json!(1), &json!([HANDBOOK]))
    );
    let best = &found["results"][0];
    let keys: Vec<&str> = best.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["documentId", "documentName", "sourceUrl", "content", "chunkIndex", "metadata", "similarity"]
    );
    assert_eq!(
        (&best["documentName"], &best["metadata"]),
        (&json!("refunds.md"), &json!({"team": "support"}))
    );
    assert!((0.01..=1.0).contains(&best["similarity"].as_f64().unwrap()), "{best}");
    let tagged = |filters: Value| json!({"knowledgeBaseIds": [HANDBOOK], "tagFilters": filters});
    let people = search(&api, tagged(json!([{"tagName": "team", "operator": "eq", "value": "people"}])));
    assert_eq!(
        (&people["results"][0]["documentName"], &people["results"][0]["similarity"], &people["totalResults"]),
        (&json!("holidays.md"), &json!(1), &json!(1))
    );
    let refused = |body: Value, status: u16| api.send("POST", "v1/knowledge/search", body).error(status);
    assert!(
        refused(tagged(json!([{"tagName": "x", "operator": "eq", "value": 1}])), 400)
            .contains("\"x\" is not defined")
    );
    assert_eq!(
        refused(json!({"knowledgeBaseIds": HANDBOOK}), 400),
        "Either query or tagFilters must be provided"
    );
    assert_eq!(
        refused(json!({"knowledgeBaseIds": "x", "query": "a"}), 404),
        "Knowledge base not found or access denied"
    );
    let both = json!({"knowledgeBaseIds": [HANDBOOK, "x"], "query": "a"});
    assert_eq!(refused(both, 404), "Knowledge bases not found or access denied: x");
    let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    assert_eq!(refused(json!({"knowledgeBaseIds": many, "query": "a"}), 400), "Validation error");
    assert_eq!(
        refused(json!({"knowledgeBaseIds": HANDBOOK, "query": "a", "topK": 101}), 400),
        "Validation error"
    );
    assert!(
        search(&api, json!({"knowledgeBaseIds": HANDBOOK, "query": "zebra"}))["results"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_document_is_processed_then_found_then_gone() {
    let api = Api::start();
    let base = base(&api, json!({"maxSize": 100, "minSize": 50, "overlap": 10}));
    let documents = format!("v1/knowledge/{base}/documents");
    let text: String = (0..40).map(|number| format!("Paragraph {number} speaks of tea.\n\n")).collect();
    let text = format!("{text}The lighthouse keeper sleeps at noon.\n");
    let up = api.upload(&documents, "notes.md", "text/markdown", &text).data();
    assert_eq!(up["message"], "Document uploaded successfully. Processing will begin shortly.");
    let new = &up["document"];
    assert_eq!(
        (&new["processingStatus"], &new["chunkCount"], &new["enabled"], &new["fileSize"]),
        (&json!("pending"), &json!(0), &json!(true), &json!(text.len()))
    );
    let one = format!("{documents}/{}", new["id"].as_str().unwrap());
    let settled = settled(&api, &one);
    assert_eq!(
        (&settled["processingStatus"], &settled["processingError"]),
        (&json!("completed"), &Value::Null)
    );
    assert_eq!(settled["characterCount"], text.len());
    let chunks = settled["chunkCount"].as_u64().unwrap();
    assert!(chunks >= 3, "{settled}");
    let found = search(&api, json!({"knowledgeBaseIds": base, "query": "lighthouse keeper"}));
    assert_eq!((&found["totalResults"], &found["results"][0]["chunkIndex"]), (&json!(1), &json!(chunks - 1)));
    let same = search(&api, json!({"knowledgeBaseIds": base, "query": "lighthouse keeper"}));
    assert_eq!(found, same);
    assert_eq!(api.bare("DELETE", &one).data(), json!({"message": "Document deleted successfully"}));
    assert_eq!(api.get(&one).error(404), "Document not found");
    assert_eq!(search(&api, json!({"knowledgeBaseIds": base, "query": "tea"}))["totalResults"], 0);
}

#[test]
fn documents_are_listed_by_page_name_and_order() {
    let api = Api::start();
    let documents = format!("v1/knowledge/{HANDBOOK}/documents");
    let names = |query: &str| {
        let data = api.get(&format!("{documents}?{query}")).data();
        let names = data["documents"].as_array().unwrap().iter();
        (
            names.map(|one| one["filename"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            data["pagination"].clone(),
        )
    };
    assert_eq!(names("sortBy=filename&sortOrder=asc").0, ["holidays.md", "refunds.md"]);
    assert_eq!(names("sortBy=filename").0, ["refunds.md", "holidays.md"]);
    assert_eq!(names("search=REF").0, ["refunds.md"]);
    assert!(names("enabledFilter=disabled").0.is_empty());
    let (page, pagination) = names("sortBy=filename&limit=1");
    assert_eq!(page, ["refunds.md"]);
    assert_eq!(pagination, json!({"total": 2, "limit": 1, "offset": 0, "hasMore": true}));
    assert_eq!(names("limit=1&offset=1").1["hasMore"], false);
    for wrong in ["limit=101", "sortBy=color", "sortOrder=up", "enabledFilter=no", "offset=-1"] {
        assert_eq!(api.get(&format!("{documents}?{wrong}")).error(400), "Validation error", "{wrong}");
    }
}

#[test]
fn bases_are_changed_and_deleted() {
    let api = Api::start();
    let id = base(&api, json!({}));
    let path = format!("v1/knowledge/{id}");
    let changed =
        api.send("PUT", &path, json!({"name": "renamed", "chunkingConfig": {"maxSize": 500}})).data();
    assert_eq!(
        changed["knowledgeBase"]["chunkingConfig"],
        json!({"maxSize": 500, "minSize": 100, "overlap": 200})
    );
    assert_eq!(api.get(&path).data()["knowledgeBase"]["name"], "renamed");
    assert_eq!(api.send("PUT", &path, json!({"name": "handbook"})).error(409), "Resource already exists");
    assert_eq!(api.send("PUT", &path, json!({})).error(400), "Validation error");
    let refused = api.send("PUT", &path, json!({"chunkingConfig": {"maxSize": 5}})).with(400);
    assert_eq!(refused["details"][0]["path"], json!(["chunkingConfig", "maxSize"]));
    assert_eq!(api.bare("DELETE", &path).data(), json!({"message": "Knowledge base deleted successfully"}));
    assert_eq!(api.get(&path).error(404), "Knowledge base not found");
    assert_eq!(api.get(&format!("{path}/documents")).error(404), "Knowledge base not found");
}

#[test]
fn what_is_no_text_is_refused_or_fails() {
    let api = Api::start();
    let documents = format!("v1/knowledge/{HANDBOOK}/documents");
    let pdf = api.upload(&documents, "a.pdf", "application/pdf", "%PDF-1.7");
    assert!(
        pdf.error(415).starts_with("Unsupported file type: pdf. Supported types are: txt, md,"),
        "{pdf:?}"
    );
    assert_eq!(api.upload(&documents, "Makefile", "text/plain", "all:").status, 415);
    let empty = api.upload(&documents, "empty.txt", "text/plain", "").data();
    let failed = settled(&api, &format!("{documents}/{}", empty["document"]["id"].as_str().unwrap()));
    assert_eq!(
        (&failed["processingStatus"], &failed["processingError"]),
        (&json!("failed"), &json!("The file is empty"))
    );
    assert_eq!(
        api.upload("v1/knowledge/nobody/documents", "a.txt", "text/plain", "a").error(404),
        "Knowledge base not found"
    );
    let form = api.form(&documents, &["form-data; name=\"x\"\r\n\r\n1"]);
    assert_eq!(form.error(400), "workspaceId form field is required");
}

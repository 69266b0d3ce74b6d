//! The rows of the local tables: written, found, changed and refused.

use serde_json::{Value, json};

use super::local_api::Api;
use super::local_tables::people;

/// A percent-encoded JSON parameter.
fn parameter(value: &Value) -> String {
    value.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[track_caller]
fn emails(data: &Value) -> Vec<&str> {
    data["rows"].as_array().unwrap().iter().map(|row| row["data"]["email"].as_str().unwrap()).collect()
}

#[test]
fn rows_go_in_and_are_found() {
    let api = Api::start();
    let rows = format!("v1/tables/{}/rows", people(&api));
    let one = api.send("POST", &rows, json!({"data": {"email": "ada@x", "age": 36}})).data();
    assert_eq!(one["message"], "Row inserted successfully");
    assert_eq!(
        (&one["row"]["data"], &one["row"]["position"]),
        (&json!({"email": "ada@x", "age": 36}), &json!(0))
    );
    let many = json!({"rows": [
        {"email": "bob@x", "age": 9, "joined": "2026-01-02"},
        {"email": "cyd@x", "joined": "2025-12-31T23:00:00-02:00", "extra": {"a": [1]}},
        {"email": "dee@y", "age": 100.5},
    ]});
    let many = api.send("POST", &rows, many).data();
    assert_eq!(
        (&many["insertedCount"], &many["message"]),
        (&json!(3), &json!("Successfully inserted 3 rows"))
    );
    let found = |filter: Value, sort: Value| {
        let path = format!("{rows}?filter={}&sort={}", parameter(&filter), parameter(&sort));
        let data = api.get(&path).data();
        emails(&data).join(" ")
    };
    assert_eq!(found(json!({}), json!({"age": "desc"})), "cyd@x dee@y ada@x bob@x");
    assert_eq!(found(json!({"age": {"$gte": 36}}), json!({"age": "asc"})), "ada@x dee@y");
    assert_eq!(found(json!({"joined": {"$gt": "2025-12-31"}}), json!({"joined": "asc"})), "cyd@x bob@x");
    assert_eq!(found(json!({"email": {"$contains": "@X"}, "age": {"$ne": 9}}), json!({})), "ada@x cyd@x");
    assert_eq!(found(json!({"$or": [{"age": 9}, {"email": {"$in": ["dee@y"]}}]}), json!({})), "bob@x dee@y");
    let page = api.get(&format!("{rows}?limit=2&offset=1")).data();
    assert_eq!(emails(&page), ["bob@x", "cyd@x"]);
    assert_eq!(
        [&page["rowCount"], &page["totalCount"], &page["limit"], &page["offset"]],
        [2, 4, 2, 1].map(|number| json!(number)).each_ref()
    );
}

#[test]
fn rows_are_changed_and_deleted_one_or_many() {
    let api = Api::start();
    let table = people(&api);
    let rows = format!("v1/tables/{table}/rows");
    let many =
        json!({"rows": [{"email": "a", "age": 1}, {"email": "b", "age": 2}, {"email": "c", "age": 3}]});
    let many = api.send("POST", &rows, many).data();
    let id = |place: usize| many["rows"][place]["id"].as_str().unwrap().to_owned();
    let one = format!("{rows}/{}", id(0));
    let patched = api.send("PATCH", &one, json!({"data": {"age": 10}})).data();
    assert_eq!(patched["message"], "Row updated successfully");
    assert_eq!(patched["row"]["data"], json!({"email": "a", "age": 10}));
    let put = json!({"filter": {"age": {"$lt": 5}}, "data": {"age": 0}, "limit": 1});
    assert_eq!(
        api.send("PUT", &rows, put).data(),
        json!({"message": "Rows updated successfully", "updatedCount": 1, "updatedRowIds": [id(1)]})
    );
    let none = api.send("PUT", &rows, json!({"filter": {"age": 77}, "data": {"age": 0}})).data();
    assert_eq!(none["updatedCount"], 0);
    let target = |email: &str| json!({"data": {"email": email, "age": 5}, "conflictTarget": "email"});
    let upsert = format!("{rows}/upsert");
    let updated = api.send("POST", &upsert, target("a")).data();
    assert_eq!((&updated["operation"], &updated["row"]["id"]), (&json!("update"), &json!(id(0))));
    let inserted = api.send("POST", &upsert, target("d")).data();
    assert_eq!(
        (&inserted["operation"], &inserted["message"]),
        (&json!("insert"), &json!("Row inserted successfully"))
    );
    assert_eq!(
        api.bare("DELETE", &one).data(),
        json!({"message": "Row deleted successfully", "deletedCount": 1})
    );
    assert_eq!(api.get(&one).error(404), "Row not found");
    let deleted = api.send("DELETE", &rows, json!({"rowIds": [id(0), id(1)]})).data();
    assert_eq!(
        deleted,
        json!({
            "message": "Rows deleted successfully", "deletedCount": 1, "deletedRowIds": [id(1)], "requestedCount": 2,
            "missingRowIds": [id(0)],
        })
    );
    let deleted = api.send("DELETE", &rows, json!({"filter": {"age": {"$gt": 0}}})).data();
    assert_eq!(deleted["deletedCount"], 2);
    assert_eq!(api.get(&format!("v1/tables/{table}")).data()["table"]["rowCount"], 0);
}

#[test]
fn what_does_not_fit_is_refused_whole_and_named() {
    let api = Api::start();
    let rows = format!("v1/tables/{}/rows", people(&api));
    let insert = |body: Value| api.send("POST", &rows, body);
    assert_eq!(
        insert(json!({"data": {"age": "old", "mail": "x", "joined": "soon"}})).with(400),
        json!({"error": "Row data does not match schema", "details": [
            "Missing required field: email", "age must be number", "joined must be valid date", "Unknown column: mail",
        ]})
    );
    assert_eq!(
        insert(json!({"rows": [{"email": "a"}, {"email": 1}, {}]})).with(400),
        json!({"error": "Validation failed for some rows", "details": [
            {"row": 1, "errors": ["email must be string, got number"]},
            {"row": 2, "errors": ["Missing required field: email"]},
        ]})
    );
    insert(json!({"data": {"email": "taken"}})).data();
    assert_eq!(
        insert(json!({"rows": [{"email": "new"}, {"email": "taken"}, {"email": "new"}]})).with(400),
        json!({"error": "Unique constraint violations in batch", "details": [
            {"row": 1, "errors": ["Column \"email\" must be unique. Value \"taken\" already exists in row 1"]},
            {"row": 2, "errors": ["Column \"email\" must be unique. Value \"new\" already exists in row 1 of this request"]},
        ]})
    );
    let too_many: Vec<Value> = (0..1001).map(|number| json!({"email": number.to_string()})).collect();
    let refused = insert(json!({"rows": too_many})).with(400);
    assert_eq!(refused["error"], "Validation error");
    assert_eq!(
        refused["details"],
        json!([{"code": "too_big", "path": ["rows"], "message": "Too big: expected array to have <=1000 items"}])
    );
    assert_eq!(insert(json!({})).with(400)["details"][0]["path"], json!(["data"]));
    assert_eq!(api.get(&rows).data()["totalCount"], 1, "nothing of a refused batch is kept");
    let json = ["Content-Type: application/json"];
    let broken = api.raw(&format!("POST /api/{rows}"), &json, "{\"data\":");
    assert_eq!(broken.error(400), "Request body must be valid JSON");
}

#[test]
fn broken_filters_and_sorts_never_mean_every_row() {
    let api = Api::start();
    let rows = format!("v1/tables/{}/rows", people(&api));
    api.send("POST", &rows, json!({"data": {"email": "a"}})).data();
    assert_eq!(api.get(&format!("{rows}?filter=%7Bage")).error(400), "Invalid filter or sort JSON");
    assert_eq!(api.get(&format!("{rows}?sort=%5B%5D")).error(400), "Invalid filter or sort JSON");
    let filtered = |filter: Value| api.get(&format!("{rows}?filter={}", parameter(&filter))).error(400);
    assert!(filtered(json!({"height": 1})).contains("Unknown filter column \"height\""));
    assert!(filtered(json!({"age": {"$near": 1}})).contains("Invalid operator \"$near\""));
    let sort = parameter(&json!({"age": "up"}));
    assert!(api.get(&format!("{rows}?sort={sort}")).error(400).contains("Invalid sort direction"));
    for limit in ["0", "1001", "many"] {
        let refused = api.get(&format!("{rows}?limit={limit}")).with(400);
        assert_eq!(
            (&refused["error"], &refused["details"][0]["path"]),
            (&json!("Validation error"), &json!(["limit"]))
        );
    }
    for filter in [json!({}), json!({"email": ["a"]}), json!("email"), Value::Null] {
        assert_eq!(api.send("DELETE", &rows, json!({"filter": filter})).status, 400, "{filter}");
        assert_eq!(
            api.send("PUT", &rows, json!({"filter": filter, "data": {"age": 1}})).status,
            400,
            "{filter}"
        );
    }
    assert_eq!(api.get(&rows).data()["rows"][0]["data"], json!({"email": "a"}));
}

#[test]
fn v2_asks_by_predicate() {
    let api = Api::start();
    let orders = "v2/tables/tbl_0a5c3b1e2f474d698b106e1d9c7f0c01";
    let ask = |body: Value| api.send("POST", &format!("{orders}/query"), body);
    let numbers = |page: &Value| {
        let rows = page["data"].as_array().unwrap();
        rows.iter().map(|row| row["data"]["number"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let predicate = json!({"any": [
        {"field": "status", "op": "eq", "value": "open"},
        {"all": [{"field": "customer", "op": "startsWith", "value": "ad"}, {"field": "total", "op": "lt", "value": 20}]},
    ]});
    let sort = json!({"total": "desc"});
    let first = ask(json!({"predicate": predicate, "sort": sort, "limit": 2})).with(200);
    assert_eq!(numbers(&first), [1002, 1004]);
    let keys: Vec<&str> = first["data"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "data", "createdAt", "updatedAt"]);
    let cursor = first["nextCursor"].clone();
    let rest = ask(json!({"predicate": predicate, "sort": sort, "limit": 2, "cursor": cursor})).with(200);
    assert_eq!((numbers(&rest), &rest["nextCursor"]), (vec![1003], &Value::Null));
    let other = ask(json!({"limit": 2, "cursor": cursor})).with(400);
    assert_eq!(other["error"]["details"][0]["path"], json!(["cursor"]));
    let count = api.send("POST", &format!("{orders}/query/count"), json!({"predicate": predicate}));
    assert_eq!(count.with(200), json!({"data": {"count": 3}}));
    let broken = ask(json!({"predicate": {"field": "status", "op": "near", "value": 1}})).with(400);
    assert!(broken["error"]["message"].as_str().unwrap().starts_with("Invalid op \"near\""), "{broken}");
    assert_eq!(ask(json!({"filter": {}})).with(400)["error"]["details"][0]["code"], "unrecognized_keys");
    let nobody = api.send("POST", "v2/tables/nobody/query", json!({}));
    assert_eq!(nobody.with(404), json!({"error": {"code": "NOT_FOUND", "message": "Table not found"}}));
}

//! The local tables: what they are made of, behind `/api/v1/tables`.

use serde_json::{Value, json};

use super::local_api::Api;

/// A table with four columns; gives its id.
pub fn people(api: &Api) -> String {
    let columns = json!([
        {"name": "email", "type": "string", "required": true, "unique": true},
        {"name": "age", "type": "number"},
        {"name": "joined", "type": "date"},
        {"name": "extra", "type": "json"},
    ]);
    let made =
        api.send("POST", "v1/tables", json!({"name": "people", "schema": {"columns": columns}})).data();
    assert_eq!(made["message"], "Table created successfully");
    made["table"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_table_from_its_making_to_its_end() {
    let api = Api::start();
    let id = people(&api);
    let table = api.get(&format!("v1/tables/{id}")).data()["table"].clone();
    let keys: Vec<&str> = table.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["id", "name", "description", "schema", "rowCount", "maxRows", "createdAt", "updatedAt"]
    );
    assert_eq!(
        table["schema"]["columns"][1],
        json!({"name": "age", "type": "number", "required": false, "unique": false})
    );
    assert_eq!((&table["rowCount"], &table["description"]), (&json!(0), &Value::Null));
    let list = api.get("v1/tables").data();
    assert_eq!(list["totalCount"], 2);
    assert_eq!((&list["tables"][0]["name"], &list["tables"][0]["rowCount"]), (&json!("orders"), &json!(4)));
    // What a fresh state shows fits its own columns: each row can be written back as it is.
    let orders = format!("v1/tables/{}/rows", list["tables"][0]["id"].as_str().unwrap());
    for row in api.get(&orders).data()["rows"].as_array().unwrap() {
        let path = format!("{orders}/{}", row["id"].as_str().unwrap());
        assert_eq!(api.send("PATCH", &path, json!({"data": row["data"]})).data()["row"]["data"], row["data"]);
    }
    assert_eq!(
        api.bare("DELETE", &format!("v1/tables/{id}")).data(),
        json!({"message": "Table deleted successfully"})
    );
    assert_eq!(api.get(&format!("v1/tables/{id}")).error(404), "Table not found");
    assert_eq!(api.get(&format!("v1/tables/{id}/rows")).error(404), "Table not found");
}

#[test]
fn columns_change_under_rows() {
    let api = Api::start();
    let table = people(&api);
    let (columns, rows) = (format!("v1/tables/{table}/columns"), format!("v1/tables/{table}/rows"));
    api.send("POST", &rows, json!({"rows": [{"email": "a", "age": 1}, {"email": "b", "age": 1}]})).data();
    let added = api.send("POST", &columns, json!({"column": {"name": "note", "type": "string"}})).data();
    assert_eq!(
        added["columns"][4],
        json!({"name": "note", "type": "string", "required": false, "unique": false})
    );
    let update = |name: &str, updates: Value| {
        api.send("PATCH", &columns, json!({"columnName": name, "updates": updates}))
    };
    update("age", json!({"name": "years", "type": "string"})).data();
    assert_eq!(api.get(&rows).data()["rows"][0]["data"], json!({"email": "a", "years": "1"}));
    assert!(update("years", json!({"unique": true})).error(400).contains("duplicate values exist"));
    assert!(update("note", json!({"required": true})).error(400).contains("2 row(s) have no value"));
    assert!(
        update("email", json!({"type": "number"})).error(400).contains("2 row(s) have incompatible values")
    );
    assert_eq!(update("nobody", json!({"name": "x"})).error(404), "Column \"nobody\" not found");
    assert_eq!(update("note", json!({})).error(400), "No updates specified");
    assert_eq!(update("note", json!({"name": "EMAIL"})).error(400), "Column \"EMAIL\" already exists");
    let dropped = api.send("DELETE", &columns, json!({"columnName": "years"})).data();
    assert_eq!(dropped["columns"].as_array().unwrap().len(), 4);
    assert_eq!(api.get(&rows).data()["rows"][1]["data"], json!({"email": "b"}));
}

#[test]
fn bad_tables_are_refused_field_by_field() {
    let api = Api::start();
    let create = |name: &str, columns: Value| {
        api.send("POST", "v1/tables", json!({"name": name, "schema": {"columns": columns}}))
    };
    let refused = create(
        "1 st",
        json!([{"name": "a", "type": "text"}, {"name": "b", "type": "json"}, {"name": "B", "type": "json"}]),
    );
    let refused = refused.with(400);
    assert_eq!(refused["error"], "Validation error");
    let paths: Vec<&Value> =
        refused["details"].as_array().unwrap().iter().map(|issue| &issue["path"]).collect();
    assert_eq!(
        paths,
        [&json!(["name"]), &json!(["schema", "columns", 0]), &json!(["schema", "columns", 2, "name"])]
    );
    assert_eq!(create("none", json!([])).status, 400);
    assert_eq!(
        create("ORDERS", json!([{"name": "a", "type": "json"}])).error(400),
        "Table with name \"ORDERS\" already exists"
    );
}

#[test]
fn the_key_the_workspace_and_the_window_are_checked() {
    let api = Api::early();
    assert_eq!(api.raw("GET /api/v1/tables", &[], "").with(400)["error"], "Validation error");
    assert_eq!(
        api.raw("GET /api/v1/tables/x", &[], "").error(400),
        "workspaceId query parameter is required"
    );
    assert_eq!(api.raw("GET /api/v1/tables?workspaceId=other", &[], "").error(403), "Access denied");
    let fine = api.get("v1/tables");
    assert!(fine.status == 200 && !fine.head.contains("x-ratelimit"), "{fine:?}");
    let nobody = crate::support::raw(&api.address, "GET /recall/api/v1/tables", &[], "");
    assert_eq!((nobody.status, nobody.json()), (401, json!({"error": "API key required"})));
    assert!(nobody.head.contains("x-ratelimit-limit: 10\r\nx-ratelimit-remaining: 0"), "{}", nobody.head);
    let limited = (0..125).map(|_| api.get("v1/tables")).find(|answer| answer.status == 429).unwrap();
    assert!(
        limited.head.contains("retry-after: ") && limited.head.contains("x-ratelimit-limit: 30"),
        "{limited:?}"
    );
    assert_eq!(limited.with(429)["error"], "Rate limit exceeded");
}

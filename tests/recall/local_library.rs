//! The local secrets, credentials, skills, custom tools and MCP servers of `/api/v2`.

use serde_json::{Value, json};

use super::local_api::Api;

#[test]
fn secrets_are_names_and_never_values() {
    let api = Api::start();
    let value = "hunter2-very-secret";
    let set = |scope: &str| api.send("PUT", "v2/secrets/API_TOKEN", json!({"scope": scope, "value": value}));
    let new = set("workspace");
    let keys: Vec<String> = new.with(201)["data"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["name", "scope", "description", "role", "createdAt", "updatedAt"]);
    assert_eq!((set("workspace").status, set("personal").status), (200, 201));
    let list = api.get("v2/secrets");
    assert_eq!(list.with(200)["data"].as_array().unwrap().len(), 2);
    assert!(!format!("{new:?}{list:?}").contains(value));
    assert_eq!(api.get("v2/secrets?scope=personal").with(200)["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        api.bare("DELETE", "v2/secrets/API_TOKEN?scope=workspace").with(200),
        json!({"data": {"name": "API_TOKEN", "scope": "workspace", "deleted": true}})
    );
    assert_eq!(api.bare("DELETE", "v2/secrets/API_TOKEN?scope=workspace").status, 404);
    assert_eq!(api.bare("DELETE", "v2/secrets/API_TOKEN").status, 400);
    assert_eq!(api.send("PUT", "v2/secrets/a-b", json!({"scope": "personal", "value": "x"})).status, 400);
    assert_eq!(api.send("PUT", "v2/secrets/A", json!({"scope": "team", "value": "x"})).status, 400);
    assert_eq!(api.send("PUT", "v2/secrets/A", json!({"scope": "personal", "value": ""})).status, 400);
}

#[test]
fn credentials_are_made_for_known_providers() {
    let api = Api::start();
    let token = "ghp_do_not_show";
    let made = api.send("POST", "v2/credentials", json!({"providerId": "github-token", "apiToken": token}));
    let data = made.with(201)["data"].clone();
    assert_eq!(
        (&data["displayName"], &data["type"], &data["hasServiceAccountKey"]),
        (&json!("GitHub token"), &json!("service_account"), &json!(true))
    );
    let list = api.get("v2/credentials");
    assert_eq!(list.with(200), json!({"data": [data], "nextCursor": null}));
    assert!(!format!("{made:?}{list:?}").contains(token));
    assert_eq!(api.get("v2/credentials/providers").with(200)["data"].as_array().unwrap().len(), 3);
    assert_eq!(api.send("POST", "v2/credentials", json!({"providerId": "nobody"})).status, 400);
    assert_eq!(api.send("POST", "v2/credentials", json!({"providerId": "github-token"})).status, 400);
    let path = format!("v2/credentials/{}", data["id"].as_str().unwrap());
    assert_eq!(api.bare("DELETE", &path).with(200)["data"]["deleted"], true);
    assert_eq!(api.bare("DELETE", &path).status, 404);
}

/// Makes, lists, changes and deletes a thing; gives it as it was made.
#[track_caller]
fn whole_life(api: &Api, path: &str, thing: &Value, change: &Value) -> Value {
    let made = api.send("POST", path, thing.clone()).with(201)["data"].clone();
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&one).with(200)["data"], made);
    let list = api.get(path).with(200);
    assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &made["id"]));
    assert_eq!(api.send("POST", path, thing.clone()).with(409)["error"]["code"], "CONFLICT");
    let changed = api.send("PATCH", &one, change.clone()).with(200);
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&changed["data"][name], value, "{name}");
    }
    assert_eq!(api.send("PATCH", &one, json!({})).status, 400);
    assert_eq!(api.send("POST", path, json!({})).status, 400);
    assert_eq!(api.bare("DELETE", &one).with(200)["data"], json!({"id": made["id"], "deleted": true}));
    assert_eq!(api.get(&one).with(404)["error"]["code"], "NOT_FOUND");
    made
}

#[test]
fn skills_tools_and_servers_from_their_making_to_their_end() {
    let api = Api::start();
    let skill = json!({"name": "triage", "description": "How to sort tickets", "content": "# Triage"});
    let made = whole_life(&api, "v2/skills", &skill, &json!({"description": "Sort tickets"}));
    assert_eq!(made["content"], "# Triage");
    api.send("POST", "v2/skills", skill).with(201);
    assert!(
        api.get("v2/skills").with(200)["data"][0].get("content").is_none(),
        "lists leave the content out"
    );
    let tool = json!({"title": "adder", "schema": {"type": "function", "function": {"name": "add"}}, "code": "return 1"});
    whole_life(&api, "v2/custom-tools", &tool, &json!({"code": "return 2"}));
    let server = json!({"name": "docs", "url": "https://mcp.example/sse", "headers": {"Authorization": "Bearer hidden"}});
    let made = whole_life(&api, "v2/mcp-servers", &server, &json!({"enabled": false, "timeout": 5000}));
    assert_eq!(
        (&made["hasHeaders"], &made["headerNames"], &made["retries"]),
        (&json!(true), &json!(["Authorization"]), &json!(3))
    );
    assert!(!made.to_string().contains("hidden"), "{made}");
    for wrong in [
        json!({"name": "a", "url": "ftp://x"}),
        json!({"name": "a", "url": "https://{{HOST}}/"}),
        json!({"name": "a", "url": "https://x", "retries": 11}),
        json!({"name": "a", "url": "https://x", "colour": "red"}),
    ] {
        assert_eq!(api.send("POST", "v2/mcp-servers", wrong.clone()).status, 400, "{wrong}");
    }
    let id = api.send("POST", "v2/mcp-servers", server).with(201)["data"]["id"].as_str().unwrap().to_owned();
    let tools = api.get(&format!("v2/mcp-servers/{id}/tools"));
    assert_eq!(tools.with(200), json!({"data": [], "nextCursor": null}));
}

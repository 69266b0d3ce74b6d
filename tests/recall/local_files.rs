//! The local files: real bytes behind `/api/v1/files`, and the audit log that tells of them.

use serde_json::{Value, json};

use super::local_api::Api;

#[test]
fn a_file_goes_up_and_comes_back() {
    let api = Api::start();
    let up = api.upload("v1/files", "naïve café.md", "text/markdown", "# Hi\r\n--edg\n").data();
    assert_eq!(up["message"], "File uploaded successfully");
    let file = &up["file"];
    let keys: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "name", "size", "type", "key", "uploadedBy", "uploadedAt"]);
    assert_eq!(
        (&file["name"], &file["size"], &file["type"]),
        (&json!("naïve café.md"), &json!(12), &json!("text/markdown"))
    );
    let path = format!("v1/files/{}", file["id"].as_str().unwrap());
    let down = api.get(&path);
    assert_eq!((down.status, down.body.as_str()), (200, "# Hi\r\n--edg\n"));
    for line in [
        "content-type: text/markdown",
        "content-disposition: attachment; filename*=utf-8''na%c3%afve%20caf%c3%a9.md",
        "x-file-name: na%c3%afve%20caf%c3%a9.md",
        &format!("x-file-id: {}", file["id"].as_str().unwrap()),
        &format!("x-uploaded-at: {}", file["uploadedAt"].as_str().unwrap().to_lowercase()),
    ] {
        assert!(down.head.contains(&format!("\r\n{line}")), "{line}: {}", down.head);
    }
    let again = api.upload("v1/files", "naïve café.md", "text/markdown", "other");
    assert_eq!(again.error(409), "A file named \"naïve café.md\" already exists in this workspace");
    assert_eq!(api.get("v1/files").data()["totalCount"], 2);
    assert_eq!(api.bare("DELETE", &path).data(), json!({"message": "File archived successfully"}));
    assert_eq!(api.get(&path).error(404), "File not found");
    assert_eq!(api.bare("DELETE", &path).error(404), "File not found");
    api.upload("v1/files", "naïve café.md", "text/markdown", "the name is free again").data();
}

#[test]
fn the_first_file_is_there_and_storage_counts() {
    let api = Api::start();
    let list = api.get("v1/files").data();
    assert_eq!((&list["totalCount"], &list["files"][0]["name"]), (&json!(1), &json!("readme.txt")));
    let path = format!("v1/files/{}", list["files"][0]["id"].as_str().unwrap());
    assert!(api.get(&path).body.starts_with("This file is in the local Recall."));
    let used =
        || api.raw("GET /api/users/me/usage-limits", &[], "").with(200)["storage"]["usedBytes"].clone();
    assert_eq!(used(), list["files"][0]["size"]);
    api.bare("DELETE", &path).data();
    assert_eq!(used(), 0);
}

#[test]
fn what_is_no_upload_is_refused() {
    let api = Api::start();
    let file = "form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\na";
    let workspace = format!("form-data; name=\"workspaceId\"\r\n\r\n{}", api.workspace);
    let foreign = "form-data; name=\"workspaceId\"\r\n\r\nother";
    assert_eq!(api.form("v1/files", &[file]).error(400), "workspaceId form field is required");
    assert_eq!(api.form("v1/files", &[&workspace]).error(400), "file form field is required");
    assert_eq!(api.form("v1/files", &[file, foreign]).error(403), "Access denied");
    let unnamed = "form-data; name=\"file\"; filename=\"\"\r\n\r\n";
    assert_eq!(api.form("v1/files", &[unnamed, &workspace]).error(400), "file form field is required");
    let malformed = "Request body must be valid multipart form data";
    assert_eq!(api.send("POST", "v1/files", json!({})).error(400), malformed);
    let cut = format!("--edge\r\nContent-Disposition: {file}");
    let kind = ["Content-Type: multipart/form-data; boundary=edge"];
    assert_eq!(api.raw("POST /api/v1/files", &kind, &cut).error(400), malformed);
    assert_eq!(api.get("v1/files").data()["totalCount"], 1, "nothing of what was refused is there");
}

#[test]
fn of_two_files_the_first_is_kept() {
    let api = Api::start();
    let file = |name: &str| format!("form-data; name=\"file\"; filename=\"{name}\"\r\n\r\nthis is {name}");
    let workspace = format!("form-data; name=\"workspaceId\"\r\n\r\n{}", api.workspace);
    let up = api.form("v1/files", &[&file("../one"), &file("two"), &workspace]).data();
    assert_eq!(up["file"]["name"], "../one");
    let down = api.get(&format!("v1/files/{}", up["file"]["id"].as_str().unwrap()));
    assert_eq!((down.status, down.body.as_str()), (200, "this is ../one"));
}

#[test]
fn a_file_of_more_than_100_mb_is_too_large() {
    let large = "x".repeat(100 * 1024 * 1024 + 524_288);
    for (api, status) in [(Api::early(), 400), (Api::start(), 413)] {
        let refused = api.upload("v1/files", "large.bin", "application/octet-stream", &large);
        assert_eq!(refused.error(status), "File size exceeds 100MB limit (100.50MB)");
        assert_eq!(api.get("v1/files").data()["totalCount"], 1);
    }
}

#[test]
fn the_audit_log_tells_what_happened() {
    let api = Api::start();
    let id =
        api.upload("v1/files", "a.txt", "text/plain", "a").data()["file"]["id"].as_str().unwrap().to_owned();
    api.bare("DELETE", &format!("v1/files/{id}")).data();
    for method in ["POST", "DELETE"] {
        api.raw(&format!("{method} /api/v1/workflows/hello/deploy"), &[], "").with(200);
    }
    let columns = json!([{"name": "a", "type": "string"}]);
    api.send("POST", "v1/tables", json!({"name": "t", "schema": {"columns": columns}})).data();
    let log = |query: &str| api.raw(&format!("GET /api/v1/audit-logs?{query}"), &[], "");
    let actions = |body: &Value| {
        let data = body["data"].as_array().unwrap();
        data.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = log("");
    assert!(all.head.contains("x-ratelimit-limit: 60"), "{all:?}");
    let all = all.with(200);
    assert_eq!(
        actions(&all),
        ["table.created", "workflow.undeployed", "workflow.deployed", "file.deleted", "file.uploaded"]
    );
    assert!(all["limits"]["usage"]["plan"] == "free" && all.get("nextCursor").is_none(), "{all}");
    let keys: Vec<&str> = all["data"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "workspaceId",
            "actorId",
            "actorName",
            "actorEmail",
            "action",
            "resourceType",
            "resourceId",
            "resourceName",
            "description",
            "metadata",
            "createdAt",
        ]
    );
    assert_eq!(actions(&log(&format!("resourceId={id}&action=file.deleted")).with(200)), ["file.deleted"]);
    assert_eq!(actions(&log("resourceType=table,knowledge_base").with(200)), ["table.created"]);
    assert!(actions(&log("startDate=2099-01-01").with(200)).is_empty());
    assert_eq!(log("endDate=soon").error(400), "Invalid parameters");
    let first = log("limit=4").with(200);
    let cursor = first["nextCursor"].as_str().unwrap().replace('=', "%3D").replace('+', "%2B");
    assert_eq!(actions(&log(&format!("limit=4&cursor={cursor}")).with(200)), ["file.uploaded"]);
    let one = format!("/api/v1/audit-logs/{}", first["data"][0]["id"].as_str().unwrap());
    assert_eq!(api.raw(&format!("GET {one}"), &[], "").with(200)["data"], first["data"][0]);
    assert_eq!(api.raw("GET /api/v1/audit-logs/nobody", &[], "").error(404), "Audit log not found");
}

//! Every route of the contract's section 5 and the command that reaches it.

use super::{EX, WF};
use crate::support::Sandbox;

/// How a route is reached.
#[derive(Clone, Copy)]
enum Reached {
    /// By these words, which make exactly this request.
    By(&'static str),
    /// By its older twin, which every server keeps: these words.
    Twin(&'static str),
    /// By `ra recall api` alone, for this reason.
    Api(&'static str),
}

use Reached::{Api, By, Twin};

/// Routes whose commands stand on branches of their own; until these arrive the raw request reaches them.
const TO_COME: &str = "its command is on its way";
const FOLDERS: &str = "folders are kept in order in the browser";
const SESSIONS: &str = "single requests carry up to 100 MB; more is rare";
const CONNECTORS: &str = "connectors are set up once, in the browser";
const VIEWS: &str = "views are how the browser shows a table";
const GROUPS: &str = "groups of computed columns are made in the browser";
const JOBS: &str = "rows travel with row create and row list";
const SHARES: &str = "public links are given in the browser";

/// `{w}` workflow, `{e}` run, `{c}` pause, `{t}` table, `{r}` row, `{f}` file, `{k}` knowledge base, `{d}` document,
/// `{x}` anything else.
const ROUTES: &[(&str, Reached)] = &[
    // 5.1
    ("GET /api/workflows/{w}/paused", Api(TO_COME)),
    ("GET /api/workflows/{w}/paused/{e}", Api(TO_COME)),
    ("GET /api/resume/{w}/{e}", Api("the same as paused/{e}")),
    ("GET /api/resume/{w}/{e}/{c}", Api(TO_COME)),
    ("POST /api/v2/workflows/{w}/runs/{e}/resume", Api(TO_COME)),
    ("POST /api/resume/{w}/{e}/{c}", By("execution resume {w} {e} {c} --input {}")),
    // 5.2
    ("GET /api/v1/workflows", Api(TO_COME)),
    ("GET /api/v1/workflows/{w}", Api(TO_COME)),
    ("POST /api/v1/workflows/{w}/deploy", Api(TO_COME)),
    ("DELETE /api/v1/workflows/{w}/deploy", Api(TO_COME)),
    ("POST /api/v1/workflows/{w}/rollback", Api(TO_COME)),
    ("GET /api/v1/workflows/{w}/export", Api(TO_COME)),
    ("POST /api/v1/workflows/import", Api(TO_COME)),
    ("GET /api/v1/logs", Api(TO_COME)),
    ("GET /api/v1/logs/{x}", Api(TO_COME)),
    ("GET /api/v1/logs/executions/{e}", Api(TO_COME)),
    ("GET /api/v1/audit-logs", By("audit-log list")),
    ("GET /api/v1/audit-logs/{x}", By("audit-log get {x}")),
    ("GET /api/v1/files", By("file list")),
    ("POST /api/v1/files", By("file upload a.txt")),
    ("GET /api/v1/files/{f}", By("file download {f}")),
    ("DELETE /api/v1/files/{f}", By("file delete {f}")),
    ("GET /api/v1/knowledge", By("knowledge list")),
    ("POST /api/v1/knowledge", By("knowledge create handbook")),
    ("GET /api/v1/knowledge/{k}", By("knowledge get {k}")),
    ("PUT /api/v1/knowledge/{k}", By("knowledge update {k} --name x")),
    ("DELETE /api/v1/knowledge/{k}", By("knowledge delete {k}")),
    ("GET /api/v1/knowledge/{k}/documents", By("knowledge document list {k}")),
    ("POST /api/v1/knowledge/{k}/documents", By("knowledge document upload {k} a.txt")),
    ("GET /api/v1/knowledge/{k}/documents/{d}", By("knowledge document get {k} {d}")),
    ("DELETE /api/v1/knowledge/{k}/documents/{d}", By("knowledge document delete {k} {d}")),
    ("POST /api/v1/knowledge/search", By("knowledge search what --in {k}")),
    ("GET /api/v1/tables", By("table list")),
    ("POST /api/v1/tables", By("table create t --column a:string")),
    ("GET /api/v1/tables/{t}", By("table get {t}")),
    ("DELETE /api/v1/tables/{t}", By("table delete {t}")),
    ("POST /api/v1/tables/{t}/columns", By("table column add {t} a --type string")),
    ("PATCH /api/v1/tables/{t}/columns", By("table column update {t} a --name b")),
    ("DELETE /api/v1/tables/{t}/columns", By("table column delete {t} a")),
    ("GET /api/v1/tables/{t}/rows", By("table row list {t}")),
    ("POST /api/v1/tables/{t}/rows", By("table row create {t} -f a=b")),
    ("PUT /api/v1/tables/{t}/rows", By("table row update-many {t} --where a=b -f a=c")),
    ("DELETE /api/v1/tables/{t}/rows", By("table row delete-many {t} --where a=b")),
    ("GET /api/v1/tables/{t}/rows/{r}", By("table row get {t} {r}")),
    ("PATCH /api/v1/tables/{t}/rows/{r}", By("table row update {t} {r} -f a=b")),
    ("DELETE /api/v1/tables/{t}/rows/{r}", By("table row delete {t} {r}")),
    ("POST /api/v1/tables/{t}/rows/upsert", By("table row upsert {t} -f a=b")),
    ("POST /api/v1/copilot/chat", Api("retired: it answers 410")),
    // 5.3
    ("GET /api/v2/workflows", Api(TO_COME)),
    ("POST /api/v2/workflows", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}", Api(TO_COME)),
    ("PATCH /api/v2/workflows/{w}", Api(TO_COME)),
    ("DELETE /api/v2/workflows/{w}", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/versions", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/versions/1", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/deployment", Api(TO_COME)),
    ("POST /api/v2/workflows/{w}/deploy", Api(TO_COME)),
    ("DELETE /api/v2/workflows/{w}/deploy", Api(TO_COME)),
    ("POST /api/v2/workflows/{w}/rollback", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/export", Api(TO_COME)),
    ("POST /api/v2/workflows/import", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/runs", Api(TO_COME)),
    ("GET /api/v2/workflows/{w}/runs/{e}", Api(TO_COME)),
    ("POST /api/v2/workflows/{w}/runs/{e}/cancel", Api(TO_COME)),
    ("GET /api/v2/logs", Api(TO_COME)),
    ("GET /api/v2/logs/{e}", Api(TO_COME)),
    ("GET /api/v2/workflows/folders", Api(FOLDERS)),
    ("POST /api/v2/workflows/folders", Api(FOLDERS)),
    ("PATCH /api/v2/workflows/folders", Api(FOLDERS)),
    ("DELETE /api/v2/workflows/folders", Api(FOLDERS)),
    ("GET /api/v2/billing/status", By("billing status")),
    ("GET /api/v2/billing/logs", By("billing logs")),
    ("GET /api/v2/audit-logs", Twin("audit-log list")),
    ("GET /api/v2/audit-logs/{x}", Twin("audit-log get {x}")),
    ("GET /api/v2/files", Twin("file list")),
    ("POST /api/v2/files", Twin("file upload a.txt")),
    ("GET /api/v2/files/{f}", Twin("file download {f}")),
    ("DELETE /api/v2/files/{f}", Twin("file delete {f}")),
    ("PATCH /api/v2/files/{f}", Api("a file is uploaded under its other name instead")),
    ("GET /api/v2/files/{f}/metadata", Api("file list shows the same")),
    ("POST /api/v2/files/{f}/restore", Api("deleted files are taken back in the browser")),
    ("PUT /api/v2/files/{f}/content", Api("a file is uploaded again instead")),
    ("GET /api/v2/files/{f}/share", Api(SHARES)),
    ("PATCH /api/v2/files/{f}/share", Api(SHARES)),
    ("POST /api/v2/files/move", Api(FOLDERS)),
    ("POST /api/v2/files/bulk-delete", Api("file delete takes one at a time, which a loop repeats")),
    ("GET /api/v2/files/folders", Api(FOLDERS)),
    ("POST /api/v2/files/folders", Api(FOLDERS)),
    ("PATCH /api/v2/files/folders", Api(FOLDERS)),
    ("DELETE /api/v2/files/folders", Api(FOLDERS)),
    ("POST /api/v2/files/uploads", Api(SESSIONS)),
    ("POST /api/v2/files/uploads/{x}/parts", Api(SESSIONS)),
    ("POST /api/v2/files/uploads/{x}/complete", Api(SESSIONS)),
    ("DELETE /api/v2/files/uploads/{x}", Api(SESSIONS)),
    ("GET /api/v2/knowledge", Twin("knowledge list")),
    ("POST /api/v2/knowledge", Twin("knowledge create handbook")),
    ("GET /api/v2/knowledge/{k}", Twin("knowledge get {k}")),
    ("PATCH /api/v2/knowledge/{k}", Twin("knowledge update {k} --name x")),
    ("DELETE /api/v2/knowledge/{k}", Twin("knowledge delete {k}")),
    ("POST /api/v2/knowledge/search", Twin("knowledge search what --in {k}")),
    ("GET /api/v2/knowledge/{k}/tags", Api("tags are named in the browser")),
    ("GET /api/v2/knowledge/{k}/documents", Twin("knowledge document list {k}")),
    ("PATCH /api/v2/knowledge/{k}/documents", Api("documents are switched on and off in the browser")),
    ("POST /api/v2/knowledge/{k}/documents", Twin("knowledge document upload {k} a.txt")),
    ("GET /api/v2/knowledge/{k}/documents/{d}", Twin("knowledge document get {k} {d}")),
    ("PATCH /api/v2/knowledge/{k}/documents/{d}", Api("documents are switched on and off in the browser")),
    ("DELETE /api/v2/knowledge/{k}/documents/{d}", Twin("knowledge document delete {k} {d}")),
    ("GET /api/v2/knowledge/{k}/connectors", Api(CONNECTORS)),
    ("POST /api/v2/knowledge/{k}/connectors", Api(CONNECTORS)),
    ("GET /api/v2/knowledge/{k}/connectors/{x}", Api(CONNECTORS)),
    ("PATCH /api/v2/knowledge/{k}/connectors/{x}", Api(CONNECTORS)),
    ("DELETE /api/v2/knowledge/{k}/connectors/{x}", Api(CONNECTORS)),
    ("POST /api/v2/knowledge/{k}/connectors/{x}/sync", Api(CONNECTORS)),
    ("GET /api/v2/knowledge/{k}/connectors/{x}/documents", Api(CONNECTORS)),
    ("GET /api/v2/knowledge/folders", Api(FOLDERS)),
    ("GET /api/v2/tables", Twin("table list")),
    ("POST /api/v2/tables", Twin("table create t --column a:string")),
    ("GET /api/v2/tables/{t}", Twin("table get {t}")),
    ("PATCH /api/v2/tables/{t}", Api("tables are renamed in the browser")),
    ("DELETE /api/v2/tables/{t}", Twin("table delete {t}")),
    ("POST /api/v2/tables/{t}/columns", Twin("table column add {t} a --type string")),
    ("PATCH /api/v2/tables/{t}/columns", Twin("table column update {t} a --name b")),
    ("DELETE /api/v2/tables/{t}/columns", Twin("table column delete {t} a")),
    ("POST /api/v2/tables/{t}/columns/run", Api(GROUPS)),
    ("GET /api/v2/tables/{t}/rows", Twin("table row list {t}")),
    ("POST /api/v2/tables/{t}/rows", Twin("table row create {t} -f a=b")),
    ("PATCH /api/v2/tables/{t}/rows", Twin("table row update-many {t} --where a=b -f a=c")),
    ("DELETE /api/v2/tables/{t}/rows", Twin("table row delete-many {t} --where a=b")),
    ("GET /api/v2/tables/{t}/rows/{r}", Twin("table row get {t} {r}")),
    ("PATCH /api/v2/tables/{t}/rows/{r}", Twin("table row update {t} {r} -f a=b")),
    ("DELETE /api/v2/tables/{t}/rows/{r}", Twin("table row delete {t} {r}")),
    ("POST /api/v2/tables/{t}/rows/upsert", Twin("table row upsert {t} -f a=b")),
    ("POST /api/v2/tables/{t}/rows/find", Api("row list with a filter finds rows everywhere")),
    ("POST /api/v2/tables/{t}/query", By("table row query {t}")),
    ("POST /api/v2/tables/{t}/query/count", By("table row count {t}")),
    ("GET /api/v2/tables/{t}/views", Api(VIEWS)),
    ("GET /api/v2/tables/{t}/groups", Api(GROUPS)),
    ("POST /api/v2/tables/{t}/cancel-runs", Api(GROUPS)),
    ("POST /api/v2/tables/{t}/imports", Api(JOBS)),
    ("POST /api/v2/tables/{t}/exports", Api(JOBS)),
    ("GET /api/v2/tables/{t}/exports/{x}/download", Api(JOBS)),
    ("GET /api/v2/workspaces", By("workspace list")),
    ("GET /api/v2/workspaces/{x}", By("workspace get {x}")),
    ("GET /api/v2/workspaces/{x}/members", By("workspace member list {x}")),
    ("GET /api/v2/mcp-servers", By("mcp-server list")),
    ("POST /api/v2/mcp-servers", By("mcp-server create m --url https://m.example")),
    ("GET /api/v2/mcp-servers/{x}", By("mcp-server get {x}")),
    ("PATCH /api/v2/mcp-servers/{x}", By("mcp-server update {x} --enabled false")),
    ("DELETE /api/v2/mcp-servers/{x}", By("mcp-server delete {x}")),
    ("GET /api/v2/mcp-servers/{x}/tools", By("mcp-server tool list {x}")),
    ("GET /api/v2/skills", By("skill list")),
    ("POST /api/v2/skills", By("skill create s --description d --content c")),
    ("GET /api/v2/skills/{x}", By("skill get {x}")),
    ("PATCH /api/v2/skills/{x}", By("skill update {x} --content c")),
    ("DELETE /api/v2/skills/{x}", By("skill delete {x}")),
    ("GET /api/v2/skills/{x}/editors", Api("editors are named in the browser")),
    ("GET /api/v2/custom-tools", By("custom-tool list")),
    ("POST /api/v2/custom-tools", By("custom-tool create t --schema schema.json --code c")),
    ("GET /api/v2/custom-tools/{x}", By("custom-tool get {x}")),
    ("PATCH /api/v2/custom-tools/{x}", By("custom-tool update {x} --code c")),
    ("DELETE /api/v2/custom-tools/{x}", By("custom-tool delete {x}")),
    ("GET /api/v2/credentials", By("credential list")),
    ("POST /api/v2/credentials", By("credential create --provider slack --credentials @schema.json")),
    ("DELETE /api/v2/credentials/{x}", By("credential delete {x}")),
    ("GET /api/v2/credentials/providers", By("credential provider list")),
    ("POST /api/v2/credentials/connections", Api("accounts are connected in the browser")),
    ("GET /api/v2/secrets", By("secret list")),
    ("PUT /api/v2/secrets/{x}", By("secret set {x} --scope workspace")),
    ("DELETE /api/v2/secrets/{x}", By("secret delete {x} --scope workspace")),
    // 5.4
    ("POST /api/chat/{x}", Api("a deployed chat is for people at a page; workflows run with run")),
    ("POST /api/mcp/serve/{x}", Api("for MCP clients, which speak it themselves")),
    ("POST /api/webhooks/trigger/{x}", Api("for the programs that call it")),
];

fn filled(text: &str) -> String {
    let ids = [
        ("{w}", WF),
        ("{e}", EX),
        ("{c}", "ctx_1"),
        ("{t}", "tbl_1a2b3c"),
        ("{r}", "row_1a2b3c"),
        ("{f}", "wf_1a2b3c"),
        ("{k}", "0a5c3b1e-2f47-4d69-8b10-6e1d9c7f0d01"),
        ("{d}", "doc_1a2b3c"),
        ("{x}", "x_1a2b3c"),
    ];
    ids.iter().fold(text.to_owned(), |text, (hole, id)| text.replace(hole, id))
}

#[test]
fn every_route_has_its_command() {
    let base = "http://127.0.0.1:9/base";
    let sandbox = Sandbox::new()
        .env("RECALL_API_KEY", "rk_test_key")
        .env("RECALL_BASE_URL", base)
        .env("RECALL_WORKSPACE_ID", "ws_1");
    sandbox.file("a.txt", "a");
    sandbox.file("schema.json", "{}");
    // What a command would send, without the query.
    let planned = |words: &str| {
        let words = filled(words);
        let run = sandbox.run(["recall"].into_iter().chain(words.split(' ')).chain(["--dry-run"])).ends(0);
        let line = run.stdout.lines().next().unwrap_or_default().replacen(base, "", 1);
        line.split('?').next().unwrap_or_default().to_owned()
    };
    let mut wrong = Vec::new();
    for (route, reached) in ROUTES {
        let wanted = filled(route);
        let made = match reached {
            By(words) => planned(words),
            Api("") => "no reason".to_owned(),
            Api(_) => planned(&format!("api {route}")),
            // The same verb on the same kind of thing, at an address that is older.
            Twin(words) if planned(words).contains("/api/v1/") => wanted.clone(),
            Twin(words) => planned(words),
        };
        if made != wanted {
            wrong.push(format!("{wanted}: {made}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut routes: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!(routes.len(), ROUTES.len(), "a route stands there twice");
}

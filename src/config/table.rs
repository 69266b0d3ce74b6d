//! All settings: their keys, variables, defaults, and what they may hold.

use crate::error::Failure;
use crate::text;

/// What a setting may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Any text on one line.
    Text,
    /// An http or https address without user, query and fragment.
    Address,
    /// A key: something a header can carry.
    Key,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// One setting: its key in the file, its variables, its default.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Dotted, `recall.api_key`.
    pub key: &'static str,
    /// Environment variables, the first that is set counts.
    pub variables: &'static [&'static str],
    /// What holds when nobody says anything.
    pub default: Option<&'static str>,
    /// What it may hold.
    pub check: Check,
    /// What it is, one sentence.
    pub meaning: &'static str,
}

const fn setting(
    key: &'static str,
    variables: &'static [&'static str],
    default: Option<&'static str>,
    check: Check,
    meaning: &'static str,
) -> Setting {
    Setting { key, variables, default, check, meaning }
}

const OUTPUTS: Check =
    Check::OneOf(&["human", "json", "ndjson", "yaml", "tsv", "csv", "id", "table", "text", "name"]);

/// All settings, in the order of `ra config list`.
pub const SETTINGS: &[Setting] = &[
    setting(
        "recursiv.base_url",
        &["RECURSIV_API_BASE_URL", "RECURSIV_BASE_URL", "RECURSIV_API_URL"],
        Some("https://api.recursiv.io/api/v1"),
        Check::Address,
        "Address of Recursiv's API.",
    ),
    setting("recursiv.api_key", &["RECURSIV_API_KEY"], None, Check::Key, "Key for Recursiv."),
    setting(
        "recursiv.organization_id",
        &["RECURSIV_ORG_ID", "RECURSIV_ORGANIZATION_ID"],
        None,
        Check::Text,
        "Organization that new things belong to.",
    ),
    setting(
        "recursiv.project_id",
        &["RECURSIV_PROJECT_ID"],
        None,
        Check::Text,
        "Project to use when none is named.",
    ),
    setting(
        "recursiv.agent_id",
        &[],
        None,
        Check::Text,
        "Agent to chat with when none is named, an id or a name.",
    ),
    setting(
        "recall.base_url",
        &["RECALL_BASE_URL"],
        Some("https://tryrecall.com"),
        Check::Address,
        "Address of Recall.",
    ),
    setting("recall.api_key", &["RECALL_API_KEY"], None, Check::Key, "Key for Recall."),
    setting(
        "recall.workspace_id",
        &["RECALL_WORKSPACE_ID"],
        None,
        Check::Text,
        "Workspace whose things are meant: workflows by name, logs, tables, files.",
    ),
    setting(
        "recall.api",
        &[],
        Some("legacy"),
        Check::OneOf(&["legacy", "v2", "auto"]),
        "Generation of Recall's API.",
    ),
    setting(
        "runagents.endpoint",
        &["RUNAGENTS_ENDPOINT"],
        Some("http://localhost:8092"),
        Check::Address,
        "Address of RunAgents.",
    ),
    setting("runagents.api_key", &["RUNAGENTS_API_KEY"], None, Check::Key, "Key for RunAgents."),
    setting(
        "runagents.namespace",
        &["RUNAGENTS_NAMESPACE"],
        None,
        Check::Text,
        "Namespace to name in each request; none is named when unset.",
    ),
    setting(
        "runagents.assistant_mode",
        &["RUNAGENTS_ASSISTANT_MODE"],
        Some("external"),
        Check::OneOf(&["external", "runagents", "off"]),
        "Who does the thinking in `copilot` commands.",
    ),
    setting(
        "runagents.dialect",
        &[],
        Some("v1"),
        Check::OneOf(&["v1", "legacy"]),
        "Wire format of RunAgents.",
    ),
    setting("output", &["RA_OUTPUT"], Some("human"), OUTPUTS, "Form of results, as -o."),
];

/// The setting with this key.
///
/// # Errors
/// Exit 2 with the nearest known key.
pub fn find(key: &str) -> Result<&'static Setting, Failure> {
    // The official tools spell some of them with a hyphen.
    let spelled = key.trim().replace('-', "_");
    SETTINGS.iter().find(|setting| setting.key == spelled).ok_or_else(|| {
        let failure = Failure::usage(format!("no setting is called `{key}`"));
        match text::closest(key, SETTINGS.iter().map(|setting| setting.key)) {
            Some(near) => failure.hint(format!("did you mean {near}?")),
            None => failure.hint("ra config list"),
        }
    })
}

impl Setting {
    /// Whether its value must not be shown.
    pub fn is_secret(&self) -> bool {
        self.check == Check::Key
    }

    /// The value, trimmed, if the setting may hold it; `origin` names the culprit otherwise.
    ///
    /// # Errors
    /// Exit 2, naming the setting and where the value came from.
    pub fn checked(&self, value: &str, origin: &str) -> Result<String, Failure> {
        let value = value.trim();
        let bad = |why: String| Failure::usage(format!("{} {why} (from {origin})", self.key));
        if value.chars().any(char::is_control) {
            return Err(bad("holds a line break or another control character".into()));
        }
        match self.check {
            Check::Text => {}
            Check::Key if value.is_ascii() => {}
            Check::Key => return Err(bad("holds a character that cannot be sent in a header".into())),
            // What stands before an @ may be a password.
            Check::Address if value.contains('@') => {
                check_address(value).map_err(|why| bad(why.to_owned()))?;
            }
            Check::Address => check_address(value).map_err(|why| bad(format!("`{value}` {why}")))?,
            Check::OneOf(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(value)) {
                Some(word) => return Ok((*word).to_owned()),
                None => return Err(bad(format!("is `{value}`, not one of {}", words.join(", ")))),
            },
        }
        Ok(value.to_owned())
    }
}

fn check_address(value: &str) -> Result<(), &'static str> {
    let url = url::Url::parse(value).map_err(|_| "is no address; it should look like https://host")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("has no http:// or https:// at its start");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password; keys go into api_key");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("holds a query or fragment");
    }
    Ok(())
}

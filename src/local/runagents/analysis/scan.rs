//! What sources talk to and what they give away: addresses, models, secrets.

use serde_json::{Value, json};
use url::Url;

use super::super::fields::Fields;
use super::{add, lines, quoted_after};

/// Hosts that are models, not tools.
const MODEL_HOSTS: [(&str, &str); 4] = [
    ("api.openai.com", "openai"),
    ("api.anthropic.com", "anthropic"),
    ("amazonaws.com", "bedrock"),
    ("localhost:11434", "ollama"),
];

/// How the names of models begin, and whose they are.
const MODEL_NAMES: [(&str, &str); 5] = [
    ("gpt-", "openai"),
    ("o1", "openai"),
    ("text-embedding-", "openai"),
    ("claude-", "anthropic"),
    ("llama", "ollama"),
];

/// How secrets begin, what they are, and how bad it is.
const SECRETS: [(&str, &str, &str); 7] = [
    ("sk_live_", "api_key", "high"),
    ("sk-", "api_key", "high"),
    ("AKIA", "aws_access_key", "high"),
    ("ghp_", "github_token", "high"),
    ("xoxb-", "slack_token", "high"),
    ("ra_ws_", "workspace_key", "high"),
    ("-----BEGIN", "private_key", "high"),
];

/// Names to which nothing secret should be assigned in a source.
const SECRET_NAMES: [&str; 5] = ["password", "passwd", "secret", "token", "api_key"];

/// Everything found, by the name under which it is answered.
pub fn scan(files: &Fields) -> [(&'static str, Value); 6] {
    let (mut tools, mut providers, mut usages) = (Vec::new(), Vec::new(), Vec::new());
    let (mut secrets, mut hosts) = (Vec::new(), Vec::new());
    let mut prompt = String::new();
    for (file, number, line) in lines(files) {
        for url in urls(line) {
            let host = url.host_str().unwrap_or_default().to_owned();
            let place = url[..url::Position::BeforePath].to_owned();
            if MODEL_HOSTS.iter().all(|(known, _)| !place.ends_with(known)) {
                let base = |tool: &Value| tool["base_url"] == place.as_str();
                if !tools.iter().any(base) {
                    tools.push(
                        json!({"name": tool_name(&host), "base_url": place, "file": file, "line": number}),
                    );
                }
            }
            add(&mut hosts, host.into());
        }
        if let Some(model) = quoted_after(line, "model")
            && let Some((_, provider)) = MODEL_NAMES.iter().find(|(begin, _)| model.starts_with(begin))
        {
            add(&mut providers, json!({"provider": provider, "model": model}));
            let role = if model.contains("embedding") { "embedding" } else { "default" };
            let variable = line.split('=').next().unwrap_or_default().trim();
            let is_name = variable.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            let variable = if is_name && !variable.is_empty() { variable } else { "model" };
            usages.push(json!({"role": role, "variable_name": variable, "file": file, "line": number}));
        }
        if let Some((kind, severity)) = secret(line) {
            let description = format!("{} in the source", kind.replace('_', " "));
            secrets.push(json!({
                "type": kind, "file": file, "line": number, "severity": severity, "description": description,
            }));
        }
        let names = ["system_prompt", "SYSTEM_PROMPT", "systemPrompt"];
        if let Some(text) =
            names.iter().find_map(|name| quoted_after(line, name)).filter(|_| prompt.is_empty())
        {
            prompt = text.to_owned();
        }
    }
    [
        ("tools", tools.into()),
        ("model_providers", providers.into()),
        ("model_usages", usages.into()),
        ("secrets", secrets.into()),
        ("outbound_destinations", hosts.into()),
        ("system_prompt_suggestion", prompt.into()),
    ]
}

fn urls(line: &str) -> impl Iterator<Item = Url> {
    let starts = line.match_indices("http").map(|(at, _)| &line[at..]);
    let whole = |text: &str| {
        let end = text.find(|letter: char| letter.is_whitespace() || "\"'`<>(){}[],\\".contains(letter));
        Url::parse(&text[..end.unwrap_or(text.len())]).ok()
    };
    starts.filter(|text| text.starts_with("http://") || text.starts_with("https://")).filter_map(whole)
}

/// `api.stripe.com` is `stripe-api`, `hooks.example.com` is `example-hooks`.
fn tool_name(host: &str) -> String {
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        ["www", name, ..] => (*name).to_owned(),
        [first, .., name, _] => format!("{name}-{first}"),
        [name, _] => format!("{name}-api"),
        _ => host.to_owned(),
    }
}

fn secret(line: &str) -> Option<(&'static str, &'static str)> {
    for (begin, kind, severity) in SECRETS {
        for (at, _) in line.match_indices(begin) {
            let opened = line[..at].ends_with(['"', '\'', '=', ' ', ':']);
            let rest = line[at + begin.len()..]
                .bytes()
                .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-');
            if kind == "private_key" || (opened && rest.count() >= 12) {
                return Some((kind, severity));
            }
        }
    }
    let lower = line.to_lowercase();
    let given = SECRET_NAMES.iter().filter_map(|name| quoted_after(&lower, name));
    let real =
        |text: &&str| text.len() >= 8 && !text.contains(['<', '{', '$', ' ']) && !text.starts_with("your");
    given.into_iter().find(real).map(|_| ("hardcoded_secret", "medium"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_source_does() {
        let source = "model = \"gpt-4o\"\nKEY = \"sk_live_abcdefghijklmnop\"\n\
                      requests.get('https://api.stripe.com/v1/charges')\nSYSTEM_PROMPT = \"You pay.\"\n";
        let files = json!({"agent.py": source}).as_object().cloned().unwrap_or_default();
        let found =
            Value::Object(scan(&files).into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        assert_eq!(
            found["tools"][0],
            json!({"name": "stripe-api", "base_url": "https://api.stripe.com", "file": "agent.py", "line": 3})
        );
        assert_eq!(found["model_providers"], json!([{"provider": "openai", "model": "gpt-4o"}]));
        assert_eq!(found["secrets"][0]["type"], "api_key");
        assert_eq!(found["outbound_destinations"], json!(["api.stripe.com"]));
        assert_eq!(found["system_prompt_suggestion"], "You pay.");
    }

    #[test]
    fn placeholders_are_no_secrets() {
        assert_eq!(secret("api_key = \"${API_KEY}\""), None);
        assert_eq!(secret("password = os.environ['PASSWORD']"), None);
        assert_eq!(secret("password = \"hunter2hunter2\""), Some(("hardcoded_secret", "medium")));
        assert_eq!(secret("task-force"), None);
    }
}

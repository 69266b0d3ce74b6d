//! What a project says about itself in `runagents.yaml` (contract 4.5).

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Failure;
use crate::text;

/// The names it may have.
const NAMES: [&str; 2] = ["runagents.yaml", "runagents.yml"];

/// A model as the project describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelEntry {
    /// What it is for.
    pub role: Option<String>,
    /// Provider and model in one word, `openai/gpt-4o`, possibly with role and budget.
    pub word: String,
    /// US dollars a month.
    pub budget: Option<String>,
}

/// A project's own description; everything is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Where it stands; nothing when the project has none.
    pub path: Option<PathBuf>,
    /// The agent's name.
    pub name: Option<String>,
    /// Tools it may call.
    pub tools: Option<Vec<String>>,
    /// Its models.
    pub models: Vec<ModelEntry>,
    /// What it is told before everything else.
    pub system_prompt: Option<String>,
    /// What is started.
    pub entry_point: Option<String>,
    /// Policies it stands under.
    pub policies: Option<Vec<String>>,
    /// Who signs people in.
    pub identity_provider: Option<String>,
    /// Framework it is written in.
    pub framework: Option<String>,
    /// Requirements file beside it.
    pub requirements: Option<String>,
    /// Patterns of the files that go up, instead of all sources.
    pub files: Vec<String>,
    /// Patterns of the files that stay.
    pub ignore: Vec<String>,
    /// Words at the top that nothing here knows.
    pub unknown: Vec<String>,
}

const KNOWN: &[&str] = &[
    "name",
    "tools",
    "model",
    "models",
    "system_prompt",
    "entry_point",
    "policies",
    "identity_provider",
    "framework",
    "requirements",
    "files",
    "ignore",
    "description",
    "version",
];

impl Manifest {
    /// The description in a folder, if it holds one.
    ///
    /// # Errors
    /// Exit 2 when it is no YAML or a value has the wrong kind.
    pub fn in_folder(folder: &Path) -> Result<Option<Self>, Failure> {
        let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) else {
            return Ok(None);
        };
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::usage(format!("cannot read `{shown}`: {error}")))?;
        let document: Value = if text.trim().is_empty() {
            Value::Null
        } else {
            serde_saphyr::from_str(&text).map_err(|error| {
                Failure::usage(format!("`{shown}` is not YAML: {}", text::line(&error.to_string())))
            })?
        };
        Ok(Some(Self { path: Some(path), ..Self::read(&document, &shown)? }))
    }

    /// How messages name it.
    pub fn shown(&self) -> String {
        let name =
            self.path.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| NAMES[0].to_owned())
    }

    fn read(document: &Value, shown: &str) -> Result<Self, Failure> {
        if document.is_null() {
            return Ok(Self::default());
        }
        if !document.is_object() {
            return Err(Failure::usage(format!("`{shown}` holds no mapping of names to values")));
        }
        let text = |name: &str| word(document, name, shown);
        let words = |name: &str| words(document, name, shown);
        let unknown = document.as_object().into_iter().flatten().map(|(name, _)| name.clone());
        Ok(Self {
            path: None,
            name: text("name")?,
            tools: words("tools")?,
            models: models(document, shown)?,
            system_prompt: text("system_prompt")?,
            entry_point: text("entry_point")?,
            policies: words("policies")?,
            identity_provider: text("identity_provider")?,
            framework: text("framework")?,
            requirements: text("requirements")?,
            files: words("files")?.unwrap_or_default(),
            ignore: words("ignore")?.unwrap_or_default(),
            unknown: unknown.filter(|name| !KNOWN.contains(&name.as_str())).collect(),
        })
    }
}

fn wrong(shown: &str, name: &str, what: &str) -> Failure {
    Failure::usage(format!("`{}` in `{shown}` is not {what}", text::line(name)))
}

/// A text; numbers and switches count as what they look like, since YAML has no quotes.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn word(document: &Value, name: &str, shown: &str) -> Result<Option<String>, Failure> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let text = plain(value).ok_or_else(|| wrong(shown, name, "a text"))?;
            Ok(Some(text).filter(|text| !text.trim().is_empty()))
        }
    }
}

/// A list of words; one word alone is a list of one, and an item may be `{name: word}`.
fn words(document: &Value, name: &str, shown: &str) -> Result<Option<Vec<String>>, Failure> {
    let items = match document.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    };
    let item = |item: &Value| {
        plain(item)
            .or_else(|| item.get("name").and_then(plain))
            .ok_or_else(|| wrong(shown, name, "a list of words"))
    };
    let words: Vec<String> = items.iter().map(item).collect::<Result<_, _>>()?;
    Ok(Some(words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()))
}

fn models(document: &Value, shown: &str) -> Result<Vec<ModelEntry>, Failure> {
    let entry = |value: &Value| -> Result<ModelEntry, Failure> {
        if let Some(word) = value.as_str() {
            return Ok(ModelEntry { word: word.to_owned(), ..ModelEntry::default() });
        }
        let part = |name: &str| value.get(name).and_then(plain).filter(|text| !text.trim().is_empty());
        match (part("provider"), part("model").or_else(|| part("name"))) {
            (Some(provider), Some(model)) => Ok(ModelEntry {
                role: part("role"),
                word: format!("{}/{}", provider.trim(), model.trim()),
                budget: part("monthly_budget_usd").or_else(|| part("budget")),
            }),
            _ => Err(wrong(shown, "model", "provider and model")),
        }
    };
    let many = match document.get("models") {
        Some(Value::Array(items)) => items.iter().map(entry).collect::<Result<Vec<_>, _>>()?,
        Some(Value::Object(roles)) => {
            let of_role = |(role, value): (&String, &Value)| {
                Ok(ModelEntry { role: Some(role.clone()), ..entry(value)? })
            };
            roles.iter().map(of_role).collect::<Result<Vec<_>, Failure>>()?
        }
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(wrong(shown, "models", "a list")),
    };
    match document.get("model") {
        None | Some(Value::Null) => Ok(many),
        Some(_) if !many.is_empty() => {
            Err(Failure::usage(format!("`{shown}` has both `model` and `models`; keep one of them")))
        }
        Some(value) => Ok(vec![entry(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Manifest, Failure> {
        Manifest::read(&serde_saphyr::from_str(text).unwrap(), "runagents.yaml")
    }

    #[test]
    fn real_yaml() {
        let manifest = read(
            "name: my-agent   # the agent\ntools:\n  - echo-tool  # one\n  - name: calc\nmodel:\n  provider: openai\n  model: gpt-4o\nsystem_prompt: |\n  You help.\n  Briefly.\npolicies: [a, b]\nentry_point: agent.py\nignore:\n- '*.sql'\ncolour: red\n",
        )
        .unwrap();
        assert_eq!(manifest.name.as_deref(), Some("my-agent"));
        assert_eq!(manifest.tools, Some(vec!["echo-tool".to_owned(), "calc".to_owned()]));
        assert_eq!(manifest.models, [ModelEntry { word: "openai/gpt-4o".into(), ..ModelEntry::default() }]);
        assert_eq!(manifest.system_prompt.as_deref(), Some("You help.\nBriefly.\n"));
        assert_eq!(manifest.policies.as_ref().map(Vec::len), Some(2));
        assert_eq!((manifest.ignore.len(), manifest.unknown), (1, vec!["colour".to_owned()]));
    }

    #[test]
    fn several_models() {
        let manifest =
            read("models:\n- {role: chat, provider: openai, model: gpt-4o, monthly_budget_usd: 50}\n- fast=groq/x\n").unwrap();
        assert_eq!(manifest.models[0].budget.as_deref(), Some("50"));
        assert_eq!(manifest.models[1].word, "fast=groq/x");
        let manifest = read("models:\n  chat: {provider: a, model: b}\n").unwrap();
        assert_eq!(manifest.models[0].role.as_deref(), Some("chat"));
    }

    #[test]
    fn wrong_kinds_are_told() {
        for text in [
            "name: [a]",
            "- a",
            "tools: [[a]]",
            "model: {provider: x}",
            "models: 3",
            "model: a/b\nmodels: [a/c]",
        ] {
            assert_eq!(read(text).unwrap_err().kind.exit_code(), 2, "{text}");
        }
    }
}

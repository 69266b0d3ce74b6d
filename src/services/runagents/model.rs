//! A model for an agent, as it is typed: `[role=]provider/model[@budget]` (contract 4.4).

use crate::error::Failure;
use crate::json::{Json, Node};

/// The role of a model that nobody gave one.
const DEFAULT_ROLE: &str = "default";

/// One of an agent's models.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What it is for; `default` when nothing was said.
    pub role: String,
    /// The registered provider.
    pub provider: String,
    /// The model's name at the provider; it may hold slashes.
    pub model: String,
    /// US dollars a month, in the spelling it was given in.
    pub budget: Option<String>,
}

impl Model {
    /// Reads `[role=]provider/model[@budget]`. The first slash parts provider and model; what follows the last `@`
    /// is a budget when it is an amount of less than eight digits, so that `claude@20250514` stays a model.
    ///
    /// # Errors
    /// Exit 2 with the form that is expected.
    pub fn parse(given: &str) -> Result<Self, Failure> {
        let wrong = |why: &str| {
            Failure::usage(format!("`{}` is no model: {why}", crate::text::line(given)))
                .hint("--model openai/gpt-4o-mini   # or [role=]provider/model[@monthly budget in dollars]")
        };
        let (before, model) =
            given.split_once('/').ok_or_else(|| wrong("there is no provider before a `/`"))?;
        let (role, provider) = match before.split_once('=') {
            Some((role, provider)) if role.trim().is_empty() => {
                return Err(wrong(&format!("the role before `={provider}` is empty")));
            }
            Some((role, provider)) => (role.trim(), provider.trim()),
            None => (DEFAULT_ROLE, before.trim()),
        };
        let (model, budget) = match model.rsplit_once('@') {
            Some((model, amount)) if is_budget(amount) => (model.trim(), Some(bare(amount).to_owned())),
            Some((_, "")) => return Err(wrong("there is no budget after the `@`")),
            _ => (model.trim(), None),
        };
        if provider.is_empty() || model.is_empty() {
            return Err(wrong("provider and model must not be empty"));
        }
        Ok(Self { role: role.to_owned(), provider: provider.to_owned(), model: model.to_owned(), budget })
    }

    /// The entry of `llm_configs`.
    pub fn to_node(&self) -> Node {
        let mut node = Node::object();
        node.set("provider", self.provider.as_str());
        node.set("model", self.model.as_str());
        node.set("role", self.role.as_str());
        if let Some(budget) = &self.budget {
            node.set("monthly_budget_usd", Node::Number(budget.clone()));
        }
        node
    }
}

/// An amount as JSON spells one, a dollar sign allowed.
pub fn is_budget(amount: &str) -> bool {
    let amount = bare(amount);
    let digits = amount.split('.').next().unwrap_or_default().len();
    let number = amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    number && digits < 8 && Json::parse(amount).is_ok_and(|json| json.value.is_number())
}

fn bare(amount: &str) -> &str {
    let amount = amount.trim();
    amount.strip_prefix('$').unwrap_or(amount)
}

/// Makes sure that each role stands once.
///
/// # Errors
/// Exit 2, naming the role.
pub fn distinct(models: &[Model]) -> Result<(), Failure> {
    for (number, model) in models.iter().enumerate() {
        if let Some(first) = models[..number].iter().find(|other| other.role == model.role) {
            let role = crate::text::line(&model.role);
            return Err(Failure::usage(format!(
                "`{}` and `{}` both have the role `{role}`",
                crate::text::line(&first.model),
                crate::text::line(&model.model)
            ))
            .hint("--model chat=openai/gpt-4o-mini   # a role for each"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (given, role, provider, model, budget) in [
            ("openai/gpt-4o-mini", "default", "openai", "gpt-4o-mini", None),
            ("bedrock/us.anthropic.claude/x", "default", "bedrock", "us.anthropic.claude/x", None),
            ("chat=openai/gpt-4o@50", "chat", "openai", "gpt-4o", Some("50")),
            (" a = b / c @ $12.50", "a", "b", "c", Some("12.50")),
            ("vertex/claude@20250514", "default", "vertex", "claude@20250514", None),
            ("vertex/claude@20250514@9", "default", "vertex", "claude@20250514", Some("9")),
            ("ollama/llama3@latest", "default", "ollama", "llama3@latest", None),
            ("p/m=x", "default", "p", "m=x", None),
        ] {
            let expected = Model {
                role: role.into(),
                provider: provider.into(),
                model: model.into(),
                budget: budget.map(str::to_owned),
            };
            assert_eq!(Model::parse(given).unwrap(), expected, "{given:?}");
        }
        for given in ["gpt-4o-mini", "/x", "openai/", "=openai/x", "openai/x@", "openai/ @5", ""] {
            assert_eq!(Model::parse(given).unwrap_err().kind.exit_code(), 2, "{given:?}");
        }
    }

    #[test]
    fn a_role_stands_once() {
        let models =
            |given: &[&str]| given.iter().map(|text| Model::parse(text).unwrap()).collect::<Vec<_>>();
        assert!(distinct(&models(&["a/b", "chat=a/c"])).is_ok());
        assert!(distinct(&models(&["a/b", "a/c"])).is_err());
    }
}

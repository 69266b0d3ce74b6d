//! Whether an agent may use a tool: the rules of the policies that it is bound to.

use serde_json::Value;

use super::agents::record::strings;
use super::{approvals, policies};
use crate::local::{World, store};

/// What the rules say.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// Never.
    Deny,
    /// Only when a person agrees, for as long as this.
    Ask(String),
}

/// One use of a tool.
pub struct Use<'a> {
    /// The tool, as answered.
    pub tool: &'a Value,
    /// The HTTP method.
    pub method: &'a str,
    /// The full address.
    pub url: &'a str,
    /// The end user.
    pub user: &'a str,
}

/// Judges a use by the policies of an agent; an agent without any is free.
pub fn judge(world: &World, agent: &Value, wanted: &Use) -> store::Result<Verdict> {
    let mut bound = Vec::new();
    for name in strings(agent, "policies") {
        bound.extend(world.store.get(policies::KIND, name)?);
    }
    if bound.is_empty() && strings(agent, "policies").next().is_some() {
        // Its policies were deleted: that frees nobody.
        return Ok(Verdict::Deny);
    }
    let verdict = weigh(&bound, wanted);
    if let Verdict::Ask(_) = verdict {
        let names =
            (agent["name"].as_str().unwrap_or_default(), wanted.tool["name"].as_str().unwrap_or_default());
        if approvals::granted(world, wanted.user, names.0, names.1)? {
            return Ok(Verdict::Allow);
        }
    }
    Ok(verdict)
}

/// Deny weighs more than asking, asking more than allowing; what no rule names is denied.
fn weigh(policies: &[Value], wanted: &Use) -> Verdict {
    if policies.is_empty() {
        return Verdict::Allow;
    }
    let rules =
        || policies.iter().flat_map(|policy| policy["spec"]["policies"].as_array().into_iter().flatten());
    let said =
        |permission: &str| rules().any(|rule| rule["permission"] == permission && applies(rule, wanted));
    if said("deny") {
        Verdict::Deny
    } else if said("approval_required") {
        Verdict::Ask(duration(policies, wanted))
    } else if said("allow") {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

fn applies(rule: &Value, wanted: &Use) -> bool {
    let mut operations = strings(rule, "operations").peekable();
    let operation = operations.peek().is_none()
        || operations.any(|operation| operation == "*" || operation.eq_ignore_ascii_case(wanted.method));
    let resource = rule["resource"].as_str().is_none_or(|pattern| matches(pattern, wanted.url));
    let mut tags = strings(rule, "tags").peekable();
    let tag = tags.peek().is_none()
        || tags.any(|tag| strings(&wanted.tool["spec"], "riskTags").any(|known| known == tag));
    operation && resource && tag
}

/// For how long the approval rule that names this tool lets it.
fn duration(policies: &[Value], wanted: &Use) -> String {
    let rules =
        policies.iter().flat_map(|policy| policy["spec"]["approvals"].as_array().into_iter().flatten());
    let names_tool = |rule: &&Value| {
        let mut tools = strings(rule, "toolIds").peekable();
        tools.peek().is_none() || tools.any(|tool| wanted.tool["name"] == tool)
    };
    let found = rules.filter(names_tool).find_map(|rule| rule["defaultDuration"].as_str());
    found.unwrap_or(approvals::USUAL_DURATION).to_owned()
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut open = false;
    for part in parts {
        open = true;
        match rest.find(part) {
            Some(found) => rest = &rest[found + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
        || (open
            && (pattern.ends_with('*') || text.ends_with(pattern.rsplit('*').next().unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(rules: Value, method: &str) -> Verdict {
        let tool = json!({"name": "pay", "spec": {"riskTags": ["money"]}});
        let wanted = Use { tool: &tool, method, url: "https://api.example.com/v1/pay", user: "u" };
        weigh(&[json!({"spec": {"policies": rules, "approvals": [{"defaultDuration": "1h"}]}})], &wanted)
    }

    #[test]
    fn deny_before_ask_before_allow() {
        let allow = json!({"permission": "allow", "resource": "https://api.example.com/*"});
        let ask = json!({"permission": "approval_required", "operations": ["POST"]});
        let deny = json!({"permission": "deny", "tags": ["money"]});
        assert_eq!(verdict(json!([allow]), "GET"), Verdict::Allow);
        assert_eq!(verdict(json!([allow, ask]), "GET"), Verdict::Allow);
        assert_eq!(verdict(json!([allow, ask]), "POST"), Verdict::Ask("1h".into()));
        assert_eq!(verdict(json!([allow, ask, deny]), "POST"), Verdict::Deny);
    }

    #[test]
    fn what_no_rule_names_is_denied() {
        let elsewhere = json!({"permission": "allow", "resource": "https://other.example.com/*"});
        assert_eq!(verdict(json!([elsewhere]), "GET"), Verdict::Deny);
    }

    #[test]
    fn patterns() {
        for (pattern, fits) in
            [("https://a/*", true), ("https://a/b", true), ("*/b", true), ("https://a", false)]
        {
            assert_eq!(matches(pattern, "https://a/b"), fits, "{pattern}");
        }
        assert!(!matches("*x", "https://a/b"));
        assert!(matches("*b", "bab"));
    }
}

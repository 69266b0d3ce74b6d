//! How a deployment is to run: on the stock runtime at once, or from an image built for it.

use serde_json::{Value, json};

use super::super::fields::Fields;
use super::request::Deployment;

/// Words in a source that mean its author brings a framework along.
const FRAMEWORKS: [&str; 4] = ["langchain", "langgraph", "crewai", "autogen"];

/// Where a start is looked for when none is named.
const USUAL_STARTS: [&str; 3] = ["main.py", "app.py", "agent.py"];

/// What was decided, and why.
pub struct Plan {
    /// `INSTANT_RUNTIME` or `FAST_OVERLAY`.
    pub mode: &'static str,
    /// Whether an image has to be built.
    pub build: bool,
    /// What it will run on.
    pub runtime: &'static str,
    /// Why.
    pub reason: String,
    /// Whether the sources are of a kind the fast path does not know.
    foreign: bool,
}

/// Decides how a deployment is to run.
pub fn decide(deployment: &Deployment) -> Plan {
    let instant = |runtime, reason: &str| Plan {
        mode: "INSTANT_RUNTIME",
        build: false,
        runtime,
        reason: reason.to_owned(),
        foreign: false,
    };
    if deployment.image.is_some() {
        return instant("custom", "The image is given and needs no build");
    }
    let overlay = |reason: String, foreign| Plan {
        mode: "FAST_OVERLAY",
        build: true,
        runtime: if foreign { "custom" } else { "python" },
        reason,
        foreign,
    };
    if !deployment.files.keys().any(|path| path.ends_with(".py")) {
        return overlay("The sources hold no Python file".to_owned(), true);
    }
    if let Some(framework) = &deployment.framework {
        return overlay(format!("The framework {framework} is named"), false);
    }
    let sources = || deployment.files.values().filter_map(Value::as_str);
    for framework in FRAMEWORKS {
        if sources().any(|text| text.contains(framework)) {
            return overlay(format!("The sources use {framework}"), false);
        }
    }
    if sources().any(|text| text.contains("def handler(")) {
        return overlay("The sources have a handler of their own".to_owned(), false);
    }
    if let Some(package) = packages(deployment).find(|package| package != "runagents") {
        return overlay(format!("The requirements name {package}"), false);
    }
    if let Some(entry) = &deployment.entry_point {
        return overlay(format!("The entry point {entry} is named"), false);
    }
    instant("stock", "The stock runtime can run these sources")
}

impl Plan {
    /// The decision in the words of `POST /deploy/preview`.
    pub fn preview(&self) -> Value {
        let (state, label, eta, confidence) = match (self.build, self.foreign) {
            (false, _) => ("instant", "Ready at once", "1s-2s", "high"),
            (true, false) => ("preparing_runtime", "Preparing the runtime", "2s-5s", "high"),
            (true, true) => ("compatibility_setup", "Setting up compatibility", "2s-10s", "low"),
        };
        let mut details = json!({
            "execution_mode": self.mode,
            "build_required": self.build,
            "decision_reason": self.reason,
            "execution_kind": self.runtime,
            "support_level": if self.foreign { "best_effort" } else { "full" },
        });
        if self.build {
            details["build_profile"] = "fast_overlay".into();
        }
        json!({
            "user_state": state,
            "state_label": label,
            "eta_range": eta,
            "confidence": confidence,
            "short_reason": self.reason,
            "advanced_details": details,
        })
    }
}

/// Why a build of these sources will fail, if it will.
pub fn find_fault(deployment: &Deployment) -> Option<String> {
    if let Some(package) = packages(deployment).find(|package| package.contains("nonexistent")) {
        return Some(format!("pip install failed: no matching distribution found for {package}"));
    }
    let there = |path: &str| deployment.files.contains_key(path);
    match &deployment.entry_point {
        Some(entry) => {
            let found =
                there(entry) || there(&format!("{}.py", entry.trim_end_matches(".py").replace('.', "/")));
            (!found).then(|| format!("entry point {entry} is not among the source files"))
        }
        None => {
            let message = || format!("no entry point: name one, or add one of {}", USUAL_STARTS.join(", "));
            start_of(&deployment.files).is_none().then(message)
        }
    }
}

/// The file that sources are started from when none is named.
pub fn start_of(files: &Fields) -> Option<String> {
    let usual = USUAL_STARTS.iter().flat_map(|path| [(*path).to_owned(), format!("src/{path}")]);
    let has_handler = |text: &Value| text.as_str().is_some_and(|text| text.contains("def handler("));
    usual.into_iter().find(|path| files.contains_key(path)).or_else(|| {
        files
            .iter()
            .find(|(path, text)| path.ends_with(".py") && has_handler(text))
            .map(|(path, _)| path.clone())
    })
}

/// The names of the packages that the sources need, without versions and extras.
fn packages(deployment: &Deployment) -> impl Iterator<Item = String> {
    let among_files = || deployment.files.get("requirements.txt").and_then(Value::as_str);
    let text = deployment.requirements.as_deref().or_else(among_files).unwrap_or_default();
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty() && !line.starts_with('-'))
        .map(|line| {
            let end = line.find(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter));
            line[..end.unwrap_or(line.len())].to_ascii_lowercase()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(files: Value) -> Deployment {
        let Value::Object(files) = files else { unreachable!() };
        Deployment {
            agent_name: "a".into(),
            image: None,
            files,
            system_prompt: None,
            required_tools: vec![],
            new_tools: vec![],
            llm_configs: vec![],
            env: vec![],
            requirements: None,
            entry_point: None,
            framework: None,
            identity_provider: None,
            policies: vec![],
        }
    }

    #[test]
    fn plain_sources_run_at_once() {
        let plain =
            deployment(json!({"agent.py": "print(1)", "requirements.txt": "runagents>=1.4.2 # ours\n"}));
        assert!(!decide(&plain).build);
        assert_eq!(decide(&plain).preview()["user_state"], "instant");
    }

    #[test]
    fn code_of_ones_own_is_built() {
        for source in ["def handler(request):\n  pass", "import langgraph"] {
            assert_eq!(decide(&deployment(json!({"agent.py": source}))).mode, "FAST_OVERLAY", "{source}");
        }
        let mut needs = deployment(json!({"agent.py": ""}));
        needs.requirements = Some("runagents\nhttpx[http2]==0.27\n".into());
        assert_eq!(decide(&needs).reason, "The requirements name httpx");
        let go = deployment(json!({"main.go": "package main"}));
        assert_eq!(decide(&go).preview()["user_state"], "compatibility_setup");
    }

    #[test]
    fn an_image_is_never_built() {
        let mut image = deployment(json!({}));
        image.image = Some("registry.example.com/a:1".into());
        assert!(!decide(&image).build);
    }

    #[test]
    fn faults_are_found() {
        let mut missing = deployment(json!({"agent.py": ""}));
        missing.requirements = Some("nonexistent-package>=1".into());
        let fault = find_fault(&missing);
        assert_eq!(
            fault.as_deref(),
            Some("pip install failed: no matching distribution found for nonexistent-package")
        );

        let mut entry = deployment(json!({"src/agent.py": ""}));
        for (name, fails) in [("src/agent.py", false), ("src.agent", false), ("main.py", true)] {
            entry.entry_point = Some(name.into());
            assert_eq!(find_fault(&entry).is_some(), fails, "{name}");
        }
        assert!(find_fault(&deployment(json!({"tool.py": ""}))).is_some());
    }
}

//! Which packages Python sources need: the requirements file if there is one, else the imports.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::fields::Fields;
use super::lines;

/// Modules whose package goes by another name.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("yaml", "pyyaml"),
    ("bs4", "beautifulsoup4"),
    ("PIL", "pillow"),
    ("sklearn", "scikit-learn"),
    ("dotenv", "python-dotenv"),
    ("autogen", "pyautogen"),
    ("jwt", "pyjwt"),
    ("dateutil", "python-dateutil"),
    ("cv2", "opencv-python"),
];

/// Modules that come with Python.
const OWN: &str = " __future__ abc argparse ast asyncio base64 bisect calendar collections concurrent \
    configparser contextlib copy csv ctypes dataclasses datetime decimal difflib email enum errno fnmatch \
    fractions functools gc getpass glob gzip hashlib heapq hmac html http importlib inspect io ipaddress \
    itertools json logging math mimetypes multiprocessing operator os pathlib pickle platform pprint queue \
    random re secrets select shlex shutil signal smtplib socket sqlite3 ssl stat statistics string struct \
    subprocess sys tempfile textwrap threading time tomllib traceback types typing unicodedata unittest \
    urllib uuid venv warnings weakref xml zipfile zlib zoneinfo ";

/// Frameworks by the module that gives them away, the more special first.
const FRAMEWORKS: [&str; 4] = ["langgraph", "langchain", "crewai", "autogen"];

/// What would stand in a requirements file.
pub fn requirements(files: &Fields) -> Vec<String> {
    if let Some(text) = files.get("requirements.txt").and_then(Value::as_str) {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        return lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    }
    let here = |module: &str| {
        files
            .keys()
            .any(|path| path.split('/').any(|part| part.strip_suffix(".py").unwrap_or(part) == module))
    };
    let foreign =
        imports(files).into_iter().filter(|module| !OWN.contains(&format!(" {module} ")) && !here(module));
    let package = |module: String| {
        let renamed = OTHER_NAMES.iter().find(|(name, _)| *name == module);
        renamed.map_or_else(|| module.replace('_', "-"), |(_, package)| (*package).to_owned())
    };
    foreign.map(package).collect()
}

/// The framework that the sources are written for.
pub fn framework(files: &Fields) -> Option<&'static str> {
    let imports = imports(files);
    FRAMEWORKS.into_iter().find(|name| imports.iter().any(|module| module.starts_with(name)))
}

/// The first words of all imported modules.
fn imports(files: &Fields) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (path, _, line) in lines(files) {
        if !path.ends_with(".py") {
            continue;
        }
        let line = line.trim();
        let names = if let Some(names) = line.strip_prefix("import ") {
            names.split(',').collect()
        } else if let Some(name) = line.strip_prefix("from ").and_then(|rest| rest.split(" import").next()) {
            vec![name]
        } else {
            continue;
        };
        for name in names {
            let first = name.trim().split(['.', ' ', ';']).next().unwrap_or_default();
            if !first.is_empty() && first.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
                modules.insert(first.to_owned());
            }
        }
    }
    modules
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(files: Value) -> Fields {
        files.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn imports_become_packages() {
        let files = of(json!({
            "agent.py": "import os, yaml\nfrom langgraph.graph import StateGraph\nfrom . import x\nimport tools.pay\n",
            "tools/pay.py": "import requests as r",
        }));
        assert_eq!(requirements(&files), ["langgraph", "requests", "pyyaml"]);
        assert_eq!(framework(&files), Some("langgraph"));
    }

    #[test]
    fn a_requirements_file_rules() {
        let files = of(json!({"agent.py": "import openai", "requirements.txt": "httpx>=1 # web\n\n"}));
        assert_eq!(requirements(&files), ["httpx>=1"]);
    }
}

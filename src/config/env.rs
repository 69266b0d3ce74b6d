//! The environment: the only place that reads it, and the table behind `ra help environment`.

use std::collections::BTreeMap;

/// The variables of the process, read once; an empty one counts as unset.
#[derive(Clone, Debug, Default)]
pub struct Env {
    variables: BTreeMap<String, String>,
}

impl Env {
    /// The process's environment. Values that are not UTF-8 are left out: none of ours can be.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(_, value)| !value.is_empty());
        Self { variables: variables.collect() }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A switch: set to anything but `0`, `false`, `no` or `off`.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| {
            !matches!(value.trim().to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
        })
    }
}

/// The shell that asks for completions, when one does. Nothing else of the environment is read for that.
pub fn completing() -> Option<String> {
    std::env::var("RA_COMPLETE").ok().filter(|shell| !shell.is_empty() && shell != "0")
}

/// A variable that changes how `ra` behaves, beside those that stand for a setting.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, one sentence.
    pub meaning: &'static str,
}

/// All of them, in the order of `ra help environment`.
pub const VARIABLES: &[Variable] = &[
    Variable { name: "RA_CONFIG", meaning: "Configuration file to use, as --config." },
    Variable { name: "RA_PROFILE", meaning: "Profile to use, as --profile." },
    Variable { name: "RA_LOCAL", meaning: "Talk to the embedded local services, as --local." },
    Variable { name: "RA_TIMEOUT", meaning: "Limit for one request, as --timeout." },
    Variable { name: "RA_IDLE_TIMEOUT", meaning: "Longest silence on a stream, as --idle-timeout." },
    Variable { name: "RA_MAX_RETRIES", meaning: "Attempts after the first, as --max-retries." },
    Variable { name: "RA_MAX_WAIT", meaning: "Longest wait a server may ask for, as --max-wait." },
    Variable { name: "RA_NO_INPUT", meaning: "Never ask anything, as --no-input." },
    Variable {
        name: "RA_LOG",
        meaning: "Trace requests on stderr: 1 or `debug` as -v, 2 or `trace` as -vv.",
    },
    Variable {
        name: "RA_COMPLETE",
        meaning: "Set by completion scripts: answer a shell and do nothing else.",
    },
    Variable { name: "NO_COLOR", meaning: "No colour; wins over the two below." },
    Variable { name: "CLICOLOR_FORCE", meaning: "Colour also where nobody looks; wins over CLICOLOR." },
    Variable { name: "CLICOLOR", meaning: "0 means no colour." },
    Variable { name: "EDITOR", meaning: "Editor for `ra config edit`; VISUAL wins over it." },
    Variable {
        name: "XDG_CONFIG_HOME",
        meaning: "Where the folder `ra` with the configuration is; default ~/.config.",
    },
    Variable {
        name: "XDG_STATE_HOME",
        meaning: "Where the folder `ra` with remembered runs is; default ~/.local/state.",
    },
    Variable {
        name: "XDG_DATA_HOME",
        meaning: "Where the folder `ra` with the local services' state is; default ~/.local/share.",
    },
    Variable {
        name: "XDG_CACHE_HOME",
        meaning: "Where the folder `ra` with completion caches is; default ~/.cache.",
    },
    Variable {
        name: "HTTPS_PROXY",
        meaning: "Proxy for https addresses; HTTP_PROXY, ALL_PROXY and NO_PROXY likewise.",
    },
    Variable {
        name: "SSL_CERT_FILE",
        meaning: "Trusted certificates instead of the system's; SSL_CERT_DIR likewise.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches() {
        let env =
            Env { variables: [("A", "1"), ("B", "false")].map(|(k, v)| (k.to_owned(), v.to_owned())).into() };
        assert!(env.is_on("A") && !env.is_on("B") && !env.is_on("C"));
    }
}

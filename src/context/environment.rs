//! What the environment adds to the flags: limits, switches, colour, the form of results.

use std::path::Path;
use std::time::Duration;

use crate::args::globals::ColorArg;
use crate::args::{Globals, duration};
use crate::config::{Env, Settings};
use crate::error::Failure;
use crate::output::{ColorWhen, Format};

/// Environment variables stand in for flags that were not given.
pub(super) fn with_environment(mut globals: Globals, env: &Env) -> Result<Globals, Failure> {
    let time = |given: Option<Duration>, name: &str| match (given, env.get(name)) {
        (Some(given), _) => Ok(Some(given)),
        (None, Some(text)) => {
            duration::parse(text).map(Some).map_err(|why| Failure::usage(format!("{why} (from {name})")))
        }
        (None, None) => Ok(None),
    };
    globals.timeout = time(globals.timeout, "RA_TIMEOUT")?;
    globals.idle_timeout = time(globals.idle_timeout, "RA_IDLE_TIMEOUT")?;
    globals.max_wait = time(globals.max_wait, "RA_MAX_WAIT")?;
    if let (None, Some(text)) = (globals.max_retries, env.get("RA_MAX_RETRIES")) {
        let number = text.trim().parse();
        globals.max_retries =
            Some(number.map_err(|_| Failure::usage(format!("`{text}` is no number (from RA_MAX_RETRIES)")))?);
    }
    globals.local |= env.is_on("RA_LOCAL");
    globals.no_input |= env.is_on("RA_NO_INPUT");
    // Plain http would never look at it, and a person who gave it would never know.
    if let Some(path) = globals.cacert.as_deref().filter(|path| !path.is_file()) {
        return Err(Failure::usage(format!("--cacert {} is no file", path.display())));
    }
    if globals.config.as_deref().is_some_and(|path| path == Path::new("")) {
        return Err(Failure::usage("--config is empty"));
    }
    Ok(globals)
}

/// The form of results: the flag, else the setting, else the variable alone when there are no settings.
pub(super) fn output_format(
    globals: &Globals,
    env: &Env,
    settings: Option<&Settings>,
) -> Result<Format, Failure> {
    let (name, origin) = match (&globals.output, settings) {
        (Some(name), _) => (name.clone(), "--output".to_owned()),
        (None, Some(settings)) => match settings.get("output")? {
            Some(resolved) => (resolved.value, resolved.origin.to_string()),
            None => return Ok(Format::default()),
        },
        (None, None) => (env.get("RA_OUTPUT").unwrap_or("human").to_owned(), "RA_OUTPUT".to_owned()),
    };
    Format::parse(&name)
        .ok_or_else(|| Failure::usage(format!("`{name}` is no output format (from {origin})")))
}

/// The failure for a configuration file that was named and is not there; the usual one need not be.
pub(super) fn missing_config(globals: &Globals, env: &Env) -> Option<Failure> {
    let (path, origin) = match &globals.config {
        Some(path) => (path.as_path(), "--config"),
        None => (Path::new(env.get("RA_CONFIG")?), "RA_CONFIG"),
    };
    let missing = || Failure::usage(format!("there is no {} (from {origin})", path.display()));
    (!path.exists()).then(|| missing().hint("ra config set output human   # makes it"))
}

/// `RA_LOG`: 1 or `debug` as `-v`, 2 or `trace` as `-vv`.
///
/// # Errors
/// Exit 2 for another word: somebody who wants to see more should not see nothing.
pub(super) fn level_of(env: &Env) -> Result<u8, Failure> {
    let word = env.get("RA_LOG").unwrap_or("off").trim();
    Ok(match word.to_ascii_lowercase().as_str() {
        "1" | "debug" | "info" => 1,
        "2" | "trace" => 2,
        "0" | "off" | "error" | "warn" | "" => 0,
        _ => {
            return Err(Failure::usage(format!("`{word}` is none of 1, debug, 2, trace, off (from RA_LOG)")));
        }
    })
}

/// The flag beats `NO_COLOR` beats `CLICOLOR_FORCE` beats `CLICOLOR`.
pub(super) fn color(globals: &Globals, env: &Env) -> ColorWhen {
    match globals.color {
        Some(ColorArg::Always) => ColorWhen::Always,
        Some(ColorArg::Never) => ColorWhen::Never,
        Some(ColorArg::Auto) => ColorWhen::Auto,
        None if env.get("NO_COLOR").is_some() => ColorWhen::Never,
        None if env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0") => ColorWhen::Always,
        None if env.get("CLICOLOR") == Some("0") || env.get("TERM") == Some("dumb") => ColorWhen::Never,
        None => ColorWhen::Auto,
    }
}

//! What the machine brings along: proxies, certificates, interpreters.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::Check;
use crate::context::Context;

/// Proxy variables and certificates.
pub fn network(ctx: &Context) -> Vec<Check> {
    vec![proxies(ctx), certificates(ctx)]
}

fn proxies(ctx: &Context) -> Check {
    let names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];
    let both = names.iter().flat_map(|name| [(*name).to_owned(), name.to_ascii_lowercase()]);
    // Their values may hold passwords.
    let set: Vec<String> = both.filter(|name| ctx.env.get(name).is_some()).collect();
    match set.as_slice() {
        [] => Check::ok("proxy", "none"),
        set => Check::ok("proxy", format!("from {}", set.join(", "))),
    }
}

fn certificates(ctx: &Context) -> Check {
    let named = [
        ("--cacert", ctx.globals.cacert.as_deref()),
        ("SSL_CERT_FILE", ctx.env.get("SSL_CERT_FILE").map(Path::new)),
        ("SSL_CERT_DIR", ctx.env.get("SSL_CERT_DIR").map(Path::new)),
    ];
    let given: Vec<(&str, &Path)> =
        named.into_iter().filter_map(|(name, path)| Some((name, path?))).collect();
    for (name, path) in &given {
        // SSL_CERT_DIR may name several folders.
        let missing = std::env::split_paths(path).find(|path| !path.exists());
        if let Some(missing) = missing {
            return Check::fail("certificates", format!("{name}: {} is not there", missing.display()));
        }
    }
    match (crate::http::has_system_certificates(), given.as_slice()) {
        (true, []) => Check::ok("certificates", "the system's"),
        (_, [_, ..]) => {
            let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
            Check::ok("certificates", format!("from {}", names.join(", ")))
        }
        (false, []) => Check::warn(
            "certificates",
            "none; install the ca-certificates package, set SSL_CERT_FILE, or give --cacert FILE",
        ),
    }
}

/// The programs that run code in the local sandbox.
pub async fn interpreters() -> Check {
    let (python, node, deno, bun) =
        tokio::join!(version("python3"), version("node"), version("deno"), version("bun"));
    let found: Vec<String> = [python, node, deno, bun].into_iter().flatten().collect();
    match found.is_empty() {
        true => Check::warn(
            "interpreters",
            "none; `ra --local recursiv sandbox try` needs python3, node, deno or bun",
        ),
        false => Check::ok("interpreters", found.join(", ")),
    }
}

/// A program with the version it tells, if it is there and tells one soon.
async fn version(program: &str) -> Option<String> {
    let mut command = tokio::process::Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(3), command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_number =
        |word: &&str| word.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit());
    let number = text.lines().next()?.split_whitespace().find(is_number)?;
    Some(format!("{program} {}", number.trim_start_matches('v')))
}

//! The base address that a person's spelling of an endpoint stands for (contract 1.1).

use url::Url;

const API: &str = "/api/v1";

/// The address that requests go to. Text that is no address stays as it is; settings have refused it already.
pub fn normalised(given: &str) -> String {
    let trimmed = given.trim().trim_end_matches('/');
    let Ok(url) = Url::parse(trimmed) else { return trimmed.to_owned() };
    if !url.has_host() {
        return trimmed.to_owned();
    }
    let path = url.path().trim_end_matches('/');
    let path = if path.ends_with(API) || path.contains("/api/v1/workspaces/") {
        path.to_owned()
    } else if path.starts_with("/workspaces/") {
        format!("{API}{path}")
    } else {
        format!("{path}{API}")
    };
    format!("{}{path}", url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn the_contracts_table() {
        for (given, base) in [
            (
                "https://1406e38143ac0e57.try.runagents.io/",
                "https://1406e38143ac0e57.try.runagents.io/api/v1",
            ),
            (
                "https://acme.runagents.io/workspaces/revops",
                "https://acme.runagents.io/api/v1/workspaces/revops",
            ),
            ("https://acme.runagents.io/api/v1", "https://acme.runagents.io/api/v1"),
            (
                "https://acme.runagents.io/api/v1/workspaces/revops/",
                "https://acme.runagents.io/api/v1/workspaces/revops",
            ),
            ("http://localhost:8092", "http://localhost:8092/api/v1"),
            ("https://proxy.example/base", "https://proxy.example/base/api/v1"),
            ("https://proxy.example/base/api/v1", "https://proxy.example/base/api/v1"),
            (
                "https://proxy.example/base/api/v1/workspaces/a//",
                "https://proxy.example/base/api/v1/workspaces/a",
            ),
            ("  https://h///  ", "https://h/api/v1"),
            ("https://h/x?a=1#b", "https://h/x/api/v1"),
            ("foo", "foo"),
        ] {
            assert_eq!(normalised(given), base, "{given:?}");
        }
    }
}

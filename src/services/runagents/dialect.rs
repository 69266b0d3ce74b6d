//! The wire format of releases before 1.4.2, for servers that still speak it (contract 1.6).

/// Which generation of paths and headers a server understands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Today's.
    #[default]
    V1,
    /// 1.0.0 to 1.4.1: prefixes, a namespace in agents' paths, both key headers.
    Legacy,
}

/// Today's resources that had a home of their own.
const MOVED: &[(&str, &str)] = &[
    ("/approval-connectors", "/api/settings/approval-connectors"),
    ("/model-spend", "/api/dashboard/model-spend"),
    ("/approvals/requests", "/governance/requests"),
    ("/chat/completions", "/v1/chat/completions"),
    ("/analyze", "/ingestion/analyze"),
    ("/analysis", "/analysis"),
    ("/requirements", "/requirements"),
    ("/runs", "/runs"),
];

/// Where a path of today was.
pub fn legacy(path: &str, namespace: &str) -> String {
    if let Some(agent) = path.strip_prefix("/agents/") {
        return format!("/api/agents/{}/{agent}", crate::http::segment(namespace));
    }
    let moved = MOVED.iter().find_map(|(now, then)| {
        let rest = path.strip_prefix(now)?;
        (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| format!("{then}{rest}"))
    });
    moved.unwrap_or_else(|| format!("/api{path}"))
}

#[cfg(test)]
mod tests {
    use super::legacy;

    #[test]
    fn the_contracts_table() {
        for (now, then) in [
            ("/agents", "/api/agents"),
            ("/agents/bot", "/api/agents/default/bot"),
            ("/agents/bot/invoke", "/api/agents/default/bot/invoke"),
            ("/agents/bot/invoke/stream", "/api/agents/default/bot/invoke/stream"),
            ("/tools/a%2Fb", "/api/tools/a%2Fb"),
            ("/deploy/preview", "/api/deploy/preview"),
            ("/deploy-drafts/d1/complete", "/api/deploy-drafts/d1/complete"),
            ("/approval-connectors/defaults", "/api/settings/approval-connectors/defaults"),
            ("/model-spend", "/api/dashboard/model-spend"),
            ("/model-providers", "/api/model-providers"),
            ("/approvals/requests/r1/approve", "/governance/requests/r1/approve"),
            ("/runs/r1/events", "/runs/r1/events"),
            ("/runs?agent_id=x", "/runs?agent_id=x"),
            ("/analyze", "/ingestion/analyze"),
            ("/analysis/a1", "/analysis/a1"),
            ("/chat/completions", "/v1/chat/completions"),
        ] {
            assert_eq!(legacy(now, "default"), then);
        }
        assert_eq!(legacy("/agents/bot", "a/b"), "/api/agents/a%2Fb/bot");
    }
}

//! What lists and sheets of RunAgents's things show; where sources disagree on a name, both are read (contract 2.16).

use crate::columns::{Column, Kind, View};

/// Agents: today's nested shape first, the flat one of earlier servers second.
pub const AGENT: &[Column] = &[
    Column::text("name", "name|metadata.name"),
    Column::of(Kind::Status, "status", "status.phase|status"),
    Column::text("image", "spec.image|image"),
];

/// One agent: the same with what it can use.
pub const AGENT_SHEET: &[Column] = &[
    Column::text("name", "name|metadata.name"),
    Column::text("namespace", "namespace|metadata.namespace"),
    Column::of(Kind::Status, "status", "status.phase|status"),
    Column::text("message", "status.message"),
    Column::text("image", "spec.image|image"),
    Column::text("tools", "spec.requiredTools|required_tools"),
    Column::text("model", "spec.llmConfig.model|llm_config.model|llm_configs.0.model"),
    Column::text("provider", "spec.llmConfig.provider|llm_config.provider|llm_configs.0.provider"),
    Column::text("prompt", "spec.systemPrompt|system_prompt"),
    Column::of(Kind::Time, "created", "metadata.creationTimestamp|created_at"),
];

/// Tools.
pub const TOOL: &[Column] = &[
    Column::text("name", "name|metadata.name"),
    Column::text("topology", "spec.connection.topology|spec.topology|topology"),
    Column::text("base url", "spec.connection.baseUrl|base_url"),
    Column::text("access", "spec.governance.accessControl.mode|spec.accessMode|access_mode"),
    Column::of(Kind::Status, "status", "status.phase|status"),
];

/// One tool: the same with how it is reached.
pub const TOOL_SHEET: &[Column] = &[
    Column::text("name", "name|metadata.name"),
    Column::text("description", "spec.description|description"),
    Column::text("topology", "spec.connection.topology|spec.topology|topology"),
    Column::text("base url", "spec.connection.baseUrl|base_url"),
    Column::text("port", "spec.connection.port|port"),
    Column::text("scheme", "spec.connection.scheme|scheme"),
    Column::text("access", "spec.governance.accessControl.mode|spec.accessMode|access_mode"),
    Column::text("sign-in", "spec.connection.authentication.type|auth.type|auth|auth_type"),
    Column::of(Kind::Status, "status", "status.phase|status"),
    Column::text("message", "status.message"),
    Column::of(Kind::Time, "probed", "status.last_probe_time|status.lastProbeTime"),
    Column::of(Kind::Millis, "latency", "status.probe_latency_ms|status.probeLatencyMs"),
];

/// What trying a tool's address gave.
pub const PROBE: &[Column] = &[
    Column::text("reachable", "reachable"),
    Column::text("status", "status_code"),
    Column::of(Kind::Millis, "latency", "latency_ms"),
];

/// Runs.
pub const RUN: &[Column] = &[
    Column::text("id", "id"),
    Column::text("agent", "agent_id|agent"),
    Column::text("user", "user_id"),
    Column::of(Kind::Status, "status", "status"),
    Column::of(Kind::Time, "updated", "updated_at|created_at"),
];

/// One run.
pub const RUN_SHEET: &[Column] = &[
    Column::text("id", "id"),
    Column::text("agent", "agent_id|agent"),
    Column::text("user", "user_id"),
    Column::of(Kind::Status, "status", "status"),
    Column::text("namespace", "namespace"),
    Column::text("conversation", "conversation_id"),
    Column::text("blocked action", "blocked_action_id"),
    Column::text("surface turn", "surface_turn_id"),
    Column::text("invoke url", "invoke_url"),
    Column::of(Kind::Time, "created", "created_at"),
    Column::of(Kind::Time, "updated", "updated_at"),
    Column::text("message", "initial_message"),
];

/// Events of a run, with what they come to in words.
pub const RUN_EVENT: &[Column] = &[
    Column::text("seq", "seq"),
    Column::text("type", "type"),
    Column::text("actor", "actor"),
    Column::text("detail", "detail"),
    Column::of(Kind::Time, "time", "timestamp"),
];

/// Requests for approval.
pub const APPROVAL: &[Column] = &[
    Column::text("id", "id"),
    Column::text("agent", "agent_id|agent"),
    Column::text("tool", "tool_id|tool"),
    Column::text("user", "subject|user_id"),
    Column::of(Kind::Status, "status", "status"),
    Column::text("duration", "duration"),
    Column::of(Kind::Time, "created", "created_at"),
];

/// Builds.
pub const BUILD: &[Column] = &[
    Column::text("id", "id"),
    Column::of(Kind::Status, "status", "status"),
    Column::text("image", "image"),
    Column::text("error", "error"),
    Column::of(Kind::Time, "created", "created_at"),
    Column::of(Kind::Time, "completed", "completed_at"),
];

/// What a deployment was answered with; `phase` and `invoke url` are known when it was waited for.
pub const DEPLOYED: &[Column] = &[
    Column::text("agent", "agent|agent_name"),
    Column::text("namespace", "namespace"),
    Column::of(Kind::Status, "status", "phase|status"),
    Column::text("build", "build_id"),
    Column::text("image", "image_uri"),
    Column::text("mode", "execution_mode"),
    Column::text("reason", "decision_reason"),
    Column::text("tools created", "tools_created"),
    Column::text("invoke url", "invoke_url"),
];

/// What a deployment would come to.
pub const PREVIEW: &[Column] = &[
    Column::text("state", "state_label|user_state"),
    Column::text("takes", "eta_range"),
    Column::text("confidence", "confidence"),
    Column::text("reason", "short_reason"),
    Column::text("mode", "advanced_details.execution_mode"),
    Column::text("build needed", "advanced_details.build_required"),
    Column::text("decision", "advanced_details.decision_reason"),
];

/// What the starter kit made.
pub const STARTER_KIT: &[Column] = &[
    Column::text("tool created", "tool_created|tools_created"),
    Column::text("model provider created", "model_provider_created|model_providers_created"),
    Column::text("message", "message"),
];

/// A deployment, by its agent.
pub const DEPLOYMENT_VIEW: View<'static> = View { columns: DEPLOYED, id: "agent|agent_name" };
/// An agent, by its name.
pub const AGENT_VIEW: View<'static> = View { columns: AGENT_SHEET, id: "name|metadata.name" };
/// A tool, by its name.
pub const TOOL_VIEW: View<'static> = View { columns: TOOL_SHEET, id: "name|metadata.name" };

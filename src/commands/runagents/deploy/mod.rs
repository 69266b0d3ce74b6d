//! `ra runagents deploy`: an agent from a folder, files, a draft, an artifact or an image to the point where it runs.

mod assemble;
mod plan;
mod values;
mod watch;

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Args, ValueHint};

use self::assemble::Assembled;
use crate::args::WaitArgs;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::json::{Json, Node};
use crate::services::runagents::Runagents;
use crate::services::runagents::columns::{DEPLOYMENT_VIEW, PREVIEW};
use crate::services::runagents::deploy::text;
use crate::services::{Service as _, call, fetch};

/// How long a build and a roll-out are waited for when nobody says otherwise.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Deploy an agent and wait until it runs
///
/// From a folder with a runagents.yaml (the current one when none is named), from single files, a draft, an artifact
/// or an image. What goes up and what stays: --dry-run. Ctrl-C stops watching, not the deployment.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra runagents deploy
  ra runagents deploy ./my-agent --dry-run
  ra runagents deploy --name billing --file agent.py --tool stripe-api
  ra runagents deploy ./my-agent --model chat=openai/gpt-4o@50
  ra runagents deploy --name payments-agent --draft-id draft_payments_v2 --no-wait
  ra runagents deploy --name web --image registry.example.com/web:1 --env LOG=debug")]
pub struct DeployArgs {
    /// Folder to deploy; its runagents.yaml says what the flags do not
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<String>,

    /// Name of the agent: a-z, 0-9 and -, at most 63 characters; one that exists is updated
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// File to deploy, once for each
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub file: Vec<String>,

    /// Draft to deploy
    #[arg(long, value_name = "ID")]
    pub draft_id: Option<String>,

    /// Artifact to deploy
    #[arg(long, value_name = "ID")]
    pub artifact_id: Option<String>,

    /// Container image to run
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,

    /// Tool the agent may call, once for each
    #[arg(long, value_name = "NAME")]
    pub tool: Vec<String>,

    /// Model as [role=]provider/model[@monthly budget in dollars], once for each role
    #[arg(long, value_name = "MODEL")]
    pub model: Vec<String>,

    /// Policy the agent stands under, once for each
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,

    /// Identity provider that signs the agent's users in
    #[arg(long, value_name = "NAME")]
    pub identity_provider: Option<String>,

    /// Requirements file whose text goes beside the sources
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub requirements_file: Option<String>,

    /// File or module that is started
    #[arg(long, value_name = "FILE")]
    pub entry_point: Option<String>,

    /// Framework the sources are written in
    #[arg(long, value_name = "NAME")]
    pub framework: Option<String>,

    /// What the agent is told before everything else: text, @FILE, or - for stdin
    #[arg(long, value_name = "TEXT")]
    pub system_prompt: Option<String>,

    /// Environment variable of the agent: NAME=VALUE, NAME=@FILE, once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,

    /// Tool that stands for an address found in the code, once for each
    #[arg(long, value_name = "URL=NAME")]
    pub map_tool: Vec<String>,

    /// Tool to create along the way, once for each
    #[arg(long, value_name = "NAME=URL")]
    pub create_tool: Vec<String>,

    /// Whole request as JSON or YAML, - for stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = [
        "dir", "file", "draft_id", "artifact_id", "image", "tool", "model", "policy", "identity_provider",
        "requirements_file", "entry_point", "framework", "system_prompt", "env", "map_tool", "create_tool",
    ])]
    pub payload: Option<String>,

    /// Ask what the deployment would come to, and deploy nothing
    #[arg(long)]
    pub preview: bool,

    /// Wait until the agent runs (the default)
    #[arg(long, conflicts_with = "no_wait")]
    pub wait: bool,

    /// Return as soon as the service has accepted the deployment
    #[arg(long)]
    pub no_wait: bool,

    #[command(flatten)]
    pub pace: WaitArgs,
}

/// Carries the command out.
///
/// # Errors
/// Exit 2 for what cannot be deployed, exit 1 when build or agent fail, 6 when the time is up, or what the service
/// says.
pub async fn run(args: DeployArgs, ctx: &Context) -> Result<Exit> {
    let assembled = assemble::assembled(&args, ctx)?;
    let runagents = ctx.runagents()?;
    if let Some(plan) = &assembled.plan {
        plan::told(plan, ctx);
    }
    if args.preview {
        let preview = fetch(&runagents, &runagents.preview(&assembled.body)).await?;
        ctx.output.emit(&preview, View { columns: PREVIEW, id: "user_state" })?;
        return Ok(0);
    }
    let started = Instant::now();
    let deployed = send(&runagents, &assembled, ctx).await?;
    let name = text(&deployed, "agent").or_else(|| text(&deployed, "agent_name")).unwrap_or(&assembled.name);
    if let Some(draft) = &assembled.draft {
        complete(&runagents, draft, ctx).await;
    }
    if args.no_wait {
        show(&runagents, &deployed, name, None, ctx)?;
        ctx.output.hint(&format!("ra runagents agent get {name}"));
        return Ok(0);
    }
    let mut pace = ctx.paced(args.pace.pace(LIMIT));
    if args.pace.poll_interval.is_none() {
        // A build is over in a minute or two: looking every quarter minute would be felt.
        pace.cap = Duration::from_secs(5);
    }
    let watch = watch::Watch { runagents: &runagents, ctx, name, pace, started };
    let phase = watch.until_running(text(&deployed, "build_id")).await?;
    show(&runagents, &deployed, name, Some(&phase), ctx)?;
    ctx.output.hint(&format!("ra runagents agent invoke {name} 'Hello'"));
    Ok(0)
}

/// Sends the deployment. When no answer came back, nobody knows whether it was carried out: say how to find out.
async fn send(runagents: &Runagents, assembled: &Assembled, ctx: &Context) -> Result<Json> {
    let look =
        format!("ra runagents agent get {}   # it may have been carried out all the same", assembled.name);
    let request = runagents.deploy(&assembled.body);
    let _waiting = ctx.output.progress(&format!("deploying {}", assembled.name));
    let answered = match ctx.interrupt().guard(call(runagents, &request)).await {
        Ok(answered) => answered.and_then(|answer| Ok(runagents.payload(&answer)?)),
        Err(kind) => {
            return Err(Failure::new(kind, "interrupted before the service answered").hint(look).into());
        }
    };
    answered.map_err(|error| {
        if error.downcast_ref::<Failure>().is_none() {
            return error;
        }
        let (failure, _) = unpack(&error);
        let unsure = matches!(failure.kind, Kind::Unavailable | Kind::Timeout)
            && !failure.message.starts_with("cannot connect");
        if unsure { failure.hint(look).into() } else { failure.into() }
    })
}

/// Closes a deployed draft (contract 4.7). It is deployed whether or not that works.
async fn complete(runagents: &Runagents, draft: &str, ctx: &Context) {
    if let Err(error) = call(runagents, &runagents.complete_draft(draft)).await {
        ctx.output.warning(&format!(
            "deployed, but the draft {} could not be closed: {}",
            crate::text::line(draft),
            unpack(&error).0
        ));
    }
}

/// The service's own answer for programs; for people with what was seen afterwards.
fn show(
    runagents: &Runagents,
    deployed: &Json,
    name: &str,
    phase: Option<&str>,
    ctx: &Context,
) -> Result<()> {
    if !ctx.output.is_human() {
        return ctx.output.emit(deployed, DEPLOYMENT_VIEW);
    }
    let mut sheet = Node::of(deployed);
    if !matches!(sheet, Node::Object(_)) {
        sheet = Node::object();
    }
    if sheet.get("agent").is_none() && sheet.get("agent_name").is_none() {
        sheet.set("agent", name);
    }
    if let Some(phase) = phase {
        sheet.set("phase", phase);
    }
    if let Node::Object(members) = &mut sheet {
        members.retain(|(_, node)| *node != Node::Array(Vec::new()));
    }
    // The embedded service and its address end with this process.
    if !ctx.globals.local {
        sheet.set("invoke_url", runagents.invoke_url(name));
    }
    ctx.output.emit(&Json::parse(&sheet.compact())?, DEPLOYMENT_VIEW)
}

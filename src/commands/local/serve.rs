//! `ra local serve`: the three services on one port until Ctrl-C.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::PORT;
use crate::args::{duration, input};
use crate::columns::{Column, View};
use crate::commands::Exit;
use crate::context::{Context, local_keys, local_state};
use crate::error::{Failure, Kind};
use crate::json::Json;
use crate::local::server::{Options, State, start};
use crate::local::talker::Llm;
use crate::local::{Generation, JobDialect};

/// Serve the three services on one port until Ctrl-C
///
/// `ra local env` prints the variables that point other clients here. They listen on loopback, refuse other hosts
/// and origins, and keep their state in one file.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra local serve
  ra local serve --port 9000 --ephemeral
  ra local serve --llm http://127.0.0.1:11434/v1 --llm-model llama3.2
  ra local serve --fault 'recall POST /api/workflows/*/execute:429=2,count=1'
  ra local serve --fault 'recursiv POST /agents/*/chat/stream:cut=3'")]
pub struct ServeArgs {
    /// Port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = PORT)]
    port: u16,

    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,

    /// Keep the state in memory only
    #[arg(long, conflicts_with = "state")]
    ephemeral: bool,

    /// File that holds the state
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    state: Option<PathBuf>,

    /// OpenAI-compatible server that answers for the agents
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    llm: Option<String>,

    /// Model to ask that server for
    #[arg(long, value_name = "MODEL", requires = "llm", default_value = "default")]
    llm_model: String,

    /// Key for that server: @FILE, or - for stdin
    #[arg(long, value_name = "KEY", requires = "llm")]
    llm_key: Option<String>,

    /// Let something go wrong: SERVICE[ METHOD PATH]:KIND[=VALUE][,p=0.1][,count=2][,skip=1]
    ///
    /// Kinds: 429[=SECONDS], 500-599[=SECONDS], status=NNN, latency=DURATION, cut=N, cut-in=N, stall=N, error=N, html,
    /// half, empty, redirect=URL, job-fails, job-stuck. In PATH a * stands for one segment.
    #[arg(long, value_name = "SPEC")]
    fault: Vec<String>,

    /// Delay before every answer
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    latency: Option<Duration>,

    /// Pause between two words of a streamed answer
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pace: Option<Duration>,

    /// Which of Recall's servers to be: d-v2, its newest; d, the same without /api/v2; b, as of early 2026
    #[arg(long, value_name = "GENERATION", value_parser = ["b", "d", "d-v2"], default_value = "d-v2")]
    recall_generation: String,

    /// How Recall spells a started job: jobId as the servers of that generation, or taskId as its guide
    #[arg(long, value_name = "DIALECT", value_parser = ["current", "documented"], default_value = "current")]
    job_dialect: String,

    /// Run code for callers beyond this machine too
    #[arg(long)]
    allow_exec: bool,
}

/// Carries the command out.
///
/// # Errors
/// When the port is taken or the state cannot be kept; exit 130 or 143 at the end.
pub async fn run(args: ServeArgs, ctx: &Context) -> Result<Exit> {
    let settings = ctx.settings()?;
    let keys = local_keys(settings)?;
    let state = match (args.ephemeral, args.state) {
        (true, _) => State::Memory,
        (false, Some(file)) => State::File(file),
        (false, None) => State::File(local_state(settings)),
    };
    let mut options = Options::new(state, keys);
    options.search_path = settings.env.get("PATH").unwrap_or_default().into();
    options.port = args.port;
    options.host = args.host;
    options.allow_exec = args.allow_exec;
    if args.job_dialect == "documented" {
        options.dialect = JobDialect::Documented;
    }
    options.generation = match args.recall_generation.as_str() {
        "b" => Generation::B,
        "d" => Generation::D,
        _ => Generation::V2,
    };
    options.latency = args.latency.unwrap_or_default();
    options.pace = args.pace.unwrap_or(options.pace);
    for spec in &args.fault {
        options.faults.push(spec.parse().map_err(Failure::usage)?);
    }
    if let Some(url) = args.llm {
        let key = args.llm_key.map(|key| input::text(&key, "--llm-key", &ctx.stdin)).transpose()?;
        let key = key.map(|key| key.trim().to_owned());
        options.llm = Some(Llm { url, model: args.llm_model, key });
    }
    let interrupt = ctx.interrupt();
    let running = start(options).map_err(|error| {
        Failure::new(Kind::Refused, error.to_string()).hint("ra local serve --port 0   # any free port")
    })?;
    let port = running.address.port();
    let address = Json::from(json!({"address": running.origin(), "port": port}));
    let columns = [Column::text("address", "address"), Column::text("port", "port")];
    ctx.output.emit_text(
        &format!("{}\n", running.origin()),
        &address,
        View { columns: &columns, id: "address" },
    )?;
    ctx.output.hint(&format!("eval \"$(ra local env --port {port})\""));
    let kind = interrupt.pressed().await;
    running.stop();
    Err(Failure::said(kind).into())
}

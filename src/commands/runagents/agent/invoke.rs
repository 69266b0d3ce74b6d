//! `ra runagents agent invoke`: say something to a deployed agent.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::args::input;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::http::{Opened, Stream};
use crate::json::{Json, Node};
use crate::live::follow;
use crate::output::Live;
use crate::services::runagents::invoke::{InvokeReader, Pause, Say, text_of};
use crate::services::runagents::{NAME, Runagents};
use crate::services::{Service as _, call, unreadable};

/// The longest silence of an agent.
const IDLE: Duration = Duration::from_secs(120);
const VIEW: View<'static> = View { columns: &[], id: "conversation_id|request_id" };

/// Say something to a deployed agent and print its answer
///
/// When the agent has to wait for approval or consent, the exit code is 8 and stderr says what to do.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local runagents agent invoke echo-agent 'Where is my order?'
  ra runagents agent invoke my-agent 'Where is my order?' --stream
  git diff | ra runagents agent invoke reviewer -
  ra runagents agent invoke my-agent @question.md -o json --jq .response")]
pub struct InvokeArgs {
    /// Name of the agent
    pub name: String,

    /// What to say: text, @FILE, or - for stdin; stdin when it is left out and nobody types there
    pub message: Option<String>,

    /// Show the answer while it is made
    #[arg(long)]
    pub stream: bool,

    /// Print every event of the stream as one line of JSON
    #[arg(long, requires = "stream")]
    pub events: bool,

    /// What was said before: a JSON or YAML list of {role, content}
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub history: Option<String>,

    /// Go on with this conversation
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, what the service says, a stream without its last word; exit 8 when a person is waited for.
pub async fn run(args: InvokeArgs, ctx: &Context) -> Result<Exit> {
    let name = input::id(&args.name, "agent")?;
    let say = say(&args, ctx)?;
    let runagents = ctx.runagents()?;
    if !args.stream {
        return in_one_piece(&runagents, &name, &say, ctx).await;
    }
    // From here on Ctrl-C stops the answer instead of the process, so that what was said stays on the screen.
    let interrupt = ctx.interrupt();
    let request = runagents.invoke(&name, &say, true);
    let opened = {
        let _waiting = ctx.output.progress("waiting for the agent");
        interrupt.guard(runagents.http().open(&request)).await.map_err(Failure::said)??
    };
    match opened {
        Opened::Stream(stream) => streamed(stream, args.events, ctx).await,
        // An agent may have nothing to say, but it ends its stream.
        Opened::Answer(answer) if answer.ok() && answer.body.is_empty() => {
            Err(unreadable(NAME, &answer, "runagents.endpoint").into())
        }
        Opened::Answer(answer) if answer.ok() => answered(&runagents.payload(&answer)?, ctx),
        // The route for streams is younger than the other one (contract 2.1). Nothing was carried out.
        Opened::Answer(answer) if matches!(answer.status, 404 | 405) => {
            ctx.output.note("no stream to be had here; asking for the answer in one piece");
            in_one_piece(&runagents, &name, &say, ctx).await
        }
        Opened::Answer(answer) => Err(runagents.failure(&answer).into()),
    }
}

fn say(args: &InvokeArgs, ctx: &Context) -> Result<Say, Failure> {
    use std::io::IsTerminal as _;
    let message = match args.message.as_deref() {
        Some(given) => input::text(given, "the message", &ctx.stdin)?,
        None if !std::io::stdin().is_terminal() => input::text("-", "the message", &ctx.stdin)?,
        None => {
            return Err(Failure::usage("no message").hint("ra runagents agent invoke NAME 'your message'"));
        }
    };
    if message.trim().is_empty() {
        return Err(
            Failure::usage("the message is empty").hint("ra runagents agent invoke NAME 'your message'")
        );
    }
    let history = match &args.history {
        Some(path) => {
            let document = input::document(path, "--history", &ctx.stdin)?;
            if !document.value.is_array() {
                return Err(Failure::usage("--history is no list of {role, content}"));
            }
            Some(Node::of(&document))
        }
        None => None,
    };
    let conversation = args.conversation.as_deref().map(|id| input::id(id, "conversation")).transpose()?;
    Ok(Say { message, history, conversation })
}

async fn in_one_piece(runagents: &Runagents, name: &str, say: &Say, ctx: &Context) -> Result<Exit> {
    let request = runagents.invoke(name, say, false);
    let answer = {
        let _waiting = ctx.output.progress("waiting for the agent");
        let answer = call(runagents, &request);
        ctx.interrupt().guard(answer).await.map_err(Failure::said)??
    };
    // An agent answers what it likes; text that is no JSON is an answer too, a web page is not.
    match answer.json() {
        None if !answer.body.is_empty() && !answer.is_html() => {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            answered(&Json::from(serde_json::Value::String(text)), ctx)
        }
        _ => answered(&runagents.payload(&answer)?, ctx),
    }
}

/// Shows a whole answer; a pause is told after it.
fn answered(payload: &Json, ctx: &Context) -> Result<Exit> {
    match text_of(&payload.value) {
        Some(text) => {
            let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
            ctx.output.emit_text(&text, payload, VIEW)?;
        }
        None if payload.value.is_null() => ctx.output.note("the agent said nothing"),
        None => {
            let text = crate::output::json::pretty(payload, ctx.output.paint());
            ctx.output.emit_text(&text, payload, VIEW)?;
        }
    }
    paused(Pause::in_answer(&payload.value))
}

async fn streamed(mut stream: Stream, events: bool, ctx: &Context) -> Result<Exit> {
    let mut live = Live::new(&ctx.output, events, "waiting for the first word");
    let next = async || stream.chunk().await;
    let end = follow(next, InvokeReader::default(), ctx.idle_timeout(IDLE), ctx.interrupt(), &mut live).await;
    let printed = live.printed();
    let collected = live.finish()?;
    let invoked = end?;
    if invoked.unreadable > 0 && ctx.output.verbose > 0 {
        let lines = crate::text::count(invoked.unreadable, "event");
        ctx.output.warning(&format!("{lines} of the stream were no JSON"));
    }
    if invoked.characters == 0 && invoked.pause.is_none() {
        ctx.output.note("the agent said nothing");
    }
    if !printed {
        let composed = json!({
            "content": collected.content,
            "conversation_id": collected.conversation,
            "tools": collected.tools,
        });
        ctx.output.emit(&Json::from(composed), VIEW)?;
    }
    paused(invoked.pause)
}

fn paused(pause: Option<Pause>) -> Result<Exit> {
    match pause {
        Some(pause) => Err(pause.failure().into()),
        None => Ok(0),
    }
}

//! `ra recursiv agent chat`: say something to an agent and see its answer arrive.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::args::input;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::{Opened, Stream};
use crate::json::Json;
use crate::live::{self, Pace, Step, follow};
use crate::output::{Collected, Live};
use crate::services::recursiv::agents::AGENT;
use crate::services::recursiv::chat::{ChatReader, Say, answer_in, reply_in};
use crate::services::recursiv::{NAME, Recursiv};
use crate::services::{Service as _, call, doubtful, fetch, unreadable};

/// The longest silence of an agent.
const IDLE: Duration = Duration::from_secs(120);

/// Say something to an agent and see its answer arrive
///
/// One word after `chat` is the agent; the message is the second word, -m, or stdin when stdin is no terminal.
/// Without an agent the configured one answers (recursiv.agent_id), under --local the agent `guide`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recursiv agent chat guide 'What can you do?'
  ra recursiv agent chat support 'My order is late' --stream
  git diff | ra recursiv agent chat coder -m - --new
  ra recursiv agent chat support -m @question.md -o json --jq .content")]
pub struct ChatArgs {
    /// Agent, an id or a name
    pub agent: Option<String>,

    /// What to say: text, @FILE, or - for stdin
    #[arg(conflicts_with = "text")]
    pub message: Option<String>,

    /// What to say, without naming an agent before it
    #[arg(short = 'm', long = "message", id = "text", value_name = "TEXT")]
    pub text: Option<String>,

    /// Show the answer while it arrives (the default)
    #[arg(long, conflicts_with = "no_stream")]
    pub stream: bool,

    /// Ask for the answer in one piece
    #[arg(long)]
    pub no_stream: bool,

    /// Go on with this conversation
    #[arg(long, value_name = "ID", conflicts_with = "new")]
    pub conversation: Option<String>,

    /// Begin a new conversation
    #[arg(long)]
    pub new: bool,

    /// Print every chunk of the stream as one line of JSON
    #[arg(long, conflicts_with = "no_stream")]
    pub events: bool,

    /// Wait for the answer when the service only acknowledges the message (with --no-stream)
    #[arg(long)]
    pub wait: bool,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, what the service says, or a stream without its last word.
pub async fn run(args: ChatArgs, ctx: &Context) -> Result<Exit> {
    let message = message(&args, ctx)?;
    let recursiv = ctx.recursiv()?;
    let agent = agent(args.agent.as_deref(), &recursiv, ctx).await?;
    let conversation = args.conversation.as_deref().map(|id| input::id(id, "conversation")).transpose()?;
    let say = Say { message, conversation, fresh: args.new };
    if args.no_stream {
        return in_one_piece(&recursiv, &agent, &say, args.wait, ctx).await;
    }
    // From here on Ctrl-C stops the answer instead of the process, so that what was said stays on the screen.
    let interrupt = ctx.interrupt();
    let request = recursiv.chat(&agent, &say, true);
    let opened = {
        let _waiting = ctx.output.progress("waiting for the agent");
        let opened = interrupt.guard(recursiv.http().open(&request)).await.map_err(Failure::said)?;
        opened.map_err(|error| doubtful(error, &request))?
    };
    match opened {
        Opened::Stream(stream) => streamed(stream, args.events, ctx).await,
        // Neither a word nor a promise of one.
        Opened::Answer(answer) if answer.ok() && answer.body.is_empty() => {
            Err(unreadable(NAME, &answer, "recursiv.base_url").into())
        }
        Opened::Answer(answer) if answer.ok() => {
            answered(&recursiv, &recursiv.payload(&answer)?, &say, args.wait, ctx).await
        }
        Opened::Answer(answer) => Err(recursiv.failure(&answer).into()),
    }
}

/// What to say: the second word, `-m`, or stdin when nobody types there.
fn message(args: &ChatArgs, ctx: &Context) -> Result<String, Failure> {
    use std::io::IsTerminal as _;
    let text = match args.message.as_deref().or(args.text.as_deref()) {
        Some(given) => input::text(given, "the message", &ctx.stdin)?,
        None if !std::io::stdin().is_terminal() => input::text("-", "the message", &ctx.stdin)?,
        None => return Err(Failure::usage("no message").hint("ra recursiv agent chat AGENT 'your message'")),
    };
    if text.trim().is_empty() {
        return Err(Failure::usage("the message is empty")
            .hint("give it as the word after the agent, with -m, or on stdin"));
    }
    Ok(text)
}

/// The agent's id: named, configured, or picked.
async fn agent(given: Option<&str>, recursiv: &Recursiv, ctx: &Context) -> Result<String> {
    let configured = ctx.settings()?.get("recursiv.agent_id")?.map(|resolved| resolved.value);
    let given = match given.map(str::to_owned).or(if ctx.globals.local { None } else { configured }) {
        Some(given) => given,
        None if ctx.globals.local => "guide".to_owned(),
        None if ctx.may_ask() => return pick(recursiv, ctx).await,
        None => {
            return Err(Failure::usage("no agent is named and recursiv.agent_id is not set")
                .hint("ra recursiv agent list")
                .hint("ra config set recursiv.agent_id ID")
                .into());
        }
    };
    crate::commands::resource::resolve(ctx, recursiv, &AGENT, &given).await
}

async fn pick(recursiv: &Recursiv, ctx: &Context) -> Result<String> {
    let mut agents: Vec<Json> = Vec::new();
    let request = recursiv.request(crate::http::Method::Get, AGENT.path);
    crate::services::list(recursiv, &request, 50, None, |items| {
        agents.extend(items);
        Ok(())
    })
    .await?;
    let field = |agent: &Json, name: &str| {
        agent.value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for (number, agent) in agents.iter().enumerate() {
        let line = format!("{:>3}  {}  {}", number + 1, field(agent, "name"), field(agent, "model"));
        ctx.output.aside(&crate::text::disarmed(&line));
    }
    ctx.output.prompt("which agent? ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    let picked = answer.trim().parse::<usize>().ok().and_then(|number| agents.get(number.checked_sub(1)?));
    match picked {
        Some(agent) => Ok(field(agent, "id")),
        None => {
            Err(Failure::usage(format!("`{}` is none of the numbers above", crate::text::line(&answer)))
                .into())
        }
    }
}

async fn streamed(mut stream: Stream, events: bool, ctx: &Context) -> Result<Exit> {
    let mut live = Live::new(&ctx.output, events, "waiting for the first word");
    let next = async || stream.chunk().await;
    let end = follow(next, ChatReader::default(), ctx.idle_timeout(IDLE), ctx.interrupt(), &mut live).await;
    let printed = live.printed();
    let collected = live.finish()?;
    let answered = end?;
    if answered.unreadable > 0 && ctx.output.verbose > 0 {
        ctx.output.warning(&format!(
            "{} of the stream were no JSON",
            crate::text::count(answered.unreadable, "line")
        ));
    }
    if answered.characters == 0 {
        ctx.output.note("the agent said nothing");
    }
    if !printed {
        ctx.output.emit(&composed(collected), VIEW)?;
    }
    Ok(0)
}

/// What a stream comes to in the machine forms; a stream itself has no such object.
fn composed(collected: Collected) -> Json {
    Json::from(json!({
        "content": collected.content,
        "conversation_id": collected.conversation,
        "tools": collected.tools,
    }))
}

const VIEW: View<'static> = View { columns: &[], id: "conversation_id" };

async fn in_one_piece(
    recursiv: &Recursiv,
    agent: &str,
    say: &Say,
    wait: bool,
    ctx: &Context,
) -> Result<Exit> {
    let request = recursiv.chat(agent, say, false);
    let payload = {
        let _waiting = ctx.output.progress("waiting for the agent");
        let answer = call(recursiv, &request);
        recursiv.payload(&ctx.interrupt().guard(answer).await.map_err(Failure::said)??)?
    };
    answered(recursiv, &payload, say, wait, ctx).await
}

/// Shows an answer that came whole, or says that it will come later (contract 7.2).
async fn answered(recursiv: &Recursiv, payload: &Json, say: &Say, wait: bool, ctx: &Context) -> Result<Exit> {
    if let Some(text) = answer_in(&payload.value, &say.message) {
        let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        ctx.output.emit_text(&text, payload, VIEW)?;
        return Ok(0);
    }
    let promises =
        ["conversation_id", "message_id", "note"].iter().any(|name| payload.value.get(*name).is_some());
    if !payload.value.is_null() && !promises {
        let it = crate::text::shortened(&crate::text::line(payload.text()), 200);
        return Err(Failure::unavailable("the answer holds neither a text nor the promise of one")
            .service(NAME)
            .code("INVALID_RESPONSE")
            .note(format!("it is: {it}"))
            .into());
    }
    let member = |name: &str| payload.value.get(name).and_then(Value::as_str).map(str::to_owned);
    let conversation = member("conversation_id")
        .or(say.conversation.clone())
        .filter(|conversation| !conversation.is_empty());
    if !wait {
        let note = member("note").map(|note| format!(" ({})", crate::text::line(&note))).unwrap_or_default();
        if ctx.output.is_human() {
            let place = conversation.map(|id| format!(", conversation {}", crate::text::line(&id)));
            ctx.output.aside(&format!("accepted{}{note}", place.unwrap_or_default()));
        } else {
            ctx.output.emit(payload, VIEW)?;
        }
        return Ok(0);
    }
    let conversation = conversation.ok_or_else(|| {
        Failure::unavailable("the service took the message and does not say in which conversation it answers")
            .service(NAME)
            .code("INVALID_RESPONSE")
    })?;
    // A wait bears outages by itself; two layers of patience would multiply.
    let recursiv = &recursiv.through(ctx.http_once());
    let request = recursiv.messages(&conversation);
    let question = member("message_id");
    let limit = ctx.globals.timeout.unwrap_or(IDLE);
    let every = Duration::from_secs(2);
    let progress = ctx.output.progress("waiting for the agent");
    let ask = async || {
        let messages = fetch(recursiv, &request).await?.items().unwrap_or_default();
        Ok(match reply_in(&messages, question.as_deref()) {
            Some(reply) => Step::Settled(reply),
            None => Step::Pending { seen: Json::from(Value::Null), again_in: None },
        })
    };
    let pace = ctx.paced(Pace { first: every, cap: every, limit, ..Pace::default() });
    let waited = live::wait(pace, ctx.interrupt(), ask, |_| {}).await?;
    drop(progress);
    let reply = waited.settled("the answer", &[])?;
    let text = answer_in(&reply.value, "").unwrap_or_default().to_owned();
    if text.is_empty() {
        return Err(Failure::new(Kind::Refused, "the agent's message holds no text").into());
    }
    ctx.output.emit_text(&format!("{}\n", text.trim_end_matches('\n')), &reply, VIEW)?;
    Ok(0)
}

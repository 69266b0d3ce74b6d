//! One turn of an agent: the tools that it uses, what it says, and the trace that this leaves in its run.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;
use tokio_stream::StreamExt;

use super::super::governance::{self, Use, Verdict};
use super::super::runs::{actions, events, record as run_record};
use super::super::wire::Refusal;
use super::super::{billing, loopback, spend, tools};
use super::job::{Job, Step, tokens};
use super::record;
use crate::local::talker;
use crate::local::{World, store};

/// As much of a tool's result as the agent and the caller are shown.
const LONGEST_RESULT: usize = 1_000;

/// Why a turn ends before it is done.
enum Stop {
    /// It waits for a person.
    Paused,
    /// Nobody listens any more.
    Unheard,
    /// Something failed.
    Broken(String),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(format!("state file: {error}"))
    }
}

/// Opens the run of a new turn.
pub fn begin(world: &World, job: &Job, run: &Value) -> store::Result<()> {
    run_record::save_new(world, run)?;
    let said = json!({"content": job.message});
    events::append(world, &job.run, "USER_MESSAGE", Some(&job.user), Some(said))?;
    events::append(world, &job.run, "INVOKE_REQUESTED", Some(&job.agent), None)?;
    Ok(())
}

/// Goes on with a run that was allowed to; what it says is in the run's events.
pub async fn resume(world: &World, run: &Value) {
    if let Ok(mut job) = serde_json::from_value::<Job>(run["_job"].clone()) {
        // The first tool in line is the one that was agreed to.
        let agreed = (!job.tools.is_empty()).then(|| job.tools.remove(0));
        carry_out(world, job, agreed, Duration::ZERO, None).await;
    }
}

/// Carries a turn out and tells `listener` of it; the run says how it ended.
pub async fn carry_out(
    world: &World,
    job: Job,
    agreed: Option<String>,
    pace: Duration,
    listener: Option<Sender<Step>>,
) {
    let (run, agent) = (job.run.clone(), job.agent.clone());
    let mut turn = Turn { world, job, pace, listener };
    let why = match turn.go(agreed).await {
        Ok(()) | Err(Stop::Paused) => return,
        Err(Stop::Unheard) => "the caller went away".to_owned(),
        Err(Stop::Broken(why)) => why,
    };
    // What cannot be written down any more cannot be mended here either.
    let data = || Some(json!({"error": why}));
    let _ = events::append(world, &run, "INVOKE_FAILED", Some(&agent), data());
    let _ = run_record::advance(world, &run, "FAILED", |_| ());
    let _ = events::append(world, &run, "FAILED", None, data());
    let _ = turn.tell(Step::Failed(why)).await;
}

struct Turn<'a> {
    world: &'a World,
    job: Job,
    pace: Duration,
    listener: Option<Sender<Step>>,
}

impl Turn<'_> {
    async fn go(&mut self, agreed: Option<String>) -> Result<(), Stop> {
        let started = Instant::now();
        let agent = self.world.store.get(record::KIND, &self.job.agent)?;
        let agent = agent.ok_or_else(|| Stop::Broken("the agent is gone".to_owned()))?;
        if let Some(tool) = agreed {
            self.use_tool(&agent, &tool, true).await?;
        }
        while !self.job.tools.is_empty() {
            let tool = self.job.tools[0].clone();
            self.use_tool(&agent, &tool, false).await?;
            self.job.tools.remove(0);
        }
        let answer = self.speak(&agent).await?;
        self.finish(&agent, &answer, started).await
    }

    async fn use_tool(&mut self, agent: &Value, name: &str, agreed: bool) -> Result<(), Stop> {
        let Some(tool) = tools::find(self.world, name)? else { return Ok(()) };
        let capability = tool["spec"]["capabilities"].get(0);
        let text = |field: &str| capability.and_then(|capability| capability[field].as_str());
        let method = text("method").unwrap_or("POST").to_owned();
        let path = text("path").unwrap_or("/").trim_start_matches('/');
        let url = format!("{}/{path}", tools::base_url(&tool).trim_end_matches('/'));
        let function =
            text("name").map_or_else(|| name.to_owned(), |capability| format!("{name}__{capability}"));
        let arguments = json!({"message": self.job.message});

        let mut seen = json!({"tool_id": name, "tool_method": method, "tool_url": url});
        if let Some(capability) = text("name") {
            seen["capability"] = capability.into();
        }
        if !agreed {
            self.note("TOOL_REQUEST", seen.clone())?;
            let step = Step::ToolCall { function: function.clone(), arguments: arguments.to_string() };
            self.tell(step).await?;
        }
        let wanted = Use { tool: &tool, method: &method, url: &url, user: &self.job.user };
        let (status, result) = match self.verdict(agent, &wanted, agreed)? {
            Verdict::Allow => {
                self.note("TOOL_CALLED", seen)?;
                let body = (!matches!(method.as_str(), "GET" | "DELETE")).then(|| arguments.to_string());
                match loopback::call(&method, &url, body.as_deref()).await {
                    Ok(reply) if reply.status < 400 => (Some(reply.status), reply.body),
                    Ok(reply) => {
                        let error = json!({"error": format!("HTTP {}", reply.status), "detail": reply.body});
                        (Some(reply.status), error.to_string())
                    }
                    Err(why) => (None, json!({"error": why}).to_string()),
                }
            }
            Verdict::Deny => {
                (Some(403), json!({"error": "HTTP 403", "detail": "denied by policy"}).to_string())
            }
            Verdict::Ask(duration) => return self.pause(agent, name, text("name"), &duration).await,
        };
        let result: String = result.chars().take(LONGEST_RESULT).collect();
        self.note("TOOL_RESPONSE", json!({"tool_id": name, "status_code": status}))?;
        let call = json!({
            "function": function, "tool": name, "method": method, "url": url,
            "status_code": status, "arguments": arguments, "result": result,
        });
        self.job.calls.push(call);
        self.tell(Step::ToolResult { function, result }).await
    }

    fn verdict(&self, agent: &Value, wanted: &Use, agreed: bool) -> Result<Verdict, Stop> {
        let run = self.world.store.get(run_record::KIND, &self.job.run)?.unwrap_or_default();
        if agreed || run["_granted"] == wanted.tool["name"] {
            return Ok(Verdict::Allow);
        }
        Ok(governance::judge(self.world, agent, wanted)?)
    }

    async fn pause(
        &mut self,
        agent: &Value,
        tool: &str,
        capability: Option<&str>,
        duration: &str,
    ) -> Result<(), Stop> {
        let job = serde_json::to_value(&self.job).ok();
        let wish =
            actions::Wish { tool, capability, duration: Some(duration), job, ..actions::Wish::default() };
        let action = actions::block(self.world, &self.job.run, &wish)
            .map_err(|refusal: Refusal| Stop::Broken(refusal.message().to_owned()))?;
        let message = format!("Approval required to use {tool}");
        let detail = json!({
            "code": "APPROVAL_REQUIRED", "action_id": action["action_id"], "tool": tool, "message": message,
        });
        // The run waits whether or not somebody still listens.
        let _ = self.tell(Step::Approval { tool: tool.to_owned(), detail }).await;
        let _ = self.tell(Step::Done(self.job.summary(record::model(agent), 0, Instant::now()))).await;
        Err(Stop::Paused)
    }

    async fn speak(&mut self, agent: &Value) -> Result<String, Stop> {
        let mut system = agent["system_prompt"].as_str().unwrap_or_default().to_owned();
        for call in &self.job.calls {
            let text = |field: &str| call[field].as_str().unwrap_or_default();
            system += &format!("\n\nThe tool {} answered: {}", text("tool"), text("result"));
        }
        let said = |turn: &Value| talker::Turn {
            from_user: turn["role"] == "user",
            text: turn["content"].as_str().unwrap_or_default().to_owned(),
        };
        let mut turns: Vec<talker::Turn> = self.job.history.iter().map(said).collect();
        turns.push(talker::Turn { from_user: true, text: self.job.message.clone() });
        let mut pieces =
            std::pin::pin!(self.world.talker.answer(&self.job.agent, &system, &turns, self.pace));
        let mut answer = String::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(Stop::Broken)?;
            answer += &piece;
            self.tell(Step::Text(piece)).await?;
        }
        Ok(answer)
    }

    async fn finish(&mut self, agent: &Value, answer: &str, started: Instant) -> Result<(), Stop> {
        let model = record::model(agent).to_owned();
        let summary = self.job.summary(&model, tokens(answer), started);
        let count = |field: &str| summary.usage[field].as_i64().unwrap_or_default();
        spend::book(self.world, &self.job.agent, &model, count("prompt_tokens"), count("completion_tokens"))?;
        billing::count_action(self.world)?;
        self.note("AGENT_MESSAGE", json!({"content": answer}))?;
        self.job.remember(self.world, answer)?;
        events::append(self.world, &self.job.run, "INVOKE_COMPLETED", Some(&self.job.agent), None)?;
        run_record::advance(self.world, &self.job.run, "COMPLETED", |_| ())
            .map_err(|refusal| Stop::Broken(refusal.message().to_owned()))?;
        events::append(self.world, &self.job.run, "COMPLETED", None, None)?;
        // The work is done and written down: who has gone meanwhile changes nothing about that.
        let _ = self.tell(Step::Done(summary)).await;
        Ok(())
    }

    fn note(&self, word: &str, data: Value) -> store::Result<()> {
        events::append(self.world, &self.job.run, word, Some(&self.job.agent), Some(data))?;
        Ok(())
    }

    async fn tell(&self, step: Step) -> Result<(), Stop> {
        match &self.listener {
            Some(listener) => listener.send(step).await.map_err(|_| Stop::Unheard),
            None => Ok(()),
        }
    }
}

//! `ra recursiv sandbox`: run code without an account.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::args::input;
use crate::columns::View;
use crate::commands::Exit;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::Method;
use crate::services::{Service as _, call};

/// Verbs of `sandbox`.
#[derive(Subcommand, Debug)]
pub enum SandboxCommand {
    Try(TryArgs),
}

/// Run code without an account, ten times a day
///
/// The code's output goes to stdout unchanged and its exit code becomes ra's.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra --local recursiv sandbox try 'console.log(1 + 1)'
  ra recursiv sandbox try @hello.py --language python
  echo 'print(6 * 7)' | ra recursiv sandbox try - --language python")]
pub struct TryArgs {
    /// Code: text, @FILE, or - for stdin
    pub code: String,

    /// Language of the code; guessed from a file's ending, else typescript
    #[arg(long, visible_alias = "lang", value_name = "LANGUAGE", value_parser = ["typescript", "javascript", "python", "ts", "js", "py"])]
    pub language: Option<String>,
}

/// Carries the command out.
///
/// # Errors
/// Unusable input, or what the service says; `ra`'s own failure while the code may have run is exit 125.
pub async fn run(args: TryArgs, ctx: &Context) -> Result<Exit> {
    let code = input::text(&args.code, "the code", &ctx.stdin)?;
    if code.trim().is_empty() {
        return Err(Failure::usage("the code is empty").into());
    }
    let recursiv = ctx.recursiv_open()?;
    let body = json!({"code": code, "language": language(&args)});
    // No key, even when there is one: this route needs none (contract 3.7).
    let request = recursiv
        .open_request(Method::Post, "/sandbox/try")
        .json(&body)
        .patient(std::time::Duration::from_secs(120));
    let answer = {
        let _running = ctx.output.progress("running");
        call(&recursiv, &request).await.map_err(own_failure)?
    };
    let payload = recursiv.payload(&answer).map_err(|failure| own_failure(failure.into()))?;
    let member = |name: &str| payload.value.get(name).and_then(Value::as_str);
    if let Some(error) = member("error").filter(|error| !error.is_empty()) {
        ctx.output.aside(&crate::text::disarmed(error));
    }
    ctx.output.emit_text(member("output").unwrap_or_default(), &payload, View { columns: &[], id: "id" })?;
    let meta = answer.json().and_then(|whole| whole.get("meta"));
    if let Some(left) =
        meta.as_ref().and_then(|meta| meta.value.get("remaining_executions")).and_then(Value::as_i64)
    {
        ctx.output.note(&format!("{left} left today"));
    }
    let code =
        ["exitCode", "exit_code"].iter().find_map(|name| payload.value.get(*name)?.as_i64()).unwrap_or(0);
    // 125 is ours; a program killed by a signal may come as anything.
    Ok(if code == 0 { 0 } else { u8::try_from(code.clamp(1, 124)).unwrap_or(1) })
}

fn language(args: &TryArgs) -> &'static str {
    let given = args.language.as_deref().unwrap_or_else(|| match args.code.rsplit_once('.') {
        Some((path, ending @ ("py" | "js" | "mjs" | "cjs"))) if path.starts_with('@') => ending,
        _ => "typescript",
    });
    match given {
        "py" | "python" => "python",
        "js" | "mjs" | "cjs" | "javascript" => "javascript",
        _ => "typescript",
    }
}

/// The program's own codes are 1–124, so what is `ra`'s must not look like one of them.
fn own_failure(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::Usage => failure.into(),
        Ok(failure) => Failure { kind: Kind::Sandbox, ..failure }.into(),
        Err(error) => error,
    }
}

//! `ra auth status`: which services accept the keys in force; the exit code is the answer.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::commands::Exit;
use crate::commands::account::{self, ACCOUNTS, Account, NAMES, VIEW, Verdict};
use crate::context::Context;
use crate::error::Kind;
use crate::http::Client;
use crate::json::Json;

/// Ask every configured service whether it accepts the key in force
///
/// Exit 0 when all configured services accept their key, 3 when one does not or none is configured, 7 when one
/// cannot be reached.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra auth status
  ra auth status recall -o json
  ra auth status && ra recall run nightly")]
pub struct StatusArgs {
    /// Only this service
    #[arg(value_parser = NAMES)]
    service: Option<String>,
}

/// How long each service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Carries the command out.
pub async fn run(args: &StatusArgs, ctx: &Context) -> Result<Exit> {
    let asked = |account: &Account| args.service.as_deref().is_none_or(|name| name == account.name);
    let http = account::one_attempt(ctx);
    let asking = ctx.output.progress("asking the services");
    // All at once: three slow services take as long as one.
    let [first, second, third] = &ACCOUNTS;
    let ask = async |account| if asked(account) { ask(account, &http, ctx).await } else { Ok(None) };
    let verdicts = tokio::join!(ask(first), ask(second), ask(third));
    drop(asking);
    let mut rows = Vec::new();
    let mut seen = Vec::new();
    for (account, verdict) in ACCOUNTS.iter().zip([verdicts.0, verdicts.1, verdicts.2]) {
        if !asked(account) {
            continue;
        }
        let verdict = verdict?;
        let word = verdict.as_ref().map_or("no key", Verdict::word);
        let failure = verdict.as_ref().and_then(Verdict::failure);
        rows.push(account::row(account, word, failure.map(|failure| failure.message.as_str()), ctx)?);
        seen.push((account, verdict));
    }
    show(&rows, &seen, ctx)?;
    Ok(exit(&seen))
}

/// The verdict on one account; nothing when it has no key.
async fn ask(account: &Account, http: &Client, ctx: &Context) -> Result<Option<Verdict>> {
    let settings = ctx.settings()?;
    if !ctx.globals.local && settings.get(account.key)?.is_none() {
        return Ok(None);
    }
    Ok(Some(account.verdict(http, PATIENCE, ctx).await?.0))
}

fn show(rows: &[Json], seen: &[(&Account, Option<Verdict>)], ctx: &Context) -> Result<()> {
    ctx.output.emit_list(rows, VIEW)?;
    for (account, verdict) in seen {
        if let Some(failure) = verdict.as_ref().and_then(Verdict::failure) {
            ctx.output.aside(&crate::text::disarmed(&format!("{}: {failure}", account.name)));
        }
        if matches!(verdict, Some(Verdict::Rejected(_))) {
            ctx.output.hint(&format!("ra auth login {}", account.name));
        }
    }
    if let [(account, None), ..] = seen
        && seen.iter().all(|(_, verdict)| verdict.is_none())
    {
        ctx.output.hint(&format!("ra auth login {}", account.name));
        ctx.output.hint("without an account: add --local");
    }
    Ok(())
}

fn exit(seen: &[(&Account, Option<Verdict>)]) -> Exit {
    let verdicts: Vec<&Verdict> = seen.iter().filter_map(|(_, verdict)| verdict.as_ref()).collect();
    let rejected = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Rejected(_)));
    if rejected || verdicts.is_empty() {
        return Kind::Auth.exit_code();
    }
    let unknown = |verdict: &&Verdict| match verdict {
        Verdict::Unknown(failure) => Some(failure.kind.exit_code()),
        _ => None,
    };
    verdicts.iter().find_map(unknown).unwrap_or(0)
}

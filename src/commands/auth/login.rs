//! `ra auth login`: a key is read, tried, and stored.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::args::input;
use crate::commands::Exit;
use crate::commands::account::{self, Account, NAMES, VIEW, Verdict};
use crate::config::{Origin, write};
use crate::context::Context;
use crate::error::Failure;
use crate::secret::Secret;

/// Sign in to a service with a key
///
/// The key is typed without echo, or read from stdin when that is no terminal. It is tried before it is stored, in the
/// profile in use, in a file that only you can read. Keys for Recursiv are made at
/// https://recursiv.io/account/api-keys, for Recall and RunAgents in the settings of your workspace there.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra auth login recursiv
  ra auth login recall --profile work
  ra auth login runagents --with-key ~/keys/runagents.txt
  pass show recall | ra auth login recall")]
pub struct LoginArgs {
    /// Service to sign in to
    #[arg(value_parser = NAMES)]
    service: String,

    /// Read the key from this file, or from stdin with -
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    with_key: Option<String>,

    /// Store the key without trying it
    #[arg(long)]
    no_verify: bool,
}

/// How long a service may take to say what it thinks of a key.
const PATIENCE: Duration = Duration::from_secs(30);

/// Carries the command out.
pub async fn run(args: LoginArgs, ctx: &Context) -> Result<Exit> {
    let account = Account::of(&args.service)?;
    if ctx.globals.local {
        return locally(account, ctx).await;
    }
    let settings = ctx.settings()?;
    let (key, origin) = read(account, args.with_key.as_deref(), ctx).await?;
    ctx.hide(&Secret::new(key.trim()));
    let key = account.key_setting().checked(&key, &origin)?;
    if key.is_empty() {
        return Err(Failure::usage(format!("the key from {origin} is empty")).into());
    }
    settings.decide(account.key, &key, Origin::Flag(origin))?;
    let verdict = if args.no_verify { None } else { Some(tried(account, ctx).await?) };
    if ctx.rehearses(&format!("store the key for {} in {}", account.title, settings.paths.config.display())) {
        return Ok(0);
    }
    write::store(&settings.paths, &settings.profile, account.key, Some(&key))?;
    settings.decide(account.key, &key, Origin::Profile(settings.profile.clone()))?;
    let word = verdict.as_ref().map_or("not tried", Verdict::word);
    let detail = verdict.as_ref().and_then(Verdict::failure).map(|failure| failure.message.clone());
    report(account, word, detail.as_deref(), ctx)?;
    warn(account, ctx)?;
    Ok(0)
}

/// The key in force is tried; what is not accepted is not stored.
async fn tried(account: &Account, ctx: &Context) -> Result<Verdict> {
    let verdict = {
        let _trying = ctx.output.progress(&format!("asking {}", account.title));
        account.verdict(&ctx.http(), PATIENCE, ctx).await?.0
    };
    match verdict {
        Verdict::Accepted => Ok(verdict),
        Verdict::Limited(failure) => {
            ctx.output.warning(&format!("{} knows the key, but: {}", account.title, failure.message));
            Ok(Verdict::Limited(failure))
        }
        Verdict::Rejected(mut failure) => {
            failure.hints = vec![format!("ra auth login {}", account.name)];
            Err(failure.note("nothing was stored").note(format!("keys are made in {}", account.page)).into())
        }
        Verdict::Unknown(failure) => Err(failure
            .note("nothing was stored")
            .hint(format!("ra auth login {} --no-verify   # to store it untried", account.name))
            .into()),
    }
}

/// The key as it was given, and where it came from.
async fn read(account: &Account, with_key: Option<&str>, ctx: &Context) -> Result<(String, String)> {
    use std::io::IsTerminal as _;
    if let Some(given) = with_key {
        let stdin = matches!(given, "-" | "@-");
        let source = if stdin { "stdin" } else { given.strip_prefix('@').unwrap_or(given) };
        let key = match stdin {
            true => input::text("-", "--with-key", &ctx.stdin)?,
            false => input::file(source, "--with-key")?,
        };
        return Ok((key, source.to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        return Ok((input::text("-", "the key", &ctx.stdin)?, "stdin".to_owned()));
    }
    if !ctx.may_ask() {
        let failure = Failure::usage("no key is given, and nothing may be asked");
        return Err(failure.hint(format!("ra auth login {} --with-key FILE", account.name)).into());
    }
    ctx.output.note(&format!("keys are made in {}", account.page));
    ctx.output.prompt(&format!("key for {} (not shown): ", account.title));
    Ok((ctx.hidden_line().await?, "the terminal".to_owned()))
}

/// The local services sign in by themselves; their keys have no place in a profile.
async fn locally(account: &Account, ctx: &Context) -> Result<Exit> {
    let (verdict, _) = account.verdict(&ctx.http(), PATIENCE, ctx).await?;
    report(account, verdict.word(), None, ctx)?;
    ctx.output.note("the local services need no sign-in; nothing was stored");
    Ok(0)
}

fn report(account: &Account, word: &str, detail: Option<&str>, ctx: &Context) -> Result<()> {
    let row = account::row(account, word, detail, ctx)?;
    if !ctx.output.is_human() {
        return ctx.output.emit(&row, VIEW);
    }
    if !ctx.globals.local {
        let member = |name: &str| row.value[name].as_str().unwrap_or_default().to_owned();
        ctx.output.note(&format!(
            "stored the key {} for {} at {} in {} ({word})",
            member("key"),
            account.title,
            member("address"),
            member("origin"),
        ));
    }
    Ok(())
}

/// What will make the next command behave otherwise than this one.
fn warn(account: &Account, ctx: &Context) -> Result<()> {
    let settings = ctx.settings()?;
    let variables = account.key_setting().variables.iter();
    if let Some(name) = variables.copied().find(|name| settings.env.get(name).is_some()) {
        ctx.output.warning(&format!("{name} is set in the environment and wins over the stored key"));
    }
    if let Some(address) = settings.get(account.address)?
        && let Origin::Env(name) = &address.origin
    {
        ctx.output.warning(&format!("the address comes from {name} and was not stored with the key"));
        ctx.output.hint(&format!("ra config set {} {}", account.address, address.value));
    }
    Ok(())
}

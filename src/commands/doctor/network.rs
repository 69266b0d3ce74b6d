//! The three services: address, key, reachability, and what their clock says about ours.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use super::Check;
use super::settings::said;
use crate::commands::account::{self, ACCOUNTS, Account, Verdict};
use crate::context::Context;
use crate::error::{Failure, Kind, unpack};
use crate::http::{Answer, Client, Method, Planned, Request, parse_moment};
use crate::secret::Secret;

/// How long a service may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Servers date their answers to the second, and answers travel; more than this is a wrong clock.
const TOLERANCE: i64 = 60;

/// All of them, and the local services under `--local`.
///
/// # Errors
/// `--dry-run` alone.
pub async fn checks(ctx: &Context) -> Result<Vec<Check>> {
    if let Err(failure) = ctx.settings() {
        let known = ctx.settings_to_mend().is_err();
        let detail = if known { "the configuration cannot be used".to_owned() } else { said(&failure) };
        return Ok(vec![Check::warn("services", format!("not asked: {detail}"))]);
    }
    let mut checks = Vec::new();
    if ctx.globals.local {
        match ctx.local() {
            Ok(running) => checks.push(Check::ok("local services", running.origin())),
            Err(error) => {
                checks.push(Check::fail("local services", unpack(&error).0.message));
                return Ok(checks);
            }
        }
    }
    let http = account::one_attempt(ctx);
    let [first, second, third] = &ACCOUNTS;
    let asked = tokio::join!(ask(first, &http, ctx), ask(second, &http, ctx), ask(third, &http, ctx));
    let mut skews = Vec::new();
    for asked in [asked.0, asked.1, asked.2] {
        let (found, skew) = asked?;
        checks.extend(found);
        skews.extend(skew);
    }
    checks.push(clock(&skews));
    Ok(checks)
}

async fn ask(account: &Account, http: &Client, ctx: &Context) -> Result<(Vec<Check>, Option<i64>)> {
    let (address_check, key_check) = (format!("{} address", account.name), format!("{} key", account.name));
    let reached = match ctx.reach(account.name, account.address, account.key, false) {
        Ok(reached) => reached,
        Err(error) => return Ok((vec![Check::fail(address_check, said(&unpack(&error).0))], None)),
    };
    let settings = ctx.settings()?;
    let mut checks = Vec::new();
    if let Some(address) = settings.get(account.address)? {
        checks.push(Check::ok(address_check, format!("{} ({})", address.value, address.origin)));
    }
    let Some(key) = settings.get(account.key)?.filter(|_| !ctx.globals.no_auth) else {
        checks.push(Check::warn(key_check, format!("none; ra auth login {}", account.name)));
        let request = Request::new(account.name, Method::Get, reached.0.trim_end_matches('/'), "/");
        let (check, skew) = match http.send(&request.patient(PATIENCE)).await {
            Ok(answer) => (reachable(account, &answer), skew(&answer)),
            Err(error) if error.is::<Planned>() => return Err(error),
            // Nobody who has no key there needs the service.
            Err(error) => (Check::warn(reach_name(account), unpack(&error).0.message), None),
        };
        checks.push(check);
        return Ok((checks, skew));
    };
    let shown = format!("{} ({})", Secret::new(&key.value).masked(), key.origin);
    let (verdict, answer) = account.verdict(http, PATIENCE, ctx).await?;
    match (&verdict, &answer) {
        (_, Some(answer)) => checks.push(reachable(account, answer)),
        (_, None) => {
            let why = verdict.failure().map_or_else(String::new, |failure| failure.message.clone());
            checks.push(Check::fail(reach_name(account), why));
        }
    }
    checks.push(judged(key_check, &shown, account, &verdict));
    Ok((checks, answer.as_ref().and_then(skew)))
}

fn reach_name(account: &Account) -> String {
    format!("{} reachable", account.name)
}

/// Any status will do: something answers there.
fn reachable(account: &Account, answer: &Answer) -> Check {
    Check::ok(reach_name(account), format!("HTTP {}", answer.status))
}

fn judged(name: String, shown: &str, account: &Account, verdict: &Verdict) -> Check {
    let why = |failure: &Failure| failure.message.clone();
    match verdict {
        Verdict::Accepted => Check::ok(name, format!("{shown} accepted")),
        Verdict::Limited(failure) => Check::warn(name, format!("{shown} known, but: {}", why(failure))),
        Verdict::Rejected(failure) => {
            Check::fail(name, format!("{shown} rejected: {}; ra auth login {}", why(failure), account.name))
        }
        Verdict::Unknown(failure) if matches!(failure.kind, Kind::Unavailable | Kind::Timeout) => {
            Check::warn(name, format!("{shown} not tried"))
        }
        Verdict::Unknown(failure) => Check::warn(name, format!("{shown} unclear: {}", why(failure))),
    }
}

/// How many seconds our clock is ahead of the server's.
fn skew(answer: &Answer) -> Option<i64> {
    let sent = parse_moment(answer.headers.get("date")?)?;
    Some(Timestamp::now().as_second() - sent.as_second())
}

/// The smallest difference counts: one server with a wrong clock says nothing about ours.
fn clock(skews: &[i64]) -> Check {
    let Some(skew) = skews.iter().copied().min_by_key(|skew| skew.abs()) else {
        return Check::ok("clock", "no server to compare it with");
    };
    let seconds = skew.unsigned_abs();
    let side = if skew > 0 { "ahead of" } else { "behind" };
    match skew.abs() > TOLERANCE {
        true => Check::warn("clock", format!("{seconds} s {side} the servers'")),
        false => Check::ok("clock", format!("within {} s of the servers'", seconds + 1)),
    }
}

//! `ra auth`: sign in, sign out, who is signed in.

mod login;
mod logout;
mod status;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use super::Exit;
use super::account::{Account, NAMES};
use crate::columns::View;
use crate::context::Context;
use crate::json::Json;
use crate::secret::Secret;

/// Sign in, sign out, and see which services accept your keys
#[derive(Args, Debug)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  ra auth login recursiv
  ra auth status
  ra auth logout recall"
)]
pub struct AuthArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Login(login::LoginArgs),
    Logout(logout::LogoutArgs),
    Status(status::StatusArgs),
    Token(TokenArgs),
}

/// Print a service's key, for other programs
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  curl -H \"X-API-Key: $(ra auth token recall)\" https://tryrecall.com/api/users/me/usage-limits
  ra auth token recursiv --profile work")]
struct TokenArgs {
    /// Service
    #[arg(value_parser = NAMES)]
    service: String,
}

/// Carries the command out.
///
/// # Errors
/// What went wrong, with its exit code.
pub async fn run(args: AuthArgs, ctx: &Context) -> Result<Exit> {
    match args.command {
        Command::Login(args) => login::run(args, ctx).await,
        Command::Logout(args) => logout::run(&args, ctx),
        Command::Status(args) => status::run(&args, ctx).await,
        Command::Token(args) => token(&args, ctx),
    }
}

fn token(args: &TokenArgs, ctx: &Context) -> Result<Exit> {
    let account = Account::of(&args.service)?;
    // It decides on the local key under --local, and knows what to say when there is none.
    let (_, key) = ctx.reach(account.name, account.address, account.key, true)?;
    let token = key.as_ref().map(Secret::expose).unwrap_or_default();
    let json = Json::from(json!({"service": account.name, "token": token}));
    ctx.output.emit_text(&format!("{token}\n"), &json, View { columns: &[], id: "token" })?;
    Ok(0)
}

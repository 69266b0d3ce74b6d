//! `ra recall table`: what needs more than its description; the other verbs are operations.

mod create;
mod row;

use anyhow::Result;
use clap::Subcommand;

use crate::commands::Exit;
use crate::context::Context;

/// What can be done with tables beside the operations.
#[derive(Subcommand, Debug)]
pub enum TableCommand {
    Create(create::CreateArgs),
    /// List, insert, change and delete rows
    #[command(subcommand)]
    Row(row::RowCommand),
}

/// Carries a verb out.
///
/// # Errors
/// Unusable input, or what the service says.
pub async fn run(command: TableCommand, ctx: &Context) -> Result<Exit> {
    match command {
        TableCommand::Create(args) => create::run(&args, ctx).await,
        TableCommand::Row(row::RowCommand::Create(args)) => row::create::run(&args, ctx).await,
    }
}

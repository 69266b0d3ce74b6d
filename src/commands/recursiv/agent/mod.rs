//! `ra recursiv agent`: the verbs that need code.

pub mod chat;

use clap::Subcommand;

/// Verbs of `agent` with code of their own.
#[derive(Subcommand, Debug)]
pub enum AgentCommand {
    Chat(chat::ChatArgs),
}

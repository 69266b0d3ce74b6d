//! `ra recall table row create`: rows from fields or from a file.

mod chunk;
pub mod create;
mod source;

use clap::Subcommand;

/// What can be done with rows beside the operations.
#[derive(Subcommand, Debug)]
pub enum RowCommand {
    Create(create::CreateArgs),
}

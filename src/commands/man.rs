//! `ra man`: manual pages, made from the same words as the help.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use super::Exit;
use crate::columns::View;
use crate::context::Context;
use crate::json::Json;

/// Print the manual page, or write the pages of all commands into a folder
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra man | man -l -
  ra man ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Folder to write a page for every command into
    #[arg(value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Carries the command out. `tree` is the whole command tree.
///
/// # Errors
/// When stdout or the folder cannot be written.
pub async fn run(args: ManArgs, ctx: &Context, tree: clap::Command) -> Result<Exit> {
    match args.dir {
        Some(folder) => write(&folder, ctx, tree),
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(tree).render(&mut page)?;
            ctx.output.print(&page)?;
            Ok(0)
        }
    }
}

fn write(folder: &Path, ctx: &Context, tree: clap::Command) -> Result<Exit> {
    let unwritable = || format!("cannot write into {}", folder.display());
    std::fs::create_dir_all(folder).with_context(unwritable)?;
    let pages = count(&tree);
    clap_mangen::generate_to(tree, folder).with_context(unwritable)?;
    let folder = folder.display().to_string();
    if ctx.output.is_human() {
        ctx.output.note(&format!("wrote {} into {folder}", crate::text::count(pages, "page")));
        return Ok(0);
    }
    let view = View { columns: &[], id: "folder" };
    ctx.output.emit(&Json::from(json!({"folder": folder, "pages": pages})), view)?;
    Ok(0)
}

fn count(command: &clap::Command) -> usize {
    1 + command.get_subcommands().filter(|inner| !inner.is_hide_set()).map(count).sum::<usize>()
}

//! `ra completions`: the script that ties a shell's Tab key to `ra`, and the answers it is given.

mod bash;
mod scene;
mod values;

use anyhow::Result;
use clap::Args;
use clap_complete::aot::{self, Shell};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use self::scene::Scene;
use super::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{ColorWhen, Terminal};

/// Print the completion script of a shell
///
/// The script is short and asks `ra` for every completion, so that it knows your profiles and the names of your agents,
/// workflows and projects, and need not be renewed with each release.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  source <(ra completions bash)                                    # in ~/.bashrc
  ra completions zsh > ~/.zfunc/_ra                                # a folder of $fpath
  ra completions fish > ~/.config/fish/completions/ra.fish
  ra completions powershell >> $PROFILE")]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_parser = SHELLS)]
    shell: String,

    /// Print a self-contained script: long, and without the names that only `ra` knows
    #[arg(long = "static")]
    fixed: bool,
}

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// The variable by which a script asks for completions.
const VARIABLE: &str = "RA_COMPLETE";

/// Carries the command out. `tree` is the whole command tree.
///
/// # Errors
/// When stdout cannot be written.
pub async fn run(args: CompletionsArgs, ctx: &Context, mut tree: clap::Command) -> Result<Exit> {
    let mut script = Vec::new();
    if args.fixed {
        let shell: Shell = args.shell.parse().map_err(Failure::usage)?;
        aot::generate(shell, &mut tree, "ra", &mut script);
    } else {
        registration(&args.shell, &mut script)?;
    }
    ctx.output.print(&script)?;
    Ok(0)
}

/// The script that asks.
fn registration(shell: &str, script: &mut Vec<u8>) -> std::io::Result<()> {
    match adapter(shell) {
        Some(_) if shell == "bash" => script.extend_from_slice(bash::SCRIPT.as_bytes()),
        Some(adapter) => adapter.write_registration(VARIABLE, "ra", "ra", "ra", script)?,
        None => {}
    }
    if shell == "zsh" {
        let text = String::from_utf8_lossy(script).into_owned();
        if let Some(start) = text.trim_end().strip_suffix(ZSH_ENDING) {
            *script = format!("{start}{ZSH_OWN_ENDING}").into_bytes();
        }
    }
    Ok(())
}

/// How the script for zsh ends, made to be sourced: as a file of `$fpath` it would do nothing at the first Tab.
const ZSH_ENDING: &str = "compdef _clap_dynamic_completer_ra ra";

/// An ending that fits both.
const ZSH_OWN_ENDING: &str = r#"if [[ $funcstack[1] == _ra ]]; then
    _clap_dynamic_completer_ra "$@"
else
    compdef _clap_dynamic_completer_ra ra
fi
"#;

fn adapter(shell: &str) -> Option<&'static dyn EnvCompleter> {
    let all: [&'static dyn EnvCompleter; 5] = [&Bash, &Zsh, &Fish, &Powershell, &Elvish];
    all.into_iter().find(|adapter| adapter.is(shell))
}

/// Answers a shell that asks for completions, and gives the exit code; nothing when no shell asks.
///
/// It is silent whatever goes wrong: a message would end up in the middle of somebody's command line.
pub fn answer(arguments: &[std::ffi::OsString], tree: impl FnOnce() -> clap::Command) -> Option<Exit> {
    let shell = crate::config::env::completing()?;
    let words: Vec<_> = arguments.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let mut said = Vec::new();
    let done = match words.as_slice() {
        [] => registration(&shell, &mut said),
        [marker, breaks, line] if shell == "bash" && marker == bash::MARKER => {
            let line = bash::Line::read(&line.to_string_lossy(), &breaks.to_string_lossy());
            let mut tree = values::attach(tree(), &Scene::of(&line.words));
            line.complete(&mut tree, &mut said)
        }
        words => {
            let mut tree = values::attach(tree(), &Scene::of(words));
            let folder = std::env::current_dir().ok();
            adapter(&shell).map_or(Ok(()), |adapter| {
                adapter.write_complete(&mut tree, words.to_vec(), folder.as_deref(), &mut said)
            })
        }
    };
    if done.is_ok() {
        let _ = Terminal::stdout(ColorWhen::Never).write(&said);
    }
    Some(0)
}

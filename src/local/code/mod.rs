//! Runs somebody's program with the interpreters of this machine: bare environment, own folder, limits.

mod interpreters;
mod process;

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::time::Duration;

use interpreters::Plan;

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Run by node, deno or bun.
    JavaScript,
    /// Run by deno, bun or node from 22.18 on.
    TypeScript,
    /// Run by python3.
    Python,
}

impl Language {
    /// The language that a request names.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "javascript" => Some(Self::JavaScript),
            "typescript" => Some(Self::TypeScript),
            "python" => Some(Self::Python),
            _ => None,
        }
    }
}

/// What a program may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest run; then its whole process group is killed.
    pub time: Duration,
    /// Most bytes of output; then its whole process group is killed.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(10), output: 1024 * 1024 }
    }
}

/// What became of a program.
#[derive(Debug)]
pub struct Outcome {
    /// stdout and stderr as they came, one text.
    pub output: String,
    /// The program's own code; 128 plus the signal when one ended it, 124 at the time limit.
    pub exit_code: i32,
    /// How long it ran.
    pub took: Duration,
    /// Why it was ended, when it did not end by itself.
    pub error: Option<String>,
}

/// Runs `source` in `folder`, which is also its home and the place of its temporary files. Interpreters are looked
/// for on `search_path`, the value of a PATH.
///
/// # Errors
/// When the folder cannot be written. A missing interpreter is an outcome that says what to install.
pub async fn run(
    language: Language,
    source: &str,
    folder: &Path,
    limits: Limits,
    search_path: &OsStr,
) -> io::Result<Outcome> {
    match interpreters::plan(language, source, folder, search_path).await? {
        Plan::Run(command) => process::run(command, folder, limits).await,
        Plan::Missing(advice) => Ok(Outcome {
            output: format!("{advice}\n"),
            exit_code: 1,
            took: Duration::ZERO,
            error: Some(advice),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(language: Language, source: &str, limits: Limits) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let path = OsStr::new(option_env!("PATH").unwrap_or("/usr/local/bin:/usr/bin:/bin"));
        runtime.block_on(run(language, source, folder.path(), limits, path)).unwrap()
    }

    #[test]
    fn python_runs_with_its_own_code_and_a_bare_environment() {
        let source = "import os, sys\nprint(len(os.environ) < 15, 'CARGO' in os.environ)\nsys.stderr.write('late\\n')\nsys.exit(3)";
        let outcome = outcome(Language::Python, source, Limits::default());
        if outcome.error.is_none() {
            assert_eq!((outcome.output.as_str(), outcome.exit_code), ("True False\nlate\n", 3));
        }
    }

    #[test]
    fn limits_end_a_program_and_its_children() {
        let short = Limits { time: Duration::from_millis(700), ..Limits::default() };
        let source = "import subprocess\nprint('on', flush=True)\nsubprocess.run(['sleep', '30'])";
        let slow = outcome(Language::Python, source, short);
        if slow.output.starts_with("on") {
            assert_eq!(slow.exit_code, 124);
            assert!(slow.took < Duration::from_secs(5));
        }
        let small = Limits { output: 1000, ..Limits::default() };
        let loud = outcome(Language::Python, "while True: print('x' * 100)", small);
        assert!(loud.output.len() <= 1000 && loud.exit_code != 0, "{loud:?}");
    }
}

//! The binary in an empty environment with a home of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::Terminal;

/// A home folder and an environment that nothing else touches.
pub struct Sandbox {
    /// The home folder.
    pub home: TempDir,
    env: BTreeMap<String, String>,
}

/// A server of the binary's, ended when dropped.
pub struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Sandbox {
    /// An empty home. PATH is kept: the local sandbox looks for interpreters there.
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut env = BTreeMap::new();
        env.insert("HOME".to_owned(), home.path().display().to_string());
        env.insert("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        Self { home, env }
    }

    /// The same with one more variable.
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// A file below the home folder; parents are made.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// What stands in a file below the home folder.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.home.path().join(path)).unwrap()
    }

    /// The binary on a terminal.
    pub fn terminal(&self, args: &[&str]) -> Terminal {
        self.terminal_of(assert_cmd::cargo::cargo_bin!("ra"), args)
    }

    /// Another program (a shell) on a terminal.
    pub fn terminal_of(&self, program: impl AsRef<OsStr>, args: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        self.env.iter().for_each(|(name, value)| command.env(name, value));
        command.env("TERM", "xterm-256color");
        command.cwd(self.home.path());
        command.args(args);
        Terminal::start(command)
    }

    /// The binary as a process of the standard library: for pipes, signals and live reading.
    pub fn process<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ra"));
        command.env_clear().envs(&self.env).current_dir(self.home.path()).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts `ra local serve` on a free port; gives the server, ended when dropped, and its address.
    pub fn serve(&self, flags: &[&str]) -> (Serving, String) {
        self.serve_with([&["--ephemeral", "--pace", "1ms"], flags].concat())
    }

    /// The same on the state that `--local` keeps in this sandbox.
    pub fn serve_kept(&self) -> (Serving, String) {
        self.serve_with(Vec::new())
    }

    fn serve_with(&self, flags: Vec<&str>) -> (Serving, String) {
        let mut child = self.process(["local", "serve", "--port", "0"]).args(flags).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        (Serving(child), address.trim().to_owned())
    }

    /// A sandbox like this one whose three services are the server at `address`.
    pub fn towards(&self, address: &str) -> Self {
        let port = address.rsplit(':').next().unwrap();
        let variables = self.run(["local", "env", "--port", port, "-o", "json"]).ends(0).json();
        let env = variables.as_object().unwrap().iter();
        env.fold(Self::new(), |sandbox, (name, value)| sandbox.env(name, value.as_str().unwrap()))
    }

    /// A variable of this sandbox.
    pub fn variable(&self, name: &str) -> &str {
        &self.env[name]
    }

    /// Runs the binary with nothing on stdin.
    pub fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Run {
        self.run_in(self.home.path(), args, "")
    }

    /// Runs the binary with a text on stdin.
    pub fn pipe<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I, stdin: &str) -> Run {
        self.run_in(self.home.path(), args, stdin)
    }

    /// Runs the binary in a folder.
    pub fn run_in<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        args: I,
        stdin: &str,
    ) -> Run {
        let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("ra"));
        command.env_clear().envs(&self.env).current_dir(folder).args(args).write_stdin(stdin);
        // Long enough for a loaded machine, short enough that a hang is a failure.
        let output = command.timeout(std::time::Duration::from_secs(60)).output().unwrap();
        Run {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code().unwrap_or(-1),
        }
    }
}

impl Run {
    /// stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not JSON ({error}): {self:#?}"))
    }

    /// Asserts the exit code, showing everything when it is another.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Asserts what stderr holds.
    #[track_caller]
    pub fn says(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "stderr lacks {part:?}: {self:#?}");
        self
    }
}

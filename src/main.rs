//! `ra`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(ra_cli::main(std::env::args_os().collect()))
}

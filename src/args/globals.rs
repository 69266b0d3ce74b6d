//! The flags every command takes, before or after its words.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::duration;

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ColorArg {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// How `--dry-run` prints a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DryRunForm {
    /// As it goes over the wire.
    Http,
    /// As a curl command.
    Curl,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Talk to the embedded local services: no account, no key, no network
    #[arg(long, global = true)]
    pub local: bool,

    /// Configuration profile to use
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,

    /// Configuration file to use instead of ~/.config/ra/config.json
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Form of the result: human, json, ndjson, yaml, tsv, csv or id
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = output_format())]
    pub output: Option<String>,

    /// Filter JSON output with a jq expression; strings come out raw
    #[arg(long, global = true, value_name = "EXPR")]
    pub jq: Option<String>,

    /// When to colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", value_enum, hide_possible_values = true)]
    pub color: Option<ColorArg>,

    /// No progress and no hints; warnings and run ids stay
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Show request lines on stderr; twice: headers and bodies too, secrets always masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Print the request that would be sent, as http or curl, and send nothing
    #[arg(
        long, global = true, value_name = "FORM", value_enum, num_args = 0..=1, require_equals = true,
        default_missing_value = "http", hide_possible_values = true
    )]
    pub dry_run: Option<DryRunForm>,

    /// Limit for one request, on a stream for its first byte: 30s, 2m, 0 for none; default 30s, 2m where agents think
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,

    /// Longest silence on a stream; default 2m, for Recall 5m
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration::parse)]
    pub idle_timeout: Option<Duration>,

    /// Attempts after the first when a service refuses or cannot be reached; default 3, 0 for one attempt
    #[arg(long, global = true, value_name = "N")]
    pub max_retries: Option<u32>,

    /// Longest single wait that a service may ask for; default 1m
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration::parse)]
    pub max_wait: Option<Duration>,

    /// Trust the certificates in this PEM file too
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cacert: Option<PathBuf>,

    /// Allow plain http:// to a host that is not this machine
    #[arg(long, global = true)]
    pub insecure_http: bool,

    /// Send no key
    #[arg(long, global = true)]
    pub no_auth: bool,

    /// Items to ask a service for at once
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub page_size: Option<u32>,

    /// Answer yes to confirmations
    #[arg(short, long, global = true)]
    pub yes: bool,

    /// Never ask anything; a missing value is an error
    #[arg(long, global = true)]
    pub no_input: bool,
}

impl Globals {
    /// The flags that say whom a command speaks to, as they are typed: a command told in a hint needs them too.
    pub fn place(&self) -> String {
        let mut flags = Vec::new();
        flags.extend(self.local.then(|| "--local".to_owned()));
        let named = [
            ("--profile", self.profile.clone()),
            ("--config", self.config.as_ref().map(|path| path.display().to_string())),
        ];
        for (flag, value) in named {
            let quoted = value.as_deref().map(shlex::try_quote).and_then(Result::ok);
            flags.extend(quoted.map(|value| format!("{flag} {value}")));
        }
        flags.extend(self.insecure_http.then(|| "--insecure-http".to_owned()));
        flags.join(" ")
    }
}

fn output_format() -> clap::builder::PossibleValuesParser {
    let hidden = |name: &'static str| clap::builder::PossibleValue::new(name).hide(true);
    let mut values: Vec<_> =
        ["human", "json", "ndjson", "yaml", "tsv", "csv", "id"].map(clap::builder::PossibleValue::new).into();
    values.extend(["table", "text", "jsonl", "name"].map(hidden));
    clap::builder::PossibleValuesParser::new(values)
}

//! `ra recall table row create`: one row from fields, or many from a file (contract 5.2).

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::chunk::Chunk;
use super::source::{Format, Source, Types, types};
use crate::args::{Fields, input};
use crate::columns::{Column, View};
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::{Method, Planned, Request};
use crate::json::{Json, Node};
use crate::services::lookup::in_path;
use crate::services::recall::Recall;
use crate::services::recall::operations::{WORKSPACE_SETTING, row, table};
use crate::services::{Service as _, fetch};
use crate::text;

/// Insert rows
///
/// One row comes from fields (-f, -F) or --data; many from a file, NDJSON or CSV with the columns' names in its first
/// row, in requests of up to 1000 rows. A CSV's cells become what the table's columns hold; an empty cell is no value.
/// A file is checked before anything is sent. No request is sent twice: when one fails, its lines are named, what
/// came before is in the table, and --from-line takes the rest up.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall table row create contacts -f email=ada@example.com -F score=12
  ra recall table row create contacts contacts.csv
  jq -c '.[]' rows.json | ra recall table row create contacts -
  ra recall table row create contacts contacts.csv --from-line 2002")]
pub struct CreateArgs {
    /// Table, an id or a name
    pub table: String,

    /// Rows in NDJSON or CSV: a path, or - for stdin
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub file: Option<String>,

    /// How FILE is written; by its name's ending when left out
    #[arg(long, value_enum, hide_possible_values = true, value_name = "ndjson|csv")]
    pub format: Option<Format>,

    /// First line of FILE to send, to go on after a failure
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub from_line: Option<u64>,

    /// Values of one row as a JSON object: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON", conflicts_with = "file")]
    pub data: Option<String>,

    #[command(flatten)]
    pub fields: Fields,
}

const MANY: View<'static> =
    View { columns: &[Column::text("inserted", "insertedCount")], id: "insertedCount" };

/// Carries the command out.
///
/// # Errors
/// Exit 2 for rows that are none, found before anything is sent in a file; what the service says; exit 10 when some
/// rows are in the table and others are not.
pub async fn run(args: &CreateArgs, ctx: &Context) -> Result<Exit> {
    let given = input::id(&args.table, "table")?;
    let one = args.data.is_some() || !args.fields.is_empty();
    match &args.file {
        Some(_) if one => Err(Failure::usage("rows come from FILE or from fields, not both").into()),
        Some(file) => {
            let file = file.strip_prefix('@').unwrap_or(file);
            let format = args.format.unwrap_or_else(|| Format::of(file));
            many(file, format, &given, args, ctx).await
        }
        None if args.format.is_some() || args.from_line.is_some() => {
            Err(Failure::usage("--format and --from-line go with FILE only").into())
        }
        None if one => single(&given, args, ctx).await,
        None => Err(Failure::usage("no row is given: FILE, -f, -F or --data").into()),
    }
}

async fn single(given: &str, args: &CreateArgs, ctx: &Context) -> Result<Exit> {
    let mut data = match &args.data {
        Some(data) => Node::of(&input::json(data, "--data", &ctx.stdin)?),
        None => Node::object(),
    };
    if !matches!(data, Node::Object(_)) {
        return Err(Failure::usage("--data wants a JSON object, {…}").into());
    }
    args.fields.apply(&mut data, &ctx.stdin)?;
    let recall = ctx.recall()?;
    let place = Place::find(given, ctx, &recall).await?;
    let request = place.insert("data", &data.compact(), &recall);
    let answer = fetch(&recall, &request).await?;
    let inserted = answer.get("row").unwrap_or(answer);
    ctx.output.emit(&inserted, View { columns: row::COLUMNS, id: "id" })?;
    Ok(0)
}

async fn many(file: &str, format: Format, given: &str, args: &CreateArgs, ctx: &Context) -> Result<Exit> {
    // What needs no server is looked at first.
    let total = if file == "-" { None } else { Some(check(file, format, &Types::new(), args, ctx)?) };
    let recall = ctx.recall()?;
    let place = Place::find(given, ctx, &recall).await?;
    let types = match format {
        Format::Csv => place.types(&recall).await?,
        Format::Ndjson => Types::new(),
    };
    if total.is_some() && !types.is_empty() {
        check(file, format, &types, args, ctx)?;
    }
    let first = args.from_line.unwrap_or(1);
    let mut source = Source::open(file, format, &types, &ctx.stdin)?;
    let progress = ctx.output.progress("inserting rows");
    let (mut inserted, mut chunk) = (0, Chunk::default());
    loop {
        let next = match source.next() {
            Some(Ok(row)) if row.line < first => continue,
            Some(Ok(row)) => Some(row),
            None => None,
            Some(Err(failure)) => return Err(stopped(failure, inserted, &chunk, file, &place.name).into()),
        };
        let full = next.as_ref().is_none_or(|row| !chunk.fits(row));
        if full && chunk.len() > 0 {
            let request = place.insert("rows", &chunk.json(), &recall);
            let sent = match ctx.interrupt().guard(fetch(&recall, &request)).await {
                Ok(sent) => sent,
                Err(kind) => Err(interrupted(kind).into()),
            };
            match sent {
                Ok(answer) => {
                    inserted += answer.value["insertedCount"].as_u64().unwrap_or(chunk.len() as u64);
                }
                Err(error) if error.downcast_ref::<Planned>().is_some() => return Err(error),
                Err(error) => return Err(refused(error, inserted, &chunk, file, &place.name)),
            }
            chunk = Chunk::default();
            let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
            progress.set(&format!("{inserted}{of} rows inserted"));
        }
        match next {
            Some(row) => chunk.push(row),
            None => break,
        }
    }
    drop(progress);
    ctx.output.emit(&Json::from(json!({"insertedCount": inserted})), MANY)?;
    Ok(0)
}

/// Reads a file through without sending anything, and counts its rows.
fn check(
    file: &str,
    format: Format,
    types: &Types,
    args: &CreateArgs,
    ctx: &Context,
) -> Result<u64, Failure> {
    let first = args.from_line.unwrap_or(1);
    let mut count = 0;
    for row in Source::open(file, format, types, &ctx.stdin)? {
        count += u64::from(row?.line >= first);
    }
    if count == 0 {
        return Err(Failure::usage(format!("`{}` holds no rows to send", text::line(file))));
    }
    Ok(count)
}

/// The table that rows go into.
struct Place {
    name: String,
    path: String,
    workspace: String,
}

impl Place {
    async fn find(given: &str, ctx: &Context, recall: &Recall) -> Result<Self> {
        let workspace = resource::setting(ctx, WORKSPACE_SETTING)?;
        let id = resource::resolve(ctx, recall, &table::NAMES, given).await?;
        let path = format!("/api/v1/tables/{}", in_path(&id));
        Ok(Self { name: given.to_owned(), path, workspace })
    }

    fn insert(&self, member: &str, json: &str, recall: &Recall) -> Request {
        let workspace = serde_json::Value::from(self.workspace.as_str());
        let body = format!("{{\"workspaceId\":{workspace},\"{member}\":{json}}}");
        recall.request(Method::Post, &format!("{}/rows", self.path)).json_text(body)
    }

    /// What its columns hold.
    async fn types(&self, recall: &Recall) -> Result<Types> {
        let request = recall.request(Method::Get, &self.path).query("workspaceId", self.workspace.as_str());
        if recall.http().plans(&request) {
            return Ok(Types::new());
        }
        let answer = fetch(recall, &request).await?;
        Ok(types(&answer.get("table").unwrap_or(answer).value))
    }
}

fn interrupted(kind: Kind) -> Failure {
    let mut failure = Failure::new(kind, "stopped");
    failure.sent = true;
    failure
}

/// A line from stdin that is no row, when others may be in the table already.
fn stopped(failure: Failure, inserted: u64, chunk: &Chunk, file: &str, table: &str) -> Failure {
    let mut failure = failure;
    if inserted > 0 {
        failure.kind = Kind::Partial;
        failure = failure.note(format!("{inserted} rows before it are in the table"));
    }
    if chunk.len() > 0 {
        failure = failure.note(format!("{} were not sent", chunk.lines()));
        return failure.hint(again(file, table, chunk));
    }
    failure
}

/// A request that failed: which lines were in it, and what is in the table.
fn refused(error: anyhow::Error, inserted: u64, chunk: &Chunk, file: &str, table: &str) -> anyhow::Error {
    let Ok(mut failure) = error.downcast::<Failure>() else {
        return Failure::unavailable(format!("{} could not be sent", chunk.lines())).into();
    };
    if inserted > 0 && !matches!(failure.kind, Kind::Interrupted | Kind::Terminated) {
        failure.kind = Kind::Partial;
    }
    let lines = chunk.lines();
    let fate = if failure.sent {
        format!("{lines} may be in the table all the same; look before you send them again")
    } else {
        format!("{lines} did not get into the table")
    };
    failure
        .note(fate)
        .note(format!("{inserted} rows before are in it"))
        .hint(again(file, table, chunk))
        .into()
}

fn again(file: &str, table: &str, chunk: &Chunk) -> String {
    let (table, file) = (text::word(table), text::word(file));
    format!("ra recall table row create {table} {file} --from-line {}", chunk.first())
}

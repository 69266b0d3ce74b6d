//! `ra recall table create`: a table with its columns (contract 5.2).

use anyhow::Result;
use clap::Args;

use crate::args::{Fields, input};
use crate::columns::View;
use crate::commands::{Exit, resource};
use crate::context::Context;
use crate::error::Failure;
use crate::http::Method;
use crate::json::Node;
use crate::services::recall::operations::{WORKSPACE_SETTING, table};
use crate::services::{Service as _, fetch};

/// Create a table
///
/// Columns come one by one (--column), as a schema (--schema), or both. A column is NAME:TYPE, with :required and
/// :unique behind it where no row may lack it, or have another's value.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall table create contacts --column email:string:required:unique --column score:number
  ra recall table create contacts --schema schema.yaml --description 'Who asked' -o id")]
pub struct CreateArgs {
    /// Name of the table
    pub name: String,

    /// Column, NAME:TYPE[:required][:unique], once for each; a type is string, number, boolean, date or json
    /// (newer servers: currency, select)
    #[arg(long = "column", value_name = "NAME:TYPE", action = clap::ArgAction::Append)]
    pub columns: Vec<String>,

    /// Schema in JSON or YAML, {"columns":[…]}: a path, or - for stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub schema: Option<String>,

    /// What it is for: text, @FILE, or - for stdin
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    #[command(flatten)]
    pub fields: Fields,
}

/// Carries the command out.
///
/// # Errors
/// Exit 2 for columns that cannot be; what the service says.
pub async fn run(args: &CreateArgs, ctx: &Context) -> Result<Exit> {
    if args.name.trim().is_empty() {
        return Err(Failure::usage("the table's name is empty").into());
    }
    let mut schema = match &args.schema {
        Some(path) => Node::of(&input::document(path, "--schema", &ctx.stdin)?),
        None => Node::object(),
    };
    let mut columns = match schema.get("columns") {
        None => Vec::new(),
        Some(Node::Array(columns)) => columns.clone(),
        Some(_) => return Err(Failure::usage("`columns` of --schema is no list").into()),
    };
    for given in &args.columns {
        columns.push(column(given)?);
    }
    if columns.is_empty() && args.fields.is_empty() {
        let failure = Failure::usage("a table needs columns: --column or --schema");
        return Err(failure.hint(format!("--column email:string --column score:number   # {TYPES}")).into());
    }
    schema.set("columns", columns);
    let recall = ctx.recall()?;
    let mut body = Node::object();
    body.set("workspaceId", resource::setting(ctx, WORKSPACE_SETTING)?);
    body.set("name", args.name.as_str());
    if let Some(description) = &args.description {
        body.set("description", input::text(description, "--description", &ctx.stdin)?);
    }
    body.set("schema", schema);
    args.fields.apply(&mut body, &ctx.stdin)?;
    let request = recall.request(Method::Post, "/api/v1/tables").json_text(body.compact());
    let answer = fetch(&recall, &request).await?;
    let created = answer.get("table").unwrap_or(answer);
    ctx.output.emit(&created, View { columns: table::SHEET, id: "id" })?;
    Ok(0)
}

const TYPES: &str = "string, number, boolean, date, json, currency, select";

/// `email:string:required:unique` as the service has it.
fn column(given: &str) -> Result<Node, Failure> {
    let shown = crate::text::line(given);
    let mut parts = given.split(':').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty());
    let (Some(name), Some(kind)) = (name, parts.next()) else {
        return Err(Failure::usage(format!("--column `{shown}` is not NAME:TYPE")));
    };
    if !table::TYPES.contains(&kind) {
        let kind = crate::text::line(kind);
        return Err(Failure::usage(format!("--column `{shown}`: `{kind}` is no type; there are {TYPES}")));
    }
    let mut column = Node::object();
    column.set("name", name);
    column.set("type", kind);
    for flag in parts {
        match flag {
            "required" | "unique" => column.set(flag, true),
            other => {
                let other = crate::text::line(other);
                let what = format!("--column `{shown}`: `{other}` is neither required nor unique");
                return Err(Failure::usage(what));
            }
        }
    }
    Ok(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_short() {
        assert_eq!(
            column("email:string:required:unique").unwrap().compact(),
            r#"{"name":"email","type":"string","required":true,"unique":true}"#
        );
        for given in ["email", ":string", "email:text", "email:string:maybe", ""] {
            assert!(column(given).is_err(), "{given}");
        }
        assert_eq!(TYPES.split(", ").collect::<Vec<_>>(), table::TYPES);
    }
}

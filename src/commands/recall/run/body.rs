//! The body of a run: input, fields and files, checked before anything is sent (contract 2.1).

use super::{RunArgs, file};
use crate::args::input;
use crate::context::Context;
use crate::error::Failure;
use crate::json::Node;
use crate::services::recall::execute;

/// Builds the body: an object is spread at the root, anything else stands under `input`.
///
/// # Errors
/// Exit 2 when something cannot be read, or collides with a name of the service.
pub fn build(args: &RunArgs, ctx: &Context) -> Result<Node, Failure> {
    let given = args.input.as_deref().map(|given| input::json(given, "--input", &ctx.stdin)).transpose()?;
    let mut value = given.as_ref().map(Node::of);
    if !args.fields.is_empty() {
        let object = value.get_or_insert_with(Node::object);
        if !matches!(object, Node::Object(_)) {
            return Err(Failure::usage("-f and -F add to an object, and --input is none"));
        }
        args.fields.apply(object, &ctx.stdin)?;
    }
    let mut body = execute::body(value, args.wrap_input)?;
    // Files are read at the root only, wherever the input stands.
    for given in &args.files {
        file::append(&mut body, given)?;
    }
    Ok(body)
}

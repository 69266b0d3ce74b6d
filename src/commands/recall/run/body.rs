//! The body of a run: input, fields and files, checked before anything is sent (contract 2.1).

use super::{RunArgs, file};
use crate::args::input;
use crate::context::Context;
use crate::error::Failure;
use crate::json::Node;
use crate::services::recall::Generation;
use crate::services::recall::execute::{self, RESERVED};

/// What a run is given, read and checked, not yet laid out for a generation of the service.
pub struct Given {
    value: Option<Node>,
    files: Vec<(String, Node)>,
}

/// Reads the input and the files.
///
/// # Errors
/// Exit 2 when something cannot be read.
pub fn read(args: &RunArgs, ctx: &Context) -> Result<Given, Failure> {
    let given = args.input.as_deref().map(|given| input::json(given, "--input", &ctx.stdin)).transpose()?;
    let mut value = given.as_ref().map(Node::of);
    if !args.fields.is_empty() {
        let object = value.get_or_insert_with(Node::object);
        if !matches!(object, Node::Object(_)) {
            return Err(Failure::usage("-f and -F add to an object, and --input is none"));
        }
        args.fields.apply(object, &ctx.stdin)?;
    }
    let files = args.files.iter().map(|given| file::read(given)).collect::<Result<_, _>>()?;
    Ok(Given { value, files })
}

/// Lays it out for a generation of the service.
///
/// # Errors
/// Exit 2 when it collides with a name of the service.
pub fn laid_out(given: &Given, wrap: bool, generation: Generation) -> Result<Node, Failure> {
    let mut body = execute::body(given.value.clone(), wrap, generation)?;
    for (field, object) in &given.files {
        if generation == Generation::Legacy && RESERVED.contains(&field.as_str()) {
            return Err(Failure::usage(format!("the service takes the input field `{field}` for itself")));
        }
        file::append(&mut body, field, object.clone())?;
    }
    Ok(body)
}

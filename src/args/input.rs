//! Values that a person types, keeps in a file, or pipes in: literal, `@FILE`, `-`; `-f` and `-F` fields.

use std::cell::Cell;
use std::io::Read as _;

use clap::Args;

use crate::error::Failure;
use crate::json::{Json, Node};

/// Standard input, which can be read only once.
#[derive(Debug, Default)]
pub struct Stdin {
    taken_by: Cell<Option<&'static str>>,
}

impl Stdin {
    /// All of it as bytes, for the flag or argument `taker`.
    ///
    /// # Errors
    /// Exit 2 when another value took it already, or it cannot be read.
    pub fn bytes(&self, taker: &'static str) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.stream(taker)?
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::usage(format!("cannot read stdin for {taker}: {error}")))?;
        Ok(bytes)
    }

    /// Itself, to be read piece by piece by the flag or argument `taker`.
    ///
    /// # Errors
    /// Exit 2 when another value took it already.
    pub fn stream(&self, taker: &'static str) -> Result<std::io::Stdin, Failure> {
        match self.taken_by.replace(Some(taker)) {
            None => Ok(std::io::stdin()),
            Some(first) => Err(Failure::usage(format!("{first} and {taker} cannot both read stdin"))
                .hint("put one of them into a file and give @FILE")),
        }
    }
}

/// A text given as a literal, `@FILE`, or `-` (`@-`) for stdin. `what` names it in messages.
///
/// # Errors
/// Exit 2 when the file cannot be read or is not UTF-8.
pub fn text(given: &str, what: &'static str, stdin: &Stdin) -> Result<String, Failure> {
    match given {
        "-" | "@-" => utf8(stdin.bytes(what)?, "stdin", what),
        given => match given.strip_prefix('@') {
            Some(path) => file(path, what),
            None => Ok(given.to_owned()),
        },
    }
}

/// A text file, which must be UTF-8.
///
/// # Errors
/// Exit 2 when it cannot be read or is not UTF-8.
pub fn file(path: &str, what: &str) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read `{path}` for {what}: {error}")))?;
    utf8(bytes, path, what)
}

fn utf8(bytes: Vec<u8>, source: &str, what: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage(format!("`{source}` for {what} is not UTF-8 text (byte {at})"))
    })
}

/// Where a given value was read from, for messages.
fn source(given: &str) -> String {
    match given {
        "-" | "@-" => "stdin".to_owned(),
        given => given.strip_prefix('@').map_or_else(|| "the command line".to_owned(), str::to_owned),
    }
}

/// A JSON value given as a literal, `@FILE` or `-`, numbers in their own spelling.
///
/// # Errors
/// Exit 2 with line and column when it is not JSON.
pub fn json(given: &str, what: &'static str, stdin: &Stdin) -> Result<Json, Failure> {
    let text = text(given, what, stdin)?;
    Json::parse_bytes(text.as_bytes()).map_err(|error| {
        Failure::usage(format!("{what} is not JSON: {error} of {}", source(given))).code("INVALID_JSON")
    })
}

/// A document in JSON or YAML given as `@FILE`, a path, or `-`.
///
/// # Errors
/// Exit 2 with line and column when it is neither.
pub fn document(path: &str, what: &'static str, stdin: &Stdin) -> Result<Json, Failure> {
    let name = path.strip_prefix('@').unwrap_or(path);
    let text = if name == "-" { utf8(stdin.bytes(what)?, "stdin", what)? } else { file(name, what)? };
    if text.trim().is_empty() {
        return Err(Failure::usage(format!("`{name}` for {what} is empty")));
    }
    let yaml_name = name.ends_with(".yaml") || name.ends_with(".yml");
    let as_json = Json::parse_bytes(text.as_bytes());
    match as_json {
        Ok(json) if !yaml_name => Ok(json),
        Err(error) if name.ends_with(".json") => {
            Err(Failure::usage(format!("{what} is not JSON: {error} of {name}")).code("INVALID_JSON"))
        }
        _ => serde_saphyr::from_str::<serde_json::Value>(&text).map(Json::from).map_err(|error| {
            Failure::usage(format!(
                "{what} `{name}` is neither JSON nor YAML: {}",
                crate::text::line(&error.to_string())
            ))
        }),
    }
}

/// Fields that make up a JSON object.
#[derive(Args, Clone, Debug, Default)]
pub struct Fields {
    /// Set a text field: key=value, key=@FILE; dotted keys build objects, key[]=value appends
    #[arg(short = 'f', long = "field", value_name = "KEY=VALUE", action = clap::ArgAction::Append)]
    pub text: Vec<String>,

    /// Set a typed field: key=JSON (true, 5, [1], {"a":1})
    #[arg(short = 'F', long = "json-field", value_name = "KEY=JSON", action = clap::ArgAction::Append)]
    pub typed: Vec<String>,
}

impl Fields {
    /// Whether any were given.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.typed.is_empty()
    }

    /// Puts the fields into an object.
    ///
    /// # Errors
    /// Exit 2 when a field has no `=`, its JSON cannot be read, or it contradicts another one.
    pub fn apply(&self, object: &mut Node, stdin: &Stdin) -> Result<(), Failure> {
        for field in &self.text {
            let (key, value) = split(field, "-f")?;
            put(object, key, Node::String(text(value, "-f", stdin)?))?;
        }
        for field in &self.typed {
            let (key, value) = split(field, "-F")?;
            let json =
                json(value, "-F", stdin).map_err(|failure| failure.note(format!("in the field `{key}`")))?;
            put(object, key, Node::of(&json))?;
        }
        Ok(())
    }
}

fn split<'a>(field: &'a str, flag: &str) -> Result<(&'a str, &'a str), Failure> {
    match field.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(Failure::usage(format!("{flag} `{field}` is not key=value"))),
    }
}

/// Sets `a.b.c` or appends to `a.b[]`.
fn put(object: &mut Node, key: &str, value: Node) -> Result<(), Failure> {
    let (path, append) = key.strip_suffix("[]").map_or((key, false), |path| (path, true));
    let names: Vec<&str> = path.split('.').collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err(Failure::usage(format!("`{key}` has an empty part")));
    }
    let clash =
        |name: &str| Failure::usage(format!("`{key}` does not fit: `{name}` is already something else"));
    let mut at = object;
    for name in &names[..names.len() - 1] {
        if at.get(name).is_none() {
            at.set(name, Node::object());
        }
        at = at.get_mut(name).filter(|node| matches!(node, Node::Object(_))).ok_or_else(|| clash(name))?;
    }
    let last = names[names.len() - 1];
    if !append {
        at.set(last, value);
        return Ok(());
    }
    if at.get(last).is_none() {
        at.set(last, Node::Array(Vec::new()));
    }
    match at.get_mut(last) {
        Some(Node::Array(items)) => items.push(value),
        _ => return Err(clash(last)),
    }
    Ok(())
}

/// An id that can stand in a path: not empty, not `.` or `..`, no control characters.
///
/// # Errors
/// Exit 2, naming what it is the id of.
pub fn id(given: &str, what: &str) -> Result<String, Failure> {
    let id = given.trim();
    if id.is_empty() {
        return Err(Failure::usage(format!("the {what} is empty")));
    }
    if id == "." || id == ".." || id.chars().any(char::is_control) {
        return Err(Failure::usage(format!("`{}` cannot be the {what}", crate::text::line(id))));
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &[&str], typed: &[&str]) -> Result<String, Failure> {
        let fields = Fields {
            text: text.iter().map(|field| (*field).to_owned()).collect(),
            typed: typed.iter().map(|field| (*field).to_owned()).collect(),
        };
        let mut object = Node::object();
        fields.apply(&mut object, &Stdin::default())?;
        Ok(object.compact())
    }

    #[test]
    fn fields_build_objects() {
        assert_eq!(
            built(
                &["a.b=1", "list[]=x", "list[]=y"],
                &["n=1.10", "big=12345678901234567890123", "a.c=[true]"]
            )
            .unwrap(),
            r#"{"a":{"b":"1","c":[true]},"list":["x","y"],"n":1.10,"big":12345678901234567890123}"#
        );
        for (text, typed) in [
            (vec!["novalue"], vec![]),
            (vec!["a=1", "a.b=2"], vec![]),
            (vec![], vec!["a={"]),
            (vec!["a..b=1"], vec![]),
        ] {
            assert!(built(&text, &typed).is_err(), "{text:?} {typed:?}");
        }
    }

    #[test]
    fn json_errors_name_the_place() {
        let failure = json("{\"a\": nope}", "--input", &Stdin::default()).unwrap_err();
        assert!(failure.message.contains("line 1 column 8 of the command line"), "{}", failure.message);
        assert!(id("..", "workflow").is_err() && id(" ", "workflow").is_err());
    }
}

//! `--jq`: the jq language in the process, without access to it.

use jaq_core::load::{Arena, File, Loader, parse};
use jaq_core::{Ctx, Vars, data::JustLut, unwrap_valr};
use jaq_json::write::{Pp, Styles};
use jaq_json::{Val, read};

use crate::error::{Failure, Kind};
use crate::json::Json;

type Data = JustLut<Val>;
type Filter = jaq_core::compile::Filter<jaq_core::Native<Data>>;

/// A compiled filter.
pub struct Query {
    filter: Filter,
}

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Exit 2, naming the place that cannot be read.
    pub fn compile(expression: &str) -> Result<Self, Failure> {
        let prelude = parse(include_str!("query.jq"), |parser| parser.defs()).unwrap_or_default();
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).chain(prelude);
        // `env` would show the keys in the environment to whoever wrote the expression.
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs())
            .filter(|(name, _, _)| *name != "env");
        let unreadable = |place: &str| {
            let place = if place.is_empty() { "its end" } else { place };
            Failure::usage(format!("--jq `{expression}` cannot be read near `{}`", crate::text::line(place)))
                .hint("the language is jq's: https://jqlang.org/manual")
        };
        let arena = Arena::default();
        let modules = Loader::new(definitions)
            .load(&arena, File { code: expression, path: () })
            .map_err(|errors| unreadable(&place_of_load(errors)))?;
        let filter =
            jaq_core::Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
                let unknown =
                    errors.iter().flat_map(|(_, errors)| errors).next().map_or("", |(name, _)| *name);
                unreadable(unknown)
            })?;
        Ok(Self { filter })
    }

    /// What the filter makes of a document: strings raw, other values as JSON, one a line.
    ///
    /// # Errors
    /// What the filter raised.
    pub fn run(&self, json: &Json, indented: bool) -> Result<Vec<u8>, Failure> {
        let failed = |why: String| Failure::new(Kind::Refused, format!("--jq: {}", crate::text::line(&why)));
        let input = read::parse_single(json.text().as_bytes()).map_err(|error| failed(error.to_string()))?;
        let context = Ctx::<Data>::new(&self.filter.lut, Vars::new([]));
        let printer =
            Pp { indent: indented.then(|| "  ".to_owned()), styles: Styles::default(), ..Pp::default() };
        let mut out = Vec::new();
        for value in self.filter.id.run((context, input)).map(unwrap_valr) {
            match value.map_err(|error| failed(error.to_string()))? {
                Val::TStr(text) | Val::BStr(text) => out.extend_from_slice(&text),
                value => {
                    jaq_json::write::write(&mut out, &printer, 0, &value)
                        .map_err(|error| failed(error.to_string()))?;
                }
            }
            out.push(b'\n');
        }
        Ok(out)
    }
}

fn place_of_load(errors: jaq_core::load::Errors<&str, ()>) -> String {
    use jaq_core::load::Error;
    let first = errors.into_iter().next().map(|(_, error)| error);
    match first {
        Some(Error::Lex(errors)) => errors.first().map(|(_, rest)| (*rest).to_owned()).unwrap_or_default(),
        Some(Error::Parse(errors)) => {
            errors.first().map(|(_, found)| (*found).to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jq(expression: &str, text: &str) -> String {
        let out = Query::compile(expression).unwrap().run(&Json::parse(text).unwrap(), false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_keep_their_spelling_and_strings_are_raw() {
        assert_eq!(
            jq(".[]", r#"[12345678901234567890123,1.10,"a b",{"x":1e2}]"#),
            "12345678901234567890123\n1.10\na b\n{\"x\":1e2}\n"
        );
        assert_eq!(jq("[.a,.b]|@tsv", r#"{"a":"x\ty","b":null}"#), "x\\ty\t\n");
        assert_eq!(jq("[.a]|@csv", r#"{"a":"x\"y"}"#), "\"x\"\"y\"\n");
    }

    #[test]
    fn nothing_of_the_process_can_be_read() {
        for expression in ["env", "$ENV", "input", ".a ["] {
            assert_eq!(Query::compile(expression).map(|_| ()).unwrap_err().kind, Kind::Usage, "{expression}");
        }
    }
}

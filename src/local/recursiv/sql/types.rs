//! Postgres' types: how they are read, declared, and shown in JSON.

use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use super::expression::near;
use super::moments;
use super::token::Token;

/// Names of types, and the name under which a column is declared.
const NAMES: &[(&str, &str)] = &[
    ("serial", "serial"),
    ("serial4", "serial"),
    ("smallserial", "serial"),
    ("bigserial", "serial"),
    ("serial8", "serial"),
    ("int", "integer"),
    ("int4", "integer"),
    ("integer", "integer"),
    ("int2", "smallint"),
    ("smallint", "smallint"),
    ("int8", "bigint"),
    ("bigint", "bigint"),
    ("text", "text"),
    ("citext", "text"),
    ("name", "text"),
    ("varchar", "varchar"),
    ("char", "char"),
    ("bpchar", "char"),
    ("character", "char"),
    ("bool", "boolean"),
    ("boolean", "boolean"),
    ("uuid", "uuid"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("timestamp", "timestamp"),
    ("timestamptz", "timestamptz"),
    ("date", "date"),
    ("time", "time"),
    ("timetz", "time"),
    ("interval", "text"),
    ("real", "real"),
    ("float4", "real"),
    ("float", "double"),
    ("float8", "double"),
    ("double", "double"),
    ("numeric", "numeric"),
    ("decimal", "numeric"),
    ("money", "numeric"),
    ("bytea", "blob"),
    ("inet", "text"),
    ("cidr", "text"),
    ("vector", "text"),
    ("tsvector", "text"),
];

/// Reads a type at the start of `tokens`: how it is declared, and how many tokens it took.
pub fn read(tokens: &[Token]) -> Result<(String, usize), String> {
    let name = tokens.first().and_then(Token::name).ok_or_else(|| near(tokens.first()))?;
    let mut declared = match NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, declared)) => (*declared).to_owned(),
        None => return Err(format!("type \"{name}\" does not exist")),
    };
    let mut at = 1;
    let is =
        |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word) || token.is_sign(word));
    if (name == "double" && is(at, "precision")) || (name == "character" && is(at, "varying")) {
        if name == "character" {
            declared = "varchar".into();
        }
        at += 1;
    }
    if is(at, "(") {
        let close = (at..tokens.len()).find(|at| is(*at, ")")).ok_or("syntax error at end of input")?;
        if matches!(declared.as_str(), "varchar" | "char" | "numeric") {
            declared.push_str(&super::token::text(&tokens[at..=close]).replace(' ', ""));
        }
        at = close + 1;
    }
    if (name == "timestamp" || name == "time") && (is(at, "with") || is(at, "without")) {
        if is(at, "with") && name == "timestamp" {
            declared = "timestamptz".into();
        }
        at += 3;
    }
    while is(at, "[") {
        declared = "jsonb".into();
        at += 2;
    }
    // A type that breaks off is told by what comes after it: nothing.
    if at > tokens.len() { Err(near(None)) } else { Ok((declared, at)) }
}

/// Whether columns of this type number their rows.
pub fn is_serial(declared: &str) -> bool {
    declared == "serial"
}

/// The name under which `information_schema` knows a declared type.
pub fn full_name(declared: &str) -> String {
    let name = declared.to_ascii_lowercase();
    let full = match name.split('(').next().unwrap_or_default() {
        "varchar" => "character varying",
        "char" => "character",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "double" => "double precision",
        "time" => "time without time zone",
        "blob" => "bytea",
        other => other,
    };
    full.to_owned()
}

/// How values of one result column are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As they are.
    Plain,
    /// 1 and 0 as true and false.
    Bool,
    /// Whole numbers as text, because JSON readers lose digits of large ones.
    Big,
    /// Text as the JSON that it is.
    Json,
    /// Text as a moment.
    Moment,
    /// Numbers as text with this many decimals.
    Decimal(u8),
}

impl Kind {
    /// The kind of a declared type, if it is one with a kind.
    pub fn declared(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match name.split('(').next().unwrap_or_default() {
            "boolean" | "bool" => Self::Bool,
            "bigint" | "int8" => Self::Big,
            "json" | "jsonb" => Self::Json,
            "timestamp" | "timestamptz" => Self::Moment,
            "numeric" | "decimal" => {
                match name.split(',').nth(1).and_then(|part| part.trim_end_matches(')').parse().ok()) {
                    Some(decimals) => Self::Decimal(decimals),
                    None => Self::Plain,
                }
            }
            _ => Self::Plain,
        }
    }

    /// One value as JSON.
    pub fn show(self, value: ValueRef) -> Value {
        match (self, value) {
            (_, ValueRef::Null) => Value::Null,
            (Self::Bool, ValueRef::Integer(number)) => json!(number != 0),
            (Self::Big, ValueRef::Integer(number)) => json!(number.to_string()),
            (Self::Decimal(decimals), ValueRef::Integer(number)) => {
                json!(format!("{:.*}", usize::from(decimals), number as f64))
            }
            (Self::Decimal(decimals), ValueRef::Real(number)) => {
                json!(format!("{number:.*}", usize::from(decimals)))
            }
            (_, ValueRef::Integer(number)) => json!(number),
            (_, ValueRef::Real(number)) => json!(number),
            (_, ValueRef::Blob(bytes)) => {
                json!(bytes.iter().fold("\\x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")))
            }
            (kind, ValueRef::Text(bytes)) => {
                let text = String::from_utf8_lossy(bytes);
                match kind {
                    Self::Bool if ["t", "true", "yes", "on"].contains(&text.as_ref()) => json!(true),
                    Self::Bool if ["f", "false", "no", "off"].contains(&text.as_ref()) => json!(false),
                    Self::Json => serde_json::from_str(&text).unwrap_or_else(|_| json!(text)),
                    Self::Moment => {
                        json!(moments::read(&text).map_or_else(|| text.into_owned(), moments::write))
                    }
                    _ => json!(text),
                }
            }
        }
    }
}

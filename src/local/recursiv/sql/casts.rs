//! What `::type` does to a value.

use rusqlite::types::{Value as Sql, ValueRef};
use uuid::Uuid;

use super::moments;

/// A value as text; nothing for NULL.
pub fn text_of(value: ValueRef) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// Says that a text is none of a type.
pub fn invalid(kind: &str, text: &str) -> String {
    let kind = match kind {
        "timestamptz" => "timestamp with time zone",
        "int4" | "int" => "integer",
        "int8" => "bigint",
        "float8" | "float" | "double" => "double precision",
        "bool" => "boolean",
        "jsonb" => "json",
        other => other,
    };
    format!("invalid input syntax for type {kind}: \"{text}\"")
}

/// A value as another type; `kind` may carry brackets, as in `varchar(3)`.
///
/// # Errors
/// In Postgres' words, when the value is none of the type.
pub fn cast(value: ValueRef, kind: &str) -> Result<Sql, String> {
    let Some(text) = text_of(value) else { return Ok(Sql::Null) };
    let (name, sizes) =
        kind.split_once('(').map_or((kind, ""), |(name, rest)| (name, rest.trim_end_matches(')')));
    let wrong = || invalid(name, &text);
    match name {
        "int" | "int4" | "integer" | "int2" | "smallint" | "int8" | "bigint" => {
            let number = match value {
                ValueRef::Real(number) => number.round_ties_even() as i64,
                _ => text.trim().parse().map_err(|_| wrong())?,
            };
            let most = match name {
                "int8" | "bigint" => i64::MAX,
                "int2" | "smallint" => i16::MAX.into(),
                _ => i32::MAX.into(),
            };
            if number > most || number < -most - 1 {
                return Err(if name == "bigint" { "bigint" } else { "integer" }.to_owned() + " out of range");
            }
            Ok(Sql::Integer(number))
        }
        "real" | "float" | "float4" | "float8" | "double" => {
            Ok(Sql::Real(text.trim().parse().map_err(|_| wrong())?))
        }
        "numeric" | "decimal" => {
            let number: f64 = text.trim().parse().map_err(|_| wrong())?;
            match sizes.split(',').nth(1).and_then(|scale| scale.parse().ok()) {
                Some(scale) => {
                    Ok(Sql::Real(format!("{number:.*}", usize::min(scale, 30)).parse().map_err(|_| wrong())?))
                }
                None if number.fract() == 0.0 && number.abs() < 9e15 => Ok(Sql::Integer(number as i64)),
                None => Ok(Sql::Real(number)),
            }
        }
        "bool" | "boolean" => match (value, text.trim().to_ascii_lowercase().as_str()) {
            (ValueRef::Integer(number), _) => Ok(Sql::Integer(i64::from(number != 0))),
            (_, "t" | "true" | "yes" | "y" | "on" | "1") => Ok(Sql::Integer(1)),
            (_, "f" | "false" | "no" | "n" | "off" | "0") => Ok(Sql::Integer(0)),
            _ => Err(wrong()),
        },
        "json" | "jsonb" => {
            let json: serde_json::Value = serde_json::from_str(&text).map_err(|_| wrong())?;
            Ok(Sql::Text(if name == "jsonb" { json.to_string() } else { text }))
        }
        "uuid" => Ok(Sql::Text(Uuid::parse_str(text.trim()).map_err(|_| wrong())?.to_string())),
        "timestamp" | "timestamptz" => Ok(Sql::Text(moments::write(moments::read(&text).ok_or_else(wrong)?))),
        "date" => Ok(Sql::Text(moments::read(&text).ok_or_else(wrong)?.date().to_string())),
        "text" | "name" | "citext" | "time" | "timetz" | "interval" | "regclass" | "bytea" | "inet"
        | "money" => Ok(Sql::Text(text)),
        "varchar" | "char" | "bpchar" | "character" => {
            let most = sizes.parse().unwrap_or(usize::MAX);
            Ok(Sql::Text(text.chars().take(most).collect()))
        }
        other => Err(format!("type \"{other}\" does not exist")),
    }
}

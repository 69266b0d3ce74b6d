//! Postgres' functions that SQLite lacks, and the two whose meaning differs (LIKE, ILIKE).

mod json;
mod pattern;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Error, Result};
use uuid::Uuid;

use super::{casts, moments, types};
use json::{as_json, as_text, at_path, contains, has_key, json_at, member};
use pattern::like;

const FIXED: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);
const VARYING: FunctionFlags = FunctionFlags::SQLITE_UTF8;

/// Teaches a connection all of them.
pub fn register(connection: &Connection) -> Result<()> {
    let add = |name: &str, arguments, function: fn(&Context) -> Result<Sql>| {
        connection.create_scalar_function(name, arguments, FIXED, function)
    };
    let vary = |name: &str, arguments, function: fn(&Context) -> Result<Sql>| {
        connection.create_scalar_function(name, arguments, VARYING, function)
    };
    vary("now", 0, |_| Ok(Sql::Text(moments::now())))?;
    vary("pg_today", 0, |_| Ok(Sql::Text(moments::now()[..10].to_owned())))?;
    vary("gen_random_uuid", 0, |_| Ok(Sql::Text(Uuid::new_v4().to_string())))?;
    vary("pg_random", 0, |_| Ok(Sql::Real(fastrand::f64())))?;
    add("pg_type_name", 1, |context| {
        Ok(text(context, 0).map_or(Sql::Null, |name| Sql::Text(types::full_name(&name))))
    })?;
    add("pg_user", 0, |_| Ok(Sql::Text("local".into())))?;
    add("current_schema", 0, |_| Ok(Sql::Text("public".into())))?;
    add("current_database", 0, |_| Ok(Sql::Text("local".into())))?;
    add("version", 0, |_| {
        Ok(Sql::Text(format!(
            "ra local database {}, SQLite {}",
            env!("CARGO_PKG_VERSION"),
            rusqlite::version()
        )))
    })?;

    add("pg_cast", 2, |context| {
        let kind = text(context, 1).unwrap_or_default();
        casts::cast(context.get_raw(0), &kind).map_err(failed)
    })?;
    add("pg_json", 2, |context| Ok(as_json(member(context))))?;
    add("pg_json_text", 2, |context| Ok(as_text(member(context))))?;
    add("pg_json_path", 2, |context| Ok(as_json(at_path(context))))?;
    add("pg_json_path_text", 2, |context| Ok(as_text(at_path(context))))?;
    add("pg_json_concat", 2, |context| Ok(json::concat(context)))?;
    add("jsonb_set", 3, |context| Ok(json::set(context)))?;
    add("pg_contains", 2, |context| {
        let both = json_at(context, 0).zip(json_at(context, 1));
        Ok(both.map_or(Sql::Null, |(whole, part)| Sql::Integer(contains(&whole, &part).into())))
    })?;
    add("pg_has_key", 2, |context| {
        let both = json_at(context, 0).zip(text(context, 1));
        Ok(both.map_or(Sql::Null, |(whole, key)| Sql::Integer(has_key(&whole, &key).into())))
    })?;

    add("pg_shift", 3, |context| {
        let Some(moment) = text(context, 0) else { return Ok(Sql::Null) };
        let (sign, interval) = (text(context, 1).unwrap_or_default(), text(context, 2).unwrap_or_default());
        let moment = moments::read(&moment).ok_or_else(|| failed(casts::invalid("timestamp", &moment)))?;
        let shifted = moments::shift(moment, &interval, sign == "-");
        Ok(Sql::Text(moments::write(shifted.ok_or_else(|| failed(casts::invalid("interval", &interval)))?)))
    })?;
    add("pg_extract", 2, extract)?;
    add("date_part", 2, extract)?;
    add("date_trunc", 2, |context| {
        let (Some(field), Some(moment)) = (text(context, 0), text(context, 1)) else { return Ok(Sql::Null) };
        let moment = moments::read(&moment).ok_or_else(|| failed(casts::invalid("timestamp", &moment)))?;
        let cut = moments::truncate(&field.to_lowercase(), moment);
        let cut = cut.ok_or_else(|| failed(format!("timestamp units \"{field}\" not recognized")))?;
        Ok(Sql::Text(moments::write(cut)))
    })?;

    add("to_char", 2, |context| {
        let (Some(moment), Some(format)) = (text(context, 0), text(context, 1)) else { return Ok(Sql::Null) };
        let moment = moments::read(&moment).ok_or_else(|| failed(casts::invalid("timestamp", &moment)))?;
        Ok(Sql::Text(moments::format(moment, &format)))
    })?;

    // SQLite calls these for `value LIKE pattern` and `value REGEXP pattern` with the pattern first.
    add("like", 2, |context| Ok(matched(context, false)))?;
    add("regexp", 2, |context| Ok(matched(context, true)))?;
    texts(connection)?;
    numbers(connection)
}

/// Functions from text to text.
fn texts(connection: &Connection) -> Result<()> {
    let add = |name: &str, arguments, function: fn(&Context) -> Option<String>| {
        connection.create_scalar_function(name, arguments, FIXED, move |context| {
            Ok(function(context).map_or(Sql::Null, Sql::Text))
        })
    };
    add("left", 2, |context| {
        let (text, many) = (text(context, 0)?, number(context, 1)?);
        let length = text.chars().count() as i64;
        let many = if many < 0 { (length + many).max(0) } else { many };
        Some(text.chars().take(many as usize).collect())
    })?;
    add("right", 2, |context| {
        let (text, many) = (text(context, 0)?, number(context, 1)?);
        let length = text.chars().count() as i64;
        let skipped = if many < 0 { -many } else { (length - many).max(0) };
        Some(text.chars().skip(skipped as usize).collect())
    })?;
    add("split_part", 3, |context| {
        let (text, mark, which) = (text(context, 0)?, text(context, 1)?, number(context, 2)?);
        let index = usize::try_from(which - 1).ok()?;
        Some(text.split(mark.as_str()).nth(index).unwrap_or_default().to_owned())
    })?;
    add("initcap", 1, |context| {
        let mut inside = false;
        let cased = text(context, 0)?
            .chars()
            .map(|letter| {
                let first = !std::mem::replace(&mut inside, letter.is_alphanumeric());
                if first { letter.to_uppercase().to_string() } else { letter.to_lowercase().to_string() }
            })
            .collect();
        Some(cased)
    })?;
    add("reverse", 1, |context| Some(text(context, 0)?.chars().rev().collect()))?;
    add("repeat", 2, |context| {
        let (text, times) = (text(context, 0)?, usize::try_from(number(context, 1)?).unwrap_or(0));
        // A short statement must not fill the memory.
        (text.len().saturating_mul(times) <= 16 * 1024 * 1024).then(|| text.repeat(times))
    })
}

/// Functions from numbers to numbers.
fn numbers(connection: &Connection) -> Result<()> {
    for (name, function) in [
        ("ceil", f64::ceil as fn(f64) -> f64),
        ("ceiling", f64::ceil),
        ("floor", f64::floor),
        ("sqrt", f64::sqrt),
        ("ln", f64::ln),
        ("exp", f64::exp),
        ("trunc", f64::trunc),
    ] {
        connection.create_scalar_function(name, 1, FIXED, move |context| {
            Ok(context.get::<Option<f64>>(0)?.map(function))
        })?;
    }
    for name in ["power", "pow"] {
        connection.create_scalar_function(name, 2, FIXED, |context| {
            let both = context.get::<Option<f64>>(0)?.zip(context.get::<Option<f64>>(1)?);
            Ok(both.map(|(base, exponent)| base.powf(exponent)))
        })?;
    }
    connection.create_scalar_function("mod", 2, FIXED, |context| {
        match context.get::<Option<i64>>(0)?.zip(context.get::<Option<i64>>(1)?) {
            Some((_, 0)) => Err(failed("division by zero".into())),
            both => Ok(both.map(|(value, by)| value.wrapping_rem(by))),
        }
    })
}

fn failed(message: String) -> Error {
    Error::UserFunctionError(message.into())
}

fn text(context: &Context, index: usize) -> Option<String> {
    casts::text_of(context.get_raw(index))
}

fn number(context: &Context, index: usize) -> Option<i64> {
    context.get::<Option<i64>>(index).ok().flatten()
}

fn extract(context: &Context) -> Result<Sql> {
    let (Some(field), Some(moment)) = (text(context, 0), text(context, 1)) else { return Ok(Sql::Null) };
    let moment = moments::read(&moment).ok_or_else(|| failed(casts::invalid("timestamp", &moment)))?;
    let value = moments::extract(&field.to_lowercase(), moment);
    let value = value.ok_or_else(|| failed(format!("unit \"{field}\" not recognized")))?;
    Ok(if value.fract() == 0.0 { Sql::Integer(value as i64) } else { Sql::Real(value) })
}

fn matched(context: &Context, any_case: bool) -> Sql {
    let (Some(pattern), Some(value)) = (text(context, 0), text(context, 1)) else { return Sql::Null };
    let fold = |text: String| if any_case { text.to_lowercase() } else { text };
    let (pattern, value): (Vec<char>, Vec<char>) =
        (fold(pattern).chars().collect(), fold(value).chars().collect());
    Sql::Integer(like(&pattern, &value).into())
}

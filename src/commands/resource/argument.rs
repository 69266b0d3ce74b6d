//! What a person types for a parameter: a word or a flag, and how it is read.

use clap::{Arg, ArgAction};

use crate::services::operation::{Parameter, Place, Type};

/// The argument for a parameter; nothing for one that only a setting can give.
pub fn of(parameter: &Parameter) -> Option<Arg> {
    let value_name = parameter.name.to_uppercase().replace('-', "_");
    let arg = Arg::new(parameter.name).help(parameter.help).value_name(value_name);
    // A setting or a question may stand in, so that clap must not insist.
    let arg = arg.required(parameter.required && parameter.setting.is_none() && !parameter.secret);
    let arg = match parameter.place {
        Place::Path | Place::BodyWord(_) => arg,
        Place::Query(_) | Place::Body(_) => arg.long(parameter.name),
    };
    Some(match parameter.kind {
        Type::Text | Type::Word => arg,
        Type::Number => arg.value_parser(clap::value_parser!(i64)).allow_negative_numbers(true),
        Type::Count => arg.value_parser(clap::value_parser!(i64).range(1..)).allow_negative_numbers(true),
        Type::Decimal => arg.value_parser(decimal).allow_negative_numbers(true),
        Type::Switch => arg.action(ArgAction::SetTrue).value_name(None::<&str>),
        Type::Bool => arg.value_parser(["true", "false"]).value_name("BOOL"),
        // Several words in a row, or the flag once for each.
        Type::Words if matches!(parameter.place, Place::BodyWord(_)) => {
            arg.num_args(1..).action(ArgAction::Append)
        }
        Type::Words => arg.action(ArgAction::Append),
        Type::Pairs => arg.action(ArgAction::Append).value_name("KEY=VALUE"),
        Type::OneOf(words) => arg.value_parser(words.to_vec()),
        Type::Json | Type::Object => arg.value_name("JSON"),
        Type::Document => arg.value_name("FILE").value_hint(clap::ValueHint::FilePath),
        Type::Moment => arg.value_name("TIME").value_parser(moment),
        Type::Millis => arg.value_name("DURATION").value_parser(millis),
        Type::Setting => return None,
    })
}

/// A number that JSON knows, as it was spelled.
fn decimal(text: &str) -> Result<String, String> {
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a number is wanted, such as 0.5".to_owned()),
    }
}

/// A duration as a number of milliseconds.
fn millis(text: &str) -> Result<String, String> {
    crate::args::duration::parse(text).map(|duration| duration.as_millis().to_string())
}

/// ISO 8601 or a duration that has gone by, as ISO 8601 in UTC with milliseconds.
pub fn moment(text: &str) -> Result<String, String> {
    let now = jiff::Timestamp::now();
    let ago = || crate::args::duration::parse(text).ok().and_then(|ago| now.checked_sub(ago).ok());
    let date = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(date).or_else(ago);
    let moment =
        moment.ok_or("a time is wanted: 2026-03-20T10:15:30Z, 2026-03-20, or how long ago, as 2h")?;
    Ok(format!("{moment:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_or_spans() {
        assert_eq!(moment("2026-03-20T11:15:30+01:00").unwrap(), "2026-03-20T10:15:30.000Z");
        assert_eq!(moment("2026-03-20").unwrap(), "2026-03-20T00:00:00.000Z");
        assert!(moment("2h").unwrap() < moment("1s").unwrap());
        assert!(moment("yesterday-ish").is_err() && moment("").is_err());
        assert_eq!(millis("1m 5s").unwrap(), "65000");
        assert_eq!(decimal("0.10").unwrap(), "0.10");
        assert!(decimal("NaN").is_err() && decimal("1,5").is_err());
    }
}

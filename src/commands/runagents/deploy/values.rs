//! What single flags and entries of the description mean.

use crate::args::input;
use crate::context::Context;
use crate::error::Failure;
use crate::project::manifest::ModelEntry;
use crate::secret::Secret;
use crate::services::runagents::model::{Model, distinct, is_budget};

/// Trimmed, blanks dropped; an empty list when the flag stood there with nothing.
pub fn words(given: &[String]) -> Option<Vec<String>> {
    if given.is_empty() {
        return None;
    }
    Some(given.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect())
}

/// The models of the flags, or those of the description when no flag names one.
///
/// # Errors
/// Exit 2 for one that cannot be read, or two of the same role.
pub fn models(flags: &[String], own: &[ModelEntry]) -> Result<Vec<Model>, Failure> {
    let models: Vec<Model> = match flags.is_empty() {
        false => flags.iter().map(|given| Model::parse(given)).collect::<Result<_, _>>()?,
        true => own.iter().map(described).collect::<Result<_, _>>()?,
    };
    distinct(&models)?;
    Ok(models)
}

fn described(entry: &ModelEntry) -> Result<Model, Failure> {
    let mut model = Model::parse(&entry.word)?;
    if let Some(role) = &entry.role {
        model.role = role.trim().to_owned();
    }
    if let Some(budget) = &entry.budget {
        if !is_budget(budget) {
            return Err(Failure::usage(format!(
                "`{}` is no monthly budget in dollars",
                crate::text::line(budget)
            )));
        }
        model.budget = Some(budget.trim().trim_start_matches('$').to_owned());
    }
    Ok(model)
}

/// Environment variables, each once; the last value counts.
///
/// # Errors
/// Exit 2 for a name that no variable can have, or a file that cannot be read.
pub fn environment(given: &[String], ctx: &Context) -> Result<Vec<(String, String)>, Failure> {
    let mut variables: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs(given, "--env", "NAME=VALUE", str::split_once)? {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.starts_with(|first: char| first.is_ascii_digit()) || !name.bytes().all(fits) {
            return Err(Failure::usage(format!(
                "`{}` cannot be the name of a variable",
                crate::text::line(&name)
            )));
        }
        let read = value == "-" || value.starts_with('@');
        let mut value = input::text(&value, "--env", &ctx.stdin)?;
        if read {
            // What somebody keeps in a file is a secret as like as not.
            ctx.hide(&Secret::new(value.clone()));
            if ctx.globals.dry_run.is_some() {
                value = "********".to_owned();
            }
        }
        variables.retain(|(known, _)| *known != name);
        variables.push((name, value));
    }
    Ok(variables)
}

type Split = for<'a> fn(&'a str, char) -> Option<(&'a str, &'a str)>;

/// Two words parted by `=`.
///
/// # Errors
/// Exit 2 with the form that is expected.
pub fn pairs(
    given: &[String],
    flag: &str,
    form: &str,
    split: Split,
) -> Result<Vec<(String, String)>, Failure> {
    let one = |text: &String| match split(text, '=') {
        Some((first, second))
            if !first.trim().is_empty() && (flag == "--env" || !second.trim().is_empty()) =>
        {
            Ok((first.trim().to_owned(), second.to_owned()))
        }
        _ => Err(Failure::usage(format!("{flag} `{}` is not {form}", crate::text::line(text)))),
    };
    given.iter().map(one).collect()
}

//! A name becomes an id.

use anyhow::Result;

use super::operation::Lookup;
use super::{Service, list};
use crate::error::{Failure, Kind, unpack};
use crate::http::{Method, segment};
use crate::json::Json;
use crate::text;

/// What a lookup gave: the id, and the names seen on the way, for completion.
#[derive(Debug)]
pub struct Found {
    /// The id.
    pub id: String,
    /// All names of that kind; empty when none had to be asked for.
    pub names: Vec<String>,
}

/// The id for what a person typed. An id stays as it is; a name must belong to exactly one thing. `within` is the
/// value of the setting that says where to look (a workspace), for lists that want one.
///
/// # Errors
/// Exit 4 when nothing has the name, exit 2 when several have it, or why the list could not be had.
pub async fn resolve(
    service: &dyn Service,
    lookup: &Lookup,
    given: &str,
    within: Option<&str>,
) -> Result<Found> {
    let as_it_is = |names| Ok(Found { id: given.to_owned(), names });
    if looks_like_id(given) {
        return as_it_is(Vec::new());
    }
    let mut request = service.request(Method::Get, lookup.path);
    match (lookup.within, within) {
        (Some((parameter, _)), Some(value)) => request = request.query(parameter, value),
        // Nobody said where to look, so that only an id can be meant.
        (Some(_), None) => return as_it_is(Vec::new()),
        (None, _) => {}
    }
    if service.http().plans(&request) {
        return Ok(Found { id: format!("<id of {given}>"), names: Vec::new() });
    }
    let mut things: Vec<Json> = Vec::new();
    let listed = list(service, &request, 0, None, |items| {
        things.extend(items);
        Ok(())
    });
    if let Err(error) = listed.await {
        let (failure, _) = unpack(&error);
        // A server (or a key) that cannot list may still know the id.
        return match failure.kind {
            Kind::NotFound | Kind::Refused => as_it_is(Vec::new()),
            Kind::Auth if failure.status == Some(403) => as_it_is(Vec::new()),
            _ => Err(error),
        };
    }
    let member = |thing: &Json, name: &str| thing.value.get(name)?.as_str().map(str::to_owned);
    let names: Vec<String> =
        things.iter().filter_map(|thing| lookup.names.iter().find_map(|name| member(thing, name))).collect();
    let id = |thing: &Json| member(thing, "id").unwrap_or_default();
    if things.iter().any(|thing| id(thing) == given) {
        return as_it_is(names);
    }
    let same = |exact: bool| -> Vec<&Json> {
        let fits =
            |name: String| if exact { name == given } else { name.to_lowercase() == given.to_lowercase() };
        things
            .iter()
            .filter(|thing| lookup.names.iter().any(|name| member(thing, name).is_some_and(fits)))
            .collect()
    };
    let exact = same(true);
    let matches = if exact.is_empty() { same(false) } else { exact };
    match matches.as_slice() {
        [one] => Ok(Found { id: id(one), names }),
        [] => {
            let mut what = format!("no {} is called `{given}`", lookup.noun);
            if let Some(near) = text::closest(given, names.iter().map(String::as_str)) {
                what.push_str(&format!("; did you mean `{near}`?"));
            }
            let hint = format!("ra {} {} list", service.name(), lookup.noun);
            Err(Failure::new(Kind::NotFound, what)
                .service(service.name())
                .code("NOT_FOUND")
                .hint(hint)
                .into())
        }
        several => {
            let ids: Vec<String> = several.iter().map(|thing| id(thing)).collect();
            let what =
                format!("{} {}s are called `{given}`; give one of their ids", several.len(), lookup.noun);
            Err(Failure::usage(what).note(ids.join(", ")).into())
        }
    }
}

/// An id as a path segment; the placeholder of `--dry-run` stays readable.
pub fn in_path(id: &str) -> String {
    if id.starts_with("<id of ") { id.to_owned() } else { segment(id) }
}

/// Whether a word is an id on the face of it: a UUID, or a short prefix with digits (`a1`, `agent_7f3c`).
pub fn looks_like_id(word: &str) -> bool {
    if uuid::Uuid::try_parse(word).is_ok() {
        return true;
    }
    let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
    let rest = &word[letters..];
    let digits = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let prefixed = rest.strip_prefix('_').is_some_and(|tail| {
        tail.len() >= 3
            && tail.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && tail.bytes().any(|byte| byte.is_ascii_digit())
    });
    (letters <= 2 && letters > 0 && digits) || (letters > 0 && prefixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names() {
        for id in ["7c1b0000-0000-4000-8000-000000000002", "a1", "agent_7f3c", "c12"] {
            assert!(looks_like_id(id), "{id}");
        }
        for name in ["guide", "support-bot", "gpt4 helper", "Agent", "my_agent", ""] {
            assert!(!looks_like_id(name), "{name}");
        }
    }
}

//! A name becomes an id.

use anyhow::Result;

use super::operation::Lookup;
use super::{Service, list};
use crate::error::{Failure, Kind, unpack};
use crate::http::{Method, Request, segment};
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

/// All things of a kind, by id and names.
#[derive(Debug)]
pub struct Directory {
    service: &'static str,
    noun: &'static str,
    things: Vec<Thing>,
}

#[derive(Debug)]
struct Thing {
    id: String,
    names: Vec<String>,
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
    if is_id(lookup, given) {
        return Ok(Found { id: given.to_owned(), names: Vec::new() });
    }
    let Some(request) = asked(service, lookup, within) else {
        return Ok(Found { id: given.to_owned(), names: Vec::new() });
    };
    if service.http().plans(&request) {
        return Ok(Found { id: format!("<id of {given}>"), names: Vec::new() });
    }
    match directory(service, lookup, within).await? {
        None => Ok(Found { id: given.to_owned(), names: Vec::new() }),
        Some(directory) => Ok(Found { id: directory.id_of(given)?, names: directory.names() }),
    }
}

/// Whether a word is taken as an id without a question. Ids inside a workspace are long; a name there may well be
/// `kb1`.
pub fn is_id(lookup: &Lookup, word: &str) -> bool {
    if lookup.within.is_some() { is_long_id(word) } else { looks_like_id(word) }
}

/// Fetches all things of a kind, for words of which there are many. Nothing where only ids can be meant: nobody said
/// where to look, or the server (or the key) cannot list.
///
/// # Errors
/// Why the list could not be had.
pub async fn directory(
    service: &dyn Service,
    lookup: &Lookup,
    within: Option<&str>,
) -> Result<Option<Directory>> {
    let Some(request) = asked(service, lookup, within) else { return Ok(None) };
    let mut things = Vec::new();
    let listed = list(service, &request, 0, None, |items| {
        things.extend(items.iter().map(|thing| Thing::of(thing, lookup)));
        Ok(())
    });
    if let Err(error) = listed.await {
        let (failure, _) = unpack(&error);
        // Such a server may still know the id.
        return match failure.kind {
            Kind::NotFound | Kind::Refused => Ok(None),
            Kind::Auth if failure.status == Some(403) => Ok(None),
            _ => Err(error),
        };
    }
    Ok(Some(Directory { service: service.name(), noun: lookup.noun, things }))
}

fn asked(service: &dyn Service, lookup: &Lookup, within: Option<&str>) -> Option<Request> {
    let request = service.request(Method::Get, lookup.path).paged(lookup.paging);
    match (lookup.within, within) {
        (Some((parameter, _)), Some(value)) => Some(request.query(parameter, value)),
        (Some(_), None) => None,
        (None, _) => Some(request),
    }
}

impl Thing {
    fn of(thing: &Json, lookup: &Lookup) -> Self {
        let member = |name: &str| thing.value.get(name)?.as_str().map(str::to_owned);
        Self {
            id: member("id").unwrap_or_default(),
            names: lookup.names.iter().filter_map(|name| member(name)).collect(),
        }
    }
}

impl Directory {
    /// What each thing is called first.
    pub fn names(&self) -> Vec<String> {
        self.things.iter().filter_map(|thing| thing.names.first().cloned()).collect()
    }

    /// The id for an id or a name.
    ///
    /// # Errors
    /// As for [`resolve`].
    pub fn id_of(&self, given: &str) -> Result<String, Failure> {
        if self.things.iter().any(|thing| thing.id == given) {
            return Ok(given.to_owned());
        }
        let lower = given.to_lowercase();
        let same = |fits: &dyn Fn(&String) -> bool| -> Vec<&str> {
            let things = self.things.iter().filter(|thing| thing.names.iter().any(fits));
            things.map(|thing| thing.id.as_str()).collect()
        };
        let exact = same(&|name| name == given);
        let matches = if exact.is_empty() { same(&|name| name.to_lowercase() == lower) } else { exact };
        match matches.as_slice() {
            [one] => Ok((*one).to_owned()),
            [] => {
                let mut what = format!("no {} is called `{given}`", self.noun);
                let names = self.names();
                if let Some(near) = text::closest(given, names.iter().map(String::as_str)) {
                    what.push_str(&format!("; did you mean `{near}`?"));
                }
                let hint = format!("ra {} {} list", self.service, self.noun);
                let failure = Failure::new(Kind::NotFound, what).service(self.service);
                Err(failure.code("NOT_FOUND").hint(hint))
            }
            several => {
                let count = several.len();
                let what = format!("{count} {}s are called `{given}`; give one of their ids", self.noun);
                Err(Failure::usage(what).note(several.join(", ")))
            }
        }
    }
}

/// An id as a path segment; the placeholder of `--dry-run` stays readable.
pub fn in_path(id: &str) -> String {
    if id.starts_with("<id of ") { id.to_owned() } else { segment(id) }
}

/// Whether a word is an id on the face of it: a UUID, or a short prefix with digits (`a1`, `agent_7f3c`).
pub fn looks_like_id(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
    let rest = &word[letters..];
    let digits = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    is_long_id(word) || ((1..=2).contains(&letters) && digits)
}

/// The same without the shortest forms: a UUID, or a prefix, `_`, and letters with digits.
fn is_long_id(word: &str) -> bool {
    let prefixed = word.split_once('_').is_some_and(|(prefix, tail)| {
        !prefix.is_empty()
            && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
            && tail.len() >= 3
            && tail.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && tail.bytes().any(|byte| byte.is_ascii_digit())
    });
    prefixed || uuid::Uuid::try_parse(word).is_ok()
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

//! Reading the query of v2 requests to the letter: what is unknown, blank or repeated is refused.

use axum::http::Uri;

use super::super::super::WORKSPACE;
use super::super::super::cursor::{self, Place};
use super::super::Refusal;

const QUERY: &str = "Invalid query parameters";

/// The parameters of a request.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query that may hold these parameters.
    ///
    /// # Errors
    /// When one is unknown, blank or given twice.
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, Refusal> {
        let text = uri.query().unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text).into_owned().collect();
        let unknown: Vec<&str> =
            pairs.iter().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::unrecognized(QUERY, &unknown));
        }
        for (place, (name, value)) in pairs.iter().enumerate() {
            if value.trim().is_empty() {
                return Err(Refusal::invalid(QUERY, name, "Query parameter must not be blank"));
            }
            if pairs[..place].iter().any(|(other, _)| other == name) {
                return Err(Refusal::invalid(QUERY, name, "Query parameter must not be repeated"));
            }
        }
        Ok(Self(pairs))
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The refusal of a parameter.
    pub fn refused(name: &str, why: &str) -> Refusal {
        Refusal::invalid(QUERY, name, why)
    }

    /// A parameter that is one of these words; the first when it is missing.
    ///
    /// # Errors
    /// When it is another word.
    pub fn choice<'a>(&self, name: &str, words: &[&'a str]) -> Result<&'a str, Refusal> {
        let Some(given) = self.get(name) else { return Ok(words[0]) };
        words.iter().find(|word| **word == given).copied().ok_or_else(|| {
            let named: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            Self::refused(name, &format!("Invalid option: expected one of {}", named.join("|")))
        })
    }

    /// A yes or no.
    ///
    /// # Errors
    /// When it is neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name, &["false", "true"])? == "true")
    }

    /// How many items are wanted.
    ///
    /// # Errors
    /// When that is no number from 1 to `most`.
    pub fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(given) = self.get("limit") else { return Ok(default) };
        let limit = given.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| {
            Self::refused("limit", &format!("Invalid input: expected number from 1 to {most}"))
        })
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        let number = self.get(name).map(str::parse).transpose();
        number.map_err(|_| Self::refused(name, "Invalid input: expected number"))
    }

    /// A moment, as milliseconds.
    ///
    /// # Errors
    /// When it is none.
    pub fn moment(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let moment = self.get(name).map(str::parse::<jiff::Timestamp>).transpose();
        let moment = moment.map_err(|_| Self::refused(name, "Invalid ISO datetime"))?;
        Ok(moment.map(jiff::Timestamp::as_millisecond))
    }

    /// The parts of a comma list; empty when it is missing.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let parts = self.get(name).into_iter().flat_map(|value| value.split(','));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Checks that the one workspace is asked for; another one looks as if it did not exist.
    ///
    /// # Errors
    /// 400 without one, 404 for another.
    pub fn workspace(&self) -> Result<(), Refusal> {
        match self.get("workspaceId") {
            Some(WORKSPACE) => Ok(()),
            Some(_) => Err(Refusal::missing("Workspace")),
            None => Err(Self::refused("workspaceId", "Invalid input: expected string, received undefined")),
        }
    }

    /// The list of this name with these filters, which its cursors belong to.
    pub fn list_name(&self, name: &str) -> String {
        let mut filters: Vec<String> = self
            .0
            .iter()
            .filter(|(name, _)| name != "cursor" && name != "limit")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        filters.sort_unstable();
        format!("{name}?{}", filters.join("&"))
    }

    /// The place after which the page begins.
    ///
    /// # Errors
    /// When the cursor is not one of this list with these filters.
    pub fn after(&self, list: &str) -> Result<Option<Place>, Refusal> {
        let Some(given) = self.get("cursor") else { return Ok(None) };
        let place = cursor::read(given, list);
        place.map(Some).ok_or_else(|| Self::refused("cursor", "Invalid cursor"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<Query, Refusal> {
        Query::read(&text.parse().unwrap(), &["workspaceId", "limit", "cursor", "deployedOnly"])
    }

    #[test]
    fn what_is_unknown_blank_or_repeated_is_refused() {
        for odd in ["/x?nope=1", "/x?limit=", "/x?limit=1&limit=2"] {
            assert!(query(odd).is_err(), "{odd}");
        }
        let read = query("/x?limit=101&deployedOnly=yes").unwrap();
        assert!(read.limit(50, 100).is_err() && read.flag("deployedOnly").is_err());
    }

    #[test]
    fn cursors_belong_to_their_filters() {
        let first = query("/x?limit=2&deployedOnly=true").unwrap();
        let list = first.list_name("workflows");
        let cursor = cursor::write(&(cursor::Key::Number(1), "a".into()), &list);
        assert_eq!(query("/x?deployedOnly=true&limit=9").unwrap().list_name("workflows"), list);
        let same = query(&format!("/x?cursor={}", cursor.replace('=', "%3D"))).unwrap();
        assert!(same.after(&list).unwrap().is_some());
        assert!(same.after(&same.list_name("workflows")).is_err());
    }
}

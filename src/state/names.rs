//! Ids and names seen in lists, kept a short while for completion.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config::file::replace;
use crate::config::paths::private_folder;

/// The names of one kind of thing (`recursiv-agent`) at one place.
pub struct Names {
    path: PathBuf,
}

/// Older names are not offered any more.
const FRESH: Duration = Duration::from_secs(24 * 3600);

/// Where the named things are.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In the embedded local services.
    Local,
    /// At an address, seen with the key of a profile.
    At(&'a str, &'a str),
}

impl Place<'_> {
    /// The same for every spelling of an address: with or without `/api/v1`, with or without a slash at its end.
    fn id(self) -> String {
        let text = match self {
            Self::Local => "local".to_owned(),
            Self::At(address, profile) => {
                let address = address.trim().replace("/api/v1", "");
                format!("{} {profile}", address.trim_end_matches('/'))
            }
        };
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, text.as_bytes()).simple().to_string()
    }
}

impl Names {
    /// The names kept in the cache folder for a kind at a place.
    pub fn of(cache: &Path, kind: &str, place: Place) -> Self {
        Self { path: cache.join(format!("names-{kind}-{}.txt", place.id())) }
    }

    /// Keeps these names; a cache that cannot be written is no loss.
    pub fn keep(&self, names: &[String]) {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let clean: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| !name.contains(['\n', '\r'])).collect();
        if private_folder(folder).is_ok() {
            let _ = replace(&self.path, clean.join("\n").as_bytes());
        }
    }

    /// The names kept, if they are fresh.
    pub fn fresh(&self) -> Vec<String> {
        let age = std::fs::metadata(&self.path).and_then(|data| data.modified()).ok();
        let fresh = age
            .and_then(|moment| SystemTime::now().duration_since(moment).ok())
            .is_some_and(|age| age < FRESH);
        let text =
            if fresh { std::fs::read_to_string(&self.path).unwrap_or_default() } else { String::new() };
        text.lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_in_all_its_spellings() {
        let id = |address| Place::At(address, "default").id();
        for same in ["http://h/", "http://h/api/v1", " http://h/api/v1/"] {
            assert_eq!(id(same), id("http://h"), "{same}");
        }
        assert_ne!(id("http://h"), id("http://g"));
        assert_ne!(id("http://h"), Place::At("http://h", "work").id());
    }
}

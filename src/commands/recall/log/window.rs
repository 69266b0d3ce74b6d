//! What of a list that grows has been shown: without duplicates, without gaps, without growing itself.
//!
//! A row appears when its run begins and changes when it ends, and rows may come late or begin at the same moment. So
//! the list is always asked from a little before the newest row on, or from the oldest run that is still open.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::json::Json;
use crate::services::recall::logs::Row;

/// Rows may come so much later than they say.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// So many rows are asked for again for the sake of a run that does not end (it may wait for a person for days).
const REACH: usize = 500;

/// What to do with a row.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// It was shown, or was there before.
    None,
    /// A run has begun.
    Began,
    /// A run has ended.
    Ended,
}

/// Where the following stands.
#[derive(Default)]
pub struct Window {
    /// Rows that need not be shown again, and when their runs began.
    shown: HashMap<String, Timestamp>,
    /// Runs that have not ended.
    open: HashMap<String, (Timestamp, Json)>,
    newest: Option<Timestamp>,
    /// What began before, and is not open, was there before anyone looked.
    floor: Option<Timestamp>,
}

impl Window {
    /// Takes a row that was there at the beginning; says whether its run has ended.
    pub fn find(&mut self, json: &Json) -> bool {
        let Some((row, started)) = self.read(json) else { return false };
        if row.ended {
            self.shown.insert(row.id, started);
        } else {
            self.open.insert(row.id, (started, json.clone()));
        }
        row.ended
    }

    /// There were more rows at the beginning, older than all that were found.
    pub fn more_before(&mut self) {
        self.floor = self.shown.values().chain(self.open.values().map(|(started, _)| started)).min().copied();
    }

    /// From when on to ask; nothing when everything is new.
    pub fn start(&self) -> Option<Timestamp> {
        let margin = self.newest.and_then(|newest| newest.checked_sub(MARGIN).ok());
        let open = self.open.values().map(|(started, _)| *started).min();
        let start = margin.into_iter().chain(open).min();
        // Nothing before the floor is looked for, and every open run lies above it.
        start.map(|start| self.floor.map_or(start, |floor| start.max(floor)))
    }

    /// Takes a row of a later look.
    pub fn take(&mut self, json: &Json) -> News {
        let Some((row, started)) = self.read(json) else { return News::None };
        if self.shown.contains_key(&row.id) {
            return News::None;
        }
        let known = self.open.contains_key(&row.id);
        // As old as the oldest that was found, and not found: it was left out at the beginning.
        let from_before = !known && self.floor.is_some_and(|floor| started <= floor);
        match (row.ended, known) {
            _ if from_before => News::None,
            (true, _) => {
                self.open.remove(&row.id);
                self.shown.insert(row.id, started);
                News::Ended
            }
            (false, _) => {
                self.open.insert(row.id, (started, json.clone()));
                if known { News::None } else { News::Began }
            }
        }
    }

    /// After a look: forgets what cannot come again, and gives the runs that stay open for too long to be waited for,
    /// the oldest first, as they were seen last.
    pub fn tidy(&mut self) -> Vec<Json> {
        let mut given_up = Vec::new();
        let margin = self.newest.and_then(|newest| newest.checked_sub(MARGIN).ok());
        while let Some((id, started)) = self
            .open
            .iter()
            .map(|(id, (started, _))| (id.clone(), *started))
            .min_by_key(|(_, started)| *started)
        {
            let since = self.shown.values().filter(|shown| **shown >= started).count();
            if since <= REACH || margin.is_none_or(|margin| started >= margin) {
                break;
            }
            if let Some((_, json)) = self.open.remove(&id) {
                given_up.push(json);
            }
        }
        if let Some(start) = self.start() {
            self.shown.retain(|_, started| *started >= start);
        }
        given_up
    }

    fn read(&mut self, json: &Json) -> Option<(Row, Timestamp)> {
        let row = Row::of(&json.value)?;
        // A time nobody can read: as if it began with the newest.
        let started = row.started.or(self.newest).unwrap_or(Timestamp::UNIX_EPOCH);
        // A clock that is ahead must not hide what begins by the others.
        self.newest = self.newest.max(Some(started.min(Timestamp::now())));
        Some((row, started))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(id: &str, second: i64, ended: bool) -> Json {
        let at = |second: i64| Timestamp::from_second(1_774_000_000 + second).unwrap().to_string();
        Json::from(json!({"id": id, "startedAt": at(second), "endedAt": ended.then(|| at(second + 1))}))
    }

    fn start(window: &Window) -> i64 {
        window.start().unwrap().as_second() - 1_774_000_000
    }

    #[test]
    fn a_row_is_news_once_and_again_when_it_ends() {
        let mut window = Window::default();
        assert!(window.start().is_none());
        assert!(window.find(&row("a", 100, true)));
        assert_eq!(start(&window), 40);
        assert_eq!(window.take(&row("a", 100, true)), News::None);
        assert_eq!(window.take(&row("b", 100, false)), News::Began);
        assert_eq!(window.take(&row("b", 100, false)), News::None);
        // Late, and as old as another.
        assert_eq!(window.take(&row("late", 50, true)), News::Ended);
        assert_eq!(window.take(&row("c", 900, true)), News::Ended);
        assert!(window.tidy().is_empty());
        assert_eq!(start(&window), 100, "as long as b is open");
        assert_eq!(window.take(&row("b", 100, true)), News::Ended);
        window.tidy();
        assert_eq!(start(&window), 840);
        assert_eq!(window.shown.len(), 1);
    }

    #[test]
    fn what_was_left_out_at_the_beginning_stays_out() {
        let mut window = Window::default();
        window.find(&row("open", 90, false));
        window.find(&row("new", 100, true));
        window.more_before();
        assert_eq!(start(&window), 90);
        assert_eq!(window.take(&row("same moment", 90, true)), News::None);
        assert_eq!(window.take(&row("late", 95, true)), News::Ended);
        assert_eq!(window.take(&row("open", 90, true)), News::Ended);
    }

    #[test]
    fn memory_stays_flat() {
        let mut window = Window::default();
        window.find(&row("waits for a person", 0, false));
        let mut given_up = Vec::new();
        for second in 0..20_000 {
            assert_eq!(window.take(&row(&format!("r{second}"), second, true)), News::Ended);
            given_up.extend(window.tidy());
            assert!(window.shown.len() <= REACH + 2, "{}", window.shown.len());
        }
        assert_eq!(given_up.len(), 1);
        assert_eq!(given_up[0].value["id"], "waits for a person");
    }

    #[test]
    fn a_clock_that_is_ahead_hides_nothing() {
        let mut window = Window::default();
        let ahead = Json::from(
            json!({"id": "x", "startedAt": "2999-01-01T00:00:00Z", "endedAt": "2999-01-01T00:00:01Z"}),
        );
        assert_eq!(window.take(&ahead), News::Ended);
        window.tidy();
        assert!(window.start().unwrap() < Timestamp::now() - MARGIN + SignedDuration::from_secs(1));
        assert_eq!(window.take(&ahead), News::None);
    }

    #[test]
    fn rows_that_cannot_be_read_do_no_harm() {
        let mut window = Window::default();
        assert_eq!(window.take(&Json::from(json!({"id": 5}))), News::None);
        let odd = Json::from(json!({"executionId": "e", "startedAt": "now", "endedAt": "later"}));
        assert_eq!(window.take(&odd), News::Ended);
        assert_eq!(window.take(&odd), News::None);
    }
}

//! One list out of many answers.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::json::Json;

/// More pages in a row without a single item are a list that goes nowhere.
const EMPTY_PAGES: usize = 100;

/// How a list goes on after one of its pages.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing more.
    End,
    /// From this item on.
    Offset(usize),
    /// With this cursor.
    Cursor(String),
}

/// How a list is asked for page by page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paging {
    /// As the service's lists usually are.
    #[default]
    Usual,
    /// Not at all: everything comes at once, and a `limit` may be refused.
    Whole,
    /// By cursor, at most so many items at once.
    Cursor(usize),
    /// By offset, at most so many items at once.
    Offset(usize),
    /// By cursor, at most so many items at once, asked for in the body instead of the query.
    InBody(usize),
}

/// One page.
pub struct Page {
    /// Its items.
    pub items: Vec<Json>,
    /// How the list goes on.
    pub next: Next,
}

/// Walks through pages until a number of items is there, and never in circles.
pub struct Walk {
    limit: usize,
    /// Items asked for at once.
    pub page_size: usize,
    /// Where the next page starts.
    pub next: Next,
    taken: usize,
    /// Pages without items in a row.
    empty: usize,
    /// Marks of the pages seen: their first item and their cursor. Eight bytes a mark, so that a list of a million
    /// pages still fits.
    seen: HashSet<u64>,
    /// The list went on when enough was there, or stopped because the server repeated itself.
    pub stopped: Option<Stopped>,
}

/// Why a walk ended before its list did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Enough items; the service has more.
    Limit,
    /// The service gave the same page or cursor twice, or page after page without items.
    Repeats,
}

impl Walk {
    /// A walk over at most `limit` items (0 = all), `page_size` at a time and never more at once than needed.
    pub fn new(limit: usize, page_size: usize) -> Self {
        let page_size = if limit == 0 { page_size } else { page_size.min(limit) };
        Self {
            limit,
            page_size: page_size.max(1),
            next: Next::Offset(0),
            taken: 0,
            empty: 0,
            seen: HashSet::new(),
            stopped: None,
        }
    }

    /// Takes a page; gives the items that still fit and whether to ask on.
    pub fn take(&mut self, mut page: Page) -> (Vec<Json>, bool) {
        let first = page.items.first().map(|item| mark("item", item.text()));
        let cursor = match &page.next {
            Next::Cursor(cursor) => Some(mark("cursor", cursor)),
            Next::End | Next::Offset(_) => None,
        };
        // A page that was there before, or a cursor that leads back to one: the list would go round for ever.
        if first.is_some_and(|mark| !self.seen.insert(mark)) {
            self.stopped = Some(Stopped::Repeats);
            return (Vec::new(), false);
        }
        let circles = cursor.is_some_and(|mark| !self.seen.insert(mark));
        let room = if self.limit == 0 { usize::MAX } else { self.limit - self.taken };
        let more = page.items.len() > room || page.next != Next::End;
        page.items.truncate(room);
        self.taken += page.items.len();
        self.empty = if page.items.is_empty() { self.empty + 1 } else { 0 };
        self.next = page.next;
        if self.limit != 0 && self.taken >= self.limit {
            self.stopped = more.then_some(Stopped::Limit);
            return (page.items, false);
        }
        if circles {
            self.stopped = Some(Stopped::Repeats);
            return (page.items, false);
        }
        // A page without items may have a cursor: what it held was filtered out. An offset stands still there.
        let on = match self.next {
            Next::End => false,
            Next::Offset(_) => self.empty == 0,
            Next::Cursor(_) if self.empty < EMPTY_PAGES => true,
            Next::Cursor(_) => {
                self.stopped = Some(Stopped::Repeats);
                false
            }
        };
        (page.items, on)
    }
}

fn mark(kind: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, text).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[u32], next: Next) -> Page {
        Page { items: ids.iter().map(|id| Json::from(serde_json::json!({"id": id}))).collect(), next }
    }

    #[test]
    fn enough_is_enough_and_more_is_told() {
        let mut walk = Walk::new(3, 2);
        assert!(walk.take(page(&[1, 2], Next::Offset(2))).1);
        let (items, on) = walk.take(page(&[3, 4], Next::End));
        assert_eq!((items.len(), on, walk.stopped), (1, false, Some(Stopped::Limit)));
    }

    #[test]
    fn pages_without_items_are_passed_but_not_for_ever() {
        let mut walk = Walk::new(0, 2);
        assert!(walk.take(page(&[], Next::Cursor("a".into()))).1);
        assert!(walk.take(page(&[1], Next::Cursor("b".into()))).1);
        assert!(!walk.take(page(&[], Next::Offset(2))).1);
        assert_eq!(walk.stopped, None);
        let mut walk = Walk::new(0, 2);
        let pages = (0..).take_while(|n| walk.take(page(&[], Next::Cursor(n.to_string()))).1).count();
        assert_eq!((pages, walk.stopped), (EMPTY_PAGES - 1, Some(Stopped::Repeats)));
    }

    #[test]
    fn a_list_that_repeats_itself_ends() {
        let mut walk = Walk::new(0, 2);
        assert!(walk.take(page(&[1, 2], Next::Cursor("a".into()))).1);
        assert!(!walk.take(page(&[3], Next::Cursor("a".into()))).1);
        assert_eq!(walk.stopped, Some(Stopped::Repeats));
        let mut walk = Walk::new(0, 2);
        assert!(walk.take(page(&[1, 2], Next::Offset(2))).1);
        assert!(!walk.take(page(&[1, 2], Next::Offset(4))).1);
        // Back to the first page from the third.
        let mut walk = Walk::new(0, 2);
        assert!(walk.take(page(&[1, 2], Next::Cursor("a".into()))).1);
        assert!(walk.take(page(&[3, 4], Next::Cursor("b".into()))).1);
        assert!(!walk.take(page(&[1, 2], Next::Cursor("c".into()))).1);
        assert_eq!(walk.stopped, Some(Stopped::Repeats));
    }
}

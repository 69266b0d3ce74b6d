//! Lists in pages: where one page ends and the next begins, as text that callers send back unchanged.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A moment or a count.
    Number(i64),
    /// A name.
    Text(String),
}

/// An item's place in a list: what it is sorted by, then its id.
pub type Place = (Key, String);

/// One page of a sorted list.
pub struct Page<T> {
    /// The items shown.
    pub items: Vec<T>,
    /// The last one's place when more follow.
    pub last: Option<Place>,
}

/// Sorts a list and cuts out the page of at most `limit` items that follows `after`.
pub fn cut<T>(
    mut all: Vec<T>,
    place: impl Fn(&T) -> Place,
    descending: bool,
    after: Option<Place>,
    limit: usize,
) -> Page<T> {
    all.sort_by_cached_key(&place);
    if descending {
        all.reverse();
    }
    let is_before = |item: &T, after: &Place| {
        if descending { place(item) >= *after } else { place(item) <= *after }
    };
    let from = after.map_or(0, |after| all.partition_point(|item| is_before(item, &after)));
    let mut items = all.split_off(from);
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more).map(place);
    Page { items, last }
}

/// A place as a cursor. `list` says which list with which filters it belongs to.
pub fn write((key, id): &Place, list: &str) -> String {
    let key = match key {
        Key::Number(number) => json!(number),
        Key::Text(text) => json!(text),
    };
    STANDARD.encode(json!({"after": key, "id": id, "list": list}).to_string())
}

/// The place that a cursor of this list names; nothing when it cannot be read or is another list's.
pub fn read(cursor: &str, list: &str) -> Option<Place> {
    let value: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    if value["list"] != list {
        return None;
    }
    let key = match &value["after"] {
        Value::Number(number) => Key::Number(number.as_i64()?),
        Value::String(text) => Key::Text(text.clone()),
        _ => return None,
    };
    Some((key, value["id"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_only_to_their_list() {
        let place = (Key::Number(1_774_001_760_123), "a".to_owned());
        assert_eq!(read(&write(&place, "logs"), "logs"), Some(place.clone()));
        assert_eq!(read(&write(&place, "logs"), "logs?level=error"), None);
        assert_eq!(read("nonsense", "logs"), None);
    }

    #[test]
    fn pages_follow_each_other_in_both_directions() {
        for (descending, expected) in [(false, [1, 2, 3, 4, 5]), (true, [5, 4, 3, 2, 1])] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let place = |item: &i64| (Key::Number(*item), String::new());
                let page = cut(vec![3, 1, 5, 2, 4], place, descending, after, 2);
                seen.extend(page.items);
                match page.last {
                    Some(last) => after = Some(last),
                    None => break,
                }
            }
            assert_eq!(seen, expected);
        }
    }
}

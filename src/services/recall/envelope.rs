//! What stands around Recall's payloads (contract 5.2 and 5.3): `{"data","nextCursor","limits"}`,
//! `{"success","data"}`, or nothing.

use serde_json::Value;

use crate::http::pages::{Next, Page, Paging, Walk};
use crate::json::Json;

/// What may stand beside `data` in an envelope. With anything else there, `data` is just a member.
const BESIDE: [&str; 5] = ["data", "success", "nextCursor", "limits", "message"];

/// The payload, out of its envelope if it has one.
pub fn opened(whole: Json) -> Json {
    let is_envelope = whole.value.as_object().is_some_and(|object| {
        object.contains_key("data") && object.keys().all(|name| BESIDE.contains(&name.as_str()))
    });
    if is_envelope { whole.get("data").unwrap_or(whole) } else { whole }
}

/// The query that asks for the next page.
pub fn page_query(walk: &Walk, paging: Paging) -> Vec<(&'static str, String)> {
    if paging == Paging::Whole {
        return Vec::new();
    }
    let mut query = vec![("limit", walk.page_size.to_string())];
    match &walk.next {
        Next::Cursor(cursor) => query.push(("cursor", cursor.clone())),
        Next::Offset(offset) if *offset > 0 => query.push(("offset", offset.to_string())),
        Next::Offset(_) | Next::End => {}
    }
    query
}

/// A page of a list: the payload is the list, or holds exactly one.
pub fn page(whole: &Json, walk: &Walk) -> Option<Page> {
    let payload = opened(whole.clone());
    let items = payload.items().or_else(|| {
        let mut lists = payload.value.as_object()?.iter().filter(|(_, member)| member.is_array());
        let (name, _) = lists.next()?;
        if lists.next().is_some() { None } else { payload.get(name)?.items() }
    })?;
    let next = next(whole, &payload.value, items.len(), walk);
    Some(Page { items, next })
}

fn next(whole: &Json, payload: &Value, count: usize, walk: &Walk) -> Next {
    let cursor = [&whole.value, payload].into_iter().find_map(|place| place.get("nextCursor")?.as_str());
    if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
        return Next::Cursor(cursor.to_owned());
    }
    let number =
        |value: &Value, name: &str| value.get(name)?.as_u64().and_then(|it| usize::try_from(it).ok());
    let pages = payload.get("pagination").unwrap_or(payload);
    // Only lists with an offset name where they stand.
    let Some(offset) = number(pages, "offset") else { return Next::End };
    let end = offset + count;
    let total = number(pages, "total").or_else(|| number(pages, "totalCount"));
    let more = match (pages.get("hasMore").and_then(Value::as_bool), total) {
        (Some(more), _) => more,
        (None, Some(total)) => end < total,
        // A full page without a word about the rest may have one.
        (None, None) => count >= number(pages, "limit").unwrap_or(walk.page_size),
    };
    if more { Next::Offset(end) } else { Next::End }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> (usize, Next) {
        let page = page(&Json::from(value), &Walk::new(0, 2)).unwrap();
        (page.items.len(), page.next)
    }

    #[test]
    fn every_family_has_its_way_to_go_on() {
        let cases = [
            (json!({"data": [1, 2], "nextCursor": "c=", "limits": {}}), 2, Next::Cursor("c=".into())),
            (json!({"data": [1], "nextCursor": null}), 1, Next::End),
            (json!({"success": true, "data": {"tables": [1], "totalCount": 1}}), 1, Next::End),
            (
                json!({"success": true, "data": {"rows": [1, 2], "rowCount": 2, "totalCount": 5, "limit": 2, "offset": 2}}),
                2,
                Next::Offset(4),
            ),
            (json!({"success": true, "data": {"rows": [1], "limit": 2, "offset": 0}}), 1, Next::End),
            (json!({"success": true, "data": {"rows": [1, 2], "limit": 2, "offset": 0}}), 2, Next::Offset(2)),
            (
                json!({"success": true, "data": {"documents": [1], "pagination":
                    {"total": 3, "limit": 1, "offset": 0, "hasMore": true}}}),
                1,
                Next::Offset(1),
            ),
            (json!({"pausedExecutions": []}), 0, Next::End),
        ];
        for (value, count, next) in cases {
            assert_eq!(read(value.clone()), (count, next), "{value}");
        }
        assert!(page(&Json::from(json!({"data": {"a": [], "b": []}})), &Walk::new(0, 2)).is_none());
    }

    #[test]
    fn what_only_looks_like_an_envelope_stays() {
        for value in [json!({"data": 1, "other": 2}), json!({"isDeployed": true}), json!([1])] {
            assert_eq!(opened(Json::from(value.clone())).value, value);
        }
    }
}

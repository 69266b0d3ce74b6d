//! A list on its way to stdout.

use anyhow::Result;

use crate::columns::View;
use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::http::Request;
use crate::http::pages::Stopped;
use crate::json::Json;
use crate::output::Format;
use crate::services::{Service, list};

/// More names than these are not kept for completion: a list of a million takes no memory for them.
const NAMES: usize = 5000;

/// Shows a list: NDJSON and ids page by page, the other forms when it is whole.
///
/// # Errors
/// What the service says; exit 1 when it leads back to a page that was there before.
pub async fn show(
    ctx: &Context,
    service: &dyn Service,
    request: &Request,
    limit: usize,
    view: View<'_>,
    nouns: &[&str],
) -> Result<()> {
    let size = ctx.globals.page_size.map(|size| size as usize);
    let at_once = matches!(ctx.output.format, Format::Ndjson | Format::Id);
    let mut all: Vec<Json> = Vec::new();
    let mut names = Vec::new();
    let mut shown = 0;
    let stopped = list(service, request, limit, size, |items| {
        let name = |item: &Json| item.value.get("name").or(item.value.get("id"))?.as_str().map(str::to_owned);
        let room = NAMES.saturating_sub(names.len());
        names.extend(items.iter().filter_map(name).take(room));
        shown += items.len();
        if at_once {
            return ctx.output.emit_list(&items, view);
        }
        all.extend(items);
        Ok(())
    })
    .await?;
    ctx.keep_names(&format!("{}-{}", service.name(), nouns.join("-")), &request.base, &names);
    if !at_once {
        ctx.output.emit_list(&all, view)?;
    }
    match stopped {
        Some(Stopped::Limit) => {
            ctx.output.note(&format!("showing {shown} of more; --limit 0 for all"));
            Ok(())
        }
        Some(Stopped::Repeats) => Err(repeats(service.name(), request, shown).into()),
        None => Ok(()),
    }
}

/// The failure of a list that goes in circles: what came is shown, and nobody is told that it was all.
pub fn repeats(service: &'static str, request: &Request, shown: usize) -> Failure {
    let what = format!("the list starts again instead of going on: {shown} items came, there may be more");
    let mut failure = Failure::new(Kind::Refused, what).service(service).code("PAGE_REPEATS");
    failure.request = Some(request.line());
    failure.hint("ask for fewer at once, or narrow the list with its filters")
}

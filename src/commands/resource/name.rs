//! A name that a person typed becomes the id the service wants, and is kept for completion.

use anyhow::Result;

use crate::context::Context;
use crate::http::Method;
use crate::services::Service;
use crate::services::lookup;
use crate::services::operation::Lookup;

/// The id for an id or a name. Where a setting says which list to look in and is not set, the word is taken as an id.
///
/// # Errors
/// Exit 2 for a word that can be neither, exit 4 when nothing has the name, or what the service says.
pub async fn resolve(ctx: &Context, service: &dyn Service, lookup: &Lookup, given: &str) -> Result<String> {
    let given = crate::args::input::id(given, lookup.noun)?;
    let within = match lookup.within {
        Some((_, setting)) => ctx.settings()?.get(setting)?.map(|resolved| resolved.value),
        None => None,
    };
    let found = lookup::resolve(service, lookup, &given, within.as_deref()).await?;
    let address = service.request(Method::Get, lookup.path).base;
    ctx.keep_names(&format!("{}-{}", service.name(), lookup.noun), &address, &found.names);
    Ok(found.id)
}

//! What to do about a workflow that the server does not know.

use crate::context::Context;
use crate::error::{Failure, Kind};
use crate::services::recall::operations::WORKSPACE_SETTING;

/// The same failure; a 404 for a run says where the workflows stand, or what it takes to list them.
pub fn told(error: anyhow::Error, ctx: &Context) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::NotFound && !failure.route_missing => {
            let workspace = ctx.settings().and_then(|settings| settings.get(WORKSPACE_SETTING));
            let failure = match workspace {
                Ok(None) => failure.hint("ra config set recall.workspace_id ID   # names work then too"),
                _ => failure,
            };
            failure.hint("ra recall workflow list").into()
        }
        Ok(failure) => failure.into(),
        Err(error) => error,
    }
}

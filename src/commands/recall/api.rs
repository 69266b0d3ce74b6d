//! `ra recall api METHOD PATH`: any route, for what has no command of its own.

use anyhow::Result;
use clap::Args;

use crate::commands::Exit;
use crate::commands::api::{self, ApiArgs};
use crate::context::Context;

/// Send any request to Recall and print its answer as it came
///
/// The path stands below the service's address; the key is sent along and goes nowhere else. Fields (-f, -F) go into
/// the query of a GET and into the body of everything else. Only GET and HEAD are ever repeated by themselves.
#[derive(Args, Debug)]
#[command(
    override_usage = "ra recall api [OPTIONS] [METHOD] <PATH>",
    after_help = "Examples:
  ra recall api /api/v1/workflows --query workspaceId=ws_1 --jq '.data[].name'
  ra recall api GET /api/v1/logs -f workspaceId=ws_1 -f level=error --paginate
  ra recall api /api/v2/files/bulk-delete -f workspaceId=ws_1 -f fileIds[]=wf_1 -f fileIds[]=wf_2
  ra recall api DELETE '/api/v2/tables/tbl_1?workspaceId=ws_1' -i"
)]
pub struct RecallApiArgs {
    #[command(flatten)]
    pub api: ApiArgs,
}

/// Carries the command out.
///
/// # Errors
/// As for every service.
pub async fn run(args: &RecallApiArgs, ctx: &Context) -> Result<Exit> {
    api::run(&args.api, ctx, &ctx.recall()?).await
}

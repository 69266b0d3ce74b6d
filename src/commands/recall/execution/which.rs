//! Which run is meant: its workflow and its own id, or the one that this machine remembers last.

use anyhow::Result;
use clap::Args;

use crate::args::input;
use crate::commands::recall::{generation, watch};
use crate::commands::resource;
use crate::context::Context;
use crate::error::Failure;
use crate::services::recall::operations::WORKFLOW_NAMES;
use crate::services::recall::{NAME, Recall};

/// The words that name a run.
#[derive(Args, Debug)]
pub struct Which {
    /// Workflow that the run belongs to, an id or a name
    #[arg(required_unless_present = "last")]
    pub workflow: Option<String>,

    /// The run, by its own id
    #[arg(required_unless_present = "last")]
    pub execution: Option<String>,

    /// The run that this machine remembers last for this profile and address: a job, or a run that paused
    #[arg(long, conflicts_with_all = ["workflow", "execution"])]
    pub last: bool,
}

/// A run, and the service through the generation that knows it.
pub struct Found {
    /// The service.
    pub recall: Recall,
    /// The workflow's id.
    pub workflow: String,
    /// The run's own id.
    pub execution: String,
}

impl Which {
    /// The run that is meant.
    ///
    /// # Errors
    /// Exit 2 when nothing is remembered or a word cannot be an id, exit 4 for an unknown name.
    pub async fn find(&self, ctx: &Context) -> Result<Found> {
        let recall = ctx.recall()?;
        if let (Some(workflow), Some(execution)) = (&self.workflow, &self.execution) {
            let execution = input::id(execution, "execution id")?;
            let word = input::id(workflow, "workflow")?;
            let recall = generation::settled(ctx, recall).await?;
            let workflow = resource::resolve(ctx, &recall, &WORKFLOW_NAMES, &word).await?;
            return Ok(Found { recall, workflow, execution });
        }
        let profile = &ctx.settings()?.profile;
        let address = watch::address(ctx, &recall);
        let mut runs = ctx.runs()?.newest(NAME, profile, &address).into_iter();
        let run = runs.find(|run| run.execution.is_some() && !run.workflow.is_empty()).ok_or_else(|| {
            let place = crate::text::line(&address);
            Failure::usage(format!("no run of profile `{profile}` at {place} is remembered here"))
                .hint("give the workflow and the run's id; ra recall execution list WORKFLOW shows them")
        })?;
        let recall = watch::towards(recall, Some(&run));
        let execution = run.execution.unwrap_or_default();
        Ok(Found { recall, workflow: run.workflow, execution })
    }
}

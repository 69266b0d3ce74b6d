//! Workflows by name: one list for all lines, asked for when the first name comes.

use tokio::sync::OnceCell;

use crate::error::{Failure, unpack};
use crate::services::lookup::{self, Directory};
use crate::services::recall::Recall;
use crate::services::recall::operations::WORKFLOW_NAMES;

/// What workflows are called, as far as that is known.
pub struct Names {
    recall: Recall,
    workspace: Option<String>,
    known: OnceCell<Option<Directory>>,
}

impl Names {
    /// Nothing is known yet. `recall` bears refusals by itself; without a workspace all words are ids.
    pub fn new(recall: Recall, workspace: Option<String>) -> Self {
        Self { recall, workspace, known: OnceCell::new() }
    }

    /// The id for an id or a name.
    ///
    /// # Errors
    /// Nothing or several have the name; why the list could not be had, which the next name asks for again.
    pub async fn id_of(&self, word: &str) -> Result<String, Failure> {
        if lookup::is_id(&WORKFLOW_NAMES, word) {
            return Ok(word.to_owned());
        }
        let ask = || lookup::directory(&self.recall, &WORKFLOW_NAMES, self.workspace.as_deref());
        let known = self.known.get_or_try_init(ask).await.map_err(|error| unpack(&error).0)?;
        known.as_ref().map_or_else(|| Ok(word.to_owned()), |directory| directory.id_of(word))
    }
}

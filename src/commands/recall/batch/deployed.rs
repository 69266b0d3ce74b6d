//! `--validate`: each workflow is asked for once whether it is deployed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;
use tokio::sync::OnceCell;

use super::meaning::stops_all;
use crate::error::{Failure, Kind, unpack};
use crate::services::fetch;
use crate::services::recall::{NAME, Recall};

/// Why a workflow cannot be run, or nothing.
type Answer = Option<Failure>;

/// What is known of the workflows.
pub struct Deployed {
    recall: Recall,
    known: RefCell<HashMap<String, Rc<OnceCell<Answer>>>>,
}

impl Deployed {
    /// Nothing is known yet. `recall` bears refusals by itself.
    pub fn new(recall: Recall) -> Self {
        Self { recall, known: RefCell::default() }
    }

    /// Why a workflow's lines are skipped, or nothing; asked at the first call, remembered afterwards.
    ///
    /// # Errors
    /// A bad key or an empty account, of which all lines would die.
    pub async fn obstacle(&self, workflow: &str) -> Result<Answer, Failure> {
        let cell = self.known.borrow_mut().entry(workflow.to_owned()).or_default().clone();
        cell.get_or_try_init(|| self.ask(workflow)).await.cloned()
    }

    async fn ask(&self, workflow: &str) -> Result<Answer, Failure> {
        match fetch(&self.recall, &self.recall.status(workflow)).await {
            Ok(status) if status.value.get("isDeployed") == Some(&Value::Bool(true)) => Ok(None),
            Ok(_) => {
                let failure = Failure::new(Kind::Refused, "not run: the workflow is not deployed");
                Ok(Some(failure.service(NAME).code("WORKFLOW_NOT_DEPLOYED")))
            }
            Err(error) => {
                let (failure, _) = unpack(&error);
                if stops_all(&failure) {
                    return Err(failure);
                }
                let message = format!("not run: {}", failure.message);
                Ok(Some(Failure { message, ..failure }))
            }
        }
    }
}

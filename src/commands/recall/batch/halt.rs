//! The end of sending before the lines are over: a bad key, an empty account, `--fail-fast`, Ctrl-C.

use std::cell::RefCell;

use tokio::sync::watch;

use crate::error::Failure;

/// Whether anything may still be sent.
pub struct Halt {
    told: watch::Sender<bool>,
    reason: RefCell<Option<Failure>>,
}

impl Default for Halt {
    fn default() -> Self {
        Self { told: watch::Sender::new(false), reason: RefCell::default() }
    }
}

impl Halt {
    /// Sends no more. The first reason is the one that counts; without one the tally says enough.
    pub fn now(&self, reason: Option<Failure>) {
        if !self.is_set() {
            *self.reason.borrow_mut() = reason;
            self.told.send_replace(true);
        }
    }

    /// Whether sending is over.
    pub fn is_set(&self) -> bool {
        *self.told.borrow()
    }

    /// Resolves when sending is over.
    pub async fn set(&self) {
        let mut told = self.told.subscribe();
        // The sender lives as long as this does.
        let _ = told.wait_for(|set| *set).await;
    }

    /// Why it ended.
    pub fn reason(&self) -> Option<Failure> {
        self.reason.borrow().clone()
    }
}

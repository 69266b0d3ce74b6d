//! What goes to stderr beside the result: warnings, hints, notes, questions, progress.

use super::{Output, Paint, Progress};

impl Output {
    /// Something the user should know; shown also with `--quiet`.
    pub fn warning(&self, text: &str) {
        let word = Paint { on: self.err.borrow().color }.warning("warning:");
        self.aside(&format!("{word} {text}"));
    }

    /// What could be done next; not with `--quiet`.
    pub fn hint(&self, text: &str) {
        if !self.quiet {
            let word = Paint { on: self.err.borrow().color }.hint("hint:");
            self.aside(&format!("{word} {}", crate::text::disarmed(&self.typed(text))));
        }
    }

    /// What just happened (`created demo`); not with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.aside(text);
        }
    }

    /// A line for stderr, secrets removed.
    pub fn aside(&self, text: &str) {
        let line = format!("{}\n", self.redactor.hide(text));
        // stderr that cannot be written leaves nobody to tell.
        self.aside_of_bar(|| self.err.borrow_mut().write(line.as_bytes())).ok();
    }

    /// A question for stderr, without a line end.
    pub fn prompt(&self, text: &str) {
        // stderr that cannot be written leaves nobody to ask.
        self.aside_of_bar(|| self.err.borrow_mut().write(text.as_bytes())).ok();
    }

    /// Leaves the line on which a terminal has echoed `^C`.
    pub fn leave_line(&self) {
        if self.err.borrow().tty {
            self.prompt("\n");
        }
    }

    /// Whether somebody sees how far things are.
    pub fn draws(&self) -> bool {
        !self.quiet && self.verbose == 0 && self.err.borrow().tty
    }

    /// Says what is going on until the returned value is dropped.
    pub fn progress(&self, message: &str) -> Progress {
        let visible = self.draws();
        let progress = Progress::start(message, visible);
        *self.bar.borrow_mut() = visible.then(|| progress.handle());
        progress
    }

    /// Writes while no progress line is in the way.
    pub(super) fn aside_of_bar<T>(&self, write: impl FnOnce() -> T) -> T {
        let bar = self.bar.borrow().clone();
        match bar.filter(|bar| !bar.is_finished() && !bar.is_hidden()) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

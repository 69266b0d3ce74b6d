//! Meaning to colour, for one stream.

use colored::Colorize;

/// Styles text, or leaves it alone where the stream's reader wants no colour.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether to style at all.
    pub on: bool,
}

impl Paint {
    fn with(self, text: &str, style: impl FnOnce(&str) -> colored::ColoredString) -> String {
        if !self.on || text.is_empty() {
            return text.to_owned();
        }
        // `colored` decides by looking at stdout; which stream this is for has been decided already.
        colored::control::set_override(true);
        style(text).to_string()
    }

    /// A heading.
    pub fn bold(self, text: &str) -> String {
        self.with(text, |text| text.bold())
    }

    /// Less important than what is around it.
    pub fn dim(self, text: &str) -> String {
        self.with(text, |text| text.dimmed())
    }

    /// An error's first word.
    pub fn error(self, text: &str) -> String {
        self.with(text, |text| text.red().bold())
    }

    /// A warning's first word.
    pub fn warning(self, text: &str) -> String {
        self.with(text, |text| text.yellow().bold())
    }

    /// A hint's first word, a command to type.
    pub fn hint(self, text: &str) -> String {
        self.with(text, |text| text.cyan())
    }

    /// A JSON key.
    pub fn key(self, text: &str) -> String {
        self.with(text, |text| text.blue().bold())
    }

    /// A JSON string.
    pub fn string(self, text: &str) -> String {
        self.with(text, |text| text.green())
    }

    /// A word for how something is: good, bad, under way.
    pub fn status(self, text: &str) -> String {
        match text.to_ascii_lowercase().as_str() {
            "running" | "completed" | "succeeded" | "success" | "ready" | "available" | "active" | "ok"
            | "approved" | "accepted" | "deployed" | "live" | "true" | "yes" => {
                self.with(text, |text| text.green())
            }
            "failed" | "error" | "rejected" | "unavailable" | "unreachable" | "cancelled" | "canceled"
            | "fail" => self.with(text, |text| text.red()),
            "pending" | "queued" | "processing" | "building" | "paused" | "paused_approval"
            | "paused_consent" | "provisioning" | "warn" => self.with(text, |text| text.yellow()),
            _ => text.to_owned(),
        }
    }
}

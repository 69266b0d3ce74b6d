//! Errors that end the search: what failed, where, why, and the next command to type.

use super::{Format, Output, Paint};
use crate::error::{Failure, Kind, unpack};

impl Output {
    /// An error in its human or JSON form.
    pub fn failure(&self, error: &anyhow::Error) {
        let (mut failure, context) = unpack(error);
        if failure.silent {
            return;
        }
        for hint in &mut failure.hints {
            *hint = self.typed(hint);
        }
        // What was printed so far may lack its line end.
        let _ = self.out.borrow_mut().end_line();
        // Who reads JSON (YAML includes it) reads the error as an object; who reads words and ids reads words.
        let as_object =
            matches!(self.format, Format::Json | Format::Ndjson | Format::Yaml) || self.query.is_some();
        if as_object {
            self.aside(&failure.to_json(&context).to_string());
        } else {
            self.aside(&self.explained(&failure, &context));
        }
    }

    fn explained(&self, failure: &Failure, context: &[String]) -> String {
        let paint = Paint { on: self.err.borrow().color };
        let mut lines = Vec::new();
        let doing: String = context.iter().map(|line| format!("{line}: ")).collect();
        let what = crate::text::disarmed(&failure.to_string());
        // Leaving on purpose is no error.
        let left = matches!(failure.kind, Kind::Interrupted | Kind::Terminated);
        let word = if left { String::new() } else { format!("{} ", paint.error("error:")) };
        lines.push(format!("{word}{doing}{what}"));
        lines.extend(failure.notes.iter().map(|note| format!("  {}", crate::text::disarmed(note))));
        if let (Some(request), true) = (&failure.request, failure.status.is_some_and(|status| status >= 300))
        {
            let service = failure.service.map(|name| format!("{name} ")).unwrap_or_default();
            lines.push(paint.dim(&format!("  {service}{request}")));
        }
        if !self.quiet {
            lines.extend(
                failure
                    .hints
                    .iter()
                    .map(|hint| format!("{} {}", paint.hint("hint:"), crate::text::disarmed(hint))),
            );
        }
        if let Some(id) = &failure.request_id {
            lines.push(format!("request id: {}", crate::text::line(id)));
        }
        lines.join("\n")
    }
}

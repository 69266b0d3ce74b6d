//! Errors that end the search: what failed, where, why, and the next command to type.

use super::{Format, Output, Paint};
use crate::error::{Failure, Kind, unpack};

impl Output {
    /// Says which flags a command needs to speak to the place this one spoke to.
    pub fn place(&self, flags: &str) {
        flags.clone_into(&mut self.place.borrow_mut());
    }

    /// Says which flags a service's commands need to speak to the place this one spoke to.
    pub fn service_place(&self, service: &str, flags: &str) {
        *self.service_place.borrow_mut() = (service.to_owned(), flags.to_owned());
    }

    /// A hint as it has to be typed here. Who mends the profiles wants none of them.
    pub(super) fn typed(&self, hint: &str) -> String {
        let words = hint.strip_prefix("ra ").filter(|words| !words.starts_with("--"));
        let Some(words) = words.filter(|words| !words.starts_with("config profile")) else {
            return hint.to_owned();
        };
        let service_place = self.service_place.borrow();
        let (service, flags) = (&service_place.0, &service_place.1);
        let mut pieces =
            vec!["ra", self.place.borrow().as_str()].into_iter().map(str::to_owned).collect::<Vec<_>>();
        match words.split_once(' ') {
            Some((first, rest)) if first == service => {
                pieces.extend([first.to_owned(), flags.clone(), rest.to_owned()]);
            }
            _ => pieces.push(words.to_owned()),
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces.join(" ")
    }

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
        if let (Some(request), true) = (&failure.request, failure.status.is_none_or(|status| status >= 300)) {
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

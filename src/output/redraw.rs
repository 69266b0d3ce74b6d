//! A few lines on a terminal that are drawn over the ones before, in one write so that nothing flickers.

use std::cell::Cell;

use anyhow::Result;

use super::Output;

/// A place on stdout that shows how something stands.
pub struct Redraw<'a> {
    output: &'a Output,
    /// Lines drawn the last time.
    lines: Cell<usize>,
}

impl<'a> Redraw<'a> {
    /// A place that begins where the cursor is.
    pub fn new(output: &'a Output) -> Self {
        Self { output, lines: Cell::new(0) }
    }

    /// Draws `text` over what was drawn before. Lines are cut where the terminal ends: one that wrapped would take
    /// two, and nobody could tell where the first begins.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn show(&self, text: &str) -> Result<()> {
        let width = self.output.page_width().unwrap_or(80).saturating_sub(1);
        let mut out = String::new();
        if self.lines.get() > 0 {
            out.push_str(&format!("\x1b[{}A\r", self.lines.get()));
        }
        let mut count = 0;
        for line in crate::text::disarmed(text).lines() {
            out.push_str(&console::truncate_str(line, width, "…"));
            // What an earlier, longer line left behind.
            out.push_str(if self.lines.get() > 0 { "\x1b[K\n" } else { "\n" });
            count += 1;
        }
        if count < self.lines.get() {
            out.push_str("\x1b[J");
        }
        self.lines.set(count);
        self.output.print(out.as_bytes())
    }
}

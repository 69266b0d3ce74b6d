//! `ra recall limits --watch`: the picture in place on a terminal, a line for each change elsewhere.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use serde_json::Value;

use super::{VIEW, figures};
use crate::commands::Exit;
use crate::context::Context;
use crate::error::Failure;
use crate::json::Json;
use crate::live::{self, Outage};
use crate::output::{Redraw, Rows};
use crate::services::fetch;
use crate::services::recall::Recall;

/// Shows `first`, then what changes, until Ctrl-C.
///
/// # Errors
/// What the service says if it does not pass; 130 after Ctrl-C, the last state staying on the screen.
pub async fn run(first: Json, interval: Duration, ctx: &Context, recall: &Recall) -> Result<Exit> {
    let shown = Shown {
        ctx,
        place: (ctx.output.is_human() && ctx.output.is_terminal()).then(|| Redraw::new(&ctx.output)),
        last: RefCell::new(None),
        alarms: RefCell::new(Vec::new()),
        trouble: RefCell::new(None),
        rows: RefCell::new(Rows::endless(VIEW)),
    };
    shown.show(first)?;
    let once = recall.through(ctx.http_once());
    let look = async || shown.show(fetch(&once, &once.usage()).await?);
    let kind = live::poll(interval, ctx.interrupt(), look, |outage| shown.tell(&outage)).await?;
    ctx.output.leave_line();
    Err(Failure::said(kind).into())
}

struct Shown<'a> {
    ctx: &'a Context,
    /// Where it is drawn; nothing in a pipe.
    place: Option<Redraw<'a>>,
    last: RefCell<Option<Json>>,
    /// Limits that were told to be close.
    alarms: RefCell<Vec<String>>,
    /// Why the picture is old.
    trouble: RefCell<Option<String>>,
    /// What was told in a form for machines.
    rows: RefCell<Rows>,
}

impl Shown<'_> {
    fn show(&self, usage: Json) -> Result<()> {
        let rows = figures::rows(&usage.value);
        let output = &self.ctx.output;
        if let Some(place) = &self.place {
            self.trouble.take();
            *self.last.borrow_mut() = Some(usage);
            return self.draw(place);
        }
        let same = |last: &Json| lasting(&last.value) == lasting(&usage.value);
        if self.last.borrow().as_ref().is_some_and(same) {
            return Ok(());
        }
        if output.is_human() {
            let line = format!("{:.0}  {}\n", Timestamp::now(), figures::sentence(&rows));
            output.print(line.as_bytes())?;
        } else {
            output.emit_row(&usage, &mut self.rows.borrow_mut())?;
        }
        *self.last.borrow_mut() = Some(usage);
        self.warn(&rows);
        Ok(())
    }

    /// Says of each limit once that it is close, and again when it was not meanwhile.
    fn warn(&self, rows: &[figures::Row]) {
        let close: Vec<&figures::Row> = rows.iter().filter(|row| row.alarm().is_some()).collect();
        let names: Vec<String> = close.iter().map(|row| row.name().to_owned()).collect();
        let before = self.alarms.replace(names);
        for row in close.iter().filter(|row| !before.iter().any(|name| name == row.name())) {
            self.ctx.output.warning(&row.alarm().unwrap_or_default());
        }
    }

    /// The picture, below it what is close, and what is wrong.
    fn draw(&self, place: &Redraw<'_>) -> Result<()> {
        let last = self.last.borrow();
        let Some(usage) = last.as_ref() else { return Ok(()) };
        let rows = figures::rows(&usage.value);
        let mut text =
            figures::picture(&usage.value, &rows, self.ctx.output.page_width().map(|width| width - 1));
        for alarm in rows.iter().filter_map(figures::Row::alarm) {
            text.push_str(&format!("warning: {alarm}\n"));
        }
        if let Some(trouble) = self.trouble.borrow().as_ref() {
            text.push_str(&format!("no answer: {trouble}\n"));
        }
        place.show(&text)
    }

    fn tell(&self, outage: &Outage<'_>) {
        match (outage, &self.place) {
            (Outage::Began(failure, _), Some(place)) => {
                *self.trouble.borrow_mut() = Some(failure.to_string());
                // The next picture tells it again, if this one cannot be drawn.
                self.draw(place).ok();
            }
            (Outage::Began(failure, _), None) => {
                self.ctx.output.warning(&format!("{failure}; asking again until it is back"));
            }
            (Outage::Over, Some(_)) => {}
            (Outage::Over, None) => self.ctx.output.note("the service is back"),
        }
    }
}

/// What of an answer is a change: the windows' ends move with the clock.
fn lasting(usage: &Value) -> Value {
    let mut usage = usage.clone();
    for window in ["sync", "async"] {
        if let Some(Value::Object(window)) = usage.pointer_mut(&format!("/rateLimit/{window}")) {
            window.remove("resetAt");
        }
    }
    usage
}

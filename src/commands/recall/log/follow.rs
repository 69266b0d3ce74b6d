//! `ra recall log follow`: runs as they end, whatever happens to the connection meanwhile.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::window::{News, Window};
use super::{VIEW, filtered, line};
use crate::args::duration;
use crate::commands::Exit;
use crate::commands::resource::{Described, Given};
use crate::context::Context;
use crate::error::Failure;
use crate::http::Request;
use crate::http::pages::Stopped;
use crate::json::Json;
use crate::live::{self, Outage};
use crate::output::{Rows, human};
use crate::services::list;
use crate::services::operation::Operation;
use crate::services::recall::Recall;
use crate::services::recall::operations::log::FOLLOW;

/// Show runs as they end, until Ctrl-C
///
/// Begins with the last ones. A run is shown when it has ended; on a terminal also when it begins, marked as running.
/// A run that stays open while 500 others end is shown as it is. Outages are outlasted, and no run is shown twice.
/// Forms for machines (-o json, -o ndjson) have one object a line.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ra recall log follow
  ra recall log follow --level error --workflow support-triage -n 0
  ra recall log follow -o ndjson --jq 'select(.totalDurationMs > 60000) | .executionId'")]
pub struct FollowArgs {
    #[command(flatten)]
    pub filters: Given<Followed>,

    /// Ended runs to begin with
    #[arg(short = 'n', long = "lines", value_name = "N", default_value_t = 10)]
    pub lines: usize,

    /// How often to ask
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = duration::parse)]
    pub interval: Duration,
}

/// The filters that may be followed.
#[derive(Clone, Debug)]
pub struct Followed;

impl Described for Followed {
    const OPERATION: Operation = FOLLOW;
}

/// Rows found at the beginning, shown or not, so that later ones can be told from them.
const FIRST_LOOK: usize = 100;

/// Carries the command out.
///
/// # Errors
/// Unusable filters; what the service says at the first look, or later if it does not pass; 130 after Ctrl-C.
pub async fn run(args: &FollowArgs, ctx: &Context) -> Result<Exit> {
    let recall = ctx.recall()?;
    let request = filtered(&args.filters, ctx, &recall).await?;
    let shown = Shown { ctx, rows: RefCell::new(Rows::endless(VIEW)) };
    let first_look = begin(&recall, &request, args.lines, &shown);
    let window = match ctx.interrupt().guard(first_look).await {
        Ok(window) => RefCell::new(window?),
        Err(kind) => return Err(Failure::said(kind).into()),
    };
    let once = recall.through(ctx.http_once());
    let look = async || {
        let mut request = request.clone().query("order", "asc");
        if let Some(start) = window.borrow().start() {
            request = request.query("startDate", format!("{start:.3}"));
        }
        list(&once, &request, 0, Some(FIRST_LOOK), |rows| {
            rows.iter().try_for_each(|row| shown.news(row, window.borrow_mut().take(row)))
        })
        .await?;
        window.borrow_mut().tidy().iter().try_for_each(|row| shown.row(row))
    };
    let kind = live::poll(args.interval, ctx.interrupt(), look, |outage| tell(outage, ctx)).await?;
    ctx.output.leave_line();
    Err(Failure::said(kind).into())
}

/// The first look: what is there, of which the last ended runs are shown.
async fn begin(recall: &Recall, request: &Request, lines: usize, shown: &Shown<'_>) -> Result<Window> {
    let request = request.clone().query("order", "desc");
    let mut found = Vec::new();
    let stopped = list(recall, &request, lines.max(FIRST_LOOK), None, |rows| {
        found.extend(rows);
        Ok(())
    })
    .await?;
    found.reverse();
    let mut window = Window::default();
    let ended: Vec<bool> = found.iter().map(|row| window.find(row)).collect();
    if stopped == Some(Stopped::Limit) {
        window.more_before();
    }
    let mut to_pass = ended.iter().filter(|ended| **ended).count().saturating_sub(lines);
    for (row, ended) in found.iter().zip(ended) {
        match ended {
            true if to_pass > 0 => to_pass -= 1,
            true => shown.row(row)?,
            // Of the open ones those that began among the shown.
            false if to_pass == 0 && lines > 0 => shown.news(row, News::Began)?,
            false => {}
        }
    }
    Ok(window)
}

/// Where rows go.
struct Shown<'a> {
    ctx: &'a Context,
    rows: RefCell<Rows>,
}

impl Shown<'_> {
    fn news(&self, row: &Json, news: News) -> Result<()> {
        let is_watched = self.ctx.output.is_human() && self.ctx.output.is_terminal();
        match news {
            News::Ended => self.row(row),
            News::Began if is_watched => self.row(row),
            News::Began | News::None => Ok(()),
        }
    }

    fn row(&self, row: &Json) -> Result<()> {
        let output = &self.ctx.output;
        if output.is_human() {
            return output.print(line::of(row, output.page_width(), output.paint()).as_bytes());
        }
        output.emit_row(row, &mut self.rows.borrow_mut())
    }
}

/// Says once that the service is out, and that it is back.
fn tell(outage: Outage<'_>, ctx: &Context) {
    match outage {
        Outage::Began(failure, pause) => {
            let pause = human::span(pause);
            ctx.output.warning(&format!("{failure}; asking again in {pause}, then until it is back"));
        }
        Outage::Over => ctx.output.note("the service is back"),
    }
}

//! The report of a deployment's files: what goes up, what stays, and why.

use crate::context::Context;
use crate::project::files::Plan;
use crate::text;

/// Tells the plan on stderr: whole under `--dry-run` and `-v`, else in a line, with a warning for what may be missed.
pub fn told(plan: &Plan, ctx: &Context) {
    let whole = ctx.globals.dry_run.is_some() || ctx.output.verbose > 0;
    if whole {
        let size = |bytes: usize| indicatif::HumanBytes(bytes as u64).to_string();
        let width = plan.files.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
        ctx.output.aside(&format!("goes up: {}", plan.summary()));
        for (path, content) in &plan.files {
            ctx.output.aside(&format!("  {:width$}  {}", text::line(path), size(content.len())));
        }
        if !plan.left.is_empty() {
            let width = plan.left.iter().map(|left| left.path.chars().count()).max().unwrap_or(0);
            ctx.output.aside("stays behind:");
            for left in &plan.left {
                ctx.output.aside(&format!("  {:width$}  {}", text::line(&left.path), left.why));
            }
        }
        return;
    }
    ctx.output.note(&format!("deploying {}", plan.summary()));
    for left in plan.left.iter().filter(|left| left.notable) {
        ctx.output.warning(&format!("left behind: {} ({})", text::line(&left.path), left.why));
    }
}

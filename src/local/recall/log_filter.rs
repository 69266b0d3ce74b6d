//! Which rows of the logs a caller wants.

use super::document::text;
use super::limits::dollars;
use super::log::Row;
use super::reference::plain;

/// Which rows are wanted.
#[derive(Default)]
pub struct Filter<'a> {
    /// Workflows, by id or name.
    pub workflows: Vec<&'a str>,
    /// Folders, by id.
    pub folders: Vec<String>,
    /// What started the run.
    pub triggers: Vec<&'a str>,
    /// `info` or `error`.
    pub level: Option<&'a str>,
    /// Not before and not after these moments.
    pub dates: (Option<i64>, Option<i64>),
    /// This run alone.
    pub execution: Option<&'a str>,
    /// Milliseconds, from and to.
    pub durations: (Option<f64>, Option<f64>),
    /// Dollars, from and to.
    pub costs: (Option<f64>, Option<f64>),
    /// A model that was used.
    pub model: Option<&'a str>,
}

impl Filter<'_> {
    /// Whether a row is wanted.
    pub fn wants(&self, row: &Row) -> bool {
        let one_of = |names: &[&str], value: &str| names.is_empty() || names.contains(&value);
        let name = || row.workflow.as_ref().map(|workflow| plain(text(workflow, "name")));
        let named = || name().is_some_and(|name| self.workflows.iter().any(|wanted| plain(wanted) == name));
        let folder = row.workflow.as_ref().map(|workflow| text(workflow, "folderId")).unwrap_or_default();
        let cost = row.now["costMicros"].as_i64().map(dollars);
        let used = |model: &str| !row.cost()["models"][model].is_null();
        (one_of(&self.workflows, text(&row.run, "workflowId")) || named())
            && (self.folders.is_empty() || self.folders.iter().any(|wanted| wanted == folder))
            && one_of(&self.triggers, text(&row.run, "trigger"))
            && self.level.is_none_or(|level| row.level() == level)
            && within(self.dates, Some(row.began()))
            && self.execution.is_none_or(|id| row.execution() == id)
            && within(self.durations, row.duration().map(|duration| duration as f64))
            && within(self.costs, cost)
            && self.model.is_none_or(used)
    }
}

/// Whether a value lies between two bounds; one that is not known yet only when there are none.
fn within<T: PartialOrd>((from, to): (Option<T>, Option<T>), value: Option<T>) -> bool {
    match value {
        Some(value) => from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to),
        None => from.is_none() && to.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_cut_at_their_bounds() {
        let row = Row::of(&json!({
            "executionId": "e", "workflowId": "w", "trigger": "api", "status": "failed", "error": "A: no",
            "startedAt": 1_000, "endedAt": 1_500, "costMicros": 5_000,
            "outputs": {"a": {"model": "m", "tokens": {"total": 1}}},
        }));
        let wanted = |filter: Filter| filter.wants(&row);
        assert!(wanted(Filter::default()));
        assert!(wanted(Filter { workflows: vec!["myflow"], level: Some("error"), ..Filter::default() }));
        assert!(!wanted(Filter { workflows: vec!["other"], ..Filter::default() }));
        assert!(wanted(Filter { durations: (Some(500.0), Some(500.0)), ..Filter::default() }));
        assert!(!wanted(Filter { durations: (Some(501.0), None), ..Filter::default() }));
        assert!(!wanted(Filter { costs: (None, Some(0.004)), ..Filter::default() }));
        assert!(wanted(Filter { model: Some("m"), dates: (Some(1_000), None), ..Filter::default() }));
        assert!(!wanted(Filter { model: Some("n"), ..Filter::default() }));
        assert_eq!(row.final_output(), json!({"error": "A: no"}));
    }
}

//! Things within things, with figures beside them that stand below each other.

use console::{measure_text_width, truncate_str};

use super::style::Paint;
use crate::text;

/// One thing, and those within it.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    /// What it is called.
    pub name: String,
    /// Figures, one for each column; empty where there is none.
    pub figures: Vec<String>,
    /// What is wrong with it.
    pub trouble: Option<String>,
    /// The things within.
    pub children: Vec<Branch>,
}

/// One line on its way.
struct Line<'a> {
    lead: String,
    branch: &'a Branch,
}

/// Narrower than this a name says little.
const NARROWEST: usize = 24;

/// The tree as lines. `width` is the terminal's, or nothing when nobody looks: then nothing is cut.
pub fn drawn(roots: &[Branch], width: Option<usize>, paint: Paint) -> String {
    let mut lines = Vec::new();
    for root in roots {
        lines.push(Line { lead: String::new(), branch: root });
        descend(root, "", &mut lines);
    }
    let columns = lines.iter().map(|line| line.branch.figures.len()).max().unwrap_or(0);
    let widest = |column: usize| {
        lines.iter().filter_map(|line| line.branch.figures.get(column)).map(|it| measure_text_width(it)).max()
    };
    // A column without a figure anywhere is none.
    let mut figures: Vec<(usize, usize)> = (0..columns)
        .filter_map(|column| Some((column, widest(column)?)))
        .filter(|(_, wide)| *wide > 0)
        .collect();
    let longest = lines.iter().map(|line| measure_text_width(&line.label())).max().unwrap_or(0);
    let room = |figures: &[(usize, usize)]| {
        let beside: usize = figures.iter().map(|(_, wide)| wide + 2).sum();
        longest.min(width.map_or(longest, |width| width.saturating_sub(beside)))
    };
    // A name says more than the last of the figures.
    while figures.len() > 1 && room(&figures) < NARROWEST.min(longest) {
        figures.pop();
    }
    let label = room(&figures).max(8);
    let mut out = String::new();
    for line in &lines {
        let text = line.label();
        let text = truncate_str(&text, label, "…");
        let mut row = format!("{text}{}", " ".repeat(label - measure_text_width(&text)));
        for (column, wide) in &figures {
            let figure = line.branch.figures.get(*column).map_or("", String::as_str);
            row.push_str(&format!("  {}{figure}", " ".repeat(wide - measure_text_width(figure))));
        }
        let row = cut(row.trim_end(), width);
        let bad = line.branch.trouble.is_some();
        out.push_str(&if bad { paint.error(&row) } else { row });
        out.push('\n');
        let lead = format!("{}  ", line.below());
        let room = width.map(|width| width.saturating_sub(measure_text_width(&lead)).max(8));
        for said in folded(line.branch.trouble.as_deref().unwrap_or_default(), room) {
            out.push_str(&paint.error(&format!("{lead}{said}")));
            out.push('\n');
        }
    }
    out
}

/// A text in lines of at most `room` columns, broken between words where that can be.
fn folded(text: &str, room: Option<usize>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let fits = |line: &String| {
            room.is_none_or(|room| measure_text_width(line) + 1 + measure_text_width(word) <= room)
        };
        match lines.last_mut() {
            Some(line) if fits(line) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.into_iter().map(|line| cut(&line, room)).collect()
}

fn cut(line: &str, width: Option<usize>) -> String {
    width.map_or_else(|| line.to_owned(), |width| truncate_str(line, width, "…").into_owned())
}

fn descend<'a>(branch: &'a Branch, lead: &str, lines: &mut Vec<Line<'a>>) {
    let last = branch.children.len().saturating_sub(1);
    for (number, child) in branch.children.iter().enumerate() {
        let (own, within) = if number == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines.push(Line { lead: format!("{lead}{own}"), branch: child });
        descend(child, &format!("{lead}{within}"), lines);
    }
}

impl Line<'_> {
    fn label(&self) -> String {
        let mark = if self.branch.trouble.is_some() { "✗ " } else { "" };
        format!("{}{mark}{}", self.lead, text::line(&self.branch.name))
    }

    /// What stands below the lead in the next line, which belongs to the same branch.
    fn below(&self) -> String {
        let under = self.lead.replace("├─ ", "│  ").replace("└─ ", "   ");
        if self.branch.children.is_empty() { under } else { format!("{under}│") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str, figures: &[&str], children: Vec<Branch>) -> Branch {
        let figures = figures.iter().map(|figure| (*figure).to_owned()).collect();
        Branch { name: name.to_owned(), figures, trouble: None, children }
    }

    fn tree() -> Vec<Branch> {
        let mut tool = branch("天気を調べる", &["112 ms", "", ""], vec![]);
        tool.trouble = Some("no key".to_owned());
        let model = branch("gpt-4o", &["700 ms", "", "16"], vec![]);
        let agent = branch("Agent 1 (agent)", &["812 ms", "", "16"], vec![model, tool]);
        vec![branch("Start", &["3 ms"], vec![]), agent]
    }

    #[test]
    fn plain_lines_stand_below_each_other() {
        assert_eq!(
            drawn(&tree(), None, Paint { on: false }),
            "Start                3 ms\n\
             Agent 1 (agent)    812 ms  16\n\
             ├─ gpt-4o          700 ms  16\n\
             └─ ✗ 天気を調べる  112 ms\n\
             \x20    no key\n"
        );
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for width in 24..60 {
            for line in drawn(&tree(), Some(width), Paint { on: true }).lines() {
                assert!(measure_text_width(line) <= width, "{width}: {line:?}");
            }
        }
        assert!(drawn(&tree(), Some(20), Paint { on: false }).contains("└─ ✗ 天気を…  112 ms\n"));
    }
}

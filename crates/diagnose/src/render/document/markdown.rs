//! Markdown for an issue, a pull request or a step summary.
//!
//! Captured text stands in fenced blocks only: no other place of a page is safe from names that are mentioned, links that are
//! made and pictures that are loaded.

use super::{Entry, Problem, severity_word, stopped, tally, word};
use crate::render::Visible;

/// The page.
pub(super) fn document(entries: &[&Entry]) -> String {
    let mut page = vec![format!("## OAuth 1.0a signatures\n\n{}\n", tally(entries))];
    for entry in entries {
        page.push(format!("### {}\n", word(entry.answer).to_uppercase()));
        if !entry.name.is_empty() {
            page.push(fence("text", &[&entry.name]));
        }
        page.push(format!("**{}**\n", entry.headline));
        page.extend(entry.problems.iter().map(problem));
        if let Some(difference) = &entry.difference {
            let yours = format!("- {}", difference.yours);
            let expected = format!("+ {}", difference.expected);
            page.push("Signed (-) and right (+):\n".to_owned());
            page.push(fence("diff", &[&yours, &expected]));
        }
        if !entry.notes.is_empty() {
            let notes: Vec<&str> = entry.notes.iter().map(String::as_str).collect();
            page.push("Notes:\n".to_owned());
            page.push(fence("text", &notes));
        }
    }
    page.join("\n")
}

/// An item of a list; what belongs to it is indented.
fn problem(problem: &Problem) -> String {
    let (title, id) = (&problem.title, problem.id);
    let mut text = format!(
        "- **{title}** `{id}` ({})\n",
        severity_word(problem.severity)
    );
    if !problem.detail.is_empty() {
        let fenced = fence("text", &[&stopped(&problem.detail)]);
        let indented = fenced.lines().map(|line| format!("  {line}\n"));
        text.push('\n');
        text.extend(indented);
    }
    if !problem.fix.is_empty() {
        text.extend(["\n  Fix: ", problem.fix, "\n"]);
    }
    text
}

/// A block whose end no line of it can be.
fn fence(language: &str, lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| Visible(line).to_string()).collect();
    let longest = lines
        .iter()
        .flat_map(|line| line.split(|c| c != '`'))
        .map(str::len)
        .max()
        .unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}\n", lines.join("\n"))
}

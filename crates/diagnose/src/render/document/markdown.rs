//! Markdown for an issue, a pull request or a step summary.
//!
//! Captured text stands in fenced blocks only: no other place of a page is safe from names that are mentioned, links that are
//! made and pictures that are loaded.

use super::{Entry, Problem, severity_word, stopped, tally, word};
use crate::render::Visible;

/// The page.
pub(super) fn document(entries: &[&Entry]) -> String {
    let mut page = format!("## OAuth 1.0a signatures\n\n{}\n", tally(entries));
    for entry in entries {
        page.push_str(&format!("\n### {}\n\n", word(entry.answer).to_uppercase()));
        if !entry.name.is_empty() {
            page.push_str(&fence("text", &[&entry.name]));
        }
        page.push_str(&format!("\n**{}**\n", entry.headline));
        for problem in &entry.problems {
            page.push_str(&self::problem(problem));
        }
        if let Some(difference) = &entry.difference {
            let yours = format!("- {}", difference.yours);
            let expected = format!("+ {}", difference.expected);
            page.push_str("\nSigned (-) and right (+):\n\n");
            page.push_str(&fence("diff", &[&yours, &expected]));
        }
        if !entry.notes.is_empty() {
            let notes: Vec<&str> = entry.notes.iter().map(String::as_str).collect();
            page.push_str("\nNotes:\n\n");
            page.push_str(&fence("text", &notes));
        }
    }
    page
}

fn problem(problem: &Problem) -> String {
    let mut text = format!(
        "\n- **{}** `{}` ({})\n",
        problem.title,
        problem.id,
        severity_word(problem.severity)
    );
    if !problem.detail.is_empty() {
        let fenced = fence("text", &[&stopped(&problem.detail)]);
        text.push('\n');
        text.extend(fenced.lines().map(|line| format!("  {line}\n")));
    }
    if !problem.fix.is_empty() {
        text.push_str(&format!("\n  Fix: {}\n", problem.fix));
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

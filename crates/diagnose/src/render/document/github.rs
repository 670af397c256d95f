//! Annotations of GitHub Actions, and the summary of a step.

use super::{Entry, markdown, stopped, tally};
use crate::{failure::Failure, render::Visible};
use oauth1_diagnosis::report::Severity;
use std::{env, fs::OpenOptions, io::Write, path::Path};

/// The file that GitHub shows as the summary of the step.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// One command a problem, and the tally at the end.
pub(super) fn annotations(entries: &[&Entry]) -> String {
    let mut lines = Vec::new();
    for entry in entries {
        for problem in &entry.problems {
            let level = match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut properties = vec![format!(
                "title={}",
                property(&format!("{} [{}]", problem.title, problem.id))
            )];
            if let Some((file, line)) = &entry.place {
                properties.push(format!("file={}", property(file)));
                properties.push(format!("line={line}"));
            }
            let name = if entry.name.is_empty() {
                String::new()
            } else {
                format!("{}: ", entry.name)
            };
            let mut message = vec![data(&format!("{name}{}", stopped(&problem.detail)))];
            if !problem.fix.is_empty() {
                message.push(data(&format!("Fix: {}", problem.fix)));
            }
            let (properties, message) = (properties.join(","), message.join("%0A"));
            lines.push(format!("::{level} {properties}::{message}"));
        }
    }
    lines.push(tally(entries));
    lines.join("\n") + "\n"
}

/// Adds the page to the step's summary, where there is one.
pub(super) fn append_summary(entries: &[&Entry]) -> Result<(), Failure> {
    let Some(file) = env::var_os(SUMMARY).filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    let mut options = OpenOptions::new();
    options
        .append(true)
        .create(true)
        .open(Path::new(&file))
        .and_then(|mut file| file.write_all(markdown::document(entries).as_bytes()))
        .map_err(|error| Failure::output(&error))
}

/// The text of a command.
fn data(text: &str) -> String {
    let text = Visible(text).to_string();
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

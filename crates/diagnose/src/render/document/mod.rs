//! Reports as one document: Markdown, GitHub annotations, SARIF, `JUnit`, HTML.
//!
//! These formats cannot be streamed or are read by other programs, so all cases are collected first, each as an
//! [`Entry`]: what a document says about it, in sentences. Every text of an entry may hold captured text; each format escapes
//! it in its own way, after [`Visible`].

mod github;
mod html;
mod junit;
mod markdown;
mod sarif;

use super::{
    Visible,
    align::{Run, align},
    summary,
};
use crate::{
    case::Case,
    cli::OutputFormat,
    failure::Failure,
    run::{Answer, print},
};
use oauth1_diagnosis::report::{EvidenceLevel, Report, Severity};
use serde::Serialize;
use std::ops::Range;

/// What a document says about one case.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// What the case is called: its place in the capture, or its name in a golden file.
    pub(crate) name: String,
    /// The file that it stands in, and the line, counted from 1.
    pub(crate) place: Option<(String, usize)>,
    pub(crate) answer: Answer,
    /// The answer in one sentence.
    pub(crate) headline: String,
    /// Worst first.
    pub(crate) problems: Vec<Problem>,
    /// The client's text and the right one, where they differ.
    pub(crate) difference: Option<Difference>,
    pub(crate) notes: Vec<String>,
}

/// One thing that is wrong or doubtful.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    /// A whole sentence without its stop.
    pub(crate) title: String,
    pub(crate) detail: String,
    /// May be empty.
    pub(crate) fix: &'static str,
}

/// Two texts that should be the same.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) yours: String,
    pub(crate) expected: String,
}

/// Both texts of a difference in pieces: what is the same, and what is not. Safe to print.
#[derive(Serialize)]
pub(crate) struct Pieces {
    yours: Vec<Piece>,
    expected: Vec<Piece>,
}

#[derive(Serialize)]
struct Piece {
    same: bool,
    text: String,
}

impl Difference {
    /// What is the same, and what is not.
    pub(crate) fn pieces(&self) -> Pieces {
        let runs = align(&self.yours, &self.expected);
        let side = |text: &str, range: fn(&Run) -> Range<usize>| {
            let pieces = runs.iter().map(|run| Piece {
                same: run.same,
                text: Visible(&text[range(run)]).to_string(),
            });
            pieces.collect()
        };
        Pieces {
            yours: side(&self.yours, |run| run.yours.clone()),
            expected: side(&self.expected, |run| run.expected.clone()),
        }
    }
}

impl Entry {
    /// What a report says.
    pub(crate) fn new(
        name: String,
        place: Option<(String, usize)>,
        report: &Report,
        notes: Vec<String>,
    ) -> Self {
        let mut problems: Vec<Problem> = report
            .mistakes
            .iter()
            .map(|mistake| Problem {
                id: mistake.id,
                severity: Severity::Error,
                title: format!("The client {}", mistake.title),
                detail: mistake.detail.clone(),
                fix: mistake.fix,
            })
            .collect();
        let of_provider = report.provider.iter().flat_map(|own| &own.findings);
        let told: Vec<&str> = report.mistakes.iter().map(|mistake| mistake.id).collect();
        let findings = report.findings.iter().chain(of_provider);
        let mut findings: Vec<Problem> = findings
            .filter(|finding| !told.contains(&finding.id))
            .map(|finding| Problem {
                id: finding.id,
                severity: finding.severity,
                title: format!("The client {}", finding.title),
                detail: finding.detail.clone(),
                fix: finding.fix,
            })
            .collect();
        findings.sort_by_key(|problem| problem.severity);
        problems.append(&mut findings);
        let answer = Answer::from(report.verdict);
        let headline = summary::answer(report);
        let is_told = problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        if answer != Answer::Right && !is_told {
            problems.insert(
                0,
                unexplained(answer, &headline, report.next_steps.join(" ")),
            );
        }
        let difference = report.yours.base_string.as_ref().and_then(|yours| {
            let expected = &report.canonical.base_string;
            (yours != expected && !expected.is_empty()).then(|| Difference {
                yours: yours.clone(),
                expected: expected.clone(),
            })
        });
        Self {
            name,
            place,
            answer,
            headline,
            problems,
            difference,
            notes,
        }
    }
}

impl Entry {
    /// What the report of a captured case says.
    pub(crate) fn of_case(
        name: String,
        place: Option<(String, usize)>,
        report: &Report,
        case: &Case,
    ) -> Self {
        let Some(why) = &case.unchecked else {
            return Self::new(name, place, report, case.notes.clone());
        };
        if report.evidence != EvidenceLevel::None {
            // There was something else to go by.
            return Self::new(name, place, report, case.notes_for_json());
        }
        let answer = Answer::from(report.verdict);
        Self {
            headline: summary::UNCHECKED.to_owned(),
            problems: vec![unexplained(answer, summary::UNCHECKED, why.clone())],
            ..Self::new(name, place, report, case.notes.clone())
        }
    }

    /// What stands for an input that could not be read.
    pub(crate) fn unreadable(
        title: &str,
        failure: &Failure,
        place: Option<(String, usize)>,
    ) -> Self {
        let told = failure.to_json();
        let detail = match failure.help() {
            "" => told.message,
            help => format!("{} ({})", told.message, help.trim_end_matches('.')),
        };
        Self {
            name: String::new(),
            place: place.map(|(file, _)| (file, told.line)),
            answer: Answer::Unknown,
            headline: format!("{title}."),
            problems: vec![Problem {
                id: "input-unreadable",
                severity: Severity::Error,
                title: title.to_owned(),
                detail,
                fix: "",
            }],
            difference: None,
            notes: Vec::new(),
        }
    }
}

/// What stands for the verdict where no mistake and no finding does.
fn unexplained(answer: Answer, headline: &str, detail: String) -> Problem {
    let (id, severity) = match answer {
        Answer::Wrong => ("signature-wrong", Severity::Error),
        _ => ("signature-unchecked", Severity::Warning),
    };
    Problem {
        id,
        severity,
        title: headline.trim_end_matches('.').to_owned(),
        detail,
        fix: "",
    }
}

/// How many entries have each answer: right, wrong, unknown.
fn counts(entries: &[&Entry]) -> [usize; 3] {
    [Answer::Right, Answer::Wrong, Answer::Unknown].map(|answer| {
        let same = entries.iter().filter(|entry| entry.answer == answer);
        same.count()
    })
}

/// "3 cases: 1 right, 2 wrong, 0 unknown".
pub(crate) fn tally(entries: &[&Entry]) -> String {
    let [right, wrong, unknown] = counts(entries);
    let noun = if entries.len() == 1 { "case" } else { "cases" };
    format!(
        "{} {noun}: {right} right, {wrong} wrong, {unknown} unknown",
        entries.len()
    )
}

/// The answer in a word.
pub(crate) const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Right => "right",
        Answer::Wrong => "wrong",
        Answer::Unknown => "unknown",
    }
}

/// The severity in a word.
pub(crate) const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A text that ends as a sentence does.
pub(crate) fn stopped(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', '…']) {
        return text.to_owned();
    }
    format!("{text}.")
}

/// Prints the document of a format that collects its cases.
///
/// # Errors
/// When nothing can be written.
pub(crate) fn write(format: OutputFormat, entries: &[&Entry]) -> Result<(), Failure> {
    if format == OutputFormat::Github {
        github::append_summary(entries)?;
    }
    print(text(format, entries)?.as_bytes())
}

/// The document of a format that collects its cases.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn text(format: OutputFormat, entries: &[&Entry]) -> Result<String, Failure> {
    match format {
        OutputFormat::Github => Ok(github::annotations(entries)),
        OutputFormat::Sarif => Ok(sarif::document(entries)),
        OutputFormat::Junit => junit::document(entries),
        OutputFormat::Html => html::document(entries),
        OutputFormat::Markdown | OutputFormat::Human | OutputFormat::Json => {
            Ok(markdown::document(entries))
        }
    }
}

//! `diagnose check`: golden files, and the user's own signer.

mod client;
mod golden;
mod init;
mod outcome;
mod update;
mod vectors;

pub use golden::GoldenFile;
pub(crate) use init::golden_file;

use crate::{
    case::Defaults,
    cli::{CheckArgs, OutputFormat},
    failure::{Failure, visible_path},
    gather::given,
    render::{
        Visible,
        document::{self, Entry},
        human, json,
        page::{BAD, DOUBTFUL, FAINT, GOOD, PLAIN, Page, STRONG},
    },
    run::{Answer, print, width},
    settings::{self, Settings},
};
use golden::GoldenCase;
use oauth1_core::authorization::Authorization;
use oauth1_diagnosis::report::Report;
use outcome::Outcome;
use serde_json::json;
use std::path::Path;

/// What is known before any file is read.
struct Known {
    /// By the command line and the environment.
    given: Defaults,
    /// By the project's `diagnose.toml`.
    project: Settings,
}

/// A case that was checked.
pub(super) struct Checked {
    pub(super) entry: Entry,
    /// What failed, each in a sentence; empty when all is as expected.
    pub(super) failures: Vec<String>,
    /// Where the diagnosis ran.
    pub(super) report: Option<Report>,
}

/// Does what the command line says.
pub(crate) fn run(args: &CheckArgs) -> Result<Answer, Failure> {
    if args.schema {
        let schema = schemars::schema_for!(GoldenFile);
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
        print(text.as_bytes())?;
        return Ok(Answer::Right);
    }
    if let Some(input) = &args.init {
        return init::run(input, &args.common);
    }
    let files = golden::find(&args.paths)?;
    if let Some(command) = &args.client {
        return client::run(command, args, &files);
    }
    let mut notes = Vec::new();
    let known = Known {
        given: given(&args.common, &mut notes)?,
        project: settings::of_project(&mut notes)?,
    };
    for note in notes {
        anstream::eprintln!("note: {note}");
    }
    let mut all = Vec::new();
    for file in &files {
        let checked = check_file(file, &known, args);
        if args.update {
            update::write(file, &checked)?;
        }
        all.extend(checked.into_iter().map(|(checked, _)| checked));
    }
    write(args.format, &all)?;
    Ok(all
        .iter()
        .map(|checked| checked.entry.answer)
        .max()
        .unwrap_or(Answer::Unknown))
}

/// Checks the cases of one file; a file that cannot be read is one unknown case.
fn check_file(path: &Path, known: &Known, args: &CheckArgs) -> Vec<(Checked, Option<Outcome>)> {
    let name = path.to_string_lossy().into_owned();
    let (file, text) = match golden::read(path) {
        Ok(read) => read,
        Err(failure) => return vec![(Checked::unreadable(name, 1, &failure), None)],
    };
    let directory = path.parent().unwrap_or(Path::new("."));
    let cases = file.cases.into_iter().map(|case| {
        let (line, _) = settings::position(&text, case.span().start);
        let case: GoldenCase = case.into_inner();
        match outcome::of(&case, &file.defaults, directory, known, args) {
            Ok(outcome) => (outcome.checked(&case, (name.clone(), line)), Some(outcome)),
            Err(failure) => {
                let mut checked = Checked::unreadable(name.clone(), line, &failure);
                checked.entry.name.clone_from(&case.name);
                (checked, None)
            }
        }
    });
    cases.collect()
}

/// The signature in an Authorization header, decoded.
fn signature_in(header: &str) -> Option<String> {
    let header = Authorization::parse(header.as_bytes())?;
    let mut parameters = header.parameters.iter();
    let signature = parameters.find(|one| &*one.name == b"oauth_signature")?;
    Some(String::from_utf8_lossy(&signature.value).into_owned())
}

impl Checked {
    /// A case, or a file, that could not be read.
    fn unreadable(file: String, line: usize, failure: &Failure) -> Self {
        let mut entry = Entry::unreadable("This cannot be checked", failure, None);
        let line = failure.line().unwrap_or(line);
        entry.place = Some((file, line));
        Self {
            failures: entry
                .problems
                .iter()
                .map(|problem| problem.detail.clone())
                .collect(),
            entry,
            report: None,
        }
    }
}

/// Prints what came of the cases.
pub(super) fn write(format: OutputFormat, all: &[Checked]) -> Result<(), Failure> {
    match format {
        OutputFormat::Human => print(page(all, width()).as_bytes()),
        OutputFormat::Json => all.iter().try_for_each(|checked| {
            let (file, line) = checked.entry.place.clone().unzip();
            let mut text = json::harmless(&json!({
                "name": checked.entry.name,
                "file": file,
                "line": line,
                "passed": match checked.entry.answer {
                    Answer::Right => Some(true),
                    Answer::Wrong => Some(false),
                    Answer::Unknown => None,
                },
                "failures": checked.failures,
                "report": checked.report,
            }));
            text.push(b'\n');
            print(&text)
        }),
        _ => {
            let entries: Vec<&Entry> = all.iter().map(|checked| &checked.entry).collect();
            document::write(format, &entries)
        }
    }
}

/// One line a case, and below a failing one why it fails.
fn page(all: &[Checked], width: usize) -> String {
    let mut page = Page::new(width);
    let mut file = None;
    for checked in all {
        let entry = &checked.entry;
        let place = entry.place.as_ref();
        if place.map(|(name, _)| name) != file {
            file = place.map(|(name, _)| name);
            if let Some(name) = file {
                page.gap();
                page.line(FAINT, &visible_path(Path::new(name)));
            }
        }
        let (style, word) = match entry.answer {
            Answer::Right => (GOOD, "ok   "),
            Answer::Wrong => (BAD, "FAIL "),
            Answer::Unknown => (DOUBTFUL, "?    "),
        };
        let line = place.map_or(String::new(), |(_, line)| format!(" (line {line})"));
        let name = match entry.name.as_str() {
            "" => "the file".to_owned(),
            name => Visible(name).to_string(),
        };
        page.item(
            (style, &format!("  {word}")),
            (STRONG, &format!("{name}{line}")),
        );
        for failure in &checked.failures {
            page.paragraph(7, PLAIN, &Visible(failure).to_string());
        }
        if entry.answer != Answer::Right {
            let told = |detail| checked.failures.contains(detail);
            for problem in entry.problems.iter().filter(|one| !told(&one.detail)) {
                let title = format!("{} [{}]", problem.title, problem.id);
                page.item((style, "       - "), (PLAIN, &title));
                if !problem.detail.is_empty() {
                    page.paragraph(9, PLAIN, &Visible(&problem.detail).to_string());
                }
                if !problem.fix.is_empty() {
                    page.item((GOOD, "         Fix: "), (PLAIN, problem.fix));
                }
            }
            if let Some(difference) = &entry.difference {
                human::difference(&mut page, &difference.yours, &difference.expected);
            }
        }
    }
    page.gap();
    let entries: Vec<&Entry> = all.iter().map(|checked| &checked.entry).collect();
    page.line(STRONG, &document::tally(&entries));
    page.finish()
}

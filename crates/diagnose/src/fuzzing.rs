//! The parts of the program that take what strangers wrote, without its command line, its files and its terminal: for fuzz
//! targets and their tests. Nobody else should build upon them, for they change with the program.

use crate::{
    case::Case,
    check,
    cli::OutputFormat,
    redact,
    render::{
        document::{self, Entry},
        human, json,
    },
    run::unreadable,
    serve::wire::{self, Unread},
    settings,
};
use clap::ValueEnum;
use oauth1_core::request::Request;
use oauth1_diagnosis::{Limits, evidence::Evidence, report::Report};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use toml::Spanned;

pub use crate::{check::GoldenFile, redact::Safe, settings::Settings};

/// What a `diagnose.toml` says, or the message to its user.
pub fn settings(text: &str) -> Result<Settings, String> {
    settings::parse(text).map_err(|failure| failure.to_string())
}

/// What a golden file says, or the message to its user.
pub fn golden_file(text: &str) -> Result<GoldenFile, String> {
    settings::parse(text).map_err(|failure| failure.to_string())
}

/// The requests that stand in a golden file in parts.
pub fn requests(file: GoldenFile) -> Vec<Request> {
    let cases = file.cases.into_iter().map(Spanned::into_inner);
    let requests = cases.filter_map(|case| case.request?.request().ok());
    requests.collect()
}

/// A golden file with that request, as `serve --record` and `check --init` write it, or the message to the user.
pub fn recorded(request: &Request, name: &str) -> Result<String, String> {
    let case = Case {
        evidence: Evidence {
            request: Some(request.clone()),
            ..Evidence::default()
        },
        ..Case::default()
    };
    check::golden_file(&case, &unreadable(), name).map_err(|failure| failure.to_string())
}

/// A connection as `serve` treats it, until it is closed: a request is answered with itself.
pub async fn connection<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let answer = match wire::read(stream).await {
        Err(Unread::Gone) => return,
        Err(Unread::Refused(status, why)) => wire::Answer::text(status, why),
        Ok(request) => wire::Answer {
            status: 200,
            headers: Vec::new(),
            body: request,
        },
    };
    wire::write(stream, &answer, false).await;
}

/// A report in each format that `--format` knows, on lines of that width where it has lines: the format's name, and the text.
pub fn rendered(
    report: &Report,
    name: &str,
    notes: &[String],
    width: usize,
) -> Vec<(String, String)> {
    let place = Some((name.to_owned(), 1));
    let entry = Entry::new(name.to_owned(), place, report, notes.to_vec());
    let text = |format| match format {
        OutputFormat::Human => {
            let beside = human::Beside {
                place: Some(name),
                provider: report
                    .response
                    .as_ref()
                    .and_then(|it| it.base_string.as_deref()),
                unchecked: None,
                is_answer_alone: false,
                notes,
            };
            human::render(report, &beside, width)
        }
        OutputFormat::Json => {
            let document = json::Document {
                id: Some(&Value::String(name.to_owned())),
                report,
                notes,
                error: None,
            };
            String::from_utf8_lossy(&json::render(&document)).into_owned()
        }
        _ => document::text(format, &[&entry]).unwrap_or_else(|failure| failure.to_string()),
    };
    let formats = OutputFormat::value_variants().iter();
    formats
        .filter_map(|&format| {
            let name = format.to_possible_value()?.get_name().to_owned();
            Some((name, text(format)))
        })
        .collect()
}

/// A request made safe to share, or the message to its user.
pub fn redact(evidence: &Evidence, limits: Limits) -> Result<Safe, String> {
    redact::redact(evidence, limits).map_err(|failure| failure.to_string())
}

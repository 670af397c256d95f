//! From the command line to the answer.

use crate::{
    batch,
    case::Case,
    check,
    cli::{self, Cli, Command, MainArgs, OutputFormat},
    failure::Failure,
    gather::each_case,
    input::is_file,
    redact,
    render::{
        document::{self, Entry},
        explain, human, json,
    },
    runtime::Threads,
    serve, sign, verify,
};
use clap::CommandFactory;
use oauth1_core::{
    encode::percent_encode,
    key::{Secret, signing_key},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{Canonical, EvidenceLevel, Report, SearchSummary, Verdict, Yours},
};
use serde_json::Value;
use std::io::{self, ErrorKind, Write};

/// Lines are this wide where no terminal says otherwise.
const DEFAULT_WIDTH: usize = 100;

/// What the exit status tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    /// The signature or base string is right, or the user got what was asked for.
    Right,
    /// It is wrong.
    Wrong,
    /// It cannot be told.
    Unknown,
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self::Right,
            Verdict::Invalid => Self::Wrong,
            Verdict::Undetermined => Self::Unknown,
        }
    }
}

/// Does what the command line says.
pub(crate) fn run() -> Result<Answer, Failure> {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(Ok(help)) => {
            print(&help.render().ansi().to_string().into_bytes())?;
            return Ok(Answer::Right);
        }
        Err(Err(failure)) => return Err(failure),
    };
    match cli.command {
        Some(Command::Batch(args)) => batch::run(&args),
        Some(Command::Explain(args)) => {
            let page = match &args.id {
                Some(id) => explain::page(id, width())?,
                None => explain::list(width()),
            };
            print(page.as_bytes())?;
            Ok(Answer::Right)
        }
        Some(Command::Redact(args)) => redact::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Verify(args)) => verify::run(&args),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "diagnose", &mut text);
            print_plain(&text)
        }
        Some(Command::Man) => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut text)
                .map_err(|error| Failure::output(&error))?;
            print_plain(&text)
        }
        Some(Command::Sign(args)) => sign::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        None => main_job(&cli.main),
    }
}

/// Prints what another program reads.
fn print_plain(text: &[u8]) -> Result<Answer, Failure> {
    print(text)?;
    Ok(Answer::Right)
}

/// Diagnoses what INPUT holds. The answer is the worst of all.
fn main_job(args: &MainArgs) -> Result<Answer, Failure> {
    let mut worst = None;
    let mut entries = Vec::new();
    let read = each_case(args, &mut |case, is_one_of_several| {
        worst = worst.max(Some(answer(case, args, is_one_of_several, &mut entries)?));
        Ok(())
    });
    if let Err(failure) = &read {
        match args.format {
            OutputFormat::Human => {}
            OutputFormat::Json => print_json(&json::Document {
                id: None,
                report: &unreadable(),
                notes: &[],
                error: Some(failure.to_json()),
            })?,
            _ => entries.push(Entry::unreadable(
                "The input cannot be read",
                failure,
                input_place(args),
            )),
        }
    }
    if args.format.is_document() && !entries.is_empty() {
        document::write(args.format, &entries.iter().collect::<Vec<_>>())?;
    }
    read?;
    if worst.is_none() {
        short_usage();
    }
    Ok(worst.unwrap_or(Answer::Unknown))
}

/// Diagnoses one case, of several or alone, and prints it, or keeps it for the document.
fn answer(
    case: &Case,
    args: &MainArgs,
    is_one_of_several: bool,
    entries: &mut Vec<Entry>,
) -> Result<Answer, Failure> {
    let report = diagnosed(case, args.common.limits(), args.common.secrets.show_secrets);
    let place = case.place.as_deref().filter(|_| is_one_of_several);
    match args.format {
        OutputFormat::Human => print(human_text(case, &report, place).as_bytes())?,
        OutputFormat::Json => {
            let id = place.map(|place| Value::String(place.to_owned()));
            print_json(&json::Document {
                id: id.as_ref(),
                report: &report,
                notes: &case.notes_for_json(),
                error: None,
            })?;
        }
        _ => entries.push(Entry::of_case(
            place.unwrap_or_default().to_owned(),
            input_place(args),
            &report,
            case,
        )),
    }
    Ok(report.verdict.into())
}

/// A report as a person reads it on this terminal.
pub(crate) fn human_text(case: &Case, report: &Report, place: Option<&str>) -> String {
    let provider = case.evidence.expected_base_string.as_deref();
    let provider = provider.map(String::from_utf8_lossy);
    let beside = human::Beside {
        place,
        provider: provider.as_deref(),
        unchecked: case.unchecked.as_deref(),
        is_answer_alone: case.is_answer_alone(),
        notes: &case.notes,
    };
    human::render(report, &beside, width())
}

/// The file that INPUT names; which line of it a request begins at is not known.
fn input_place(args: &MainArgs) -> Option<(String, usize)> {
    let input = args.input.as_deref().filter(|input| is_file(input))?;
    Some((input.to_string_lossy().into_owned(), 1))
}

/// The report on a captured case, by all cores.
pub(crate) fn diagnosed(case: &Case, limits: Limits, show_secrets: bool) -> Report {
    let mut report = report(&case.evidence, limits, &Threads::all_cores(), show_secrets);
    if case.unchecked.is_some() {
        // They speak of a request that was not given at all.
        report.next_steps.clear();
    }
    report
}

/// Runs the diagnosis; keys are in the report only when they were asked for.
pub(crate) fn report(
    evidence: &Evidence,
    limits: Limits,
    threads: &Threads,
    show_secrets: bool,
) -> Report {
    let mut report = diagnose(evidence, limits, threads);
    if show_secrets {
        report.yours.signing_key = used_key(evidence, &report)
            .map(|key| String::from_utf8_lossy(key.expose()).into_owned());
        return report;
    }
    if is_plaintext(&report) {
        // The signature of this method is the key itself (§3.4.4).
        report.yours.signature = report.yours.signature.map(|_| "***".into());
    }
    if let Some(response) = &mut report.response {
        mask_secrets(&mut response.meaning, evidence);
    }
    report
}

/// Takes the secrets that were given out of a text, in which a provider may have repeated them.
fn mask_secrets(text: &mut String, evidence: &Evidence) {
    const SHORTEST: usize = 4;
    let secrets = [
        &evidence.consumer_secret,
        &evidence.token_secret,
        &evidence.signing_key,
    ];
    for secret in secrets.into_iter().flatten().map(Secret::expose) {
        let plain = String::from_utf8_lossy(secret).into_owned();
        for form in [percent_encode(secret), plain] {
            if form.len() >= SHORTEST {
                *text = text.replace(&form, "***");
            }
        }
    }
}

fn is_plaintext(report: &Report) -> bool {
    let is_method = |(name, value): &(String, String)| {
        name == "oauth_signature_method" && value.eq_ignore_ascii_case("PLAINTEXT")
    };
    report.canonical.parameters.iter().any(is_method)
}

/// The key that the client used, where it is known: it was given, or it is proved to be the right one.
fn used_key(evidence: &Evidence, report: &Report) -> Option<Secret> {
    if let Some(key) = &evidence.signing_key {
        return Some(Secret::new(key.expose()));
    }
    let proved = report.evidence == EvidenceLevel::Signature;
    let key_is_right = !report.mistakes.iter().any(|mistake| mistake.stage == "key");
    let client = evidence
        .consumer_secret
        .as_ref()
        .filter(|_| proved && key_is_right)?;
    Some(signing_key(client, evidence.token_secret.as_ref()))
}

/// The report on something that could not be read.
pub(crate) fn unreadable() -> Report {
    Report {
        report_version: 1,
        verdict: Verdict::Undetermined,
        evidence: EvidenceLevel::None,
        mistakes: Vec::new(),
        alternatives: Vec::new(),
        separating_request: None,
        first_mismatch: None,
        findings: Vec::new(),
        canonical: Canonical::default(),
        yours: Yours::default(),
        clients: Vec::new(),
        provider: None,
        response: None,
        search: SearchSummary::default(),
        next_steps: Vec::new(),
        not_covered: Vec::new(),
    }
}

/// For a call with nothing at all.
fn short_usage() {
    let usage = Cli::command().render_usage();
    let examples = cli::EXAMPLES;
    anstream::eprintln!(
        "Finds out why an OAuth 1.0a signature is refused, and proves it.\n\n\
         {usage}\n\n{examples}\n\ndiagnose --help shows all options."
    );
}

/// The width of the terminal that standard output is.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}

fn print_json(document: &json::Document) -> Result<(), Failure> {
    let mut line = json::render(document);
    line.push(b'\n');
    print(&line)
}

/// Prints; colour is taken out where nobody wants it. A reader that went away is no error.
pub(crate) fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

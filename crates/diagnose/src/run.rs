//! From the command line to the answer.

use crate::{
    batch,
    case::{self, Case},
    cli::{self, Cli, Command, MainArgs, OutputFormat},
    failure::Failure,
    input,
    render::{explain, human, json},
    runtime::Threads,
    secrets,
};
use clap::CommandFactory;
use oauth1_capture::{Format, Hints};
use oauth1_core::key::{Secret, signing_key};
use oauth1_diagnosis::{
    diagnose,
    evidence::Evidence,
    report::{EvidenceLevel, Report, Verdict},
};
use std::{
    ffi::OsStr,
    io::{self, ErrorKind, Write},
};

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
        None => main_job(&cli.main),
    }
}

/// Diagnoses one case.
fn main_job(args: &MainArgs) -> Result<Answer, Failure> {
    let case = match read_case(args) {
        Ok(Some(case)) => case,
        Ok(None) => {
            short_usage();
            return Ok(Answer::Unknown);
        }
        Err(failure) => {
            if args.format == OutputFormat::Json {
                let document = json::Document {
                    id: None,
                    report: &unreadable(),
                    notes: &[],
                    error: Some(failure.to_json()),
                };
                print_json(&document)?;
            }
            return Err(failure);
        }
    };
    let report = report(
        &case.evidence,
        args.limits.limits(),
        &Threads::all_cores(),
        args.show_secrets,
    );
    match args.format {
        OutputFormat::Human => {
            for note in &case.notes {
                anstream::eprintln!("note: {note}");
            }
            print(human::render(&report, width()).as_bytes())?;
        }
        OutputFormat::Json => print_json(&json::Document {
            id: None,
            report: &report,
            notes: &case.notes,
            error: None,
        })?,
    }
    Ok(report.verdict.into())
}

/// Runs the diagnosis; the key is in the report only when it was asked for.
pub(crate) fn report(
    evidence: &Evidence,
    limits: oauth1_diagnosis::Limits,
    threads: &Threads,
    show_secrets: bool,
) -> Report {
    let mut report = diagnose(evidence, limits, threads);
    if show_secrets {
        report.yours.signing_key = used_key(evidence, &report)
            .map(|key| String::from_utf8_lossy(key.expose()).into_owned());
    }
    report
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
        canonical: oauth1_diagnosis::report::Canonical::default(),
        yours: oauth1_diagnosis::report::Yours::default(),
        clients: Vec::new(),
        provider: None,
        response: None,
        search: oauth1_diagnosis::report::SearchSummary::default(),
        next_steps: Vec::new(),
        not_covered: Vec::new(),
    }
}

/// Everything that was given; `None` when that is nothing.
fn read_case(args: &MainArgs) -> Result<Option<Case>, Failure> {
    let mut case = Case::default();
    let on_stdin = [&args.input, &args.consumer_secret, &args.token_secret]
        .iter()
        .filter(|argument| argument.as_deref() == Some(OsStr::new("-")))
        .count();
    if on_stdin > 1 {
        return Err(Failure::usage(
            "only one of INPUT, --consumer-secret and --token-secret can be `-`",
            "put the others in files: --token-secret @FILE.",
        ));
    }
    let secret_on_stdin = on_stdin == 1 && args.input.is_none();
    let bytes = if secret_on_stdin {
        None
    } else {
        input::read(args.input.as_deref())?
    };
    let text_option = |option, argument: &Option<_>| match argument {
        Some(argument) => {
            input::text_or_file(option, OsStr::new::<std::ffi::OsString>(argument)).map(Some)
        }
        None => Ok(None),
    };
    let base_string = text_option("--base-string", &args.base_string)?;
    let expected = text_option("--expected-base-string", &args.expected_base_string)?;
    let given_otherwise = base_string.is_some() || args.url.is_some();
    match bytes {
        Some(bytes) if args.input.is_some() || !bytes.is_empty() || !given_otherwise => {
            read_input(&mut case, &bytes, args)?;
        }
        _ if args.url.is_some() => read_input(
            &mut case,
            args.url.as_deref().unwrap_or_default().as_bytes(),
            args,
        )?,
        _ if base_string.is_some() => {}
        _ => return Ok(None),
    }
    if base_string.is_some() && case.evidence.base_string.is_some() {
        return Err(Failure::usage(
            "INPUT is a base string, and --base-string gives another one",
            "give the request as INPUT, or the provider's base string as --expected-base-string.",
        ));
    }
    add_options(&mut case, args)?;
    let evidence = &mut case.evidence;
    evidence.base_string = base_string.or(evidence.base_string.take());
    evidence.expected_base_string = expected;
    Ok(Some(case))
}

/// Reads the capture itself.
fn read_input(case: &mut Case, bytes: &[u8], args: &MainArgs) -> Result<(), Failure> {
    let hints = Hints {
        method: args.method.clone(),
        url: args.url.clone(),
        scheme: args.scheme.map(Into::into),
    };
    let format = args
        .input_format
        .0
        .or_else(|| oauth1_capture::detect(bytes));
    if format == Some(Format::Json) {
        *case = Case::from_json(bytes, &case::parse_object(bytes)?, &hints)?;
        return Ok(());
    }
    let captured = oauth1_capture::read(bytes, args.input_format.0, &hints);
    let is_text_argument = args
        .input
        .as_ref()
        .is_some_and(|input| input.as_encoded_bytes() == bytes);
    case.add(captured.map_err(|error| match Failure::from(error) {
        failure if is_text_argument && format.is_none() => {
            failure.or_try("If INPUT is meant to be a file: there is none of that name.")
        }
        failure => failure,
    })?);
    Ok(())
}

/// The evidence that options give; it wins over what a JSON object holds.
fn add_options(case: &mut Case, args: &MainArgs) -> Result<(), Failure> {
    let Case { evidence, notes } = case;
    if args.ask {
        evidence.consumer_secret = Some(secrets::ask("Client secret")?);
        evidence.token_secret = Some(secrets::ask("Token secret, empty for none")?);
    }
    let mut secret = |option, argument: &Option<_>| match argument {
        Some(argument) => {
            secrets::from_option(option, OsStr::new::<std::ffi::OsString>(argument), notes)
                .map(Some)
        }
        None => Ok(None),
    };
    let consumer_secret = secret("--consumer-secret", &args.consumer_secret)?;
    let token_secret = secret("--token-secret", &args.token_secret)?;
    let signing_key = secret("--signing-key", &args.signing_key)?;
    evidence.consumer_secret = consumer_secret
        .or(evidence.consumer_secret.take())
        .or_else(|| secrets::from_environment(secrets::CONSUMER_SECRET_VARIABLE, notes));
    evidence.token_secret = token_secret
        .or(evidence.token_secret.take())
        .or_else(|| secrets::from_environment(secrets::TOKEN_SECRET_VARIABLE, notes));
    evidence.signing_key = signing_key.or(evidence.signing_key.take());
    if let Some(path) = &args.private_key_file {
        evidence.private_key = Some(Secret::new(secrets::read_file("--private-key-file", path)?));
    }
    if let Some(path) = &args.public_key_file {
        evidence.public_key = Some(secrets::read_file("--public-key-file", path)?);
    }
    let bytes = |argument: &std::ffi::OsString| argument.as_encoded_bytes().to_vec();
    if let Some(signature) = &args.signature {
        evidence.signature = Some(bytes(signature));
    }
    if let Some(url) = &args.typed_url {
        evidence.typed_url = Some(bytes(url));
    }
    Ok(())
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
fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}

fn print_json(document: &json::Document) -> Result<(), Failure> {
    let mut line = json::render(document);
    line.push(b'\n');
    print(&line)
}

/// Prints; colour is taken out where nobody wants it. A reader that went away is no error.
fn print(text: &[u8]) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::output(&error)),
        _ => Ok(()),
    }
}

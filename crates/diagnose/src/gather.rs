//! What is known about the case? INPUT and the options, turned into evidence.

use crate::{
    case::{Case, Defaults},
    cli::{CommonArgs, MainArgs},
    failure::Failure,
    input::{self, Source},
    secrets, settings,
};
use oauth1_capture::{Captured, Format, Hints, read_har, response::Response};
use oauth1_core::key::Secret;
use std::{
    ffi::{OsStr, OsString},
    io::Read,
    ops::ControlFlow,
};

/// Hands over a case for each signed request in the capture, and whether it is one of several; none when nothing was given.
pub(crate) fn each_case(
    args: &MainArgs,
    each: &mut dyn FnMut(&Case, bool) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(url) = &args.url {
        read_as("--url", url.trim().as_bytes(), Format::Url)?;
    }
    let base_string = base_string("--base-string", args.base_string.as_ref())?;
    let response = response("--response", args.response.as_ref())?;
    let has_more = base_string.is_some() || response.is_some();
    let beside = || Beside::read(args, base_string, response);
    match capture(args, has_more)? {
        Some(Source::LongHar(file)) => each_of_har(file, args, &beside()?, each),
        Some(Source::Text(text)) => {
            let all = chosen(read(&text, args)?, args.entry)?;
            let beside = beside()?;
            let is_one_of_several = all.len() > 1;
            all.into_iter()
                .try_for_each(|captured| each(&beside.case(captured)?, is_one_of_several))
        }
        None if has_more => each(&beside()?.case(Captured::default())?, false),
        None => Ok(()),
    }
}

/// Streams a HAR file: an entry is forgotten before the next one is read.
fn each_of_har(
    file: impl Read,
    args: &MainArgs,
    beside: &Beside,
    each: &mut dyn FnMut(&Case, bool) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut result = Ok(());
    let mut number = 0;
    let summary = read_har(file, &hints(args), &mut |captured| {
        number += 1;
        if args.entry.is_some_and(|entry| entry != number) {
            return ControlFlow::Continue(());
        }
        result = beside.case(captured).and_then(|case| each(&case, true));
        if result.is_err() || args.entry.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    result?;
    match args.entry {
        Some(entry) if entry > number || entry == 0 => Err(no_such_entry(entry, summary.signed)),
        _ => Ok(()),
    }
}

/// What is given beside the capture; it holds for every request in it.
struct Beside {
    base_string: Option<Vec<u8>>,
    response: Option<Response>,
    expected_base_string: Option<Vec<u8>>,
    signing_key: Option<Secret>,
    signature: Option<Vec<u8>>,
    typed_url: Option<Vec<u8>>,
    defaults: Defaults,
    notes: Vec<String>,
}

impl Beside {
    fn read(
        args: &MainArgs,
        base_string: Option<Vec<u8>>,
        response: Option<Response>,
    ) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        Ok(Self {
            base_string,
            response,
            defaults: defaults(&args.common, &mut notes)?,
            expected_base_string: self::base_string(
                "--expected-base-string",
                args.expected_base_string.as_ref(),
            )?,
            signing_key: secrets::from_option(
                "--signing-key",
                args.signing_key.as_deref(),
                &mut notes,
            )?,
            signature: args.signature.as_ref().map(bytes),
            typed_url: args.typed_url.as_ref().map(bytes),
            notes,
        })
    }

    /// The case of one request, with all that is known.
    fn case(&self, captured: Captured) -> Result<Case, Failure> {
        if self.response.is_some() && captured.request.is_none() && captured.response.is_some() {
            return Err(Failure::usage(
                "INPUT is a provider's answer, and --response gives another one",
                "give the request that was answered as INPUT.",
            ));
        }
        if self.base_string.is_some() && captured.base_string.is_some() {
            return Err(Failure::usage(
                "INPUT holds a base string, and --base-string gives another one",
                "give the request as INPUT, or the provider's base string as --expected-base-string.",
            ));
        }
        let mut case = Case::default();
        case.add(captured);
        if let Some(response) = &self.response {
            case.answered(response);
        }
        case.notes.extend(self.notes.iter().cloned());
        case.add_defaults(&self.defaults);
        let evidence = &mut case.evidence;
        evidence.base_string = self.base_string.clone().or(evidence.base_string.take());
        evidence.expected_base_string =
            (self.expected_base_string.clone()).or(evidence.expected_base_string.take());
        if let Some(key) = &self.signing_key {
            evidence.signing_key = Some(Secret::new(key.expose()));
        }
        evidence.signature = self.signature.clone().or(evidence.signature.take());
        evidence.typed_url = self.typed_url.clone().or(evidence.typed_url.take());
        Ok(case)
    }
}

/// All of several, or the one that `--entry` asks for.
fn chosen(mut all: Vec<Captured>, entry: Option<usize>) -> Result<Vec<Captured>, Failure> {
    let Some(number) = entry else { return Ok(all) };
    let count = all.len();
    if !(1..=count).contains(&number) {
        return Err(no_such_entry(number, count));
    }
    Ok(vec![all.swap_remove(number - 1)])
}

fn no_such_entry(number: usize, count: usize) -> Failure {
    Failure::usage(
        format!("--entry is {number}, and INPUT holds {count} signed requests"),
        "leave --entry out to see them all.",
    )
}

/// The text that an option gives, as it is or as `@FILE`.
fn text(option: &str, argument: Option<&OsString>) -> Result<Option<Vec<u8>>, Failure> {
    let argument = argument.map(OsString::as_os_str);
    if argument.is_some_and(input::is_file) {
        return Err(Failure::usage(
            format!("{option} is the name of a file, and the text itself was expected"),
            "write @ in front of the name, and the file is read.",
        ));
    }
    input::text_or_file(option, argument)
}

/// The base string that an option gives.
fn base_string(option: &str, argument: Option<&OsString>) -> Result<Option<Vec<u8>>, Failure> {
    let text = text(option, argument)?;
    if let Some(text) = &text {
        read_as(option, text, Format::BaseString)?;
    }
    Ok(text)
}

/// The provider's answer that an option gives.
fn response(option: &str, argument: Option<&OsString>) -> Result<Option<Response>, Failure> {
    let Some(text) = text(option, argument)? else {
        return Ok(None);
    };
    let captured = read_as(option, &text, Format::Response)?;
    Ok(captured.into_iter().find_map(|case| case.response))
}

/// Reads what an option gives; refuses what cannot be of the format that the option asks for.
fn read_as(option: &str, text: &[u8], format: Format) -> Result<Vec<Captured>, Failure> {
    oauth1_capture::read(text, Some(format), &Hints::default()).map_err(|error| {
        Failure::usage(
            format!("{option}: {}", error.message),
            format!("give {}; INPUT takes other forms.", format.description()),
        )
    })
}

/// The text of the capture: INPUT, or standard input, or the URL alone.
fn capture(args: &MainArgs, has_base_string: bool) -> Result<Option<Source>, Failure> {
    let stdin_is_taken = reads_stdin(&[
        ("INPUT", args.input.as_deref()),
        (
            "--consumer-secret",
            args.common.secrets.consumer_secret.as_deref(),
        ),
        (
            "--token-secret",
            args.common.secrets.token_secret.as_deref(),
        ),
        ("--signing-key", args.signing_key.as_deref()),
    ])?;
    let source = match &args.input {
        None if stdin_is_taken => None,
        input => input::read(input.as_deref())?,
    };
    let url = args.url.as_ref().map(|url| url.clone().into_bytes());
    let said_elsewhere = args.input.is_none() && (url.is_some() || has_base_string);
    let is_empty = |source: &Source| matches!(source, Source::Text(text) if text.is_empty());
    Ok(source
        .filter(|source| !is_empty(source) || !said_elsewhere)
        .or(url.map(Source::Text)))
}

/// Whether one of these arguments is `-`; two cannot be, for standard input can be read only once.
pub(crate) fn reads_stdin(arguments: &[(&str, Option<&OsStr>)]) -> Result<bool, Failure> {
    let names: Vec<&str> = arguments
        .iter()
        .filter(|(_, argument)| *argument == Some(OsStr::new("-")))
        .map(|(name, _)| *name)
        .collect();
    if names.len() > 1 {
        return Err(Failure::usage(
            format!(
                "standard input can be read only once, and {} both ask for it",
                names[..2].join(" and ")
            ),
            "put one of them in a file; for a secret that is --consumer-secret @FILE.",
        ));
    }
    Ok(!names.is_empty())
}

/// What the options say about a request that the capture may leave out.
fn hints(args: &MainArgs) -> Hints {
    Hints {
        method: args.method.clone(),
        url: args.url.clone(),
        scheme: args.common.scheme.map(Into::into),
        signed_elsewhere: args.signature.is_some()
            || args.base_string.is_some()
            || args.expected_base_string.is_some(),
    }
}

fn read(capture: &[u8], args: &MainArgs) -> Result<Vec<Captured>, Failure> {
    let format = args.input_format.0;
    oauth1_capture::read(capture, format, &hints(args)).map_err(|error| {
        let is_argument = args
            .input
            .as_ref()
            .is_some_and(|input| bytes(input) == capture);
        let is_name = is_argument && !capture.iter().any(|byte| b"\n?=<".contains(byte));
        if is_name && !capture.is_empty() && oauth1_capture::detect(capture).is_none() {
            let file = capture.strip_prefix(b"@").map(String::from_utf8_lossy);
            if file.is_some_and(|file| input::is_file(OsStr::new(&*file))) {
                return Failure::usage(
                    "INPUT is the name of a file with an @ in front",
                    "leave the @ out; only the options need it.",
                );
            }
            return Failure::usage(
                "INPUT is neither an existing file nor text in a known form",
                "check the file's name, or paste a raw HTTP request, a curl command, a signed URL, \
                 an Authorization header or a base string.",
            );
        }
        Failure::from(error)
    })
}

/// What the options that `batch` has too, the environment, and the project's settings say; what is odd about it goes to `notes`.
pub(crate) fn defaults(args: &CommonArgs, notes: &mut Vec<String>) -> Result<Defaults, Failure> {
    let mut known = given(args, notes)?;
    settings::of_project(notes)?.fill(&mut known)?;
    Ok(known)
}

/// The same, without the project's settings.
pub(crate) fn given(args: &CommonArgs, notes: &mut Vec<String>) -> Result<Defaults, Failure> {
    let credentials = secrets::read(&args.secrets, notes)?;
    let public_key =
        (args.public_key_file.as_ref()).map(|path| secrets::read_file("--public-key-file", path));
    Ok(Defaults {
        scheme: args.scheme.map(Into::into),
        provider: args.provider.clone(),
        credentials,
        public_key: public_key.transpose()?,
        now: args.now,
    })
}

fn bytes(argument: &OsString) -> Vec<u8> {
    argument.as_encoded_bytes().to_vec()
}

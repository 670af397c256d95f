//! The command line, and every word of its help.

mod check;
mod serve;
mod sign;

pub(crate) use check::CheckArgs;
pub(crate) use serve::ServeArgs;
pub(crate) use sign::{BodyHashName, Emit, Place, SignArgs};

use crate::failure::Failure;
use clap::{
    Args, CommandFactory, Parser, Subcommand, ValueEnum,
    builder::{
        NonEmptyStringValueParser, OsStringValueParser, PossibleValue, PossibleValuesParser,
        TypedValueParser,
    },
    error::{ContextKind, ContextValue, ErrorKind},
};
use clap_complete::Shell;
use oauth1_capture::Format;
use oauth1_core::request::Scheme;
use oauth1_diagnosis::Limits;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{ffi::OsString, path::PathBuf, time::Duration};

/// Shown below `--help`, and where `diagnose` is called with nothing at all.
pub(crate) const EXAMPLES: &str = "\
Examples:
  diagnose request.http --scheme https --consumer-secret @client.txt --token-secret @token.txt
  diagnose 'curl -X POST https://api.example.com/items -H \"Authorization: OAuth …\"' --ask
  diagnose request.http --base-string 'POST&https%3A%2F%2Fapi.example.com%2Fitems&…'";

const SECRETS: &str = "\
Secrets:
  What stands on the command line can be read by every local user (ps, shell history, logs).
  Safer are:
    --consumer-secret @FILE      a file; one line end at its end is not part of the secret
    --consumer-secret -          standard input
    --ask                        typed at the terminal, not shown
    OAUTH1_CONSUMER_SECRET, OAUTH1_TOKEN_SECRET
                                 environment variables, taken as they are
  No secret is printed, in any format or error, unless --show-secrets asks for it.

Exit status:
  0  the signature (or base string) is right
  1  it is wrong
  2  it cannot be told: bad usage, unreadable input, or not enough evidence";

/// Finds out why an OAuth 1.0a signature is refused, and proves it.
///
/// Give it the request as it was sent, and your secrets or the base string that your code made: it finds
/// the mistakes that reproduce your signature bit for bit, and says how to fix them. Nothing is sent
/// anywhere, unless `serve --forward` is told to.
#[derive(Parser)]
#[command(
    name = "diagnose",
    version,
    long_version = env!("DIAGNOSE_VERSION"),
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{SECRETS}"),
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) main: MainArgs,
}

/// What else there is to do. Each command's options are made when it is the one that was asked for; its help has to stand here, as
/// a `///` at the type of the options would then come too late for the list of commands, and in place of what stands here.
#[derive(Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Diagnoses many cases: one JSON object a line in, one JSON report a line out.
    ///
    /// An object is `{"id": …, "raw_base64": "…"}` (a raw HTTP request), `{"id": …, "input": "curl …"}` or
    /// `{"id": …, "request": {"method", "url", "headers": [[name, value]], "body"}}`, and beside it any of:
    /// scheme, `consumer_secret`, `token_secret`, `private_key`, `public_key`, `base_string`, `signing_key`,
    /// signature, `typed_url`, now, response (what the provider answered), `earlier_raw_base64` (the requests before a redirect). What an object leaves
    /// out is taken from the options and from the environment.
    ///
    /// A line that cannot be read gives a report with `error`, and the run goes on. Exit status: 2 when a line
    /// could not be read or told, else 1 when a signature is wrong, else 0.
    Batch(BatchArgs),
    /// Gives a strict provider's answer to a captured request: valid, or the first rule that it breaks
    ///
    /// Takes the options of the main job. With --now, the timestamp may be five minutes off. Nonces are not remembered.
    Verify(Box<MainArgs>),
    /// Signs a request by RFC 5849, and prints it as a header, a URL, a command or a program.
    ///
    /// Nothing is sent. URL and body are taken to the byte: percent-encode what has to be (a space is `%20`), or give
    /// form parameters decoded with `--form`.
    Sign(Box<SignArgs>),
    /// Makes a capture safe to share: other words, throw-away secrets, the same mistakes
    ///
    /// Prints the request on standard output and, on standard error, how to diagnose it. Takes the options of the main job;
    /// the secrets are needed, so that the safe request can be signed again with the same mistakes. Nothing is printed where
    /// it would not fail in the same way, or where anything of the capture would be left in it.
    Redact(Box<MainArgs>),
    /// Checks golden files, or your own signer against the documented examples.
    ///
    /// A golden file holds requests with what must come of them, and is kept in your project. It is TOML; `--schema` prints its
    /// JSON Schema, and `--init` writes a first one from a capture. A case that fails is diagnosed, not only compared.
    ///
    /// With `--client` your own signer is run over the vectors that come with this program (and over the cases of PATH that say
    /// how they are signed): it gets one JSON object on standard input and prints the base string, the signature or the
    /// Authorization header. Each wrong answer is diagnosed.
    ///
    /// Exit status: 0 when all is as expected, 1 when something is not, 2 when something could not be told.
    Check(Box<CheckArgs>),
    /// Takes the requests of your program, answers them as a provider would, and shows what is wrong with each.
    ///
    /// Point your program at the address that is printed, as if it were the provider's, and give the secrets that it signs with.
    /// Every request is verified (signature, timestamp, nonce) and diagnosed, here and on a page for your browser. The whole dance
    /// works: temporary credentials (a request with `oauth_callback`, or to `…/request_token`), authorization (a GET with
    /// `oauth_token`, agreed to at once), token (a request with `oauth_verifier`, or to `…/access_token`), and anything else is a
    /// protected resource. Any consumer key is taken.
    ///
    /// It listens on this machine only, and sends nothing anywhere unless `--forward` says so. Ctrl-C ends it.
    Serve(Box<ServeArgs>),
    /// Prints the completions of a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Prints the manual page
    Man,
    /// Explains a mistake, a client, a provider or a language; lists them, or searches their pages
    Explain(ExplainArgs),
}

// The main job.
#[derive(Args)]
pub(crate) struct MainArgs {
    /// A file, `-` for standard input, or the text itself: raw HTTP, a curl command, a signed URL, an
    /// Authorization header, a base string, the provider's answer
    pub(crate) input: Option<OsString>,

    /// What INPUT is; found out from its content when left out
    #[arg(long, value_name = "FORMAT", value_parser = input_formats(), default_value = "auto", help_heading = "Input")]
    pub(crate) input_format: InputFormat,

    /// Which of several signed requests in INPUT, counted from 1; all of them when left out
    #[arg(long, value_name = "N", value_parser = number, help_heading = "Input")]
    pub(crate) entry: Option<usize>,

    /// The method, where INPUT does not say it
    #[arg(long, value_name = "METHOD", value_parser = NonEmptyStringValueParser::new(), help_heading = "Input")]
    pub(crate) method: Option<String>,

    /// The URL, where INPUT does not say it
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new(), help_heading = "Input")]
    pub(crate) url: Option<String>,

    /// The signature, where INPUT carries none
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = filled(),
        allow_hyphen_values = true,
        help_heading = "Input"
    )]
    pub(crate) signature: Option<OsString>,

    /// The base string that your code printed
    #[arg(long, value_name = "TEXT|@FILE", value_parser = filled(), help_heading = "Evidence")]
    pub(crate) base_string: Option<OsString>,

    /// The signing key (both secrets joined) that your code used
    #[arg(
        long,
        value_name = "TEXT|@FILE",
        allow_hyphen_values = true,
        help_heading = "Evidence"
    )]
    pub(crate) signing_key: Option<OsString>,

    /// The base string that the provider says it expected
    #[arg(long, value_name = "TEXT|@FILE", value_parser = filled(), help_heading = "Evidence")]
    pub(crate) expected_base_string: Option<OsString>,

    /// What the provider answered: the response, its `WWW-Authenticate` header or its body. A base string in it
    /// is taken as the one that the provider expected
    #[arg(long, value_name = "TEXT|@FILE", value_parser = filled(), help_heading = "Evidence")]
    pub(crate) response: Option<OsString>,

    /// The URL as your code was given it, where another one was sent
    #[arg(long, value_name = "URL", value_parser = filled(), help_heading = "Evidence")]
    pub(crate) typed_url: Option<OsString>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Human, help_heading = "Output")]
    pub(crate) format: OutputFormat,
}

// What is said about one request as about thousands: the main job and `batch` have it.
#[derive(Args)]
pub(crate) struct CommonArgs {
    /// http or https, where the input does not say it; a raw request never does
    #[arg(
        long,
        value_name = "SCHEME",
        ignore_case = true,
        help_heading = "Input"
    )]
    pub(crate) scheme: Option<SchemeName>,

    /// Whose API it is: its own rules are applied as well. `diagnose explain providers` lists those that are known
    #[arg(long, value_name = "NAME", value_parser = providers(), hide_possible_values = true, help_heading = "Input")]
    pub(crate) provider: Option<String>,

    #[command(flatten)]
    pub(crate) secrets: SecretArgs,

    /// RSA methods: the public key or certificate, PEM (PKCS#1, SPKI or X.509)
    #[arg(long, value_name = "FILE", help_heading = "Secrets")]
    pub(crate) public_key_file: Option<PathBuf>,

    /// Also say when `oauth_timestamp` is far from this time: seconds since 1970, or `now`
    #[arg(long, value_name = "SECONDS|now", value_parser = now, help_heading = "Evidence")]
    pub(crate) now: Option<Now>,

    /// How many simultaneous mistakes are combined
    #[arg(long, value_name = "N", default_value_t = Limits::default().max_mistakes, value_parser = number, help_heading = "Search")]
    max_mistakes: usize,

    /// How long the search may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, help_heading = "Search")]
    time_limit: Duration,
}

impl CommonArgs {
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            max_mistakes: self.max_mistakes,
            time_limit: self.time_limit,
        }
    }
}

// What is secret, and whether it may be printed.
#[derive(Args)]
pub(crate) struct SecretArgs {
    /// The client secret (consumer secret); may be empty. Other local users can read it here: @FILE, `-`
    /// or --ask are safer
    #[arg(
        long,
        value_name = "TEXT|@FILE|-",
        allow_hyphen_values = true,
        help_heading = "Secrets"
    )]
    pub(crate) consumer_secret: Option<OsString>,

    /// The token secret; left out, it is empty
    #[arg(
        long,
        value_name = "TEXT|@FILE|-",
        allow_hyphen_values = true,
        help_heading = "Secrets"
    )]
    pub(crate) token_secret: Option<OsString>,

    /// Ask for both secrets on the terminal, without showing them
    #[arg(long, conflicts_with_all = ["consumer_secret", "token_secret"], help_heading = "Secrets")]
    pub(crate) ask: bool,

    /// RSA methods: the private key, PEM (PKCS#1 or PKCS#8)
    #[arg(long, value_name = "FILE", help_heading = "Secrets")]
    pub(crate) private_key_file: Option<PathBuf>,

    /// Print keys and secrets
    #[arg(long, help_heading = "Secrets")]
    pub(crate) show_secrets: bool,
}

#[derive(Args)]
pub(crate) struct BatchArgs {
    /// The file; standard input when left out or `-`
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// An id as a report shows it in brackets, a language, `clients`, `providers`, `languages`, or a word to
    /// search for; left out, all mistakes are listed
    pub(crate) id: Option<String>,
}

/// A text that is not empty: where a script gives `""`, it has none, and nothing can be told from that.
fn filled() -> impl TypedValueParser<Value = OsString> {
    OsStringValueParser::new().try_map(|text| {
        if text.is_empty() {
            Err("the text is empty; leave the option out where there is none")
        } else {
            Ok(text)
        }
    })
}

/// `auto`, or one of the registry's formats.
#[derive(Clone, Copy)]
pub(crate) struct InputFormat(pub(crate) Option<Format>);

/// The id of a provider that is known by that name.
fn providers() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(provider_names()).map(|name| {
        oauth1_diagnosis::providers::find(&name).map_or(name, |known| known.id.to_owned())
    })
}

/// The names of the providers. They are not listed in `--help`: they are many.
fn provider_names() -> impl Iterator<Item = PossibleValue> {
    let all = oauth1_diagnosis::providers::all().iter();
    all.map(|provider| {
        PossibleValue::new(provider.id)
            .aliases(&provider.aliases)
            .hide(true)
    })
}

fn input_formats() -> impl TypedValueParser<Value = InputFormat> {
    let auto = PossibleValue::new("auto").help("found out from the content");
    let formats = Format::ALL
        .iter()
        .map(|format| PossibleValue::new(format.name()).help(format.description()));
    PossibleValuesParser::new(std::iter::once(auto).chain(formats)).map(|name| {
        InputFormat(
            Format::ALL
                .iter()
                .copied()
                .find(|format| format.name() == name),
        )
    })
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SchemeName {
    Http,
    Https,
}

impl From<SchemeName> for Scheme {
    fn from(name: SchemeName) -> Self {
        match name {
            SchemeName::Http => Self::Http,
            SchemeName::Https => Self::Https,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Human,
    /// One JSON object, for programs
    Json,
    /// For an issue or a pull request
    Markdown,
    /// Annotations of GitHub Actions, and the summary of the step
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// XML, for build servers
    Junit,
    /// One file that works from disk
    Html,
}

impl OutputFormat {
    /// Whether all cases are collected into one document.
    pub(crate) const fn is_document(self) -> bool {
        !matches!(self, Self::Human | Self::Json)
    }
}

/// The time that timestamps are judged by.
#[derive(Clone, Copy)]
pub(crate) enum Now {
    /// Seconds since 1970.
    At(u64),
    /// The clock, when the request is read.
    Clock,
}

fn now(text: &str) -> Result<Now, &'static str> {
    match text {
        "now" => Ok(Now::Clock),
        _ => text
            .parse()
            .map(Now::At)
            .map_err(|_| "seconds since 1970 were expected, or `now`"),
    }
}

fn number(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a whole number was expected")
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "a number of seconds was expected")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "a number of seconds was expected")
}

/// The command line, or what to do instead: print help, or say what is wrong with it.
///
/// clap's own messages repeat the argument that it could not place, and that may be a secret; so
/// only names that stand in our own help are repeated.
pub(crate) fn parse() -> Result<Cli, Result<clap::Error, Failure>> {
    Cli::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(error),
        _ => Err(usage_failure(&error)),
    })
}

fn usage_failure(error: &clap::Error) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let option = text(ContextKind::InvalidArg).unwrap_or_default();
    let commands = Cli::command();
    let command = std::env::args_os()
        .nth(1)
        .and_then(|word| commands.find_subcommand(word).map(clap::Command::get_name));
    let help = &match command {
        Some(command) => format!("diagnose {command} --help shows all options."),
        None => "diagnose --help shows all options.".to_owned(),
    };
    let message = match error.kind() {
        ErrorKind::UnknownArgument => {
            let message = "the command line has an argument that is not understood (not repeated here, it may hold a secret)";
            if std::env::args_os()
                .nth(1)
                .is_some_and(|word| word == "curl")
            {
                return Failure::usage(
                    message,
                    "paste a curl command on standard input, or as one argument in quotes.",
                );
            }
            let meant = text(ContextKind::SuggestedArg).map(|similar| match similar.as_str() {
                // Nobody who gives a secret wants it printed.
                "--show-secrets" => "--consumer-secret or --token-secret".to_owned(),
                _ => similar,
            });
            return Failure::usage(
                message,
                meant.map_or(help.clone(), |meant| format!("is {meant} meant? {help}")),
            );
        }
        ErrorKind::InvalidValue if ["--provider ", "--as "].iter().any(|of| option.starts_with(of)) => {
            return Failure::usage(
                format!("{option}: no provider of that name is known"),
                "diagnose explain providers lists those that are.",
            );
        }
        ErrorKind::InvalidValue => match text(ContextKind::ValidValue) {
            Some(values) if !values.is_empty() => format!("{option} takes one of: {values}"),
            _ => format!("{option} needs a value"),
        },
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(source) => format!("{option}: {source}"),
            None => format!("{option} has a value that cannot be used"),
        },
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(prior) if prior.starts_with("[INPUT]") => {
                "there is more than one INPUT; put quotes around one that holds blanks, and give each option its value".into()
            }
            Some(prior) => format!("{option} cannot be used together with {prior}"),
            None => format!("{option} cannot be given here, or not twice"),
        },
        ErrorKind::MissingRequiredArgument => format!("what is missing: {option}"),
        ErrorKind::InvalidUtf8 => {
            "an argument is not UTF-8; only INPUT, secrets and base strings may be".into()
        }
        _ => "the command line is not understood".into(),
    };
    Failure::usage(message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

//! Bytes to requests: one file a format. SKELETON.
use oauth1_core::request::{Request, Scheme};

/// The forms a capture comes in; the registry that detection, `--input-format` and `--help` are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Raw HTTP/1.x request bytes.
    Http,
    /// A `curl` command.
    Curl,
    /// A signed URL.
    Url,
    /// An `Authorization` header (line or value).
    Header,
    /// A signature base string.
    BaseString,
    /// The JSON request object of `batch`.
    Json,
}
impl Format {
    /// All of them, in the order they are tried.
    pub const ALL: &'static [Self] = &[
        Self::Json,
        Self::Curl,
        Self::Http,
        Self::Header,
        Self::Url,
        Self::BaseString,
    ];
    /// `http`, `curl`, `url`, `header`, `base-string`, `json`.
    pub fn name(self) -> &'static str {
        todo!()
    }
    /// One line for `--help`.
    pub fn description(self) -> &'static str {
        todo!()
    }
}
/// What the input may leave out (`--method`, `--url`, `--scheme`).
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// `--method`.
    pub method: Option<String>,
    /// `--url`.
    pub url: Option<String>,
    /// `--scheme`.
    pub scheme: Option<Scheme>,
}
/// What was read.
#[derive(Clone, Debug)]
pub enum Captured {
    /// A request.
    Request(Box<CapturedRequest>),
    /// A base string (surrounding blanks and one line end removed), bytes otherwise as given.
    BaseString(Vec<u8>),
}
/// A request and what is known about how it was captured.
#[derive(Clone, Debug)]
pub struct CapturedRequest {
    /// Byte for byte.
    pub request: Request,
    /// False when neither the input nor a hint says http or https and `request.scheme` is an assumption.
    pub scheme_known: bool,
    /// The URL as typed, where the input shows it and it differs from what travels (fragment, userinfo, curl's dot segments).
    pub typed_url: Option<Vec<u8>>,
    /// Things the reader should know (e.g. two Host headers, `-d @file` not read), one sentence each.
    pub notes: Vec<String>,
}
/// Why the input cannot be read: where, what was found, what was expected, what to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureError {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in bytes.
    pub column: usize,
    /// 0-based byte offset.
    pub byte: usize,
    /// One clear sentence: what was expected, what was found (escaped, at most 40 bytes shown, never a secret).
    pub message: String,
    /// What to try.
    pub help: String,
}
/// Guesses the form.
pub fn detect(_input: &[u8]) -> Option<Format> {
    todo!()
}
/// Reads; `None` detects.
pub fn read(
    _input: &[u8],
    _format: Option<Format>,
    _hints: &Hints,
) -> Result<Captured, CaptureError> {
    todo!()
}

//! Bytes to requests: what was captured, in whatever form it was captured, as an
//! [`oauth1_core::request::Request`], byte for byte as it was sent.
//!
//! Nothing is repaired on the way: a raw space in a request target, a Latin-1 byte in a path or an
//! upper-case host may be the very reason why a signature is wrong. Nothing is opened, fetched or
//! executed either: a `curl` command is read, never run, and a file that it names is never read.
//!
//! ```
//! use oauth1_capture::{Captured, Hints, read};
//!
//! let input = b"GET /photos?size=original HTTP/1.1\r\nHost: photos.example.net\r\n\r\n";
//! let Captured::Request(captured) = read(input, None, &Hints::default())? else { unreachable!() };
//! assert_eq!(captured.request.authority, b"photos.example.net");
//! assert!(!captured.scheme_known, "a request line does not say http or https");
//! # Ok::<(), oauth1_capture::CaptureError>(())
//! ```
//!
//! One file a format; [`Format::ALL`] is the list that detection, `--input-format` and `--help` are made from.

mod base_string;
mod curl;
mod curl_options;
mod detect;
mod error;
mod format;
mod header;
mod hints;
mod http;
mod json;
mod shell;
mod url;

use oauth1_core::request::Request;

pub use crate::{detect::detect, error::CaptureError, format::Format, hints::Hints};

/// What was read.
#[derive(Clone, Debug)]
pub enum Captured {
    /// A request.
    Request(Box<CapturedRequest>),
    /// A base string: one line end at its end and the blanks around it are removed, the bytes are otherwise as given.
    BaseString(Vec<u8>),
}

/// A request and what is known about how it was captured.
#[derive(Clone, Debug)]
pub struct CapturedRequest {
    /// Byte for byte as sent.
    pub request: Request,
    /// False when neither the input nor a hint says http or https and `request.scheme` is an assumption.
    pub scheme_known: bool,
    /// The URL as typed, where the input shows it and it differs from what travels (fragment, userinfo, dot segments
    /// that curl resolves, an upper-case host). May hold a password.
    pub typed_url: Option<Vec<u8>>,
    /// Things the reader should know (two Host headers, a file that curl would have sent), one sentence each,
    /// without header values and secrets.
    pub notes: Vec<String>,
}

/// Reads a capture. `format` says what it is; `None` goes by the content, as [`detect`] does.
///
/// A UTF-8 byte order mark in front is ignored, except in a base string, where it may be what is wrong.
///
/// # Errors
///
/// [`CaptureError`] when the input is empty, is in no known form, is in another form than the one
/// asked for, or breaks off or goes wrong somewhere; it says where, and what to try.
pub fn read(input: &[u8], format: Option<Format>, hints: &Hints) -> Result<Captured, CaptureError> {
    let format = detect::settle(input, format)?;
    if format == Format::BaseString {
        return base_string::read(input).map(Captured::BaseString);
    }
    let text = input.strip_prefix(detect::UTF8_BOM).unwrap_or(input);
    let request = match format {
        Format::Http => http::read(text, hints),
        Format::Curl => curl::read(text),
        Format::Url => url::read(text, hints),
        Format::Header => header::read(text, hints),
        Format::Json | Format::BaseString => json::read(text, hints),
    };
    request
        .map(|request| Captured::Request(Box::new(request)))
        .map_err(|error| error.moved(input, input.len() - text.len()))
}

//! Bytes to requests: what was captured, in whatever form it was captured, as an
//! [`oauth1_core::request::Request`], byte for byte as it was sent.
//!
//! Nothing is repaired on the way: a raw space in a request target, a Latin-1 byte in a path or an
//! upper-case host may be the very reason why a signature is wrong. Nothing is opened, fetched or
//! executed either: a `curl` command is read, never run, and a file that it names is never read.
//!
//! ```
//! use oauth1_capture::{Hints, read};
//!
//! let input = b"GET /photos?size=original HTTP/1.1\r\nHost: photos.example.net\r\n\r\n";
//! let captured = read(input, None, &Hints::default())?.remove(0).request.unwrap();
//! assert_eq!(captured.request.authority, b"photos.example.net");
//! assert!(!captured.scheme_known, "a request line does not say http or https");
//! # Ok::<(), oauth1_capture::CaptureError>(())
//! ```
//!
//! One file a format; [`Format::ALL`] is the list that detection, `--input-format` and `--help` are made from.

pub mod answer;
mod base_string;
mod bruno;
mod call;
mod catalogue;
mod connection;
mod curl;
mod curl_options;
mod detect;
mod error;
mod exchange;
mod fetch;
mod format;
mod har;
mod header;
mod hidden;
mod hints;
mod http;
mod http_file;
mod httpie;
mod insomnia;
mod json;
mod leak;
mod limits;
mod literal;
mod log;
mod pcap;
mod postman;
mod powershell;
mod printed;
mod prints;
mod program;
mod python_debug;
pub mod response;
mod saved;
mod shell;
mod short_strings;
mod tcp;
mod trace;
mod tree;
mod url;
mod variables;
mod windows;

use crate::response::Response;
use core::fmt;
use oauth1_core::{
    key::Secret,
    parameters::{Parameter, collect_parameters},
    request::Request,
};

pub use crate::{
    detect::detect,
    error::CaptureError,
    format::Format,
    har::{HarSummary, read_har},
    hints::Hints,
};

/// One case that a capture holds: a request or a base string, and whatever was found beside it.
#[derive(Default)]
pub struct Captured {
    /// Where in the capture, for a capture that may hold several: `entry 3`, `request "Get items"`.
    pub place: Option<String>,
    /// The request.
    pub request: Option<CapturedRequest>,
    /// Requests before a redirect that led to this one, the first one first.
    pub earlier: Vec<Request>,
    /// What the provider answered.
    pub response: Option<Response>,
    /// The base string that the client printed.
    pub base_string: Option<Vec<u8>>,
    /// The HMAC key that the client printed.
    pub signing_key: Option<Secret>,
    /// The client secret that stands in the capture.
    pub consumer_secret: Option<Secret>,
    /// The token secret that stands in the capture.
    pub token_secret: Option<Secret>,
    /// The private key (PEM) that stands in the capture.
    pub private_key: Option<Secret>,
    /// The signature (decoded text, `abc+/=`) that the client printed, where the request carries none.
    pub signature: Option<Vec<u8>>,
    /// Why a signed request cannot be checked (a form that is too large, bytes that are missing); then there is no
    /// [`request`](Self::request).
    pub unchecked: Option<String>,
    /// Things the reader should know, one sentence each, without header values and secrets; beside those of the request.
    pub notes: Vec<String>,
}

impl Captured {
    /// Whether it is about a signature: the request carries protocol parameters, or there is more than a request.
    pub fn is_signed(&self) -> bool {
        self.base_string.is_some()
            || self.unchecked.is_some() && self.request.is_none()
            || self.response.is_some() && self.request.is_none()
            || self.request.as_ref().is_some_and(|captured| {
                let parameters = collect_parameters(&captured.request);
                parameters.authorization.is_some()
                    || parameters.list.iter().any(Parameter::is_protocol)
            })
    }
}

impl From<CapturedRequest> for Captured {
    fn from(request: CapturedRequest) -> Self {
        Self {
            request: Some(request),
            ..Self::default()
        }
    }
}

/// Shows what a capture was about, but nothing of it: it may hold secrets.
impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured")
            .field("place", &self.place)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
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
/// A capture may hold several requests. Those without any sign of OAuth 1.0a are left out; the list is never empty.
///
/// A UTF-8 byte order mark in front is ignored, except in a base string, where it may be what is wrong.
///
/// # Errors
///
/// [`CaptureError`] when the input is empty, is in no known form, is in another form than the one
/// asked for, or breaks off or goes wrong somewhere; it says where, and what to try. Also when it holds several requests
/// and none of them is signed.
pub fn read(
    input: &[u8],
    format: Option<Format>,
    hints: &Hints,
) -> Result<Vec<Captured>, CaptureError> {
    let format = detect::settle(input, format)?;
    let spec = format.spec();
    let text = match input.strip_prefix(detect::UTF8_BOM) {
        Some(text) if !spec.keeps_byte_order_mark => text,
        _ => input,
    };
    let all =
        (spec.read)(text, hints).map_err(|error| error.moved(input, input.len() - text.len()))?;
    limits::check(input, only_signed(input, all)?)
}

/// Leaves out what has nothing to do with OAuth 1.0a, where there is a choice.
fn only_signed(input: &[u8], mut all: Vec<Captured>) -> Result<Vec<Captured>, CaptureError> {
    let count = all.len();
    if count == 1 {
        return Ok(all);
    }
    all.retain(Captured::is_signed);
    if all.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            format!(
                "expected a signed request, found {count} requests without any OAuth 1.0a parameter"
            ),
            "capture the request that is refused; its Authorization header begins with OAuth, or it has oauth_ parameters",
        ));
    }
    Ok(all)
}

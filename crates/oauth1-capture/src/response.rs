//! What the provider answered.

use oauth1_core::request::Header;

use crate::{Captured, Hints, error::CaptureError, format::Spec};

pub(crate) const SPEC: Spec = Spec {
    name: "response",
    description: "what the provider answered",
    noun: "a response",
    is_certain: true,
    looks_like,
    keeps_byte_order_mark: false,
    read,
};

fn looks_like(_text: &[u8]) -> bool {
    false
}

/// STUB
fn read(input: &[u8], _hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    Err(CaptureError::at(
        input,
        0,
        "this form is not read yet",
        "paste a raw HTTP request",
    ))
}

/// An HTTP response, or only its body.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code; `None` when only a body was given.
    pub status: Option<u16>,
    /// The header fields.
    pub headers: Vec<Header>,
    /// The body, after de-chunking and decompression.
    pub body: Vec<u8>,
}

//! STUB

use crate::{Captured, Hints, error::CaptureError, format::Spec};

pub(crate) const SPEC: Spec = Spec {
    name: "httpie",
    description: "what HTTPie or xh prints with --offline or -v",
    noun: "the output of HTTPie",
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

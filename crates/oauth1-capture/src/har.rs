//! STUB

use crate::{Captured, Hints, detect::contains, error::CaptureError, format::Spec};

pub(crate) const SPEC: Spec = Spec {
    name: "har",
    description: "a HAR file, as browsers and proxies export it",
    noun: "a HAR file",
    is_certain: true,
    looks_like,
    keeps_byte_order_mark: false,
    read,
};

fn looks_like(text: &[u8]) -> bool {
    let start = text.get(..512).unwrap_or(text);
    start.starts_with(b"{") && contains(start, b"\"log\"")
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

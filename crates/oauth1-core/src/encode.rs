//! Percent-encoding (§3.6) and form decoding.
use alloc::{borrow::Cow, string::String, vec::Vec};
/// Whether §3.6 leaves the byte as it is.
pub const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}
/// Percent-encodes bytes (§3.6).
pub fn percent_encode(_bytes: &[u8]) -> String {
    todo!()
}
/// Appends the percent-encoded form to `out`.
pub fn percent_encode_into(_bytes: &[u8], _out: &mut Vec<u8>) {
    todo!()
}
/// Decodes `%XX`; broken escapes stay literal. Never fails; borrows when nothing changes.
pub fn percent_decode(_text: &[u8]) -> Cow<'_, [u8]> {
    todo!()
}
/// As `percent_decode`, and `+` is a space.
pub fn form_decode(_text: &[u8]) -> Cow<'_, [u8]> {
    todo!()
}
/// Byte offset of the first `%` that two hex digits do not follow.
pub fn first_broken_escape(_text: &[u8]) -> Option<usize> {
    todo!()
}

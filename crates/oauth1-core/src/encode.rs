//! How does a byte become text in a signature, and back? Percent-encoding (§3.6) and form decoding (§3.4.1.3.1).
//!
//! Everything here works on bytes. A value that is not UTF-8 keeps its bytes (rule 65 of many a broken client: replacing
//! them by U+FFFD lets one signature cover several requests), and an escape that is none (`%`, `%4`, `%zz`) stands for
//! itself, so that decoding never fails.

use alloc::{borrow::Cow, string::String, vec::Vec};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Whether §3.6 leaves the byte as it is: ASCII letters, digits, `-`, `.`, `_` and `~`.
pub const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Percent-encodes bytes (§3.6): all but the unreserved bytes become `%XX` with upper-case digits.
///
/// ```
/// use oauth1_core::encode::percent_encode;
/// assert_eq!(percent_encode("Ladies + Gentlemen".as_bytes()), "Ladies%20%2B%20Gentlemen");
/// assert_eq!(percent_encode("☃".as_bytes()), "%E2%98%83");
/// ```
pub fn percent_encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    percent_encode_into(bytes, &mut out);
    ascii(out)
}

/// Appends the percent-encoded form of `bytes` to `out`, as [`percent_encode`].
pub fn percent_encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    reencode_into(bytes, Decoding::Nothing, Times::Once, out);
}

/// Decodes `%XX`; a broken escape stays as it is and `+` stays plus. Borrows when nothing changes.
///
/// ```
/// use oauth1_core::encode::percent_decode;
/// assert_eq!(*percent_decode(b"r%20b%zz+"), *b"r b%zz+");
/// assert_eq!(*percent_decode(b"%FF"), [0xFF]);
/// ```
pub fn percent_decode(text: &[u8]) -> Cow<'_, [u8]> {
    decode(text, Decoding::Percent)
}

/// Decodes a name or value of a query or form body: as [`percent_decode`], and `+` is a space.
///
/// ```
/// use oauth1_core::encode::form_decode;
/// assert_eq!(*form_decode(b"a+b%2Bc"), *b"a b+c");
/// ```
pub fn form_decode(text: &[u8]) -> Cow<'_, [u8]> {
    decode(text, Decoding::Form)
}

/// Byte offset of the first `%` that two hexadecimal digits do not follow.
///
/// ```
/// use oauth1_core::encode::first_broken_escape;
/// assert_eq!(first_broken_escape(b"50%25"), None);
/// assert_eq!(first_broken_escape(b"%20%4"), Some(3));
/// ```
pub fn first_broken_escape(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.iter().position(|&byte| byte == b'%')?;
        if escape_at(text, at).is_none() {
            return Some(at);
        }
        at += 3;
    }
}

/// What text is decoded from before it is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoding {
    /// The bytes are the value.
    Nothing,
    /// `%XX`: the Authorization header.
    Percent,
    /// `%XX`, and `+` for a space: query and form body.
    Form,
}

/// How often a value is encoded: once in the normalized parameters, twice in the base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    Once,
    Twice,
}

/// Decodes `text`, encodes the result, and appends that to `out`, with no value in between.
///
/// Unreserved bytes pass through both steps unchanged however often one encodes, so they are copied by the run.
#[inline]
pub(crate) fn reencode_into(text: &[u8], decoding: Decoding, times: Times, out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let plain = rest
            .iter()
            .position(|&byte| !is_unreserved(byte))
            .unwrap_or(rest.len());
        let (run, special) = rest.split_at(plain);
        out.extend_from_slice(run);
        let Some((byte, after)) = decode_first(special, decoding) else {
            return;
        };
        if is_unreserved(byte) {
            out.push(byte);
        } else {
            push_escape(byte, times, out);
        }
        rest = after;
    }
}

/// Text that this crate wrote and that therefore is ASCII.
pub(crate) fn ascii(text: Vec<u8>) -> String {
    debug_assert!(text.is_ascii());
    String::from_utf8(text).unwrap_or_default()
}

/// Decodes; borrows when nothing changes.
pub(crate) fn decode(text: &[u8], decoding: Decoding) -> Cow<'_, [u8]> {
    let changes = |at: usize, byte: u8| match byte {
        b'%' => escape_at(text, at).is_some(),
        b'+' => decoding == Decoding::Form,
        _ => false,
    };
    let Some(first) = text
        .iter()
        .enumerate()
        .position(|(at, &byte)| changes(at, byte))
    else {
        return Cow::Borrowed(text);
    };
    let (unchanged, mut rest) = text.split_at(first);
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(unchanged);
    while let Some((byte, after)) = decode_first(rest, decoding) {
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
}

/// The first byte that `text` stands for, and the text after it.
#[inline]
fn decode_first(text: &[u8], decoding: Decoding) -> Option<(u8, &[u8])> {
    let (&first, after) = text.split_first()?;
    Some(match (first, decoding) {
        (b'%', Decoding::Percent | Decoding::Form) => match escape_at(text, 0) {
            Some(byte) => (byte, text.get(3..).unwrap_or_default()),
            None => (b'%', after),
        },
        (b'+', Decoding::Form) => (b' ', after),
        _ => (first, after),
    })
}

/// The byte of the escape `%XX` at `at`, if two hexadecimal digits follow.
#[inline]
fn escape_at(text: &[u8], at: usize) -> Option<u8> {
    let digit = |offset: usize| match *text.get(at.checked_add(offset)?)? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'A'..=b'F' => Some(digit - b'A' + 10),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    Some(digit(1)? << 4 | digit(2)?)
}

/// `%XX`, or what §3.6 makes of that in turn: `%25XX`.
#[inline]
fn push_escape(byte: u8, times: Times, out: &mut Vec<u8>) {
    let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
    match times {
        Times::Once => out.extend_from_slice(&[b'%', high, low]),
        Times::Twice => out.extend_from_slice(&[b'%', b'2', b'5', high, low]),
    }
}

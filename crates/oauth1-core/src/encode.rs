//! How does a byte become text in a signature, and back? Percent-encoding (§3.6) and form decoding (§3.4.1.3.1).
//!
//! Everything here works on bytes. A value that is not UTF-8 keeps its bytes (rule 65: to replace
//! them by U+FFFD would let one signature cover several requests), and an escape that is none (`%`, `%4`, `%zz`) stands for
//! itself, so that decoding never fails.

use crate::{
    scan::find,
    text::Text,
    writer::{Writer, put},
};
use alloc::{borrow::Cow, string::String, vec::Vec};

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
    let mut out = Writer::with_room(bytes.len());
    encode_into(&Text::of(bytes), &mut out);
    ascii(out.finish())
}

/// Appends the percent-encoded form of `bytes` to `out`, as [`percent_encode`].
pub fn percent_encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        let encoding = ENCODED_ONCE[usize::from(byte)];
        out.extend(encoding.to_le_bytes().iter().take(length(encoding)));
    }
}

/// Decodes `%XX`; a broken escape stays as it is and `+` stays plus. Borrows when nothing changes.
///
/// ```
/// use oauth1_core::encode::percent_decode;
/// assert_eq!(*percent_decode(b"r%20b%zz+"), *b"r b%zz+");
/// assert_eq!(*percent_decode(b"%FF"), [0xFF]);
/// ```
pub fn percent_decode(text: &[u8]) -> Cow<'_, [u8]> {
    decode(&Text::of(text), Decoding::Percent)
}

/// Decodes a name or value of a query or form body: as [`percent_decode`], and `+` is a space.
///
/// ```
/// use oauth1_core::encode::form_decode;
/// assert_eq!(*form_decode(b"a+b%2Bc"), *b"a b+c");
/// ```
pub fn form_decode(text: &[u8]) -> Cow<'_, [u8]> {
    decode(&Text::of(text), Decoding::Form)
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
        at += find(text.get(at..)?, *b"%")?;
        if !is_escape(text, at) {
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

/// Appends the encoding of a text that is not encoded yet.
#[inline]
pub(crate) fn encode_into(text: &Text<'_>, out: &mut Writer) {
    out.fill(text.len().saturating_mul(3), |free| {
        (put_encoded(text, free, 0), ())
    });
}

/// Stores the encoding of a text that is not encoded yet in free space, and says where it ends.
#[inline]
pub(crate) fn put_encoded(text: &Text<'_>, free: &mut [u8], at: usize) -> usize {
    let (end, _) = encode_to::<{ Decoding::Nothing as u8 }>(text, &ENCODED_ONCE, free, at);
    end
}

impl Times {
    pub(crate) fn encodings(self) -> &'static [Encoding; 256] {
        match self {
            Self::Once => &ENCODED_ONCE,
            Self::Twice => &ENCODED_TWICE,
        }
    }
}

/// Writes the encoding of what `text` stands for from `at` on, and says where it ends and whether every escape was one.
#[inline]
pub(crate) fn encode_to<const DECODING: u8>(
    text: &Text<'_>,
    encodings: &[Encoding; 256],
    free: &mut [u8],
    at: usize,
) -> (usize, bool) {
    text.put_plain(free, at);
    let at = at + text.plain().len();
    if text.is_plain() {
        return (at, true);
    }
    encode_each::<DECODING>(text.rest(), encodings, free, at)
}

/// As [`encode_to`], byte by byte. The loop is compiled once for each decoding (a [`Decoding`] as a number), because this is
/// where most of the time goes.
#[inline(never)]
fn encode_each<const DECODING: u8>(
    text: &[u8],
    encodings: &[Encoding; 256],
    free: &mut [u8],
    mut at: usize,
) -> (usize, bool) {
    let intact = decode_each::<DECODING>(text, |byte| {
        let encoding = encodings[usize::from(byte)];
        put(free, at, encoding.to_le_bytes());
        at += length(encoding);
    });
    (at, intact)
}

/// What a byte becomes, as the bytes of a number from the lowest up; the highest byte says how many of them count.
pub(crate) type Encoding = u64;

#[inline]
const fn length(encoding: Encoding) -> usize {
    (encoding >> 56) as usize
}

static ENCODED_ONCE: [Encoding; 256] = encodings(Times::Once);
static ENCODED_TWICE: [Encoding; 256] = encodings(Times::Twice);

const fn encodings(times: Times) -> [Encoding; 256] {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let plain = byte as u8;
        let (high, low) = (HEX[byte >> 4], HEX[byte & 15]);
        table[byte] = u64::from_le_bytes(match times {
            _ if is_unreserved(plain) => [plain, 0, 0, 0, 0, 0, 0, 1],
            Times::Once => [b'%', high, low, 0, 0, 0, 0, 3],
            // §3.6 applied to the escape's own `%`.
            Times::Twice => [b'%', b'2', b'5', high, low, 0, 0, 5],
        });
        byte += 1;
    }
    table
}

/// Text that this crate wrote and that therefore is ASCII.
pub(crate) fn ascii(text: Vec<u8>) -> String {
    debug_assert!(text.is_ascii());
    String::from_utf8(text).unwrap_or_default()
}

/// Decodes; borrows when nothing changes.
#[inline]
pub(crate) fn decode<'a>(text: &Text<'a>, decoding: Decoding) -> Cow<'a, [u8]> {
    match decoding {
        _ if text.is_plain() => Cow::Borrowed(text.bytes()),
        Decoding::Nothing => Cow::Borrowed(text.bytes()),
        Decoding::Percent => decode_as::<{ Decoding::Percent as u8 }>(text),
        Decoding::Form => decode_as::<{ Decoding::Form as u8 }>(text),
    }
}

fn decode_as<'a, const DECODING: u8>(text: &Text<'a>) -> Cow<'a, [u8]> {
    let special = if DECODING == Decoding::Form as u8 {
        *b"%+"
    } else {
        *b"%%"
    };
    if find(text.rest(), special).is_none() {
        return Cow::Borrowed(text.bytes());
    }
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(text.plain());
    decode_each::<DECODING>(text.rest(), |byte| out.push(byte));
    if out == text.bytes() {
        return Cow::Borrowed(text.bytes());
    }
    Cow::Owned(out)
}

/// Hands over the bytes that a text stands for, and tells whether every escape was one.
#[inline]
fn decode_each<const DECODING: u8>(text: &[u8], mut each: impl FnMut(u8)) -> bool {
    let mut intact = true;
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let mut byte = first;
        if first == b'%' && DECODING != Decoding::Nothing as u8 {
            if let [high, low, after @ ..] = rest
                && let Some(escaped) = escaped_byte(*high, *low)
            {
                byte = escaped;
                rest = after;
            } else {
                intact = false;
            }
        } else if first == b'+' && DECODING == Decoding::Form as u8 {
            byte = b' ';
        }
        each(byte);
    }
    intact
}

/// Whether every escape in a text is one.
pub(crate) fn is_intact<const DECODING: u8>(text: &Text<'_>) -> bool {
    DECODING == Decoding::Nothing as u8 || first_broken_escape(text.rest()).is_none()
}

/// Whether an escape, a `%` with two hexadecimal digits after it, begins at `at`.
fn is_escape(text: &[u8], at: usize) -> bool {
    let text = text.get(at..).unwrap_or_default();
    matches!(text, [b'%', high, low, ..] if escaped_byte(*high, *low).is_some())
}

#[inline]
fn escaped_byte(high: u8, low: u8) -> Option<u8> {
    let [high, low] = [high, low].map(|digit| DIGIT_VALUES[usize::from(digit)]);
    (high | low < 16).then_some(high << 4 | low)
}

/// The value of each hexadecimal digit, and `NO_DIGIT` for the other bytes.
static DIGIT_VALUES: [u8; 256] = {
    const NO_DIGIT: u8 = 0xFF;
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789ABCDEF"[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    values
};

//! How does a byte become text in a signature, and back? Percent-encoding (§3.6) and form decoding (§3.4.1.3.1).
//!
//! Everything here works on bytes. A value that is not UTF-8 keeps its bytes (rule 65 of many a broken client: replacing
//! them by U+FFFD lets one signature cover several requests), and an escape that is none (`%`, `%4`, `%zz`) stands for
//! itself, so that decoding never fails.

use crate::writer::{Writer, put};
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
    reencode_into(bytes, Decoding::Nothing, Times::Once, &mut out);
    ascii(out.finish())
}

/// Appends the percent-encoded form of `bytes` to `out`, as [`percent_encode`].
pub fn percent_encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        let encoding = &ENCODED_ONCE[usize::from(byte)];
        out.extend(encoding.text.iter().take(encoding.length));
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

/// Decodes `text`, encodes the result, and appends that to `out`, with no value in between.
#[inline]
pub(crate) fn reencode_into(text: &[u8], decoding: Decoding, times: Times, out: &mut Writer) {
    let encodings = match times {
        Times::Once => &ENCODED_ONCE,
        Times::Twice => &ENCODED_TWICE,
    };
    out.fill(text.len().saturating_mul(5), |free| match decoding {
        Decoding::Nothing => encode_to::<{ Decoding::Nothing as u8 }>(text, encodings, free),
        Decoding::Percent => encode_to::<{ Decoding::Percent as u8 }>(text, encodings, free),
        Decoding::Form => encode_to::<{ Decoding::Form as u8 }>(text, encodings, free),
    });
}

/// Writes the encoding of what `text` stands for, and says how long it is. The loop over the bytes is compiled once for
/// each decoding (a [`Decoding`] as a number), because this is where most of the time goes.
fn encode_to<const DECODING: u8>(
    text: &[u8],
    encodings: &[Encoding; 256],
    free: &mut [u8],
) -> usize {
    let mut filled = 0;
    let mut rest = text;
    // Most names, tokens and nonces are unreserved throughout, and stay what they are: copy whole words.
    while let Some((word, after)) = rest.split_first_chunk()
        && all_unreserved(*word)
    {
        put(free, filled, *word);
        filled += word.len();
        rest = after;
    }
    while let Some((byte, after)) = decode_first::<DECODING>(rest) {
        let encoding = &encodings[usize::from(byte)];
        put(free, filled, encoding.text);
        filled += encoding.length;
        rest = after;
    }
    filled
}

/// [`is_unreserved`] for eight bytes at once.
///
/// Each of the eight bytes is compared in its own lane. Its upper bit, clear in all ASCII characters, takes the result:
/// adding `0x80 - first` sets that bit from `first` on, and adding `0x7F - last` sets it beyond `last`.
#[inline]
fn all_unreserved(word: [u8; 8]) -> bool {
    const UPPER: u64 = every(0x80);
    const fn every(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    const fn within(lanes: u64, first: u8, last: u8) -> u64 {
        (lanes + every(0x80 - first)) & !(lanes + every(0x7F - last))
    }
    let word = u64::from_le_bytes(word);
    let lanes = word & !UPPER;
    let unreserved = within(lanes | every(0x20), b'a', b'z')
        | within(lanes, b'0', b'9')
        | within(lanes, b'-', b'.')
        | within(lanes, b'_', b'_')
        | within(lanes, b'~', b'~');
    unreserved & !word & UPPER == UPPER
}

/// What a byte becomes: the first `length` bytes of `text`.
#[derive(Clone, Copy)]
struct Encoding {
    text: [u8; 8],
    length: usize,
}

static ENCODED_ONCE: [Encoding; 256] = encodings(Times::Once);
static ENCODED_TWICE: [Encoding; 256] = encodings(Times::Twice);

const fn encodings(times: Times) -> [Encoding; 256] {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [Encoding {
        text: [0; 8],
        length: 1,
    }; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let plain = byte as u8;
        let (high, low) = (HEX[byte >> 4], HEX[byte & 15]);
        table[byte] = match times {
            _ if is_unreserved(plain) => Encoding {
                text: [plain, 0, 0, 0, 0, 0, 0, 0],
                length: 1,
            },
            Times::Once => Encoding {
                text: [b'%', high, low, 0, 0, 0, 0, 0],
                length: 3,
            },
            // §3.6 applied to the escape's own `%`.
            Times::Twice => Encoding {
                text: [b'%', b'2', b'5', high, low, 0, 0, 0],
                length: 5,
            },
        };
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
pub(crate) fn decode(text: &[u8], decoding: Decoding) -> Cow<'_, [u8]> {
    let changes = |at: usize, byte: u8| match byte {
        b'%' => is_escape(text, at),
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
    let first = match decoding {
        Decoding::Form => decode_first::<{ Decoding::Form as u8 }>,
        Decoding::Percent | Decoding::Nothing => decode_first::<{ Decoding::Percent as u8 }>,
    };
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(unchanged);
    while let Some((byte, after)) = first(rest) {
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
}

/// The first byte that `text` stands for, and the text after it.
#[inline]
fn decode_first<const DECODING: u8>(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&first, after) = text.split_first()?;
    if first == b'%' && DECODING != Decoding::Nothing as u8 {
        if let [high, low, after @ ..] = after
            && let Some(byte) = escaped_byte(*high, *low)
        {
            return Some((byte, after));
        }
    } else if first == b'+' && DECODING == Decoding::Form as u8 {
        return Some((b' ', after));
    }
    Some((first, after))
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

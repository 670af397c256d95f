//! Where does a byte stand, or a run of bytes end? Eight bytes are looked at in one step, each in its own lane of a number.

use crate::encode::is_unreserved;

/// A number with the same byte in all lanes.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The upper bit of each lane, clear in all ASCII characters: here a lane says yes.
const UPPER: u64 = every(0x80);

/// The first lane that says yes.
#[inline]
fn first_lane(yes: u64) -> Option<usize> {
    (yes != 0).then_some((yes.trailing_zeros() / 8) as usize)
}

/// What stands before the first `separator`, and after it when there is one.
#[inline]
pub(crate) fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match find(text, [separator]) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// Where one of some bytes first stands.
#[inline]
pub(crate) fn find<const N: usize>(text: &[u8], bytes: [u8; N]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = text.get(at..)?.first_chunk() {
        // A lane of the difference is zero where the byte stands, and the first such lane gets its upper bit; beyond it,
        // others may as well.
        let found = bytes.into_iter().fold(0, |found, byte| {
            let difference = u64::from_le_bytes(*word) ^ every(byte);
            found | (difference.wrapping_sub(every(0x01)) & !difference & UPPER)
        });
        if let Some(lane) = first_lane(found) {
            return Some(at + lane);
        }
        at += word.len();
    }
    let rest = text.get(at..)?;
    Some(at + rest.iter().position(|byte| bytes.contains(byte))?)
}

/// How many unreserved bytes a word begins with; `None` when all are.
#[inline]
pub(crate) fn unreserved_run(word: [u8; 8]) -> Option<usize> {
    /// Adding `0x80 - first` sets the upper bit from `first` on, and adding `0x7F - last` sets it beyond `last`.
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
    first_lane((!unreserved | word) & UPPER)
}

/// The first byte from `at` on that is not unreserved.
#[inline]
pub(crate) fn skip_unreserved(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
        if let Some(run) = unreserved_run(*word) {
            return at + run;
        }
        at += word.len();
    }
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|&&byte| is_unreserved(byte)).count()
}

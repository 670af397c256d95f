//! Where does a byte stand, or a run of bytes end? Eight bytes are looked at in one step, each in its own lane of a number.

/// A number with the same byte in all lanes.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The upper bit of each lane, clear in all ASCII characters: here a lane says yes.
const UPPER: u64 = every(0x80);

/// Adding `0x80 - first` sets the upper bit from `first` on, and adding `0x7F - last` sets it beyond `last`. All lanes are
/// ASCII.
const fn within(lanes: u64, first: u8, last: u8) -> u64 {
    (lanes + every(0x80 - first)) ^ (lanes + every(0x7F - last))
}

/// The place of the first byte whose lane says yes.
#[inline]
fn first_lane(text: &[u8], says_yes: impl Fn(u64) -> u64) -> Option<usize> {
    let lane = |word| {
        let yes = says_yes(word) & UPPER;
        (yes != 0).then_some((yes.trailing_zeros() / 8) as usize)
    };
    let (words, rest) = text.as_chunks();
    let mut at = 0;
    for word in words {
        if let Some(lane) = lane(u64::from_le_bytes(*word)) {
            return Some(at + lane);
        }
        at += word.len();
    }
    let pushed = |word, byte: &u8| word << 8 | u64::from(*byte);
    lane(rest.iter().rev().fold(0, pushed))
        .filter(|lane| *lane < rest.len())
        .map(|lane| at + lane)
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
    // Mostly, such a byte is what ended a plain text before.
    if bytes.contains(text.first()?) {
        return Some(0);
    }
    first_lane(text, |word| {
        // A lane of the difference is zero where the byte stands, and the first such lane gets its upper bit; beyond it,
        // others may as well.
        bytes.into_iter().fold(0, |found, byte| {
            let difference = word ^ every(byte);
            found | (difference.wrapping_sub(every(0x01)) & !difference)
        })
    })
}

/// Where the first of the ASCII characters from one to another stands.
#[inline]
pub(crate) fn find_within(text: &[u8], (first, last): (u8, u8)) -> Option<usize> {
    first_lane(text, |word| within(word & !UPPER, first, last) & !word)
}

/// The first byte from `at` on that is not plain: a letter, a digit, `-`, `.` or `_`. Those are unreserved (§3.6) and the
/// same encoded or not. The fourth unreserved sign, `~`, is too rare to look for.
#[inline]
pub(crate) fn skip_plain(text: &[u8], at: usize) -> usize {
    let not_plain = |word| {
        let lanes = word & !UPPER;
        // Adding to a lane that is not zero sets the upper bit.
        let differs = |byte| (lanes ^ every(byte)) + !UPPER;
        let letters = within(lanes | every(0x20), b'a', b'z');
        let dash_to_nine = within(lanes, b'-', b'9') & differs(b'/');
        (!(letters | dash_to_nine) & differs(b'_')) | word
    };
    let rest = text.get(at..).unwrap_or_default();
    first_lane(rest, not_plain).map_or(text.len(), |run| at + run)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of a word and a bit, among others of every kind, at the end of the text and before it.
    #[test]
    fn eight_bytes_in_one_step_are_as_good_as_one_after_the_other() {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
        for around in *b"azAZ09-._" {
            for (byte, at) in (0..=255).flat_map(|byte| (0..11).map(move |at| (byte, at))) {
                let mut text = [around; 11];
                text[at] = byte;
                for text in [&text[..], &text[..=at]] {
                    let plain = text.iter().take_while(|byte| is_plain(byte)).count();
                    assert_eq!(skip_plain(text, 0), plain);
                    let upper = text.iter().position(u8::is_ascii_uppercase);
                    assert_eq!(find_within(text, (b'A', b'Z')), upper);
                    let wanted = [byte, b'&'];
                    let first = text.iter().position(|byte| wanted.contains(byte));
                    assert_eq!(find(text, wanted), first);
                }
            }
        }
    }

    #[test]
    fn what_fills_up_the_last_word_is_no_byte() {
        let is_zero = |word: u64| !(word + every(0x7F));
        assert_eq!(first_lane(b"a\0", is_zero), Some(1));
        assert_eq!(first_lane(b"abc", is_zero), None);
    }
}

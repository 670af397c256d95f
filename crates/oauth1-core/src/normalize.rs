//! How are parameters brought into order (§3.4.1.3.2) without a copy of each?
//!
//! All pairs are written into one buffer, joined as if they came in order, and only their places are sorted. When they
//! did come in order, the buffer is the answer; otherwise it is copied once.
//!
//! The base string needs the normalized parameters encoded once more (§3.4.1.1). They are written doubly encoded at once
//! and sorted in that form, which gives the same order: the second encoding only turns each `%` into `%25`, so two texts
//! that agree up to a place still agree there, and at the first byte where they differ at most one of them has a `%`,
//! which stays the `%` it was.

use crate::{
    encode::{Decoding, Times, first_broken_escape, reencode_into},
    writer::Writer,
};
use alloc::vec::Vec;

/// Takes pairs in any order and gives them back encoded, sorted and joined.
pub(crate) struct Normalizer {
    /// What stands before the pairs, then the pairs, each with a separator after it.
    text: Writer,
    prefix_length: usize,
    places: Vec<Place>,
    times: Times,
    equals: Sign,
    separator: Sign,
    in_order: bool,
}

/// Where a pair stands in the text: from `start` to `end`, and the name up to `name_end`.
#[derive(Clone, Copy)]
struct Place {
    /// The first bytes of the name, which settle most comparisons.
    beginning: u64,
    start: usize,
    name_end: usize,
    end: usize,
}

/// `=` or `&`, encoded: the first `length` bytes of a word.
#[derive(Clone, Copy)]
struct Sign {
    word: [u8; 8],
    length: usize,
}

impl Normalizer {
    /// `prefix` is kept in front of the pairs.
    pub(crate) fn new(prefix: Writer, times: Times) -> Self {
        let sign = |once, twice| match times {
            Times::Once => Sign {
                word: [once, 0, 0, 0, 0, 0, 0, 0],
                length: 1,
            },
            Times::Twice => Sign {
                word: twice,
                length: 3,
            },
        };
        Self {
            prefix_length: prefix.len(),
            text: prefix,
            places: Vec::with_capacity(16),
            times,
            equals: sign(b'=', *b"%3D\0\0\0\0\0"),
            separator: sign(b'&', *b"%26\0\0\0\0\0"),
            in_order: true,
        }
    }

    /// Adds a pair, unless it is `oauth_signature`, and tells whether its escapes are intact.
    #[inline]
    pub(crate) fn push(&mut self, name: &[u8], value: &[u8], decoding: Decoding) -> bool {
        let start = self.text.len();
        let name_intact = reencode_into(name, decoding, self.times, &mut self.text);
        let name_end = self.text.len();
        let name = self.text.text().get(start..).unwrap_or_default();
        // The name has no byte that is ever encoded, so only itself is written like this.
        if name == b"oauth_signature" {
            self.text.truncate(start);
            return name_intact && first_broken_escape(value).is_none();
        }
        let beginning = beginning(name);
        self.text.put(self.equals.word, self.equals.length);
        let value_intact = reencode_into(value, decoding, self.times, &mut self.text);
        let end = self.text.len();
        self.text.put(self.separator.word, self.separator.length);
        let place = Place {
            beginning,
            start,
            name_end,
            end,
        };
        if let Some(last) = self.places.last() {
            self.in_order = self.in_order && compare(self.text.text(), last, &place).is_le();
        }
        self.places.push(place);
        name_intact && value_intact
    }

    /// The prefix and the pairs in ascending order of name, then value.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let Some(last) = self.places.last() else {
            return self.text.finish();
        };
        let length = last.end;
        if self.in_order {
            self.text.truncate(length);
            return self.text.finish();
        }
        let text = self.text.text();
        // A stable sort, because header, query and body are often in order each, and it merges such runs.
        self.places
            .sort_by(|left, right| compare(text, left, right));
        let mut sorted = Vec::with_capacity(text.len());
        sorted.extend_from_slice(text.get(..self.prefix_length).unwrap_or_default());
        for place in &self.places {
            let pair = place.start..place.end + self.separator.length;
            sorted.extend_from_slice(text.get(pair).unwrap_or_default());
        }
        sorted.truncate(length);
        sorted
    }
}

/// Names before values, each on its own: in the joined text `=` would take part in the comparison (rule 85).
#[inline]
fn compare(text: &[u8], left: &Place, right: &Place) -> core::cmp::Ordering {
    let name = |place: &Place| text.get(place.start..place.name_end).unwrap_or_default();
    // The separator is the same in all pairs, so it does no harm in front of the values.
    let value = |place: &Place| text.get(place.name_end..place.end).unwrap_or_default();
    left.beginning
        .cmp(&right.beginning)
        .then_with(|| name(left).cmp(name(right)))
        .then_with(|| value(left).cmp(value(right)))
}

/// The first eight bytes as a number that sorts as they do; a shorter name is filled up with zeros, which encoded text
/// does not contain.
#[inline]
fn beginning(name: &[u8]) -> u64 {
    if let Some(bytes) = name.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(name) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

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
    encode::{Decoding, Times, encode_to, is_intact},
    text::Text,
    writer::{Writer, put},
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
    /// From which pair on they came in order.
    ordered_from: usize,
}

/// A pair that was written.
#[derive(Default)]
struct Written {
    /// `None` when it is not signed.
    place: Option<Place>,
    pushed: Pushed,
}

/// What a pair turned out to be.
#[derive(Default)]
pub(crate) struct Pushed {
    /// Whether all its escapes are escapes.
    pub(crate) intact: bool,
    /// Whether its decoded name begins with `oauth_`.
    pub(crate) is_protocol: bool,
}

/// Where a pair stands in the text: from `start` to `end`, and the name up to `name_end`.
#[derive(Clone, Copy, Default)]
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

/// The beginning of the names of protocol parameters.
const PROTOCOL: u64 = u64::from_be_bytes(*b"oauth_\0\0");

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
            ordered_from: 0,
        }
    }

    /// Adds a pair, unless it is `oauth_signature`.
    #[inline]
    pub(crate) fn push(&mut self, name: &Text<'_>, value: &Text<'_>, decoding: Decoding) -> Pushed {
        let pair = match decoding {
            Decoding::Nothing => self.write::<{ Decoding::Nothing as u8 }>(name, value),
            Decoding::Percent => self.write::<{ Decoding::Percent as u8 }>(name, value),
            Decoding::Form => self.write::<{ Decoding::Form as u8 }>(name, value),
        };
        if let Some(place) = pair.place {
            if let Some(last) = self.places.last()
                && compare(self.text.text(), last, &place).is_gt()
            {
                self.ordered_from = self.places.len();
            }
            self.places.push(place);
        }
        pair.pushed
    }

    /// Writes a pair, with the room for it made once. Nothing is left of `oauth_signature`, which is not signed (rule 78).
    fn write<const DECODING: u8>(&mut self, name: &Text<'_>, value: &Text<'_>) -> Written {
        let start = self.text.len();
        let encodings = self.times.encodings();
        let most = (name.len() + value.len())
            .saturating_mul(5)
            .saturating_add(6);
        self.text.fill(most, |free| {
            let (name_end, intact) = encode_to::<DECODING>(name, encodings, free, 0);
            let word = name.first_word().or_else(|| free.first_chunk().copied());
            let beginning = word.map_or(0, |word| beginning(word, name_end));
            // These names have no byte that is ever encoded, so only they themselves are written like this.
            let is_protocol = beginning >> 16 == PROTOCOL >> 16;
            let mut pushed = Pushed {
                intact,
                is_protocol,
            };
            if free.get(..name_end) == Some(b"oauth_signature") {
                pushed.intact &= is_intact::<DECODING>(value);
                let place = None;
                return (0, Written { place, pushed });
            }
            put(free, name_end, self.equals.word);
            let value_start = name_end + self.equals.length;
            let (end, intact) = encode_to::<DECODING>(value, encodings, free, value_start);
            pushed.intact &= intact;
            put(free, end, self.separator.word);
            let place = Some(Place {
                beginning,
                start,
                name_end: start + name_end,
                end: start + end,
            });
            (end + self.separator.length, Written { place, pushed })
        })
    }

    /// The prefix and the pairs in ascending order of name, then value.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let length = self
            .places
            .last()
            .map_or(self.prefix_length, |last| last.end);
        if self.ordered_from == 0 {
            self.text.truncate(length);
            return self.text.finish();
        }
        let text = self.text.text();
        let mut sorted = Vec::with_capacity(text.len());
        // Pairs that stay neighbours are copied together, the first ones with the prefix.
        let mut run = 0..self.prefix_length;
        each_in_order(text, &mut self.places, self.ordered_from, |place| {
            if place.start != run.end {
                sorted.extend_from_slice(text.get(run.clone()).unwrap_or_default());
                run.start = place.start;
            }
            run.end = place.end + self.separator.length;
        });
        sorted.extend_from_slice(text.get(run).unwrap_or_default());
        sorted.truncate(length);
        sorted
    }
}

/// Protocol parameters come first and are few; those of query and body are many and often in order. So only what comes
/// before the last ordered run is sorted, and then merged with that run.
fn each_in_order(
    text: &[u8],
    places: &mut [Place],
    ordered_from: usize,
    mut each: impl FnMut(&Place),
) {
    let Some((unordered, ordered)) = places.split_at_mut_checked(ordered_from) else {
        return;
    };
    unordered.sort_unstable_by(|left, right| compare(text, left, right));
    let mut ordered = ordered.iter().peekable();
    for place in unordered {
        while let Some(before) = ordered.next_if(|first| compare(text, first, place).is_lt()) {
            each(before);
        }
        each(place);
    }
    ordered.for_each(each);
}

/// Names before values, each on its own: in the joined text `=` would take part in the comparison (rule 85).
#[inline]
fn compare(text: &[u8], left: &Place, right: &Place) -> core::cmp::Ordering {
    left.beginning
        .cmp(&right.beginning)
        .then_with(|| left.name(text).cmp(right.name(text)))
        .then_with(|| left.value(text).cmp(right.value(text)))
}

impl Place {
    fn name<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(self.start..self.name_end).unwrap_or_default()
    }

    /// With the sign in front, which is the same in all pairs.
    fn value<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(self.name_end..self.end).unwrap_or_default()
    }
}

/// The first eight bytes of a name as a number that sorts as they do; a shorter name is filled up with zeros, which encoded
/// text does not contain.
#[inline]
fn beginning(word: [u8; 8], length: usize) -> u64 {
    let word = u64::from_be_bytes(word);
    match length {
        0 => 0,
        1..8 => word & u64::MAX << (64 - 8 * length),
        _ => word,
    }
}

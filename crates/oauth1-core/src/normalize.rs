//! How are parameters brought into order (§3.4.1.3.2) without a copy of each?
//!
//! All pairs are written into one buffer, joined as if they came in order, and only their places are sorted. When they
//! did come in order, the buffer is the answer; otherwise it is copied once.
//!
//! The base string needs the normalized parameters encoded once more (§3.4.1.1). They are written doubly encoded at once
//! and sorted in that form, which gives the same order: the second encoding only turns each `%` into `%25`, so two texts
//! that agree up to a place still agree there, and at the first byte where they differ at most one of them has a `%`,
//! which stays the `%` it was.

use crate::encode::{Decoding, Times, reencode_into};
use alloc::vec::Vec;

/// Takes pairs in any order and gives them back encoded, sorted and joined.
pub(crate) struct Normalizer {
    /// What stands before the pairs, then the pairs.
    text: Vec<u8>,
    prefix_length: usize,
    places: Vec<Place>,
    times: Times,
    in_order: bool,
}

/// Where a pair stands in the text: the name is `start..name_end`, the value `value_start..end`.
#[derive(Clone, Copy)]
struct Place {
    /// The first bytes of the name, which settle most comparisons.
    beginning: u64,
    start: usize,
    name_end: usize,
    value_start: usize,
    end: usize,
}

impl Normalizer {
    /// `prefix` is kept in front of the pairs.
    pub(crate) fn new(prefix: Vec<u8>, times: Times) -> Self {
        Self {
            prefix_length: prefix.len(),
            text: prefix,
            places: Vec::with_capacity(16),
            times,
            in_order: true,
        }
    }

    /// Adds a pair, unless it is `oauth_signature`.
    #[inline]
    pub(crate) fn push(&mut self, name: &[u8], value: &[u8], decoding: Decoding) {
        let before = self.text.len();
        if before > self.prefix_length {
            self.text.extend_from_slice(self.between_pairs());
        }
        let start = self.text.len();
        reencode_into(name, decoding, self.times, &mut self.text);
        let name_end = self.text.len();
        let name = self.text.get(start..).unwrap_or_default();
        // The name has no byte that is ever encoded, so only itself is written like this.
        if name == b"oauth_signature" {
            self.text.truncate(before);
            return;
        }
        let beginning = beginning(name);
        self.text.extend_from_slice(self.within_pair());
        let value_start = self.text.len();
        reencode_into(value, decoding, self.times, &mut self.text);
        let place = Place {
            beginning,
            start,
            name_end,
            value_start,
            end: self.text.len(),
        };
        if let Some(last) = self.places.last() {
            self.in_order &= compare(&self.text, last, &place).is_le();
        }
        self.places.push(place);
    }

    /// The prefix and the pairs in ascending order of name, then value.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.in_order {
            return self.text;
        }
        let text = &self.text;
        // A stable sort, because header, query and body are often in order each, and it merges such runs.
        self.places
            .sort_by(|left, right| compare(text, left, right));
        let mut sorted = Vec::with_capacity(text.len());
        sorted.extend_from_slice(text.get(..self.prefix_length).unwrap_or_default());
        for (index, place) in self.places.iter().enumerate() {
            if index > 0 {
                sorted.extend_from_slice(self.between_pairs());
            }
            sorted.extend_from_slice(text.get(place.start..place.end).unwrap_or_default());
        }
        sorted
    }

    fn within_pair(&self) -> &'static [u8] {
        match self.times {
            Times::Once => b"=",
            Times::Twice => b"%3D",
        }
    }

    fn between_pairs(&self) -> &'static [u8] {
        match self.times {
            Times::Once => b"&",
            Times::Twice => b"%26",
        }
    }
}

/// Names before values, each on its own: in the joined text `=` would take part in the comparison (rule 85).
#[inline]
fn compare(text: &[u8], left: &Place, right: &Place) -> core::cmp::Ordering {
    let name = |place: &Place| text.get(place.start..place.name_end).unwrap_or_default();
    let value = |place: &Place| text.get(place.value_start..place.end).unwrap_or_default();
    left.beginning
        .cmp(&right.beginning)
        .then_with(|| name(left).cmp(name(right)))
        .then_with(|| value(left).cmp(value(right)))
}

/// The first eight bytes as a number that sorts as they do; a shorter name is filled up with zeros, which encoded text
/// does not contain.
#[inline]
fn beginning(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(name) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

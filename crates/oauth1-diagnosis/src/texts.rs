//! Byte strings by number: the search compares, hashes and copies numbers instead of texts.

use core::cmp::Ordering;
use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

use oauth1_core::encode::is_unreserved;

/// Number of a text in its [`Texts`].
pub(crate) type TextId = u32;

/// A map whose keys the search makes itself.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;
/// A set whose members the search makes itself.
pub(crate) type FastSet<T> = HashSet<T, BuildHasherDefault<FastHasher>>;

/// A hash without a key, for small structures of numbers: multiply and rotate, eight bytes at a time.
///
/// The standard one withstands keys chosen to collide; here the number of keys is bounded by the time limit, and a collision costs a comparison.
#[derive(Clone, Copy, Default)]
pub(crate) struct FastHasher(u64);

impl FastHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        // The table takes its place from the low bits; the high ones are the mixed ones.
        self.0 ^ (self.0 >> 32)
    }
}

/// Which of the 256 bytes occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Alphabet([u64; 4]);

impl Alphabet {
    pub(crate) const UPPER_CASE: Self = Self::range(b'A', b'Z');
    pub(crate) const DIGITS: Self = Self::range(b'0', b'9');
    /// Everything that §3.6 encodes.
    pub(crate) const RESERVED: Self = {
        let mut set = [u64::MAX; 4];
        let mut byte = 0;
        while byte < 128 {
            if is_unreserved(byte) {
                set[(byte >> 6) as usize] &= !(1 << (byte & 63));
            }
            byte += 1;
        }
        Self(set)
    };

    const fn range(first: u8, last: u8) -> Self {
        let mut set = [0; 4];
        let mut byte = first;
        while byte <= last {
            set[(byte >> 6) as usize] |= 1 << (byte & 63);
            byte += 1;
        }
        Self(set)
    }

    /// Whether a byte is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .any(|(mine, theirs)| mine & theirs != 0)
    }

    pub(crate) fn of(text: &[u8]) -> Self {
        let mut alphabet = Self::default();
        for &byte in text {
            alphabet.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        alphabet
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.contains(*byte))
    }

    pub(crate) fn is_ascii(&self) -> bool {
        self.0[2] == 0 && self.0[3] == 0
    }
}

#[derive(Clone)]
struct Entry {
    text: Box<[u8]>,
    alphabet: Alphabet,
    /// The first 16 bytes, padded with zeros, as a number: most comparisons end here.
    beginning: u128,
}

impl Entry {
    fn new(text: &[u8]) -> Self {
        let mut beginning = [0; 16];
        for (to, from) in beginning.iter_mut().zip(text) {
            *to = *from;
        }
        Self {
            text: text.into(),
            alphabet: Alphabet::of(text),
            beginning: u128::from_be_bytes(beginning),
        }
    }
}

/// An interner.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    list: Vec<Entry>,
    ids: FastMap<Box<[u8]>, TextId>,
}

impl Texts {
    pub(crate) fn intern(&mut self, text: &[u8]) -> TextId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        // 2³² texts do not fit in memory.
        let id = TextId::try_from(self.list.len()).unwrap_or(TextId::MAX);
        self.list.push(Entry::new(text));
        self.ids.insert(text.into(), id);
        id
    }

    pub(crate) fn get(&self, id: TextId) -> &[u8] {
        &self.list[id as usize].text
    }

    pub(crate) fn alphabet(&self, id: TextId) -> Alphabet {
        self.list[id as usize].alphabet
    }

    /// The order of two texts by their bytes.
    pub(crate) fn compare(&self, a: TextId, b: TextId) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let (a, b) = (&self.list[a as usize], &self.list[b as usize]);
        a.beginning
            .cmp(&b.beginning)
            .then_with(|| a.text.cmp(&b.text))
    }
}

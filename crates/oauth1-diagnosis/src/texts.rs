//! Byte strings by number: the search compares, hashes and copies numbers instead of texts.

use core::cmp::Ordering;
use std::collections::HashMap;

/// Number of a text in its [`Texts`].
pub(crate) type TextId = u32;

/// Which of the 256 bytes occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Alphabet([u64; 4]);

impl Alphabet {
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
    ids: HashMap<Box<[u8]>, TextId>,
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

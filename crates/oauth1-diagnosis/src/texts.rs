//! Byte strings by number: the search compares, hashes and copies numbers instead of texts.

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

/// An interner.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    list: Vec<(Box<[u8]>, Alphabet)>,
    ids: HashMap<Box<[u8]>, TextId>,
}

impl Texts {
    pub(crate) fn intern(&mut self, text: &[u8]) -> TextId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        // 2³² texts do not fit in memory.
        let id = TextId::try_from(self.list.len()).unwrap_or(TextId::MAX);
        self.list.push((text.into(), Alphabet::of(text)));
        self.ids.insert(text.into(), id);
        id
    }

    pub(crate) fn get(&self, id: TextId) -> &[u8] {
        &self.list[id as usize].0
    }

    pub(crate) fn alphabet(&self, id: TextId) -> Alphabet {
        self.list[id as usize].1
    }
}

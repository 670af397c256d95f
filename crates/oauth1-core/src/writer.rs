//! How is encoded text put together, a few bytes at a time, without paying for each call?
//!
//! The buffer always has room to spare, filled with zeros: text is stored in steps of eight or sixteen bytes, of which only
//! the first ones count, and the next store overwrites the others.

use alloc::vec::Vec;

/// The largest step.
const SPARE: usize = 16;

/// Text under construction.
pub(crate) struct Writer {
    bytes: Vec<u8>,
    length: usize,
}

impl Writer {
    /// An empty text with room for about `room` bytes.
    pub(crate) fn with_room(room: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(room),
            length: 0,
        }
    }

    /// Lets `fill` write up to `most` bytes, and a step more that does not count. It gets free space of at least that
    /// size and gives back how much of it is text now, and whatever else it found out.
    #[inline]
    pub(crate) fn fill<T: Default>(
        &mut self,
        most: usize,
        fill: impl FnOnce(&mut [u8]) -> (usize, T),
    ) -> T {
        let needed = self.length.saturating_add(most).saturating_add(SPARE);
        if needed > self.bytes.len() {
            self.grow(needed);
        }
        let Some(free) = self.bytes.get_mut(self.length..) else {
            return T::default();
        };
        let (filled, result) = fill(free);
        self.length += filled.min(most);
        result
    }

    /// Appends a text.
    #[inline]
    pub(crate) fn put_all(&mut self, text: &[u8]) {
        self.fill(text.len(), |free| {
            if let Some(free) = free.get_mut(..text.len()) {
                free.copy_from_slice(text);
            }
            (text.len(), ())
        });
    }

    /// How long the text is by now.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The text so far.
    #[inline]
    pub(crate) fn text(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Takes back what was appended beyond `length`.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// The text.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.length);
        self.bytes
    }

    /// Fills all the room there is with zeros, when it is needed first or again. (Zeroed memory from the allocator costs more:
    /// glibc does not serve it from its cache.)
    #[cold]
    fn grow(&mut self, needed: usize) {
        if needed > self.bytes.capacity() {
            self.bytes
                .reserve(needed.saturating_mul(2) - self.bytes.len());
        }
        self.bytes.resize(self.bytes.capacity(), 0);
    }
}

/// Stores a few bytes in free space.
#[inline]
pub(crate) fn put<const N: usize>(free: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = free.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = bytes;
    }
}

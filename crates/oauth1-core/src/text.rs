//! How much of an encoded text stands for itself?
//!
//! Most names, tokens and nonces are plain throughout: neither decoding nor encoding changes them. Whoever looks for the
//! end of such a text sees that in passing and notes it here, so that nobody looks a second time.

use crate::{
    scan::{find, skip_plain},
    writer::put,
};
use alloc::vec::Vec;
use core::ops::Range;

/// A name and its value.
pub(crate) type Pair<'a> = (Text<'a>, Text<'a>);

/// Pairs of a caller, looked at.
pub(crate) fn pairs<'a>(pairs: &[(&'a [u8], &'a [u8])]) -> Vec<Pair<'a>> {
    let pair = |(name, value): &(&'a [u8], &'a [u8])| (Text::of(name), Text::of(value));
    pairs.iter().map(pair).collect()
}

/// Text as it was sent, or as it is to be encoded.
#[derive(Default)]
pub(crate) struct Text<'a> {
    /// The text and what follows it where it stands, so that it can be copied in large steps.
    from: &'a [u8],
    length: usize,
    /// So many bytes at its beginning are plain, or more.
    plain: usize,
}

impl<'a> Text<'a> {
    /// The text at `span`, the beginning of which up to `plain_end` is known to be plain.
    #[inline]
    pub(crate) fn within(around: &'a [u8], span: &Range<usize>, plain_end: usize) -> Self {
        Self {
            from: around.get(span.start..).unwrap_or_default(),
            length: span.len(),
            plain: plain_end.min(span.end).saturating_sub(span.start),
        }
    }

    /// The whole of `bytes`.
    #[inline]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self {
            from: bytes,
            length: bytes.len(),
            plain: skip_plain(bytes, 0),
        }
    }

    /// A text that is plain throughout.
    #[inline]
    pub(crate) fn known_plain(bytes: &'a [u8]) -> Self {
        Self {
            from: bytes,
            length: bytes.len(),
            plain: bytes.len(),
        }
    }

    /// What stands before the first of some bytes, none of which is plain.
    #[inline]
    pub(crate) fn until<const N: usize>(from: &'a [u8], stops: [u8; N]) -> Self {
        let plain = skip_plain(from, 0);
        let rest = from.get(plain..).unwrap_or_default();
        Self {
            from,
            length: plain + find(rest, stops).unwrap_or(rest.len()),
            plain,
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.from.get(..self.length).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain == self.length
    }

    /// What follows it where it stands.
    #[inline]
    pub(crate) fn after(&self) -> &'a [u8] {
        self.from.get(self.length..).unwrap_or_default()
    }

    /// Its plain beginning.
    #[inline]
    pub(crate) fn plain(&self) -> &'a [u8] {
        self.from.get(..self.plain).unwrap_or_default()
    }

    /// What follows the plain beginning.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.from.get(self.plain..self.length).unwrap_or_default()
    }

    /// Its first eight bytes, when it stands for itself as far as they go; beyond the end of a shorter text, anything.
    #[inline]
    pub(crate) fn first_word(&self) -> Option<[u8; 8]> {
        let plain = self.plain >= self.length.min(8);
        self.from.first_chunk().copied().filter(|_| plain)
    }

    /// Stores the plain beginning in free space, and perhaps bytes after it that do not count.
    #[inline]
    pub(crate) fn put_plain(&self, free: &mut [u8], at: usize) {
        let mut done = 0;
        while done < self.plain {
            let rest = self.from.get(done..).unwrap_or_default();
            let Some(step) = rest.first_chunk::<16>() else {
                return put_end(free, at, self.plain());
            };
            put(free, at + done, *step);
            done += step.len();
        }
    }
}

/// Stores at least the last sixteen bytes of a text, or the whole of a shorter one. Steps that overlap cost less than a call
/// to copy a few bytes.
#[inline(never)]
fn put_end(free: &mut [u8], at: usize, text: &[u8]) {
    let end = at + text.len();
    if let Some(last) = text.last_chunk::<16>() {
        put(free, end - last.len(), *last);
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        put(free, at, *first);
        put(free, end - last.len(), *last);
    } else {
        for (at, byte) in (at..).zip(text) {
            put(free, at, [*byte]);
        }
    }
}

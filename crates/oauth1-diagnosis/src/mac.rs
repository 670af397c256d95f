//! Checking a candidate: a digest that has read what all candidates of a kind begin with, and only hashes the rest.
//!
//! Hashing is nearly all that a search does, so it works on whole blocks, where they stand: a [`Message`] has room for the
//! end of the beginning before its text, and for the padding behind it.

use crate::{
    lanes,
    stages::signature::{Digest, Function},
};
use sha1::block_api::compress;
use sha2::block_api::{compress256, compress512};

/// The longest block, that of SHA-512.
const LONGEST_BLOCK: usize = 128;

/// A digest with room for the longest one.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    bytes: [u8; 64],
    length: usize,
}

impl Output {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The part of a text that candidates differ in, written anew for each of them.
///
/// Neighbours often begin alike: what they share is neither written nor hashed again.
#[derive(Clone)]
pub(crate) struct Message {
    /// A block of free room, then the text.
    bytes: Vec<u8>,
    /// How much of the text is as it was in the one before.
    unchanged: usize,
    /// Whether all that was put so far is.
    all_unchanged: bool,
}

impl Default for Message {
    fn default() -> Self {
        Self {
            bytes: vec![0; LONGEST_BLOCK],
            unchanged: 0,
            all_unchanged: false,
        }
    }
}

impl Message {
    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[LONGEST_BLOCK..]
    }

    /// How many bytes of the text are as they were in the one before.
    pub(crate) fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// Begins the next text.
    pub(crate) fn begin(&mut self) {
        self.unchanged = 0;
        self.all_unchanged = true;
    }

    /// Puts a piece at the end of the text.
    pub(crate) fn put(&mut self, piece: &[u8]) {
        if self.all_unchanged {
            if self.text()[self.unchanged..].starts_with(piece) {
                self.unchanged += piece.len();
                return;
            }
            self.end();
        }
        self.bytes.extend_from_slice(piece);
    }

    /// Ends the text: what is left of the one before goes.
    pub(crate) fn end(&mut self) {
        if self.all_unchanged {
            self.bytes.truncate(LONGEST_BLOCK + self.unchanged);
            self.all_unchanged = false;
        }
    }

    /// Sets the last bytes before the text, and gives `use_it` those, the text, and what it appends, which is then taken back.
    pub(crate) fn with<T>(
        &mut self,
        before: &[u8],
        use_it: impl FnOnce(&mut Vec<u8>, usize) -> T,
    ) -> T {
        let (start, end) = (LONGEST_BLOCK - before.len(), self.bytes.len());
        self.bytes[start..LONGEST_BLOCK].copy_from_slice(before);
        let result = use_it(&mut self.bytes, start);
        self.bytes.truncate(end);
        result
    }
}

/// A hash function between two blocks.
#[derive(Clone, Copy)]
pub(crate) enum State {
    Sha1([u32; 5]),
    Sha256([u32; 8]),
    Sha512([u64; 8]),
}

impl State {
    /// The initial hash values of FIPS 180-4 §5.3.
    const fn new(digest: Digest) -> Self {
        match digest {
            Digest::Sha1 => Self::Sha1([
                0x6745_2301,
                0xefcd_ab89,
                0x98ba_dcfe,
                0x1032_5476,
                0xc3d2_e1f0,
            ]),
            Digest::Sha256 => Self::Sha256([
                0x6a09_e667,
                0xbb67_ae85,
                0x3c6e_f372,
                0xa54f_f53a,
                0x510e_527f,
                0x9b05_688c,
                0x1f83_d9ab,
                0x5be0_cd19,
            ]),
            Digest::Sha512 => Self::Sha512([
                0x6a09_e667_f3bc_c908,
                0xbb67_ae85_84ca_a73b,
                0x3c6e_f372_fe94_f82b,
                0xa54f_f53a_5f1d_36f1,
                0x510e_527f_ade6_82d1,
                0x9b05_688c_2b3e_6c1f,
                0x1f83_d9ab_fb41_bd6b,
                0x5be0_cd19_137e_2179,
            ]),
        }
    }

    const fn block_length(&self) -> usize {
        match self {
            Self::Sha1(_) | Self::Sha256(_) => 64,
            Self::Sha512(_) => LONGEST_BLOCK,
        }
    }

    /// Reads whole blocks.
    fn compress(&mut self, blocks: &[u8]) {
        match self {
            Self::Sha1(state) => compress(state, blocks.as_chunks().0),
            Self::Sha256(state) => compress256(state, blocks.as_chunks().0),
            Self::Sha512(state) => compress512(state, blocks.as_chunks().0),
        }
    }

    pub(crate) fn output(&self) -> Output {
        fn write<const N: usize>(words: impl Iterator<Item = [u8; N]>) -> Output {
            let mut output = Output {
                bytes: [0; 64],
                length: 0,
            };
            for (to, from) in output.bytes.as_chunks_mut().0.iter_mut().zip(words) {
                *to = from;
                output.length += N;
            }
            output
        }
        match self {
            Self::Sha1(state) => write(state.iter().map(|word| word.to_be_bytes())),
            Self::Sha256(state) => write(state.iter().map(|word| word.to_be_bytes())),
            Self::Sha512(state) => write(state.iter().map(|word| word.to_be_bytes())),
        }
    }

    /// Reads the digest of an inner hash, which fills no block, and the end of the text.
    fn compress_last(&mut self, digest: &[u8]) {
        let length = self.block_length();
        let mut block = [0; LONGEST_BLOCK];
        block[..digest.len()].copy_from_slice(digest);
        block[digest.len()] = 0x80;
        let bits = ((length + digest.len()) as u64).wrapping_mul(8);
        block[length - 8..length].copy_from_slice(&bits.to_be_bytes());
        self.compress(&block[..length]);
    }
}

/// Appends the padding of FIPS 180-4 §5.1 to text that begins with a whole block, of `block` bytes, at `start`; `length` is
/// that of everything that was read.
pub(crate) fn pad(block: usize, bytes: &mut Vec<u8>, start: usize, length: usize) {
    bytes.push(0x80);
    // The length takes an eighth of a block; of SHA-512's sixteen bytes the upper eight stay zero.
    let end = start + (bytes.len() - start + block / 8).next_multiple_of(block);
    bytes.resize(end - 8, 0);
    let bits = (length as u64).wrapping_mul(8);
    bytes.extend_from_slice(&bits.to_be_bytes());
}

/// What hashing one text leaves for the next one of the same [`Message`], all of which it must see: the state after the
/// last block that they have in common. The next text most often departs at the same place.
#[derive(Clone, Default)]
pub(crate) struct Trail(Option<(usize, State)>);

/// A hash in the middle of its text.
#[derive(Clone)]
pub(crate) struct Hash {
    state: State,
    /// How many bytes it has read; those after the last whole block are `pending`.
    read: usize,
    pending: [u8; LONGEST_BLOCK],
}

impl Hash {
    fn new(digest: Digest) -> Self {
        Self {
            state: State::new(digest),
            read: 0,
            pending: [0; LONGEST_BLOCK],
        }
    }

    fn pending(&self) -> &[u8] {
        &self.pending[..self.read % self.state.block_length()]
    }

    fn update(&mut self, text: &[u8]) {
        let block = self.state.block_length();
        let filled = self.pending().len();
        let (first, rest) = text.split_at(text.len().min(block - filled));
        self.pending[filled..filled + first.len()].copy_from_slice(first);
        self.read += first.len();
        if filled + first.len() == block {
            self.state.compress(&self.pending[..block]);
            let whole = rest.len() - rest.len() % block;
            self.state.compress(&rest[..whole]);
            self.pending[..rest.len() - whole].copy_from_slice(&rest[whole..]);
            self.read += rest.len();
        }
    }

    /// The state after the rest of the text: the message, and what `append` puts behind it.
    fn finish(
        &self,
        message: &mut Message,
        trail: &mut Trail,
        append: impl Fn(&mut Vec<u8>),
    ) -> State {
        let block = self.state.block_length();
        let pending = self.pending();
        let unchanged = (pending.len() + message.unchanged) / block;
        message.with(pending, |bytes, start| {
            append(bytes);
            let length = self.read - pending.len() + bytes.len() - start;
            pad(block, bytes, start, length);
            let known = trail.0.take_if(|(blocks, _)| *blocks <= unchanged);
            let (known, mut state) = known.unwrap_or((0, self.state));
            let (common, rest) = bytes[start..].split_at(unchanged * block);
            state.compress(&common[known * block..]);
            trail.0 = Some((unchanged, state));
            state.compress(rest);
            state
        })
    }
}

/// A digest over key and text, in the middle of the text. Cloning it is how candidates share key and beginning.
#[derive(Clone)]
pub(crate) enum Running {
    /// The inner hash of HMAC, and the outer one, which has read its padded key (RFC 2104 §2).
    Hmac(Hash, State),
    /// A plain digest; the bytes are appended at the end.
    Plain(Hash, Box<[u8]>),
    /// HMAC with text and key exchanged: the text is collected.
    Swapped(Digest, Vec<u8>, Box<[u8]>),
}

impl Running {
    /// One that has read no text.
    pub(crate) fn start(function: Function, digest: Digest, key: &[u8]) -> Self {
        let plain = |before: &[u8], after: &[u8]| {
            let mut hash = Hash::new(digest);
            hash.update(before);
            Self::Plain(hash, after.into())
        };
        match function {
            Function::Hmac => Self::hmac(digest, key),
            Function::Swapped => Self::Swapped(digest, Vec::new(), key.into()),
            Function::Text => plain(&[], &[]),
            Function::KeyText => plain(key, &[]),
            Function::TextKey => plain(&[], key),
        }
    }

    fn hmac(digest: Digest, key: &[u8]) -> Self {
        let (mut inner, mut outer) = (Hash::new(digest), State::new(digest));
        let block = outer.block_length();
        let mut padded = [0; LONGEST_BLOCK];
        if key.len() <= block {
            padded[..key.len()].copy_from_slice(key);
        } else {
            let hashed = compute(Function::Text, digest, &[], key);
            padded[..hashed.length].copy_from_slice(hashed.as_slice());
        }
        inner.update(&padded.map(|byte| byte ^ 0x36)[..block]);
        outer.compress(&padded.map(|byte| byte ^ 0x5C)[..block]);
        Self::Hmac(inner, outer)
    }

    /// How much an HMAC-SHA1 has read, and its states: such ones are computed side by side.
    pub(crate) fn side_by_side(&self) -> Option<(usize, lanes::Start<'_>)> {
        match self {
            Self::Hmac(inner, State::Sha1(outer)) => match inner.state {
                State::Sha1(state) => Some((inner.read, (state, inner.pending(), *outer))),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn update(&mut self, text: &[u8]) {
        match self {
            Self::Hmac(hash, _) | Self::Plain(hash, _) => hash.update(text),
            Self::Swapped(_, collected, _) => collected.extend_from_slice(text),
        }
    }

    /// The digest, when `message` and `after` are the rest of the text.
    pub(crate) fn finish(&self, message: &mut Message, after: &[u8], trail: &mut Trail) -> Output {
        match self {
            Self::Hmac(inner, outer) => {
                let digest = inner.finish(message, trail, |bytes| bytes.extend_from_slice(after));
                let mut outer = *outer;
                outer.compress_last(digest.output().as_slice());
                outer.output()
            }
            Self::Plain(hash, key) => hash
                .finish(message, trail, |bytes| {
                    bytes.extend_from_slice(after);
                    bytes.extend_from_slice(key);
                })
                .output(),
            Self::Swapped(digest, before, key) => {
                let text = [before, message.text(), after].concat();
                compute(Function::Hmac, *digest, &text, key)
            }
        }
    }
}

/// The digest over one text.
pub(crate) fn compute(function: Function, digest: Digest, key: &[u8], text: &[u8]) -> Output {
    let mut running = Running::start(function, digest, key);
    running.update(text);
    running.finish(&mut Message::default(), &[], &mut Trail::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use sha1::Sha1;
    use sha2::{Sha256, Sha512};

    const FUNCTIONS: [Function; 5] = [
        Function::Hmac,
        Function::Swapped,
        Function::Text,
        Function::TextKey,
        Function::KeyText,
    ];

    fn hmac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
        let mac = M::new_from_slice(key).unwrap();
        mac.chain_update(text).finalize().into_bytes().to_vec()
    }

    fn hash<H: sha1::Digest>(text: &[u8]) -> Vec<u8> {
        H::digest(text).to_vec()
    }

    /// By the crates for hashes and HMAC, of which this file uses no more than the block functions.
    fn expected(function: Function, digest: Digest, key: &[u8], text: &[u8]) -> Vec<u8> {
        let hmac = |key: &[u8], text: &[u8]| match digest {
            Digest::Sha1 => hmac::<Hmac<Sha1>>(key, text),
            Digest::Sha256 => hmac::<Hmac<Sha256>>(key, text),
            Digest::Sha512 => hmac::<Hmac<Sha512>>(key, text),
        };
        let hash: fn(&[u8]) -> Vec<u8> = match digest {
            Digest::Sha1 => hash::<Sha1>,
            Digest::Sha256 => hash::<Sha256>,
            Digest::Sha512 => hash::<Sha512>,
        };
        match function {
            Function::Hmac => hmac(key, text),
            Function::Swapped => hmac(text, key),
            Function::Text => hash(text),
            Function::TextKey => hash(&[text, key].concat()),
            Function::KeyText => hash(&[key, text].concat()),
        }
    }

    /// Bytes of which no two blocks are alike.
    fn bytes(length: usize) -> Vec<u8> {
        (0..length)
            .map(|at| (at * 7 + at / 64 * 31).to_le_bytes()[0])
            .collect()
    }

    /// Every function with every digest.
    fn all() -> impl Iterator<Item = (Function, Digest)> {
        let with = |function| Digest::ALL.map(|digest| (function, digest));
        FUNCTIONS.into_iter().flat_map(with)
    }

    #[test]
    fn keys_and_texts_of_every_length_are_hashed_as_others_do() {
        for (function, digest) in all() {
            for key in [0, 1, 55, 64, 65, 128, 129, 200].map(bytes) {
                for text in (0..270).map(bytes) {
                    let output = compute(function, digest, &key, &text);
                    assert_eq!(
                        output.as_slice(),
                        expected(function, digest, &key, &text),
                        "{function:?} {digest:?}, {} and {} bytes",
                        key.len(),
                        text.len()
                    );
                }
            }
        }
    }

    /// Texts one after the other, each like the one before up to another place.
    #[test]
    fn neighbours_share_what_they_begin_with() {
        for (function, digest) in all() {
            for beginning in [0, 10, 63, 64, 100, 128, 300].map(bytes) {
                let mut running = Running::start(function, digest, b"key");
                let (first, second) = beginning.split_at(beginning.len() / 3);
                running.update(first);
                running.update(second);
                let (mut message, mut trail) = (Message::default(), Trail::default());
                for (end, common) in (1..).zip([0, 70, 140, 130, 200, 10, 64, 500, 500, 499]) {
                    let text = [bytes(common), vec![end; 40]].concat();
                    message.begin();
                    text.chunks(9).for_each(|piece| message.put(piece));
                    message.end();
                    assert_eq!(message.text(), text);
                    let output = running.finish(&mut message, b"after", &mut trail);
                    let whole = [&beginning[..], &text, b"after"].concat();
                    assert_eq!(
                        output.as_slice(),
                        expected(function, digest, b"key", &whole),
                        "{function:?} {digest:?}, {} bytes and {common}",
                        beginning.len()
                    );
                }
            }
        }
    }
}

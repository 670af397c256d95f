//! HMAC-SHA1 side by side: MACs that have read different beginnings of the same length take the rest of the text together.
//!
//! One vector instruction works on a word of [`LANES`] hashes. What is more: the rest of the text is the same for all of
//! them, so its message schedule (FIPS 180-4 §6.1.2) is computed once and not once a hash. Where the processor has wide
//! vectors that is several times faster than its SHA instructions.

#![allow(
    clippy::inline_always,
    reason = "vector code that is not part of its caller is compiled for the oldest processor"
)]

use crate::mac::{Message, Output, State, pad};
use core::array::from_fn;
use fearless_simd::{Level, Simd, SimdBase as _, dispatch, u32x16};

/// How many hashes one vector holds: as many as fit the widest ones. Narrower ones take several instructions.
const LANES: usize = 16;
/// Fewer than these are faster one after the other.
pub(crate) const FEWEST: usize = 6;
const BLOCK: usize = 64;
const ROUNDS: usize = 80;

/// The same word of each hash.
type Words = [u32; LANES];
/// The states of [`LANES`] hashes.
type States = [Words; 5];
/// What each round adds: a word of the schedule and the round's constant. Either for each hash, or for each of [`LANES`]
/// successive blocks.
type Schedule = [Words; ROUNDS];

/// Of one MAC: the state of the inner hash, bytes that are pending in it, and the state of the outer hash.
pub(crate) type Start<'m> = ([u32; 5], &'m [u8], [u32; 5]);

/// MACs that have read the same number of bytes.
pub(crate) struct Lanes {
    level: Level,
    read: usize,
    vectors: Vec<Vector>,
}

struct Vector {
    /// The first words of the next block: bytes that were read and fill no block, then zeros.
    pending: [Words; 16],
    inner: States,
    outer: States,
}

/// As [`mac::Trail`](crate::mac::Trail): the states after the blocks that successive texts have in common.
#[derive(Default)]
pub(crate) struct Trail {
    blocks: usize,
    /// One a vector; none before the first text.
    states: Vec<States>,
    /// Memory for the states at the end.
    ends: Vec<States>,
}

impl Lanes {
    /// All have read so many bytes, keys included.
    pub(crate) fn new<'m>(read: usize, macs: impl Iterator<Item = Start<'m>>) -> Self {
        let mut vectors = Vec::new();
        for (index, (inner, pending, outer)) in macs.enumerate() {
            let lane = index % LANES;
            if lane == 0 {
                vectors.push(Vector {
                    pending: [[0; LANES]; 16],
                    inner: [[0; LANES]; 5],
                    outer: [[0; LANES]; 5],
                });
            }
            let Some(vector) = vectors.last_mut() else {
                break;
            };
            let mut block = [0; BLOCK];
            block[..pending.len()].copy_from_slice(pending);
            for (words, bytes) in vector.pending.iter_mut().zip(block.as_chunks().0) {
                words[lane] = u32::from_be_bytes(*bytes);
            }
            for (to, from) in [(&mut vector.inner, inner), (&mut vector.outer, outer)] {
                for (words, word) in to.iter_mut().zip(from) {
                    words[lane] = word;
                }
            }
        }
        Self {
            level: Level::new(),
            read,
            vectors,
        }
    }

    /// The digests of all MACs, when `message` and `after` are the rest of the text.
    pub(crate) fn finish<'t>(
        &self,
        message: &mut Message,
        after: &[u8],
        trail: &'t mut Trail,
    ) -> impl Iterator<Item = Digests> + 't {
        let pending = self.read % BLOCK;
        let unchanged = (pending + message.unchanged()) / BLOCK;
        message.with(&[0; BLOCK][..pending], |bytes, start| {
            bytes.extend_from_slice(after);
            let length = self.read - pending + bytes.len() - start;
            pad(BLOCK, bytes, start, length);
            let (common, rest) = bytes[start..].as_chunks().0.split_at(unchanged);
            if trail.states.is_empty() || trail.blocks > unchanged {
                trail.blocks = 0;
                trail.states.clear();
                let inner = self.vectors.iter().map(|vector| vector.inner);
                trail.states.extend(inner);
            }
            self.read(&mut trail.states, trail.blocks, &common[trail.blocks..]);
            trail.blocks = unchanged;
            trail.ends.clone_from(&trail.states);
            self.read(&mut trail.ends, unchanged, rest);
        });
        for (vector, states) in self.vectors.iter().zip(&mut trail.ends) {
            // The digest of the inner hash, and the end of a text of one block and 20 bytes.
            let mut words = [[0; LANES]; 16];
            words[..5].copy_from_slice(&*states);
            words[5] = [0x8000_0000; LANES];
            words[15] = [8 * (64 + 20); LANES];
            *states = vector.outer;
            dispatch!(self.level, simd => each_its_own(simd, states, &words));
        }
        trail.ends.iter().map(|states| Digests(*states))
    }

    /// Reads blocks, the first of which has number `first` in the rest of the text.
    fn read(&self, states: &mut [States], first: usize, mut blocks: &[[u8; BLOCK]]) {
        if first == 0
            && !self.read.is_multiple_of(BLOCK)
            && let Some((block, rest)) = blocks.split_first()
        {
            let common = words(block);
            for (vector, states) in self.vectors.iter().zip(&mut *states) {
                let mut words = vector.pending;
                for (words, common) in words.iter_mut().zip(common) {
                    for word in words {
                        *word |= common;
                    }
                }
                dispatch!(self.level, simd => each_its_own(simd, states, &words));
            }
            blocks = rest;
        }
        for blocks in blocks.chunks(LANES) {
            let mut by_block = [[0; LANES]; 16];
            for (lane, block) in blocks.iter().enumerate() {
                for (words, word) in by_block.iter_mut().zip(words(block)) {
                    words[lane] = word;
                }
            }
            dispatch!(self.level, simd => all_the_same(simd, states, &by_block, blocks.len()));
        }
    }
}

/// Digests of the MACs of one vector, in their order.
pub(crate) struct Digests(States);

impl Digests {
    /// How many MACs have one; those of the last vector may be fewer.
    pub(crate) const MOST: usize = LANES;

    /// Whether the digest of any of them begins with this word.
    pub(crate) fn any_begins(&self, word: u32) -> bool {
        self.0[0].contains(&word)
    }

    /// The digest of one, if there can be so many.
    pub(crate) fn of(&self, lane: usize) -> Output {
        State::Sha1(
            self.0
                .map(|words| words.get(lane).copied().unwrap_or_default()),
        )
        .output()
    }
}

fn words(block: &[u8; BLOCK]) -> [u32; 16] {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

/// The message schedule of FIPS 180-4 §6.1.2, with the constants of §4.2.1 added.
#[inline(always)]
fn expand<S: Simd>(simd: S, words: &[Words; 16]) -> Schedule {
    const CONSTANTS: [u32; 4] = [0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xCA62_C1D6];
    let mut last: [u32x16<S>; 16] = from_fn(|at| u32x16::from_slice(simd, &words[at]));
    let mut schedule = [[0; LANES]; ROUNDS];
    for (round, added) in schedule.iter_mut().enumerate() {
        let word = last[round % 16];
        (word + CONSTANTS[round / 20]).store_slice(added);
        let earlier = last[(round + 13) % 16] ^ last[(round + 8) % 16] ^ last[(round + 2) % 16];
        last[round % 16] = rotate_left(earlier ^ word, 1);
    }
    schedule
}

/// Each hash reads one block of its own.
#[inline(always)]
fn each_its_own<S: Simd>(simd: S, states: &mut States, words: &[Words; 16]) {
    let schedule = expand(simd, words);
    let start = load(simd, states);
    let end = compress(start, |round| u32x16::from_slice(simd, &schedule[round]));
    store(end, states);
}

/// All hashes read the same blocks, at most [`LANES`].
#[inline(always)]
fn all_the_same<S: Simd>(simd: S, states: &mut [States], words: &[Words; 16], blocks: usize) {
    let schedule = expand(simd, words);
    for states in states {
        let mut state = load(simd, states);
        #[allow(
            clippy::needless_range_loop,
            reason = "an index into each round's words"
        )]
        for block in 0..blocks.min(LANES) {
            state = compress(state, |round| u32x16::splat(simd, schedule[round][block]));
        }
        store(state, states);
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, states: &States) -> [u32x16<S>; 5] {
    from_fn(|at| u32x16::from_slice(simd, &states[at]))
}

#[inline(always)]
fn store<S: Simd>(state: [u32x16<S>; 5], states: &mut States) {
    for (words, vector) in states.iter_mut().zip(state) {
        vector.store_slice(words);
    }
}

/// The compression of FIPS 180-4 §6.1.2.
#[inline(always)]
#[allow(
    clippy::many_single_char_names,
    reason = "these are the names of the standard"
)]
fn compress<S: Simd>(start: [u32x16<S>; 5], added: impl Fn(usize) -> u32x16<S>) -> [u32x16<S>; 5] {
    let [mut a, mut b, mut c, mut d, mut e] = start;
    // A closure for the function of b, c and d would not be compiled for the wide vectors on its own.
    macro_rules! rounds {
        ($rounds:expr, $function:expr) => {
            for round in $rounds {
                let next = rotate_left(a, 5) + $function + e + added(round);
                (a, b, c, d, e) = (next, a, rotate_left(b, 30), c, d);
            }
        };
    }
    rounds!(0..20, d ^ (b & (c ^ d)));
    rounds!(20..40, b ^ c ^ d);
    rounds!(40..60, (b & c) | (d & (b | c)));
    rounds!(60..80, b ^ c ^ d);
    let end = [a, b, c, d, e];
    from_fn(|at| start[at] + end[at])
}

#[inline(always)]
fn rotate_left<S: Simd>(word: u32x16<S>, bits: u32) -> u32x16<S> {
    (word << bits) | (word >> (u32::BITS - bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mac::Running,
        stages::signature::{Digest, Function},
    };
    use hmac::{Hmac, KeyInit as _, Mac as _};

    /// What the processor has, and what older ones have.
    fn levels() -> Vec<Level> {
        let level = Level::new();
        #[cfg(target_arch = "x86_64")]
        let older = [
            level.as_avx2().map(Level::Avx2),
            level.as_sse4_2().map(Level::Sse4_2),
            level.as_sse2().map(Level::Sse2),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let older: [Option<Level>; 0] = [];
        older.into_iter().flatten().chain([level]).collect()
    }

    /// Some bytes, other ones for another seed.
    fn bytes(length: usize, seed: u32) -> Vec<u8> {
        let next = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state.to_be_bytes()[0])
        };
        core::iter::repeat_with(|| ())
            .scan(seed, |state, ()| next(state))
            .take(length)
            .collect()
    }

    #[test]
    fn side_by_side_as_one_after_the_other() {
        let texts = [
            bytes(700, 1),
            [&bytes(700, 1)[..400], b"other"].concat(),
            bytes(0, 0),
            bytes(2000, 2),
            [&bytes(2000, 2)[..1999], b"!"].concat(),
            bytes(1, 3),
        ];
        let counts = [FEWEST, LANES, LANES + 1, 3 * LANES - 1];
        for level in levels() {
            for (beginning, count) in [0, 1, 3, 4, 55, 63, 64, 70]
                .into_iter()
                .zip(counts.into_iter().cycle())
            {
                let seeds = || 0..u32::try_from(count).expect("few");
                let keys: Vec<Vec<u8>> = seeds().map(|seed| bytes(40, seed)).collect();
                let heads: Vec<Vec<u8>> =
                    seeds().map(|seed| bytes(beginning, 100 + seed)).collect();
                let running: Vec<Running> = keys
                    .iter()
                    .zip(&heads)
                    .map(|(key, head)| {
                        let mut running = Running::start(Function::Hmac, Digest::Sha1, key);
                        running.update(head);
                        running
                    })
                    .collect();
                let starts = running
                    .iter()
                    .map(|running| running.side_by_side().expect("HMAC-SHA1"));
                let read = BLOCK + beginning;
                assert!(starts.clone().all(|start| start.0 == read));
                let lanes = Lanes {
                    level,
                    ..Lanes::new(read, starts.map(|(_, start)| start))
                };
                let mut message = Message::default();
                let mut trail = Trail::default();
                for text in &texts {
                    message.begin();
                    for piece in text.chunks(100) {
                        message.put(piece);
                    }
                    message.end();
                    let digests: Vec<Digests> =
                        lanes.finish(&mut message, b"end", &mut trail).collect();
                    for (at, (key, head)) in keys.iter().zip(&heads).enumerate() {
                        let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key).expect("any key");
                        mac.update(&[head, text.as_slice(), b"end"].concat());
                        let expected = mac.finalize().into_bytes();
                        let (vector, lane) = (&digests[at / LANES], at % LANES);
                        assert_eq!(
                            vector.of(lane).as_slice(),
                            expected.as_slice(),
                            "{level:?} {beginning} {at}"
                        );
                        assert!(vector.any_begins(u32::from_be_bytes([
                            expected[0],
                            expected[1],
                            expected[2],
                            expected[3]
                        ])));
                    }
                }
            }
        }
    }
}

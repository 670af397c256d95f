//! The search: which combination of choices gives the bytes that the client made?
//!
//! A candidate is a set of departures from RFC 5849. They fall into components that do not see
//! each other: the frame (how the parts are joined and encoded), the *head* (method and URI), the
//! *leaf* (the parameters), key, digest, and the text of the signature. Each component lists its
//! distinct variants by weight; a level of the search is every way to spend that many mistakes on
//! the components. Levels are tried whole, from none upward, so the shortest explanations come
//! first and the result does not depend on the number of workers.
//!
//! What candidates share is done once: a MAC that has read key and head is cloned for each leaf.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, BuildHasherDefault},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    choice::{self, Choice, Op, Variant},
    encoders::Encoder,
    facts::Facts,
    keys::{KeySpace, KeyVariant},
    leaves::{Encoding, Leaf, ParameterSpace, Writer},
    mac::{Message, Running, Trail},
    runtime::{Progress, Runtime},
    stages::{
        joining::{self, Coding, Format, Frame},
        parameters::Items,
        signature::{Mac, Reading},
        uri::{self, UriState},
    },
    texts::{Alphabet, FastHasher, FastSet},
};

/// A request that the signature may have been made for.
pub(crate) struct Origin<'a> {
    pub facts: Facts<'a>,
    /// Why it is not the request that was sent; `None` when it is.
    pub choice: Option<Arc<Choice>>,
    pub uri_ops: Vec<Op<UriState>>,
    /// Methods and URIs by weight.
    heads: Vec<Vec<Variant<UriState>>>,
    pub space: ParameterSpace,
    pub frames: Arc<[Frame]>,
}

/// What is known of the client's own base string: URI and pairs, decoded.
#[derive(Clone, Copy, Default)]
pub(crate) struct ClientParts<'a> {
    pub uri: Option<&'a [u8]>,
    pub pairs: Option<&'a [(Vec<u8>, Vec<u8>)]>,
}

impl<'a> Origin<'a> {
    /// With variants up to `max_weight`; `frames` are [`visible_frames`] of the same facts.
    pub(crate) fn new(
        facts: Facts<'a>,
        choice: Option<Choice>,
        client: ClientParts<'_>,
        max_weight: usize,
        frames: Arc<[Frame]>,
    ) -> Self {
        let uri_ops = uri::choices(&facts, client.uri);
        let space = ParameterSpace::new(&facts, client.pairs, max_weight, false);
        let mut seen = FastSet::default();
        let start = UriState::canonical(&facts);
        let heads = choice::layers(start, &uri_ops, max_weight.min(KEPT_HEADS), false, &mut ())
            .into_iter()
            .map(|layer| {
                layer
                    .into_iter()
                    .filter(|variant| {
                        seen.insert((variant.state.method.clone(), variant.state.uri()))
                    })
                    .collect()
            })
            .collect();
        Self {
            facts,
            choice: choice.map(Arc::new),
            uri_ops,
            heads,
            space,
            frames,
        }
    }

    /// The layer that heads of that weight hang below.
    fn head_layer(weight: usize) -> usize {
        weight.min(KEPT_HEADS)
    }

    fn weight(&self) -> usize {
        self.choice.as_ref().map_or(0, |choice| choice.weight)
    }
}

/// The frames that make a difference for the right parts of a request, or for parts without any inner encoding.
pub(crate) fn visible_frames(facts: &Facts<'_>) -> Arc<[Frame]> {
    let space = ParameterSpace::new(facts, None, 0, false);
    let mut writer = Writer::new(&space, false);
    let state = UriState::canonical(facts);
    let uri = state.uri();
    let mut number = 0;
    let mut text = |frame: &Frame, format: &Format| -> Vec<u8> {
        number += 1;
        let (before, after) = frame.around(&state.method, &uri);
        let mut text = before;
        if let (Some(after), Some(items)) = (after, space.layers[0].first()) {
            writer.write(items, 0, 0, 0, (number, format), &mut |leaf| {
                text.extend_from_slice(leaf.message.text());
                false
            });
            text.extend(after);
        }
        text
    };
    let plain = Format {
        coding: Coding::None,
        equals: b"=".to_vec(),
        ampersand: b"&".to_vec(),
        ..Frame::canonical().format
    };
    let mut alphabet = Alphabet::of(&uri);
    alphabet.add(Alphabet::of(&text(&Frame::canonical(), &plain)));
    // Hashes of the texts: there are hundreds of frames, and the texts may be long.
    let hash = |text: Vec<u8>| BuildHasherDefault::<FastHasher>::default().hash_one(text);
    let mut seen: FastSet<(u64, u64)> = FastSet::default();
    joining::frames(alphabet)
        .into_iter()
        .filter(|frame| {
            let raw = Format {
                inner: frame.format.inner.or(Some(Encoder::None)),
                ..frame.format.clone()
            };
            seen.insert((hash(text(frame, &frame.format)), hash(text(frame, &raw))))
        })
        .collect()
}

/// What is looked for.
pub(crate) enum Goal<'a> {
    /// The signature: any of these readings, by any of these MACs with any of these keys.
    Signature {
        keys: &'a KeySpace,
        macs: &'a [Mac],
        readings: &'a [Reading],
    },
    /// The base string itself.
    Text(&'a [u8]),
}

/// A combination that gives the evidence.
#[derive(Clone)]
pub(crate) struct Hit {
    pub origin: usize,
    pub frame: usize,
    /// Ops of method and URI.
    pub head: Vec<u16>,
    pub items: Vec<u16>,
    pub encoding: Vec<Arc<Choice>>,
    pub order: Option<usize>,
    /// `None` when the base string was looked for.
    pub key: Option<Arc<KeyVariant>>,
    pub mac: usize,
    pub reading: usize,
    pub cost: u32,
    /// The base string it makes.
    pub text: Vec<u8>,
    /// Its third part alone.
    pub leaf: Vec<u8>,
}

/// What the search found.
pub(crate) struct Outcome {
    /// The cheapest first.
    pub hits: Vec<Hit>,
    pub candidates: u64,
    /// Whether every combination was tried.
    pub exhausted: bool,
}

/// Bounds.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub time_limit: Duration,
}

/// Method and URI as they stand in the base string, with the joints.
struct Head {
    ops: Vec<u16>,
    before: Vec<u8>,
}

/// A head ready for leaves.
struct Prepared {
    check: Check,
    after: Vec<u8>,
    head: Arc<Head>,
    key: Option<Arc<KeyVariant>>,
    mac: usize,
    cost: u32,
    /// The readings to compare with have this weight.
    reading_weight: usize,
}

#[allow(
    clippy::large_enum_variant,
    reason = "a search uses one of the two; a box would cost every candidate a jump"
)]
enum Check {
    Mac(Running),
    /// The client's base string begins with the head; this range of it must be the leaf.
    Text(std::ops::Range<usize>),
}

/// One piece of a level's work.
struct Task {
    /// Tasks of one origin and frame have one number, ascending.
    group: usize,
    origin: usize,
    frame: usize,
    /// Weight of the leaf, and of its set of parameters.
    leaf: usize,
    set: usize,
    /// The parents of the sets, in their layer.
    parents: std::ops::Range<usize>,
    /// Weight left for head, key, digest and text of the signature.
    rest: usize,
    /// Which part of the heads, for work with more heads than can be kept.
    heads: Option<HeadPart>,
}

/// Heads of one weight that hang below some of their layer.
struct HeadPart {
    weight: usize,
    parents: std::ops::Range<usize>,
}

/// How many parents one task takes.
const CHUNK: usize = 48;
/// Heads of more weight than this are made when needed.
const KEPT_HEADS: usize = 2;
/// From this level on, a hit ends the search with its group: what follows takes seconds and is less likely.
const FINISHED_LEVELS: usize = 3;
/// How often a worker looks at the clock, in candidates.
const CLOCK_INTERVAL: u64 = 2048;

/// Heads that the tasks of one origin, frame and rest share; freed when the last of them is done.
#[derive(Default)]
struct HeadSlot {
    heads: Mutex<Option<Arc<[Prepared]>>>,
    tasks: AtomicUsize,
}

type HeadCache = HashMap<(usize, usize, usize), HeadSlot>;

impl HeadSlot {
    fn get(&self, make: impl FnOnce() -> Vec<Prepared>) -> Arc<[Prepared]> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(heads.get_or_insert_with(|| make().into()))
    }

    fn done(&self) {
        if self.tasks.fetch_sub(1, Ordering::Relaxed) == 1 {
            *self.heads.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

/// Searches.
pub(crate) struct Search<'a> {
    pub origins: &'a [Origin<'a>],
    pub goal: Goal<'a>,
    pub bounds: Bounds,
    pub runtime: &'a dyn Runtime,
}

/// MACs that have read nothing but their key, by index of the MAC and weight of the keys.
type Keyed = HashMap<(usize, usize), OnceLock<Vec<Running>>>;

struct Shared {
    keyed: Keyed,
    /// Tried so far, for the progress.
    candidates: AtomicU64,
    /// The time is up.
    stopped: AtomicBool,
    /// Groups after this one need not be tried any more.
    last_group: AtomicUsize,
    /// With the group that they were found in.
    hits: Mutex<Vec<(usize, Hit)>>,
}

impl Search<'_> {
    /// Tries every combination of exactly `level` mistakes. The origins and keys must hold variants up to that weight.
    pub(crate) fn level(&self, level: usize) -> Outcome {
        let shared = Shared {
            keyed: self.keyed(level),
            candidates: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            last_group: AtomicUsize::new(usize::MAX),
            hits: Mutex::new(Vec::new()),
        };
        let tasks = self.tasks(level);
        let mut cache = HeadCache::new();
        for task in &tasks {
            let slot = cache
                .entry((task.origin, task.frame, task.rest))
                .or_default();
            *slot.tasks.get_mut() += 1;
        }
        let counts: Vec<AtomicU64> = tasks.iter().map(|_| AtomicU64::new(0)).collect();
        let next = AtomicUsize::new(0);
        self.runtime.run(&|_| {
            let mut writers: Vec<Option<Writer<'_>>> = self.origins.iter().map(|_| None).collect();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = tasks.get(index) else { break };
                if self.runtime.elapsed() >= self.bounds.time_limit {
                    shared.stopped.store(true, Ordering::Relaxed);
                }
                let over = task.group > shared.last_group.load(Ordering::Relaxed);
                if over || shared.stopped.load(Ordering::Relaxed) {
                    break;
                }
                let origin = &self.origins[task.origin];
                let writer =
                    writers[task.origin].get_or_insert_with(|| Writer::new(&origin.space, false));
                Worker {
                    search: self,
                    shared: &shared,
                    origin,
                    task,
                    level,
                    count: &counts[index],
                    uncounted: 0,
                }
                .work(writer, &cache);
            }
        });
        // What was tried beyond the last group depends on the workers' luck; it is not counted.
        let last_group = shared.last_group.load(Ordering::Relaxed);
        let candidates = tasks
            .iter()
            .zip(&counts)
            .filter(|(task, _)| task.group <= last_group)
            .map(|(_, count)| count.load(Ordering::Relaxed))
            .sum();
        let hits = shared
            .hits
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut hits: Vec<Hit> = hits
            .into_iter()
            .filter(|(group, _)| *group <= last_group)
            .map(|(_, hit)| hit)
            .collect();
        // An order that does not depend on which worker was first.
        hits.sort_by_cached_key(|hit| {
            (
                (hit.cost, hit.origin, hit.frame),
                (hit.head.clone(), hit.items.clone(), hit.order),
                (
                    hit.key.as_ref().map(|key| key.ops.clone()),
                    hit.mac,
                    hit.reading,
                ),
            )
        });
        Outcome {
            exhausted: !shared.stopped.load(Ordering::Relaxed),
            candidates,
            hits,
        }
    }

    fn keyed(&self, level: usize) -> Keyed {
        match &self.goal {
            Goal::Text(_) => Keyed::new(),
            Goal::Signature { macs, .. } => (0..macs.len())
                .flat_map(|mac| (0..=level).map(move |weight| ((mac, weight), OnceLock::new())))
                .collect(),
        }
    }

    /// Every way to spend `level` mistakes, in small pieces.
    fn tasks(&self, level: usize) -> Vec<Task> {
        let mut tasks = Vec::new();
        let mut group = 0;
        for (origin_index, origin) in self.origins.iter().enumerate() {
            for (frame_index, frame) in origin.frames.iter().enumerate() {
                let Some(left) = level.checked_sub(origin.weight() + frame.weight()) else {
                    continue;
                };
                group += 1;
                for leaf in 0..=left {
                    let rest = left - leaf;
                    for set in 0..=leaf {
                        let layer = origin.space.parent_layer(set);
                        let parents = origin.space.layers[layer].len();
                        if rest > KEPT_HEADS {
                            for weight in 0..=rest {
                                let heads = origin.heads[Origin::head_layer(weight)].len();
                                for start in (0..heads).step_by(CHUNK) {
                                    tasks.push(Task {
                                        group,
                                        origin: origin_index,
                                        frame: frame_index,
                                        leaf,
                                        set,
                                        parents: 0..parents,
                                        rest,
                                        heads: Some(HeadPart {
                                            weight,
                                            parents: start..(start + CHUNK).min(heads),
                                        }),
                                    });
                                }
                            }
                            continue;
                        }
                        for start in (0..parents).step_by(CHUNK) {
                            tasks.push(Task {
                                group,
                                origin: origin_index,
                                frame: frame_index,
                                leaf,
                                set,
                                parents: start..(start + CHUNK).min(parents),
                                rest,
                                heads: None,
                            });
                        }
                    }
                }
            }
        }
        tasks
    }

    /// Every combination of head, key and digest that leaves readings of the rest's weight; of the heads, only that part.
    fn prepare(
        &self,
        keyed: &Keyed,
        origin: &Origin<'_>,
        frame: &Frame,
        rest: usize,
        part: Option<&HeadPart>,
        sink: &mut dyn FnMut(Prepared) -> bool,
    ) {
        for weight in 0..=rest {
            let layer = Origin::head_layer(weight);
            let parents = match part {
                None => &origin.heads[layer][..],
                Some(part) if part.weight == weight => &origin.heads[layer][part.parents.clone()],
                Some(_) => continue,
            };
            for parent in parents {
                let go_on =
                    choice::descend(&origin.uri_ops, parent, weight - layer, &mut |variant| {
                        let (before, after) =
                            frame.around(&variant.state.method, &variant.state.uri());
                        let base = Prepared {
                            check: Check::Text(0..0),
                            head: Arc::new(Head {
                                ops: variant.ops.clone(),
                                before,
                            }),
                            after: after.unwrap_or_default(),
                            key: None,
                            mac: 0,
                            cost: variant.cost,
                            reading_weight: 0,
                        };
                        self.prepare_goal(keyed, base, rest - weight, sink)
                    });
                if !go_on {
                    return;
                }
            }
        }
    }

    fn prepare_goal(
        &self,
        keyed: &Keyed,
        base: Prepared,
        left: usize,
        sink: &mut dyn FnMut(Prepared) -> bool,
    ) -> bool {
        let before = &base.head.before;
        match &self.goal {
            Goal::Text(text) => {
                let fits = left == 0
                    && text.starts_with(before)
                    && text.ends_with(&base.after)
                    && before.len() + base.after.len() <= text.len();
                let range = before.len()..text.len() - base.after.len().min(text.len());
                !fits
                    || sink(Prepared {
                        check: Check::Text(range),
                        ..base
                    })
            }
            Goal::Signature {
                keys,
                macs,
                readings,
            } => {
                for (mac_index, mac) in macs.iter().enumerate() {
                    let Some(left) = left.checked_sub(mac.weight()) else {
                        continue;
                    };
                    for key_weight in 0..=left {
                        let reading_weight = left - key_weight;
                        let wanted = readings.iter().any(|reading| {
                            reading.weight() == reading_weight
                                && reading.matcher.fits(mac.digest.length())
                        });
                        let slot = keyed.get(&(mac_index, key_weight)).filter(|_| wanted);
                        let Some(slot) = slot else { continue };
                        let started = slot.get_or_init(|| keys.started(mac, key_weight));
                        let mut index = 0;
                        let go_on = keys.each(key_weight, &mut |key| {
                            let start = || Running::start(mac.function, mac.digest, &key.bytes);
                            let mut running = started.get(index).map_or_else(start, Running::clone);
                            index += 1;
                            running.update(before);
                            sink(Prepared {
                                check: Check::Mac(running),
                                after: base.after.clone(),
                                head: Arc::clone(&base.head),
                                key: Some(Arc::clone(key)),
                                mac: mac_index,
                                cost: base.cost
                                    + key.cost
                                    + mac.choice.as_ref().map_or(0, |choice| choice.cost),
                                reading_weight,
                            })
                        });
                        if !go_on {
                            return false;
                        }
                    }
                }
                true
            }
        }
    }
}

struct Worker<'s, 'a> {
    search: &'s Search<'a>,
    shared: &'s Shared,
    origin: &'s Origin<'a>,
    task: &'s Task,
    level: usize,
    count: &'s AtomicU64,
    uncounted: u64,
}

impl Worker<'_, '_> {
    fn work(mut self, writer: &mut Writer<'_>, cache: &HeadCache) {
        let (search, origin, task) = (self.search, self.origin, self.task);
        let frame = &origin.frames[task.frame];
        if task.heads.is_some() {
            // More heads than can be kept, few leaves: turn the loops round.
            let mut leaves: Vec<OwnedLeaf> = Vec::new();
            self.leaves(writer, &mut |_, leaf| {
                leaves.push(OwnedLeaf::of(leaf));
                true
            });
            search.prepare(
                &self.shared.keyed,
                origin,
                frame,
                task.rest,
                task.heads.as_ref(),
                &mut |prepared| {
                    let mut trail = Trail::default();
                    leaves
                        .iter_mut()
                        .all(|leaf| self.check(&prepared, &mut leaf.borrow(), &mut trail))
                },
            );
        } else {
            let Some(slot) = cache.get(&(task.origin, task.frame, task.rest)) else {
                return;
            };
            let prepared = slot.get(|| {
                let mut list = Vec::new();
                search.prepare(
                    &self.shared.keyed,
                    origin,
                    frame,
                    task.rest,
                    None,
                    &mut |prepared| {
                        list.push(prepared);
                        true
                    },
                );
                list
            });
            if !prepared.is_empty() {
                let mut trails = Vec::new();
                trails.resize_with(prepared.len(), Trail::default);
                self.leaves(writer, &mut |worker, leaf| {
                    let mut prepared = prepared.iter().zip(&mut trails);
                    prepared.all(|(prepared, trail)| worker.check(prepared, leaf, trail))
                });
            }
            slot.done();
        }
        self.count();
    }

    fn leaves(
        &mut self,
        writer: &mut Writer<'_>,
        sink: &mut dyn FnMut(&mut Self, &mut Leaf<'_>) -> bool,
    ) {
        let (origin, task) = (self.origin, self.task);
        let frame = &origin.frames[task.frame];
        let layer = origin.space.parent_layer(task.set);
        if !frame.has_parameters() {
            // Such a frame has no place for a leaf: one empty one stands for all.
            if task.leaf > 0 {
                return;
            }
        }
        for parent in &origin.space.layers[layer][task.parents.clone()] {
            let go_on = writer.write(
                parent,
                layer,
                task.set,
                task.leaf,
                (task.frame, &frame.format),
                &mut |leaf| {
                    if frame.has_parameters() {
                        sink(self, leaf)
                    } else {
                        sink(
                            self,
                            &mut Leaf {
                                message: &mut Message::default(),
                                ..*leaf
                            },
                        )
                    }
                },
            );
            if !go_on {
                return;
            }
        }
    }

    /// Tries one candidate; returns whether to go on.
    fn check(&mut self, prepared: &Prepared, leaf: &mut Leaf<'_>, trail: &mut Trail) -> bool {
        self.uncounted += 1;
        match (&prepared.check, &self.search.goal) {
            (Check::Text(range), Goal::Text(text))
                if text.get(range.clone()) == Some(leaf.message.text()) =>
            {
                self.hit(prepared, leaf, 0, 0);
            }
            (Check::Mac(running), Goal::Signature { readings, .. }) => {
                let output = running.finish(leaf.message, &prepared.after, trail);
                for (index, reading) in readings.iter().enumerate() {
                    if reading.weight() == prepared.reading_weight
                        && reading.matcher.matches(output.as_slice())
                    {
                        self.hit(prepared, leaf, index, reading.cost());
                    }
                }
            }
            _ => {}
        }
        if self.uncounted >= CLOCK_INTERVAL {
            self.count();
            if self.search.runtime.elapsed() >= self.search.bounds.time_limit {
                self.shared.stopped.store(true, Ordering::Relaxed);
            }
        }
        !self.shared.stopped.load(Ordering::Relaxed)
    }

    fn count(&mut self) {
        self.count.fetch_add(self.uncounted, Ordering::Relaxed);
        let before = self
            .shared
            .candidates
            .fetch_add(self.uncounted, Ordering::Relaxed);
        self.search.runtime.progress(Progress {
            candidates: before + self.uncounted,
            mistakes: self.level,
        });
        self.uncounted = 0;
    }

    fn hit(&self, prepared: &Prepared, leaf: &Leaf<'_>, reading: usize, reading_cost: u32) {
        let (origin, frame) = (self.origin, &self.origin.frames[self.task.frame]);
        let cost_of =
            |choice: &Option<Arc<Choice>>| choice.as_ref().map_or(0, |choice| choice.cost);
        let order_cost = leaf
            .order
            .map_or(0, |order| origin.space.orders[order].choice.cost);
        if self.level >= FINISHED_LEVELS {
            self.shared
                .last_group
                .fetch_min(self.task.group, Ordering::Relaxed);
        }
        let hit = Hit {
            origin: self.task.origin,
            frame: self.task.frame,
            head: prepared.head.ops.clone(),
            items: leaf.items.ops.clone(),
            encoding: leaf.encoding.choices().collect(),
            order: leaf.order,
            key: prepared.key.clone(),
            mac: prepared.mac,
            reading,
            cost: prepared.cost
                + leaf.items.cost
                + leaf.encoding.cost
                + order_cost
                + reading_cost
                + cost_of(&frame.choice)
                + cost_of(&origin.choice),
            text: [
                &prepared.head.before,
                leaf.message.text(),
                &prepared.after,
            ]
            .concat(),
            leaf: leaf.message.text().to_vec(),
        };
        self.shared
            .hits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((self.task.group, hit));
    }
}

/// A leaf that outlives its writer's buffer.
struct OwnedLeaf {
    message: Message,
    items: Variant<Items>,
    encoding: Encoding,
    order: Option<usize>,
}

impl OwnedLeaf {
    fn of(leaf: &Leaf<'_>) -> Self {
        Self {
            message: leaf.message.clone(),
            items: leaf.items.clone(),
            encoding: leaf.encoding.clone(),
            order: leaf.order,
        }
    }

    fn borrow(&mut self) -> Leaf<'_> {
        Leaf {
            message: &mut self.message,
            items: &self.items,
            encoding: &self.encoding,
            order: self.order,
        }
    }
}

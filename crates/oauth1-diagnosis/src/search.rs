//! The search: which combination of choices gives the bytes that the client made?
//!
//! A candidate is a set of departures from RFC 5849. They fall into components that do not see
//! each other: the frame (how the parts are joined and encoded), the *head* (method and URI), the
//! *leaf* (the parameters), key, digest, and the text of the signature. Each component lists its
//! distinct variants by weight; a level of the search is every way to spend that many mistakes on
//! the components. Levels are tried whole, from none upward, so the shortest explanations come
//! first and the result does not depend on the number of workers.
//!
//! What candidates share is done once: a MAC reads key and head once for all leaves, and MACs that then read the same leaf do so
//! side by side.

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
    batches::{Batch, Check, Head, Keyed, Keys, MacChoice, Prepared, Ready, Started, Trails},
    choice::{self, Choice, Op, Repertoire, Variant},
    encoders::Encoder,
    facts::Facts,
    keys::{KeySpace, KeyVariant},
    lanes::{self, Digests, Lanes},
    leaves::{Encoding, Leaf, ParameterSpace, Writer},
    mac::{Message, Running, Trail},
    runtime::{Progress, Runtime},
    stages::{
        joining::{self, Coding, Format, Frame},
        parameters::Items,
        signature::{Mac, Reading},
        uri::{self, UriState},
    },
    texts::{Alphabet, FastHasher, FastMap, FastSet},
};

/// A request that the signature may have been made for.
pub(crate) struct Origin<'a> {
    pub facts: &'a Facts<'a>,
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
        facts: &'a Facts<'a>,
        choice: Option<Choice>,
        client: ClientParts<'_>,
        max_weight: usize,
        frames: Arc<[Frame]>,
        repertoire: &Repertoire,
    ) -> Self {
        let uri_ops = if max_weight == 0 {
            Vec::new()
        } else {
            choice::ops_of(repertoire, &uri::STAGES, || uri::choices(facts, client.uri))
        };
        let repertoire = repertoire.clone();
        let space = ParameterSpace::new(facts, client.pairs, max_weight, false, repertoire);
        let mut seen = FastSet::default();
        let start = UriState::canonical(facts);
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
    let space = ParameterSpace::new(facts, None, 0, false, Repertoire::All);
    let mut writer = Writer::new(&space, false);
    let state = UriState::canonical(facts);
    let uri = state.uri();
    // Many frames write the third part alike.
    let mut leaves: FastMap<Format, Vec<u8>> = FastMap::default();
    let mut text = |frame: &Frame, format: &Format| -> Vec<u8> {
        let (before, after) = frame.around(&state.method, &uri);
        let mut text = before;
        if let (Some(after), Some(items)) = (after, space.layers[0].first()) {
            if !leaves.contains_key(format) {
                let mut written = Vec::new();
                let number = leaves.len() + 1;
                writer.write(items, 0, 0, 0, (number, format), &mut |leaf| {
                    written.extend_from_slice(leaf.message.text());
                    false
                });
                leaves.insert(format.clone(), written);
            }
            text.extend_from_slice(leaves.get(format).map_or(&[], Vec::as_slice));
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
            let own = hash(text(frame, &frame.format));
            let raw = if frame.format.inner.is_some() {
                own
            } else {
                let format = Format {
                    inner: Some(Encoder::None),
                    ..frame.format.clone()
                };
                hash(text(frame, &format))
            };
            seen.insert((own, raw))
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

/// Frames of one weight that write the parameters alike: they share their leaves.
struct Class {
    frames: Vec<usize>,
    weight: usize,
}

impl Class {
    /// In the order of the first frame of each.
    fn all(frames: &[Frame]) -> Vec<Self> {
        let mut classes: Vec<Self> = Vec::new();
        for (index, frame) in frames.iter().enumerate() {
            let alike = |class: &&mut Self| {
                let first = class.first(frames);
                class.weight == frame.weight()
                    && first.has_parameters() == frame.has_parameters()
                    && first.format == frame.format
            };
            match classes.iter_mut().find(alike) {
                Some(class) => class.frames.push(index),
                None => classes.push(Self {
                    frames: vec![index],
                    weight: frame.weight(),
                }),
            }
        }
        classes
    }

    fn first<'f>(&self, frames: &'f [Frame]) -> &'f Frame {
        &frames[self.frames[0]]
    }
}

/// One piece of a level's work.
struct Task {
    /// Tasks of one origin and class of frames have one number, ascending.
    group: usize,
    origin: usize,
    class: usize,
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

/// How many parents one task takes at most.
const CHUNK: usize = 48;
/// Into how many tasks few parents are split, so that no worker is left with all of the work.
const FEWEST_TASKS: usize = 8;
/// Heads of more weight than this are made when needed.
const KEPT_HEADS: usize = 2;
/// From this level on, a hit ends the search with its group: what follows takes seconds and is less likely.
const FINISHED_LEVELS: usize = 3;
/// More ways to the same evidence tell nothing new.
const MOST_HITS: usize = 4096;
/// So many heads with keys are tried before more are made.
const MOST_PREPARED: usize = 4096;
/// How often a worker looks at the clock, in candidates.
const CLOCK_INTERVAL: u64 = 2048;

/// Heads that the tasks of one origin, class of frames and rest share; freed when the last of them is done.
#[derive(Default)]
struct HeadSlot {
    heads: Mutex<Option<Arc<Vec<Batch>>>>,
    tasks: AtomicUsize,
}

type HeadCache = HashMap<(usize, usize, usize), HeadSlot>;

impl HeadSlot {
    fn get(&self, make: impl FnOnce() -> Vec<Batch>) -> Arc<Vec<Batch>> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(heads.get_or_insert_with(|| Arc::new(make())))
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
        let classes: Vec<Vec<Class>> = self
            .origins
            .iter()
            .map(|origin| Class::all(&origin.frames))
            .collect();
        let tasks = self.tasks(level, &classes);
        let mut cache = HeadCache::new();
        for task in &tasks {
            let slot = cache
                .entry((task.origin, task.class, task.rest))
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
                    class: &classes[task.origin][task.class],
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
    fn tasks(&self, level: usize, classes: &[Vec<Class>]) -> Vec<Task> {
        let mut tasks = Vec::new();
        let mut group = 0;
        for (origin_index, (origin, classes)) in self.origins.iter().zip(classes).enumerate() {
            for (class_index, class) in classes.iter().enumerate() {
                let Some(left) = level.checked_sub(origin.weight() + class.weight) else {
                    continue;
                };
                group += 1;
                for leaf in 0..=left {
                    let rest = left - leaf;
                    for set in 0..=leaf {
                        let layer = origin.space.parent_layer(set);
                        let parents = origin.space.layers[layer].len();
                        // More heads than can be kept, or one leaf for all of them.
                        if rest > KEPT_HEADS || leaf == 0 {
                            for weight in 0..=rest {
                                let heads = origin.heads[Origin::head_layer(weight)].len();
                                for start in (0..heads).step_by(CHUNK) {
                                    tasks.push(Task {
                                        group,
                                        origin: origin_index,
                                        class: class_index,
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
                        let step = parents.div_ceil(FEWEST_TASKS).clamp(1, CHUNK);
                        for start in (0..parents).step_by(step) {
                            tasks.push(Task {
                                group,
                                origin: origin_index,
                                class: class_index,
                                leaf,
                                set,
                                parents: start..(start + step).min(parents),
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

    /// Every combination of frame, head, key and digest that leaves readings of the rest's weight; of the heads, only that
    /// part.
    fn prepare(
        &self,
        keyed: &Keyed,
        origin: &Origin<'_>,
        class: &Class,
        rest: usize,
        part: Option<&HeadPart>,
        sink: &mut dyn FnMut(Ready<'_>) -> bool,
    ) {
        for &frame in &class.frames {
            for weight in 0..=rest {
                let layer = Origin::head_layer(weight);
                let parents = match part {
                    None => &origin.heads[layer][..],
                    Some(part) if part.weight == weight => {
                        &origin.heads[layer][part.parents.clone()]
                    }
                    Some(_) => continue,
                };
                let make = |variant: &Variant<UriState>| {
                    let state = &variant.state;
                    let (before, after) = origin.frames[frame].around(&state.method, &state.uri());
                    Arc::new(Head {
                        frame,
                        ops: variant.ops.clone(),
                        cost: variant.cost,
                        before,
                        after: after.unwrap_or_default(),
                    })
                };
                let go_on = if layer == weight {
                    // Few heads: each key is made once for all of them.
                    let heads: Vec<Arc<Head>> = parents.iter().map(make).collect();
                    self.combine(keyed, &heads, rest - weight, part.is_some(), sink)
                } else {
                    parents.iter().all(|parent| {
                        let more = weight - layer;
                        choice::descend(&origin.uri_ops, parent, more, &mut |variant| {
                            let head = [make(variant)];
                            self.combine(keyed, &head, rest - weight, part.is_some(), sink)
                        })
                    })
                };
                if !go_on {
                    return;
                }
            }
        }
    }

    /// Joins heads with what is to be looked for, and so with every key and digest. For few leaves, it does not pay to have
    /// each MAC read each head.
    fn combine(
        &self,
        keyed: &Keyed,
        heads: &[Arc<Head>],
        left: usize,
        few_leaves: bool,
        sink: &mut dyn FnMut(Ready<'_>) -> bool,
    ) -> bool {
        match &self.goal {
            Goal::Text(text) => heads
                .iter()
                .filter(|head| {
                    left == 0
                        && text.starts_with(&head.before)
                        && text.ends_with(&head.after)
                        && head.before.len() + head.after.len() <= text.len()
                })
                .all(|head| {
                    let prepared = Prepared {
                        head: Arc::clone(head),
                        key: None,
                        mac: 0,
                        cost: head.cost,
                        reading_weight: 0,
                    };
                    let range = head.before.len()..text.len() - head.after.len();
                    sink(Ready::One(Check::Text(range), prepared))
                }),
            Goal::Signature {
                keys,
                macs,
                readings,
            } => macs.iter().enumerate().all(|(mac_index, mac)| {
                let Some(left) = left.checked_sub(mac.weight()) else {
                    return true;
                };
                let mac_cost = mac.choice.as_ref().map_or(0, |choice| choice.cost);
                (0..=left).all(|key_weight| {
                    let reading_weight = left - key_weight;
                    let choice = MacChoice {
                        index: mac_index,
                        cost: mac_cost,
                        reading_weight,
                    };
                    let wanted = readings.iter().any(|reading| {
                        reading.weight() == reading_weight
                            && reading.matcher.fits(mac.digest.length())
                    });
                    let slot = keyed.get(&(mac_index, key_weight)).filter(|_| wanted);
                    let Some(slot) = slot else { return true };
                    let started = slot.get_or_init(|| Started::new(keys.started(mac, key_weight)));
                    if let Some(lanes) = started.lanes.as_ref().filter(|_| few_leaves) {
                        return sink(Ready::Keys(Keys {
                            lanes,
                            list: keys.kept(key_weight),
                            heads,
                            mac: choice,
                        }));
                    }
                    let started = &started.running;
                    let mut index = 0;
                    keys.each(key_weight, &mut |key| {
                        // Keys that are not kept are started here.
                        let made = (index >= started.len())
                            .then(|| Running::start(mac.function, mac.digest, &key.bytes));
                        let Some(start) = made.as_ref().or(started.get(index)) else {
                            return true;
                        };
                        index += 1;
                        heads.iter().all(|head| {
                            let mut running = start.clone();
                            running.update(&head.before);
                            let prepared = Prepared::keyed(head, key, choice);
                            sink(Ready::One(Check::Mac(running), prepared))
                        })
                    })
                })
            }),
        }
    }
}

struct Worker<'s, 'a> {
    search: &'s Search<'a>,
    shared: &'s Shared,
    origin: &'s Origin<'a>,
    class: &'s Class,
    task: &'s Task,
    level: usize,
    count: &'s AtomicU64,
    uncounted: u64,
}

impl Worker<'_, '_> {
    fn work(mut self, writer: &mut Writer<'_>, cache: &HeadCache) {
        let (search, origin, class, task) = (self.search, self.origin, self.class, self.task);
        if task.heads.is_some() {
            // Many heads and few leaves: turn the loops round.
            let mut leaves: Vec<OwnedLeaf> = Vec::new();
            self.leaves(writer, &mut |_, leaf| {
                leaves.push(OwnedLeaf::of(leaf));
                true
            });
            let mut list = Vec::new();
            search.prepare(
                &self.shared.keyed,
                origin,
                class,
                task.rest,
                task.heads.as_ref(),
                &mut |ready| match ready {
                    Ready::Keys(keys) => self.try_keys(&keys, &mut leaves),
                    Ready::One(check, prepared) => {
                        list.push((check, prepared));
                        list.len() < MOST_PREPARED
                            || self.try_all(&Batch::all(std::mem::take(&mut list)), &mut leaves)
                    }
                },
            );
            self.try_all(&Batch::all(list), &mut leaves);
        } else {
            let Some(slot) = cache.get(&(task.origin, task.class, task.rest)) else {
                return;
            };
            let batches = slot.get(|| {
                let mut list = Vec::new();
                search.prepare(
                    &self.shared.keyed,
                    origin,
                    class,
                    task.rest,
                    None,
                    &mut |ready| {
                        if let Ready::One(check, prepared) = ready {
                            list.push((check, prepared));
                        }
                        true
                    },
                );
                Batch::all(list)
            });
            if !batches.is_empty() {
                let mut trails: Vec<Trails> = batches.iter().map(|_| Trails::default()).collect();
                self.leaves(writer, &mut |worker, leaf| {
                    let mut batches = batches.iter().zip(&mut trails);
                    batches.all(|(batch, trails)| worker.try_batch(batch, leaf, trails))
                });
            }
            slot.done();
        }
        self.count();
    }

    /// Tries all leaves with all of that; returns whether to go on.
    fn try_all(&mut self, batches: &[Batch], leaves: &mut [OwnedLeaf]) -> bool {
        batches.iter().all(|batch| {
            let mut trails = Trails::default();
            let mut leaves = leaves.iter_mut();
            leaves.all(|leaf| self.try_batch(batch, &mut leaf.borrow(), &mut trails))
        })
    }

    fn leaves(
        &mut self,
        writer: &mut Writer<'_>,
        sink: &mut dyn FnMut(&mut Self, &mut Leaf<'_>) -> bool,
    ) {
        let (origin, task) = (self.origin, self.task);
        let frame = self.class.first(&origin.frames);
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
                (self.class.frames[0], &frame.format),
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

    /// Tries the candidates of a leaf and a batch; returns whether to go on.
    fn try_batch(&mut self, batch: &Batch, leaf: &mut Leaf<'_>, trails: &mut Trails) -> bool {
        match batch {
            Batch::One(check, prepared) => self.try_one(check, prepared, leaf, &mut trails.one),
            Batch::Many(lanes, members) => self.try_many(lanes, members, leaf, &mut trails.many),
        }
        self.go_on()
    }

    fn try_one(
        &mut self,
        check: &Check,
        prepared: &Prepared,
        leaf: &mut Leaf<'_>,
        trail: &mut Trail,
    ) {
        self.uncounted += 1;
        match (check, &self.search.goal) {
            (Check::Text(range), Goal::Text(text))
                if text.get(range.clone()) == Some(leaf.message.text()) =>
            {
                self.hit(prepared, leaf, 0, 0);
            }
            (Check::Mac(running), Goal::Signature { readings, .. }) => {
                let output = running.finish(leaf.message, &prepared.head.after, trail);
                for (index, reading) in of_weight(readings, prepared.reading_weight) {
                    if reading.matcher.matches(output.as_slice()) {
                        self.hit(prepared, leaf, index, reading.cost());
                    }
                }
            }
            _ => {}
        }
    }

    fn try_many(
        &mut self,
        lanes: &Lanes,
        members: &[Prepared],
        leaf: &mut Leaf<'_>,
        trail: &mut lanes::Trail,
    ) {
        let Some(first) = members.first() else { return };
        let digests = lanes.finish(leaf.message, &first.head.after, trail);
        self.uncounted += members.len() as u64;
        for (member, reading, cost) in self.matches(digests, members.len(), first.reading_weight) {
            self.hit(&members[member], leaf, reading, cost);
        }
    }

    /// Tries all leaves with all heads and keys; returns whether to go on.
    fn try_keys(&mut self, keys: &Keys<'_>, leaves: &mut [OwnedLeaf]) -> bool {
        let mut message = Message::default();
        let mut trail = lanes::Trail::default();
        for head in keys.heads {
            for leaf in &mut *leaves {
                message.begin();
                message.put(&head.before);
                message.put(leaf.message.text());
                message.put(&head.after);
                message.end();
                let digests = keys.lanes.finish(&mut message, &[], &mut trail);
                self.uncounted += keys.list.len() as u64;
                let matches = self.matches(digests, keys.list.len(), keys.mac.reading_weight);
                for (key, reading, cost) in matches {
                    let prepared = Prepared::keyed(head, &keys.list[key], keys.mac);
                    self.hit(&prepared, &leaf.borrow(), reading, cost);
                }
                if !self.go_on() {
                    return false;
                }
            }
        }
        true
    }

    /// Which of the first `count` MACs give a digest that is wanted: their number, the reading, and its cost.
    fn matches(
        &self,
        digests: impl Iterator<Item = Digests>,
        count: usize,
        reading_weight: usize,
    ) -> Vec<(usize, usize, u32)> {
        let mut matches = Vec::new();
        let Goal::Signature { readings, .. } = &self.search.goal else {
            return matches;
        };
        for (digests, first) in digests.zip((0..count).step_by(Digests::MOST)) {
            for (index, reading) in of_weight(readings, reading_weight) {
                // Nearly always no: one look at all of them.
                let word = reading.matcher.first_word();
                if word.is_some_and(|word| !digests.any_begins(word)) {
                    continue;
                }
                for lane in 0..Digests::MOST.min(count - first) {
                    if reading.matcher.matches(digests.of(lane).as_slice()) {
                        matches.push((first + lane, index, reading.cost()));
                    }
                }
            }
        }
        matches
    }

    fn go_on(&mut self) -> bool {
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
        let origin = self.origin;
        let frame = &origin.frames[prepared.head.frame];
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
            frame: prepared.head.frame,
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
                &prepared.head.after,
            ]
            .concat(),
            leaf: leaf.message.text().to_vec(),
        };
        let mut hits = (self.shared.hits.lock()).unwrap_or_else(PoisonError::into_inner);
        hits.push((self.task.group, hit));
        if hits.len() >= MOST_HITS {
            self.shared.stopped.store(true, Ordering::Relaxed);
        }
    }
}

/// The readings of that weight, with their places.
fn of_weight(readings: &[Reading], weight: usize) -> impl Iterator<Item = (usize, &Reading)> {
    let readings = readings.iter().enumerate();
    readings.filter(move |(_, reading)| reading.weight() == weight)
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

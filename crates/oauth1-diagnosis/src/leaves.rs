//! The third part of a base string in all its variants: which parameters, encoded how, in what order.
//!
//! A [`Writer`] goes through the stages one after the other and drops what changes nothing at
//! once: an encoder that treats the bytes at hand as another one does, an order that leaves the
//! same sequence. Texts and their encoded forms are made once and copied from then on.

use std::{
    hash::{BuildHasher as _, BuildHasherDefault},
    rc::Rc,
    sync::{Arc, LazyLock, OnceLock},
};

use crate::{
    choice::{self, Choice, Op, Repertoire, Variant},
    encoders::{self, Encoder},
    facts::Facts,
    mac::Message,
    stages::{
        encoding::{self, Scope},
        joining::{Coding, Format},
        order::{self, Key, Order, ShowsOn},
        parameters::{self, Items},
    },
    texts::{Alphabet, FastHasher, FastMap, FastSet, TextId, Texts},
};

/// How deep sets of parameters are kept; deeper ones are made from these while searching. Large sets are not kept.
const fn kept_layers(parameters: usize) -> usize {
    match parameters {
        0..=200 => 2,
        201..=2000 => 1,
        _ => 0,
    }
}

/// For how many alphabets the encoders are kept; neighbouring sets of parameters share theirs.
const KEPT_ENCODINGS: usize = 512;

/// What the variants are made from.
pub(crate) struct ParameterSpace {
    pub ops: Vec<Op<Items, Texts>>,
    /// Sets of parameters by weight.
    pub layers: Vec<Vec<Variant<Items>>>,
    texts: Texts,
    pub orders: &'static [Order],
    repertoire: Repertoire,
}

impl ParameterSpace {
    /// With `keep_rivals`, sets that several ops lead to are kept several times.
    pub(crate) fn new(
        facts: &Facts<'_>,
        client: Option<&[(Vec<u8>, Vec<u8>)]>,
        max_weight: usize,
        keep_rivals: bool,
        repertoire: Repertoire,
    ) -> Self {
        let mut texts = Texts::default();
        let items = parameters::canonical(facts, &mut texts);
        let ops = if max_weight == 0 {
            Vec::new()
        } else {
            choice::ops_of(&repertoire, &parameters::STAGES, || {
                parameters::choices(facts, client)
            })
        };
        let kept = max_weight.min(kept_layers(items.len()));
        let layers = choice::layers(items, &ops, kept, keep_rivals, &mut texts);
        Self {
            ops,
            layers,
            texts,
            orders: &ORDERS,
            repertoire,
        }
    }

    /// Sets of parameters of that weight hang below the sets of which layer.
    pub(crate) fn parent_layer(&self, weight: usize) -> usize {
        weight.min(self.layers.len().saturating_sub(1))
    }
}

/// Every order but the right one.
static ORDERS: LazyLock<Vec<Order>> = LazyLock::new(order::choices);

/// An encoder for each role, and the choices that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Encoding {
    /// Of names, values, and values of `oauth_` parameters.
    roles: [u16; 3],
    choices: [Option<Arc<Choice>>; 2],
    pub cost: u32,
}

/// One variant of the third part and how it came about.
pub(crate) struct Leaf<'a> {
    /// As it stands in the base string.
    pub message: &'a mut Message,
    pub items: &'a Variant<Items>,
    pub encoding: &'a Encoding,
    /// Index into the space's orders; `None`: §3.4.1.3.2.
    pub order: Option<usize>,
}

/// One encoded parameter: numbers of the encoded name and value.
type Encoded = (TextId, TextId, bool);

/// Writes variants; one a worker.
pub(crate) struct Writer<'s> {
    space: &'s ParameterSpace,
    keep_rivals: bool,
    texts: Texts,
    /// Encoded texts.
    slices: Texts,
    /// By encoder and decoded text.
    inner: Vec<Vec<Option<TextId>>>,
    /// Encoded texts as they stand in the base string of the frame at hand.
    outer: Outer,
    encodings: FastMap<[Alphabet; 3], Rc<Encodings>>,
    scratch: Scratch,
}

/// Encoded texts once more encoded for one frame, end to end.
#[derive(Default)]
struct Outer {
    frame: usize,
    bytes: Vec<u8>,
    /// By number of the encoded text.
    ranges: Vec<Option<(u32, u32)>>,
    /// No choice of encoders but the frame's own.
    alone: Option<Rc<Encodings>>,
}

/// Memory that every variant needs again.
#[derive(Default)]
struct Scratch {
    message: Message,
    /// With §3.6 in every role, and with the encoding at hand.
    plain: Vec<Encoded>,
    encoded: Vec<Encoded>,
    pieces: Pieces,
    sorted: Vec<u32>,
    canonical: Vec<u32>,
    seen: Vec<Vec<u32>>,
}

/// The pairs as they stand in the third part of the frame at hand, each with a separator after it.
#[derive(Default)]
struct Pieces {
    frame: usize,
    /// Many sets in a row have most of their pairs in common, at the same places.
    list: Vec<(Encoded, Vec<u8>)>,
}

/// The encoders that make a difference.
struct Encodings {
    none: Encoding,
    single: Vec<Encoding>,
}

impl<'s> Writer<'s> {
    pub(crate) fn new(space: &'s ParameterSpace, keep_rivals: bool) -> Self {
        Self {
            space,
            keep_rivals,
            texts: space.texts.clone(),
            slices: Texts::default(),
            inner: vec![Vec::new(); ENCODERS.encoders.len()],
            outer: Outer::default(),
            encodings: FastMap::default(),
            scratch: Scratch::default(),
        }
    }

    /// Every variant whose set of parameters has weight `set` and hangs below `parent`, and which has weight `weight` in all.
    ///
    /// `frame` numbers the format. The sink returns whether to go on; the result is the same.
    pub(crate) fn write(
        &mut self,
        parent: &Variant<Items>,
        parent_weight: usize,
        set: usize,
        weight: usize,
        (frame, format): (usize, &Format),
        sink: &mut dyn FnMut(&mut Leaf<'_>) -> bool,
    ) -> bool {
        if parent_weight == set {
            return self.write_set(parent, weight - set, (frame, format), sink);
        }
        let space = self.space;
        // Hashes: the sets themselves may be large, and a collision costs one variant among millions.
        let mut seen: FastSet<u64> = FastSet::default();
        for step in 1..=(set - parent_weight) {
            for index in parent.next_ops(&space.ops, step) {
                let Some(variant) = parent.follow(&space.ops, index, &mut self.texts) else {
                    continue;
                };
                let known = !seen
                    .insert(BuildHasherDefault::<FastHasher>::default().hash_one(&variant.state));
                if (self.keep_rivals || !known)
                    && !self.write(
                        &variant,
                        parent_weight + step,
                        set,
                        weight,
                        (frame, format),
                        sink,
                    )
                {
                    return false;
                }
            }
        }
        true
    }

    fn write_set(
        &mut self,
        items: &Variant<Items>,
        left: usize,
        (frame, format): (usize, &Format),
        sink: &mut dyn FnMut(&mut Leaf<'_>) -> bool,
    ) -> bool {
        if self.outer.frame != frame {
            self.outer = Outer {
                frame,
                ..Outer::default()
            };
        }
        let encodings = match format.inner {
            None if left > 0 => self.encodings_for(&items.state),
            inner => Rc::clone(
                self.outer
                    .alone
                    .get_or_insert_with(|| Rc::new(Encodings::alone(inner))),
            ),
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        let go_on = self.write_encodings(items, &encodings, left, format, &mut scratch, sink);
        self.scratch = scratch;
        go_on
    }

    fn write_encodings(
        &mut self,
        items: &Variant<Items>,
        encodings: &Encodings,
        left: usize,
        format: &Format,
        scratch: &mut Scratch,
        sink: &mut dyn FnMut(&mut Leaf<'_>) -> bool,
    ) -> bool {
        self.encode(&items.state, &encodings.none, format, &mut scratch.plain);
        // An order costs one mistake, encoders the rest; more than two encoders are not combined.
        for ordered in [false, true] {
            let Some(weight) = left.checked_sub(usize::from(ordered)) else {
                continue;
            };
            let pairs;
            let list = match weight {
                0 => core::slice::from_ref(&encodings.none),
                1 => &encodings.single,
                2 if format.inner.is_none() => {
                    pairs = encodings.pairs(self.keep_rivals);
                    &pairs
                }
                _ => continue,
            };
            for encoding in list {
                scratch.encoded.clone_from(&scratch.plain);
                self.recode(&items.state, encoding, format, &mut scratch.encoded);
                self.join(format, &scratch.encoded, &mut scratch.pieces);
                let go_on = if ordered {
                    self.write_orders(items, encoding, format, scratch, sink)
                } else {
                    self.sort(&items.state, scratch);
                    emit(items, encoding, None, format, scratch, sink)
                };
                if !go_on {
                    return false;
                }
            }
        }
        true
    }

    fn write_orders(
        &mut self,
        items: &Variant<Items>,
        encoding: &Encoding,
        format: &Format,
        scratch: &mut Scratch,
        sink: &mut dyn FnMut(&mut Leaf<'_>) -> bool,
    ) -> bool {
        let traits = self.traits(&items.state, &scratch.encoded);
        self.sort(&items.state, scratch);
        scratch.canonical.clone_from(&scratch.sorted);
        scratch.seen.clear();
        let keys = self.keys(&items.state, &scratch.encoded);
        let mut go_on = true;
        for (index, order) in self.space.orders.iter().enumerate() {
            if !traits.satisfy(order.shows_on) || !self.space.repertoire.has(&order.choice.found) {
                continue;
            }
            order.sort(&keys, &mut scratch.sorted);
            let encoded = &scratch.encoded;
            let same = |known: &Vec<u32>| {
                let pairs = scratch.sorted.iter().zip(known);
                pairs
                    .into_iter()
                    .all(|(a, b)| encoded[*a as usize] == encoded[*b as usize])
            };
            if same(&scratch.canonical) || (!self.keep_rivals && scratch.seen.iter().any(same)) {
                continue;
            }
            scratch.seen.push(scratch.sorted.clone());
            go_on = emit(items, encoding, Some(index), format, scratch, sink);
            if !go_on {
                break;
            }
        }
        // Where the next set of parameters begins to sort.
        scratch.sorted.clone_from(&scratch.canonical);
        go_on
    }

    fn keys<'k>(&'k self, items: &Items, encoded: &[Encoded]) -> Vec<Key<'k>> {
        let pairs = items.iter().zip(encoded);
        pairs
            .map(|(item, (name, value, _))| Key {
                name: self.texts.get(item.name),
                value: self.texts.get(item.value),
                encoded_name: self.slices.get(*name),
                encoded_value: self.slices.get(*value),
                source: item.source,
                protocol: item.protocol,
            })
            .collect()
    }

    /// What there is in these parameters that orders can differ on.
    fn traits(&self, items: &Items, encoded: &[Encoded]) -> Traits {
        let mut seen: FastSet<TextId> = FastSet::default();
        let mut repeated: FastSet<TextId> = FastSet::default();
        for item in items {
            if !seen.insert(item.name) {
                repeated.insert(item.name);
            }
        }
        let mut alphabet = Alphabet::default();
        for (item, (name, value, _)) in items.iter().zip(encoded) {
            alphabet.add(self.slices.alphabet(*name));
            alphabet.add(self.texts.alphabet(item.name));
            if repeated.contains(&item.name) {
                alphabet.add(self.slices.alphabet(*value));
                alphabet.add(self.texts.alphabet(item.value));
            }
        }
        let any_repeated = !repeated.is_empty();
        Traits::of(alphabet, any_repeated)
    }

    /// The encoders that make a difference for these parameters.
    fn encodings_for(&mut self, items: &Items) -> Rc<Encodings> {
        let mut alphabets = [Alphabet::default(); 3];
        for item in items.iter().filter(|item| !item.verbatim) {
            alphabets[0].add(self.texts.alphabet(item.name));
            alphabets[if item.protocol { 2 } else { 1 }].add(self.texts.alphabet(item.value));
        }
        if let Some(known) = self.encodings.get(&alphabets) {
            return Rc::clone(known);
        }
        let made = Rc::new(Encodings::new(
            &ENCODERS,
            alphabets,
            self.keep_rivals,
            &self.space.repertoire,
        ));
        if self.encodings.len() >= KEPT_ENCODINGS {
            self.encodings.clear();
        }
        self.encodings.insert(alphabets, Rc::clone(&made));
        made
    }

    fn encode(
        &mut self,
        items: &Items,
        encoding: &Encoding,
        format: &Format,
        encoded: &mut Vec<Encoded>,
    ) {
        let [names, values, protocol] = encoding.roles;
        encoded.clear();
        for item in items {
            let name = if item.verbatim || format.raw_names {
                self.slice_verbatim(item.name)
            } else {
                self.slice(item.name, names)
            };
            let value = if item.verbatim {
                self.slice_verbatim(item.value)
            } else {
                self.slice(item.value, if item.protocol { protocol } else { values })
            };
            encoded.push((name, value, item.equals));
        }
    }

    /// What an encoding changes: most have another encoder in one role only.
    fn recode(
        &mut self,
        items: &Items,
        encoding: &Encoding,
        format: &Format,
        encoded: &mut [Encoded],
    ) {
        if format.inner.is_some() {
            return;
        }
        let [names, values, protocol] = encoding.roles;
        for (item, (name, value, _)) in items.iter().zip(encoded) {
            if item.verbatim {
                continue;
            }
            if names != 0 && !format.raw_names {
                *name = self.slice(item.name, names);
            }
            let of_value = if item.protocol { protocol } else { values };
            if of_value != 0 {
                *value = self.slice(item.value, of_value);
            }
        }
    }

    fn slice(&mut self, text: TextId, index: u16) -> TextId {
        let known = &mut self.inner[usize::from(index)];
        let place = text as usize;
        if known.len() <= place {
            known.resize(place + 1, None);
        }
        if let Some(slice) = known[place] {
            return slice;
        }
        let encoded = ENCODERS.encoders[usize::from(index)].encode(self.texts.get(text));
        let slice = self.slices.intern(&encoded);
        known[place] = Some(slice);
        slice
    }

    fn slice_verbatim(&mut self, text: TextId) -> TextId {
        self.slices.intern(self.texts.get(text))
    }

    /// Puts the right order of the parameters, as indices, into `scratch.sorted`. What is there already, the order of
    /// the set before, is nearly right, which makes sorting quick.
    fn sort(&self, items: &Items, scratch: &mut Scratch) {
        let Scratch {
            sorted, encoded, ..
        } = scratch;
        if sorted.len() != items.len() {
            sorted.clear();
            sorted.extend((0..=u32::MAX).take(items.len()));
        }
        sorted.sort_unstable_by(|a, b| {
            let (left, right) = (encoded[*a as usize], encoded[*b as usize]);
            self.slices
                .compare(left.0, right.0)
                .then_with(|| self.slices.compare(left.1, right.1))
                // What is the same stays as sent.
                .then_with(|| a.cmp(b))
        });
    }

    /// Joins names with values, as they stand in the base string.
    fn join(&mut self, format: &Format, encoded: &[Encoded], pieces: &mut Pieces) {
        if pieces.frame != self.outer.frame {
            pieces.frame = self.outer.frame;
            pieces.list.clear();
        }
        let coding = format.coding;
        let whole = !coding.is_bytewise();
        let (equals, ampersand) = format.signs();
        for (at, pair) in encoded.iter().enumerate() {
            let bytes = match pieces.list.get_mut(at) {
                Some((known, _)) if known == pair => continue,
                Some((known, bytes)) => {
                    *known = *pair;
                    bytes.clear();
                    bytes
                }
                None => {
                    pieces.list.push((*pair, Vec::new()));
                    &mut pieces.list[at].1
                }
            };
            let (name, value, has_equals) = *pair;
            if whole || format.raw_names {
                bytes.extend_from_slice(self.slices.get(name));
            } else {
                self.append_outer(coding, name, bytes);
            }
            if has_equals {
                bytes.extend_from_slice(equals);
                if whole {
                    bytes.extend_from_slice(self.slices.get(value));
                } else {
                    self.append_outer(coding, value, bytes);
                }
            }
            bytes.extend_from_slice(ampersand);
        }
    }

    fn append_outer(&mut self, coding: Coding, slice: TextId, leaf: &mut Vec<u8>) {
        let Outer { bytes, ranges, .. } = &mut self.outer;
        let place = slice as usize;
        if ranges.len() <= place {
            ranges.resize(place + 1, None);
        }
        let (start, end) = *ranges[place].get_or_insert_with(|| {
            let start = bytes.len();
            bytes.extend_from_slice(&coding.encode(self.slices.get(slice)));
            // A frame's texts do not reach 4 GiB: they are made of one request's.
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            (number(start), number(bytes.len()))
        });
        leaf.extend_from_slice(bytes.get(start as usize..end as usize).unwrap_or_default());
    }
}

/// Hands over the pairs in the order of `scratch.sorted`.
fn emit(
    items: &Variant<Items>,
    encoding: &Encoding,
    order: Option<usize>,
    format: &Format,
    scratch: &mut Scratch,
    sink: &mut dyn FnMut(&mut Leaf<'_>) -> bool,
) -> bool {
    let Scratch {
        message,
        pieces,
        sorted,
        ..
    } = scratch;
    let (_, ampersand) = format.signs();
    let pairs = sorted.iter().enumerate().map(|(place, at)| {
        let piece = pieces.list[*at as usize].1.as_slice();
        let is_last = place + 1 == sorted.len();
        &piece[..piece.len() - if is_last { ampersand.len() } else { 0 }]
    });
    message.begin();
    message.put(&format.head);
    if format.coding.is_bytewise() {
        pairs.for_each(|pair| message.put(pair));
    } else {
        let joined = pairs.collect::<Vec<_>>().concat();
        message.put(&format.coding.encode(&joined));
    }
    message.put(&format.tail);
    message.end();
    sink(&mut Leaf {
        message,
        items,
        encoding,
        order,
    })
}

impl Encoding {
    /// What it stands for.
    pub(crate) fn choices(&self) -> impl Iterator<Item = Arc<Choice>> {
        self.choices.iter().flatten().cloned()
    }

    const fn rfc() -> Self {
        Self {
            roles: [0; 3],
            choices: [None, None],
            cost: 0,
        }
    }
}

impl Encodings {
    /// One encoder for everything, §3.6 unless another is given.
    fn alone(encoder: Option<Encoder>) -> Self {
        let index = ENCODERS
            .encoders
            .iter()
            .position(|known| Some(*known) == encoder)
            .unwrap_or(0);
        Self {
            none: Encoding {
                roles: [u16::try_from(index).unwrap_or(0); 3],
                ..Encoding::rfc()
            },
            single: Vec::new(),
        }
    }

    /// For names, values and `oauth_` values that hold these bytes.
    fn new(
        table: &EncoderTable,
        alphabets: [Alphabet; 3],
        keep_rivals: bool,
        repertoire: &Repertoire,
    ) -> Self {
        // The encoders that act alike on a role's bytes are one encoder for that role.
        let classes = alphabets.map(|alphabet| table.classes(alphabet));
        let union = Scope::INNER.map(|(_, touched)| {
            let mut union = Alphabet::default();
            for (alphabet, touched) in alphabets.iter().zip(touched) {
                if touched {
                    union.add(*alphabet);
                }
            }
            union
        });
        let mut seen = FastSet::from_iter([[0; 3]]);
        let mut single = Vec::new();
        for (index, encoder) in table.encoders.iter().enumerate().skip(1) {
            for ((scope, touched), alphabet) in Scope::INNER.into_iter().zip(union) {
                let roles = [0, 1, 2].map(|role: usize| {
                    if touched[role] {
                        classes[role][index]
                    } else {
                        0
                    }
                });
                if roles == [0; 3] || (seen.contains(&roles) && !keep_rivals) {
                    continue;
                }
                let found = encoding::mistakes_of(encoder, alphabet, scope);
                if !repertoire.has(&found) {
                    continue;
                }
                seen.insert(roles);
                if found.is_empty() {
                    continue;
                }
                let choice = Arc::new(Choice::facets(found));
                single.push(Encoding {
                    roles,
                    cost: choice.cost,
                    choices: [Some(choice), None],
                });
            }
        }
        Self {
            none: Encoding::rfc(),
            single,
        }
    }

    /// Two encoders for different roles. There are many of them, and they are soon made: they are not kept.
    fn pairs(&self, keep_rivals: bool) -> Vec<Encoding> {
        let mut seen: FastSet<[u16; 3]> =
            self.single.iter().map(|encoding| encoding.roles).collect();
        let mut pairs = Vec::new();
        for (at, one) in self.single.iter().enumerate() {
            for other in &self.single[at + 1..] {
                let overlap = one
                    .roles
                    .iter()
                    .zip(other.roles)
                    .any(|(a, b)| *a != 0 && b != 0);
                let roles = [0, 1, 2].map(|role: usize| one.roles[role].max(other.roles[role]));
                if overlap || (!seen.insert(roles) && !keep_rivals) {
                    continue;
                }
                pairs.push(Encoding {
                    roles,
                    cost: one.cost + other.cost,
                    choices: [one.choices[0].clone(), other.choices[0].clone()],
                });
            }
        }
        pairs
    }
}

/// What there is in a set of parameters that orders can differ on.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact by itself; there are no states to model"
)]
#[derive(Clone, Copy, Default)]
struct Traits {
    repeated: bool,
    escapes: bool,
    upper_case: bool,
    digits: bool,
    beyond: bool,
}

impl Traits {
    /// Of the names, and of the values of repeated ones; decoded and encoded.
    fn of(alphabet: Alphabet, repeated: bool) -> Self {
        Self {
            repeated,
            escapes: alphabet.meets(Alphabet::RESERVED),
            upper_case: alphabet.meets(Alphabet::UPPER_CASE) || alphabet.contains(b'%'),
            digits: alphabet.meets(Alphabet::DIGITS),
            beyond: !alphabet.is_ascii(),
        }
    }

    fn satisfy(self, shows_on: ShowsOn) -> bool {
        match shows_on {
            ShowsOn::Anything => true,
            ShowsOn::Escapes => self.escapes,
            ShowsOn::RepeatsOrEscapes => self.repeated || self.escapes,
            ShowsOn::UpperCase => self.upper_case,
            ShowsOn::UpperCaseOrDigits => self.upper_case || self.digits,
            ShowsOn::Beyond => self.beyond,
        }
    }
}

/// The encoders that are tried, and on which bytes they act alike.
pub(crate) struct EncoderTable {
    /// §3.6 first.
    pub encoders: Vec<Encoder>,
    /// For each byte, what [`alike`](Self::alike) gives, made when the byte first occurs.
    alike: Vec<OnceLock<Vec<u16>>>,
}

/// The one table: it depends on nothing but the encoders.
pub(crate) static ENCODERS: LazyLock<EncoderTable> = LazyLock::new(|| {
    let mut encoders = vec![Encoder::Rfc];
    encoders.extend(encoders::searched());
    EncoderTable {
        encoders,
        alike: vec![OnceLock::new(); 1 << u8::BITS],
    }
});

impl EncoderTable {
    /// For each encoder, the first one that makes the same of that byte; empty where all do, as on letters and digits.
    fn alike(&self, byte: u8) -> &[u16] {
        self.alike[usize::from(byte)].get_or_init(|| {
            let encoders = self.encoders.iter();
            let made: Vec<Vec<u8>> = encoders.map(|encoder| encoder.encode(&[byte])).collect();
            let first = |text| {
                let mut numbered = (0..).zip(&made);
                numbered
                    .find(|(_, other)| *other == text)
                    .map_or(0, |(index, _)| index)
            };
            let alike: Vec<u16> = made.iter().map(first).collect();
            if alike.iter().all(|first| *first == 0) {
                Vec::new()
            } else {
                alike
            }
        })
    }

    /// For each encoder, the first one that acts alike on texts of these bytes.
    fn classes(&self, alphabet: Alphabet) -> Vec<u16> {
        let texts_matter = alphabet.contains(b'%') || !alphabet.is_ascii();
        let mut classes: Vec<u16> = vec![0; self.encoders.len()];
        let mut first: FastMap<(u16, u16), u16> = FastMap::default();
        for byte in alphabet.bytes() {
            first.clear();
            // Where all act alike, there is nothing to zip with.
            let alike = self.alike(byte);
            for ((index, class), alike) in (0..).zip(&mut classes).zip(alike) {
                *class = *first.entry((*class, *alike)).or_insert(index);
            }
        }
        for ((index, class), encoder) in (0..).zip(&mut classes).zip(&self.encoders) {
            // What looks at whole texts is like nothing else, unless no text can make a difference.
            if texts_matter && !encoder.is_bytewise() {
                *class = index;
            }
        }
        classes
    }
}

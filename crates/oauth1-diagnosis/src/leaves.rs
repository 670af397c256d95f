//! The third part of a base string in all its variants: which parameters, encoded how, in what order.
//!
//! A [`Writer`] goes through the stages one after the other and drops what changes nothing at
//! once: an encoder that treats the bytes at hand as another one does, an order that leaves the
//! same sequence. Texts and their encoded forms are made once and copied from then on.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use crate::{
    choice::{self, Choice, Op, Variant},
    encoders::{self, Encoder},
    facts::Facts,
    stages::{
        encoding::{self, Scope},
        joining::{Coding, Format},
        order::{self, Key, Order},
        parameters::{self, Items},
    },
    texts::{Alphabet, TextId, Texts},
};

/// How deep sets of parameters are kept; deeper ones are made from these while searching.
const KEPT_LAYERS: usize = 2;

/// What the variants are made from.
pub(crate) struct ParameterSpace {
    pub ops: Vec<Op<Items, Texts>>,
    /// Sets of parameters by weight.
    pub layers: Vec<Vec<Variant<Items>>>,
    texts: Texts,
    encoders: Vec<Encoder>,
    pub orders: Vec<Order>,
}

impl ParameterSpace {
    /// With `keep_rivals`, sets that several ops lead to are kept several times.
    pub(crate) fn new(
        facts: &Facts<'_>,
        client: Option<&[(Vec<u8>, Vec<u8>)]>,
        max_weight: usize,
        keep_rivals: bool,
    ) -> Self {
        let mut texts = Texts::default();
        let items = parameters::canonical(facts, &mut texts);
        let ops = parameters::choices(facts, client);
        let layers = choice::layers(
            items,
            &ops,
            max_weight.min(KEPT_LAYERS),
            keep_rivals,
            &mut texts,
        );
        let mut encoders = vec![Encoder::Rfc];
        encoders.extend(encoders::searched());
        Self {
            ops,
            layers,
            texts,
            encoders,
            orders: order::choices(),
        }
    }

    /// Sets of parameters of that weight hang below the sets of which layer.
    pub(crate) fn parent_layer(&self, weight: usize) -> usize {
        weight.min(self.layers.len().saturating_sub(1))
    }
}

/// An encoder for each role, and the choices that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Encoding {
    /// Of names, values, and values of `oauth_` parameters.
    roles: [u8; 3],
    pub choices: Vec<Arc<Choice>>,
    pub cost: u32,
}

/// One variant of the third part and how it came about.
pub(crate) struct Leaf<'a> {
    /// As it stands in the base string.
    pub bytes: &'a [u8],
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
    /// By decoded text and encoder.
    inner: HashMap<(TextId, u8), TextId>,
    /// By frame and encoded text: the text as it stands in the base string.
    outer: HashMap<(usize, TextId), Box<[u8]>>,
    encodings: HashMap<[Alphabet; 3], Rc<[Vec<Encoding>]>>,
    buffer: Vec<u8>,
}

impl<'s> Writer<'s> {
    pub(crate) fn new(space: &'s ParameterSpace, keep_rivals: bool) -> Self {
        Self {
            space,
            keep_rivals,
            texts: space.texts.clone(),
            slices: Texts::default(),
            inner: HashMap::new(),
            outer: HashMap::new(),
            encodings: HashMap::new(),
            buffer: Vec::new(),
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
        sink: &mut dyn FnMut(&Leaf<'_>) -> bool,
    ) -> bool {
        if parent_weight == set {
            return self.write_set(parent, weight - set, (frame, format), sink);
        }
        let space = self.space;
        let mut seen: HashSet<Items> = HashSet::new();
        for step in 1..=(set - parent_weight) {
            let mut next: Vec<Variant<Items>> = Vec::new();
            parent.successors(&space.ops, step, &mut self.texts, |_, variant| {
                if self.keep_rivals || seen.insert(variant.state.clone()) {
                    next.push(variant);
                }
            });
            for variant in next {
                if !self.write(
                    &variant,
                    parent_weight + step,
                    set,
                    weight,
                    (frame, format),
                    sink,
                ) {
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
        sink: &mut dyn FnMut(&Leaf<'_>) -> bool,
    ) -> bool {
        let encodings = self.encodings_for(&items.state, format);
        let plain = self.encode(&items.state, &encodings[0][0], format);
        for (weight, variants) in encodings.iter().enumerate().take(left + 1) {
            let orders = match left - weight {
                0 => false,
                1 => true,
                _ => continue,
            };
            for encoding in variants {
                let encoded = if weight == 0 {
                    plain.clone()
                } else {
                    self.encode(&items.state, encoding, format)
                };
                if weight > 0 && encoded == plain {
                    continue;
                }
                let go_on = if orders {
                    self.write_orders(items, encoding, &encoded, (frame, format), sink)
                } else {
                    let sorted = self.sorted(&items.state, &encoded, None);
                    self.emit(
                        items,
                        encoding,
                        &encoded,
                        &sorted,
                        None,
                        (frame, format),
                        sink,
                    )
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
        encoded: &[Encoded],
        (frame, format): (usize, &Format),
        sink: &mut dyn FnMut(&Leaf<'_>) -> bool,
    ) -> bool {
        let sequence =
            |sorted: &[usize]| -> Vec<Encoded> { sorted.iter().map(|at| encoded[*at]).collect() };
        let canonical = sequence(&self.sorted(&items.state, encoded, None));
        let mut seen = vec![canonical.clone()];
        for order in 0..self.space.orders.len() {
            let sorted = self.sorted(&items.state, encoded, Some(order));
            let this = sequence(&sorted);
            if this == canonical || (!self.keep_rivals && seen.contains(&this)) {
                continue;
            }
            seen.push(this);
            if !self.emit(
                items,
                encoding,
                encoded,
                &sorted,
                Some(order),
                (frame, format),
                sink,
            ) {
                return false;
            }
        }
        true
    }

    /// The encoders of every weight that make a difference for these parameters.
    fn encodings_for(&mut self, items: &Items, format: &Format) -> Rc<[Vec<Encoding>]> {
        if let Some(inner) = format.inner {
            let index = self
                .space
                .encoders
                .iter()
                .position(|known| *known == inner)
                .unwrap_or(0);
            let index = u8::try_from(index).unwrap_or(0);
            let only = Encoding {
                roles: [index; 3],
                choices: Vec::new(),
                cost: 0,
            };
            return Rc::from(vec![vec![only]]);
        }
        let mut alphabets = [Alphabet::default(); 3];
        for item in items.iter().filter(|item| !item.verbatim) {
            alphabets[0].add(self.texts.alphabet(item.name));
            alphabets[if item.protocol { 2 } else { 1 }].add(self.texts.alphabet(item.value));
        }
        if let Some(known) = self.encodings.get(&alphabets) {
            return Rc::clone(known);
        }
        let made: Rc<[Vec<Encoding>]> =
            encodings(&self.space.encoders, alphabets, self.keep_rivals).into();
        self.encodings.insert(alphabets, Rc::clone(&made));
        made
    }

    fn encode(&mut self, items: &Items, encoding: &Encoding, format: &Format) -> Vec<Encoded> {
        items
            .iter()
            .map(|item| {
                let [names, values, protocol] = encoding.roles;
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
                (name, value, item.equals)
            })
            .collect()
    }

    fn slice(&mut self, text: TextId, encoder: u8) -> TextId {
        if let Some(known) = self.inner.get(&(text, encoder)) {
            return *known;
        }
        let encoded = self.space.encoders[usize::from(encoder)].encode(self.texts.get(text));
        let slice = self.slices.intern(&encoded);
        self.inner.insert((text, encoder), slice);
        slice
    }

    fn slice_verbatim(&mut self, text: TextId) -> TextId {
        self.slices.intern(self.texts.get(text))
    }

    /// The order of the parameters, as indices.
    fn sorted(&self, items: &Items, encoded: &[Encoded], order: Option<usize>) -> Vec<usize> {
        let mut sorted: Vec<usize> = (0..items.len()).collect();
        let key = |at: usize| Key {
            name: self.texts.get(items[at].name),
            value: self.texts.get(items[at].value),
            encoded_name: self.slices.get(encoded[at].0),
            encoded_value: self.slices.get(encoded[at].1),
            source: items[at].source,
            protocol: items[at].protocol,
        };
        match order.and_then(|order| self.space.orders.get(order)) {
            Some(order) => {
                if order.reversed_input {
                    sorted.reverse();
                }
                sorted.sort_by(|a, b| (order.compare)(&key(*a), &key(*b)));
            }
            None => sorted.sort_by(|a, b| order::canonical(&key(*a), &key(*b))),
        }
        sorted
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the stages of one variant, each known to its caller alone"
    )]
    fn emit(
        &mut self,
        items: &Variant<Items>,
        encoding: &Encoding,
        encoded: &[Encoded],
        sorted: &[usize],
        order: Option<usize>,
        (frame, format): (usize, &Format),
        sink: &mut dyn FnMut(&Leaf<'_>) -> bool,
    ) -> bool {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer.extend_from_slice(&format.head);
        let whole = !format.coding.is_bytewise();
        let (equals, ampersand): (&[u8], &[u8]) = if whole {
            (b"=", b"&")
        } else {
            (&format.equals, &format.ampersand)
        };
        for (place, at) in sorted.iter().enumerate() {
            if place > 0 {
                buffer.extend_from_slice(ampersand);
            }
            let (name, value, has_equals) = encoded[*at];
            if whole || format.raw_names {
                buffer.extend_from_slice(self.slices.get(name));
            } else {
                self.append_outer(frame, format.coding, name, &mut buffer);
            }
            if has_equals {
                buffer.extend_from_slice(equals);
                if whole {
                    buffer.extend_from_slice(self.slices.get(value));
                } else {
                    self.append_outer(frame, format.coding, value, &mut buffer);
                }
            }
        }
        if whole {
            buffer = format.coding.encode(&buffer);
        }
        buffer.extend_from_slice(&format.tail);
        let go_on = sink(&Leaf {
            bytes: &buffer,
            items,
            encoding,
            order,
        });
        self.buffer = buffer;
        go_on
    }

    fn append_outer(&mut self, frame: usize, coding: Coding, slice: TextId, buffer: &mut Vec<u8>) {
        let slices = &self.slices;
        let text = self
            .outer
            .entry((frame, slice))
            .or_insert_with(|| coding.encode(slices.get(slice)).into());
        buffer.extend_from_slice(text);
    }
}

/// Encoders by weight, 0 to 2, for names, values and `oauth_` values that hold these bytes.
fn encodings(
    encoders: &[Encoder],
    alphabets: [Alphabet; 3],
    keep_rivals: bool,
) -> Vec<Vec<Encoding>> {
    let classes = alphabets.map(|alphabet| classes(encoders, alphabet));
    // The encoders that act alike on a role's bytes are one encoder for that role.
    let effect = |roles: [u8; 3]| -> [u8; 3] {
        [0, 1, 2].map(|role: usize| classes[role][usize::from(roles[role])])
    };
    let mut union = [Alphabet::default(); 5];
    for (scope, (_, touched)) in union.iter_mut().zip(Scope::INNER) {
        for (alphabet, touched) in alphabets.iter().zip(touched) {
            if touched {
                scope.add(*alphabet);
            }
        }
    }
    let mut single: Vec<([Option<u8>; 3], Arc<Choice>)> = Vec::new();
    for (index, encoder) in (0u8..).zip(encoders).skip(1) {
        for ((scope, touched), alphabet) in Scope::INNER.into_iter().zip(union) {
            let found = encoding::mistakes_of(encoder, alphabet, scope);
            if found.is_empty() {
                continue;
            }
            let rarer = match scope {
                Scope::NamesAndValues | Scope::AllInner => 0,
                Scope::Values => 1,
                _ => 2,
            };
            let change = touched.map(|touched| touched.then_some(index));
            single.push((change, Arc::new(Choice::facets(found).rarer(rarer))));
        }
    }
    let start = Encoding {
        roles: [0; 3],
        choices: Vec::new(),
        cost: 0,
    };
    let mut seen = HashSet::from([[0; 3]]);
    let mut layers = vec![vec![start]];
    for weight in 1..=2 {
        let mut layer: Vec<Encoding> = Vec::new();
        for before in &layers[weight - 1] {
            for (change, choice) in &single {
                let mut roles = before.roles;
                let mut fresh = true;
                for (role, encoder) in roles.iter_mut().zip(change) {
                    if let Some(encoder) = encoder {
                        fresh &= *role == 0;
                        *role = *encoder;
                    }
                }
                let acts = effect(roles);
                let known = if keep_rivals && weight == 1 {
                    acts == [0; 3]
                } else {
                    !fresh || !seen.insert(acts)
                };
                if known {
                    continue;
                }
                let mut choices = before.choices.clone();
                choices.push(Arc::clone(choice));
                layer.push(Encoding {
                    roles: if keep_rivals { roles } else { acts },
                    cost: before.cost + choice.cost,
                    choices,
                });
            }
        }
        layers.push(layer);
    }
    layers
}

/// For each encoder, the first one that acts alike on texts of these bytes.
fn classes(encoders: &[Encoder], alphabet: Alphabet) -> Vec<u8> {
    let mut known: Vec<(Vec<u8>, u8)> = Vec::new();
    (0u8..)
        .zip(encoders)
        .map(|(index, encoder)| {
            if !encoder.is_bytewise() && (alphabet.contains(b'%') || !alphabet.is_ascii()) {
                return index;
            }
            let mut act = Vec::new();
            for byte in alphabet.bytes() {
                act.extend(encoder.encode(&[byte]));
                act.push(0);
            }
            match known.iter().find(|(other, _)| *other == act) {
                Some((_, first)) => *first,
                None => {
                    known.push((act, index));
                    index
                }
            }
        })
        .collect()
}

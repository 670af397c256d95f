//! The keys that can be made from the secrets, by the number of mistakes it takes.

use crate::{
    choice::{self, Choice, Op, Repertoire, Variant, choices_of},
    mac::Running,
    stages::{
        key::{self, KeyState},
        signature::Mac,
    },
    texts::FastSet,
};
use std::sync::Arc;

/// Keys of more weight than this are made when needed.
const KEPT: usize = 2;

/// A key and the ops that lead to it.
#[derive(Clone, Default)]
pub(crate) struct KeyVariant {
    pub bytes: Vec<u8>,
    pub ops: Vec<u16>,
    pub cost: u32,
}

impl KeyVariant {
    fn of(variant: &Variant<KeyState>) -> Arc<Self> {
        Arc::new(Self {
            bytes: variant.state.bytes(),
            ops: variant.ops.clone(),
            cost: variant.cost,
        })
    }
}

/// All keys.
#[derive(Default)]
pub(crate) struct KeySpace {
    ops: Vec<Op<KeyState>>,
    layers: Vec<Vec<Variant<KeyState>>>,
    /// The keys of the kept layers.
    kept: Vec<Vec<Arc<KeyVariant>>>,
    /// The key that was used, where it is known: no other one is a candidate.
    known: Option<Vec<u8>>,
}

impl KeySpace {
    /// One key, from wherever it came.
    pub(crate) fn single(bytes: Vec<u8>) -> Self {
        Self {
            kept: vec![vec![Arc::new(KeyVariant {
                bytes,
                ..KeyVariant::default()
            })]],
            ..Self::default()
        }
    }

    /// From the secrets; with `known`, only the ways to that key, or one that says that there is none if the repertoire has
    /// that.
    pub(crate) fn new(
        start: KeyState,
        mut ops: Vec<Op<KeyState>>,
        most: usize,
        known: Option<&[u8]>,
        repertoire: &Repertoire,
    ) -> Self {
        let mut seen = FastSet::default();
        // Before a known key is called wrong, all the ways that are kept are looked at.
        let most = if known.is_some() {
            KEPT
        } else {
            most.min(KEPT)
        };
        let layers: Vec<Vec<Variant<KeyState>>> = choice::layers(start, &ops, most, false, &mut ())
            .into_iter()
            .map(|layer| {
                layer
                    .into_iter()
                    .filter(|variant| seen.insert(variant.state.bytes()))
                    .collect()
            })
            .collect();
        let mut kept: Vec<Vec<Arc<KeyVariant>>> = layers
            .iter()
            .map(|layer| layer.iter().map(KeyVariant::of).collect())
            .collect();
        if let Some(known) = known {
            for layer in &mut kept {
                layer.retain(|key| key.bytes == known);
            }
            let wrong = Choice::new(
                &key::KEY_WRONG,
                "the signing key that was used cannot be made from the secrets given here",
            );
            if kept.iter().all(Vec::is_empty) && repertoire.has(&wrong.found) {
                let cost = wrong.cost;
                ops.push(Op::new(u8::MAX, wrong, |(), _: &KeyState| None));
                kept.resize_with(2, Vec::new);
                kept[1].push(Arc::new(KeyVariant {
                    bytes: known.to_vec(),
                    ops: vec![u16::try_from(ops.len() - 1).unwrap_or(u16::MAX)],
                    cost,
                }));
            }
        }
        Self {
            ops,
            layers,
            kept,
            known: known.map(<[u8]>::to_vec),
        }
    }

    /// The right key.
    pub(crate) fn right(&self) -> Option<&KeyVariant> {
        self.kept.first()?.first().map(Arc::as_ref)
    }

    /// Every key of that weight; the sink returns whether to go on, and so does this.
    pub(crate) fn each(
        &self,
        weight: usize,
        sink: &mut dyn FnMut(&Arc<KeyVariant>) -> bool,
    ) -> bool {
        if let Some(kept) = self.kept.get(weight) {
            return kept.iter().all(sink);
        }
        if weight <= KEPT || self.known.is_some() {
            return true;
        }
        let Some(parents) = self.layers.get(KEPT) else {
            return true;
        };
        parents.iter().all(|parent| {
            choice::descend(&self.ops, parent, weight - KEPT, &mut |variant| {
                sink(&KeyVariant::of(variant))
            })
        })
    }

    /// The keys of that weight, where they are kept.
    pub(crate) fn kept(&self, weight: usize) -> &[Arc<KeyVariant>] {
        self.kept.get(weight).map_or(&[], Vec::as_slice)
    }

    /// MACs with the keys of that weight, where they are kept.
    pub(crate) fn started(&self, mac: &Mac, weight: usize) -> Vec<Running> {
        let start = |key: &Arc<KeyVariant>| Running::start(mac.function, mac.digest, &key.bytes);
        self.kept(weight).iter().map(start).collect()
    }

    /// What a key stands for.
    pub(crate) fn choices(&self, key: &KeyVariant) -> Vec<Arc<Choice>> {
        choices_of(&self.ops, &key.ops)
    }

    /// The ways to a key, also those that were dropped for another way to the same bytes.
    pub(crate) fn ways(&self, key: &KeyVariant, weight: usize) -> Vec<Vec<Arc<Choice>>> {
        let Some(start) = self.layers.first().and_then(|layer| layer.first()) else {
            return Vec::new();
        };
        if weight == 0 || weight > KEPT {
            return Vec::new();
        }
        choice::layers(start.state.clone(), &self.ops, weight, true, &mut ())
            .into_iter()
            .nth(weight)
            .unwrap_or_default()
            .into_iter()
            .filter(|variant| variant.state.bytes() == key.bytes)
            .map(|variant| choices_of(&self.ops, &variant.ops))
            .collect()
    }
}

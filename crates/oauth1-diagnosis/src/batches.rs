//! What leaves are tried with: heads joined with keys, one by one or side by side.

#![allow(
    clippy::large_enum_variant,
    reason = "a box would cost every candidate a jump"
)]

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use crate::{
    keys::KeyVariant,
    lanes::{self, Lanes},
    mac::{Running, Trail},
    texts::FastMap,
};

/// Method and URI as they stand in the base string of a frame, with the joints.
pub(crate) struct Head {
    pub frame: usize,
    pub ops: Vec<u16>,
    pub cost: u32,
    /// What stands before the leaf, and what after it.
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

/// Everything of a candidate but its leaf.
pub(crate) struct Prepared {
    pub head: Arc<Head>,
    pub key: Option<Arc<KeyVariant>>,
    pub mac: usize,
    pub cost: u32,
    /// The readings to compare with have this weight.
    pub reading_weight: usize,
}

/// What a MAC adds to its key: its number, its cost, and the weight that is left for the readings.
#[derive(Clone, Copy)]
pub(crate) struct MacChoice {
    pub index: usize,
    pub cost: u32,
    pub reading_weight: usize,
}

impl Prepared {
    /// A head with a key and a MAC.
    pub(crate) fn keyed(head: &Arc<Head>, key: &Arc<KeyVariant>, mac: MacChoice) -> Self {
        Self {
            head: Arc::clone(head),
            key: Some(Arc::clone(key)),
            mac: mac.index,
            cost: head.cost + key.cost + mac.cost,
            reading_weight: mac.reading_weight,
        }
    }
}

/// What a leaf is tried with.
pub(crate) enum Check {
    /// A MAC that has read the head.
    Mac(Running),
    /// The client's base string begins with the head; this range of it must be the leaf.
    Text(std::ops::Range<usize>),
}

/// Candidates that are tried in one go. They have the same end after the leaf and the same weight of readings.
pub(crate) enum Batch {
    One(Check, Prepared),
    /// In the order of the lanes.
    Many(Lanes, Vec<Prepared>),
}

impl Batch {
    /// Puts together what can be.
    pub(crate) fn all(list: Vec<(Check, Prepared)>) -> Vec<Self> {
        /// How much has been read, the weight of the readings, and what comes after the leaf.
        type Kind = (usize, usize, Vec<u8>);
        let mut batches = Vec::new();
        let mut groups: FastMap<Kind, Vec<(Check, Prepared)>> = FastMap::default();
        for (check, prepared) in list {
            match check.side_by_side() {
                Some((read, _)) => {
                    let key = (read, prepared.reading_weight, prepared.head.after.clone());
                    groups.entry(key).or_default().push((check, prepared));
                }
                None => batches.push(Self::One(check, prepared)),
            }
        }
        for ((read, ..), group) in groups {
            if group.len() < lanes::FEWEST {
                let one = |(check, prepared)| Self::One(check, prepared);
                batches.extend(group.into_iter().map(one));
                continue;
            }
            let macs = group.iter().filter_map(|(check, _)| check.side_by_side());
            let lanes = Lanes::new(read, macs.map(|(_, mac)| mac));
            let members = group.into_iter().map(|(_, prepared)| prepared).collect();
            batches.push(Self::Many(lanes, members));
        }
        batches
    }
}

impl Check {
    /// How much has been read, and the state, of a MAC that can be computed beside others.
    pub(crate) fn side_by_side(&self) -> Option<(usize, lanes::Start<'_>)> {
        match self {
            Self::Mac(running) => running.side_by_side(),
            Self::Text(_) => None,
        }
    }
}

/// Keys of one weight, side by side, and the heads to try them with.
pub(crate) struct Keys<'k> {
    pub lanes: &'k Lanes,
    pub list: &'k [Arc<KeyVariant>],
    pub heads: &'k [Arc<Head>],
    pub mac: MacChoice,
}

/// What heads and keys are made into.
pub(crate) enum Ready<'k> {
    /// One of each, for many leaves.
    One(Check, Prepared),
    /// Many at once, for few leaves: the head is read again for each.
    Keys(Keys<'k>),
}

/// What trying a batch leaves for its next leaf.
#[derive(Default)]
pub(crate) struct Trails {
    pub one: Trail,
    pub many: lanes::Trail,
}

/// MACs that have read nothing but their key, by index of the MAC and weight of the keys.
pub(crate) type Keyed = HashMap<(usize, usize), OnceLock<Started>>;

pub(crate) struct Started {
    pub running: Vec<Running>,
    /// The same, where they can be computed side by side.
    pub lanes: Option<Lanes>,
}

impl Started {
    pub(crate) fn new(running: Vec<Running>) -> Self {
        let starts = || running.iter().map_while(Running::side_by_side);
        let beside = running.len() >= lanes::FEWEST && starts().count() == running.len();
        let lanes = (starts().next().filter(|_| beside))
            .map(|(read, _)| Lanes::new(read, starts().map(|(_, mac)| mac)));
        Self { running, lanes }
    }
}

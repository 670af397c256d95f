//! From a hit to explanations: the likeliest one, and the others that make the same bytes.
//!
//! The search keeps one way to each text. Here the ways that it dropped are looked for again, in
//! each component for itself, because now the bytes are known and a comparison is cheap.

use std::{collections::HashSet, sync::Arc};

use crate::{
    choice::{self, Choice, Repertoire, choices_of},
    keys::KeySpace,
    leaves::{Leaf, ParameterSpace, Writer},
    search::{ClientParts, Hit, Origin},
    stages::{
        signature::{Mac, Reading},
        uri::UriState,
    },
};

/// One complete way to the client's bytes.
#[derive(Clone)]
pub(crate) struct Explanation {
    /// In the order in which they were made.
    pub choices: Vec<Arc<Choice>>,
    pub cost: u32,
}

impl Explanation {
    pub(crate) fn new(choices: Vec<Arc<Choice>>) -> Self {
        Self {
            cost: choices.iter().map(|choice| choice.cost).sum(),
            choices,
        }
    }

    /// Fewer mistakes first, then likelier ones.
    pub(crate) fn rank(&self) -> (usize, u32) {
        (
            self.choices.iter().map(|choice| choice.found.len()).sum(),
            self.cost,
        )
    }

    pub(crate) fn ids(&self) -> Vec<&'static str> {
        self.choices
            .iter()
            .flat_map(|choice| &choice.found)
            .map(|found| found.mistake.id)
            .collect()
    }
}

/// Keys, digests and readings that hits refer to.
#[derive(Default)]
pub(crate) struct Credentials {
    pub keys: KeySpace,
    pub macs: Vec<Mac>,
    pub readings: Vec<Reading>,
}

type Ways = Vec<Vec<Arc<Choice>>>;

/// More ways than this for one component are not listed.
const MOST_WAYS: usize = 8;
/// Leaves of more weight than this have too many ways to look through them all.
const RIVAL_LEAF_WEIGHT: usize = 2;

/// Every explanation of the hits, the likeliest first, at most one for each list of mistakes.
pub(crate) fn explanations(
    hits: &[Hit],
    origins: &[Origin<'_>],
    client: ClientParts<'_>,
    credentials: &Credentials,
) -> Vec<Explanation> {
    let mut list = Vec::new();
    for (rank, hit) in hits.iter().enumerate() {
        let Some(origin) = origins.get(hit.origin) else {
            continue;
        };
        // All ways for the likeliest hit; the others stand for themselves.
        let (heads, leaves, keys) = if rank == 0 {
            (
                head_ways(hit, origin),
                leaf_ways(hit, origin, client),
                key_ways(hit, credentials),
            )
        } else {
            (
                vec![choices_of(&origin.uri_ops, &hit.head)],
                vec![own_leaf(hit, origin)],
                vec![own_key(hit, credentials)],
            )
        };
        let frame = origin.frames[hit.frame].choice.clone();
        let mac = credentials
            .macs
            .get(hit.mac)
            .and_then(|mac| mac.choice.clone());
        let reading = credentials
            .readings
            .get(hit.reading)
            .map(|reading| reading.choices.clone())
            .unwrap_or_default();
        for head in &heads {
            for leaf in &leaves {
                for key in &keys {
                    let mut choices: Vec<Arc<Choice>> = Vec::new();
                    choices.extend(origin.choice.clone());
                    choices.extend(head.iter().cloned());
                    choices.extend(leaf.iter().cloned());
                    choices.extend(frame.clone());
                    if hit.key.is_some() {
                        choices.extend(key.iter().cloned());
                        choices.extend(mac.clone());
                        choices.extend(reading.iter().cloned());
                    }
                    list.push(Explanation::new(choices));
                }
            }
        }
    }
    list.sort_by_key(Explanation::rank);
    let mut seen = HashSet::new();
    list.retain(|explanation| seen.insert(explanation.ids()));
    // What says the same and something more explains nothing more.
    let shorter: Vec<Vec<&str>> = list.iter().map(Explanation::ids).collect();
    list.retain(|explanation| {
        let ids = explanation.ids();
        !shorter
            .iter()
            .any(|other| other.len() < ids.len() && other.iter().all(|id| ids.contains(id)))
    });
    list
}

fn weight(choices: &[Arc<Choice>]) -> usize {
    choices.iter().map(|choice| choice.weight).sum()
}

fn head_ways(hit: &Hit, origin: &Origin<'_>) -> Ways {
    let own = choices_of(&origin.uri_ops, &hit.head);
    let start = UriState::canonical(origin.facts);
    let most = weight(&own);
    let layers = choice::layers(start, &origin.uri_ops, most.min(2), true, &mut ());
    let wanted = layers
        .iter()
        .flatten()
        .find(|variant| variant.ops == hit.head)
        .map(|variant| (variant.state.method.clone(), variant.state.uri()));
    let Some((method, uri)) = wanted else {
        return vec![own];
    };
    let ways = layers
        .into_iter()
        .nth(most)
        .unwrap_or_default()
        .into_iter()
        .filter(|variant| variant.state.method == method && variant.state.uri() == uri)
        .map(|variant| choices_of(&origin.uri_ops, &variant.ops));
    cheapest(own, ways)
}

fn own_leaf(hit: &Hit, origin: &Origin<'_>) -> Vec<Arc<Choice>> {
    let mut choices = choices_of(&origin.space.ops, &hit.items);
    choices.extend(hit.encoding.iter().cloned());
    choices.extend(
        hit.order
            .and_then(|order| origin.space.orders.get(order))
            .map(|order| Arc::clone(&order.choice)),
    );
    choices
}

fn leaf_ways(hit: &Hit, origin: &Origin<'_>, client: ClientParts<'_>) -> Ways {
    let own = own_leaf(hit, origin);
    let most = weight(&own);
    if most == 0 || most > RIVAL_LEAF_WEIGHT {
        return vec![own];
    }
    let space = ParameterSpace::new(origin.facts, client.pairs, most, true, Repertoire::All);
    let mut writer = Writer::new(&space, true);
    let format = &origin.frames[hit.frame].format;
    let mut ways = Vec::new();
    for set in 0..=most {
        let layer = space.parent_layer(set);
        for parent in &space.layers[layer] {
            writer.write(
                parent,
                layer,
                set,
                most,
                (hit.frame, format),
                &mut |leaf: &mut Leaf<'_>| {
                    if leaf.message.text() == hit.leaf {
                        let mut choices = choices_of(&space.ops, &leaf.items.ops);
                        choices.extend(leaf.encoding.choices());
                        choices.extend(
                            leaf.order
                                .map(|order| Arc::clone(&space.orders[order].choice)),
                        );
                        ways.push(choices);
                    }
                    true
                },
            );
        }
    }
    cheapest(own, ways)
}

fn own_key(hit: &Hit, credentials: &Credentials) -> Vec<Arc<Choice>> {
    hit.key
        .as_ref()
        .map(|key| credentials.keys.choices(key))
        .unwrap_or_default()
}

fn key_ways(hit: &Hit, credentials: &Credentials) -> Ways {
    let own = own_key(hit, credentials);
    let rivals = hit
        .key
        .as_ref()
        .map(|key| credentials.keys.ways(key, weight(&own)))
        .unwrap_or_default();
    cheapest(own, rivals)
}

/// The own way and its rivals, the cheapest first, one for each list of mistakes.
fn cheapest(own: Vec<Arc<Choice>>, rivals: impl IntoIterator<Item = Vec<Arc<Choice>>>) -> Ways {
    let mut list: Vec<Explanation> = core::iter::once(own)
        .chain(rivals)
        .map(Explanation::new)
        .collect();
    list.sort_by_key(Explanation::rank);
    let mut seen = HashSet::new();
    list.retain(|way| seen.insert(way.ids()));
    list.truncate(MOST_WAYS);
    list.into_iter().map(|way| way.choices).collect()
}

//! A recipe is one choice a stage; an [`Op`] makes one choice differently from RFC 5849.
//!
//! [`layers`] combines ops: layer `n` holds every distinct state that departures of total weight
//! `n` lead to. Ops apply in the order of the stages and at most once a group, and a combination
//! that leads to a state already reached is dropped, so most of the space never exists.

use std::{hash::Hash, sync::Arc};

use crate::{
    mistakes::{self, Mistake, Stage},
    texts::{FastMap, FastSet},
};

/// One mistake as it was made in this request.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub mistake: &'static Mistake,
    /// What exactly: the variant, the place.
    pub detail: String,
}

/// A departure from RFC 5849 at one stage. An encoder may depart in several ways at once: one choice, several mistakes.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub found: Vec<Found>,
    /// Sum of the mistakes' costs, for the order among explanations of equal weight.
    pub cost: u32,
    /// How many mistakes it counts for.
    pub weight: usize,
}

impl Choice {
    pub(crate) fn new(mistake: &'static Mistake, detail: impl Into<String>) -> Self {
        Self {
            found: vec![Found {
                mistake,
                detail: detail.into(),
            }],
            cost: mistake.cost,
            weight: 1,
        }
    }

    /// Several mistakes that one choice makes together.
    pub(crate) fn facets(found: Vec<Found>) -> Self {
        let cost = found
            .iter()
            .map(|found| found.mistake.cost)
            .max()
            .unwrap_or(0);
        Self {
            cost,
            found,
            weight: 1,
        }
    }

    /// Raises the cost: a rarer variant of the same mistake.
    pub(crate) fn rarer(mut self, by: u32) -> Self {
        self.cost += by;
        self
    }

    /// Counts for more than one mistake, so that it is tried later.
    pub(crate) fn weighing(mut self, weight: usize) -> Self {
        self.weight = weight;
        self
    }
}

/// Which departures are tried.
#[derive(Clone, Default)]
pub(crate) enum Repertoire {
    /// All of them.
    #[default]
    All,
    /// Those of these mistakes: what a known client or provider does.
    Only(Arc<[&'static str]>),
}

impl Repertoire {
    /// Whether a choice makes none but these mistakes.
    pub(crate) fn has(&self, found: &[Found]) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => found.iter().all(|found| ids.contains(&found.mistake.id)),
        }
    }

    /// Whether any of its mistakes is of one of these stages.
    fn reaches(&self, stages: &[Stage]) -> bool {
        let is_there =
            |id: &&str| mistakes::find(id).is_some_and(|one| stages.contains(&one.stage));
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(is_there),
        }
    }
}

/// The ops of a repertoire, where `make` gives all those of some stages: not made at all where it has none of these.
pub(crate) fn ops_of<S, C>(
    repertoire: &Repertoire,
    stages: &[Stage],
    make: impl FnOnce() -> Vec<Op<S, C>>,
) -> Vec<Op<S, C>> {
    if !repertoire.reaches(stages) {
        return Vec::new();
    }
    let mut ops = make();
    ops.retain(|op| {
        let mut found = op.choice.found.iter();
        debug_assert!(found.all(|found| stages.contains(&found.mistake.stage)));
        repertoire.has(&op.choice.found)
    });
    ops
}

type Apply<S, C> = dyn Fn(&mut C, &S) -> Option<S> + Send + Sync;

/// A choice together with what it does to the state of its component; `C` is scratch space.
pub(crate) struct Op<S, C = ()> {
    pub choice: Arc<Choice>,
    /// Of a group, one op applies at most.
    pub group: u8,
    pub apply: Box<Apply<S, C>>,
}

impl<S, C> Op<S, C> {
    pub(crate) fn new(
        group: u8,
        choice: Choice,
        apply: impl Fn(&mut C, &S) -> Option<S> + Send + Sync + 'static,
    ) -> Self {
        Self {
            choice: Arc::new(choice),
            group,
            apply: Box::new(apply),
        }
    }
}

/// A state and the ops that lead to it, in stage order.
#[derive(Clone, Debug)]
pub(crate) struct Variant<S> {
    pub state: S,
    pub ops: Vec<u16>,
    pub cost: u32,
}

impl<S: PartialEq> Variant<S> {
    /// The ops of exactly that weight that may come next: later ones than the last, of groups not used yet.
    pub(crate) fn next_ops<C>(
        &self,
        ops: &[Op<S, C>],
        weight: usize,
    ) -> impl Iterator<Item = usize> {
        let first = self.ops.last().map_or(0, |last| usize::from(*last) + 1);
        (first..ops.len()).filter(move |index| {
            let op = &ops[*index];
            op.choice.weight == weight
                && self
                    .ops
                    .iter()
                    .all(|used| ops[usize::from(*used)].group != op.group)
        })
    }

    /// What one of these ops makes of the state; `None` when it changes nothing.
    pub(crate) fn follow<C>(
        &self,
        ops: &[Op<S, C>],
        index: usize,
        scratch: &mut C,
    ) -> Option<Self> {
        let op = ops.get(index)?;
        let state = (op.apply)(scratch, &self.state).filter(|state| *state != self.state)?;
        let mut chain = self.ops.clone();
        chain.push(u16::try_from(index).ok()?);
        Some(Self {
            state,
            ops: chain,
            cost: self.cost + op.choice.cost,
        })
    }
}

/// Layers `0..=most` of the states reachable from `start`; with `keep_rivals`, also the ones that reach a known state.
pub(crate) fn layers<S: Clone + Eq + Hash, C>(
    start: S,
    ops: &[Op<S, C>],
    most: usize,
    keep_rivals: bool,
    scratch: &mut C,
) -> Vec<Vec<Variant<S>>> {
    let heaviest = ops.iter().map(|op| op.choice.weight).max().unwrap_or(1);
    let mut seen: FastMap<S, (usize, usize)> = FastMap::default();
    seen.insert(start.clone(), (0, 0));
    let mut layers = vec![vec![Variant {
        state: start,
        ops: Vec::new(),
        cost: 0,
    }]];
    for weight in 1..=most {
        let mut layer: Vec<Variant<S>> = Vec::new();
        for step in 1..=heaviest.min(weight) {
            for parent in &layers[weight - step] {
                for index in parent.next_ops(ops, step) {
                    let Some(next) = parent.follow(ops, index, scratch) else {
                        continue;
                    };
                    match seen.get(&next.state) {
                        _ if keep_rivals => layer.push(next),
                        None => {
                            seen.insert(next.state.clone(), (weight, layer.len()));
                            layer.push(next);
                        }
                        Some(&(known, at)) if known == weight && next.cost < layer[at].cost => {
                            layer[at] = next;
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        layers.push(layer);
    }
    layers
}

/// Every variant below `parent` that `weight` more leads to, each state once; the sink returns whether to go on, and so does this.
pub(crate) fn descend<S: Clone + Eq + Hash>(
    ops: &[Op<S>],
    parent: &Variant<S>,
    weight: usize,
    sink: &mut dyn FnMut(&Variant<S>) -> bool,
) -> bool {
    if weight == 0 {
        return sink(parent);
    }
    let mut seen: FastSet<S> = FastSet::default();
    for step in 1..=weight {
        for index in parent.next_ops(ops, step) {
            let Some(variant) = parent.follow(ops, index, &mut ()) else {
                continue;
            };
            if seen.insert(variant.state.clone()) && !descend(ops, &variant, weight - step, sink) {
                return false;
            }
        }
    }
    true
}

/// The choices a chain of ops stands for.
pub(crate) fn choices_of<S, C>(ops: &[Op<S, C>], chain: &[u16]) -> Vec<Arc<Choice>> {
    chain
        .iter()
        .filter_map(|index| ops.get(usize::from(*index)))
        .map(|op| Arc::clone(&op.choice))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mistakes;

    fn choice() -> Choice {
        let mistake = mistakes::all().next().expect("a mistake");
        Choice::new(mistake, "")
    }

    /// Adds to the state, so that each combination leads to a sum of its own.
    fn adds(group: u8, choice: Choice, number: u32) -> Op<u32> {
        Op::new(group, choice, move |(), state| Some(state + number))
    }

    fn states(layers: &[Vec<Variant<u32>>]) -> Vec<Vec<u32>> {
        let states = |layer: &Vec<Variant<u32>>| layer.iter().map(|one| one.state).collect();
        layers.iter().map(states).collect()
    }

    #[test]
    fn ops_of_one_group_exclude_each_other() {
        let ops = [
            adds(1, choice(), 1),
            adds(1, choice(), 10),
            adds(2, choice(), 100),
        ];
        let found = layers(0, &ops, 3, false, &mut ());
        let expected: [&[u32]; 4] = [&[0], &[1, 10, 100], &[101, 110], &[]];
        assert_eq!(states(&found), expected);
        assert_eq!(found[2][1].ops, [1, 2]);
        assert_eq!(found[2][1].cost, 2 * choice().cost);
    }

    #[test]
    fn a_choice_that_weighs_two_comes_in_the_second_layer() {
        let ops = [adds(1, choice().weighing(2), 1), adds(2, choice(), 10)];
        let found = layers(0, &ops, 3, false, &mut ());
        let expected: [&[u32]; 4] = [&[0], &[10], &[1], &[11]];
        assert_eq!(states(&found), expected);
    }

    #[test]
    fn of_two_ways_to_a_state_the_cheaper_is_kept() {
        let ops = [adds(1, choice().rarer(1), 5), adds(2, choice(), 5)];
        let found = layers(0, &ops, 1, false, &mut ());
        let [only] = &found[1][..] else {
            panic!("one way");
        };
        assert_eq!((&only.ops[..], only.cost), (&[1][..], choice().cost));
        let ops = [adds(1, choice(), 5), adds(2, choice(), 5)];
        assert_eq!(layers(0, &ops, 1, false, &mut ())[1][0].ops, [0]);
        assert_eq!(states(&layers(0, &ops, 1, true, &mut ()))[1], [5, 5]);
        // What changes nothing is no way.
        let nothing = layers(0, &[adds(1, choice(), 0)], 1, true, &mut ());
        assert!(nothing[1].is_empty());
    }

    #[test]
    fn descending_meets_each_state_once_until_it_is_told_to_stop() {
        let ops = [
            adds(1, choice(), 1),
            adds(2, choice(), 1),
            adds(3, choice().weighing(2), 7),
        ];
        let start = layers(0, &ops, 0, false, &mut ()).remove(0).remove(0);
        let mut met = Vec::new();
        assert!(descend(&ops, &start, 2, &mut |found| {
            met.push(found.state);
            true
        }));
        assert_eq!(met, [2, 7]);
        let mut calls = 0;
        assert!(!descend(&ops, &start, 2, &mut |_| {
            calls += 1;
            false
        }));
        assert_eq!(calls, 1);
    }
}

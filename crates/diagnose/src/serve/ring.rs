//! The requests that were taken lately, for the page: the oldest make room for new ones.

use crate::run::Answer;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// The most requests.
const MOST: usize = 200;
/// The most bytes of all of them together.
const MOST_BYTES: usize = 16 << 20;

/// A request that was taken.
pub(super) struct Taken {
    /// Counted from 1.
    pub(super) id: u64,
    /// Seconds since 1970.
    pub(super) at: u64,
    /// Method and target, cut and safe to print.
    pub(super) line: String,
    /// What was answered.
    pub(super) status: u16,
    /// `None` while it is diagnosed.
    pub(super) seen: Option<Seen>,
    /// Which change of the ring was the last one of this request.
    change: u64,
}

/// What came of the diagnosis.
pub(super) struct Seen {
    pub(super) answer: Answer,
    /// What is wrong, in a few words; empty where nothing is.
    pub(super) told: String,
    /// All there is to see, as the page reads it.
    pub(super) view: Vec<u8>,
}

impl Taken {
    fn bytes(&self) -> usize {
        let seen = self.seen.as_ref();
        self.line.len() + seen.map_or(0, |seen| seen.told.len() + seen.view.len())
    }
}

/// The requests, and word of every change.
pub(super) struct Ring {
    inner: Mutex<Inner>,
    changes: watch::Sender<u64>,
}

struct Inner {
    taken: VecDeque<Taken>,
    last: u64,
    change: u64,
}

/// The number of the state before any request: who knows of nothing yet is told at once that there is nothing.
const EMPTY: u64 = 1;

impl Ring {
    pub(super) fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                taken: VecDeque::new(),
                last: 0,
                change: EMPTY,
            }),
            changes: watch::Sender::new(EMPTY),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a request that is still to be diagnosed, and gives its number.
    pub(super) fn add(&self, at: u64, line: String, status: u16) -> u64 {
        let mut inner = self.lock();
        inner.last += 1;
        inner.change += 1;
        let (id, change) = (inner.last, inner.change);
        inner.taken.push_back(Taken {
            id,
            at,
            line,
            status,
            seen: None,
            change,
        });
        self.settle(inner);
        id
    }

    /// Adds what came of the diagnosis, where the request is still there.
    pub(super) fn finish(&self, id: u64, seen: Seen) {
        let mut inner = self.lock();
        inner.change += 1;
        let change = inner.change;
        if let Some(taken) = inner.taken.iter_mut().find(|taken| taken.id == id) {
            taken.seen = Some(seen);
            taken.change = change;
        }
        self.settle(inner);
    }

    /// Makes room, and tells of the change.
    fn settle(&self, mut inner: MutexGuard<'_, Inner>) {
        let mut bytes: usize = inner.taken.iter().map(Taken::bytes).sum();
        while inner.taken.len() > MOST || bytes > MOST_BYTES {
            let Some(oldest) = inner.taken.pop_front() else {
                break;
            };
            bytes -= oldest.bytes();
        }
        self.changes.send_replace(inner.change);
    }

    /// Word of every change, with its number.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What changed after that change, handed to `each`; gives the number of the last change and the oldest request's.
    pub(super) fn after(&self, change: u64, mut each: impl FnMut(&Taken)) -> (u64, u64) {
        let inner = self.lock();
        let changed = inner.taken.iter().filter(|taken| taken.change > change);
        changed.for_each(&mut each);
        let oldest = inner.taken.front().map_or(inner.last + 1, |taken| taken.id);
        (inner.change, oldest)
    }

    /// All there is to see of one request; `None` where it is gone or still diagnosed.
    pub(super) fn view(&self, id: u64) -> Option<Vec<u8>> {
        let inner = self.lock();
        let taken = inner.taken.iter().find(|taken| taken.id == id)?;
        taken.seen.as_ref().map(|seen| seen.view.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: usize) -> Seen {
        Seen {
            answer: Answer::Right,
            told: String::new(),
            view: vec![b' '; bytes],
        }
    }

    fn ids(ring: &Ring, change: u64) -> Vec<u64> {
        let mut ids = Vec::new();
        ring.after(change, |taken| ids.push(taken.id));
        ids
    }

    #[test]
    fn the_oldest_make_room() {
        let ring = Ring::new();
        for _ in 0..MOST + 5 {
            ring.add(0, "GET /".into(), 200);
        }
        assert_eq!(ids(&ring, 0).len(), MOST);
        assert_eq!(ring.after(0, |_| ()), (EMPTY + MOST as u64 + 5, 6));
        // 16 of them would be a few bytes too many.
        for id in MOST as u64 - 11..=MOST as u64 + 5 {
            ring.finish(id, seen(1 << 20));
        }
        let left = ids(&ring, 0);
        assert_eq!((left.len(), left[0]), (15, MOST as u64 - 9));
        ring.finish(1, seen(1));
        assert_eq!(ids(&ring, 0).len(), 15, "what is gone does not come back");
    }

    #[test]
    fn only_what_changed_is_told() {
        let ring = Ring::new();
        ring.add(0, "GET /1".into(), 200);
        let (change, _) = ring.after(0, |_| ());
        ring.add(0, "GET /2".into(), 200);
        assert_eq!(ids(&ring, change), [2]);
        ring.finish(1, seen(1));
        assert_eq!(ids(&ring, change), [1, 2]);
        assert!(ring.view(1).is_some() && ring.view(2).is_none());
    }
}

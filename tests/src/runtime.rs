//! Clocks and threads for the search. Most tests take no threads: they run whole cases side by side instead.
use oauth1_diagnosis::runtime::Runtime;
use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

/// One worker and a clock that starts when the value is made.
pub struct Clock(Instant);

impl Clock {
    /// Starts the clock.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Runtime for Clock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
    fn workers(&self) -> usize {
        1
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        work(0);
    }
}

/// `work` applied to every item by two threads; results in the order of the items.
///
/// # Panics
/// When `work` does.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, item)) = take(items, &next) {
            done.push((index, work(item)));
        }
        done
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("the worker panicked"))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// That many threads, and no clock.
pub struct Threads(pub usize);

impl Runtime for Threads {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn workers(&self) -> usize {
        self.0
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        thread::scope(|scope| {
            for number in 0..self.0 {
                scope.spawn(move || work(number));
            }
        });
    }
}

/// One worker and a clock that goes on by a millisecond whenever it is looked at: the same search always stops at the same place.
#[derive(Default)]
pub struct Ticks(AtomicU64);

impl Runtime for Ticks {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
    fn workers(&self) -> usize {
        1
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        work(0);
    }
}

//! Time and threads, handed in so that the search itself stays pure.
use core::time::Duration;

/// What the search needs from the outside world.
pub trait Runtime: Sync {
    /// Time since the diagnosis of this case began.
    fn elapsed(&self) -> Duration;
    /// How many workers `run` starts; at least 1.
    fn workers(&self) -> usize;
    /// Calls `work(i)` once for every `i` in `0..self.workers()`, possibly at the same time, and returns when all have returned.
    fn run(&self, work: &(dyn Fn(usize) + Sync));
    /// Called now and then by the search, from any worker.
    fn progress(&self, _progress: Progress) {}
}

/// How far the search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Candidates tried so far.
    pub candidates: u64,
    /// The number of simultaneous mistakes now being combined.
    pub mistakes: usize,
}

/// No threads and no clock: the time limit is never reached.
pub struct SingleThread;

impl Runtime for SingleThread {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn workers(&self) -> usize {
        1
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        work(0);
    }
}

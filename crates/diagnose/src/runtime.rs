//! Threads, the clock and the progress line: what the search is handed.

use crate::{cli::Now, render::human::thousands};
use indicatif::{ProgressBar, ProgressStyle};
use oauth1_diagnosis::runtime::{Progress, Runtime};
use std::{
    io::{self, IsTerminal},
    sync::OnceLock,
    thread,
    time::{Duration, Instant, SystemTime},
};

/// A search that answers sooner needs no progress line.
const QUIET: Duration = Duration::from_millis(500);

/// Threads and a clock for one case.
pub(crate) struct Threads {
    started: Instant,
    workers: usize,
    /// `None` where nobody watches.
    line: Option<OnceLock<ProgressBar>>,
}

impl Threads {
    /// All cores, and a progress line on standard error when that is a terminal.
    pub(crate) fn all_cores() -> Self {
        Self {
            started: Instant::now(),
            workers: cores(),
            line: io::stderr().is_terminal().then(OnceLock::new),
        }
    }

    /// The calling thread only, and silence: for `batch`, where every core has its own case.
    pub(crate) fn one_core() -> Self {
        Self {
            started: Instant::now(),
            workers: 1,
            line: None,
        }
    }
}

impl Runtime for Threads {
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        thread::scope(|scope| {
            for index in 1..self.workers {
                scope.spawn(move || work(index));
            }
            work(0);
        });
    }

    fn progress(&self, progress: Progress) {
        let Some(line) = &self.line else { return };
        if self.elapsed() < QUIET {
            return;
        }
        let line = line.get_or_init(|| {
            let style = ProgressStyle::with_template("{spinner} {msg}");
            ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        line.set_message(format!(
            "combining {} mistakes, {} combinations tried",
            progress.mistakes,
            thousands(progress.candidates),
        ));
        line.tick();
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(line) = self.line.as_ref().and_then(OnceLock::get) {
            line.finish_and_clear();
        }
    }
}

impl Now {
    /// The time in seconds since 1970; a clock that stands before is at 0.
    pub(crate) fn seconds(self) -> u64 {
        match self {
            Self::At(seconds) => seconds,
            Self::Clock => SystemTime::UNIX_EPOCH
                .elapsed()
                .map_or(0, |since| since.as_secs()),
        }
    }
}

/// How many threads can work at the same time.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

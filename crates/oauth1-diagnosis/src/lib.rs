//! Which is the likeliest recipe that turns this request into what the client sent?
//!
//! SKELETON: `evidence`, `report` and `runtime` are agreed; the rest is being written.
#![no_std]
extern crate alloc;

pub mod evidence;
pub mod mistakes;
pub mod report;
pub mod runtime;
pub mod stages;

use evidence::Evidence;
use report::Report;

/// Bounds of the search.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many simultaneous mistakes are combined.
    pub max_mistakes: usize,
    /// Wall time for the search.
    pub time_limit: core::time::Duration,
}
impl Default for Limits {
    fn default() -> Self {
        Self {
            max_mistakes: 4,
            time_limit: core::time::Duration::from_secs(10),
        }
    }
}

/// Diagnoses one case.
pub fn diagnose(_evidence: &Evidence, _limits: Limits, _runtime: &dyn runtime::Runtime) -> Report {
    todo!()
}

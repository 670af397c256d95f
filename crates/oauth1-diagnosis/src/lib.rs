//! Which is the likeliest recipe that turns this request into what the client sent?

pub(crate) mod batches;
pub mod calls;
pub(crate) mod choice;
pub mod clients;
pub(crate) mod data;
pub(crate) mod diagnosis;
pub mod encoders;
pub mod evidence;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod keys;
pub(crate) mod lanes;
pub(crate) mod leaves;
pub(crate) mod mac;
pub(crate) mod mismatch;
pub mod mistakes;
pub mod providers;
pub(crate) mod rebuild;
pub mod report;
pub mod runtime;
pub(crate) mod search;
pub(crate) mod separate;
pub mod stages;
pub(crate) mod structure;
pub(crate) mod texts;

use core::time::Duration;

use evidence::Evidence;
use report::Report;
use runtime::Runtime;

/// Bounds of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many simultaneous mistakes are combined.
    pub max_mistakes: usize,
    /// Wall time for one case.
    pub time_limit: Duration,
}

impl Default for Limits {
    /// Four mistakes, ten seconds.
    fn default() -> Self {
        Self {
            max_mistakes: 4,
            time_limit: Duration::from_secs(10),
        }
    }
}

/// Diagnoses one case: compares what the client made with what RFC 5849 asks for, and searches for the mistakes between the two.
///
/// Nothing is read but the evidence; time and threads come from `runtime`.
pub fn diagnose(evidence: &Evidence, limits: Limits, runtime: &dyn Runtime) -> Report {
    diagnosis::diagnose(evidence, limits, runtime)
}

/// The signatures that a client makes on `evidence.request` with exactly these mistakes (ids of [`mistakes`]), the likeliest
/// first, each as it arrives in `oauth_signature`, decoded once. The signature of the request itself plays no part.
///
/// A mistake has variants, and each gives a signature of its own, so whoever wants a certain one diagnoses what comes of it.
/// Empty where there are no secrets, no such mistakes, or where they cannot be made on this request; RSA methods are not made.
pub fn imitate(
    evidence: &Evidence,
    mistakes: &[&'static str],
    limits: Limits,
    runtime: &dyn Runtime,
) -> Vec<Vec<u8>> {
    diagnosis::imitate(evidence, mistakes, limits, runtime)
}

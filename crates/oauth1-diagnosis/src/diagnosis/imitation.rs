//! The way back: from mistakes to the signatures that a client with them makes.
//!
//! It is the search itself with a reading that fits every digest, so that nothing is known here that the search does not know.

use std::sync::Arc;

use crate::{
    choice::Repertoire,
    explain::Credentials,
    mac,
    search::{Bounds, ClientParts, Goal, Origin, Search},
    stages::signature::{self, Matcher, Reading},
};

use super::{Case, frames_of};

/// A mistake may count for up to this many more than one.
const HEAVIER: usize = 2;

impl Case<'_> {
    /// The signatures that a client makes on this request with no other mistakes than these, the likeliest first, each as it
    /// arrives, decoded once. Empty where there is no secret, or where a mistake among them cannot be made on purpose.
    pub(super) fn imitations(&self, mistakes: &[&'static str]) -> Vec<Vec<u8>> {
        let (written, computed): (Vec<&str>, Vec<&str>) =
            mistakes.iter().partition(|id| signature::is_of_text(id));
        let fewest = computed.len();
        let repertoire = Repertoire::Only(mistakes.iter().copied().collect());
        let Some(credentials) = self.credentials_of(&repertoire, b"", fewest + HEAVIER) else {
            return Vec::new();
        };
        let credentials = Credentials {
            readings: vec![Reading {
                choices: Vec::new(),
                matcher: Matcher::Any,
            }],
            ..credentials
        };
        let frames = frames_of(&repertoire, &self.frames()[0]);
        for level in fewest..=fewest + HEAVIER {
            let origin = Origin::new(
                self.facts(0),
                None,
                ClientParts::default(),
                level,
                Arc::clone(&frames),
                &repertoire,
            );
            let mut hits = Search {
                origins: &[origin],
                goal: Goal::Signature {
                    keys: &credentials.keys,
                    macs: &credentials.macs,
                    readings: &credentials.readings,
                },
                bounds: Bounds {
                    time_limit: self.limits.time_limit,
                },
                runtime: self.runtime,
            }
            .level(level)
            .hits;
            hits.sort_by_key(|hit| hit.cost);
            let signatures: Vec<Vec<u8>> = hits
                .iter()
                .filter_map(|hit| {
                    let mac = credentials.macs.get(hit.mac)?;
                    let key = &hit.key.as_ref()?.bytes;
                    let digest = mac::compute(mac.function, mac.digest, key, &hit.text);
                    signature::written(digest.as_slice(), &written)
                })
                .collect();
            if !signatures.is_empty() {
                return signatures;
            }
        }
        Vec::new()
    }
}

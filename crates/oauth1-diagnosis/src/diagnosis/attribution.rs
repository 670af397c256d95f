//! Who makes these mistakes? The known clients that fit what was found.

use std::{cmp::Reverse, collections::HashMap};

use crate::{
    choice::Repertoire,
    clients::{self, Client, Departure},
    explain::Explanation,
    mistakes::{self, Stage},
    report::ClientReport,
    search::ClientParts,
};

use super::{Case, Found, Sought};

/// A client that fits, and what speaks for and against it.
struct Fit {
    client: &'static Client,
    is_sender: bool,
    /// What it is known to do, would show here, and was not done.
    missing: usize,
    did: Vec<&'static Departure>,
}

impl Case<'_> {
    /// The clients that make all mistakes of one of the explanations, the likeliest first.
    pub(super) fn clients(&self, explanations: &[Explanation]) -> Vec<ClientReport> {
        // Most signatures are right: the profiles are not read for them.
        if explanations.is_empty() {
            return Vec::new();
        }
        let sender = self.requests[0].0.header("User-Agent");
        let mut shows = Shows::new(self);
        let mut fits: Vec<Fit> = clients::all()
            .iter()
            .filter_map(|client| {
                let best = explanations
                    .iter()
                    .filter_map(|explanation| {
                        did(client, explanation).map(|did| (explanation, did))
                    })
                    .map(|(explanation, did)| (missing(client, explanation, &mut shows), did))
                    .min_by_key(|(missing, _)| *missing)?;
                Some(Fit {
                    client,
                    is_sender: sender.is_some_and(|sender| client.sends(sender)),
                    missing: best.0,
                    did: best.1,
                })
            })
            .collect();
        // What it always does and did not do here speaks against a client, unless nobody fits better.
        let least = fits.iter().map(|fit| fit.missing).min().unwrap_or_default();
        fits.retain(|fit| fit.missing == least);
        fits.sort_by_key(|fit| (Reverse(fit.is_sender), fit.client.departs.len()));
        fits.into_iter().map(Fit::told).collect()
    }
}

/// What the client does of an explanation, when it does all of it.
fn did(client: &'static Client, explanation: &Explanation) -> Option<Vec<&'static Departure>> {
    let ids = explanation.ids();
    let did: Option<Vec<_>> = ids.iter().map(|id| client.departure(id)).collect();
    did.filter(|did| !did.is_empty())
}

fn missing(client: &Client, explanation: &Explanation, shows: &mut Shows<'_, '_>) -> usize {
    let ids = explanation.ids();
    client
        .departs
        .iter()
        .filter(|departure| departure.always)
        .filter(|departure| !ids.contains(&departure.mistake))
        .filter(|departure| shows.on_this_request(departure.mistake))
        .count()
}

impl Fit {
    fn told(self) -> ClientReport {
        let mut when: Vec<&str> = Vec::new();
        for departure in &self.did {
            if !when.contains(&departure.when) {
                when.push(departure.when);
            }
        }
        let Client {
            id,
            name,
            versions,
            advice,
            ..
        } = self.client;
        let version = if versions.is_empty() {
            String::new()
        } else {
            format!(" {versions}")
        };
        ClientReport {
            id,
            name,
            versions,
            note: format!(
                "this is what {name}{version} does when {}",
                when.join(", and when ")
            ),
            advice,
            user_agent: self.is_sender,
        }
    }
}

/// Which mistakes would change the base string or the signature of this request?
pub(super) struct Shows<'c, 'e> {
    case: &'c Case<'e>,
    known: HashMap<String, bool>,
}

impl<'c, 'e> Shows<'c, 'e> {
    pub(super) fn new(case: &'c Case<'e>) -> Self {
        Self {
            case,
            known: HashMap::new(),
        }
    }

    /// For a request that is too long to be searched, none is said to.
    pub(super) fn on_this_request(&mut self, id: &str) -> bool {
        if self.case.is_too_long() {
            return false;
        }
        if let Some(&shows) = self.known.get(id) {
            return shows;
        }
        let mistake = mistakes::find(id);
        let canonical = self.case.canonical_frames();
        // No frame makes any other mistake.
        let by_frame =
            mistake.is_some_and(|made| matches!(made.stage, Stage::Encoding | Stage::Joining));
        let sought = Sought {
            signature: self.case.signature(),
            text: None,
            client: ClientParts::default(),
            frames: if by_frame {
                self.case.frames()
            } else {
                &canonical
            },
        };
        let repertoire = mistake.map(|mistake| mistake.id);
        let mut tried = Found::default();
        self.case.level(
            1,
            &sought,
            &Repertoire::Only(repertoire.into_iter().collect()),
            &mut tried,
        );
        // What changes nothing is no candidate.
        let shows = tried.candidates > 0;
        self.known.insert(id.to_owned(), shows);
        shows
    }
}

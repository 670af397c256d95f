//! Which clients are known to make which mistakes? The profiles of `fixtures/clients/clients.toml`, which says where they come
//! from.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    data,
    mistakes::{self, Mistake},
};

/// A library or tool that signs requests, in the versions that were seen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Stable name, used in reports and by `diagnose explain`.
    pub id: &'static str,
    /// What its users call it.
    pub name: &'static str,
    /// The language it is written in.
    pub language: &'static str,
    /// The versions that were seen; empty when that is not known.
    pub versions: &'static str,
    /// Its names among the measured captures.
    pub measured: Vec<&'static str>,
    /// What its `User-Agent` contains.
    pub user_agents: Vec<&'static str>,
    /// What is characteristic about it.
    pub note: &'static str,
    /// What its user can do.
    pub advice: &'static str,
    /// Where it departs from RFC 5849, the most characteristic first.
    #[serde(default)]
    pub departs: Vec<Departure>,
}

/// A mistake that a client makes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// Its id in the registry.
    pub mistake: &'static str,
    /// On which input it shows; reads after "when".
    pub when: &'static str,
    /// Whether it is made on every input where it can show.
    pub always: bool,
}

static CLIENTS: LazyLock<Vec<Client>> = LazyLock::new(|| {
    // The test at the end of this file keeps the profiles readable; without them no client would be known.
    parse().unwrap_or_default()
});

fn parse() -> Result<Vec<Client>, rmp_serde::decode::Error> {
    data::entries(include_bytes!(concat!(env!("OUT_DIR"), "/clients.msgpack")))
}

/// Every known client.
pub fn all() -> &'static [Client] {
    &CLIENTS
}

/// The client with that id.
pub fn find(id: &str) -> Option<&'static Client> {
    all().iter().find(|client| client.id == id)
}

impl Client {
    /// The mistakes it makes.
    pub fn mistakes(&self) -> impl Iterator<Item = &'static Mistake> {
        let departs = self.departs.iter();
        departs.filter_map(|departure| mistakes::find(departure.mistake))
    }

    /// Whether a `User-Agent` is one of its own.
    pub(crate) fn sends(&self, user_agent: &[u8]) -> bool {
        let sent = String::from_utf8_lossy(user_agent);
        self.user_agents.iter().any(|known| sent.contains(known))
    }

    /// What it does, when it makes that mistake.
    pub(crate) fn departure(&self, id: &str) -> Option<&Departure> {
        self.departs
            .iter()
            .find(|departure| departure.mistake == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_profiles_are_complete() {
        let clients = parse().unwrap();
        assert!(clients.len() > 40, "{}", clients.len());
        let ids: BTreeSet<&str> = clients.iter().map(|client| client.id).collect();
        assert_eq!(ids.len(), clients.len());
        for client in &clients {
            let id = &client.id;
            assert!(
                !client.name.is_empty() && !client.language.is_empty(),
                "{id}"
            );
            assert!(!client.note.is_empty() && !client.advice.is_empty(), "{id}");
            assert!(!client.departs.is_empty(), "{id}");
            assert_eq!(client.mistakes().count(), client.departs.len(), "{id}");
            let different: BTreeSet<&str> = client.mistakes().map(|mistake| mistake.id).collect();
            assert_eq!(different.len(), client.departs.len(), "{id}");
            assert!(
                client
                    .departs
                    .iter()
                    .all(|departure| !departure.when.is_empty()),
                "{id}"
            );
        }
    }
}

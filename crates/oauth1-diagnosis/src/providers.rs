//! Which rules does a provider verify by? The profiles of `fixtures/providers/profiles.toml`. What a profile does not say is not
//! documented, and nothing is concluded from it.

use std::sync::LazyLock;

use oauth1_core::{
    encode::{first_broken_escape, percent_decode},
    parameters::{Parameter, Parameters, Source},
    request::Request,
};
use serde::Deserialize;

use crate::{
    data,
    mistakes::{self, Mistake},
};

/// A provider, or a server library that providers are built on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable name, for `--provider`.
    pub id: &'static str,
    /// What its users call it.
    pub name: &'static str,
    /// Other names for `--provider`.
    #[serde(default)]
    pub aliases: Vec<&'static str>,
    /// Whether its OAuth 1.0a is still there.
    pub status: Status,
    /// What there is to say about that; may be empty.
    pub status_note: &'static str,
    /// Its hosts: names, or `*.suffix`.
    hosts: Vec<&'static str>,
    /// Parts of paths that tell a product that anybody can host.
    paths: Vec<&'static str>,
    /// The signature methods it takes.
    pub methods: Option<Vec<&'static str>>,
    /// Where it reads the protocol parameters: `header`, `query`, `body`.
    pub places: Option<Vec<&'static str>>,
    /// The only realm it takes.
    pub realm: Option<&'static str>,
    /// Whether there must be a realm.
    #[serde(default)]
    pub realm_required: bool,
    /// What there is to say about the realm.
    pub realm_note: Option<&'static str>,
    /// How old a timestamp may be, in seconds.
    pub seconds_past: Option<u64>,
    /// How far in the future it may be, in seconds.
    pub seconds_future: Option<u64>,
    /// Whether a token is sent.
    pub token: Option<Needed>,
    /// The shortest nonce, in characters.
    pub nonce_least: Option<usize>,
    /// The longest nonce, in characters.
    pub nonce_most: Option<usize>,
    /// What becomes of requests over plain http.
    pub plain_http: Option<PlainHttp>,
    /// What is worth knowing when a signature is refused there.
    pub notes: Vec<&'static str>,
    /// Why signatures were refused there.
    pub causes: Vec<&'static str>,
    /// Where all this comes from.
    pub sources: Vec<&'static str>,
    /// What no source says.
    pub undocumented: Vec<&'static str>,
    /// What is general knowledge and was not found in a source.
    pub unverified: Vec<&'static str>,
    /// What it refuses although RFC 5849 allows it.
    #[serde(default)]
    pub refuses: Vec<Refusal>,
    /// Where it computes something else than RFC 5849.
    #[serde(default)]
    pub departs: Vec<Departure>,
}

/// A request that is right by RFC 5849 and is refused by some servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Parameters whose names begin with `oauth_` in more than one place.
    SeveralPlaces,
    /// A byte in the query or the form body that should have been percent-encoded.
    RawInQuery,
    /// A raw space in the path.
    SpaceInPath,
    /// A `%` that no escape follows.
    BrokenEscape,
    /// A protocol parameter of query or body that holds an escape once it is decoded: it is decoded again.
    EscapeInProtocolValue,
    /// A timestamp that has not ten digits.
    TimestampLength,
    /// PLAINTEXT without timestamp and nonce.
    PlaintextWithoutNonce,
    /// Bytes that are not UTF-8, percent-encoded.
    NotUtf8,
}

impl Refusal {
    /// What the request does, after "it".
    pub const fn says(self) -> &'static str {
        match self {
            Self::SeveralPlaces => "has parameters that begin with oauth_ in more than one place",
            Self::RawInQuery => {
                "has a byte in its query or form body that should be percent-encoded"
            }
            Self::SpaceInPath => "has a raw space in its path",
            Self::BrokenEscape => "has a % that no escape follows",
            Self::EscapeInProtocolValue => {
                "has a protocol parameter outside the header whose value holds an escape, which is decoded twice there"
            }
            Self::TimestampLength => "has a timestamp that has not ten digits",
            Self::PlaintextWithoutNonce => "uses PLAINTEXT without timestamp and nonce",
            Self::NotUtf8 => "has percent-encoded bytes that are not UTF-8",
        }
    }

    /// Whether the request, which has these parameters, is refused for this.
    pub(crate) fn applies(self, request: &Request, parameters: &Parameters<'_>) -> bool {
        let form = request.form_body().unwrap_or_default();
        let query = request.query.as_deref().unwrap_or_default();
        let is_protocol = |one: &&Parameter<'_>| one.is_protocol();
        match self {
            Self::SeveralPlaces => {
                let mut places = parameters
                    .list
                    .iter()
                    .filter(is_protocol)
                    .map(|one| one.source);
                let first = places.next();
                places.any(|place| Some(place) != first)
            }
            Self::RawInQuery => [query, form].into_iter().flatten().any(|&byte| {
                !byte.is_ascii_alphanumeric() && !b"-._~%=&;:%+~,*@!()/?'$#".contains(&byte)
            }),
            Self::SpaceInPath => request.path.contains(&b' '),
            Self::BrokenEscape => [query, form]
                .into_iter()
                .any(|text| first_broken_escape(text).is_some()),
            Self::EscapeInProtocolValue => parameters
                .list
                .iter()
                .filter(is_protocol)
                .filter(|one| one.source != Source::Header)
                .any(|one| *percent_decode(&one.value) != *one.value),
            Self::TimestampLength => parameters
                .get("oauth_timestamp")
                .is_some_and(|timestamp| timestamp.len() != 10),
            Self::PlaintextWithoutNonce => {
                parameters.get("oauth_signature_method") == Some(b"PLAINTEXT")
                    && (parameters.get("oauth_timestamp").is_none()
                        || parameters.get("oauth_nonce").is_none())
            }
            Self::NotUtf8 => parameters.list.iter().any(|one| {
                core::str::from_utf8(&one.name).is_err()
                    || core::str::from_utf8(&one.value).is_err()
            }),
        }
    }
}

/// A mistake that a provider makes when it verifies, so that its clients have to make it too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// Its id in the registry.
    pub mistake: &'static str,
    /// In which situations; empty when in all. Reads in brackets.
    pub when: &'static str,
    /// The request methods on which it does; empty when on all.
    #[serde(default)]
    methods: Vec<&'static str>,
    /// Parts of the paths on which it does; empty when on all.
    #[serde(default)]
    paths: Vec<&'static str>,
    /// Whether every request on which the mistake would show is surely computed otherwise. Where it is not set, more would have to
    /// be known than the request tells.
    #[serde(default)]
    pub surely: bool,
    /// Where this comes from.
    pub source: &'static str,
}

impl Departure {
    /// Whether the provider may do it on this request.
    pub(crate) fn concerns(&self, request: &Request) -> bool {
        let path = String::from_utf8_lossy(&request.path);
        let any = |known: &[&str], holds: &dyn Fn(&str) -> bool| {
            known.is_empty() || known.iter().any(|one| holds(one))
        };
        any(&self.methods, &|method| method.as_bytes() == request.method)
            && any(&self.paths, &|part| path.contains(part))
    }
}

/// Whether a provider still takes OAuth 1.0a.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It does.
    Live,
    /// Not for new applications, or not for long.
    Closing,
    /// An old interface that is still installed.
    Legacy,
    /// It does not any more.
    Ended,
    /// A library for servers.
    Library,
}

/// Whether a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needed {
    /// It must be.
    Required,
    /// There is none.
    None,
}

/// What becomes of requests over plain http.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlainHttp {
    /// They are refused.
    Refused,
    /// Only over http is OAuth 1.0a used.
    Only,
}

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    // The test at the end of this file keeps the profiles readable; without them no provider would be known.
    parse().unwrap_or_default()
});

fn parse() -> Result<Vec<Provider>, rmp_serde::decode::Error> {
    data::entries(include_bytes!(concat!(
        env!("OUT_DIR"),
        "/profiles.msgpack"
    )))
}

/// Every known provider.
pub fn all() -> &'static [Provider] {
    &PROVIDERS
}

/// The provider with that id or alias.
pub fn find(name: &str) -> Option<&'static Provider> {
    all()
        .iter()
        .find(|provider| provider.id == name || provider.aliases.contains(&name))
}

/// The provider that a request goes to: by its path where that tells a product, else by its host.
pub(crate) fn of_address(host: &[u8], path: &[u8]) -> Option<&'static Provider> {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let path = String::from_utf8_lossy(path);
    let by_path = |provider: &&Provider| provider.paths.iter().any(|known| path.contains(known));
    let by_host = |provider: &&Provider| {
        provider
            .hosts
            .iter()
            .any(|known| match known.strip_prefix('*') {
                Some(suffix) => host.ends_with(suffix),
                None => host == *known,
            })
    };
    let both = |provider: &&Provider| by_host(provider) && by_path(provider);
    [
        all().iter().find(both),
        all().iter().find(by_host),
        all().iter().find(by_path),
    ]
    .into_iter()
    .flatten()
    .next()
}

impl Provider {
    /// Whether anybody can run it, so that nobody knows its hosts.
    pub fn is_self_hosted(&self) -> bool {
        self.hosts.is_empty() && !self.paths.is_empty()
    }

    /// The mistakes that it makes itself.
    pub fn mistakes(&self) -> impl Iterator<Item = &'static Mistake> {
        let departs = self.departs.iter();
        departs.filter_map(|departure| mistakes::find(departure.mistake))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_profiles_are_complete() {
        let providers = parse().unwrap();
        assert!(providers.len() >= 47, "{}", providers.len());
        let names = providers
            .iter()
            .flat_map(|provider| std::iter::once(&provider.id).chain(&provider.aliases));
        let different: BTreeSet<&&str> = names.clone().collect();
        assert_eq!(different.len(), names.count());
        for provider in &providers {
            let id = &provider.id;
            assert!(!provider.name.is_empty(), "{id}");
            assert_eq!(provider.mistakes().count(), provider.departs.len(), "{id}");
            let methods = provider.methods.iter().flatten();
            assert!(methods.clone().all(|method| !method.is_empty()), "{id}");
            let mut places = provider.places.iter().flatten();
            assert!(
                places.all(|place| ["header", "query", "body"].contains(place)),
                "{id}"
            );
        }
    }

    #[test]
    fn addresses_tell_providers() {
        let of = |host: &str, path: &str| {
            of_address(host.as_bytes(), path.as_bytes()).map(|provider| provider.id)
        };
        assert_eq!(
            of("API.twitter.com", "/1.1/statuses/update.json"),
            Some("x")
        );
        assert_eq!(
            of("shop.example", "/wp-json/wc/v3/orders"),
            Some("woocommerce")
        );
        assert_eq!(
            of("gallery.example", "/gallery/api/v1/workflows/"),
            Some("alteryx")
        );
        assert_eq!(of("example.com", "/request"), None);
        assert_eq!(of("nottwitter.com", "/"), None);
    }
}

//! The documented examples that come with the program, as requests for a signer under test.

use super::golden::{GoldenCase, GoldenFile, GoldenRequest};
use crate::{
    failure::Failure,
    settings::SecretSource,
    sign::{form, without_protocol},
};
use include_dir::{Dir, include_dir};
use oauth1_core::{
    parameters::Source,
    request::{Header, Request},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// `fixtures/golden/`, whose README says what the fields mean.
static GOLDEN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../fixtures/golden");

/// A request as a signer under test gets it, on one line.
#[derive(Clone, Serialize)]
pub(super) struct ClientRequest {
    pub(super) id: String,
    /// As it travels, without protocol parameters.
    #[serde(flatten)]
    pub(super) parts: GoldenRequest,
    /// Where the protocol parameters travel: `header`, `query`, `body`.
    pub(super) place: &'static str,
    pub(super) realm: Option<String>,
    /// The protocol parameters, decoded, all but `oauth_signature`.
    pub(super) oauth: Map<String, Value>,
    pub(super) consumer_secret: Option<String>,
    pub(super) token_secret: Option<String>,
    /// PEM.
    pub(super) private_key: Option<String>,
}

/// A request, and what must come of it.
pub(super) struct Vector {
    pub(super) request: ClientRequest,
    /// Absent under PLAINTEXT, which has none.
    pub(super) base_string: Option<String>,
    /// Absent where no secret is documented.
    pub(super) signature: Option<String>,
    /// Where it is published.
    pub(super) source: String,
}

#[derive(Deserialize)]
struct File {
    vector: Vec<Documented>,
}

/// The fields of a vector of kind `request` that are needed here.
#[derive(Deserialize)]
struct Documented {
    id: String,
    kind: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    realm: Option<String>,
    #[serde(default)]
    header_parameters: Vec<(String, String)>,
    content_type: Option<String>,
    body: Option<String>,
    client_secret: Option<String>,
    token_secret: Option<String>,
    private_key_file: Option<String>,
    #[serde(default)]
    signature_method: String,
    base_string: Option<String>,
    signature: Option<String>,
}

/// Every documented request that a signer can be asked for, in the order of the files' names.
pub(super) fn shipped() -> Vec<Vector> {
    let mut files: Vec<_> = GOLDEN.files().collect();
    files.sort_by_key(|file| file.path());
    let texts = files.iter().filter_map(|file| {
        let is_toml = file.path().extension().is_some_and(|name| name == "toml");
        is_toml.then(|| file.contents_utf8()).flatten()
    });
    // A test keeps the files readable.
    texts
        .filter_map(|text| toml::from_str::<File>(text).ok())
        .flat_map(|file| file.vector)
        .filter(|vector| vector.kind == "request")
        .filter_map(Documented::vector)
        .collect()
}

impl Documented {
    /// `None` where a signer cannot be asked: there are other parameters in the header, or none of the protocol.
    fn vector(self) -> Option<Vector> {
        let mut oauth = Map::new();
        let mut place = "header";
        for (name, value) in self.header_parameters {
            if !name.starts_with("oauth_") {
                return None;
            }
            oauth.insert(name, Value::String(value));
        }
        let mut url = self.url;
        let mut body = self.body.unwrap_or_default();
        if let Some((before, query)) = url.split_once('?') {
            let rest = take_protocol(query, Source::Query, &mut oauth, || place = "query")?;
            if rest.len() != query.len() {
                url = match rest.as_str() {
                    "" => before.to_owned(),
                    rest => format!("{before}?{rest}"),
                };
            }
        }
        let is_form = self
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form {
            body = take_protocol(&body, Source::Body, &mut oauth, || place = "body")?;
        }
        oauth.get("oauth_consumer_key")?;
        let private_key = self.private_key_file.and_then(|file| {
            let file = GOLDEN.get_file(file)?;
            Some(file.contents_utf8()?.to_owned())
        });
        let has_key = self.client_secret.is_some() || private_key.is_some();
        Some(Vector {
            request: ClientRequest {
                id: self.id,
                parts: GoldenRequest {
                    method: self.method,
                    url,
                    headers: self
                        .content_type
                        .map(|kind| ("Content-Type".to_owned(), kind))
                        .into_iter()
                        .collect(),
                    body,
                },
                place,
                realm: self.realm,
                oauth,
                consumer_secret: self.client_secret,
                token_secret: self.token_secret,
                private_key,
            },
            base_string: self
                .base_string
                .filter(|_| self.signature_method != "PLAINTEXT"),
            signature: self.signature.filter(|_| has_key),
            source: self.source,
        })
    }
}

/// Takes the protocol parameters out of a query or form body; the other bytes stay as they are.
fn take_protocol(
    text: &str,
    source: Source,
    oauth: &mut Map<String, Value>,
    mut found: impl FnMut(),
) -> Option<String> {
    let mut are_text = true;
    let rest = without_protocol(text.as_bytes(), source, |one| {
        found();
        if &*one.name == b"oauth_signature" {
            return;
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        match (text(&one.name), text(&one.value)) {
            (Some(name), Some(value)) => {
                oauth.insert(name, Value::String(value));
            }
            _ => are_text = false,
        }
    });
    String::from_utf8(rest).ok().filter(|_| are_text)
}

/// The cases of the user's golden files that say how they are signed.
pub(super) fn of_file(file: GoldenFile, path: &Path) -> Vec<Result<Vector, Failure>> {
    let directory = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let defaults = file.defaults;
    let cases = file.cases.into_iter().map(toml::Spanned::into_inner);
    cases
        .filter_map(|case: GoldenCase| {
            let protocol = case.sign.clone()?;
            let request = case.request.clone()?;
            Some((case, protocol, request))
        })
        .map(|(case, protocol, request)| {
            let settings = case.settings.clone().rooted(&directory).or(&defaults);
            let secret =
                |source: &Option<SecretSource>| source.as_ref().map(SecretSource::read).transpose();
            let timestamp = protocol.timestamp.map(|seconds| seconds.to_string());
            let pairs = [
                ("oauth_consumer_key", Some(protocol.consumer_key)),
                ("oauth_token", protocol.token),
                ("oauth_signature_method", Some(protocol.signature_method)),
                ("oauth_timestamp", timestamp),
                ("oauth_nonce", protocol.nonce),
                ("oauth_version", protocol.version.then(|| "1.0".to_owned())),
                ("oauth_callback", protocol.callback),
                ("oauth_verifier", protocol.verifier),
                ("oauth_body_hash", protocol.body_hash),
            ];
            Ok(Vector {
                request: ClientRequest {
                    id: case.name,
                    parts: request,
                    place: "header",
                    realm: protocol.realm,
                    oauth: pairs
                        .into_iter()
                        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
                        .collect(),
                    consumer_secret: secret(&settings.consumer_secret)?,
                    token_secret: secret(&settings.token_secret)?,
                    private_key: secret(&settings.private_key)?,
                },
                base_string: case.expect.base_string,
                signature: case.expect.signature,
                source: path.display().to_string(),
            })
        })
        .collect()
}

impl ClientRequest {
    /// The request as it travels with that signature in it.
    pub(super) fn with_signature(&self, signature: Option<&str>) -> Option<Request> {
        let mut request = self.parts.request().ok()?;
        let oauth = self
            .oauth
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        let pairs: Vec<(&str, &str)> = oauth
            .chain(signature.map(|signature| ("oauth_signature", signature)))
            .collect();
        let append = |text: &mut Vec<u8>| {
            if !text.is_empty() {
                text.push(b'&');
            }
            text.extend(form(pairs.iter().copied()));
        };
        match self.place {
            "query" => append(request.query.get_or_insert_default()),
            "body" => append(&mut request.body),
            _ => {
                let pairs: Vec<(&[u8], &[u8])> = pairs
                    .iter()
                    .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
                    .collect();
                let header =
                    oauth1_core::authorization::format_authorization(self.realm.as_deref(), &pairs);
                request.headers.push(Header {
                    name: b"Authorization".to_vec(),
                    value: header.into_bytes(),
                });
            }
        }
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::base_string::BaseString;

    /// The base string of every documented request survives being taken apart and put together again.
    #[test]
    fn every_request_is_put_together_again() {
        let vectors = shipped();
        assert!(vectors.len() >= 80, "{}", vectors.len());
        let mut compared = 0;
        for vector in &vectors {
            let Some(request) = vector.request.with_signature(None) else {
                continue;
            };
            if let Some(base_string) = &vector.base_string {
                let id = &vector.request.id;
                assert_eq!(BaseString::of(&request).as_str(), base_string, "{id}");
                compared += 1;
            }
        }
        assert!(compared >= 75, "{compared}");
    }

    #[test]
    fn every_file_is_read() {
        for file in GOLDEN.files() {
            if file.path().extension().is_some_and(|name| name == "toml") {
                let text = file.contents_utf8().unwrap();
                toml::from_str::<File>(text).unwrap();
            }
        }
    }
}

//! A client that can be told to make mistakes: what does it sign, and what does it send?
//!
//! It stands on [`naive`] alone. A client is a record of choices, one a stage; an [`Operator`] is one mistake and changes one of
//! them, so that any number of mistakes can be made together. None of this is shared with the search.
use crate::{
    fixtures::{self, header},
    naive,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth1_core::{key::Secret, request::Request};
use oauth1_diagnosis::{
    evidence::Evidence,
    mistakes::{self, Stage},
};
use sha1::Sha1;
use sha2::Sha256;
use std::{collections::BTreeSet, fmt::Write as _};

/// What a program wants to send; names, values and secrets are decoded.
#[derive(Clone, Debug)]
pub struct Intent {
    /// In upper case.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// In any case.
    pub host: String,
    /// As in the URL, with its colon; may be the default one; may be empty.
    pub port: String,
    /// As in the URL; may be empty.
    pub path: String,
    /// The query.
    pub query: Vec<(String, String)>,
    /// The form; empty for no body.
    pub body: Vec<(String, String)>,
    /// The protocol parameters but for the signature.
    pub protocol: Vec<(String, String)>,
    /// The realm of the header.
    pub realm: String,
    /// Client shared secret.
    pub client_secret: String,
    /// Token shared secret.
    pub token_secret: String,
}

/// One parameter that is signed.
#[derive(Clone)]
pub struct Parameter {
    place: Place,
    name: String,
    value: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Header,
    Query,
    Body,
}

impl Parameter {
    fn is_protocol(&self) -> bool {
        self.name.starts_with("oauth_")
    }
}

/// A parameter, encoded, beside what it was.
struct Encoded {
    plain: Parameter,
    name: String,
    value: String,
}

impl Encoded {
    fn joined(&self) -> String {
        format!("{}={}", self.name, self.value)
    }
}

/// The choices of a client, in the order in which a signature is made.
pub struct Client {
    method: String,
    scheme: String,
    authority: String,
    path: String,
    parameters: Vec<Parameter>,
    encode_name: fn(&str) -> String,
    encode_value: fn(&str) -> String,
    sort: fn(&mut [Encoded]),
    encode_parameters: fn(&str) -> String,
    finish: fn(String) -> String,
    key: String,
    mac: fn(&[u8], &[u8]) -> Vec<u8>,
    write: fn(&[u8]) -> String,
}

impl Intent {
    /// The client that follows RFC 5849.
    pub fn right_client(&self) -> Client {
        let host = self.host.to_ascii_lowercase();
        let port = if self.port == default_port(&self.scheme) {
            ""
        } else {
            &self.port
        };
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        let placed = |place, pairs: &[(String, String)]| -> Vec<Parameter> {
            let parameter = |(name, value): &(String, String)| Parameter {
                place,
                name: name.clone(),
                value: value.clone(),
            };
            pairs.iter().map(parameter).collect()
        };
        Client {
            method: self.method.clone(),
            scheme: self.scheme.clone(),
            authority: format!("{host}{port}"),
            path: path.to_owned(),
            parameters: [
                placed(Place::Header, &self.protocol),
                placed(Place::Query, &self.query),
                placed(Place::Body, &self.body),
            ]
            .concat(),
            encode_name: percent_encode,
            encode_value: percent_encode,
            sort: |list| list.sort_by_key(|it| (it.name.clone(), it.value.clone())),
            encode_parameters: percent_encode,
            finish: |base_string| base_string,
            key: naive::key(self.client_secret.as_bytes(), self.token_secret.as_bytes()),
            mac: hmac_sha1,
            write: |digest| STANDARD.encode(digest),
        }
    }

    /// A client that makes these mistakes.
    pub fn client(&self, mistakes: &[&Operator]) -> Client {
        let mut client = self.right_client();
        for operator in mistakes {
            (operator.apply)(self, &mut client);
        }
        client
    }

    /// What a developer has who captured the request, with that signature, and knows the secrets.
    ///
    /// # Panics
    /// When scheme and host are none.
    pub fn evidence(&self, signature: &str) -> Evidence {
        Evidence {
            request: Some(self.request(signature)),
            consumer_secret: Some(Secret::new(self.client_secret.clone())),
            token_secret: Some(Secret::new(self.token_secret.clone())),
            ..Evidence::default()
        }
    }

    fn request(&self, signature: &str) -> Request {
        let mut protocol = self.protocol.clone();
        protocol.push(("oauth_signature".to_owned(), signature.to_owned()));
        let query = match self.raw_query() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        };
        let url = [
            &self.scheme,
            "://",
            &self.host,
            &self.port,
            &self.path,
            &query,
        ]
        .concat();
        let body = form(&self.body);
        let has_body = !self.body.is_empty();
        let mut request = fixtures::request(
            &self.method,
            &url,
            Some(&self.realm),
            &protocol,
            has_body.then_some("application/x-www-form-urlencoded"),
            has_body.then_some(&body),
        )
        .expect("an http or https URL");
        let host = format!("{}{}", self.host, self.port);
        request.headers.insert(0, header("Host", &host));
        request
    }

    fn raw_query(&self) -> String {
        form(&self.query)
    }
}

impl Client {
    /// What it signs.
    pub fn base_string(&self) -> String {
        let encode = |plain: &Parameter| Encoded {
            name: (self.encode_name)(&plain.name),
            value: (self.encode_value)(&plain.value),
            plain: plain.clone(),
        };
        let mut list: Vec<Encoded> = self.parameters.iter().map(encode).collect();
        (self.sort)(&mut list);
        let joined: Vec<String> = list.iter().map(Encoded::joined).collect();
        let uri = format!("{}://{}{}", self.scheme, self.authority, self.path);
        let parameters = (self.encode_parameters)(&joined.join("&"));
        let method = percent_encode(&self.method);
        (self.finish)(format!("{method}&{}&{parameters}", percent_encode(&uri)))
    }

    /// Its key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The signature that it sends.
    pub fn signature(&self) -> String {
        self.sign(&self.key, &self.base_string())
    }

    /// The signature that it would send for that key and text.
    pub fn sign(&self, key: &str, text: &str) -> String {
        (self.write)(&(self.mac)(key.as_bytes(), text.as_bytes()))
    }

    fn set_encoder(&mut self, encode: fn(&str) -> String) {
        self.encode_name = encode;
        self.encode_value = encode;
    }

    /// Of every name that occurs more than once, only the pair that comes last, or first.
    fn keep_one_of_each_name(&mut self, last: bool) {
        let mut seen = BTreeSet::new();
        let mut keep = |parameter: &Parameter| seen.insert(parameter.name.clone());
        if last {
            self.parameters.reverse();
            self.parameters.retain(&mut keep);
            self.parameters.reverse();
        } else {
            self.parameters.retain(&mut keep);
        }
    }

    /// One more parameter, beside those of the header.
    fn add(&mut self, name: &str, value: &str) {
        let place = Place::Header;
        self.insert(Parameter {
            place,
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    /// After the last one of its place.
    fn insert(&mut self, parameter: Parameter) {
        let same_place = |other: &Parameter| other.place == parameter.place;
        let last = self.parameters.iter().rposition(same_place);
        let at = last.map_or(0, |last| last + 1);
        self.parameters.insert(at, parameter);
    }
}

/// One mistake.
pub struct Operator {
    /// The id that the search has for it.
    pub id: &'static str,
    apply: fn(&Intent, &mut Client),
}

impl Operator {
    /// Where in the making of a signature it happens.
    ///
    /// # Panics
    /// When the registry does not know its id.
    pub fn stage(&self) -> Stage {
        let known = mistakes::find(self.id);
        known
            .unwrap_or_else(|| panic!("{} is no id", self.id))
            .stage
    }
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

const fn operator(id: &'static str, apply: fn(&Intent, &mut Client)) -> Operator {
    Operator { id, apply }
}

/// One operator or more a family, in the order of the stages; where a mistake has variants, the commonest.
pub const OPERATORS: &[Operator] = &[
    operator("method-case", |_, client| {
        client.method.make_ascii_lowercase();
    }),
    operator("method-wrong", |_, client| {
        let other = if client.method == "POST" {
            "GET"
        } else {
            "POST"
        };
        other.clone_into(&mut client.method);
    }),
    operator("scheme-wrong", |_, client| {
        let other = if client.scheme == "http" {
            "https"
        } else {
            "http"
        };
        other.clone_into(&mut client.scheme);
    }),
    operator("host-case", |intent, client| {
        let host = intent.host.len();
        client.authority.replace_range(..host, &intent.host);
    }),
    operator("port-default-kept", |intent, client| {
        if intent.port.is_empty() || intent.port == default_port(&intent.scheme) {
            client.authority.push_str(default_port(&intent.scheme));
        }
    }),
    operator("port-dropped", |intent, client| {
        client.authority.truncate(intent.host.len());
    }),
    operator("path-empty", |_, client| {
        if client.path == "/" {
            client.path.clear();
        }
    }),
    operator("trailing-slash-missing", |_, client| {
        if client.path.len() > 1 && client.path.ends_with('/') {
            client.path.pop();
        }
    }),
    operator("trailing-slash-extra", |_, client| {
        if !client.path.ends_with('/') {
            client.path.push('/');
        }
    }),
    operator("path-decoded", |_, client| {
        let decoded = naive::form_decode(client.path.replace('+', "%2B").as_bytes());
        if let Ok(decoded) = String::from_utf8(decoded) {
            client.path = decoded;
        }
    }),
    operator("path-encoded-again", |_, client| {
        client.path = client.path.replace('%', "%25");
    }),
    operator("query-in-uri", |intent, client| {
        if !intent.query.is_empty() {
            client.path = format!("{}?{}", client.path, intent.raw_query());
        }
    }),
    operator("query-not-signed", |_, client| {
        client.parameters.retain(|it| it.place != Place::Query);
    }),
    operator("query-twice", |_, client| {
        let query = |it: &&Parameter| it.place == Place::Query;
        let again: Vec<Parameter> = client.parameters.iter().filter(query).cloned().collect();
        for parameter in again {
            client.insert(parameter);
        }
    }),
    operator("body-not-signed", |_, client| {
        client.parameters.retain(|it| it.place != Place::Body);
    }),
    operator("duplicate-collapsed", |_, client| {
        client.keep_one_of_each_name(true);
    }),
    operator("duplicate-collapsed", |_, client| {
        client.keep_one_of_each_name(false);
    }),
    operator("empty-dropped", |_, client| {
        client.parameters.retain(|it| !it.value.is_empty());
    }),
    operator("realm-signed", |intent, client| {
        client.add("realm", &intent.realm);
    }),
    operator("signature-signed", |_, client| {
        client.add("oauth_signature", "");
    }),
    operator("oauth-left-out", |_, client| {
        client.parameters.retain(|it| it.name != "oauth_token");
    }),
    operator("oauth-added", |intent, client| {
        let version = |(name, _): &(String, String)| name == "oauth_version";
        if !intent.protocol.iter().any(version) {
            client.add("oauth_version", "1.0");
        }
    }),
    operator("space-as-plus", |_, client| {
        client.set_encoder(|text| percent_encode(text).replace("%20", "+"));
    }),
    operator("tilde-encoded", |_, client| {
        client.set_encoder(|text| percent_encode(text).replace('~', "%7E"));
    }),
    operator("subdelims-kept", |_, client| {
        client.set_encoder(|text| percent_encode_but(text, "!*'()"));
    }),
    operator("reserved-kept", |_, client| {
        client.set_encoder(|text| percent_encode_but(text, "/"));
    }),
    operator("hex-lower-case", |_, client| client.set_encoder(lower_hex)),
    operator("not-encoded", |_, client| client.set_encoder(str::to_owned)),
    operator("name-not-encoded", |_, client| {
        client.encode_name = str::to_owned;
    }),
    operator("double-encoded", |_, client| {
        client.set_encoder(|text| percent_encode(&percent_encode(text)));
    }),
    operator("charset-mojibake", |_, client| {
        client.set_encoder(|text| {
            let misread: String = text.bytes().map(char::from).collect();
            percent_encode(&misread)
        });
    }),
    operator("not-sorted", |_, client| client.sort = |_| ()),
    operator("sorted-before-encoding", |_, client| {
        client.sort = |list| {
            list.sort_by_key(|it| (it.plain.name.clone(), it.plain.value.clone()));
        };
    }),
    operator("sorted-by-name-only", |_, client| {
        client.sort = |list| list.sort_by_key(|it| it.name.clone());
    }),
    operator("sorted-joined", |_, client| {
        client.sort = |list| list.sort_by_key(Encoded::joined);
    }),
    operator("sorted-case-insensitive", |_, client| {
        client.sort = |list| {
            list.sort_by_key(|it| (it.name.to_ascii_lowercase(), it.value.to_ascii_lowercase()));
        };
    }),
    operator("sorted-reverse", |_, client| {
        client.sort = |list| {
            list.sort_by_key(|it| (it.name.clone(), it.value.clone()));
            list.reverse();
        };
    }),
    operator("oauth-first", |_, client| {
        client.sort = |list| {
            list.sort_by_key(|it| (!it.plain.is_protocol(), it.name.clone(), it.value.clone()));
        };
    }),
    operator("oauth-last", |_, client| {
        client.sort = |list| {
            list.sort_by_key(|it| (it.plain.is_protocol(), it.name.clone(), it.value.clone()));
        };
    }),
    operator("parameters-not-encoded", |_, client| {
        client.encode_parameters = str::to_owned;
    }),
    operator("parameters-double-encoded", |_, client| {
        client.encode_parameters = |text| percent_encode(&percent_encode(text));
    }),
    operator("separators-not-encoded", |_, client| {
        client.encode_parameters = |text| {
            let kept = percent_encode(text);
            kept.replace("%26", "&").replace("%3D", "=")
        };
    }),
    operator("base-string-encoded-again", |_, client| {
        client.finish = |base_string| percent_encode(&base_string);
    }),
    operator("key-ampersand-missing", |intent, client| {
        if intent.token_secret.is_empty() {
            client.key.pop();
        }
    }),
    operator("key-token-secret-missing", |intent, client| {
        client.key = naive::key(intent.client_secret.as_bytes(), b"");
    }),
    operator("key-swapped", |intent, client| {
        let (first, second) = (&intent.token_secret, &intent.client_secret);
        client.key = naive::key(first.as_bytes(), second.as_bytes());
    }),
    operator("key-not-encoded", |intent, client| {
        client.key = format!("{}&{}", intent.client_secret, intent.token_secret);
    }),
    operator("key-encoded-whole", |_, client| {
        client.key = client.key.replace('&', "%26");
    }),
    operator("algorithm-mismatch", |_, client| client.mac = hmac_sha256),
    operator("arguments-swapped", |_, client| {
        client.mac = |key, text| hmac_sha1(text, key);
    }),
    operator("digest-hex", |_, client| client.write = hex),
    operator("digest-base64-of-hex", |_, client| {
        client.write = |digest| STANDARD.encode(hex(digest));
    }),
    operator("base64-unpadded", |_, client| {
        client.write = |digest| STANDARD_NO_PAD.encode(digest);
    }),
    operator("base64-url-safe", |_, client| {
        client.write = |digest| URL_SAFE.encode(digest);
    }),
];

fn default_port(scheme: &str) -> &'static str {
    if scheme == "https" { ":443" } else { ":80" }
}

fn percent_encode(text: &str) -> String {
    naive::encode(text.as_bytes())
}

fn percent_encode_but(text: &str, kept: &str) -> String {
    let mut out = percent_encode(text);
    for mark in kept.chars() {
        out = out.replace(&percent_encode(&mark.to_string()), &mark.to_string());
    }
    out
}

/// Escapes with lower-case digits.
fn lower_hex(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match naive::encode(&[byte]) {
            escape if escape.len() == 3 => out.push_str(&escape.to_ascii_lowercase()),
            itself => out.push_str(&itself),
        }
    }
    out
}

/// As a query or a form body carries them.
fn form(pairs: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        format!("{}={}", percent_encode(name), percent_encode(value))
    };
    let pairs: Vec<String> = pairs.iter().map(pair).collect();
    pairs.join("&")
}

fn hmac_sha1(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(digest: &[u8]) -> String {
    let mut out = String::new();
    for byte in digest {
        write!(out, "{byte:02x}").expect("writing to a String does not fail");
    }
    out
}

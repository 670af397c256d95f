//! What would an API client send for a request that it has saved? All but the signature, which it makes on sending.
//!
//! Postman, Insomnia and Bruno keep requests with `{{names}}` in them and, beside each, a block with the credentials and
//! options of OAuth 1.0. What the block fixes becomes part of the request; its secrets go with it.

use crate::{
    Captured, CapturedRequest, Hints,
    error::{CaptureError, excerpt},
    hints::apply_host_header,
    response::Response,
    url::{UrlProblem, UrlRequest},
    variables::Variables,
};
use oauth1_core::{
    authorization::format_authorization,
    body_hash::{body_hash_sha1, body_hash_sha256},
    encode::percent_encode,
    key::Secret,
    request::{BodyKind, Header, Request},
};
use std::collections::HashMap;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Why one request cannot be read. Line and column are counted only when it is shown.
pub(crate) struct Problem {
    /// Byte offset into the capture.
    pub(crate) at: usize,
    /// What was expected and what was found.
    pub(crate) message: String,
    /// What to try.
    pub(crate) help: &'static str,
}

impl Problem {
    pub(crate) fn in_url(at: usize, problem: UrlProblem) -> Self {
        Self {
            at,
            message: problem.message,
            help: problem.help,
        }
    }

    fn into_error(self, input: &[u8]) -> CaptureError {
        CaptureError::at(input, self.at, self.message, self.help)
    }
}

/// A name and its value as they stand in the capture.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// Where the value stands.
    pub(crate) at: usize,
}

/// One request of a capture, or why it cannot be read.
pub(crate) struct Attempt {
    pub(crate) place: String,
    /// Whether there is any sign of OAuth 1.0a about it.
    pub(crate) is_signed: bool,
    pub(crate) result: Result<Captured, Problem>,
}

/// The requests of a capture that holds any number. One that cannot be read does not hide the others.
pub(crate) fn all_of(
    input: &[u8],
    attempts: Vec<Attempt>,
    what: &str,
) -> Result<Vec<Captured>, CaptureError> {
    let is_alone = attempts.len() == 1;
    let mut all = Vec::with_capacity(attempts.len());
    let mut first_problem = None;
    for Attempt {
        place,
        is_signed,
        result,
    } in attempts
    {
        match result {
            Ok(captured) => all.push(Captured {
                place: Some(place).filter(|_| !is_alone),
                ..captured
            }),
            Err(problem) if is_signed && !is_alone => {
                all.push(Captured {
                    place: Some(place),
                    unchecked: Some(format!("{}; {}.", problem.message, problem.help)),
                    ..Captured::default()
                });
                first_problem.get_or_insert(problem);
            }
            Err(problem) => {
                first_problem.get_or_insert(problem);
            }
        }
    }
    let none_is_read = all.iter().all(|captured| captured.unchecked.is_some());
    match first_problem {
        Some(problem) if none_is_read => Err(problem.into_error(input)),
        None if all.is_empty() => Err(CaptureError::at(
            input,
            0,
            format!("expected requests in {what}, found none"),
            "export it again with the request that is refused",
        )),
        _ => Ok(all),
    }
}

/// `request "Folder / Name"`. A name is somebody's free text.
pub(crate) fn place(path: &[&str]) -> String {
    const LONGEST: usize = 100;
    let parts = path.iter().enumerate().map(|(index, name)| {
        let separator = if index == 0 { "" } else { " / " };
        separator.chars().chain(name.chars())
    });
    let shown = parts.flatten().filter(|c| !c.is_control());
    format!("request \"{}\"", shown.take(LONGEST).collect::<String>())
}

/// Names and values as a form or a query, each percent-encoded.
pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| {
        let name = percent_encode(name.as_bytes());
        format!("{name}={}", percent_encode(value.as_bytes()))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// JavaScript's `encodeURIComponent`, which leaves some marks as they are, but for the bytes at which `is_kept` says so.
pub(crate) fn encode_component(bytes: &[u8], is_kept: impl Fn(usize, u8) -> bool) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        if b"!*'()".contains(&byte) || is_kept(at, byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&percent_encode(&[byte]));
        }
    }
    encoded
}

/// A path in which `:name` stands for a value, where there is one of that name.
pub(crate) fn with_path_values(path: &str, values: &HashMap<String, String>) -> String {
    let segments = path.split('/').map(|segment| {
        let value = segment.strip_prefix(':').and_then(|name| values.get(name));
        value.map_or(segment, String::as_str)
    });
    segments.collect::<Vec<_>>().join("/")
}

/// A request that is being put together.
pub(crate) struct Saved {
    /// Who has saved it.
    client: &'static str,
    request: Request,
    typed_url: Option<Vec<u8>>,
    notes: Vec<String>,
}

impl Saved {
    /// A request for a URL in which all names are filled in. `at` is where the URL stands; `encode` is what this client does
    /// to it.
    pub(crate) fn new(
        client: &'static str,
        method: &str,
        url: &str,
        at: usize,
        encode: impl Fn(&str) -> String,
    ) -> Result<Self, Problem> {
        let mut notes = Vec::new();
        let url = url.trim();
        if url.is_empty() {
            return Err(Problem {
                at,
                message: "expected the URL of the request, found none".to_owned(),
                help: "write the URL that was requested in its place",
            });
        }
        let typed = if url.contains("://") {
            url.to_owned()
        } else {
            notes.push(format!("The URL names no scheme; {client} takes http."));
            format!("http://{url}")
        };
        let sent = encoded(&encode(&typed));
        if sent != typed {
            notes.push(format!(
                "The URL holds characters that {client} percent-encodes before it sends it; they are taken encoded."
            ));
        }
        let UrlRequest {
            mut request,
            mut typed_url,
        } = UrlRequest::new(method.as_bytes(), sent.as_bytes())
            .map_err(|problem| Problem::in_url(at, problem))?;
        if sent != typed {
            typed_url = Some(typed.into_bytes());
        }
        if request.path.is_empty() {
            request.path.push(b'/');
        }
        Ok(Self {
            client,
            request,
            typed_url,
            notes,
        })
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(crate) fn push_header(&mut self, name: &str, value: &str) {
        self.request.headers.push(Header {
            name: name.trim().into(),
            value: value.trim_matches([' ', '\t']).into(),
        });
    }

    /// A header with names in it. What is read here must be known; elsewhere a name without a value stays as it is.
    pub(crate) fn push_filled_header(
        &mut self,
        field: &Field<'_>,
        variables: &Variables<'_>,
    ) -> Result<(), Problem> {
        let name = variables.fill_or_keep(field.name);
        let is_read = ["authorization", "content-type", "host"];
        let value = if is_read.contains(&name.trim().to_ascii_lowercase().as_str()) {
            variables.fill(field.text, field.at)?
        } else {
            variables.fill_or_keep(field.text)
        };
        self.push_header(&name, &value);
        Ok(())
    }

    /// A body with names in it, which must be known only where it is signed.
    pub(crate) fn set_filled_body(
        &mut self,
        text: &str,
        at: usize,
        variables: &Variables<'_>,
    ) -> Result<(), Problem> {
        self.request.body = if self.request.body_kind() == BodyKind::Form {
            variables.fill(text, at)?
        } else {
            variables.fill_or_keep(text)
        }
        .into_bytes();
        Ok(())
    }

    /// A header of the client's own, unless there is one of that name.
    pub(crate) fn push_default_header(&mut self, name: &str, value: &str) {
        if self.request.header(name).is_none() {
            self.push_header(name, value);
        }
    }

    pub(crate) fn set_body(&mut self, body: impl Into<Vec<u8>>) {
        self.request.body = body.into();
    }

    /// A multipart body has a boundary that is made on sending.
    pub(crate) fn set_multipart(&mut self) {
        self.note(format!(
            "{} makes the boundary of the multipart body when it sends it; the body is left out, and it is not signed.",
            self.client
        ));
        self.push_default_header("Content-Type", "multipart/form-data");
    }

    /// A file's content is not known here. Where it would be signed, nothing can be said without it.
    pub(crate) fn set_file(&mut self, at: usize) -> Result<(), Problem> {
        if self.request.body_kind() == BodyKind::Form {
            return Err(Problem {
                at,
                message:
                    "expected the form that is signed, found the name of a file, which is not read"
                        .to_owned(),
                help: "write the file's content in its place",
            });
        }
        self.note(
            "The body comes from a file, which is not read; a body of this type is not signed.",
        );
        Ok(())
    }

    pub(crate) fn kind(&self) -> BodyKind {
        self.request.body_kind()
    }

    pub(crate) fn method_is(&self, methods: &[&str]) -> bool {
        methods
            .iter()
            .any(|method| self.request.method.eq_ignore_ascii_case(method.as_bytes()))
    }

    /// The request with what the block adds to it, unless it is signed as it stands.
    pub(crate) fn into_captured(
        mut self,
        oauth: Option<OAuth>,
        response: Option<Response>,
        hints: &Hints,
    ) -> Captured {
        let is_signed = Captured::from(self.captured(hints)).is_signed();
        let mut secrets = Secrets::default();
        if let Some(mut oauth) = oauth {
            if !is_signed {
                oauth.add_body_hash(&self.request, &mut self.notes);
                oauth.place_in(&mut self.request);
                self.note(format!(
                    "{} makes the signature when it sends the request (and the timestamp and the nonce, unless they are written down): here there is none yet.",
                    self.client
                ));
                self.notes.append(&mut oauth.notes);
            }
            secrets = oauth.secrets;
        }
        Captured {
            response,
            consumer_secret: secrets.consumer,
            token_secret: secrets.token,
            private_key: secrets.private_key,
            ..self.captured(hints).into()
        }
    }

    fn captured(&self, hints: &Hints) -> CapturedRequest {
        let mut request = self.request.clone();
        let mut notes = self.notes.clone();
        hints.override_scheme(&mut request, &mut notes);
        apply_host_header(&mut request, &mut notes);
        CapturedRequest {
            request,
            scheme_known: true,
            typed_url: self.typed_url.clone(),
            notes,
        }
    }
}

/// A URL with those characters percent-encoded that every client encodes: what can stand in no request line, and in a path
/// also what RFC 3986 allows nowhere.
fn encoded(url: &str) -> String {
    let mut sent = String::with_capacity(url.len());
    let mut in_path = true;
    for character in url.chars() {
        in_path &= character != '?' && character != '#';
        let is_unsafe = !character.is_ascii_graphic()
            || matches!(character, '"' | '<' | '>')
            || in_path && matches!(character, '`' | '{' | '}');
        if is_unsafe {
            sent.push_str(&percent_encode(
                character.encode_utf8(&mut [0; 4]).as_bytes(),
            ));
        } else {
            sent.push(character);
        }
    }
    sent
}

/// Where the protocol parameters go (§3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    Header,
    Query,
    Body,
}

/// How a client calls what it keeps.
pub(crate) struct Names {
    /// The parameter of the protocol, and the client's name for it.
    pub(crate) parameters: [(&'static str, &'static str); 8],
    pub(crate) realm: &'static str,
    pub(crate) consumer_secret: &'static str,
    pub(crate) token_secret: &'static str,
    pub(crate) private_key: &'static str,
    pub(crate) body_hash: &'static str,
}

#[derive(Default)]
struct Secrets {
    consumer: Option<Secret>,
    token: Option<Secret>,
    private_key: Option<Secret>,
}

/// What a block for OAuth 1.0 fixes.
pub(crate) struct OAuth {
    parameters: Vec<(&'static str, String)>,
    realm: Option<String>,
    secrets: Secrets,
    placement: Placement,
    has_body_hash: bool,
    /// Whether the values in the header are percent-encoded.
    pub(crate) is_encoded: bool,
    notes: Vec<String>,
}

impl OAuth {
    /// Reads a block. Empty fields count as absent.
    pub(crate) fn read(
        names: &Names,
        fields: &[Field<'_>],
        placement: Placement,
        variables: &Variables<'_>,
    ) -> Result<Self, Problem> {
        let field = |name: &str| {
            let mut fields = fields.iter().rev();
            fields.find(|field| field.name == name && !field.text.trim().is_empty())
        };
        let mut parameters = Vec::new();
        for (parameter, name) in names.parameters {
            if let Some(field) = field(name) {
                let value = variables.fill(field.text, field.at)?;
                parameters.push((parameter, value.trim().to_owned()));
            } else if parameter == "oauth_version" {
                parameters.push((parameter, "1.0".to_owned()));
            }
        }
        // The realm is not signed.
        let realm = field(names.realm).and_then(|field| variables.fill(field.text, field.at).ok());
        let mut notes = Vec::new();
        let mut secret = |name, called, option| {
            let field = field(name)?;
            match variables.fill(field.text, field.at) {
                Ok(text) => Some(Secret::new(text)),
                Err(problem) => {
                    notes.push(format!(
                        "The {called} is not known: {}. Give {option}.",
                        problem.message
                    ));
                    None
                }
            }
        };
        let secrets = Secrets {
            consumer: secret(names.consumer_secret, "client secret", "--consumer-secret"),
            token: secret(names.token_secret, "token secret", "--token-secret"),
            private_key: secret(names.private_key, "private key", "--private-key-file"),
        };
        Ok(Self {
            parameters,
            realm,
            secrets,
            placement,
            has_body_hash: field(names.body_hash).is_some_and(|field| field.text == "true"),
            is_encoded: true,
            notes,
        })
    }

    /// The draft on body hashes: of any body but a form, and of none as of an empty one.
    fn add_body_hash(&mut self, request: &Request, notes: &mut Vec<String>) {
        if !self.has_body_hash || request.body_kind() == BodyKind::Form {
            return;
        }
        let method = self.parameters.iter();
        let method = method
            .rev()
            .find(|(name, _)| *name == "oauth_signature_method");
        let method = method.map_or("HMAC-SHA1", |(_, method)| method);
        if method.ends_with("SHA1") {
            let hash = body_hash_sha1(&request.body);
            self.parameters.push(("oauth_body_hash", hash));
        } else if method.ends_with("SHA256") {
            let hash = body_hash_sha256(&request.body);
            self.parameters.push(("oauth_body_hash", hash));
        } else {
            notes.push(format!(
                "The client adds oauth_body_hash; for {} it is not computed here.",
                excerpt(method.as_bytes())
            ));
        }
    }

    fn place_in(&self, request: &mut Request) {
        let pairs = || {
            let pairs = self.parameters.iter();
            pairs.map(|(name, value)| (*name, value.as_str()))
        };
        match self.placement {
            Placement::Header => {
                let authorization =
                    |header: &Header| header.name.eq_ignore_ascii_case(b"Authorization");
                request.headers.retain(|header| !authorization(header));
                let value = if self.is_encoded {
                    let pairs: Vec<_> = pairs()
                        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
                        .collect();
                    format_authorization(self.realm.as_deref(), &pairs)
                } else {
                    let realm = self.realm.as_deref().map(|realm| ("realm", realm));
                    let pairs = realm.into_iter().chain(pairs());
                    let pairs = pairs.map(|(name, value)| format!("{name}=\"{value}\""));
                    format!("OAuth {}", pairs.collect::<Vec<_>>().join(","))
                };
                request.headers.push(Header {
                    name: b"Authorization".to_vec(),
                    value: value.into(),
                });
            }
            Placement::Query => append(request.query.get_or_insert_default(), &form(pairs())),
            Placement::Body => {
                let content_type =
                    |header: &Header| header.name.eq_ignore_ascii_case(b"Content-Type");
                if request.body_kind() != BodyKind::Form {
                    request.headers.retain(|header| !content_type(header));
                    request.body.clear();
                    request.headers.push(Header {
                        name: b"Content-Type".to_vec(),
                        value: FORM.into(),
                    });
                }
                append(&mut request.body, &form(pairs()));
            }
        }
    }
}

fn append(text: &mut Vec<u8>, more: &str) {
    if !text.is_empty() {
        text.push(b'&');
    }
    text.extend_from_slice(more.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_request_line_can_hold_is_encoded_and_the_rest_stays() {
        assert_eq!(
            encoded("http://h/a b\u{e9}{c}`%2f%?d={e}`|<\u{1}'#\""),
            "http://h/a%20b%C3%A9%7Bc%7D%60%2f%?d={e}`|%3C%01'#%22"
        );
        let saved = Saved::new("Client", "GET", "h/a b#c", 0, str::to_owned)
            .ok()
            .unwrap();
        assert_eq!(saved.request.path, b"/a%20b");
        assert_eq!(saved.typed_url.as_deref(), Some(&b"http://h/a b#c"[..]));
        assert_eq!(saved.notes.len(), 2);
    }

    #[test]
    fn names_of_places_are_short_and_harmless() {
        let name = "n".repeat(200);
        assert_eq!(place(&["a\u{1b}[m", "\u{e9}"]), "request \"a[m / \u{e9}\"");
        assert_eq!(place(&["a", &name]).len(), "request \"\"".len() + 100);
    }

    #[test]
    fn a_hash_of_the_body_by_the_signature_method() {
        let oauth = |method: &str| {
            let mut oauth = OAuth {
                parameters: vec![("oauth_signature_method", method.to_owned())],
                realm: None,
                secrets: Secrets::default(),
                placement: Placement::Query,
                has_body_hash: true,
                is_encoded: true,
                notes: Vec::new(),
            };
            let mut saved = Saved::new("Client", "PUT", "h", 0, str::to_owned)
                .ok()
                .unwrap();
            saved.set_body("Hello World!");
            let mut notes = Vec::new();
            oauth.add_body_hash(&saved.request, &mut notes);
            (oauth.parameters.pop().unwrap(), notes.len())
        };
        // From the draft's own example.
        let hash = "Lve95gjOVATpfV8EL5X4nxwjKHE=".to_owned();
        assert_eq!(oauth("RSA-SHA1"), (("oauth_body_hash", hash), 0));
        assert_eq!(oauth("HMAC-SHA512").1, 1);
    }
}

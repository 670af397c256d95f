//! What did the client send? The entries of a HAR 1.2 file, as browsers and proxies export them.
//!
//! The file is read as a stream, one entry at a time, so that its size does not matter. The URL holds the query as it was
//! sent; `queryString` and `cookies` say the same in another form and are not read.

use crate::{
    Captured, CapturedRequest, Hints,
    curl::{without_default_port, without_dot_segments},
    detect::UTF8_BOM,
    error::CaptureError,
    format::Spec,
    hints::apply_host_header,
    http::parse_length,
    json::BASE64,
    limits,
    response::Response,
    short_strings::{Limits, Place, ShortStrings, TooDeep},
    url::{UrlRequest, is_http_url, method_and_url, note_what_cannot_travel},
};
use base64::Engine;
use core::{fmt, ops::ControlFlow};
use oauth1_core::request::{Header, Request};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::error::Category;
use std::io::{self, Read};

pub(crate) const SPEC: Spec = Spec {
    name: "har",
    description: "a HAR file, as browsers and proxies export it",
    noun: "a HAR file",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read,
};

/// How much of a file is kept at a time. Objects lie around an entry: the root, `log` and the list `entries`.
const LIMITS: Limits = Limits {
    string: 2 << 20,
    element: 8 << 20,
    depth: 3,
    nesting: 10_000,
};
/// Longer form bodies are not checked.
const LONGEST_FORM: usize = 1 << 20;
/// Longer lists of headers or form fields are cut.
const MOST_FIELDS: usize = 10_000;
/// How many signed requests are read.
const MOST_SIGNED: usize = 10_000;
/// How many redirects may wait for the request they lead to, and how many bytes they and those before them may hold.
const MOST_REDIRECTS: usize = 32;
const REDIRECT_BYTES: usize = 4 << 20;
/// How many requests before a redirect are kept; browsers follow no more.
const MOST_EARLIER: usize = 20;

const HELP: &str = "export the HAR file again, or paste the request alone, as raw HTTP or as curl (in a browser: Copy as cURL (bash))";
const HELP_UNSIGNED: &str = "Chrome leaves Authorization headers out: turn on \"Allow to generate HAR with sensitive data\" in the DevTools settings, and export with sensitive data";

fn looks_like(text: &[u8]) -> bool {
    text.strip_prefix(b"{")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"log\""))
}

/// A file that breaks off is refused as a whole: what is missing may be what matters. [`read_har`] hands over what comes
/// before.
fn read(input: &[u8], hints: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let mut all = Vec::new();
    read_har(input, hints, &mut |captured| {
        all.push(captured);
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

/// What there was in a HAR file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HarSummary {
    /// How many entries were read.
    pub entries: usize,
    /// How many of them are signed.
    pub signed: usize,
    /// Whether that is the whole file: not so when the receiver had enough, or when there are more than 10,000 signed
    /// requests.
    pub is_complete: bool,
}

/// Reads a HAR file of any size in little memory, and hands over each signed request as soon as it is read; a request
/// that is the only one in the file, whether it is signed or not.
///
/// # Errors
///
/// [`CaptureError`] when there is no such request, when the file is no HAR file, or when it breaks off or goes wrong
/// somewhere; then `each` has been called for what comes before.
///
/// ```
/// use oauth1_capture::{Hints, read_har};
/// use std::ops::ControlFlow;
///
/// let file = br#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://h/?oauth_token=a"}}]}}"#;
/// let mut places = Vec::new();
/// let summary = read_har(&file[..], &Hints::default(), &mut |captured| {
///     places.extend(captured.place);
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(places, ["entry 1: GET https://h/"]);
/// assert_eq!((summary.entries, summary.signed), (1, 1));
/// # Ok::<(), oauth1_capture::CaptureError>(())
/// ```
pub fn read_har(
    mut input: impl Read,
    hints: &Hints,
    each: &mut dyn FnMut(Captured) -> ControlFlow<()>,
) -> Result<HarSummary, CaptureError> {
    let mut log = Log {
        hints,
        each,
        entries: 0,
        requests: 0,
        signed: 0,
        only: None,
        redirects: Vec::new(),
        is_complete: true,
    };
    let mut start = Vec::new();
    let begun = input
        .by_ref()
        .take(UTF8_BOM.len() as u64)
        .read_to_end(&mut start);
    if start == UTF8_BOM {
        start.fill(b' ');
    }
    let mut text = ShortStrings::new(start.chain(input), LIMITS);
    let read = begun
        .map_err(serde_json::Error::io)
        .and_then(|_| log.read(&mut text));
    match read {
        Err(error) if log.is_complete => {
            let at = text.place_of(&error);
            Err(log.explain(error, at))
        }
        _ => log.finish(text.end()),
    }
}

/// What is known while a file is read.
struct Log<'a> {
    hints: &'a Hints,
    each: &'a mut dyn FnMut(Captured) -> ControlFlow<()>,
    entries: usize,
    requests: usize,
    signed: usize,
    /// The first request, if it is not signed; handed over if it stays the only one.
    only: Option<Captured>,
    redirects: Vec<Redirect>,
    is_complete: bool,
}

impl Log<'_> {
    fn read(&mut self, text: &mut ShortStrings<impl Read>) -> Result<(), serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_reader(text);
        let entries = Member("entries", Entries(self));
        if !Member("log", entries).deserialize(&mut parser)? {
            return Err(serde_json::Error::custom(
                ", expected \"log\" with \"entries\"",
            ));
        }
        parser.end()
    }

    fn entry(&mut self, entry: Entry) -> ControlFlow<()> {
        self.entries += 1;
        let location = entry.location();
        let Some(mut captured) = entry.into_captured(self.entries, self.hints) else {
            return ControlFlow::Continue(());
        };
        self.requests += 1;
        self.follow_redirects(&mut captured, location);
        let is_signed = captured.is_signed();
        if captured.unchecked.is_some() {
            captured.request = None;
        }
        limits::apply(&mut captured);
        if !is_signed {
            self.only = Some(captured).filter(|_| self.requests == 1);
            return ControlFlow::Continue(());
        }
        if self.signed == MOST_SIGNED {
            // Nobody may take what was not read for right.
            let _ = (self.each)(Captured {
                place: captured.place,
                unchecked: Some(format!(
                    "The file holds more than {MOST_SIGNED} signed requests; this one and those that follow are not read. \
                     Split the file and read the parts."
                )),
                ..Captured::default()
            });
            return ControlFlow::Break(());
        }
        self.signed += 1;
        (self.each)(captured)
    }

    /// Puts the requests before this one that led to it where a reader finds them, and remembers where this one leads.
    fn follow_redirects(&mut self, captured: &mut Captured, location: Option<Vec<u8>>) {
        let Some(CapturedRequest { request, .. }) = &captured.request else {
            return;
        };
        let url = url_for_comparison(request);
        if let Some(at) = self
            .redirects
            .iter()
            .rposition(|redirect| redirect.to == url)
        {
            captured.earlier = self.redirects.remove(at).requests;
        }
        let Some(to) = location.and_then(|location| redirect_target(request, &location)) else {
            return;
        };
        let mut requests = captured.earlier.clone();
        requests.push(request.clone());
        requests.drain(..requests.len().saturating_sub(MOST_EARLIER));
        self.redirects.push(Redirect { to, requests });
        let mut room = REDIRECT_BYTES;
        let kept = self.redirects.iter().rev().take(MOST_REDIRECTS);
        let kept = kept.take_while(|redirect| {
            let size = redirect.size();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        });
        let count = kept.count();
        self.redirects.drain(..self.redirects.len() - count);
    }

    fn finish(self, end: Place) -> Result<HarSummary, CaptureError> {
        let count = self.requests;
        match self.only.filter(|_| count == 1) {
            Some(only) => {
                let _ = (self.each)(only);
            }
            None if self.signed == 0 && count == 0 => {
                let message = "expected an HTTP request in log.entries, found none";
                return Err(error_at(end, message, HELP));
            }
            None if self.signed == 0 => {
                let message = format!(
                    "expected a signed request, found {count} requests without any OAuth 1.0a parameter"
                );
                return Err(error_at(end, message, HELP_UNSIGNED));
            }
            None => {}
        }
        Ok(HarSummary {
            entries: self.entries,
            signed: self.signed,
            is_complete: self.is_complete,
        })
    }

    /// The parser's own sentence may show a value; of a sentence about types only the end is taken, which is written here.
    fn explain(&self, error: serde_json::Error, at: Place) -> CaptureError {
        let category = error.classify();
        let sentence = error.to_string();
        let (what, _) = sentence.rsplit_once(" at line ").unwrap_or((&sentence, ""));
        let entries = self.entries;
        let message = match category {
            Category::Eof => {
                format!(
                    "expected the rest of the HAR file, found its end after {entries} whole entries"
                )
            }
            Category::Syntax => {
                format!("expected JSON, found an error in it after {entries} entries: {what}")
            }
            Category::Data => match what.rsplit_once(", expected ") {
                Some((_, expected)) => format!("expected {expected}, found something else"),
                None => "expected a HAR file, found an object in which a name stands twice".into(),
            },
            Category::Io => {
                let error = io::Error::from(error);
                match error.get_ref() {
                    Some(inner) if inner.is::<TooDeep>() => {
                        format!("expected a HAR file, but {TooDeep}")
                    }
                    _ => format!(
                        "expected the rest of the file, which cannot be read: {}",
                        error.kind()
                    ),
                }
            }
        };
        error_at(at, message, HELP)
    }
}

fn error_at(at: Place, message: impl Into<String>, help: &str) -> CaptureError {
    CaptureError {
        line: at.line,
        column: at.column,
        byte: at.byte,
        message: message.into(),
        help: help.into(),
    }
}

/// A request that was answered with a redirect, with those before it.
struct Redirect {
    to: Vec<u8>,
    requests: Vec<Request>,
}

impl Redirect {
    /// About as many bytes as it takes up; what holds a field counts, too.
    fn size(&self) -> usize {
        let field = |header: &Header| size_of::<Header>() + header.name.len() + header.value.len();
        self.requests
            .iter()
            .map(|request| {
                let target = request.path.len() + request.query.as_ref().map_or(0, Vec::len);
                let headers = request.headers.iter().map(field).sum::<usize>();
                size_of::<Request>() + target + headers + request.body.len()
            })
            .sum()
    }
}

/// The URL without what two ways of writing the same one differ in.
fn url_for_comparison(request: &Request) -> Vec<u8> {
    let mut url = request.scheme.as_str().as_bytes().to_vec();
    url.extend_from_slice(b"://");
    url.extend(without_default_port(request).to_ascii_lowercase());
    url.extend_from_slice(if request.path.is_empty() {
        b"/"
    } else {
        &request.path
    });
    if let Some(query) = &request.query {
        url.push(b'?');
        url.extend_from_slice(query);
    }
    url
}

/// Where a request is redirected to, as [`url_for_comparison`] writes it.
fn redirect_target(request: &Request, location: &[u8]) -> Option<Vec<u8>> {
    let scheme = request.scheme.as_str().as_bytes();
    let root = [scheme, b"://", &request.authority].concat();
    let url = match location {
        _ if is_http_url(location) => location.to_vec(),
        [b'/', b'/', ..] => [scheme, b":", location].concat(),
        [b'/', ..] => [&root, location].concat(),
        [b'?' | b'#', ..] | [] => [&root, request.path.as_slice(), location].concat(),
        _ => {
            let directory = request.path.iter().rposition(|&b| b == b'/');
            let directory = request.path.get(..directory.map_or(0, |slash| slash + 1));
            [
                &root,
                directory.filter(|d| !d.is_empty()).unwrap_or(b"/"),
                location,
            ]
            .concat()
        }
    };
    let mut target = Request::from_url(b"GET", &url).ok()?;
    target.path = without_dot_segments(&target.path);
    Some(url_for_comparison(&target))
}

/// Hands the value of one member of an object on, and skips the others. Says whether it was there.
struct Member<S>(&'static str, S);

impl<'de, S: DeserializeSeed<'de, Value = bool>> DeserializeSeed<'de> for Member<S> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de, Value = bool>> Visitor<'de> for Member<S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with \"{}\"", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Self(name, seed) = self;
        let mut seed = Some(seed);
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            match seed.take_if(|_| key == name) {
                Some(seed) => found = map.next_value_seed(seed)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// The list of entries, one after the other.
struct Entries<'a, 'log>(&'a mut Log<'log>);

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while let Some(entry) = list.next_element()? {
            if self.0.entry(entry).is_break() {
                self.0.is_complete = false;
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(true)
    }
}

/// The members of an entry that are read. What is not there is as good as empty.
#[derive(Default, serde::Deserialize)]
#[serde(default, expecting = "an entry with \"request\" and \"response\"")]
struct Entry {
    request: Option<Sent>,
    response: Option<Answer>,
}

#[derive(Default, serde::Deserialize)]
#[serde(
    default,
    rename_all = "camelCase",
    expecting = "a request with \"method\", \"url\" and \"headers\""
)]
struct Sent {
    method: Text,
    url: Text,
    headers: Fields,
    post_data: Option<Posted>,
    /// Where HTTP Toolkit puts a body that is no text.
    #[serde(rename = "_content")]
    content: Option<Posted>,
    body_size: Option<i64>,
}

#[derive(Default, serde::Deserialize)]
#[serde(
    default,
    rename_all = "camelCase",
    expecting = "a body with \"mimeType\", \"text\" and \"params\""
)]
struct Posted {
    mime_type: Text,
    text: Text,
    params: Fields,
    #[serde(alias = "_encoding")]
    encoding: Text,
}

#[derive(Default, serde::Deserialize)]
#[serde(
    default,
    expecting = "a response with \"status\", \"headers\" and \"content\""
)]
struct Answer {
    status: Option<i64>,
    headers: Fields,
    content: Option<Posted>,
    #[serde(rename = "redirectURL")]
    redirect_url: Text,
}

/// The bytes that a string stands for.
#[derive(Default)]
enum Text {
    #[default]
    Absent,
    Kept(Vec<u8>),
    /// It was replaced on the way.
    TooLong,
}

impl Text {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Kept(bytes) => bytes,
            Self::Absent | Self::TooLong => &[],
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Kept(bytes) => bytes,
            Self::Absent | Self::TooLong => Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsBytes;
        impl<'de> Visitor<'de> for AsBytes {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_none<E>(self) -> Result<Text, E> {
                Ok(Text::Absent)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
                deserializer.deserialize_bytes(self)
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text::Kept(without_surrogates(bytes)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
                match list.next_element::<IgnoredAny>()? {
                    None => Ok(Text::TooLong),
                    Some(_) => Err(A::Error::custom("found a list, expected a text")),
                }
            }
        }
        deserializer.deserialize_option(AsBytes)
    }
}

/// Python programs, such as mitmproxy, write a byte that is no UTF-8 as the lone surrogate U+DC80…U+DCFF; the parser
/// passes it on as the three bytes that it would have in UTF-8.
fn without_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut sent = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match rest {
            [0xed, 0xb2, low, after @ ..] => (*low, after),
            [0xed, 0xb3, low, after @ ..] => (low | 0x40, after),
            _ => (first, after),
        };
        sent.push(byte);
        rest = after;
    }
    sent
}

/// A list of names and values.
#[derive(Default)]
struct Fields {
    list: Vec<Field>,
    is_cut: bool,
}

#[derive(Default, serde::Deserialize)]
#[serde(default, expecting = "a field with \"name\" and \"value\"")]
struct Field {
    name: Text,
    value: Text,
}

impl Fields {
    fn is_too_long(&self) -> bool {
        let is_too_long = |text: &Text| matches!(text, Text::TooLong);
        self.is_cut
            || self
                .list
                .iter()
                .any(|field| is_too_long(&field.name) || is_too_long(&field.value))
    }

    /// The header fields. What HTTP/2 has in place of a request line or status line is none.
    fn into_headers(self) -> Vec<Header> {
        self.list
            .into_iter()
            .filter(|field| !field.name.bytes().starts_with(b":"))
            .map(|field| Header {
                name: field.name.into_bytes(),
                value: field.value.bytes().trim_ascii().to_vec(),
            })
            .collect()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsList;
        impl<'de> Visitor<'de> for AsList {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of fields with \"name\" and \"value\"")
            }

            fn visit_none<E>(self) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
                deserializer.deserialize_seq(self)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while fields.list.len() < MOST_FIELDS {
                    match elements.next_element()? {
                        Some(field) => fields.list.push(field),
                        None => return Ok(fields),
                    }
                }
                while elements.next_element::<IgnoredAny>()?.is_some() {
                    fields.is_cut = true;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_option(AsList)
    }
}

impl Entry {
    /// Where the answer leads, as it says it itself.
    fn location(&self) -> Option<Vec<u8>> {
        let answer = self.response.as_ref()?;
        if !matches!(answer.status, Some(301 | 302 | 303 | 307 | 308)) {
            return None;
        }
        let is_location = |field: &&Field| field.name.bytes().eq_ignore_ascii_case(b"Location");
        let header = answer.headers.list.iter().find(is_location);
        [Some(&answer.redirect_url), header.map(|field| &field.value)]
            .into_iter()
            .flatten()
            .map(|text| text.bytes().trim_ascii().to_vec())
            .find(|text| !text.is_empty())
    }

    /// The case; `None` for what is no HTTP request (`data:`, `ws:`, an extension's).
    fn into_captured(self, number: usize, hints: &Hints) -> Option<Captured> {
        let sent = self.request?;
        let (method, url) = (sent.method.bytes(), sent.url.bytes());
        if method.is_empty() {
            return None;
        }
        let UrlRequest {
            mut request,
            typed_url,
        } = UrlRequest::new(method, url).ok()?;
        let mut notes = Vec::new();
        note_what_cannot_travel(url, &mut notes);
        hints.override_scheme(&mut request, &mut notes);

        let mut problem = (sent.headers.is_too_long()).then_some("Its headers are too large.");
        let is_authority = |field: &&Field| field.name.bytes() == b":authority";
        let authority = sent.headers.list.iter().find(is_authority);
        let authority = authority.map(|field| field.value.bytes().to_vec());
        request.headers = sent.headers.into_headers();
        match authority {
            Some(authority) => request.authority = authority,
            None => apply_host_header(&mut request, &mut notes),
        }

        let posted = sent.content.or(sent.post_data).unwrap_or_default();
        let mime_type = posted.mime_type.bytes();
        if request.header("Content-Type").is_none() && !mime_type.is_empty() {
            notes.push("There is no Content-Type header; the type that the file gives for the body is taken.".into());
            request.headers.push(Header {
                name: b"Content-Type".to_vec(),
                value: mime_type.to_vec(),
            });
        }
        match posted.into_body(&request, sent.body_size, &mut notes) {
            Ok(body) => request.body = body,
            Err(why) if request.form_body().is_some() => problem = problem.or(Some(why)),
            Err(why) => notes.push(format!("{why} A body of this type is not signed.")),
        }
        Some(Captured {
            place: Some(format!("entry {number}: {}", method_and_url(&request))),
            unchecked: problem.map(Into::into),
            request: Some(CapturedRequest {
                request,
                scheme_known: true,
                typed_url,
                notes,
            }),
            response: self.response.and_then(Answer::into_response),
            ..Captured::default()
        })
    }
}

impl Posted {
    /// The bytes of the body, or why they are not known.
    fn into_body(
        self,
        request: &Request,
        size: Option<i64>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<u8>, &'static str> {
        const TOO_LARGE: &str = "Its body is longer than 1 MiB, which is too large to check.";
        let is_form = request.form_body().is_some();
        let length = request.header("Content-Length").and_then(parse_length);
        let body = match self.text {
            Text::TooLong => return Err(TOO_LARGE),
            Text::Kept(text) if !text.is_empty() => decoded(text, &self.encoding, notes),
            _ if self.params.is_too_long() => return Err(TOO_LARGE),
            _ if self.params.list.is_empty() => {
                let is_missing =
                    size.is_some_and(|size| size > 0) || length.is_some_and(|length| length > 0);
                return if is_missing {
                    Err("Its body was sent, but is not in the file.")
                } else {
                    Ok(Vec::new())
                };
            }
            _ if is_form => {
                notes.push("The file holds the fields of the form, but not its bytes: the body is rebuilt as a browser would encode it.".into());
                form_encoded(&self.params)
            }
            _ => return Err("The file holds the fields of its body, but not its bytes."),
        };
        if is_form && body.len() > LONGEST_FORM {
            return Err(TOO_LARGE);
        }
        if let Some(length) = length.filter(|&length| length != body.len()) {
            notes.push(format!(
                "Content-Length says {length} bytes, and the body in the file has {}: it is not the one that was sent.",
                body.len()
            ));
        }
        Ok(body)
    }
}

/// The bytes that a text in a HAR file stands for.
fn decoded(text: Vec<u8>, encoding: &Text, notes: &mut Vec<String>) -> Vec<u8> {
    if !encoding.bytes().eq_ignore_ascii_case(b"base64") {
        return text;
    }
    BASE64.decode(&text).unwrap_or_else(|_| {
        notes.push(
            "The file says that a body is in base64, and it is not: it is taken as it stands."
                .into(),
        );
        text
    })
}

/// As the URL Standard has browsers send a form.
fn form_encoded(fields: &Fields) -> Vec<u8> {
    let mut body = Vec::new();
    for field in &fields.list {
        if !body.is_empty() {
            body.push(b'&');
        }
        push_form_encoded(&mut body, field.name.bytes());
        body.push(b'=');
        push_form_encoded(&mut body, field.value.bytes());
    }
    body
}

fn push_form_encoded(body: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b' ' => body.push(b'+'),
            b'*' | b'-' | b'.' | b'_' => body.push(byte),
            _ if byte.is_ascii_alphanumeric() => body.push(byte),
            _ => body.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
}

impl Answer {
    /// `None` where a status is missing: the request was cancelled, or there is no answer yet.
    fn into_response(self) -> Option<Response> {
        let status = u16::try_from(self.status?)
            .ok()
            .filter(|&status| status >= 100)?;
        let content = self.content.unwrap_or_default();
        Some(Response {
            status: Some(status),
            headers: self.headers.into_headers(),
            body: decoded(
                content.text.into_bytes(),
                &content.encoding,
                &mut Vec::new(),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::Scheme;

    fn har(entries: &[&str]) -> String {
        format!(
            r#"{{"log": {{"version": "1.2", "entries": [{}]}}}}"#,
            entries.join(",\n")
        )
    }

    fn all(entries: &[&str]) -> Vec<Captured> {
        read(har(entries).as_bytes(), &Hints::default()).unwrap()
    }

    fn request(entry: &str) -> CapturedRequest {
        all(&[entry]).remove(0).request.unwrap()
    }

    fn fail(text: &str) -> CaptureError {
        read(text.as_bytes(), &Hints::default()).unwrap_err()
    }

    const SIGNED: &str = r#"{"request": {"method": "GET", "url": "https://h/a?oauth_token=t"}}"#;
    const UNSIGNED: &str = r#"{"request": {"method": "GET", "url": "https://h/b"}}"#;

    /// An entry with a form as its body.
    fn form(post_data: &str, headers: &str) -> String {
        format!(
            r#"{{"request": {{"method": "POST", "url": "https://h/f?oauth_token=t", "postData": {post_data},
                "headers": [{headers}{{"name": "content-type", "value": "application/x-www-form-urlencoded"}}]}}}}"#
        )
    }

    #[test]
    fn reads_a_request_and_notes_nothing() {
        let captured = request(
            r#"{"request": {"method": "PUT", "url": "http://h:8080/a%20b?oauth_token=%7e&c",
                "queryString": [{"name": "oauth_token", "value": "other"}],
                "headers": [{"name": "Host", "value": "h:8080"}, {"name": "X", "value": " y "}],
                "postData": {"mimeType": "text/plain", "text": "\u00e9\n"}}}"#,
        );
        assert_eq!(
            captured.notes,
            [
                "There is no Content-Type header; the type that the file gives for the body is taken."
            ]
        );
        let request = captured.request;
        assert_eq!(request.method, b"PUT");
        assert_eq!(
            (request.scheme, request.authority.as_slice()),
            (Scheme::Http, &b"h:8080"[..])
        );
        assert_eq!(request.path, b"/a%20b");
        assert_eq!(request.query.as_deref(), Some(&b"oauth_token=%7e&c"[..]));
        assert_eq!(request.header("X"), Some(&b"y"[..]));
        assert_eq!(request.body, "é\n".as_bytes());
    }

    #[test]
    fn the_authority_of_http_2_is_no_header() {
        let captured = request(
            r#"{"request": {"method": "GET", "url": "https://h/", "headers": [
                {"name": ":authority", "value": "other:444"}, {"name": ":path", "value": "/"}, {"name": "accept", "value": "*/*"}]}}"#,
        );
        assert_eq!(captured.request.authority, b"other:444");
        assert_eq!(captured.request.headers.len(), 1);
    }

    #[test]
    fn every_signed_request_is_found_and_has_its_place() {
        let found = all(&[
            UNSIGNED,
            SIGNED,
            r#"{"request": {"method": "GET", "url": "data:,oauth_token="}}"#,
            SIGNED,
        ]);
        let places: Vec<_> = found
            .iter()
            .map(|captured| captured.place.as_deref().unwrap())
            .collect();
        assert_eq!(
            places,
            ["entry 2: GET https://h/a", "entry 4: GET https://h/a"]
        );
    }

    #[test]
    fn one_request_alone_needs_no_signature() {
        assert_eq!(all(&[UNSIGNED]).len(), 1);
        assert_eq!(all(&["{}", UNSIGNED]).len(), 1);
        let error = fail(&har(&[UNSIGNED, UNSIGNED]));
        assert!(
            error.message.contains("found 2 requests without"),
            "{error}"
        );
        assert!(error.help.contains("sensitive"));
        assert!(fail(&har(&[])).message.contains("found none"));
    }

    #[test]
    fn bodies_come_as_text_as_base64_and_as_fields() {
        for (post_data, body, note) in [
            (
                r#"{"text": "a=%20b", "params": [{"name": "x", "value": "y"}]}"#,
                &b"a=%20b"[..],
                None,
            ),
            (r#"{"text": "YT3p", "encoding": "base64"}"#, b"a=\xe9", None),
            (
                r#"{"text": "YT3p", "_encoding": "BASE64"}"#,
                b"a=\xe9",
                None,
            ),
            (
                r#"{"text": "a=b", "encoding": "base64"}"#,
                b"a=b",
                Some("is not"),
            ),
            // Python's way to write the byte E9.
            (
                r#"{"text": "a=\udce9\udc80\ud83d\ude00"}"#,
                b"a=\xe9\x80\xf0\x9f\x98\x80",
                None,
            ),
            (
                r#"{"text": "", "params": [{"name": "a b", "value": "*~é"}, {"name": "c"}]}"#,
                b"a+b=*%7E%C3%A9&c=",
                Some("rebuilt"),
            ),
            (
                r#"{"text": null, "params": null, "mimeType": 	null}"#,
                b"",
                None,
            ),
            ("null", b"", None),
        ] {
            let captured = request(&form(post_data, ""));
            assert_eq!(captured.request.body, body, "{post_data}");
            assert_eq!(
                captured.notes.len(),
                usize::from(note.is_some()),
                "{:?}",
                captured.notes
            );
            assert!(captured.notes.concat().contains(note.unwrap_or_default()));
        }
    }

    #[test]
    fn a_body_that_is_no_text_is_where_http_toolkit_puts_it() {
        let captured = request(
            r#"{"request": {"method": "POST", "url": "https://h/", "headers": [{"name": "content-type", "value": "image/png"}],
                "bodySize": 4, "_requestBodyStatus": "discarded:not-representable",
                "_content": {"text": "//4AAQ==", "size": 4, "encoding": "base64"}}}"#,
        );
        assert_eq!(captured.request.body, b"\xff\xfe\0\x01");
    }

    #[test]
    fn a_form_that_is_not_there_is_not_checked() {
        let length = r#"{"name": "Content-Length", "value": "3"}, "#;
        let missing = all(&[&form("null", length)]).remove(0);
        assert!(missing.unchecked.unwrap().contains("not in the file"));
        assert!(missing.request.is_none());
        let json = r#"{"request": {"method": "POST", "url": "https://h/?oauth_token=t", "bodySize": 9,
            "headers": [{"name": "content-type", "value": "application/json"}]}}"#;
        assert!(request(json).notes[0].contains("not signed"));
        let multipart = form(r#"{"params": [{"name": "a", "value": "b"}]}"#, "")
            .replace("x-www-form-urlencoded", "multipart");
        assert!(request(&multipart).notes[0].contains("not its bytes"));
        let other = request(&form(r#"{"text": "a=bc"}"#, length));
        assert!(other.notes[0].contains("Content-Length says 3 bytes"));
    }

    /// Some tools put the first line of the message among the headers, without a name, or `null` where there is nothing.
    #[test]
    fn what_is_null_is_not_there() {
        let entry = r#"{"cookies": null, "request": {"cookies": null, "queryString": null, "postData": null,
            "headers": [{"name": null, "value": "GET / HTTP/1.1"}, {"name": "Authorization", "value": "OAuth oauth_token=\"t\""}],
            "url": "https://h/a", "method": "GET"}, "response": {"headers": null, "status": 401, "content": null}}"#;
        let captured = all(&[entry]).remove(0);
        let request = captured.request.unwrap().request;
        assert_eq!(
            request.header("Authorization"),
            Some(&b"OAuth oauth_token=\"t\""[..])
        );
        assert_eq!(captured.response.unwrap().status, Some(401));
    }

    #[test]
    fn a_form_that_is_too_large_is_not_checked() {
        let pair = "a".repeat(1023) + "&";
        let body = |length: usize| pair.repeat(length / 1024) + &pair[..length % 1024];
        let text = |length: usize| form(&format!(r#"{{"text": "{}"}}"#, body(length)), "");
        assert_eq!(
            request(&text(LONGEST_FORM)).request.body.len(),
            LONGEST_FORM
        );
        for length in [LONGEST_FORM + 1, LIMITS.string + 1] {
            let found = all(&[&text(length)]).remove(0);
            assert!(found.unchecked.as_ref().unwrap().contains("too large"));
            assert!(found.is_signed() && found.request.is_none());
        }
        let fields = vec![r#"{"name": "a", "value": "b"}"#; MOST_FIELDS + 1].join(",");
        let found = all(&[&form(&format!(r#"{{"params": [{fields}]}}"#), "")]).remove(0);
        assert!(found.unchecked.unwrap().contains("too large"));
    }

    #[test]
    fn the_response_is_read_too() {
        let answer = |content: &str| {
            let entry = format!(
                r#"{{"response": {{"status": 401, "headers": [{{"name": ":status", "value": "401"}}, {{"name": "x", "value": "y"}}],
                    "content": {content}}}, "request": {{"method": "GET", "url": "https://h/"}}}}"#
            );
            all(&[&entry]).remove(0).response.unwrap()
        };
        let response = answer(r#"{"text": "b2F1dGhfcHJvYmxlbQ==", "encoding": "base64"}"#);
        assert_eq!(response.status, Some(401));
        assert_eq!(response.headers.len(), 1);
        assert_eq!(response.body, b"oauth_problem");
        assert_eq!(answer(r#"{"text": "no"}"#).body, b"no");
        let long = format!(r#"{{"text": "{}"}}"#, "a".repeat(LIMITS.string + 1));
        assert_eq!(answer(&long).body, b"");
        let cancelled =
            r#"{"request": {"method": "GET", "url": "https://h/"}, "response": {"status": 0}}"#;
        assert!(all(&[cancelled]).remove(0).response.is_none());
    }

    fn redirected(url: &str, status: u16, location: &str) -> String {
        format!(
            r#"{{"request": {{"method": "GET", "url": "{url}"}}, "response": {{"status": {status}, "redirectURL": "{location}"}}}}"#
        )
    }

    #[test]
    fn redirects_are_followed() {
        let found = all(&[
            &redirected(
                "http://h:80/a?oauth_token=1",
                301,
                "https://H/b?oauth_token=2#top",
            ),
            UNSIGNED,
            &redirected("https://h/b?oauth_token=2", 307, "../c?oauth_token=3"),
            &redirected("https://h/c?oauth_token=3", 200, ""),
        ]);
        let earlier: Vec<Vec<&[u8]>> = found
            .iter()
            .map(|captured| {
                captured
                    .earlier
                    .iter()
                    .map(|request| request.path.as_slice())
                    .collect()
            })
            .collect();
        assert_eq!(earlier, [vec![], vec![&b"/a"[..]], vec![b"/a", b"/b"]]);
    }

    #[test]
    fn real_files_show_redirects_and_answers() {
        for file in [
            &include_bytes!("../../../fixtures/captures/har/mitmproxy.har")[..],
            include_bytes!("../../../fixtures/captures/har/firefox.har"),
            include_bytes!("../../../fixtures/captures/har/chromium-playwright.har"),
        ] {
            let found = read(file, &Hints::default()).unwrap();
            let at = |path: &str| {
                let is_at = |captured: &&Captured| {
                    captured.request.as_ref().unwrap().request.path == path.as_bytes()
                };
                found.iter().find(is_at).unwrap()
            };
            let (old, new) = (
                &at("/new").earlier[0],
                &at("/new").request.as_ref().unwrap().request,
            );
            assert_eq!(old.path, b"/old");
            assert_eq!(old.header("Authorization"), new.header("Authorization"));
            let response = at("/bad").response.as_ref().unwrap();
            assert_eq!(response.status, Some(401));
            assert_eq!(response.body, b"oauth_problem=signature_invalid");
        }
    }

    #[test]
    fn locations_are_resolved() {
        let request = Request::from_url(b"GET", b"https://h/a/b?c").unwrap();
        for (location, expected) in [
            ("http://x", "http://x/"),
            ("HTTPS://X:443/Y?z", "https://x/Y?z"),
            ("//x/y", "https://x/y"),
            ("/y/./z", "https://h/y/z"),
            ("y", "https://h/a/y"),
            ("?y", "https://h/a/b?y"),
        ] {
            let target = redirect_target(&request, location.as_bytes()).unwrap();
            assert_eq!(target, expected.as_bytes());
        }
        let bare = Request::from_url(b"GET", b"https://h").unwrap();
        assert_eq!(redirect_target(&bare, b"y").unwrap(), b"https://h/y");
        assert_eq!(redirect_target(&bare, b"https://"), None);
    }

    #[test]
    fn redirects_that_lead_nowhere_are_forgotten() {
        let mut entries: Vec<_> = (0..=MOST_REDIRECTS)
            .map(|number| {
                redirected(
                    "https://h/x?oauth_token=1",
                    302,
                    &format!("/{number}?oauth_token=1"),
                )
            })
            .collect();
        entries.push(redirected("https://h/0?oauth_token=1", 200, ""));
        entries.push(redirected("https://h/1?oauth_token=1", 200, ""));
        let found = all(&entries.iter().map(String::as_str).collect::<Vec<_>>());
        let earlier: Vec<_> = found
            .iter()
            .map(|captured| captured.earlier.len())
            .collect();
        assert_eq!(earlier[MOST_REDIRECTS + 1..], [0, 1]);
    }

    /// L03: the reader is told, and the rest is not even parsed.
    #[test]
    fn more_signed_requests_than_anybody_reads_end_the_reading() {
        let mut entries = vec![SIGNED; MOST_SIGNED];
        assert!(all(&entries).iter().all(|one| one.unchecked.is_none()));
        for more in [1, 9 * MOST_SIGNED] {
            entries.truncate(MOST_SIGNED);
            entries.extend(vec![SIGNED; more]);
            entries.push("}");
            let found = all(&entries);
            assert_eq!(found.len(), MOST_SIGNED + 1);
            let last = found.last().unwrap();
            assert!(last.place.as_ref().unwrap().starts_with("entry 10001"));
            assert!(last.unchecked.as_ref().unwrap().contains("more than 10000"));
        }
    }

    #[test]
    fn the_receiver_may_have_enough() {
        let text = har(&[UNSIGNED, SIGNED, SIGNED, "}"]);
        let mut count = 0;
        let summary = read_har(text.as_bytes(), &Hints::default(), &mut |_| {
            count += 1;
            ControlFlow::Break(())
        });
        let expected = HarSummary {
            entries: 2,
            signed: 1,
            is_complete: false,
        };
        assert_eq!((summary, count), (Ok(expected), 1));
    }

    #[test]
    fn what_comes_before_a_break_is_handed_over() {
        let text = har(&[SIGNED, SIGNED]);
        let mut count = 0;
        let error = read_har(
            &text.as_bytes()[..text.len() - 10],
            &Hints::default(),
            &mut |_| {
                count += 1;
                ControlFlow::Continue(())
            },
        );
        assert_eq!(count, 1);
        assert!(error.unwrap_err().message.contains("after 1 whole entries"));
    }

    #[test]
    fn errors_say_where_and_show_no_value() {
        for (text, line, column, message) in [
            (
                "{\"log\": {\"entries\": [{\"request\":\n {\"url\": \"s3cret",
                2,
                17,
                "found its end after 0 whole entries",
            ),
            (
                "{\"log\": {\"entries\": [{}\n{}]}}",
                2,
                1,
                "expected `,` or `]`",
            ),
            (
                "{\"log\": {\"entries\": \"s3cret\"}}",
                1,
                29,
                "expected a list of entries, found",
            ),
            (
                "{\"log\": {\"entries\": [\"s3cret\"]}}",
                1,
                30,
                "expected an entry with",
            ),
            (
                "{\"log\": {\"entries\": [{\"request\": {\"method\": 7}}]}}",
                1,
                46,
                "expected a text, found",
            ),
            (
                "{\"log\": {\"entries\": [{\"request\": {\"url\": [\"s3cret\"]}}]}}",
                1,
                51,
                "expected a text, found",
            ),
            (
                "{\"log\": {\"entries\": [{\"request\": {\"headers\": \"s3cret, expected s3cret\"}}]}}",
                1,
                71,
                "a list of fields",
            ),
            (
                "{\"log\": \"s3cret\"}",
                1,
                17,
                "expected an object with \"entries\"",
            ),
            (
                "{\"log\": {\"entries\": [{\"request\": {}, \"request\": {}}]}}",
                1,
                47,
                "twice",
            ),
            ("{\"log\": {}}", 1, 12, "expected \"log\" with \"entries\""),
            (
                "{\"log\": {\"entries\": []}} {}",
                1,
                26,
                "trailing characters",
            ),
        ] {
            let error = fail(text);
            assert_eq!(
                (error.line, error.column),
                (line, column),
                "{text}: {error}"
            );
            assert!(error.message.contains(message), "{text}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        let deep = format!("{{\"log\": {}", "[".repeat(20_000));
        assert!(fail(&deep).message.contains("too deep"));
    }

    #[test]
    fn a_byte_order_mark_and_a_broken_pipe_are_met() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let text = format!("\u{feff}{}", har(&[SIGNED]));
        let each = &mut |_| ControlFlow::Continue(());
        assert_eq!(
            read_har(text.as_bytes(), &Hints::default(), each)
                .unwrap()
                .signed,
            1
        );
        let error =
            read_har(text.as_bytes()[..50].chain(Broken), &Hints::default(), each).unwrap_err();
        assert_eq!((error.line, error.byte), (1, 50));
        assert!(error.message.contains("broken pipe"), "{error}");
    }
}

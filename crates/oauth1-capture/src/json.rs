//! The JSON request object: `{"method", "url", "headers", "body" | "body_base64"}`.
//!
//! Every value is kept as a slice of the input until its type is known, so that an error points at the value it is
//! about and can name the field without showing what is in it.

use crate::{
    CapturedRequest, Hints,
    error::{CaptureError, excerpt},
    format::Spec,
    hints::apply_host_header,
    url::{self, UrlRequest},
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use oauth1_core::request::Header;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

const SHAPE: &str =
    r#"write {"method": "GET", "url": "https://…", "headers": [["Name", "value"]], "body": "…"}"#;

pub(crate) const SPEC: Spec = Spec {
    name: "json",
    description: r#"a JSON object with "method", "url", "headers" and "body" or "body_base64""#,
    noun: "a JSON request object",
    looks_like,
    may_look_like: &[],
    keeps_byte_order_mark: false,
    read: |input, hints| Ok(vec![read(input, hints)?.into()]),
};

fn looks_like(text: &[u8]) -> bool {
    text.starts_with(b"{") || text.starts_with(b"[")
}

/// Standard base64, with or without its padding.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads one request object.
pub(crate) fn read(input: &[u8], hints: &Hints) -> Result<CapturedRequest, CaptureError> {
    let document = Document::new(input)?;
    let fields = document.request_fields()?;
    let mut notes = Vec::new();

    let method = match fields.method {
        Some(value) => document.string(value, "the method")?.into_bytes(),
        None => hints.method_or_get().to_vec(),
    };
    if fields.method.is_none() && hints.method.is_none() {
        notes.push("The object has no \"method\"; GET is taken.".into());
    }
    let from_url = if let Some(value) = fields.url {
        let text = document.string(value, "the URL")?;
        url::note_what_cannot_travel(text.as_bytes(), &mut notes);
        UrlRequest::new(&method, text.as_bytes()).map_err(|problem| {
            let message = format!("the field \"url\" holds no URL: {}", problem.message);
            document.error(value, message, problem.help)
        })?
    } else {
        hints.url_request(&method)?.ok_or_else(|| {
            let message = "expected the field \"url\", found none";
            document.error(document.root, message, "add \"url\", or give --url")
        })?
    };
    let UrlRequest {
        mut request,
        typed_url,
    } = from_url;
    hints.override_scheme(&mut request, &mut notes);
    if let Some(value) = fields.headers {
        request.headers = document.headers(value)?;
    }
    request.body = document.body(fields.body, fields.body_base64)?;
    apply_host_header(&mut request, &mut notes);
    Ok(CapturedRequest {
        request,
        scheme_known: true,
        typed_url,
        notes,
    })
}

/// The values of the fields of a request object; `null` counts as absent.
#[derive(Default)]
struct Fields<'a> {
    method: Option<&'a RawValue>,
    url: Option<&'a RawValue>,
    headers: Option<&'a RawValue>,
    body: Option<&'a RawValue>,
    body_base64: Option<&'a RawValue>,
}

/// A JSON text and its one value.
struct Document<'a> {
    input: &'a [u8],
    root: &'a RawValue,
}

impl<'a> Document<'a> {
    /// Checks the syntax of the whole text, which is all that can go wrong with it as JSON.
    fn new(input: &'a [u8]) -> Result<Self, CaptureError> {
        let text = core::str::from_utf8(input).map_err(|error| {
            CaptureError::at(
                input,
                error.valid_up_to(),
                "expected JSON in UTF-8, found a byte that is not UTF-8",
                "save the file as UTF-8; give a body of other bytes as \"body_base64\"",
            )
        })?;
        serde_json::from_str(text)
            .map(|root| Self { input, root })
            .map_err(|error| syntax_error(input, &error, SHAPE))
    }

    fn request_fields(&self) -> Result<Fields<'a>, CaptureError> {
        let mut fields = Fields::default();
        for (name, value) in self.members(self.root, "the input")? {
            let slot = match name.as_str() {
                "method" => &mut fields.method,
                "url" => &mut fields.url,
                "headers" => &mut fields.headers,
                "body" => &mut fields.body,
                "body_base64" => &mut fields.body_base64,
                "id" | "request" | "raw_base64" | "input" | "consumer_secret" | "token_secret" => {
                    return Err(self.error(
                        value,
                        format!(
                            "expected a request object, found \"{name}\", a field of a batch line"
                        ),
                        "run `diagnose batch` on it",
                    ));
                }
                _ => {
                    return Err(self.error(
                        value,
                        format!("unknown field \"{}\"", excerpt(name.as_bytes())),
                        "the fields are method, url, headers, body and body_base64",
                    ));
                }
            };
            if slot.replace(value).is_some() {
                return Err(self.error(
                    value,
                    format!("the field \"{name}\" is there twice"),
                    "remove one",
                ));
            }
        }
        let absent_if_null =
            |value: Option<&'a RawValue>| value.filter(|value| value.get() != "null");
        Ok(Fields {
            method: absent_if_null(fields.method),
            url: absent_if_null(fields.url),
            headers: absent_if_null(fields.headers),
            body: absent_if_null(fields.body),
            body_base64: absent_if_null(fields.body_base64),
        })
    }

    /// `[["Name", "value"], …]` or `{"Name": "value", …}`.
    fn headers(&self, value: &'a RawValue) -> Result<Vec<Header>, CaptureError> {
        let pairs: Vec<(String, &RawValue)> = if value.get().starts_with('{') {
            self.members(value, "the headers")?
        } else {
            self.elements(value, "the headers")?
                .into_iter()
                .map(|pair| match self.elements(pair, "a header")?.as_slice() {
                    &[name, value] => Ok((self.string(name, "a header's name")?, value)),
                    _ => Err(self.error(
                        pair,
                        "expected a header as [name, value], found another number of elements",
                        SHAPE,
                    )),
                })
                .collect::<Result<_, _>>()?
        };
        pairs
            .into_iter()
            .map(|(name, value)| {
                Ok(Header {
                    name: name.into_bytes(),
                    value: self
                        .string(value, "a header's value")?
                        .trim_matches([' ', '\t'])
                        .into(),
                })
            })
            .collect()
    }

    fn body(
        &self,
        body: Option<&'a RawValue>,
        base64: Option<&'a RawValue>,
    ) -> Result<Vec<u8>, CaptureError> {
        match (body, base64) {
            (None, None) => Ok(Vec::new()),
            (Some(text), None) => Ok(self.string(text, "the body")?.into_bytes()),
            (None, Some(value)) => BASE64.decode(self.string(value, "the body")?).map_err(|_| {
                let message = "expected base64 in the field \"body_base64\", found something else";
                self.error(
                    value,
                    message,
                    "encode the body's bytes as standard base64 (with + and /)",
                )
            }),
            (Some(_), Some(value)) => Err(self.error(
                value,
                "there are both \"body\" and \"body_base64\"",
                "keep the one that holds the bytes that were sent",
            )),
        }
    }

    fn string(&self, value: &'a RawValue, field: &str) -> Result<String, CaptureError> {
        self.typed(value, field, "a string")
    }

    fn elements(
        &self,
        value: &'a RawValue,
        field: &str,
    ) -> Result<Vec<&'a RawValue>, CaptureError> {
        self.typed(value, field, "an array")
    }

    fn members(
        &self,
        value: &'a RawValue,
        field: &str,
    ) -> Result<Vec<(String, &'a RawValue)>, CaptureError> {
        self.typed(value, field, "an object")
            .map(|Members(members)| members)
    }

    /// Reads a value as a type; the error names the field and both types, and shows nothing of the value.
    fn typed<T: Deserialize<'a>>(
        &self,
        value: &'a RawValue,
        field: &str,
        expected: &str,
    ) -> Result<T, CaptureError> {
        let found = kind(value);
        serde_json::from_str(value.get()).map_err(|_| {
            let message = if found == expected {
                format!("{field} holds an escape that stands for no character")
            } else {
                format!("expected {expected} as {field}, found {found}")
            };
            self.error(value, message, SHAPE)
        })
    }

    /// An error at a value, which is a slice of the input.
    fn error(&self, value: &RawValue, message: impl Into<String>, help: &str) -> CaptureError {
        let byte = value
            .get()
            .as_ptr()
            .addr()
            .saturating_sub(self.input.as_ptr().addr());
        CaptureError::at(self.input, byte, message, help)
    }
}

/// The type of a value, by its first byte.
fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The parser's own sentence without its place, which is given once, as for every other format.
pub(crate) fn syntax_error(
    input: &[u8],
    error: &serde_json::Error,
    shape: &'static str,
) -> CaptureError {
    let sentence = error.to_string();
    let what = sentence.split(" at line ").next().unwrap_or_default();
    let line_start = input
        .split_inclusive(|&b| b == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum::<usize>();
    let byte = line_start.saturating_add(error.column().saturating_sub(1));
    let help = match error.classify() {
        serde_json::error::Category::Eof => "the text ends too early: paste all of it",
        _ if what == "trailing characters" => {
            "paste one object; several, one a line, are for `diagnose batch`"
        }
        _ => shape,
    };
    CaptureError::at(input, byte, format!("expected JSON: {what}"), help)
}

/// The members of an object in the order written, repeated names included.
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::Scheme;

    fn read_plain(input: &str) -> CapturedRequest {
        read(input.as_bytes(), &Hints::default()).unwrap()
    }

    fn fail(input: &[u8]) -> CaptureError {
        read(input, &Hints::default()).unwrap_err()
    }

    #[test]
    fn reads_all_fields() {
        let captured = read_plain(
            r#" {"method": "PUT", "url": "http://h:8080/\u00e9?a=%zz#top",
                "headers": [["A", " b "], ["a", "c"]], "body": "d=e\n"} "#,
        );
        let request = captured.request;
        assert_eq!(request.method, b"PUT");
        assert_eq!(
            (request.scheme, request.authority.as_slice()),
            (Scheme::Http, &b"h:8080"[..])
        );
        assert_eq!(request.path, "/é".as_bytes());
        assert_eq!(request.query.as_deref(), Some(&b"a=%zz"[..]));
        assert_eq!(request.header_values("A").collect::<Vec<_>>(), [b"b", b"c"]);
        assert_eq!(request.body, b"d=e\n");
        assert_eq!(
            captured.typed_url.as_deref(),
            Some("http://h:8080/é?a=%zz#top".as_bytes())
        );
        assert!(captured.notes[0].contains("beyond ASCII"));
    }

    #[test]
    fn headers_may_be_an_object_and_the_body_base64() {
        let captured = read_plain(
            r#"{"method":"GET","url":"https://h/","headers":{"Host":"other","X":"y"},"body":null,"body_base64":"/wA"}"#,
        );
        assert_eq!(captured.request.authority, b"other");
        assert_eq!(captured.request.header("X"), Some(&b"y"[..]));
        assert_eq!(captured.request.body, b"\xff\x00");
        assert!(captured.notes[0].contains("Host header"));
    }

    #[test]
    fn hints_fill_in_method_and_url_but_do_not_override_them() {
        let hints = Hints {
            method: Some("DELETE".into()),
            url: Some("https://told/p".into()),
            ..Hints::default()
        };
        let told = read(b"{}", &hints).unwrap();
        assert_eq!(
            (told.request.method, told.request.path),
            (b"DELETE".to_vec(), b"/p".to_vec())
        );
        let said = read(br#"{"method":"GET","url":"http://h/q"}"#, &hints).unwrap();
        assert_eq!(
            (said.request.method, said.request.path),
            (b"GET".to_vec(), b"/q".to_vec())
        );
        let nothing = fail(br#"{"method":"GET"}"#);
        assert!(nothing.message.contains("\"url\""));
        assert!(read_plain(r#"{"url":"http://h/"}"#).notes[0].contains("method"));
    }

    #[test]
    fn wrong_types_are_named_with_their_place_and_without_their_value() {
        for (input, byte, message) in [
            (
                r#"["s3cret"]"#,
                0,
                "expected an object as the input, found an array",
            ),
            (
                r#"{"method": 17}"#,
                11,
                "expected a string as the method, found a number",
            ),
            (
                r#"{"url": ["s3cret"]}"#,
                8,
                "expected a string as the URL, found an array",
            ),
            (
                "{\"url\":\"http://h\",\n\"headers\": \"s3cret\"}",
                30,
                "an array as the headers, found a string",
            ),
            (
                r#"{"url":"http://h","headers":[["s3cret"]]}"#,
                29,
                "[name, value]",
            ),
            (
                r#"{"url":"http://h","headers":{"A":true}}"#,
                33,
                "found a boolean",
            ),
            (
                r#"{"url":"http://h","body":{"s3cret":1}}"#,
                25,
                "expected a string as the body, found an object",
            ),
            (
                r#"{"url":"http://h","body_base64":"s3cret!"}"#,
                32,
                "base64",
            ),
            (
                r#"{"url":"http://h","body":"","body_base64":""}"#,
                42,
                "both",
            ),
            (r#"{"url":"s3cret"}"#, 7, "http:// or https://"),
            (r#"{"url":"http://h","url":"http://s3cret"}"#, 24, "twice"),
            (r#"{"url":"http://h","body":"\ud800s3cret"}"#, 25, "escape"),
            (r#"{"bodi":"s3cret"}"#, 8, "unknown field \"bodi\""),
        ] {
            let error = fail(input.as_bytes());
            assert_eq!(error.byte, byte, "{input}: {error}");
            assert!(error.message.contains(message), "{input}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn syntax_errors_say_where() {
        let error = fail(b"{\"method\":\n \"GET\",,}");
        assert_eq!((error.line, error.column), (2, 8));
        let cut = fail(br#"{"url": "http://h"#);
        assert!(cut.help.contains("ends too early"));
        let bytes = fail(b"{\"url\": \"\xff\"}");
        assert_eq!(bytes.byte, 9);
        assert!(bytes.message.contains("UTF-8"));
        assert!(fail(b"{}\n{}").help.contains("batch"));
    }

    #[test]
    fn a_batch_line_is_recognised() {
        assert!(fail(br#"{"id": 1, "request": {}}"#).help.contains("batch"));
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!("{{\"url\":{}", "[".repeat(200_000));
        assert!(fail(deep.as_bytes()).help.contains("too early"));
    }
}

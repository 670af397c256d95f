//! The call that a program makes to send a request, as far as its text tells: what is sent, and what cannot be known.

use crate::{
    Captured, CapturedRequest, Hints,
    error::CaptureError,
    hints::apply_host_header,
    program::{Unknown, Value, quoted},
    url::{self, UrlRequest},
};
use oauth1_core::request::{BodyKind, Header};

/// What is sent as the body.
pub(crate) enum Body {
    /// These bytes, of this type unless a header names another.
    Bytes(Vec<u8>, Option<&'static [u8]>),
    /// Parts, of which none is signed.
    Multipart,
    /// What only the running program knows, of this type unless a header names another.
    Unknown(Unknown, Option<&'static [u8]>),
}

/// A call with its arguments.
pub(crate) struct Call {
    /// Where the URL stands.
    pub(crate) url_at: usize,
    pub(crate) url: Vec<u8>,
    /// What is added to the URL's query.
    pub(crate) query: Option<Vec<u8>>,
    pub(crate) method: Vec<u8>,
    pub(crate) headers: Vec<(Vec<u8>, Value)>,
    pub(crate) body: Option<Body>,
    pub(crate) notes: Vec<String>,
}

impl Call {
    pub(crate) fn into_request(
        mut self,
        input: &[u8],
        hints: &Hints,
    ) -> Result<CapturedRequest, CaptureError> {
        let headers = core::mem::take(&mut self.headers);
        let headers = headers_sent(input, self.url_at, headers, &mut self.notes)?;
        let UrlRequest {
            mut request,
            typed_url,
        } = UrlRequest::new(&self.method, &self.url).map_err(|problem| {
            CaptureError::at(input, self.url_at, problem.message, problem.help)
        })?;
        hints.override_scheme(&mut request, &mut self.notes);
        url::append_query(&mut request, self.query);
        request.headers = headers;
        match self.body {
            None => {}
            Some(Body::Bytes(bytes, default_type)) => {
                request.body = bytes;
                if let Some(value) = default_type {
                    push_content_type(&mut request.headers, value);
                }
            }
            Some(Body::Multipart) => {
                push_content_type(&mut request.headers, b"multipart/form-data");
                self.notes.push(
                    "The body is sent in parts; it is left out here, and it is not signed.".into(),
                );
            }
            Some(Body::Unknown(unknown, default_type)) => {
                if let Some(value) = default_type {
                    push_content_type(&mut request.headers, value);
                }
                if request.body_kind() == BodyKind::Form {
                    return Err(not_known(input, "the body", &unknown));
                }
                self.notes.push(format!(
                    "The body is {}, which is not known; it is left out here. A body of this type is not signed.",
                    unknown.what
                ));
            }
        }
        apply_host_header(&mut request, &mut self.notes);
        Ok(CapturedRequest {
            request,
            scheme_known: true,
            typed_url,
            notes: self.notes,
        })
    }
}

/// Adds a Content-Type header, unless there is one.
fn push_content_type(headers: &mut Vec<Header>, value: &[u8]) {
    const NAME: &[u8] = b"Content-Type";
    if !headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case(NAME))
    {
        headers.push(Header {
            name: NAME.to_vec(),
            value: value.to_vec(),
        });
    }
}

/// The headers whose values are known. One that matters to the signature has to be.
fn headers_sent(
    input: &[u8],
    at: usize,
    headers: Vec<(Vec<u8>, Value)>,
    notes: &mut Vec<String>,
) -> Result<Vec<Header>, CaptureError> {
    const SIGNED: [&[u8]; 4] = [
        b"Authorization",
        b"Host",
        b"Content-Type",
        b"Content-Encoding",
    ];
    let mut sent = Vec::new();
    for (name, value) in headers {
        match value {
            Value::Unknown(unknown) => {
                let role = format!("the header {}", quoted(&name));
                if SIGNED
                    .iter()
                    .any(|signed| name.eq_ignore_ascii_case(signed))
                {
                    return Err(not_known(input, &role, &unknown));
                }
                notes.push(format!(
                    "{role} holds {}, which is not known; it is left out, and it is not signed.",
                    unknown.what
                ));
            }
            Value::Nothing => {}
            value => {
                let role = format!("the value of the header {}", quoted(&name));
                let value = text(input, at, &role, value)?.trim_ascii().to_vec();
                sent.push(Header { name, value });
            }
        }
    }
    Ok(sent)
}

/// The text of an argument that has to be known.
pub(crate) fn text(
    input: &[u8],
    at: usize,
    role: &str,
    value: Value,
) -> Result<Vec<u8>, CaptureError> {
    let found = match value {
        Value::Text(text) | Value::Bytes(text) => return Ok(text),
        Value::Word(word) => return Ok(word.into_bytes()),
        Value::Unknown(unknown) => return Err(not_known(input, role, &unknown)),
        Value::Nothing => "nothing",
        Value::Unit(_) | Value::List(_) => "a list",
        Value::Table(_) => "names and values",
        Value::Form(_) | Value::Multipart => "a form",
    };
    Err(CaptureError::at(
        input,
        at,
        format!("expected text as {role}, found {found}"),
        "write the text that was sent in its place",
    ))
}

/// Something that is needed cannot be known.
pub(crate) fn not_known(input: &[u8], role: &str, unknown: &Unknown) -> CaptureError {
    CaptureError::at(
        input,
        unknown.at,
        format!("expected {role} as it was sent, found {}", unknown.what),
        "the program is not run: write the text that was sent in its place",
    )
}

/// The requests of a program, with their numbers where there are several.
pub(crate) fn numbered(requests: Vec<CapturedRequest>) -> Vec<Captured> {
    let count = requests.len();
    (1..)
        .zip(requests)
        .map(|(number, request)| Captured {
            place: (count > 1).then(|| format!("request {number}")),
            ..request.into()
        })
        .collect()
}

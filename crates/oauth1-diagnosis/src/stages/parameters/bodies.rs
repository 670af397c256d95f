//! Fields of bodies that are not forms, for clients that sign them all the same.

use oauth1_core::request::Request;
use serde_json::Value;

use crate::facts::find;

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The members of a JSON object as a client would print them into parameters; nothing for other JSON.
pub(crate) fn json_members(body: &[u8]) -> Pairs {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    members
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            };
            (name.into_bytes(), text.into_bytes())
        })
        .collect()
}

/// Names and values of the fields of a multipart body, files included.
pub(crate) fn multipart_fields(request: &Request) -> Pairs {
    let Some(boundary) = request.header("content-type").and_then(boundary) else {
        return Vec::new();
    };
    let delimiter = [b"--".as_slice(), &boundary].concat();
    let mut fields = Vec::new();
    let mut rest = request.body.as_slice();
    while let Some(start) = find(rest, &delimiter) {
        rest = &rest[start + delimiter.len()..];
        let end = find(rest, &delimiter).unwrap_or(rest.len());
        let part = &rest[..end];
        let split = find(part, b"\r\n\r\n")
            .map(|at| (at, 4))
            .or_else(|| find(part, b"\n\n").map(|at| (at, 2)));
        let Some((at, width)) = split else { continue };
        let value = &part[at + width..];
        let value = value
            .strip_suffix(b"\r\n")
            .or_else(|| value.strip_suffix(b"\n"))
            .unwrap_or(value);
        if let Some(name) = attribute(&part[..at], b" name=") {
            fields.push((name, value.to_vec()));
        }
    }
    fields
}

fn boundary(content_type: &[u8]) -> Option<Vec<u8>> {
    attribute(content_type, b"boundary=").filter(|boundary| !boundary.is_empty())
}

/// The value after `key`, quoted or not.
fn attribute(text: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let value = &text[find(text, key)? + key.len()..];
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => value
            .split(|byte| matches!(byte, b';' | b' ' | b'\r' | b'\n'))
            .next()?,
    };
    Some(value.to_vec())
}

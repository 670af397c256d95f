//! The request that a lone base string stands for, whatever is wrong with it.
//!
//! Every part is read as generously as its text allows; what was forgiven is found again by the
//! search, as the difference between the canonical form of the rebuilt request and the text.

use oauth1_core::{
    encode::{form_decode, percent_decode, percent_encode_into},
    request::{Request, Scheme},
};

use crate::facts::{UrlParts, find};

/// What a text that is meant to be a base string says.
pub(crate) struct Reading {
    pub request: Request,
    /// Whether the method was there, or GET is assumed.
    pub method_known: bool,
    /// The URI, decoded.
    pub uri: Vec<u8>,
    /// The pairs, decoded.
    pub pairs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Reads a base string; `None` when it names no URI with a host.
pub(crate) fn read(text: &[u8]) -> Option<Reading> {
    let text = text.trim_ascii();
    let whole;
    let text = if text.contains(&b'&') {
        text
    } else {
        // Encoded as a whole.
        whole = percent_decode(text).into_owned();
        &whole
    };
    let (first, rest) = crate::facts::split_once(text, b'&');
    let is_method =
        !first.is_empty() && first.len() <= 20 && first.iter().all(u8::is_ascii_alphabetic);
    let (method, rest) = if is_method {
        (Some(first), rest.unwrap_or_default())
    } else {
        (None, text)
    };
    let (uri, parameters) = crate::facts::split_once(rest, b'&');
    let (uri, joined) = full_uri(uri)?;
    let parameters = parameters
        .map(|text| normalized(text))
        .or(joined)
        .unwrap_or_default();
    let parts = UrlParts::split(&uri)?;
    if parts.host.is_empty() {
        return None;
    }
    let scheme = if parts.scheme.eq_ignore_ascii_case(b"http") {
        Scheme::Http
    } else {
        Scheme::Https
    };
    let pairs = pairs(&parameters);
    let mut target = parts.path.clone();
    let mut separator = b'?';
    for (name, value) in &pairs {
        if name == b"oauth_signature" {
            continue;
        }
        target.push(separator);
        separator = b'&';
        percent_encode_into(name, &mut target);
        target.push(b'=');
        percent_encode_into(value, &mut target);
    }
    let authority = [parts.host.as_slice(), &parts.port].concat();
    Some(Reading {
        request: Request::new(
            &method.unwrap_or(b"GET").to_ascii_uppercase(),
            scheme,
            &authority,
            &target,
        ),
        method_known: method.is_some(),
        uri,
        pairs,
    })
}

/// What stands between the first two `&`, decoded, whether or not it is a URI.
pub(crate) fn second_part(text: &[u8]) -> Option<Vec<u8>> {
    let part = text.split(|byte| *byte == b'&').nth(1)?;
    Some(percent_decode(part).into_owned())
}

/// The URI without its encodings, and what was joined to it by an encoded `&` or `?`.
fn full_uri(text: &[u8]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let mut uri = text.to_vec();
    for _ in 0..3 {
        if find(&uri, b"://").is_some() {
            break;
        }
        uri = percent_decode(&uri).into_owned();
    }
    find(&uri, b"://")?;
    let glued = uri
        .iter()
        .position(|byte| matches!(byte, b'&'))
        .or_else(|| {
            // `uri?oauth_…` is parameters joined by `?`; another query stays on the URI.
            find(&uri, b"oauth_").and_then(|_| uri.iter().position(|byte| *byte == b'?'))
        });
    match glued {
        Some(at) => Some((uri[..at].to_vec(), Some(uri[at + 1..].to_vec()))),
        None => Some((uri, None)),
    }
}

/// The normalized parameters: the third part without its outer encoding.
fn normalized(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..2 {
        if text.contains(&b'=') || find(&text, b"%").is_none() {
            break;
        }
        text = percent_decode(&text).into_owned();
    }
    text
}

fn pairs(normalized: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let separator = if normalized.contains(&b'&') || !normalized.contains(&b',') {
        b'&'
    } else {
        b','
    };
    normalized
        .split(|byte| *byte == separator)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = crate::facts::split_once(pair, b'=');
            (
                form_decode(name).into_owned(),
                form_decode(value.unwrap_or_default()).into_owned(),
            )
        })
        .collect()
}

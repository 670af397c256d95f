//! The request that a lone base string stands for, whatever is wrong with it.
//!
//! Every part is read as generously as its text allows; what was forgiven is found again by the
//! search, as the difference between the canonical form of the rebuilt request and the text.

use oauth1_core::{
    encode::{form_decode, percent_decode, percent_encode_into},
    request::{Request, Scheme},
};

use crate::facts::{UrlParts, find, split_once};

/// What a text that is meant to be a base string says, part by part.
pub(crate) struct Parts {
    pub method: Option<Vec<u8>>,
    /// The URI, decoded.
    pub uri: Vec<u8>,
    /// The pairs, decoded.
    pub pairs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Takes a text apart, whatever is wrong with it.
pub(crate) fn parts(text: &[u8]) -> Parts {
    let text = text.trim_ascii();
    let whole;
    let text = if text.contains(&b'&') {
        text
    } else {
        // Encoded as a whole.
        whole = percent_decode(text).into_owned();
        &whole
    };
    let (first, rest) = split_once(text, b'&');
    let is_method =
        !first.is_empty() && first.len() <= 20 && first.iter().all(u8::is_ascii_alphabetic);
    let (method, rest) = if is_method {
        (Some(first.to_vec()), rest.unwrap_or_default())
    } else {
        (None, text)
    };
    let (uri, parameters) = split_once(rest, b'&');
    let (uri, joined) = full_uri(uri);
    let parameters = parameters.map(normalized).or(joined).unwrap_or_default();
    Parts {
        method,
        uri,
        pairs: pairs(&parameters),
    }
}

impl Parts {
    /// The request that they stand for; `None` when the URI names no host.
    pub(crate) fn request(&self) -> Option<Request> {
        let url = UrlParts::split(&self.uri).filter(|url| !url.host.is_empty())?;
        let scheme = if url.scheme.eq_ignore_ascii_case(b"http") {
            Scheme::Http
        } else {
            Scheme::Https
        };
        let mut target = url.path;
        let mut separator = b'?';
        for (name, value) in self
            .pairs
            .iter()
            .filter(|(name, _)| name != b"oauth_signature")
        {
            target.push(separator);
            separator = b'&';
            percent_encode_into(name, &mut target);
            target.push(b'=');
            percent_encode_into(value, &mut target);
        }
        let method = self
            .method
            .as_deref()
            .unwrap_or(b"GET")
            .to_ascii_uppercase();
        let authority = [url.host.as_slice(), &url.port].concat();
        Some(Request::new(&method, scheme, &authority, &target))
    }
}

/// The URI without its encodings, and what was joined to it by an encoded `&` or `?`.
fn full_uri(text: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut uri = text.to_vec();
    for _ in 0..3 {
        if find(&uri, b"://").is_some() {
            break;
        }
        uri = percent_decode(&uri).into_owned();
    }
    let glued = uri.iter().position(|byte| *byte == b'&').or_else(|| {
        // `uri?oauth_…` is parameters joined by `?`; another query stays on the URI.
        find(&uri, b"oauth_").and_then(|_| uri.iter().position(|byte| *byte == b'?'))
    });
    match glued {
        Some(at) => (uri[..at].to_vec(), Some(uri[at + 1..].to_vec())),
        None => (uri, None),
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
            let (name, value) = split_once(pair, b'=');
            (
                form_decode(name).into_owned(),
                form_decode(value.unwrap_or_default()).into_owned(),
            )
        })
        .collect()
}

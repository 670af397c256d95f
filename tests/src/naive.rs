//! RFC 5849 a second time, as plainly as it can be said: strings, one sorted list, nothing shared with `oauth1-core`.
//!
//! It is the oracle of the property tests. It knows no Authorization grammar and no importer: parameters come in decoded.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use std::fmt::Write as _;

/// §3.6: unreserved bytes as they are, every other byte as `%` and two upper-case digits.
pub fn encode(text: &[u8]) -> String {
    let mut out = String::new();
    for &byte in text {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a String does not fail");
        }
    }
    out
}

/// The decoding of `application/x-www-form-urlencoded`: `+` is a space, `%XX` a byte, anything else itself.
pub fn form_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escape.and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            hexadecimal.then(|| u8::from_str_radix(digits, 16).ok())?
        });
        match (first, byte) {
            (_, Some(byte)) => {
                out.push(byte);
                rest = &tail[2..];
            }
            (b'+', None) => {
                out.push(b' ');
                rest = tail;
            }
            (other, None) => {
                out.push(other);
                rest = tail;
            }
        }
    }
    out
}

/// The pairs of a query or a form body, decoded.
pub fn form_pairs(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    text.split(|&byte| byte == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let mut halves = piece.splitn(2, |&byte| byte == b'=');
            let mut half = || form_decode(halves.next().unwrap_or_default());
            (half(), half())
        })
        .collect()
}

/// §3.4.1.2: scheme and host in lower case, no default port, an empty path made `/`, no query and no fragment.
/// `None` for a URL that is not `http://` or `https://` with a host.
pub fn base_string_uri(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, "/"),
    };
    let authority = authority.rsplit('@').next()?.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    (!authority.is_empty()).then(|| format!("{scheme}://{authority}{path}"))
}

/// §3.4.1.3.2: encode, sort by name and then by value, join. `pairs` are decoded.
pub fn normalized(pairs: &[(Vec<u8>, Vec<u8>)]) -> String {
    let mut encoded: Vec<(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name != b"oauth_signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    encoded.sort();
    let joined: Vec<String> = encoded
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    joined.join("&")
}

/// §3.4.1.1. `pairs` are decoded and come from the query, the header and the form body.
pub fn base_string(method: &str, uri: &str, pairs: &[(Vec<u8>, Vec<u8>)]) -> String {
    let method = encode(method.to_ascii_uppercase().as_bytes());
    let uri = encode(uri.as_bytes());
    let parameters = encode(normalized(pairs).as_bytes());
    format!("{method}&{uri}&{parameters}")
}

/// §3.4.2: the two secrets, encoded, with `&` between them. Secrets come in decoded; no token secret is an empty one.
pub fn key(client_secret: &[u8], token_secret: &[u8]) -> String {
    format!("{}&{}", encode(client_secret), encode(token_secret))
}

/// §3.4.2: HMAC-SHA1 of any text with any key, in base64.
///
/// # Panics
/// Never: HMAC takes a key of any length.
pub fn hmac_sha1(key: &[u8], text: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The words of a POSIX shell command, where it is one simple command in which nothing is expanded; `None` for all others.
pub fn shell_words(command: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = command.iter().copied();
    while let Some(byte) = bytes.next() {
        let ends_command =
            quote.is_none() && (b"\n;&|<>()".contains(&byte) || byte == b'#' && word.is_none());
        let expands = quote != Some(b'\'') && b"$`".contains(&byte);
        // Terminals and shells differ in what they make of these two.
        if ends_command || expands || b"\0\r".contains(&byte) {
            return None;
        }
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (None | Some(b'"'), b'\\') => match bytes.next()? {
                b'\0' | b'\r' => return None,
                b'\n' => {}
                next => {
                    let stays = quote.is_some() && !b"$`\"\\".contains(&next);
                    let word = word.get_or_insert_default();
                    word.extend(stays.then_some(b'\\'));
                    word.push(next);
                }
            },
            (None, b'\'' | b'"') => {
                word.get_or_insert_default();
                quote = Some(byte);
            }
            (None, b' ' | b'\t') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

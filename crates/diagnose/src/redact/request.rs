//! The parts of a request that stay, with other words.

use super::renaming::{Renaming, is_harmless};
use oauth1_core::{
    base_string_uri::split_authority,
    encode::percent_encode,
    request::{BodyKind, Header, Request},
};
use oauth1_diagnosis::clients;

/// The headers that play a part in a diagnosis; all others go.
const KEPT: &[&str] = &[
    "authorization",
    "content-encoding",
    "content-type",
    "host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// What stands for a body that is not signed.
const BODY: &[u8] = b"redacted";

/// The request with other words, its signature taken out, and the words.
pub(super) fn renamed(original: &Request) -> (Request, Renaming) {
    let form = original.form_body().map(<[u8]>::to_vec);
    let mut request = original.clone();
    request.headers.retain(is_kept);
    // Only what stays is counted, so that doing it again gives the same words.
    let mut texts: Vec<Vec<u8>> = vec![
        without_signature(&request.path),
        without_signature(request.query.as_deref().unwrap_or_default()),
        without_signature(form.as_deref().unwrap_or_default()),
        above_top(split_authority(&request.authority).0).to_vec(),
    ];
    texts.extend(
        request
            .headers
            .iter()
            .filter(|header| header.is("Authorization"))
            .map(|header| without_signature(&header.value)),
    );
    let texts: Vec<Vec<u8>> = texts.iter().map(|text| keep_timestamp(text)).collect();
    let renaming = Renaming::of(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let rename = |text: &[u8]| renaming.apply(&keep_timestamp(&without_signature(text)));

    request.authority = authority(&original.authority, &renaming);
    request.path = rename(&request.path);
    request.query = request.query.as_deref().map(rename);
    request.body = match (&form, original.body.is_empty()) {
        (Some(form), _) => rename(form),
        (None, true) => Vec::new(),
        (None, false) => BODY.to_vec(),
    };
    let authority = request.authority.clone();
    for header in &mut request.headers {
        if header.is("Authorization") {
            header.value = rename(&header.value);
        } else if header.is("Host") {
            header.value.clone_from(&authority);
        } else if header.is("Content-Type") {
            header.value = content_type(original.body_kind(), &header.value);
        }
    }
    if let Some(agent) = known_agent(original) {
        request.headers.push(Header {
            name: b"User-Agent".to_vec(),
            value: agent.into(),
        });
    }
    (request, renaming)
}

fn is_kept(header: &Header) -> bool {
    KEPT.iter().any(|name| header.is(name))
}

/// The media type alone, where it is of a kind that counts.
fn content_type(kind: BodyKind, value: &[u8]) -> Vec<u8> {
    match kind {
        BodyKind::Form => value
            .split(|&byte| byte == b';')
            .next()
            .unwrap_or_default()
            .to_vec(),
        BodyKind::Json => b"application/json".to_vec(),
        BodyKind::Multipart => b"multipart/form-data; boundary=x".to_vec(),
        BodyKind::Other => b"application/octet-stream".to_vec(),
    }
}

/// The part of the User-Agent that tells a known client.
fn known_agent(request: &Request) -> Option<&'static str> {
    let sent = String::from_utf8_lossy(request.header("User-Agent")?).into_owned();
    clients::all()
        .iter()
        .flat_map(|client| client.user_agents.iter().copied())
        .find(|known| sent.contains(known))
}

/// The host with other words below `.example`, and the port as it is.
fn authority(original: &[u8], renaming: &Renaming) -> Vec<u8> {
    let (host, port) = split_authority(original);
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let new = if host.starts_with(b"[") {
        b"[2001:db8::1]".to_vec()
    } else if host.iter().all(is_number) {
        b"192.0.2.1".to_vec()
    } else {
        let above = above_top(host);
        let top = &host[above.len()..];
        let name = top.strip_prefix(b".").unwrap_or(top);
        let new: &[u8] = match name.first() {
            _ if is_harmless(name) => name,
            Some(b'A'..=b'Z') => b"EXAMPLE",
            _ => b"example",
        };
        let dot = &top[..top.len() - name.len()];
        [&renaming.apply(above), dot, new].concat()
    };
    match port {
        Some(port) => [&new, &b":"[..], port].concat(),
        None => new,
    }
}

/// The host without its last label.
fn above_top(host: &[u8]) -> &[u8] {
    let dot = host.iter().rposition(|&byte| byte == b'.');
    &host[..dot.unwrap_or(0)]
}

const NAME: &[u8] = b"oauth_signature=";

/// Where the value of `oauth_signature` stands: in quotation marks, or up to the next separator.
fn signature_span(text: &[u8]) -> Option<(usize, usize)> {
    let at = text.windows(NAME.len()).position(|window| window == NAME)?;
    let start = at + NAME.len();
    let rest = &text[start..];
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        let length = quoted.iter().position(|&byte| byte == b'"')?;
        return Some((start + 1, start + 1 + length));
    }
    let ends = |byte: &u8| b"&, ".contains(byte);
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    Some((start, start + length))
}

fn without_signature(text: &[u8]) -> Vec<u8> {
    match signature_span(text) {
        Some((start, end)) => [&text[..start], &text[end..]].concat(),
        None => text.to_vec(),
    }
}

/// Timestamps of the usual length become one that says nothing, and stays when it is renamed.
fn keep_timestamp(text: &[u8]) -> Vec<u8> {
    let name = b"oauth_timestamp=";
    let Some(at) = text.windows(name.len()).position(|window| window == name) else {
        return text.to_vec();
    };
    let start = at + name.len() + usize::from(text.get(at + name.len()) == Some(&b'"'));
    let digits = text[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let new: Vec<u8> = b"1"
        .iter()
        .chain(b"0".iter().cycle())
        .take(digits)
        .copied()
        .collect();
    [&text[..start], &new, &text[start + digits..]].concat()
}

/// The request with a signature where the old one was.
pub(super) fn with_signature(request: &Request, signature: &[u8]) -> Option<Request> {
    let mut request = request.clone();
    let encoded = percent_encode(signature).into_bytes();
    let put = |text: &mut Vec<u8>| {
        let (start, end) = signature_span(text)?;
        *text = [&text[..start], &encoded, &text[end..]].concat();
        Some(())
    };
    let header = request
        .headers
        .iter_mut()
        .find(|header| header.is("Authorization"))
        .and_then(|header| put(&mut header.value));
    header
        .or_else(|| request.query.as_mut().and_then(put))
        .or_else(|| put(&mut request.body))?;
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_keep_their_shape_and_their_port() {
        for (original, expected) in [
            ("api.kunde.de:8443", "api.r01xx.example:8443"),
            ("api.Kunde.DE", "api.R01xx.EXAMPLE"),
            ("kunde", "example"),
            ("Kunde:80", "EXAMPLE:80"),
            ("localhost:3000", "localhost:3000"),
            ("api.example", "api.example"),
            ("10.11.12.13:8080", "192.0.2.1:8080"),
            ("8.kunde.4711", "8.r01xx.example"),
            ("[fe80::4711]:443", "[2001:db8::1]:443"),
        ] {
            let host = split_authority(original.as_bytes()).0;
            let renaming = Renaming::of(&[above_top(host)]);
            let new = authority(original.as_bytes(), &renaming);
            assert_eq!(String::from_utf8_lossy(&new), expected, "{original}");
        }
    }

    #[test]
    fn the_value_of_a_protocol_parameter_ends_where_it_does() {
        for (text, signature_gone, timestamp_kept) in [
            (
                "a=1&oauth_signature=x%2By%3D&oauth_timestamp=1318622958&b=2",
                "a=1&oauth_signature=&oauth_timestamp=1318622958&b=2",
                "a=1&oauth_signature=x%2By%3D&oauth_timestamp=1000000000&b=2",
            ),
            (
                r#"OAuth oauth_timestamp="1318622958", oauth_signature="x, y", z="1""#,
                r#"OAuth oauth_timestamp="1318622958", oauth_signature="", z="1""#,
                r#"OAuth oauth_timestamp="1000000000", oauth_signature="x, y", z="1""#,
            ),
            (
                "OAuth oauth_signature=x,oauth_timestamp=77",
                "OAuth oauth_signature=,oauth_timestamp=77",
                "OAuth oauth_signature=x,oauth_timestamp=10",
            ),
            (
                "oauth_timestamp=&oauth_signature=x",
                "oauth_timestamp=&oauth_signature=",
                "oauth_timestamp=&oauth_signature=x",
            ),
        ] {
            let text = text.as_bytes();
            let [gone, kept] = [without_signature(text), keep_timestamp(text)];
            assert_eq!(String::from_utf8_lossy(&gone), signature_gone);
            assert_eq!(String::from_utf8_lossy(&kept), timestamp_kept);
        }
    }
}

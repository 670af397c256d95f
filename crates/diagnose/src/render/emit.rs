//! A signed request in the forms that `diagnose sign --emit` prints.

use super::shell;
use crate::{cli::Emit, failure::Failure, sign::Product};
use oauth1_core::{
    base_string_uri::base_string_uri, parameters::collect_parameters, request::Request,
};
use serde_json::json;

/// The text that is asked for, with its line end.
pub(crate) fn text(product: &Product, emit: Emit) -> Result<Vec<u8>, Failure> {
    let signed = product.signed;
    let mut text = match emit {
        Emit::Header => signed.authorization.clone().into_bytes(),
        Emit::Url => url(&signed.request),
        Emit::Curl => shell::curl(&signed.request)?.into_bytes(),
        Emit::Http => return Ok(http(&signed.request)),
        Emit::BaseString => signed.base_string.as_str().to_owned().into_bytes(),
        Emit::Signature => signed.signature.clone().into_bytes(),
        _ => super::json::harmless(&json(product)),
    };
    text.push(b'\n');
    Ok(text)
}

/// The URL that is called.
pub(crate) fn url(request: &Request) -> Vec<u8> {
    let scheme = request.scheme.as_str().as_bytes();
    [scheme, b"://", &request.authority, &target(request)].concat()
}

/// Path and query, as they stand in the first line; without a path it is a slash.
fn target(request: &Request) -> Vec<u8> {
    let path: &[u8] = if request.path.is_empty() {
        b"/"
    } else {
        &request.path
    };
    match &request.query {
        Some(query) => [path, b"?", query].concat(),
        None => path.to_vec(),
    }
}

/// The request as HTTP/1.1 sends it.
pub(crate) fn http(request: &Request) -> Vec<u8> {
    let mut text = [
        &request.method,
        &b" "[..],
        &target(request),
        b" HTTP/1.1\r\n",
    ]
    .concat();
    let mut line = |name: &[u8], value: &[u8]| {
        text.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
    };
    if request.header("Host").is_none() {
        line(b"Host", &request.authority);
    }
    for header in &request.headers {
        line(&header.name, &header.value);
    }
    if !request.body.is_empty() && request.header("Content-Length").is_none() {
        line(b"Content-Length", request.body.len().to_string().as_bytes());
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(&request.body);
    text
}

/// Every stage. The body is left out: it is the one that was given, and may be large.
fn json(product: &Product) -> serde_json::Value {
    let signed = product.signed;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = |pairs: Vec<(String, String)>| {
        let pairs = pairs.into_iter().map(|(name, value)| json!([name, value]));
        pairs.collect::<serde_json::Value>()
    };
    let parameters = collect_parameters(&signed.request).list;
    let signed_parameters = parameters
        .iter()
        .filter(|one| &*one.name != b"oauth_signature")
        .map(|one| (text(&one.name), text(&one.value)));
    let headers = &signed.request.headers;
    let headers = headers
        .iter()
        .map(|one| (text(&one.name), text(&one.value)));
    json!({
        "method": text(&signed.request.method),
        "url": text(&url(&signed.request)),
        "headers": pairs(headers.collect()),
        "base_string_uri": text(&base_string_uri(&signed.request)),
        "parameters": pairs(signed_parameters.collect()),
        "base_string": signed.base_string.as_str(),
        "signing_key": product.shown_key.map(|key| text(key.expose())),
        "signature": signed.signature,
        "authorization": signed.authorization,
    })
}

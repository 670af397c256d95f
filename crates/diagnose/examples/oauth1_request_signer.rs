//! The crate `oauth1-request` as a signer under test: `diagnose check --client 'cargo run -q --example oauth1_request_signer' --persistent`.
//!
//! One request a line in, one answer a line out, as `diagnose check --help` says. The library takes a URL without query and
//! the parameters decoded, so that is what it gets, as a program that uses it would give it.
use oauth1_core::parameters::{Source, split_form};
use oauth1_request::{
    Builder, Credentials, HmacSha1, ParameterList, Plaintext, signature_method::SignatureMethod,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    io::{self, BufRead, Write},
    num::NonZeroU64,
};

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    oauth: Map<String, Value>,
    consumer_secret: Option<String>,
    token_secret: Option<String>,
}

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    for line in io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line?) {
            Ok(request) => answer(&request),
            Err(_) => json!({"error": "this line is no request"}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(request: &Request) -> Value {
    let text = |name: &str| request.oauth.get(name).and_then(Value::as_str);
    let known = [
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
        "oauth_callback",
        "oauth_verifier",
    ];
    if let Some(other) = request
        .oauth
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        return json!({"skip": format!("the library has no {other}")});
    }
    match text("oauth_signature_method") {
        Some("HMAC-SHA1") => signed(request, HmacSha1::new()),
        Some("PLAINTEXT") => signed(request, Plaintext::new()),
        _ => json!({"skip": "the library is used with HMAC-SHA1 and PLAINTEXT here"}),
    }
}

fn signed<M: SignatureMethod + Clone>(request: &Request, method: M) -> Value {
    let text = |name: &str| request.oauth.get(name).and_then(Value::as_str);
    let decoded = |text: &str, source| {
        let list = split_form(text.as_bytes(), source).into_iter();
        list.map(|one| Some((string(&one.name)?, string(&one.value)?)))
            .collect::<Option<Vec<_>>>()
    };
    let (url, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let is_form = request.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type")
            && value.starts_with("application/x-www-form-urlencoded")
    });
    let body = if is_form { request.body.as_str() } else { "" };
    let (Some(mut pairs), Some(of_body)) =
        (decoded(query, Source::Query), decoded(body, Source::Body))
    else {
        return json!({"skip": "the library takes UTF-8 only"});
    };
    pairs.extend(of_body);
    let (Some(key), Some(secret)) = (text("oauth_consumer_key"), &request.consumer_secret) else {
        return json!({"skip": "no client secret is documented"});
    };
    let mut builder = Builder::new(Credentials::new(key, secret.as_str()), method);
    let token_secret = request.token_secret.as_deref().unwrap_or_default();
    match text("oauth_token") {
        Some(token) => {
            builder.token(Credentials::new(token, token_secret));
        }
        None if !token_secret.is_empty() => {
            return json!({"skip": "the library has no token secret without a token"});
        }
        None => {}
    }
    let Some(timestamp) = text("oauth_timestamp")
        .map(str::parse::<NonZeroU64>)
        .transpose()
        .ok()
    else {
        return json!({"skip": "the library takes numbers as timestamps"});
    };
    builder
        .nonce(text("oauth_nonce"))
        .timestamp(timestamp)
        .callback(text("oauth_callback"))
        .verifier(text("oauth_verifier"))
        .version(text("oauth_version").is_some());
    let parameters = ParameterList::new(pairs);
    json!({"authorization": builder.authorize(&request.method, url, &parameters)})
}

fn string(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

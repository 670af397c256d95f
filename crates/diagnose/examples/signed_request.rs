//! Signs a request by OAuth 1.0a (RFC 5849) and sends it. Cargo.toml: oauth1-core, ureq 3, getrandom 0.4.
//! The secrets come from the environment: `OAUTH1_CONSUMER_SECRET`, and `OAUTH1_TOKEN_SECRET` where there is a token.
use oauth1_core::{
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::Source,
    request::{Header, Request},
    sign::{Freshness, Protocol, SigningCredentials, SigningKey, nonce},
};
use std::{env, error::Error, process::ExitCode};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let method = SignatureMethod::from_name("HMAC-SHA1".as_bytes()).ok_or("an unknown method")?;
    let credentials = SigningCredentials::SharedSecrets(SharedSecrets {
        client: Secret::new(
            env::var("OAUTH1_CONSUMER_SECRET").map_err(|_| "OAUTH1_CONSUMER_SECRET is not set")?,
        ),
        token: env::var("OAUTH1_TOKEN_SECRET").ok().map(Secret::new),
    });
    let key = SigningKey::new(method, &credentials)?;

    let mut request = Request::from_url(
        "POST".as_bytes(),
        "http://127.0.0.1:18437/items?page=2".as_bytes(),
    )?;
    request.headers.push(Header {
        name: "Content-Type".into(),
        value: "application/x-www-form-urlencoded".into(),
    });
    request.body = "name=desk%20lamp".into();
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| "no random numbers")?;
    let nonce = nonce(random);
    let timestamp = std::time::UNIX_EPOCH.elapsed()?.as_secs();
    let freshness = Freshness {
        timestamp,
        nonce: &nonce,
    };
    let protocol = Protocol {
        token: Some("tk=1"),
        version: true,
        ..Protocol::new("ck/é", freshness)
    };
    let signed = protocol.sign(request, &key, Source::Header)?.request;

    // A redirect would need a signature of its own.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let mut sent = ureq::http::Request::builder()
        .method(signed.method.as_slice())
        .uri("http://127.0.0.1:18437/items?page=2");
    for header in &signed.headers {
        sent = sent.header(header.name.as_slice(), header.value.as_slice());
    }
    let mut response = agent.run(sent.body(signed.body)?)?;
    println!("{}", response.status().as_u16());
    println!("{}", response.body_mut().read_to_string()?);
    Ok(ExitCode::from(u8::from(response.status().as_u16() >= 400)))
}

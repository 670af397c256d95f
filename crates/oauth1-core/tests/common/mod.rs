//! Requests and keys for the tests.
#![allow(dead_code, reason = "each test file uses a part of this")]

use oauth1_core::{
    base_string::BaseString,
    base_string_uri::base_string_uri,
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::collect_parameters,
    request::{Header, Request},
    sign::{SigningCredentials, SigningKey, sign},
    verify::{
        Claim, MemoryNonceStore, NonceStore, Rejection, UncheckedNonces, Verifier,
        VerifyingCredentials, VerifyingKey,
    },
};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The server's time in these tests, and the clients'.
pub(crate) const NOW: u64 = 1_700_000_000;
/// What every request needs but the signature.
pub(crate) const REQUIRED: &str = "oauth_consumer_key=\"ck\", oauth_token=\"tk\", oauth_signature_method=\"HMAC-SHA1\", \
                            oauth_timestamp=\"1700000000\", oauth_nonce=\"nonce\"";

pub(crate) fn get(url: impl AsRef<[u8]>) -> Request {
    Request::from_url(b"GET", url.as_ref()).expect("a URL")
}

pub(crate) fn with_header(mut request: Request, name: &str, value: impl Into<Vec<u8>>) -> Request {
    request.headers.push(Header {
        name: name.into(),
        value: value.into(),
    });
    request
}

pub(crate) fn with_authorization(request: Request, value: impl Into<Vec<u8>>) -> Request {
    with_header(request, "Authorization", value)
}

pub(crate) fn post(url: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    let mut request = Request::from_url(b"POST", url.as_bytes()).expect("a URL");
    request.body = body.into();
    with_header(request, "Content-Type", content_type)
}

pub(crate) fn form(body: impl Into<Vec<u8>>) -> Request {
    post("http://example.com/", FORM, body)
}

pub(crate) fn base(request: &Request) -> String {
    BaseString::of(request).as_str().to_owned()
}

pub(crate) fn uri(request: &Request) -> String {
    String::from_utf8(base_string_uri(request)).expect("an ASCII URI")
}

/// The normalized parameters; the base string must hold the same, encoded once more.
pub(crate) fn normalized(request: &Request) -> String {
    let normalized = collect_parameters(request).normalized();
    let third = base(request).split('&').nth(2).map(str::to_owned);
    let encoded: String = percent_encoding::utf8_percent_encode(&normalized, RESERVED).to_string();
    assert_eq!(third, Some(encoded), "the two ways to normalize differ");
    normalized
}

/// All but the unreserved characters, for the crate `percent-encoding`: a second opinion.
pub(crate) const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(crate) fn secrets() -> SharedSecrets {
    SharedSecrets {
        client: Secret::new("client secret"),
        token: Some(Secret::new("token secret")),
    }
}

pub(crate) fn signing_key(method: SignatureMethod) -> SigningKey {
    SigningKey::new(method, &SigningCredentials::SharedSecrets(secrets())).expect("shared secrets")
}

pub(crate) fn verifying_key(method: SignatureMethod) -> VerifyingKey {
    VerifyingKey::new(method, &VerifyingCredentials::SharedSecrets(secrets()))
        .expect("shared secrets")
}

/// A request with these parameters in its header and the right signature for them, so that nothing but what a test is
/// about can be wrong with it.
pub(crate) fn signed_with(request: Request, parameters: &str, method: SignatureMethod) -> Request {
    let unsigned = with_authorization(request.clone(), format!("OAuth {parameters}"));
    let signature = sign(&unsigned, &signing_key(method)).expect("a signature");
    let signature = percent_encoding::utf8_percent_encode(&signature, RESERVED);
    with_authorization(
        request,
        format!("OAuth {parameters}, oauth_signature=\"{signature}\""),
    )
}

pub(crate) fn signed(parameters: &str) -> Request {
    signed_with(
        get("http://example.com/r"),
        parameters,
        SignatureMethod::HmacSha1,
    )
}

/// A request whose query carries these parameters and their right signature.
pub(crate) fn signed_query(parameters: &str) -> Request {
    let unsigned = get(format!("http://example.com/r?{parameters}"));
    let signature = sign(&unsigned, &signing_key(SignatureMethod::HmacSha1)).expect("a signature");
    let signature = percent_encoding::utf8_percent_encode(&signature, RESERVED);
    get(format!(
        "http://example.com/r?{parameters}&oauth_signature={signature}"
    ))
}

pub(crate) fn verifier() -> Verifier {
    Verifier {
        methods: SignatureMethod::ALL.to_vec(),
        ..Verifier::default()
    }
}

pub(crate) fn verify(request: &Request) -> Result<(), Rejection> {
    verify_at(request, NOW, &mut UncheckedNonces)
}

pub(crate) fn verify_at(
    request: &Request,
    now: u64,
    nonces: &mut impl NonceStore,
) -> Result<(), Rejection> {
    let verifier = verifier();
    let claim = verifier.read(request)?;
    verifier.verify(&claim, &verifying_key(claim.method()), now, nonces)
}

pub(crate) fn read(request: &Request) -> Result<Claim<'_>, Rejection> {
    verifier().read(request)
}

/// The parameters that every request needs, without one of them.
pub(crate) fn required_without(name: &str) -> String {
    let parts: Vec<_> = REQUIRED
        .split(", ")
        .filter(|part| !part.starts_with(&format!("{name}=")))
        .collect();
    parts.join(", ")
}

/// The parameters that every request needs, with another value for one of them.
pub(crate) fn required_with(name: &str, value: &str) -> String {
    format!("{}, {name}=\"{value}\"", required_without(name))
}

pub(crate) fn nonces() -> MemoryNonceStore {
    MemoryNonceStore::new(100)
}

//! Header, form, base string and a whole request: `oauth1-core` against the second implementation.
use crate::naive;
use oauth1_core::{
    authorization::{Authorization, format_authorization},
    base_string::{self, BaseString},
    base_string_uri::base_string_uri,
    encode::percent_encode,
    key::{Secret, SharedSecrets, signing_key},
    method::SignatureMethod,
    parameters::{Source, collect_parameters, split_form},
    request::{Header, Request, Scheme},
    sign::{SigningCredentials, SigningKey, sign},
    verify::{Rejection, UncheckedNonces, Verifier, VerifyingCredentials, VerifyingKey},
};

/// Z04, P13: an Authorization header without issues says the same when it is written again, and the issues of any lie within it.
///
/// # Panics
/// When it does not.
pub fn header(text: &[u8]) {
    let Some(header) = Authorization::parse(text) else {
        return;
    };
    for issue in &header.issues {
        assert!(issue.span.start <= issue.span.end && issue.span.end <= text.len());
    }
    let pairs: Vec<(&[u8], &[u8])> = header
        .parameters
        .iter()
        .map(|one| (&*one.name, &*one.value))
        .collect();
    let written = format_authorization(None, &pairs);
    let again = Authorization::parse(written.as_bytes()).expect("its scheme is OAuth");
    let said = again.parameters.iter().map(|one| (&*one.name, &*one.value));
    if pairs
        .iter()
        .all(|(name, _)| !name.is_empty() && !name.eq_ignore_ascii_case(b"realm"))
    {
        assert_eq!(said.collect::<Vec<_>>(), pairs, "{written}");
    }
}

/// Z05, P05, P06: the pairs of a form are those of the second implementation, and survive being written and read again.
///
/// # Panics
/// When they do not.
pub fn form(text: &[u8]) {
    let pairs = |text: &[u8]| {
        let list = split_form(text, Source::Body).into_iter();
        let pairs = list.map(|one| (one.name.into_owned(), one.value.into_owned()));
        pairs.collect::<Vec<_>>()
    };
    let read = pairs(text);
    assert_eq!(read, naive::form_pairs(text));
    let written: Vec<String> = read
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    assert_eq!(pairs(written.join("&").as_bytes()), read);
}

/// Z07, P10: what a base string is split into lies within it, in order, and makes it again.
///
/// # Panics
/// When it does not.
pub fn base_string(text: &[u8]) {
    let Ok(parsed) = base_string::parse(text) else {
        return;
    };
    assert_eq!(text.split(|&byte| byte == b'&').count(), 3);
    let parts = [&parsed.method, &parsed.uri, &parsed.parameters];
    let parts = parts.map(|part| text.get(part.clone()).expect("within the text"));
    assert_eq!(parts.join(&b'&'), text);
}

/// Z12, P15: base string, key and signature are those of the second implementation; what is signed is verified, and what is signed
/// with another secret is not. The bytes are method, host and target, Authorization parameters, form body, and both secrets, a line each.
///
/// # Panics
/// When they are not.
pub fn request(bytes: &[u8]) {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (method, host, target) = (line(), line(), line());
    let (header, body, client, token) = (line(), line(), line(), line());
    let mut request = Request::new(method, Scheme::Http, host, target);
    let add = |request: &mut Request, name: &str, value: &[u8]| {
        request.headers.push(Header {
            name: name.into(),
            value: value.to_vec(),
        });
    };
    add(&mut request, "Host", host);
    add(
        &mut request,
        "Content-Type",
        b"application/x-www-form-urlencoded",
    );
    let of_header: Vec<_> = naive::form_pairs(header)
        .into_iter()
        .filter(|(name, _)| name.starts_with(b"oauth_") && name != b"oauth_signature")
        .collect();
    let written: Vec<(&[u8], &[u8])> = of_header.iter().map(|(n, v)| (&n[..], &v[..])).collect();
    let authorization = format_authorization(None, &written);
    add(&mut request, "Authorization", authorization.as_bytes());
    request.body = body.to_vec();

    let mut pairs = of_header.clone();
    pairs.extend(naive::form_pairs(
        request.query.as_deref().unwrap_or_default(),
    ));
    pairs.extend(naive::form_pairs(body));
    let text = BaseString::of(&request);
    let parameters = naive::normalized(&pairs);
    assert_eq!(collect_parameters(&request).normalized(), parameters);
    let uri = base_string_uri(&request);
    let expected = [
        naive::encode(&method.to_ascii_uppercase()),
        naive::encode(&uri),
        naive::encode(parameters.as_bytes()),
    ];
    assert_eq!(text.as_str(), expected.join("&"));

    let secrets = |client: &[u8]| SharedSecrets {
        client: Secret::new(client),
        token: Some(Secret::new(token)),
    };
    let key = naive::key(client, token);
    let own = signing_key(&Secret::new(client), Some(&Secret::new(token)));
    assert!(own.expose() == key.as_bytes());
    let method = SignatureMethod::HmacSha1;
    let signer = SigningKey::new(method, &SigningCredentials::SharedSecrets(secrets(client)))
        .expect("shared secrets are for HMAC");
    let signature = sign(&request, &signer).expect("HMAC signs everything");
    assert_eq!(signature, naive::hmac_sha1(key.as_bytes(), text.as_bytes()));

    // Signed, and sent in the header with the others.
    let mut sent: Vec<(&[u8], &[u8])> = written;
    sent.push((b"oauth_signature", signature.as_bytes()));
    let authorization = format_authorization(None, &sent);
    if let Some(header) = request.headers.last_mut() {
        header.value = authorization.into_bytes();
    }
    let verifier = Verifier {
        methods: vec![method],
        window: None,
        body_hash: None,
    };
    let Ok(claim) = verifier.read(&request) else {
        return;
    };
    let verify = |client: &[u8]| {
        let credentials = VerifyingCredentials::SharedSecrets(secrets(client));
        let key = VerifyingKey::new(method, &credentials).expect("shared secrets are for HMAC");
        verifier.verify(&claim, &key, 0, &mut UncheckedNonces)
    };
    assert_eq!(verify(client), Ok(()));
    assert_eq!(
        verify(&[client, b"x"].concat()),
        Err(Rejection::WrongSignature)
    );
}

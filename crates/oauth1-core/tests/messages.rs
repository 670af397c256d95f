//! What the errors say: each something of its own, in one line, with what the user needs to find the place.

use oauth1_core::{
    authorization::IssueKind,
    base_string::{self, BaseString},
    key::{KeyMismatch, Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::Source,
    request::{BodyKind, Header, Request, UrlError},
    rsa_key::{KeyError, RsaPrivateKey, RsaPublicKey},
    sign::{Freshness, Protocol, SignError, SigningCredentials, SigningKey},
    verify::{NonceRefusal, Rejection, Verifier, VerifyingCredentials, VerifyingKey},
};
use std::{collections::BTreeSet, error::Error};

/// No two say the same, and each is one line that fits behind a colon.
fn assert_told<E: Error>(errors: &[E]) {
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let different: BTreeSet<&String> = told.iter().collect();
    assert_eq!(different.len(), told.len(), "{told:?}");
    for text in told {
        assert!(text.len() > 15 && !text.contains('\n'), "{text}");
        assert!(!text.ends_with('.'), "{text}");
    }
}

fn rejections() -> Vec<Rejection> {
    vec![
        Rejection::Host,
        Rejection::SeveralHosts,
        Rejection::SeveralAuthorizationHeaders,
        Rejection::Authorization {
            kind: IssueKind::SingleQuotes,
            span: 17..20,
        },
        Rejection::BrokenEscape {
            place: Source::Query,
            name: "file".to_owned(),
        },
        Rejection::SeveralPlaces(Source::Header, Source::Body),
        Rejection::Duplicate("oauth_nonce".to_owned()),
        Rejection::Missing("oauth_timestamp"),
        Rejection::Version,
        Rejection::Method,
        Rejection::TimestampFormat,
        Rejection::EmptyNonce,
        Rejection::BodyHashOfForm,
        Rejection::BodyHash,
        Rejection::UnknownClient,
        Rejection::UnknownToken,
        Rejection::SignatureNotBase64,
        Rejection::WrongSignature,
        Rejection::Timestamp {
            timestamp: 100,
            now: 1_000,
        },
        Rejection::NonceUsed,
        Rejection::NonceStoreFull,
    ]
}

#[test]
fn rejections_name_the_place() {
    let all = rejections();
    assert_told(&all);
    let told = |rejection: Rejection| rejection.to_string();
    for (rejection, words) in [
        (3, ["byte 17", "single quotes"]),
        (4, ["`file`", "query"]),
        (5, ["header", "body"]),
        (6, ["`oauth_nonce`", "more than once"]),
        (7, ["`oauth_timestamp`", "missing"]),
        (18, ["900 seconds", "before"]),
    ] {
        for word in words {
            let text = all[rejection].to_string();
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    let early = Rejection::Timestamp {
        timestamp: 1_000,
        now: 100,
    };
    assert!(told(early).contains("after"));
    assert_eq!(Rejection::from(NonceRefusal::Used), Rejection::NonceUsed);
    assert_eq!(
        Rejection::from(NonceRefusal::Full),
        Rejection::NonceStoreFull
    );
    let mismatch = KeyMismatch(SignatureMethod::RsaSha1);
    assert_eq!(Rejection::from(mismatch), Rejection::Method);
}

#[test]
fn rejections_name_a_section_of_the_rfc() {
    let is_section = |text: &str| text.split('.').all(|number| number.parse::<u8>().is_ok());
    for rejection in rejections() {
        assert!(is_section(rejection.section()), "{rejection}");
    }
}

#[test]
fn the_others_say_what_to_do() {
    assert_told(&[UrlError::NoScheme, UrlError::NoHost]);
    assert_told(&[
        SignError::AlreadySigned,
        SignError::NotFresh,
        SignError::BodyIsNoForm(BodyKind::Json),
        SignError::Rsa,
    ]);
    let mismatches = [SignatureMethod::RsaSha256, SignatureMethod::HmacSha1].map(KeyMismatch);
    assert_told(&mismatches);
    assert_eq!(mismatches[0].to_string(), "RSA-SHA256 needs an RSA key");
    let errors = ["", "GET&a", "GET&a&b&c"].map(|text| base_string::parse(text.as_bytes()));
    let errors = errors.map(|parsed| parsed.expect_err("not two `&`"));
    assert_told(&errors);
    assert!(
        errors[2].to_string().contains("here are 3"),
        "{}",
        errors[2]
    );
    let keys = [
        RsaPrivateKey::from_pem(b"nothing").err(),
        RsaPrivateKey::from_pem(&pem("ENCRYPTED PRIVATE KEY")).err(),
        RsaPrivateKey::from_pem(&pem("EC PRIVATE KEY")).err(),
        RsaPrivateKey::from_pem(&pem("PRIVATE KEY")).err(),
        RsaPublicKey::from_pem(&pem("PRIVATE KEY")).err(),
    ];
    let keys: Vec<KeyError> = keys
        .into_iter()
        .map(|error| error.expect("no key"))
        .collect();
    assert_told(&keys);
    assert!(keys[1].to_string().contains("openssl pkey"), "{}", keys[1]);
    assert!(
        keys[2].to_string().contains("`EC PRIVATE KEY`"),
        "{}",
        keys[2]
    );
}

/// A block of that kind that holds nothing of use.
fn pem(label: &str) -> Vec<u8> {
    format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n").into_bytes()
}

#[test]
fn issues_of_a_header_are_told_apart() {
    let all = [
        IssueKind::Unquoted,
        IssueKind::SingleQuotes,
        IssueKind::WrongSeparator,
        IssueKind::SpaceAroundEquals,
        IssueKind::EmptyElement,
        IssueKind::SchemeSeparator,
        IssueKind::SchemeSeparatorMissing,
        IssueKind::BrokenQuoting,
        IssueKind::NoEquals,
        IssueKind::BrokenEscape,
        IssueKind::NotEncoded,
        IssueKind::RealmCase,
        IssueKind::SchemeCase,
        IssueKind::OtherCredentials,
    ];
    let told: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), all.len(), "{told:?}");
}

fn shared(token: Option<&str>) -> SharedSecrets {
    SharedSecrets {
        client: Secret::new("kd94hf93k423kf44"),
        token: token.map(Secret::new),
    }
}

/// A key and a method that do not fit are refused on both sides (rule 95).
#[test]
fn keys_of_another_kind_are_refused() {
    for method in SignatureMethod::ALL {
        let signing = SigningKey::new(method, &SigningCredentials::SharedSecrets(shared(None)));
        let verifying = VerifyingCredentials::SharedSecrets(shared(None));
        let verifying = VerifyingKey::new(method, &verifying);
        assert_eq!(
            signing.err(),
            method.is_rsa().then_some(KeyMismatch(method))
        );
        assert_eq!(
            verifying.err(),
            method.is_rsa().then_some(KeyMismatch(method))
        );
    }
    let pem = include_bytes!("../../../fixtures/peers/rsa-test-private.pem");
    let key = RsaPrivateKey::from_pem(pem).unwrap();
    for method in SignatureMethod::ALL {
        assert_eq!(
            key.sign(method, b"text").is_some(),
            method.is_rsa(),
            "{method}"
        );
        let public = key.public_key();
        let signature = key.sign(method, b"text").unwrap_or_default();
        assert_eq!(public.verify(method, b"text", &signature), method.is_rsa());
        let credentials = SigningCredentials::RsaPrivateKey(key.clone());
        let signing = SigningKey::new(method, &credentials);
        assert_eq!(
            signing.err(),
            (!method.is_rsa()).then_some(KeyMismatch(method))
        );
        let credentials = VerifyingCredentials::RsaPublicKey(key.public_key());
        let verifying = VerifyingKey::new(method, &credentials);
        assert_eq!(
            verifying.err(),
            (!method.is_rsa()).then_some(KeyMismatch(method))
        );
    }
}

/// RFC 5849 section 1.2: the header that a caller sends itself, the base string before the parameters are added, and the claim that
/// a server reads from it.
#[test]
fn the_header_alone_signs_the_request() {
    let url = b"http://photos.example.net/photos?file=vacation.jpg&size=original";
    let mut request = Request::from_url(b"GET", url).unwrap();
    let freshness = Freshness {
        timestamp: 137_131_202,
        nonce: "chapoH",
    };
    let protocol = Protocol {
        token: Some("nnch734d00sl2jdk"),
        ..Protocol::new("dpf43f3p2l4k3l03", freshness)
    };
    let secrets = shared(Some("pfkkdhi9sl3r4s00"));
    let method = SignatureMethod::HmacSha1;
    let key = SigningKey::new(method, &SigningCredentials::SharedSecrets(secrets)).unwrap();
    let header = protocol.authorization(&request, &key).unwrap();
    assert!(
        header.contains("oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\""),
        "{header}"
    );
    let before = BaseString::with_parameters(
        &request,
        &[
            (b"oauth_consumer_key", b"dpf43f3p2l4k3l03"),
            (b"oauth_token", b"nnch734d00sl2jdk"),
            (b"oauth_signature_method", b"HMAC-SHA1"),
            (b"oauth_timestamp", b"137131202"),
            (b"oauth_nonce", b"chapoH"),
        ],
    );
    request.headers.push(Header {
        name: b"Authorization".to_vec(),
        value: header.into_bytes(),
    });
    assert_eq!(before, BaseString::of(&request));
    assert_eq!(before.to_string(), before.as_str());
    let verifier = Verifier::default();
    let claim = verifier.read(&request).ok().unwrap();
    assert_eq!(claim.base_string(), &before);
    assert_eq!(claim.place(), Source::Header);
    assert_eq!(
        (claim.method(), claim.timestamp()),
        (method, Some(137_131_202))
    );
}

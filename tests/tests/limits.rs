//! Requests that are longer than what is searched.
use oauth1_core::{
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::Source,
    request::{Header, Request},
    sign::{Freshness, Protocol, Signed, SigningCredentials, SigningKey},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{Report, Verdict},
    runtime::SingleThread,
};

const LONGEST: usize = 1 << 20;

/// Signed without the token secret.
fn signed(form: String) -> Signed {
    let mut request = Request::from_url(b"POST", b"https://photos.example.net/upload").unwrap();
    request.headers.push(Header {
        name: b"Content-Type".to_vec(),
        value: b"application/x-www-form-urlencoded".to_vec(),
    });
    request.body = form.into_bytes();
    let fresh = Freshness {
        timestamp: 137_131_202,
        nonce: "wIjqoxSZ",
    };
    let protocol = Protocol {
        token: Some("nnch734d00sl2jdk"),
        ..Protocol::new("dpf43f3p2l4k3l03", fresh)
    };
    let client = Secret::new("kd94hf93k423kf44");
    let secrets = SharedSecrets {
        client,
        token: None,
    };
    let credentials = SigningCredentials::SharedSecrets(secrets);
    let key = SigningKey::new(SignatureMethod::HmacSha1, &credentials).unwrap();
    protocol.sign(request, &key, Source::Header).unwrap()
}

fn report(signed: Signed) -> Report {
    let evidence = Evidence {
        request: Some(signed.request),
        consumer_secret: Some(Secret::new("kd94hf93k423kf44")),
        token_secret: Some(Secret::new("pfkkdhi9sl3r4s00")),
        ..Evidence::default()
    };
    let limits = Limits {
        max_mistakes: 1,
        ..Limits::default()
    };
    diagnose(&evidence, limits, &SingleThread)
}

/// A form of many values, with which the base string has exactly that length.
fn form_for(length: usize) -> String {
    let form: String = (0..100)
        .map(|number| format!("p{number}={}&", "x".repeat(10_000)))
        .collect();
    let without = signed(format!("{form}last=")).base_string.as_bytes().len();
    format!("{form}last={}", "x".repeat(length - without))
}

/// Both sides of the limit of the search.
#[test]
fn no_mistakes_are_combined_for_a_longer_base_string_and_the_report_says_so() {
    let longest = signed(form_for(LONGEST));
    assert_eq!(longest.base_string.as_bytes().len(), LONGEST);
    let found = report(longest);
    assert_eq!(found.mistakes[0].id, "key-token-secret-missing");
    assert_eq!(found.search.max_mistakes, 1);

    let unsearched = report(signed(form_for(LONGEST + 1)));
    assert_eq!(unsearched.verdict, Verdict::Undetermined);
    assert_eq!(
        (unsearched.search.max_mistakes, unsearched.search.candidates),
        (0, 1)
    );
    let step = &unsearched.next_steps[0];
    assert!(step.contains("shorter request"), "{step}");
}

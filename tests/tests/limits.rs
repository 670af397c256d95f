//! How a search ends, and requests that are longer than what is searched.
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
    report::{Finding, Report, StoppedBy, Verdict},
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

fn evidence(signed: Signed) -> Evidence {
    Evidence {
        request: Some(signed.request),
        consumer_secret: Some(Secret::new("kd94hf93k423kf44")),
        token_secret: Some(Secret::new("pfkkdhi9sl3r4s00")),
        ..Evidence::default()
    }
}

fn report(evidence: &Evidence) -> Report {
    let limits = Limits {
        max_mistakes: 1,
        ..Limits::default()
    };
    diagnose(evidence, limits, &SingleThread)
}

/// A form of many values, with which the base string has exactly that length.
fn form_for(length: usize) -> String {
    let value = "x".repeat(10_000);
    let form = format!("p={value}&").repeat(100);
    let without = signed(format!("{form}last=")).base_string.as_bytes().len();
    format!("{form}last={}", "x".repeat(length - without))
}

/// Both sides of the limit of the search.
#[test]
fn no_mistakes_are_combined_for_a_longer_base_string_and_the_report_says_so() {
    let longest = signed(form_for(LONGEST));
    assert_eq!(longest.base_string.as_bytes().len(), LONGEST);
    let found = report(&evidence(longest));
    assert_eq!(found.mistakes[0].id, "key-token-secret-missing");
    assert_eq!(found.search.stopped_by, None);

    let unsearched = report(&evidence(signed(form_for(LONGEST + 1))));
    assert_eq!(unsearched.verdict, Verdict::Undetermined);
    assert_eq!(unsearched.search.stopped_by, Some(StoppedBy::Length));
    assert_eq!(unsearched.search.candidates, 1);
    let step = &unsearched.next_steps[0];
    assert!(step.contains("shorter request"), "{step}");
}

/// What a provider's own rules would change takes a search as well.
#[test]
fn the_rules_of_a_provider_do_not_tell_on_a_longer_base_string() {
    for (length, told) in [(LONGEST, true), (LONGEST + 1, false)] {
        let right = Evidence {
            token_secret: None,
            provider: Some("paypal-permissions".to_owned()),
            ..evidence(signed(form_for(length)))
        };
        let report = report(&right);
        assert_eq!(report.verdict, Verdict::Valid);
        let paypal = report.provider.unwrap();
        assert_eq!(paypal.verdict, Verdict::Undetermined);
        let is_dialect = |finding: &Finding| finding.id == "provider-dialect";
        assert_eq!(paypal.findings.iter().any(is_dialect), told, "{paypal:?}");
    }
}

/// Keys, digests and texts of the signature are a search too, and it has an end.
#[test]
fn a_search_without_a_result_is_not_taken_for_one_that_was_stopped() {
    let base_string = b"GET&http%3A%2F%2Fphotos.example.net%2F&oauth_nonce%3Dn".to_vec();
    // The SHA-1 of "abc" (FIPS 180-4), and no key.
    for (method, signature) in [
        ("HMAC-SHA1", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("PLAINTEXT", "wrong&"),
    ] {
        let url = format!(
            "http://photos.example.net/?oauth_nonce=n&oauth_signature_method={method}&oauth_consumer_key=k&oauth_timestamp=1"
        );
        let request = Request::from_url(b"GET", url.as_bytes()).unwrap();
        for base_string in [Some(base_string.clone()), None] {
            let evidence = Evidence {
                request: Some(request.clone()),
                base_string,
                signature: Some(signature.into()),
                consumer_secret: Some(Secret::new("kd94hf93k423kf44")),
                ..Evidence::default()
            };
            let report = report(&evidence);
            assert!(
                report.mistakes.is_empty() && report.search.candidates > 1,
                "{report:?}"
            );
            assert!(report.search.exhausted, "{method}: {:?}", report.search);
            assert_eq!(report.search.stopped_by, None);
        }
    }
}

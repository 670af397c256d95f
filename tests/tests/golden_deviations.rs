//! Published values that RFC 5849 does not give: is the reason found that the source states?
use diagnose_tests::{
    golden::{self, Deviation},
    runtime::{Clock, in_parallel},
};
use oauth1_core::{
    base_string::BaseString,
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    sign::{SigningCredentials, SigningKey},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{EvidenceLevel, MistakeReport, Report, Verdict},
};
use std::collections::BTreeSet;

fn diagnosed(deviation: &Deviation) -> Report {
    let signature = deviation.signature.as_deref();
    let parameter = signature.map(|text| ("oauth_signature", text));
    let request = deviation.signed.request_with(parameter.as_slice());
    let secret = |text: &Option<String>| text.clone().map(Secret::new);
    let evidence = Evidence {
        request: Some(request.expect("an http or https URL")),
        typed_url: deviation.typed_url.clone().map(String::into_bytes),
        consumer_secret: secret(&deviation.signed.client_secret),
        token_secret: secret(&deviation.signed.token_secret),
        base_string: deviation.base_string.clone().map(String::into_bytes),
        ..Evidence::default()
    };
    diagnose(&evidence, Limits::default(), &Clock::start())
}

fn ids(mistakes: &[MistakeReport]) -> BTreeSet<&str> {
    mistakes.iter().map(|mistake| mistake.id).collect()
}

/// What is wrong with the report, if anything.
fn complaint(deviation: &Deviation) -> Option<String> {
    let report = diagnosed(deviation);
    let level = match deviation.signature {
        Some(_) => EvidenceLevel::Signature,
        None => EvidenceLevel::BaseString,
    };
    let right = match deviation.signature {
        Some(_) => report.canonical.signature.as_deref(),
        None => Some(report.canonical.base_string.as_str()),
    };
    let explanations = std::iter::once(&report.mistakes).chain(&report.alternatives);
    let said = explanations
        .map(|mistakes| ids(mistakes))
        .collect::<Vec<_>>();
    let wanted = &deviation.explained_by;
    let named = wanted
        .iter()
        .any(|set| said.contains(&set.iter().map(String::as_str).collect()));
    let right = right == Some(deviation.right.as_str());
    let proved = report.evidence == level && report.verdict == Verdict::Invalid;
    (!(named && proved && right)).then(|| {
        format!(
            "{}: {:?} by {:?}, {said:?} and not {wanted:?}{}",
            deviation.id,
            report.verdict,
            report.evidence,
            if right {
                ""
            } else {
                "; canonical form is not the right one"
            }
        )
    })
}

#[test]
fn every_deviation_is_explained() {
    let deviations = golden::deviations();
    assert_eq!(deviations.len(), 32);
    let complaints = in_parallel(&deviations, complaint);
    let complaints: Vec<_> = complaints.into_iter().flatten().collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What the vectors call right is what core makes of their requests, so the search starts from the same place.
#[test]
fn the_right_values() {
    for Deviation {
        id,
        signed,
        signature,
        right,
        ..
    } in golden::deviations()
    {
        let request = signed.request().expect("an http or https URL");
        let base_string = BaseString::of(&request);
        let made = if signature.is_some() {
            let secrets = SharedSecrets {
                client: Secret::new(signed.client_secret.expect("a signature has a secret")),
                token: signed.token_secret.map(Secret::new),
            };
            let credentials = SigningCredentials::SharedSecrets(secrets);
            let key = SigningKey::new(SignatureMethod::HmacSha1, &credentials);
            let text = base_string.as_str().as_bytes();
            key.expect("HMAC takes secrets")
                .sign(text)
                .expect("HMAC never fails")
        } else {
            base_string.as_str().to_owned()
        };
        assert_eq!(made, right, "{id}");
    }
}

/// The signature that RFC 5849 section 3.1 prints is that of a GET; the request is a POST. Nothing else is wrong with it.
#[test]
fn the_example_of_the_rfc() {
    let deviations = golden::deviations();
    let printed = deviations
        .iter()
        .find(|deviation| deviation.id == "rfc5849-3.1-as-printed");
    let report = diagnosed(printed.expect("the vector is there"));
    let said: Vec<&str> = report.mistakes.iter().map(|mistake| mistake.id).collect();
    assert_eq!(said, ["method-wrong"]);
    assert_eq!(report.evidence, EvidenceLevel::Signature);
    assert!(report.mistakes[0].detail.contains("GET"));
    assert!(report.mistakes[0].detail.contains("POST"));
}

//! Reports made by hand, for the renderers' tests: what they look like does not depend on the search.

use oauth1_diagnosis::report::{
    Canonical, Component, EvidenceLevel, Finding, Mismatch, MismatchSide, MistakeReport, Report,
    ResponseReport, SearchSummary, Severity, Verdict, Yours,
};

/// The base string of RFC 5849 §3.4.1.1, as printed there.
pub(crate) const RFC_BASE_STRING: &str = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";

/// A report without an answer.
pub(crate) fn empty() -> Report {
    crate::run::unreadable()
}

/// A right request.
pub(crate) fn valid() -> Report {
    Report {
        verdict: Verdict::Valid,
        evidence: EvidenceLevel::Signature,
        canonical: canonical(RFC_BASE_STRING),
        not_covered: vec!["Headers other than Authorization are not signed.".into()],
        search: SearchSummary {
            candidates: 1,
            elapsed_ms: 0,
            exhausted: true,
            stopped_by: None,
            max_mistakes: 4,
        },
        ..empty()
    }
}

/// A proved report whose rebuilt base string is `yours`.
pub(crate) fn proved(yours: &str, mistakes: Vec<MistakeReport>) -> Report {
    Report {
        verdict: Verdict::Invalid,
        evidence: EvidenceLevel::Signature,
        mistakes,
        first_mismatch: mismatch(yours, RFC_BASE_STRING),
        canonical: canonical(RFC_BASE_STRING),
        yours: Yours {
            base_string: Some(yours.into()),
            base_string_rebuilt: true,
            signature: Some("bYT5CMsGcbgUdFHObYMEfcx6bsw=".into()),
            signing_key: None,
        },
        search: SearchSummary {
            candidates: 1234,
            elapsed_ms: 1850,
            exhausted: false,
            stopped_by: None,
            max_mistakes: 4,
        },
        ..empty()
    }
}

pub(crate) fn mistake(
    id: &'static str,
    title: &'static str,
    detail: &str,
    fix: &'static str,
) -> MistakeReport {
    MistakeReport {
        id,
        stage: "method",
        title,
        detail: detail.into(),
        fix,
        span: None,
    }
}

pub(crate) fn finding(
    id: &'static str,
    severity: Severity,
    title: &'static str,
    detail: &str,
) -> Finding {
    Finding {
        id,
        severity,
        title,
        detail: detail.into(),
        fix: "Do it another way.",
    }
}

/// What a provider answered.
pub(crate) fn response(meaning: &str) -> ResponseReport {
    ResponseReport {
        provider: Some("flickr".into()),
        meaning: meaning.into(),
        base_string: None,
    }
}

pub(crate) fn method_wrong() -> MistakeReport {
    mistake(
        "method-wrong",
        "signed another method than it sent",
        "GET was signed, POST was sent.",
        "Sign the method that travels in the request line.",
    )
}

pub(crate) fn canonical(base_string: &str) -> Canonical {
    Canonical {
        method: "POST".into(),
        base_string_uri: "http://example.com/request".into(),
        parameters: vec![("a2".into(), "r b".into())],
        base_string: base_string.into(),
        signature: Some("r6/TJjbCOr97/+UU0NsvSne7s5g=".into()),
        authorization: Some("OAuth …".into()),
    }
}

/// The first differing byte, each side one byte long.
fn mismatch(yours: &str, expected: &str) -> Option<Mismatch> {
    let start = yours
        .bytes()
        .zip(expected.bytes())
        .position(|(a, b)| a != b)?;
    let side = |text: &str| MismatchSide {
        start,
        end: start + 1,
        text: text.get(start..start + 1).unwrap_or_default().into(),
    };
    let component = match expected[..start].matches('&').count() {
        0 => Component::Method,
        1 => Component::Url,
        _ => Component::Parameters,
    };
    Some(Mismatch {
        kind: "text",
        component,
        yours: side(yours),
        expected: side(expected),
    })
}

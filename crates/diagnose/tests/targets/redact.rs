//! A request made safe to share: nothing of it is left, and it fails in the same way.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use diagnose::fuzzing::{self, Safe};
use diagnose_tests::{naive, targets::search};
use oauth1_capture::{Format, Hints, read};
use oauth1_core::{key::Secret, request::Header};
use oauth1_diagnosis::{
    Limits, diagnose, evidence::Evidence, report::Report, runtime::SingleThread,
};
use std::time::Duration;

const LIMITS: Limits = Limits {
    max_mistakes: 1,
    time_limit: Duration::from_secs(10),
};

/// What must not be left of a request.
const SECRET: &str = "s3cr3t/cs+8731";
const TOKEN_SECRET: &str = "t0ken s3cret~4410";
const WORDS: [&str; 5] = [
    "Kunde4711",
    "GeheimesTicket",
    "alice99",
    "ck9f8e7d",
    "sessionid77",
];

/// Z14: P33. The bytes are a case of the target `search`, of which the first mistake is made, and into which what is to be hidden is
/// put.
pub(crate) fn redact(bytes: &[u8]) {
    let Some((mut intent, operators)) = search::case(bytes) else {
        return;
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    intent.path = format!("{}/{}", intent.path.trim_end_matches('/'), WORDS[0]);
    intent.query.push(pair("mail", WORDS[2]));
    if !intent.body.is_empty() {
        intent.body.push(pair("note", &format!("{} für", WORDS[1])));
    }
    WORDS[3].clone_into(&mut intent.protocol[0].1);
    WORDS[0].clone_into(&mut intent.realm);
    SECRET.clone_into(&mut intent.client_secret);
    if !intent.token_secret.is_empty() {
        TOKEN_SECRET.clone_into(&mut intent.token_secret);
    }
    let client = intent.client(&operators[..operators.len().min(1)]);
    let mut evidence = intent.evidence(&client.signature());
    let request = evidence.request.as_mut().expect("it has one");
    request.headers.push(Header {
        name: b"Cookie".to_vec(),
        value: WORDS[4].into(),
    });
    let Ok(safe) = fuzzing::redact(&evidence, LIMITS) else {
        return;
    };
    let mut hidden: Vec<Vec<u8>> = WORDS.iter().flat_map(|word| forms(word)).collect();
    hidden.extend(forms(SECRET));
    hidden.extend(forms(TOKEN_SECRET));
    hidden.extend(forms(&naive::key(
        SECRET.as_bytes(),
        intent.token_secret.as_bytes(),
    )));
    for word in &hidden {
        let is_there = safe.text.windows(word.len()).any(|window| window == word);
        assert!(!is_there, "{} is left", String::from_utf8_lossy(word));
    }
    let evidence_again = evidence_of(&safe);
    let told = |evidence: &Evidence| summary(&diagnose(evidence, LIMITS, &SingleThread));
    assert_eq!(told(&evidence_again), told(&evidence));
    let again = fuzzing::redact(&evidence_again, LIMITS).expect("it is safe already");
    assert_eq!(again.text, safe.text);
}

/// A text as it is, and encoded in all the ways in which one could look for it.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let once = naive::encode(text.as_bytes());
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = digits.concat();
    let mut base64 = STANDARD_NO_PAD.encode(text);
    // Its last digit depends on what follows.
    base64.pop();
    [
        text.to_owned(),
        naive::encode(once.as_bytes()),
        once.replace("%20", "+"),
        once,
        hex.to_uppercase(),
        hex,
        base64,
    ]
    .map(String::into_bytes)
    .into()
}

/// What somebody has who was sent the safe request.
fn evidence_of(safe: &Safe) -> Evidence {
    let hints = Hints {
        scheme: Some(safe.scheme),
        ..Hints::default()
    };
    let captured = read(&safe.text, Some(Format::Http), &hints).expect("raw HTTP");
    let request = captured.into_iter().find_map(|captured| captured.request);
    let secret = |secret: Option<&'static str>| secret.map(Secret::new);
    Evidence {
        request: request.map(|captured| captured.request),
        consumer_secret: secret(safe.secrets[0]),
        token_secret: secret(safe.secrets[1]),
        ..Evidence::default()
    }
}

/// The answer, by ids and components.
fn summary(report: &Report) -> impl PartialEq + std::fmt::Debug + use<> {
    let mistakes: Vec<_> = report.mistakes.iter().map(|mistake| mistake.id).collect();
    let mut findings: Vec<_> = report.findings.iter().map(|finding| finding.id).collect();
    findings.sort_unstable();
    findings.dedup();
    let component = report
        .first_mismatch
        .as_ref()
        .map(|mismatch| mismatch.component);
    (
        report.verdict,
        report.evidence,
        mistakes,
        findings,
        component,
    )
}

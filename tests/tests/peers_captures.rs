//! What real clients sent: is the verdict right, is the signature explained, and is the mistake the one that they make?
use diagnose_tests::{
    fixtures, naive,
    peers::{self, Capture, Expected},
};
use oauth1_diagnosis::{
    Limits,
    report::{EvidenceLevel, Verdict},
};
use std::time::Duration;

#[test]
fn captures_of_real_clients() {
    let unexplained = peers::unexplained();
    let mut captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    let mut expected: Vec<Expected> = fixtures::json_lines("peers/expected.jsonl");
    captures.retain(|capture| !unexplained.contains_key(&capture.id));
    expected.retain(|expected| !unexplained.contains_key(&expected.id));
    assert_eq!(captures.len(), 355);
    let score = peers::score(&captures, &expected, Limits::default());
    score.print();
    assert_eq!(score.verdict_wrong(), [""; 0]);
    assert_eq!(score.not_proved(), [""; 0]);
    // The independent search tells other variants apart, and so has other names for a few.
    assert!(score.one_named() >= 99.0, "mistakes named");
}

/// What the search does not explain is not called right, nor is anything said in the voice of proof; and the client's own base
/// string, which `unexplained.json` has, proves what is wrong.
#[test]
fn captures_that_are_not_explained() {
    let unexplained = peers::unexplained();
    let captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    let limits = Limits {
        max_mistakes: 2,
        time_limit: Duration::from_secs(60),
    };
    let mut seen = 0;
    for capture in &captures {
        let Some(known) = unexplained.get(&capture.id) else {
            continue;
        };
        seen += 1;
        let alone = capture.diagnose(None, limits).expect("it can be read");
        let id = &capture.id;
        assert_eq!(alone.verdict, Verdict::Undetermined, "{id}");
        assert_eq!(alone.evidence, EvidenceLevel::Structure, "{id}");
        assert!(alone.mistakes.is_empty(), "{id}");
        assert!(alone.search.candidates > 0, "{id}");
        let printed = Some(known.base_string.as_str());
        let with_base_string = capture.diagnose(printed, limits).expect("it can be read");
        assert_eq!(with_base_string.verdict, Verdict::Invalid, "{id}");
        assert_eq!(with_base_string.evidence, EvidenceLevel::Signature, "{id}");
        assert!(!with_base_string.mistakes.is_empty(), "{id}");
    }
    assert_eq!(seen, unexplained.len());
}

/// The reasons are true: the base strings give the signatures that were sent.
#[test]
fn what_is_not_explained_is_known() {
    let unexplained = peers::unexplained();
    let captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    for capture in &captures {
        if let Some(known) = unexplained.get(&capture.id) {
            let key = naive::key(
                capture.consumer_secret.as_bytes(),
                capture.token_secret.as_bytes(),
            );
            let signature = naive::hmac_sha1(key.as_bytes(), known.base_string.as_bytes());
            assert_eq!(capture.signature(), signature.as_bytes(), "{}", capture.id);
        }
    }
}

/// Before any search: capture and core give the canonical form that the strict verifier gave, and its verdict on the signature.
#[test]
fn canonical_forms() {
    let captures = fixtures::json_lines("peers/captures.jsonl");
    let expected = fixtures::json_lines("peers/expected.jsonl");
    let complaints = peers::check_canonical(&captures, &expected);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

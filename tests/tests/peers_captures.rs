//! What real clients sent: is the verdict right, is the signature explained, and is the mistake the one that they make?
use diagnose_tests::{fixtures, peers};

#[test]
fn captures_of_real_clients() {
    let captures = fixtures::json_lines("peers/captures.jsonl");
    let expected = fixtures::json_lines("peers/expected.jsonl");
    let score = peers::score(&captures, &expected);
    score.print();
    assert_eq!(score.valid_for_invalid(), [""; 0]);
    assert_eq!(score.invalid_for_valid(), [""; 0]);
    // One capture a deviation: what is rare counts as much here as what is common. Three clients signed a parameter that
    // they did not send, and nothing in the capture tells its value.
    assert!(score.verdicts_right() >= 98.0, "verdicts");
    assert!(score.explained() >= 97.0, "explained with proof");
    assert!(score.one_named() >= 95.0, "mistakes named");
}

/// Before any search: capture and core give the canonical form that the strict verifier gave, and its verdict on the signature.
#[test]
fn canonical_forms() {
    let captures = fixtures::json_lines("peers/captures.jsonl");
    let expected = fixtures::json_lines("peers/expected.jsonl");
    let complaints = peers::check_canonical(&captures, &expected);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

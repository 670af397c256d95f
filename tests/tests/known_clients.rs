//! The profiles of known clients against captures of these clients.
use diagnose_tests::{
    fixtures,
    peers::{self, Capture},
};
use oauth1_diagnosis::{
    Limits, clients,
    report::{EvidenceLevel, Verdict},
};

/// What a client did is attributed to its profile, perhaps among others; what is right is attributed to nobody.
#[test]
fn captures_are_attributed_to_their_clients() {
    let unexplained = peers::unexplained();
    let mut captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    captures.retain(|capture| !unexplained.contains_key(&capture.id));
    let (mut proved, mut missed) = (0, Vec::new());
    for capture in &captures {
        let report = capture
            .diagnose(None, Limits::default())
            .expect("a request");
        if report.verdict == Verdict::Valid {
            assert!(report.clients.is_empty(), "{}", capture.id);
        }
        if report.verdict != Verdict::Invalid || report.evidence != EvidenceLevel::Signature {
            continue;
        }
        let (name, _) = capture.id.split_once('/').expect("client and case");
        let profiles: Vec<&str> = clients::all()
            .iter()
            .filter(|client| client.measured.iter().any(|measured| measured == name))
            .map(|client| client.id.as_str())
            .collect();
        assert!(!profiles.is_empty(), "{name} has no profile");
        proved += 1;
        if !report
            .clients
            .iter()
            .any(|client| profiles.contains(&client.id))
        {
            missed.push(&capture.id);
        }
    }
    assert!(proved > 100, "{proved}");
    assert!(missed.len() * 20 <= proved, "{proved}: {missed:?}");
}

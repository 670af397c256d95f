//! The profiles of known clients and server libraries against captures.
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
            .filter(|client| client.measured.contains(&name))
            .map(|client| client.id)
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

/// Requests that are right by RFC 5849 and that oauthlib 3.3.1, its server side, refused; and those that it took.
#[test]
fn what_oauthlib_refuses_is_told() {
    let refused: Vec<Capture> = fixtures::json_lines("peers/refused-by-oauthlib.jsonl");
    let refused_ids: Vec<&str> = refused.iter().map(|capture| capture.id.as_str()).collect();
    assert_eq!(refused.len(), 25);
    for capture in &refused {
        let report = capture.diagnose_at("oauthlib-server").expect("a request");
        assert_eq!(report.verdict, Verdict::Valid, "{}", capture.id);
        let provider = report.provider.expect("it was named");
        assert_eq!(provider.verdict, Verdict::Invalid, "{}", capture.id);
        assert_eq!(
            provider.findings[0].id, "provider-refuses",
            "{}",
            capture.id
        );
    }
    let captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    let mut taken = 0;
    for capture in captures
        .iter()
        .filter(|capture| !refused_ids.contains(&capture.id.as_str()))
    {
        let report = capture.diagnose_at("oauthlib-server").expect("a request");
        if report.verdict == Verdict::Valid && report.evidence == EvidenceLevel::Signature {
            taken += 1;
            let provider = report.provider.expect("it was named");
            assert_eq!(
                provider.verdict,
                Verdict::Valid,
                "{}: {:?}",
                capture.id,
                provider.findings
            );
        }
    }
    assert!(taken > 20, "{taken}");
}

/// The script of the forum thread, on the inputs that its users failed with: each is named, and the script with it.
#[test]
fn each_failing_input_of_the_forum_script_is_named() {
    let captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    for (input, mistakes) in [
        ("s-amp", &["key-not-encoded"][..]),
        ("q-space", &["space-as-plus"]),
        ("q-tilde", &["tilde-encoded"]),
        ("u-pct20", &["query-in-uri", "query-not-signed"]),
        ("u-trailingq", &["query-in-uri"]),
        ("rd-slash", &["redirect-stale"]),
        ("h-upper", &["host-case"]),
        ("p-none", &["path-empty"]),
    ] {
        let id = format!("seed-script/{input}");
        let capture = captures.iter().find(|one| one.id == id).expect(&id);
        let report = capture
            .diagnose(None, Limits::default())
            .expect("a request");
        assert_eq!(report.evidence, EvidenceLevel::Signature, "{id}");
        let mut told = vec![&report.mistakes];
        told.extend(&report.alternatives);
        assert!(
            told.iter()
                .any(|told| told.iter().map(|one| one.id).eq(mistakes.iter().copied())),
            "{id}: {told:?}"
        );
        let clients = report.clients.iter().map(|client| client.id);
        assert!(
            clients.clone().any(|id| id == "alteryx-forum-script"),
            "{id}"
        );
    }
    for input in ["base-get", "base-query", "j-json"] {
        let id = format!("seed-script/{input}");
        let capture = captures.iter().find(|one| one.id == id).expect(&id);
        let report = capture
            .diagnose(None, Limits::default())
            .expect("a request");
        assert_eq!(report.verdict, Verdict::Valid, "{id}");
    }
}

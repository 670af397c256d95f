//! Root causes and reports from the field: is each explained, and by the cause that it was made with?
use diagnose_tests::{
    fixtures::{self, header},
    peers::reported_ids,
    runtime::{Clock, in_parallel},
};
use oauth1_core::{
    base_string::BaseString,
    key::{Secret, signing_key},
    request::Request,
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{EvidenceLevel, Report, Verdict},
};
use serde::Deserialize;
use std::time::Duration;

/// The part of a line that `diagnose batch` reads.
#[derive(Deserialize)]
struct Case {
    id: String,
    request: Option<Wire>,
    typed_url: Option<String>,
    consumer_secret: Option<String>,
    token_secret: Option<String>,
    base_string: Option<String>,
    signing_key: Option<String>,
    signature: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
struct Mutation {
    #[serde(flatten)]
    case: Case,
    right: Right,
    explained_by: Vec<String>,
}

#[derive(Deserialize)]
struct Right {
    base_string: Option<String>,
    key: String,
}

#[derive(Deserialize)]
struct Incident {
    #[serde(flatten)]
    case: Case,
    verdict: Option<String>,
    named: Vec<Vec<String>>,
    finds: Vec<String>,
}

impl Case {
    fn request(&self) -> Option<Request> {
        let Wire {
            method,
            url,
            headers,
            body,
        } = self.request.as_ref()?;
        let mut request = Request::from_url(method.as_bytes(), url.as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error:?}", self.id));
        request.headers = headers.iter().map(|(n, v)| header(n, v)).collect();
        request.body = body.clone().into_bytes();
        Some(request)
    }

    /// Request, secrets and the URL as typed.
    fn evidence(&self) -> Evidence {
        let bytes = |text: &Option<String>| text.clone().map(String::into_bytes);
        let secret = |text: &Option<String>| text.clone().map(Secret::new);
        Evidence {
            request: self.request(),
            typed_url: bytes(&self.typed_url),
            consumer_secret: secret(&self.consumer_secret),
            token_secret: secret(&self.token_secret),
            signature: bytes(&self.signature),
            ..Evidence::default()
        }
    }

    /// And what the client printed.
    fn full_evidence(&self) -> Evidence {
        Evidence {
            base_string: self.base_string.clone().map(String::into_bytes),
            signing_key: self.signing_key.clone().map(Secret::new),
            ..self.evidence()
        }
    }
}

/// Bounded by mistakes, with time to spare: no clock decides what is found.
fn run(evidence: &Evidence, max_mistakes: usize) -> Report {
    let limits = Limits {
        max_mistakes,
        time_limit: Duration::from_secs(60),
    };
    diagnose(evidence, limits, &Clock::start())
}

fn proved(report: &Report) -> bool {
    matches!(
        report.evidence,
        EvidenceLevel::Signature | EvidenceLevel::BaseString
    ) && report.verdict == Verdict::Invalid
        && !report.mistakes.is_empty()
}

fn named(report: &Report, ids: &[String]) -> bool {
    reported_ids(report).any(|reported| ids.iter().any(|id| id == reported))
}

fn describe(case: &Case, report: &Report, wanted: &[String]) -> String {
    let said: Vec<_> = reported_ids(report).collect();
    let (verdict, evidence) = (report.verdict, report.evidence);
    format!(
        "{}: {verdict:?} by {evidence:?}, {said:?}; known: {wanted:?}",
        case.id
    )
}

fn mutations() -> Vec<Mutation> {
    let mutations: Vec<Mutation> = fixtures::json_lines("incidents/mutations.jsonl");
    assert_eq!(mutations.len(), 126);
    mutations
}

/// Diagnoses every mutation (each is one mistake, or two that go together), prints what is amiss, and counts how many are proved and how many of them are named.
fn count(evidence: impl Fn(&Case) -> Evidence + Sync) -> (usize, usize) {
    let mutations = mutations();
    let reports = in_parallel(&mutations, |mutation| run(&evidence(&mutation.case), 2));
    let (mut proofs, mut names) = (0, 0);
    for (
        Mutation {
            case, explained_by, ..
        },
        report,
    ) in mutations.iter().zip(&reports)
    {
        let (is_proved, is_named) = (proved(report), named(report, explained_by));
        proofs += usize::from(is_proved);
        names += usize::from(is_proved && is_named);
        if !(is_proved && is_named) {
            println!("{}", describe(case, report, explained_by));
        }
    }
    println!(
        "{proofs} of {} proved, {names} by the known cause",
        mutations.len()
    );
    (proofs, names)
}

/// The samples themselves, against the values that another program computed.
#[test]
fn canonical_forms() {
    for Mutation { case, right, .. } in mutations() {
        if let (Some(expected), Some(request)) = (right.base_string, case.request()) {
            assert_eq!(BaseString::of(&request).as_str(), expected, "{}", case.id);
        }
        let consumer_secret = Secret::new(case.consumer_secret.unwrap_or_default());
        let token_secret = case.token_secret.map(Secret::new);
        let key = signing_key(&consumer_secret, token_secret.as_ref());
        assert_eq!(key.expose(), right.key.as_bytes(), "{}", case.id);
    }
}

#[test]
fn mutations_with_what_the_client_printed() {
    let (proofs, names) = count(Case::full_evidence);
    assert_eq!(proofs, 126);
    assert!(names >= 120, "{names} by the known cause");
}

/// Some leave no trace in the request, such as another host, a server's own parameter or a secret of long ago.
#[test]
fn mutations_from_the_signature_alone() {
    let (proofs, names) = count(Case::evidence);
    assert!(proofs >= 105, "{proofs} proved");
    assert!(names >= 103, "{names} by the known cause");
}

#[test]
fn reports_from_the_field() {
    let incidents: Vec<Incident> = fixtures::json_lines("incidents/incidents.jsonl");
    assert_eq!(incidents.len(), 20);
    let complaint = |incident: &Incident| {
        let report = run(&incident.case.full_evidence(), 3);
        let verdict = match incident.verdict.as_deref() {
            Some("valid") => report.verdict == Verdict::Valid,
            Some(_) => proved(&report),
            None => report.verdict != Verdict::Valid,
        };
        let said = incident.named.iter().all(|ids| named(&report, ids));
        let found = incident
            .finds
            .iter()
            .all(|id| report.findings.iter().any(|finding| finding.id == id));
        let wanted: Vec<_> = incident.named.iter().flatten().cloned().collect();
        let findings: Vec<_> = report.findings.iter().map(|finding| finding.id).collect();
        let text = describe(&incident.case, &report, &wanted);
        (!(verdict && said && found)).then(|| format!("{text}; findings {findings:?}"))
    };
    let complaints: Vec<_> = in_parallel(&incidents, complaint)
        .into_iter()
        .flatten()
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

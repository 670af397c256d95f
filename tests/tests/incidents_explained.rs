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
use std::{collections::BTreeMap, time::Duration};

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

/// Diagnoses every mutation (each is one mistake, or two that go together). Gives what `explained` refuses: proved, and by the
/// cause that it was made with, is the aim. Nothing is ever called valid.
fn unexplained(
    evidence: impl Fn(&Case) -> Evidence + Sync,
    explained: impl Fn(&Report, &[String]) -> bool,
) -> BTreeMap<String, String> {
    let mutations = mutations();
    let reports = in_parallel(&mutations, |mutation| run(&evidence(&mutation.case), 2));
    let mut unexplained = BTreeMap::new();
    for (mutation, report) in mutations.iter().zip(&reports) {
        let (case, wanted) = (&mutation.case, &mutation.explained_by);
        assert_ne!(report.verdict, Verdict::Valid, "{}", case.id);
        if !explained(report, wanted) {
            unexplained.insert(case.id.clone(), describe(case, report, wanted));
        }
    }
    unexplained
}

/// That these are all that is not explained, no more and no fewer: the lists below are to be kept true.
fn expect(unexplained: &BTreeMap<String, String>, known: &[(&str, &str)]) {
    for (id, _) in known {
        assert!(unexplained.contains_key(*id), "{id} is explained by now");
    }
    let news = unexplained
        .iter()
        .filter(|(id, _)| !known.iter().any(|(known, _)| known == id));
    let news: Vec<&str> = news.map(|(_, text)| text.as_str()).collect();
    assert!(news.is_empty(), "{}", news.join("\n"));
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

fn proved_and_named(report: &Report, wanted: &[String]) -> bool {
    proved(report) && named(report, wanted)
}

#[test]
fn mutations_with_what_the_client_printed() {
    let unproved = unexplained(Case::full_evidence, |report, _| proved(report));
    expect(&unproved, &[]);
    let unnamed = unexplained(Case::full_evidence, proved_and_named);
    expect(&unnamed, &[]);
}

/// Without the client's base string or key. What is listed has no trace in the request, or is not searched.
#[test]
fn mutations_from_the_signature_alone() {
    let unexplained = unexplained(Case::evidence, proved_and_named);
    expect(
        &unexplained,
        &[
            (
                "multipart-fields-signed",
                "signs the local path of the uploaded file",
            ),
            (
                "host-alias",
                "signs another name of the server, `www.` for `server.`",
            ),
            (
                "protocol-parameter-misspelled",
                "signs an empty `oauth_tokey` in place of the callback",
            ),
            (
                "routing-parameter-injected",
                "signs the path as a parameter `q` that a server rule added",
            ),
            (
                "stale-token-secret-in-key",
                "the key holds the secret of another user",
            ),
            (
                "body-hash-wrong-digest",
                "signs a body hash that was not sent, of another body",
            ),
            (
                "body-hash-duplicated",
                "signs a body hash that was not sent, of no body, twice",
            ),
            (
                "body-hash-on-form-body",
                "signs a made-up body hash `x` that was not sent",
            ),
            (
                "callback-leaks-into-access-token-call",
                "signs the callback of an earlier request",
            ),
            (
                "base-uri-corrupted-by-library",
                "the URI is rubbish of a memory error",
            ),
            (
                "unsent-form-fields-signed",
                "signs a form field that was not sent",
            ),
            (
                "timestamp-not-integer",
                "signs a fraction of a second that was not sent",
            ),
        ],
    );
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

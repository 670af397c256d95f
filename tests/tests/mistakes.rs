//! Does every mistake have its page and its case, and is every case diagnosed?
//!
//! The cases under `fixtures/mistakes/` are made by `make.py`, a signer of its own.
use diagnose_tests::{
    fixtures::{self, header},
    runtime::{Clock, in_parallel},
};
use oauth1_core::{
    key::Secret,
    request::{Request, Scheme},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    mistakes::{self, Stage},
    report::{EvidenceLevel, MistakeReport, Report, Severity, Verdict},
};
use serde::Deserialize;
use std::process::Command;

/// One file of `fixtures/mistakes/`; its README says what the fields mean.
#[derive(Deserialize)]
struct Case {
    id: String,
    kind: Kind,
    #[serde(default)]
    earlier: Vec<Sent>,
    request: Sent,
    typed_url: Option<String>,
    consumer_secret: Option<String>,
    token_secret: Option<String>,
    private_key_file: Option<String>,
    client_base_string: Option<String>,
    client_key: Option<String>,
    #[serde(default)]
    needs_base_string: bool,
    #[serde(default)]
    needs_key: bool,
    needs_more: Option<String>,
    provider: Option<String>,
    now: Option<u64>,
    expect: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Mistake,
    Finding,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn request(&self) -> Request {
        let (method, url) = (self.method.as_bytes(), self.url.as_bytes());
        let mut request = Request::from_url(method, url)
            .unwrap_or_else(|_| Request::new(method, Scheme::Https, b"", url));
        for (name, value) in &self.headers {
            if name == "Host" {
                request.authority = value.clone().into_bytes();
            }
            request.headers.push(header(name, value));
        }
        request.body = self.body.clone().into_bytes();
        request
    }
}

impl Case {
    fn read(id: &str) -> Self {
        let name = format!("mistakes/{id}.json");
        let case: Self = serde_json::from_str(&fixtures::text(&name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(case.id, id);
        case
    }

    /// The request and what was sent before it, without secrets or the client's base string.
    fn captured(&self) -> Evidence {
        Evidence {
            request: Some(self.request.request()),
            typed_url: self.typed_url.clone().map(String::into_bytes),
            earlier: self.earlier.iter().map(Sent::request).collect(),
            ..Evidence::default()
        }
    }

    fn by_signature(&self) -> Evidence {
        let secret = |text: &Option<String>| text.clone().map(Secret::new);
        Evidence {
            consumer_secret: secret(&self.consumer_secret),
            token_secret: secret(&self.token_secret),
            private_key: self
                .private_key_file
                .as_deref()
                .map(|file| Secret::new(fixtures::text(file))),
            base_string: self.base_string().filter(|_| self.needs_base_string),
            signing_key: secret(&self.client_key).filter(|_| self.needs_key),
            ..self.captured()
        }
    }

    fn base_string(&self) -> Option<Vec<u8>> {
        self.client_base_string.clone().map(String::into_bytes)
    }

    /// Whether the client's base string is another than the RFC's, so that it alone shows the mistake.
    fn shows_in_base_string(&self) -> bool {
        let stage = mistakes::find(&self.id).expect("a known id").stage;
        stage < Stage::Key
    }

    /// What is wrong with the report, if anything: it may name no other mistake than those that are expected.
    fn complaint(&self, report: &Report, evidence: EvidenceLevel) -> Option<String> {
        let explains = |mistakes: &[MistakeReport]| {
            !mistakes.is_empty()
                && mistakes
                    .iter()
                    .all(|mistake| self.expect.iter().any(|id| id == mistake.id))
        };
        let told =
            explains(&report.mistakes) || report.alternatives.iter().any(|other| explains(other));
        let right = report.verdict == Verdict::Invalid && report.evidence == evidence && told;
        (!right).then(|| {
            let ids = |mistakes: &[MistakeReport]| {
                let ids: Vec<_> = mistakes.iter().map(|mistake| mistake.id).collect();
                ids.join(" + ")
            };
            let others: Vec<_> = report.alternatives.iter().map(|other| ids(other)).collect();
            format!(
                "{}: {:?} by {:?}: {} or {others:?}",
                self.id,
                report.verdict,
                report.evidence,
                ids(&report.mistakes)
            )
        })
    }
}

fn cases(kind: Kind) -> Vec<Case> {
    mistakes::all()
        .map(|mistake| Case::read(mistake.id))
        .filter(|case| case.kind == kind)
        .collect()
}

fn complaints(
    cases: &[Case],
    evidence: impl Fn(&Case) -> Evidence + Sync,
    level: EvidenceLevel,
) -> Vec<String> {
    let complaints = in_parallel(cases, |case| {
        let report = diagnose(&evidence(case), Limits::default(), &Clock::start());
        case.complaint(&report, level)
    });
    complaints.into_iter().flatten().collect()
}

#[test]
fn every_mistake_has_its_page() {
    for mistake in mistakes::all() {
        for text in [
            mistake.title,
            mistake.what,
            mistake.why,
            mistake.who,
            mistake.fix,
        ] {
            assert!(!text.trim().is_empty(), "{}", mistake.id);
        }
    }
}

#[test]
fn the_cases_are_what_make_py_writes() {
    let Ok(output) = Command::new("python3")
        .arg(fixtures::path("mistakes/make.py"))
        .arg("--check")
        .output()
    else {
        eprintln!("python3 is not here: skipped");
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn every_mistake_is_proved_by_the_signature() {
    let complaints = complaints(
        &cases(Kind::Mistake),
        Case::by_signature,
        EvidenceLevel::Signature,
    );
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_mistake_of_the_base_string_is_proved_without_secrets() {
    let mut cases = cases(Kind::Mistake);
    cases.retain(Case::shows_in_base_string);
    let evidence = |case: &Case| Evidence {
        base_string: case.base_string(),
        ..case.captured()
    };
    let complaints = complaints(&cases, evidence, EvidenceLevel::BaseString);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_finding_is_found() {
    let missed: Vec<String> = cases(Kind::Finding)
        .iter()
        .filter(|case| case.needs_more.is_none())
        .filter_map(|case| {
            let evidence = Evidence {
                base_string: case.base_string(),
                provider: case.provider.clone(),
                now: case.now,
                ..case.by_signature()
            };
            let report = diagnose(&evidence, Limits::default(), &Clock::start());
            let of_provider = report.provider.iter().flat_map(|own| &own.findings);
            let found = report.findings.iter().chain(of_provider);
            let ids: Vec<_> = found.map(|finding| finding.id).collect();
            (!ids.contains(&case.expect[0].as_str())).then(|| format!("{}: {ids:?}", case.id))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// A request that breaks one rule of a provider is refused by it for that rule alone; the RFC has nothing to say against it.
#[test]
fn every_rule_of_a_provider_is_its_own() {
    let mut cases = cases(Kind::Finding);
    cases.retain(|case| mistakes::find(&case.id).expect("an id").stage == Stage::Provider);
    assert!(!cases.is_empty());
    for case in cases {
        let evidence = Evidence {
            provider: case.provider.clone(),
            now: case.now,
            ..case.by_signature()
        };
        let report = diagnose(&evidence, Limits::default(), &Clock::start());
        assert_ne!(report.verdict, Verdict::Invalid, "{}", case.id);
        let own = report.provider.expect("it was named");
        let mut refused = own.findings;
        refused.retain(|finding| finding.severity == Severity::Error);
        let ids: Vec<_> = refused.iter().map(|finding| finding.id).collect();
        assert_eq!(ids, [case.id.as_str()], "{}", case.id);
        assert_eq!(own.verdict, Verdict::Invalid, "{}", case.id);
    }
}

//! Captures of real clients: read, diagnosed and compared with what a strict verifier and an independent search said.
use crate::{
    fixtures,
    runtime::{Clock, in_parallel},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth1_capture::{CapturedRequest, Format, Hints};
use oauth1_core::{
    base_string::BaseString,
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::collect_parameters,
    request::{Request, Scheme},
    rsa_key::RsaPublicKey,
    verify::{VerifyingCredentials, VerifyingKey},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{EvidenceLevel, Report, Verdict},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One line of `captures.jsonl`.
#[derive(Deserialize)]
pub struct Capture {
    /// Client and case.
    pub id: String,
    raw_base64: String,
    scheme: String,
    /// Dummies, all of them.
    pub consumer_secret: String,
    /// As above.
    pub token_secret: String,
    typed_url: Option<String>,
    #[serde(default)]
    earlier_raw_base64: Vec<String>,
}

impl Capture {
    fn scheme(&self) -> Scheme {
        match self.scheme.as_str() {
            "https" => Scheme::Https,
            _ => Scheme::Http,
        }
    }

    /// The signature that was sent, decoded; empty when there is none.
    ///
    /// # Panics
    /// When the request cannot be read.
    pub fn signature(&self) -> Vec<u8> {
        let request = read(&self.raw_base64, self.scheme())
            .expect("a request")
            .request;
        let parameters = collect_parameters(&request);
        parameters
            .get("oauth_signature")
            .unwrap_or_default()
            .to_vec()
    }

    /// The report on it; with the client's base string, if there is one.
    ///
    /// # Errors
    /// When the request cannot be read: why.
    pub fn diagnose(&self, base_string: Option<&str>, limits: Limits) -> Result<Report, String> {
        let evidence = Evidence {
            base_string: base_string.map(|text| text.as_bytes().to_vec()),
            ..self.evidence()?
        };
        Ok(diagnose(&evidence, limits, &Clock::start()))
    }

    /// The report on it as a request to that provider, without a search.
    ///
    /// # Errors
    /// When the request cannot be read: why.
    pub fn diagnose_at(&self, provider: &str) -> Result<Report, String> {
        let evidence = Evidence {
            provider: Some(provider.to_owned()),
            ..self.evidence()?
        };
        let limits = Limits {
            max_mistakes: 0,
            ..Limits::default()
        };
        Ok(diagnose(&evidence, limits, &Clock::start()))
    }

    /// What is known of the case.
    ///
    /// # Errors
    /// When the request cannot be read: why.
    pub fn evidence(&self) -> Result<Evidence, String> {
        let scheme = self.scheme();
        let captured = read(&self.raw_base64, scheme)?;
        let earlier = self.earlier_raw_base64.iter();
        Ok(Evidence {
            request: Some(captured.request),
            typed_url: self.typed_url.clone().map(String::into_bytes),
            earlier: earlier
                .map(|raw| Ok(read(raw, scheme)?.request))
                .collect::<Result<_, String>>()?,
            consumer_secret: Some(Secret::new(self.consumer_secret.clone())),
            token_secret: Some(Secret::new(self.token_secret.clone())),
            public_key: Some(fixtures::text("peers/rsa-test-public.pem").into_bytes()),
            private_key: Some(Secret::new(fixtures::text("peers/rsa-test-private.pem"))),
            ..Evidence::default()
        })
    }
}

/// One line of `expected.jsonl`.
#[derive(Deserialize)]
pub struct Expected {
    /// Client and case.
    pub id: String,
    verdict: String,
    reason: String,
    mistakes: Option<Vec<(String, String)>>,
    base_string: String,
}

/// One entry of `unexplained.json`.
#[derive(Deserialize)]
pub struct Unexplained {
    id: String,
    /// What the client signs.
    pub base_string: String,
}

/// `mistakes.json`: axis, choice, and the ids that say the same.
pub type Ids = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What one capture came to.
pub struct Outcome {
    /// Client and case.
    pub id: String,
    /// What the verifier said, `valid` or `invalid`.
    expected_verdict: String,
    /// Whether the verifier refused it for its signature alone.
    signature_differs: bool,
    /// What the independent search found.
    expected_mistakes: Vec<String>,
    /// For each of those, whether an id that says the same was reported.
    named: Vec<bool>,
    /// The report, or why the capture could not be read.
    report: Result<Report, String>,
}

impl Outcome {
    fn verdict(&self) -> &'static str {
        match self.report.as_ref().map(|report| report.verdict) {
            Ok(Verdict::Valid) => "valid",
            Ok(Verdict::Invalid) => "invalid",
            Ok(Verdict::Undetermined) => "undetermined",
            Err(_) => "unreadable",
        }
    }
    fn verdict_is_right(&self) -> bool {
        self.verdict() == self.expected_verdict
    }
    fn opposite(&self, expected: &str, verdict: &str) -> bool {
        self.expected_verdict == expected && self.verdict() == verdict
    }
    fn proved(&self) -> bool {
        self.report.as_ref().is_ok_and(|report| {
            report.evidence == EvidenceLevel::Signature && !report.mistakes.is_empty()
        })
    }
    /// Whether anything about it is not as expected.
    pub fn failed(&self) -> bool {
        !self.verdict_is_right()
            || (self.signature_differs && !self.proved())
            || self.named.contains(&false)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, verdict) = (&self.expected_verdict, self.verdict());
        write!(f, "{:<32} {expected} → {verdict}", self.id)?;
        match &self.report {
            Ok(report) => {
                let ids: Vec<&str> = report.mistakes.iter().map(|m| m.id).collect();
                write!(f, " {ids:?}")?;
                for alternative in &report.alternatives {
                    let ids: Vec<&str> = alternative.iter().map(|m| m.id).collect();
                    write!(f, " or {ids:?}")?;
                }
                let search = report.search;
                write!(
                    f,
                    "; {} tried in {} ms",
                    search.candidates, search.elapsed_ms
                )?;
            }
            Err(error) => write!(f, " {error}")?,
        }
        if self.expected_mistakes.is_empty() {
            return Ok(());
        }
        write!(f, "; known: {}", self.expected_mistakes.join(" + "))
    }
}

/// Every outcome, and the figures that the tests look at.
pub struct Score(pub Vec<Outcome>);

impl Score {
    /// What got another verdict than the verifier's.
    pub fn verdict_wrong(&self) -> Vec<&str> {
        self.ids(|outcome| !outcome.verdict_is_right())
    }
    /// What has no other fault than its signature, and is not explained with proof.
    pub fn not_proved(&self) -> Vec<&str> {
        self.ids(|outcome| outcome.signature_differs && !outcome.proved())
    }
    /// Invalid requests that were called valid.
    fn valid_for_invalid(&self) -> Vec<&str> {
        self.ids(|outcome| outcome.opposite("invalid", "valid"))
    }
    /// Valid requests that were called invalid.
    fn invalid_for_valid(&self) -> Vec<&str> {
        self.ids(|outcome| outcome.opposite("valid", "invalid"))
    }
    fn ids(&self, holds: impl Fn(&Outcome) -> bool) -> Vec<&str> {
        let which = self.0.iter().filter(|outcome| holds(outcome));
        which.map(|outcome| outcome.id.as_str()).collect()
    }
    /// How many verdicts are right, in percent.
    fn verdicts_right(&self) -> f64 {
        percent(self.0.iter().map(Outcome::verdict_is_right))
    }
    /// Of the requests whose signature is their only fault: how many are explained with proof, in percent.
    fn explained(&self) -> f64 {
        let differ = self.0.iter().filter(|outcome| outcome.signature_differs);
        percent(differ.map(Outcome::proved))
    }
    /// Of the requests whose mistakes are known: in how many at least one is named, in percent.
    pub fn one_named(&self) -> f64 {
        percent(self.known().map(|outcome| outcome.named.contains(&true)))
    }
    /// Of the requests whose mistakes are known: in how many every one is named, in percent.
    fn all_named(&self) -> f64 {
        percent(self.known().map(|outcome| !outcome.named.contains(&false)))
    }
    fn known(&self) -> impl Iterator<Item = &Outcome> {
        self.0.iter().filter(|outcome| !outcome.named.is_empty())
    }
    /// Everything that is not as expected, client by client, and the figures.
    pub fn print(&self) {
        let mut clients: BTreeMap<&str, (usize, Vec<&Outcome>)> = BTreeMap::new();
        for outcome in &self.0 {
            let client = outcome.id.split('/').next().unwrap_or_default();
            let (count, failures) = clients.entry(client).or_default();
            *count += 1;
            if outcome.failed() {
                failures.push(outcome);
            }
        }
        for (client, (count, failures)) in clients {
            println!(
                "{client}: {} of {count} as expected",
                count - failures.len()
            );
            for outcome in failures {
                println!("    {outcome}");
            }
        }
        println!(
            "verdict right               {:6.2} %",
            self.verdicts_right()
        );
        println!("valid for invalid           {:?}", self.valid_for_invalid());
        println!("invalid for valid           {:?}", self.invalid_for_valid());
        println!("explained with proof        {:6.2} %", self.explained());
        println!("one known mistake named     {:6.2} %", self.one_named());
        println!("every known mistake named   {:6.2} %", self.all_named());
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts are far below 2^52, and a percentage is printed"
)]
fn percent(holds: impl Iterator<Item = bool>) -> f64 {
    let (mut yes, mut all) = (0_usize, 0_usize);
    for hold in holds {
        yes += usize::from(hold);
        all += 1;
    }
    100.0 * yes as f64 / all as f64
}

/// Reads `mistakes.json`.
///
/// # Panics
/// When it is not of that form.
pub fn ids() -> Ids {
    serde_json::from_str(&fixtures::text("peers/mistakes.json"))
        .expect("mistakes.json is a map of maps of lists")
}

/// Reads `unexplained.json`: by id, what the search does not explain.
///
/// # Panics
/// When it is not of that form.
pub fn unexplained() -> BTreeMap<String, Unexplained> {
    let list: Vec<Unexplained> = serde_json::from_str(&fixtures::text("peers/unexplained.json"))
        .expect("unexplained.json is a list of id, reason and base string");
    list.into_iter()
        .map(|known| (known.id.clone(), known))
        .collect()
}

/// Diagnoses every capture, two at a time, and compares.
///
/// # Panics
/// When the two lists are not about the same ids in the same order.
pub fn score(captures: &[Capture], expected: &[Expected], limits: Limits) -> Score {
    let ids = ids();
    assert_eq!(captures.len(), expected.len());
    let pairs: Vec<_> = captures.iter().zip(expected).collect();
    Score(in_parallel(&pairs, |(capture, expected)| {
        assert_eq!(capture.id, expected.id);
        compare(expected, capture.diagnose(None, limits), &ids)
    }))
}

fn compare(expected: &Expected, report: Result<Report, String>, ids: &Ids) -> Outcome {
    let reported: BTreeSet<&str> = report.iter().flat_map(reported_ids).collect();
    let known = expected.mistakes.as_deref().unwrap_or_default();
    let says = |axis: &String, choice: &String| {
        let ids = ids.get(axis).and_then(|choices| choices.get(choice));
        ids.is_some_and(|ids| ids.iter().any(|id| reported.contains(id.as_str())))
    };
    Outcome {
        id: expected.id.clone(),
        expected_verdict: expected.verdict.clone(),
        signature_differs: expected.reason == "signature differs",
        expected_mistakes: known
            .iter()
            .map(|(axis, choice)| format!("{axis}: {choice}"))
            .collect(),
        named: known
            .iter()
            .map(|(axis, choice)| says(axis, choice))
            .collect(),
        report,
    }
}

/// What is wrong with the canonical form that core gives the captures: its base string against the verifier's, and with it
/// the signature that was sent. One line a complaint; the search has no part in it.
///
/// # Panics
/// When the two lists are not about the same ids in the same order.
pub fn check_canonical(captures: &[Capture], expected: &[Expected]) -> Vec<String> {
    let public_key = fixtures::text("peers/rsa-test-public.pem");
    let public_key = RsaPublicKey::from_pem(public_key.as_bytes()).expect("a PEM key");
    assert_eq!(captures.len(), expected.len());
    let complaint = |(capture, expected): (&Capture, &Expected)| {
        assert_eq!(capture.id, expected.id);
        let id = &capture.id;
        let request = match read(&capture.raw_base64, capture.scheme()) {
            Ok(read) => read.request,
            Err(error) => return Some(format!("{id}: {error}")),
        };
        let base_string = BaseString::of(&request);
        if base_string.as_str() != expected.base_string {
            let (ours, theirs) = (base_string.as_str(), &expected.base_string);
            return Some(format!("{id}: base string\n  {ours}\n  {theirs}"));
        }
        let right = verifies(capture, &request, &base_string, &public_key);
        let wrong = expected.verdict == "invalid";
        (right == wrong).then(|| format!("{id}: signature is right: {right}"))
    };
    let pairs = captures.iter().zip(expected);
    // The verifier reads nothing of a header that breaks the grammar; core reads what it can.
    let readable = pairs.filter(|(_, expected)| !expected.reason.starts_with("malformed"));
    readable.filter_map(complaint).collect()
}

fn verifies(
    capture: &Capture,
    request: &Request,
    base_string: &BaseString,
    public_key: &RsaPublicKey,
) -> bool {
    let parameters = collect_parameters(request);
    let method = parameters
        .get("oauth_signature_method")
        .and_then(SignatureMethod::from_name);
    let (Some(method), Some(signature)) = (method, parameters.get("oauth_signature")) else {
        return false;
    };
    let credentials = if method.is_rsa() {
        VerifyingCredentials::RsaPublicKey(public_key.clone())
    } else {
        VerifyingCredentials::SharedSecrets(SharedSecrets {
            client: Secret::new(capture.consumer_secret.clone()),
            token: Some(Secret::new(capture.token_secret.clone())),
        })
    };
    let key = VerifyingKey::new(method, &credentials).expect("credentials of the right kind");
    let text = base_string.as_str().as_bytes();
    key.verify(text, signature).is_ok()
}

/// The ids of the explanation and of its alternatives.
pub fn reported_ids(report: &Report) -> impl Iterator<Item = &'static str> + '_ {
    let alternatives = report.alternatives.iter().flatten();
    report.mistakes.iter().chain(alternatives).map(|m| m.id)
}

fn read(raw_base64: &str, scheme: Scheme) -> Result<CapturedRequest, String> {
    let raw = STANDARD.decode(raw_base64).map_err(|e| e.to_string())?;
    let hints = Hints {
        scheme: Some(scheme),
        ..Hints::default()
    };
    let captured = oauth1_capture::read(&raw, Some(Format::Http), &hints);
    let captured = captured.map_err(|error| error.message)?;
    let request = captured.into_iter().next().and_then(|first| first.request);
    request.ok_or_else(|| "no request was read".to_owned())
}

//! One case from evidence to report: what to compare with what, and what the outcome proves.

mod answer;
mod attribution;
mod credentials;
mod imitation;
mod provider;

use std::{borrow::Cow, cell::OnceCell, sync::Arc};

use oauth1_core::{
    method::SignatureMethod,
    request::{Request, Scheme},
};

use crate::{
    Limits,
    choice::{Choice, Repertoire},
    clients::{self, Client},
    encoders::holds_escape,
    evidence::{Evidence, ProviderAnswer},
    explain::{Credentials, Explanation, explanations},
    facts::Facts,
    mac, rebuild,
    report::{EvidenceLevel, Report, ResponseReport, SearchSummary, Severity, StoppedBy, Verdict},
    runtime::Runtime,
    search::{Bounds, ClientParts, Goal, Hit, Origin, Search, visible_frames},
    stages::{
        findings as page,
        joining::Frame,
        signature::{self, Reading},
        uri,
    },
    structure::{self, Findings},
};

use answer::{nothing, sorted};
use credentials::guess;

/// Diagnoses one case.
pub(crate) fn diagnose(evidence: &Evidence, limits: Limits, runtime: &dyn Runtime) -> Report {
    let mut report = match (&evidence.request, &evidence.base_string) {
        (Some(request), _) => {
            let requests = requests(evidence, request);
            Case::new(evidence, &requests, limits, runtime).with_request()
        }
        (None, Some(text)) => lone_base_string(evidence, text, limits, runtime),
        (None, None) => lone_answer(evidence, limits, runtime),
    };
    if let Some(answer) = &evidence.response {
        add_response(&mut report, answer);
    }
    report
}

/// As [`crate::imitate`].
pub(crate) fn imitate(
    evidence: &Evidence,
    mistakes: &[&'static str],
    limits: Limits,
    runtime: &dyn Runtime,
) -> Vec<Vec<u8>> {
    let Some(request) = &evidence.request else {
        return Vec::new();
    };
    let requests = requests(evidence, request);
    Case::new(evidence, &requests, limits, runtime).imitations(mistakes)
}

/// A request that the signature may have been made for, and why it is not the one that was sent; `None` when it is.
type Requested<'a> = (Cow<'a, Request>, Option<Choice>);

/// One case.
struct Case<'a> {
    evidence: &'a Evidence,
    limits: Limits,
    runtime: &'a dyn Runtime,
    requests: &'a [Requested<'a>],
    /// What is known of each of them, worked out when it is first asked for.
    facts: Vec<OnceCell<Facts<'a>>>,
    /// The frames that make a difference for each of them, made when they are first asked for.
    frames: OnceCell<Vec<Arc<[Frame]>>>,
}

/// Before this many mistakes of all kinds are combined, which takes seconds, each known client's are, up to
/// [`MOST_OF_CLIENT`].
const CLIENTS_BEYOND: usize = 4;
/// More mistakes of one client are not combined.
const MOST_OF_CLIENT: usize = 8;

/// No mistakes are combined for a longer base string, in bytes. A search writes the parameters in some hundred ways and keeps
/// them all: a megabyte takes a quarter of a gigabyte of memory.
const LONGEST_SEARCHED: usize = 1 << 20;

/// What is looked for, and in which frames.
struct Sought<'s> {
    signature: Option<&'s [u8]>,
    text: Option<&'s [u8]>,
    client: ClientParts<'s>,
    frames: &'s [Arc<[Frame]>],
}

/// How a search ended.
enum End {
    /// With an explanation.
    Found,
    /// Without one, and everything was tried.
    Exhausted,
    Stopped(StoppedBy),
}

impl End {
    /// Counts a search that ended like this. Nothing is exhausted when one of several searches was stopped.
    fn count(self, candidates: u64, summary: &mut SearchSummary) {
        summary.candidates += candidates;
        if let Self::Stopped(by) = self {
            summary.stopped_by.get_or_insert(by);
        }
        summary.exhausted = !matches!(self, Self::Found) && summary.stopped_by.is_none();
    }
}

/// What a search came to.
#[derive(Default)]
struct Found {
    explanations: Vec<Explanation>,
    hits: Vec<Hit>,
    candidates: u64,
    exhausted: bool,
}

/// What is proved.
struct Proof {
    verdict: Verdict,
    level: EvidenceLevel,
    explanations: Vec<Explanation>,
    /// The client's base string, given or rebuilt by a hit.
    text: Option<Vec<u8>>,
    rebuilt: bool,
    /// Index into the case's requests.
    request: usize,
}

impl Proof {
    /// Nothing to compare with.
    const NOTHING: Self = Self {
        verdict: Verdict::Undetermined,
        level: EvidenceLevel::None,
        explanations: Vec::new(),
        text: None,
        rebuilt: false,
        request: 0,
    };
}

/// What the signature may have been made for: the request, the same over the other scheme if that is not known, and those
/// before a redirect.
fn requests<'a>(evidence: &'a Evidence, request: &'a Request) -> Vec<Requested<'a>> {
    let mut requests = vec![(Cow::Borrowed(request), None)];
    if evidence.scheme_assumed {
        let scheme = match request.scheme {
            Scheme::Http => Scheme::Https,
            Scheme::Https => Scheme::Http,
        };
        let request = request.clone();
        requests.push((Cow::Owned(Request { scheme, ..request }), None));
    }
    for earlier in &evidence.earlier {
        requests.push((
            Cow::Borrowed(earlier),
            Some(Choice::new(
                &uri::REDIRECT_STALE,
                "the signature was made for the request before the redirect and sent again",
            )),
        ));
    }
    requests
}

impl<'a> Case<'a> {
    fn new(
        evidence: &'a Evidence,
        requests: &'a [Requested<'a>],
        limits: Limits,
        runtime: &'a dyn Runtime,
    ) -> Self {
        Self {
            evidence,
            limits,
            runtime,
            requests,
            facts: requests.iter().map(|_| OnceCell::new()).collect(),
            frames: OnceCell::new(),
        }
    }

    fn frames(&self) -> &[Arc<[Frame]>] {
        self.frames.get_or_init(|| {
            let of_request = |index| visible_frames(self.facts(index));
            (0..self.requests.len()).map(of_request).collect()
        })
    }

    /// For each of them, the right frame alone: soon made.
    fn canonical_frames(&self) -> Vec<Arc<[Frame]>> {
        vec![Arc::from([Frame::canonical()]); self.requests.len()]
    }

    fn facts(&self, index: usize) -> &Facts<'a> {
        self.facts[index].get_or_init(|| {
            Facts::new(
                &self.requests[index].0,
                self.evidence.typed_url.as_deref(),
                &self.evidence.earlier,
            )
        })
    }

    /// The signature that was sent, decoded once; the first one if there are several.
    fn signature(&self) -> Option<&[u8]> {
        let given = self.evidence.signature.as_deref();
        given.or_else(|| self.facts(0).get("oauth_signature"))
    }

    fn declared(&self) -> Option<SignatureMethod> {
        SignatureMethod::from_name(self.facts(0).get("oauth_signature_method")?)
    }

    fn with_request(self) -> Report {
        let signature = self.signature();
        let mut findings = structure::of_request(self.facts(0), signature, self.evidence);
        let credentials = signature.and_then(|text| self.credentials(text, 0));
        let mut summary = SearchSummary {
            max_mistakes: self.limits.max_mistakes,
            ..SearchSummary::default()
        };
        let proof = match (&self.evidence.base_string, credentials) {
            (Some(text), credentials) => {
                self.key_finding(&mut findings);
                self.with_base_string(
                    text,
                    signature,
                    credentials.is_some(),
                    &mut findings,
                    &mut summary,
                )
            }
            (None, Some(credentials)) => {
                self.key_finding(&mut findings);
                self.by_signature(signature.unwrap_or_default(), &credentials, &mut summary)
            }
            (None, None) => Proof::NOTHING,
        };
        self.report(proof, findings, summary, signature)
    }

    fn by_signature(
        &self,
        signature: &[u8],
        credentials: &Credentials,
        summary: &mut SearchSummary,
    ) -> Proof {
        for (index, (_, choice)) in self.requests.iter().enumerate() {
            if choice.is_some() {
                continue;
            }
            let base_string = self.facts(index).base_string().as_bytes();
            if right(base_string, credentials) {
                summary.candidates += 1;
                return Proof {
                    verdict: Verdict::Valid,
                    level: EvidenceLevel::Signature,
                    explanations: Vec::new(),
                    text: Some(base_string.to_vec()),
                    rebuilt: true,
                    request: index,
                };
            }
        }
        if let Some(proof) = self.plaintext_proof(signature, credentials, summary) {
            return proof;
        }
        let found = self.search(Some(signature), None, ClientParts::default(), summary);
        self.proof_of(found, EvidenceLevel::Signature)
    }

    fn proof_of(&self, found: Found, level: EvidenceLevel) -> Proof {
        match found.hits.first() {
            Some(hit) => Proof {
                verdict: Verdict::Invalid,
                level,
                request: if self.requests[hit.origin].1.is_none() {
                    hit.origin
                } else {
                    0
                },
                text: Some(hit.text.clone()),
                rebuilt: level == EvidenceLevel::Signature,
                explanations: found.explanations,
            },
            None => Proof {
                verdict: Verdict::Undetermined,
                level: EvidenceLevel::Structure,
                explanations: Vec::new(),
                text: None,
                rebuilt: false,
                request: 0,
            },
        }
    }

    /// PLAINTEXT is decided by the key alone; and a key that was sent for an HMAC is told as that.
    fn plaintext(&self, sent: &[u8]) -> Found {
        let mut found = Found::default();
        let Some(credentials) = self.credentials(sent, self.limits.max_mistakes) else {
            return found;
        };
        let declared = self.declared() == Some(SignatureMethod::Plaintext);
        for (before, text) in signature::texts(sent) {
            for weight in 0..=self.limits.max_mistakes {
                credentials.keys.each(weight, &mut |key| {
                    found.candidates += 1;
                    if key.bytes == text && !text.is_empty() {
                        let mut choices = credentials.keys.choices(key);
                        if !declared {
                            choices.push(Arc::new(Choice::new(
                                &signature::ALGORITHM_MISMATCH,
                                "the signature is the key itself, as PLAINTEXT has it; another method was declared",
                            )));
                        }
                        if !before.is_empty() {
                            choices.push(Arc::new(Choice::new(
                                &signature::PLAINTEXT_AMPERSAND_ENCODED_TWICE,
                                format!("the key was percent-encoded {} too often", times(before.len())),
                            )));
                        }
                        found.explanations.push(Explanation::new(choices));
                    }
                    true
                });
                if !found.explanations.is_empty() {
                    break;
                }
            }
        }
        found
            .explanations
            .sort_by_key(|explanation| (explanation.choices.len(), explanation.cost));
        let shortest = found
            .explanations
            .first()
            .map(|explanation| explanation.choices.len());
        found
            .explanations
            .retain(|explanation| Some(explanation.choices.len()) == shortest);
        found
    }

    fn plaintext_proof(
        &self,
        signature: &[u8],
        credentials: &Credentials,
        summary: &mut SearchSummary,
    ) -> Option<Proof> {
        let declared = self.declared() == Some(SignatureMethod::Plaintext);
        if !declared && !signature.contains(&b'&') && !holds_escape(signature) {
            return None;
        }
        let right = credentials.keys.right().filter(|_| declared);
        let found = if right.is_some_and(|key| key.bytes == signature && !signature.is_empty()) {
            // Nearly always: other keys are not made before this one is wrong.
            Found {
                explanations: vec![Explanation::new(Vec::new())],
                candidates: 1,
                ..Found::default()
            }
        } else {
            self.plaintext(signature)
        };
        let first = found.explanations.first();
        let end = first.map_or(End::Exhausted, |_| End::Found);
        end.count(found.candidates, summary);
        if !declared && first.is_none() {
            return None;
        }
        let digest_sent =
            declared && first.is_none() && guess(&signature::readings(signature)).is_some();
        if digest_sent {
            return None;
        }
        let valid = first.is_some_and(|explanation| explanation.choices.is_empty());
        Some(Proof {
            verdict: match first {
                Some(_) if valid => Verdict::Valid,
                Some(_) => Verdict::Invalid,
                None => Verdict::Undetermined,
            },
            level: if first.is_some() {
                EvidenceLevel::Signature
            } else {
                EvidenceLevel::Structure
            },
            explanations: if valid {
                Vec::new()
            } else {
                found.explanations
            },
            text: None,
            rebuilt: false,
            request: 0,
        })
    }

    fn with_base_string(
        &self,
        text: &[u8],
        signature: Option<&[u8]>,
        have_key: bool,
        findings: &mut Findings,
        summary: &mut SearchSummary,
    ) -> Proof {
        let is_expected = |index: &usize| {
            self.requests[*index].1.is_none() && self.facts(*index).base_string().as_bytes() == text
        };
        let expected = (0..self.requests.len()).find(is_expected);
        let explained = if expected.is_some() {
            Found::default()
        } else {
            let parts = rebuild::parts(text);
            let client = ClientParts {
                uri: Some(&parts.uri),
                pairs: Some(&parts.pairs),
            };
            self.search(None, Some(text), client, summary)
        };
        // Does the signature belong to the base string that was printed?
        let signed = signature
            .filter(|_| have_key)
            .map(|signature| self.sign_text(text, signature, summary));
        match (expected, signed) {
            (Some(request), Some(Some(mut keys))) => {
                keys.retain(|explanation| !explanation.choices.is_empty());
                if keys.is_empty() {
                    return Proof {
                        verdict: Verdict::Valid,
                        level: EvidenceLevel::Signature,
                        explanations: Vec::new(),
                        text: Some(text.to_vec()),
                        rebuilt: false,
                        request,
                    };
                }
                findings.add(
                    Severity::Note,
                    &page::BASE_STRING_RIGHT,
                    "the base string is right, every `%25` in it too: the mistake is in the key, the digest or the transport",
                );
                Proof {
                    verdict: Verdict::Invalid,
                    level: EvidenceLevel::Signature,
                    explanations: keys,
                    text: Some(text.to_vec()),
                    rebuilt: false,
                    request,
                }
            }
            (Some(request), signed) => {
                findings.add(
                    Severity::Note,
                    &page::BASE_STRING_RIGHT,
                    if signed.is_some() {
                        "the base string is right, every `%25` in it too, and the signature does not come from it with the secrets given: look at the key, the digest or the transport"
                    } else if self.evidence.expected_base_string.as_deref().is_some_and(|provider| provider != text) {
                        "the base string is right, every `%25` in it too, but it is not the one that the provider expected: look at what arrives there before you look at the key"
                    } else {
                        "the base string is right, every `%25` in it too: if the signature is refused, look at the key, the digest or the transport"
                    },
                );
                let checked = signature.is_some();
                Proof {
                    verdict: if checked {
                        Verdict::Undetermined
                    } else {
                        Verdict::Valid
                    },
                    level: EvidenceLevel::BaseString,
                    explanations: Vec::new(),
                    text: Some(text.to_vec()),
                    rebuilt: false,
                    request,
                }
            }
            (None, Some(Some(keys))) => {
                let mut proof = self.proof_of(explained, EvidenceLevel::Signature);
                let key = keys
                    .into_iter()
                    .next()
                    .map(|explanation| explanation.choices)
                    .unwrap_or_default();
                if proof.explanations.is_empty() {
                    // The signature belongs to this text, but the text is not explained.
                    proof.verdict = Verdict::Invalid;
                    if !key.is_empty() {
                        proof.explanations = Vec::new();
                    }
                } else {
                    for explanation in &mut proof.explanations {
                        let mut choices = explanation.choices.clone();
                        choices.extend(key.iter().cloned());
                        *explanation = Explanation::new(choices);
                    }
                }
                proof.text = Some(text.to_vec());
                proof.rebuilt = false;
                proof
            }
            (None, signed) => {
                if let (Some(None), Some(signature)) = (&signed, signature) {
                    // What was printed is not what was signed, or the key is unknown: what was signed may still be found.
                    let found = self.search(Some(signature), None, ClientParts::default(), summary);
                    if !found.hits.is_empty() {
                        return self.proof_of(found, EvidenceLevel::Signature);
                    }
                }
                let mut proof = self.proof_of(explained, EvidenceLevel::BaseString);
                if proof.explanations.is_empty() {
                    // A base string that differs from the canonical one is wrong, whatever made it so.
                    proof.verdict = Verdict::Invalid;
                }
                proof.text = Some(text.to_vec());
                proof.rebuilt = false;
                proof
            }
        }
    }

    /// Keys, digests and readings by which a text gives the signature, the likeliest first; `None` when none does.
    fn sign_text(
        &self,
        text: &[u8],
        signature: &[u8],
        summary: &mut SearchSummary,
    ) -> Option<Vec<Explanation>> {
        let most = self.limits.max_mistakes;
        let credentials = self.credentials(signature, most)?;
        // A long text takes long to hash: the clock is read at least once in so many bytes.
        let between_looks = ((1 << 20) / (text.len() as u64 + 1)).clamp(1, 1024);
        let mut list = Vec::new();
        let mut candidates = 0_u64;
        let mut in_time = true;
        for level in 0..=most {
            for mac in credentials.macs.iter().filter(|mac| mac.weight() <= level) {
                for weight in 0..=level - mac.weight() {
                    let left = level - mac.weight() - weight;
                    let readings: Vec<&Reading> = credentials
                        .readings
                        .iter()
                        .filter(|reading| {
                            reading.weight() == left && reading.matcher.fits(mac.digest.length())
                        })
                        .collect();
                    if readings.is_empty() || !in_time {
                        continue;
                    }
                    in_time &= credentials.keys.each(weight, &mut |key| {
                        candidates += 1;
                        let output = mac::compute(mac.function, mac.digest, &key.bytes, text);
                        for reading in readings
                            .iter()
                            .filter(|reading| reading.matcher.matches(output.as_slice()))
                        {
                            let mut choices = credentials.keys.choices(key);
                            choices.extend(mac.choice.clone());
                            choices.extend(reading.choices.iter().cloned());
                            list.push(Explanation::new(choices));
                        }
                        !candidates.is_multiple_of(between_looks)
                            || self.runtime.elapsed() < self.limits.time_limit
                    });
                }
            }
            if !list.is_empty() {
                End::Found.count(candidates, summary);
                list.sort_by_key(|explanation| explanation.cost);
                return Some(list);
            }
            if !in_time {
                break;
            }
        }
        let found = self.plaintext(signature);
        let end = match found.explanations.is_empty() {
            false => End::Found,
            true if in_time => End::Exhausted,
            true => End::Stopped(StoppedBy::TimeLimit),
        };
        end.count(candidates + found.candidates, summary);
        (!found.explanations.is_empty()).then_some(found.explanations)
    }

    /// Level by level, for a signature or for a base string. What known clients do together is tried before everything else
    /// of as many mistakes, and beyond the bound.
    fn search(
        &self,
        signature: Option<&[u8]>,
        text: Option<&[u8]>,
        client: ClientParts<'_>,
        summary: &mut SearchSummary,
    ) -> Found {
        let mut total = Found {
            exhausted: true,
            ..Found::default()
        };
        let too_long = self.is_too_long();
        let most = if too_long {
            0
        } else {
            self.limits.max_mistakes
        };
        let canonical = self.canonical_frames();
        let mut clients = Vec::new();
        for level in 0..=most {
            if level == 2 {
                clients = self.repertoires_of_clients();
            }
            let goal = Sought {
                signature,
                text,
                client,
                frames: if level == 0 {
                    &canonical
                } else {
                    self.frames()
                },
            };
            let beyond = if level == CLIENTS_BEYOND {
                MOST_OF_CLIENT
            } else {
                level
            };
            let go_on = (level..=beyond)
                .filter(|level| *level > 1)
                .all(|level| self.known_clients(level, &clients, &goal, &mut total))
                && self.level(level, &goal, &Repertoire::All, &mut total);
            if !go_on {
                break;
            }
        }
        let end = match total.hits.is_empty() {
            false => End::Found,
            true if too_long => End::Stopped(StoppedBy::Length),
            true if total.exhausted => End::Exhausted,
            true => End::Stopped(StoppedBy::TimeLimit),
        };
        end.count(total.candidates, summary);
        total
    }

    /// Combinations of mistakes that one client is known for. Returns whether to go on.
    fn known_clients(
        &self,
        level: usize,
        clients: &[Arc<[&'static str]>],
        goal: &Sought<'_>,
        total: &mut Found,
    ) -> bool {
        clients
            .iter()
            .filter(|mistakes| mistakes.len() >= level)
            .all(|mistakes| {
                let repertoire = Repertoire::Only(Arc::clone(mistakes));
                self.level(level, goal, &repertoire, total)
            })
    }

    /// Whether the request is beyond [`LONGEST_SEARCHED`].
    fn is_too_long(&self) -> bool {
        self.facts(0).base_string().as_bytes().len() > LONGEST_SEARCHED
    }

    /// The mistakes of each known client, first of those that the request names as its sender.
    fn repertoires_of_clients(&self) -> Vec<Arc<[&'static str]>> {
        let sender = self.requests[0].0.header("User-Agent");
        let is_sender = |client: &&Client| sender.is_some_and(|sender| client.sends(sender));
        let (first, others): (Vec<_>, Vec<_>) = clients::all().iter().partition(is_sender);
        let mistakes = |client: &Client| client.mistakes().map(|mistake| mistake.id).collect();
        first.into_iter().chain(others).map(mistakes).collect()
    }

    /// Every combination of exactly that many mistakes of a repertoire. Returns whether to go on.
    fn level(
        &self,
        level: usize,
        goal: &Sought<'_>,
        repertoire: &Repertoire,
        total: &mut Found,
    ) -> bool {
        let origins: Vec<Origin<'_>> = (0..self.requests.len())
            .map(|index| {
                let choice = self.requests[index].1.clone();
                let is_tried = |choice: &Choice| repertoire.has(&choice.found);
                let frames = if choice.as_ref().is_none_or(is_tried) {
                    frames_of(repertoire, &goal.frames[index])
                } else {
                    Arc::default()
                };
                Origin::new(
                    self.facts(index),
                    choice,
                    goal.client,
                    level,
                    frames,
                    repertoire,
                )
            })
            .collect();
        let credentials = goal
            .signature
            .and_then(|text| self.credentials_of(repertoire, text, level))
            .unwrap_or_default();
        let sought = match goal.text {
            Some(text) => Goal::Text(text),
            None => Goal::Signature {
                keys: &credentials.keys,
                macs: &credentials.macs,
                readings: &credentials.readings,
            },
        };
        let outcome = Search {
            origins: &origins,
            goal: sought,
            bounds: Bounds {
                time_limit: self.limits.time_limit,
            },
            runtime: self.runtime,
        }
        .level(level);
        total.candidates += outcome.candidates;
        total.exhausted = outcome.exhausted;
        if !outcome.hits.is_empty() {
            total.explanations = explanations(&outcome.hits, &origins, goal.client, &credentials);
            total.hits = outcome.hits;
            return false;
        }
        outcome.exhausted
    }
}

/// The frames that are in a repertoire.
fn frames_of(repertoire: &Repertoire, frames: &Arc<[Frame]>) -> Arc<[Frame]> {
    let is_tried = |frame: &&Frame| {
        let choice = frame.choice.as_deref();
        choice.is_none_or(|choice| repertoire.has(&choice.found))
    };
    match repertoire {
        Repertoire::All => Arc::clone(frames),
        Repertoire::Only(_) => frames.iter().filter(is_tried).cloned().collect(),
    }
}

fn times(count: usize) -> String {
    if count == 1 {
        "once".to_owned()
    } else {
        format!("{count} times")
    }
}

/// Whether a text gives the signature without any mistake.
fn right(text: &[u8], credentials: &Credentials) -> bool {
    let Some(key) = credentials.keys.right() else {
        return false;
    };
    credentials
        .macs
        .iter()
        .filter(|mac| mac.weight() == 0)
        .any(|mac| {
            let output = mac::compute(mac.function, mac.digest, &key.bytes, text);
            credentials
                .readings
                .iter()
                .any(|reading| reading.weight() == 0 && reading.matcher.matches(output.as_slice()))
        })
}

/// What the provider expected, alone: the request that arrived there, and, where the signature is known, what is wrong with
/// it for that request.
fn lone_answer(evidence: &Evidence, limits: Limits, runtime: &dyn Runtime) -> Report {
    let expected = evidence.expected_base_string.as_deref().map(rebuild::parts);
    let Some(request) = expected.and_then(|parts| parts.request()) else {
        return nothing(limits);
    };
    let requests = requests(evidence, &request);
    let case = Case::new(evidence, &requests, limits, runtime);
    let signature = evidence.signature.as_deref();
    let mut summary = SearchSummary {
        max_mistakes: limits.max_mistakes,
        ..SearchSummary::default()
    };
    let credentials = signature.and_then(|text| case.credentials(text, 0));
    let proof = match (signature, credentials) {
        (Some(text), Some(credentials)) => case.by_signature(text, &credentials, &mut summary),
        _ => Proof::NOTHING,
    };
    let mut report = case.report(proof, Findings::default(), summary, signature);
    if report.evidence != EvidenceLevel::Signature {
        report.next_steps = vec![
            "Pass the request that was refused, or the base string that your client signs with --base-string @FILE: then it is compared byte by byte with the one that the provider expected.".to_owned(),
            "With the secrets and the signature that was sent (--ask, --signature) the mistake can be proved, even without the request.".to_owned(),
        ];
    }
    report
}

/// Adds what the provider answered, and what to do about it.
fn add_response(report: &mut Report, answer: &ProviderAnswer) {
    let proved = [EvidenceLevel::Signature, EvidenceLevel::BaseString].contains(&report.evidence);
    if report.canonical.base_string.is_empty() && report.yours.base_string.is_none() {
        report.next_steps = vec![
            "Pass the request that was answered like this, with your secrets, or the base string that your client signs: then the signature can be checked.".to_owned(),
        ];
    }
    let step = match answer.signature_refused {
        Some(true) if report.verdict == Verdict::Valid && proved => Some(
            "By RFC 5849 this signature is right, and the provider refuses it: another request arrives there (a proxy, another scheme or host), it has other secrets, or rules of its own.".to_owned(),
        ),
        Some(true) => None,
        None if proved => None,
        Some(false) | None => answer.todo.clone(),
    };
    if let Some(step) = step {
        report.next_steps.insert(0, step);
    }
    let text = answer.base_string.as_deref().map(String::from_utf8_lossy);
    report.response = Some(ResponseReport {
        provider: answer.provider.clone(),
        meaning: answer.meaning.clone(),
        base_string: text.map(Cow::into_owned),
    });
}

/// A base string without a request: it is read, and compared with the canonical form of what it says.
fn lone_base_string(
    evidence: &Evidence,
    text: &[u8],
    limits: Limits,
    runtime: &dyn Runtime,
) -> Report {
    let mut findings = structure::of_base_string(text);
    let parts = rebuild::parts(text);
    // What the provider expected says more of the request than what the client signed.
    let expected = evidence.expected_base_string.as_deref().map(rebuild::parts);
    let Some(request) = expected
        .and_then(|parts| parts.request())
        .or_else(|| parts.request())
    else {
        if !findings.has_errors() {
            findings.add(
                Severity::Error,
                &crate::stages::joining::PARTS_JOINED_WRONG,
                "no URI can be found in the text",
            );
        }
        let mut report = nothing(limits);
        report.verdict = Verdict::Invalid;
        report.evidence = EvidenceLevel::Structure;
        report.findings = sorted(findings);
        report.yours.base_string = Some(String::from_utf8_lossy(text).into_owned());
        report.next_steps = vec![
            "Pass the request as well (raw HTTP, a curl command, or --url and --method): then the base string can be compared with the right one.".to_owned(),
        ];
        return report;
    };
    let requests = requests(evidence, &request);
    let case = Case::new(evidence, &requests, limits, runtime);
    let mut summary = SearchSummary {
        max_mistakes: limits.max_mistakes,
        ..SearchSummary::default()
    };
    let right_text = case.facts(0).base_string().as_bytes() == text;
    let signature = evidence.signature.as_deref();
    let have_key = signature
        .and_then(|text| case.credentials(text, 0))
        .is_some();
    let proof = if right_text && signature.is_none() {
        findings.add(
            Severity::Note,
            &page::BASE_STRING_RIGHT,
            "as a base string it is well formed, every `%25` in it too; whether it is that of your request only the request can tell",
        );
        Proof {
            verdict: Verdict::Valid,
            level: EvidenceLevel::BaseString,
            explanations: Vec::new(),
            text: Some(text.to_vec()),
            rebuilt: false,
            request: 0,
        }
    } else {
        case.with_base_string(text, signature, have_key, &mut findings, &mut summary)
    };
    let request_findings = structure::of_request(case.facts(0), None, evidence);
    for finding in request_findings.0 {
        // What the parameters themselves tell; transport and signature are not there to be judged.
        if !matches!(
            finding.id,
            "signature-length" | "header-malformed" | "header-quoting" | "userinfo-in-url"
        ) && !findings.0.iter().any(|known| known.id == finding.id)
        {
            findings.0.push(finding);
        }
    }
    if parts.method.is_none() {
        findings.add(
            Severity::Error,
            &crate::stages::joining::PARTS_JOINED_WRONG,
            "the method is missing; GET is assumed here",
        );
    }
    let explained = !proof.explanations.is_empty();
    let mut report = case.report(proof, findings, summary, signature);
    if report.verdict != Verdict::Valid && !explained {
        report.evidence = EvidenceLevel::Structure;
    }
    report.next_steps = vec![
        "Pass the request as well (raw HTTP, a curl command, or --url and --method): a base string can be well formed and still not be that of the request, for example by a slash at the end of the path.".to_owned(),
    ];
    if !have_key {
        report.next_steps.push("Give the secrets and the signature that was sent (--ask, --signature): then key, digest and transport can be checked too.".to_owned());
    }
    report
}

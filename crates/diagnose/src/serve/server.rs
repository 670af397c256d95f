//! The provider that `diagnose serve` is: it verifies requests, remembers nonces, and gives out tokens.

use super::{
    persona::{FORM, Persona, Refusal, content_type},
    tokens::{Kind, Tokens},
    wire::Answer,
};
use crate::{run, runtime::Threads, sign::fresh_nonce, verify};
use oauth1_core::{
    method::SignatureMethod,
    parameters::{Parameters, collect_parameters},
    request::{Request, Scheme},
    verify::{
        MemoryNonceStore, NonceRefusal, NonceStore, Rejection, UsedNonce, Verifier, VerifyingKey,
    },
};
use oauth1_diagnosis::{
    Limits,
    evidence::Evidence,
    report::{Finding, ProviderReport, Severity, Verdict},
};
use std::time::{Duration, Instant};

/// How many nonces are remembered.
const NONCES: usize = 100_000;
/// How many requests are verified in a second: whoever guesses secrets gets no further.
const PER_SECOND: u32 = 50;
/// By its own rules, a provider is given this long to verify a request.
const OWN_RULES: Limits = Limits {
    max_mistakes: 2,
    time_limit: Duration::from_millis(300),
};

/// The state of the provider.
pub(super) struct Server {
    persona: Persona,
    nonces: SteadyNonces,
    tokens: Tokens,
    pace: Pace,
}

/// What a request is good for.
#[derive(Debug, PartialEq, Eq)]
enum Grant {
    /// A protected resource (section 3).
    Resource,
    /// Temporary credentials (section 2.1), to be sent there with the verifier.
    Temporary { callback: Option<String> },
    /// A token (section 2.3) for these temporary credentials.
    Token,
}

impl Server {
    pub(super) fn new(persona: Persona) -> Self {
        Self {
            persona,
            nonces: SteadyNonces::default(),
            tokens: Tokens::default(),
            pace: Pace::default(),
        }
    }

    /// Answers the request of the evidence. `evidence.now` is the time; `evidence.token_secret` becomes the one of the request's
    /// token: that which was given out here, none where there is no token, and else that which was given. Beside the answer stands
    /// what a diagnosis of the request does not tell, in a sentence.
    pub(super) fn answer(&mut self, evidence: &mut Evidence) -> (Answer, Option<String>) {
        if !self.pace.allows(Instant::now()) {
            let told = format!("no more than {PER_SECOND} requests a second are verified");
            let mut answer = Answer::text(429, &told);
            answer.headers.push(("Retry-After".into(), "1".into()));
            return (answer, Some(format!("Not verified: {told}.")));
        }
        let Some(request) = &evidence.request else {
            return (
                Answer::text(400, "refused: the request cannot be read"),
                None,
            );
        };
        let parameters = collect_parameters(request);
        if let Some(answer) = self.authorization(request, &parameters) {
            let told = "The authorization of these temporary credentials was agreed to.";
            return (answer, Some(told.to_owned()));
        }
        let token = parameters.get("oauth_token").unwrap_or_default();
        if token.is_empty() {
            // The one that was given belongs to a token.
            evidence.token_secret = None;
        } else if let Some(token) = self.tokens.find(token) {
            evidence.token_secret = Some(token.secret());
        }
        let grant = grant(request, &parameters);
        let verifier = parameters.get("oauth_verifier").map(<[u8]>::to_vec);
        let token = token.to_vec();
        let refusal = match self.verify(evidence) {
            Err(answer) => return (answer, None),
            Ok(Err(refusal)) => Some(refusal),
            Ok(Ok(())) => self.check_token(&token, verifier.as_deref()),
        };
        if let Some(refusal) = refusal {
            let is_diagnosed = refusal == Refusal::Rule(Rejection::WrongSignature);
            let told = (!is_diagnosed).then(|| format!("Refused: {}.", refusal.told()));
            return (self.persona.refuse(&refusal), told);
        }
        let told = match grant {
            Grant::Resource => None,
            Grant::Temporary { .. } => Some("Temporary credentials were given out."),
            Grant::Token => Some("A token was given out."),
        };
        (self.give(&grant, &token), told.map(str::to_owned))
    }

    /// Whether the request is signed as this provider wants it. The answer instead, where that cannot be told.
    fn verify(&mut self, evidence: &Evidence) -> Result<Result<(), Refusal>, Answer> {
        let Some(request) = &evidence.request else {
            return Ok(Err(Refusal::Rule(Rejection::Host)));
        };
        let mut methods = SignatureMethod::ALL.to_vec();
        if request.scheme == Scheme::Http {
            // Section 3.4.4: only where nobody can read along.
            methods.retain(|&method| method != SignatureMethod::Plaintext);
        }
        let strict = Verifier {
            methods,
            ..Verifier::default()
        };
        let claim = match strict.read(request) {
            Ok(claim) => claim,
            Err(rejection) => return Ok(Err(Refusal::Rule(rejection))),
        };
        let cannot_tell = |_| {
            Answer::text(
                500,
                "diagnose serve was started without the secret or key that this request is verified with",
            )
        };
        let credentials = verify::credentials(evidence, claim.method()).map_err(cannot_tell)?;
        let Ok(key) = VerifyingKey::new(claim.method(), &credentials) else {
            return Ok(Err(Refusal::Rule(Rejection::Method)));
        };
        let own = self.persona.provider().and_then(|_| {
            let report = run::report(evidence, OWN_RULES, &Threads::one_core(), false);
            report.provider.as_ref().map(verdict_here)
        });
        let now = evidence.now.unwrap_or_default();
        let by_rfc = strict.verify(&claim, &key, now, &mut self.nonces);
        Ok(match (by_rfc, own) {
            (Ok(()), Some(Verdict::Invalid)) => Err(Refusal::OwnRule),
            // It computes the signature in the way that the client did.
            (Err(Rejection::WrongSignature), Some(Verdict::Valid)) => Ok(()),
            (by_rfc, _) => by_rfc.map_err(Refusal::Rule),
        })
    }

    /// Why a token that was given out here may not be used. Temporary credentials are good for nothing but their exchange.
    fn check_token(&mut self, token: &[u8], verifier: Option<&[u8]>) -> Option<Refusal> {
        let known = self.tokens.find(token)?;
        match known.kind {
            Kind::Access => None,
            Kind::Exchanged => Some(Refusal::TokenUsed),
            Kind::Temporary { .. } => match verifier {
                None => Some(Refusal::Rule(Rejection::Missing("oauth_verifier"))),
                Some(sent) => (!known.is_verified_by(sent)).then_some(Refusal::Verifier),
            },
        }
    }

    fn give(&mut self, grant: &Grant, token: &[u8]) -> Answer {
        let form = |form: String| Answer {
            status: 200,
            headers: vec![content_type(FORM)],
            body: form.into_bytes(),
        };
        let random = || fresh_nonce().unwrap_or_default();
        match grant {
            Grant::Resource => Answer {
                status: 200,
                headers: vec![content_type("application/json")],
                body: b"{\"verified\":true}\n".to_vec(),
            },
            Grant::Temporary { callback } => {
                let kind = Kind::Temporary {
                    callback: callback.clone(),
                    verifier: random(),
                    is_authorized: false,
                };
                form(self.tokens.issue(kind, random).form())
            }
            Grant::Token => {
                if let Some(temporary) = self.tokens.find(token) {
                    temporary.kind = Kind::Exchanged;
                }
                form(self.tokens.issue(Kind::Access, random).form())
            }
        }
    }

    /// Section 2.2: the resource owner comes with the temporary credentials, and agrees at once.
    fn authorization(&mut self, request: &Request, parameters: &Parameters) -> Option<Answer> {
        if request.method != b"GET" || parameters.get("oauth_signature").is_some() {
            return None;
        }
        let token = self.tokens.find(parameters.get("oauth_token")?)?;
        let Kind::Temporary {
            callback,
            verifier,
            is_authorized,
        } = &mut token.kind
        else {
            return None;
        };
        *is_authorized = true;
        let verified = format!("oauth_token={}&oauth_verifier={verifier}", token.identifier);
        Some(match callback {
            None => Answer::text(200, &format!("authorized; oauth_verifier is {verifier}")),
            Some(callback) => {
                let joint = if callback.contains('?') { '&' } else { '?' };
                let location = format!("{callback}{joint}{verified}");
                let mut answer = Answer::text(302, "authorized");
                answer.headers.push(("Location".into(), location));
                answer
            }
        })
    }
}

/// The verdict of a provider that is still there and can be reached over plain http.
fn verdict_here(provider: &ProviderReport) -> Verdict {
    const NOT_HERE: [&str; 2] = ["retired-protocol", "provider-scheme"];
    let errors = provider.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let (not_here, here): (Vec<&Finding>, Vec<&Finding>) =
        errors.partition(|finding| NOT_HERE.contains(&finding.id));
    match (here.is_empty(), not_here.is_empty()) {
        (false, _) => Verdict::Invalid,
        // What it makes of the signature is not told beside these.
        (true, false) => Verdict::Undetermined,
        (true, true) => provider.verdict,
    }
}

/// What a request asks for, by its protocol parameters; by its path only for clients of OAuth 1.0 without "a", which send no
/// callback and no verifier.
fn grant(request: &Request, parameters: &Parameters) -> Grant {
    let last = request.path.rsplit(|&byte| byte == b'/').next();
    let last = last.unwrap_or_default().to_ascii_lowercase();
    let token = parameters
        .get("oauth_token")
        .filter(|token| !token.is_empty());
    let callback = parameters.get("oauth_callback").filter(|callback| {
        // Every launch of LTI 1 sends this one.
        *callback != b"about:blank"
    });
    let asks_temporary = [&b"request_token"[..], b"requesttoken", b"initiate"];
    if token.is_none() && (callback.is_some() || asks_temporary.contains(&&last[..])) {
        let callback = callback.and_then(|callback| core::str::from_utf8(callback).ok());
        // It becomes a header field; whatever is no URI is shown instead of followed.
        let is_uri = |text: &&str| text.contains(':') && text.bytes().all(|b| b.is_ascii_graphic());
        return Grant::Temporary {
            callback: callback.filter(is_uri).map(str::to_owned),
        };
    }
    let asks_token = [&b"access_token"[..], b"accesstoken"].contains(&&last[..]);
    if token.is_some() && (parameters.get("oauth_verifier").is_some() || asks_token) {
        return Grant::Token;
    }
    Grant::Resource
}

/// Nonces that grow old by a clock that nobody sets: when the machine's is put back, by an hour at most, what was accepted before
/// is still remembered.
struct SteadyNonces {
    store: MemoryNonceStore,
    began: Instant,
}

impl Default for SteadyNonces {
    fn default() -> Self {
        Self {
            store: MemoryNonceStore::new(NONCES),
            began: Instant::now(),
        }
    }
}

impl SteadyNonces {
    const PUT_BACK: u64 = 3_600;

    fn use_once_at(
        &mut self,
        steady: u64,
        nonce: &UsedNonce<'_>,
        keep: u64,
    ) -> Result<(), NonceRefusal> {
        let keep_until = steady.saturating_add(keep).saturating_add(Self::PUT_BACK);
        self.store.use_once(nonce, keep_until, steady)
    }
}

impl NonceStore for SteadyNonces {
    fn use_once(
        &mut self,
        nonce: &UsedNonce<'_>,
        keep_until: u64,
        now: u64,
    ) -> Result<(), NonceRefusal> {
        let steady = self.began.elapsed().as_secs();
        self.use_once_at(steady, nonce, keep_until.saturating_sub(now))
    }
}

/// How many requests came in this second.
#[derive(Default)]
struct Pace {
    began: Option<Instant>,
    count: u32,
}

impl Pace {
    fn allows(&mut self, now: Instant) -> bool {
        let is_same = |began: Instant| now.duration_since(began) < Duration::from_secs(1);
        if !self.began.is_some_and(is_same) {
            *self = Self {
                began: Some(now),
                count: 0,
            };
        }
        self.count += 1;
        self.count <= PER_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F40: the clock goes an hour forward and back again, with time between.
    #[test]
    fn a_clock_that_is_set_makes_no_room_for_replays() {
        let mut nonces = SteadyNonces::default();
        let nonce = |timestamp| UsedNonce {
            consumer_key: b"ck",
            token: b"",
            timestamp,
            nonce: b"n",
        };
        let noon = 1_700_000_000;
        // As the verifier asks: twice its window, counted from the time that the clock shows.
        assert_eq!(nonces.use_once_at(0, &nonce(noon), 600), Ok(()));
        assert_eq!(nonces.use_once_at(60, &nonce(noon + 3_660), 600), Ok(()));
        // Put back by an hour, the clock shows noon once more, an hour later.
        for steady in [120, 3_600, 3_900] {
            assert_eq!(
                nonces.use_once_at(steady, &nonce(noon), 600),
                Err(NonceRefusal::Used)
            );
        }
        assert_eq!(nonces.store.len(), 2);
    }

    #[test]
    fn fifty_in_a_second_and_no_more() {
        let mut pace = Pace::default();
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        assert!((0..50).all(|n| pace.allows(at(n))));
        assert!(!pace.allows(at(999)));
        assert!(pace.allows(at(1_000)));
    }
}

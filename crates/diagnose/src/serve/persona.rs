//! Who `diagnose serve` answers as: a server that goes by RFC 5849, or a provider, in its own recorded words.

use super::wire::Answer;
use oauth1_core::{encode::percent_encode, verify::Rejection};
use oauth1_diagnosis::providers::{self, Provider};
use serde::Deserialize;
use std::sync::LazyLock;

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A rule of RFC 5849.
    Rule(Rejection),
    /// The provider's own rules, by which it computes another signature or refuses what the RFC allows.
    OwnRule,
    /// `oauth_verifier` is not the one that was given out for this token, or the token was not authorized.
    Verifier,
    /// The temporary credentials were exchanged before.
    TokenUsed,
}

impl Refusal {
    fn status(&self) -> u16 {
        match self {
            Self::Rule(rejection) => rejection.status(),
            Self::OwnRule | Self::Verifier | Self::TokenUsed => 401,
        }
    }

    /// The id of the OAuth Problem Reporting extension; the recorded answers are sorted by it.
    fn problem(&self) -> &'static str {
        match self {
            Self::Rule(rejection) => match rejection {
                Rejection::Missing("oauth_signature") => "signature_absent",
                Rejection::Missing(_) => "parameter_absent",
                Rejection::Version => "version_rejected",
                Rejection::Method => "signature_method_rejected",
                Rejection::UnknownClient => "consumer_key_unknown",
                Rejection::UnknownToken => "token_rejected",
                Rejection::BodyHash | Rejection::SignatureNotBase64 | Rejection::WrongSignature => {
                    "signature_invalid"
                }
                Rejection::Timestamp { .. } => "timestamp_refused",
                Rejection::NonceUsed | Rejection::NonceStoreFull => "nonce_used",
                Rejection::Host
                | Rejection::SeveralHosts
                | Rejection::SeveralAuthorizationHeaders
                | Rejection::Authorization { .. }
                | Rejection::BrokenEscape { .. }
                | Rejection::SeveralPlaces(..)
                | Rejection::Duplicate(_)
                | Rejection::TimestampFormat
                | Rejection::EmptyNonce
                | Rejection::BodyHashOfForm => "parameter_rejected",
            },
            Self::OwnRule => "signature_invalid",
            Self::Verifier => "verifier_invalid",
            Self::TokenUsed => "token_used",
        }
    }

    /// The rule in words, with its section. Nothing that a client could sign with.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Rule(rejection) => {
                let section = rejection.section();
                format!("{rejection} (RFC 5849 section {section})")
            }
            Self::OwnRule => "this provider's own rules, which the report names, do not allow it".into(),
            Self::Verifier => {
                "`oauth_verifier` is not the one that was given out for this token (RFC 5849 section 2.3)".into()
            }
            Self::TokenUsed => {
                "the temporary credentials were exchanged before (RFC 5849 section 2.3)".into()
            }
        }
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Persona {
    /// A server that follows the RFC and says which rule was broken.
    Rfc5849,
    /// A provider.
    Provider(&'static Provider),
}

impl Persona {
    /// The one of that name: `rfc5849`, or a provider's.
    pub(crate) fn find(name: &str) -> Option<Self> {
        match name {
            "rfc5849" => Some(Self::Rfc5849),
            name => providers::find(name).map(Self::Provider),
        }
    }

    /// The provider's id.
    pub(super) fn provider(self) -> Option<&'static str> {
        match self {
            Self::Rfc5849 => None,
            Self::Provider(provider) => Some(provider.id),
        }
    }

    /// How it refuses a request. All requests whose signature is wrong get the same answer, whatever they did wrong.
    pub(super) fn refuse(self, refusal: &Refusal) -> Answer {
        let Self::Provider(provider) = self else {
            let mut answer =
                Answer::text(refusal.status(), &format!("refused: {}", refusal.told()));
            if answer.status == 401 {
                answer.headers.push(challenge("realm=\"diagnose serve\""));
            }
            return answer;
        };
        match sample(provider.id, refusal.problem()) {
            Some(sample) => sample.answer(refusal.status()),
            None => in_common_words(refusal),
        }
    }

    /// Whether its words for a wrong signature are recorded.
    pub(super) fn is_recorded(self) -> bool {
        match self {
            Self::Rfc5849 => true,
            Self::Provider(provider) => sample(provider.id, "signature_invalid").is_some(),
        }
    }
}

/// The OAuth Problem Reporting extension, which many providers answer with.
fn in_common_words(refusal: &Refusal) -> Answer {
    let mut body = format!("oauth_problem={}", refusal.problem());
    if let Refusal::Rule(Rejection::Missing(name)) = refusal {
        body.push_str("&oauth_parameters_absent=");
        body.push_str(&percent_encode(name.as_bytes()));
    }
    Answer {
        status: refusal.status(),
        headers: vec![
            challenge(&format!("oauth_problem=\"{}\"", refusal.problem())),
            content_type(FORM),
        ],
        body: body.into_bytes(),
    }
}

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn content_type(value: &str) -> (String, String) {
    ("Content-Type".to_owned(), value.to_owned())
}

fn challenge(parameters: &str) -> (String, String) {
    ("WWW-Authenticate".to_owned(), format!("OAuth {parameters}"))
}

/// A recorded answer, of `fixtures/providers/samples.json`.
#[derive(Deserialize)]
struct Sample {
    said_by: String,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: String,
    reason: String,
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    // A test keeps the file readable.
    let text = include_str!("../../../../fixtures/providers/samples.json");
    serde_json::from_str(text).unwrap_or_default()
});

/// The first recorded answer of that provider to that problem which is whole and shows no base string.
fn sample(provider: &str, problem: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| {
        sample.said_by == provider
            && sample.reason == problem
            && !sample.body.contains(['…', '%'])
            && sample.body.is_ascii()
    })
}

impl Sample {
    fn answer(&self, status: u16) -> Answer {
        let mut headers = self.headers.clone();
        headers.push(content_type(match self.body.trim_start().bytes().next() {
            Some(b'{' | b'[') => "application/json",
            Some(b'<') if self.body.contains("<?xml") => "text/xml",
            Some(b'<') => "text/html",
            _ if self.body.starts_with("oauth_problem=") => FORM,
            _ => "text/plain",
        }));
        Answer {
            status: self.status.unwrap_or(status),
            headers,
            body: without_signatures(&self.body).into_bytes(),
        }
    }
}

/// A provider that shows signatures showed those of another request.
fn without_signatures(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let words = text.split_inclusive(|c| !is_digit(c));
    let masked = words.map(|word| {
        let digits = word.trim_end_matches(|c| !is_digit(c));
        let is_digest = digits.ends_with('=') && digits.trim_end_matches('=').len() > 20;
        let rest = &word[digits.len()..];
        if is_digest {
            format!("***{rest}")
        } else {
            word.to_owned()
        }
    });
    masked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_answers_are_read() {
        assert!(SAMPLES.len() > 100, "{}", SAMPLES.len());
        let recorded = providers::all()
            .iter()
            .filter(|provider| Persona::Provider(provider).is_recorded());
        assert!(recorded.count() >= 25);
    }

    fn body(name: &str, refusal: &Refusal) -> (u16, String) {
        let answer = Persona::find(name).unwrap().refuse(refusal);
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    /// As the providers were seen to answer; the sources stand in the samples.
    #[test]
    fn providers_answer_in_their_own_words() {
        let wrong = Refusal::Rule(Rejection::WrongSignature);
        let (status, told) = body("alteryx", &wrong);
        assert_eq!(status, 401);
        assert!(told.contains("\"The provided signature(oauth_signature) is invalid.\""));
        let (status, told) = body("twitter", &wrong);
        assert_eq!(
            (status, told.contains("\"code\":32")),
            (401, true),
            "{told}"
        );
        let (_, told) = body("lti11", &wrong);
        assert!(
            told.contains("Invalid signature") && told.contains("ours= ***"),
            "{told}"
        );
        let (_, told) = body("quickbooks", &wrong);
        assert_eq!(told, "oauth_problem=signature_invalid");
        // Nobody recorded how Zotero says it.
        let missing = Refusal::Rule(Rejection::Missing("oauth_nonce"));
        let (status, told) = body("zotero", &missing);
        assert_eq!(status, 400);
        assert_eq!(
            told,
            "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce"
        );
        let (status, told) = body("rfc5849", &wrong);
        assert_eq!(
            (status, told.contains("section 3.2")),
            (401, true),
            "{told}"
        );
    }

    /// F20: no answer shows what a client could sign with.
    #[test]
    fn no_answer_shows_a_signature() {
        for name in providers::all()
            .iter()
            .map(|provider| provider.id)
            .chain(["rfc5849"])
        {
            let (_, told) = body(name, &Refusal::Rule(Rejection::WrongSignature));
            let long = told.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)));
            for word in long.filter(|word| word.len() >= 24) {
                assert!(!word.ends_with('='), "{name}: {told}");
            }
            assert!(!told.contains("&http"), "{name}: {told}");
        }
    }
}

//! What is proved, as a report.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth1_core::{
    authorization::format_authorization, base_string::BaseString, method::SignatureMethod,
    rsa_key::RsaPrivateKey,
};

use crate::{
    Limits,
    explain::Explanation,
    facts::{Facts, show},
    mac, mismatch,
    report::{
        Canonical, Component, EvidenceLevel, Mismatch, MismatchSide, MistakeReport, Report,
        SearchSummary, Severity, Span, SpanText, Verdict, Yours,
    },
    separate,
    stages::{
        findings as page,
        key::KeyState,
        signature::{self, Function},
    },
    structure::Findings,
};

use super::{Case, Proof};

impl Case<'_> {
    pub(super) fn report(
        &self,
        mut proof: Proof,
        mut findings: Findings,
        mut summary: SearchSummary,
        signature: Option<&[u8]>,
    ) -> Report {
        let facts = self.facts(proof.request);
        let base_string = facts.base_string();
        let expected = self
            .evidence
            .expected_base_string
            .as_deref()
            .unwrap_or(base_string.as_bytes());
        let by_signature = (proof.verdict, proof.level);
        let has_errors = findings.has_errors();
        if has_errors && proof.verdict != Verdict::Invalid {
            // The signature may be right; the request is refused all the same.
            proof.verdict = Verdict::Invalid;
            if proof.level == EvidenceLevel::Signature || proof.level == EvidenceLevel::None {
                proof.level = EvidenceLevel::Structure;
            }
        }
        let text = proof.text.take();
        self.provider_finding(base_string, text.as_deref(), &mut findings);
        let canonical = self.canonical(facts);
        let mistakes = proof
            .explanations
            .first()
            .map(|explanation| told(explanation, text.as_deref(), base_string.as_bytes()))
            .unwrap_or_default();
        let alternatives: Vec<Vec<MistakeReport>> = proof
            .explanations
            .iter()
            .skip(1)
            .take(10)
            .map(|explanation| told(explanation, text.as_deref(), base_string.as_bytes()))
            .collect();
        let first_mismatch = text
            .as_deref()
            .and_then(|text| mismatch::first(text, expected))
            .or_else(|| {
                other_mismatch(&mistakes, &proof, signature, canonical.signature.as_deref())
            });
        let clients = self.clients(&proof.explanations);
        let provider = self.provider(
            by_signature.0,
            by_signature.1,
            has_errors,
            &proof.explanations,
        );
        if provider.is_none() && by_signature.0 != Verdict::Invalid {
            self.library_findings(&mut findings);
        }
        summary.elapsed_ms = u64::try_from(self.runtime.elapsed().as_millis()).unwrap_or(u64::MAX);
        let separating_request = separate::request_that_separates(&mistakes, &alternatives);
        let refused_unseen = has_errors && summary.candidates <= 1;
        let next_steps = self.next_steps(
            proof.verdict,
            proof.level,
            &findings,
            refused_unseen,
            signature.is_some(),
        );
        Report {
            report_version: 1,
            verdict: proof.verdict,
            evidence: proof.level,
            mistakes,
            alternatives,
            separating_request,
            first_mismatch,
            findings: sorted(findings),
            canonical,
            yours: Yours {
                base_string_rebuilt: proof.rebuilt && text.is_some(),
                base_string: text.map(|text| String::from_utf8_lossy(&text).into_owned()),
                signature: signature.map(|text| String::from_utf8_lossy(text).into_owned()),
                signing_key: None,
            },
            clients,
            provider,
            response: None,
            search: summary,
            next_steps,
            not_covered: not_covered(facts),
        }
    }

    /// What the provider expected, where that is not the canonical base string.
    fn provider_finding(
        &self,
        canonical: &BaseString,
        yours: Option<&[u8]>,
        findings: &mut Findings,
    ) {
        let Some(provider) = self.evidence.expected_base_string.as_deref() else {
            return;
        };
        let canonical = canonical.as_str().as_bytes();
        let Some(mismatch) = mismatch::first(provider, canonical) else {
            return;
        };
        let whose = match yours {
            None => "",
            Some(yours) if yours == canonical => "; yours is the right one",
            Some(yours) if yours == provider => {
                "; yours is the provider's, so the base string is not why it is refused there: look at the key and the digest"
            }
            Some(_) => "; yours is neither",
        };
        let side = |side: &MismatchSide| match side.text.as_str() {
            "" => "nothing".to_owned(),
            text => format!("`{}`", show(text.as_bytes())),
        };
        findings.add(
            Severity::Warning,
            &page::PROVIDER_EXPECTS_OTHER,
            format!(
                "the provider's base string is not the right one for this request: the first difference is in {}, where it has {} and the right one {}{whose}",
                mismatch.component.noun(),
                side(&mismatch.yours),
                side(&mismatch.expected),
            ),
        );
    }

    /// The canonical form of one of the requests.
    fn canonical(&self, facts: &Facts<'_>) -> Canonical {
        let base_string = facts.base_string();
        let signature = self.right_signature(base_string);
        let authorization = signature.as_ref().map(|signature| {
            let protocol = facts.sent().filter(|sent| sent.is_protocol());
            let mut pairs: Vec<(&[u8], &[u8])> =
                protocol.map(|sent| (&*sent.name, &*sent.value)).collect();
            pairs.push((b"oauth_signature", signature.as_bytes()));
            let realm = facts.realm().map(String::from_utf8_lossy);
            format_authorization(realm.as_deref(), &pairs)
        });
        let method = facts.request.method.to_ascii_uppercase();
        let mut parameters: Vec<(String, String)> =
            oauth1_core::base_string::parse(base_string.as_str().as_bytes())
                .map(|parsed| {
                    parsed
                        .pairs
                        .iter()
                        .map(|pair| {
                            (
                                String::from_utf8_lossy(&pair.decoded_name).into_owned(),
                                String::from_utf8_lossy(&pair.decoded_value).into_owned(),
                            )
                        })
                        .collect()
                })
                .unwrap_or_default();
        parameters.shrink_to_fit();
        Canonical {
            method: String::from_utf8_lossy(&method).into_owned(),
            base_string_uri: String::from_utf8_lossy(
                &oauth1_core::base_string_uri::base_string_uri(facts.request),
            )
            .into_owned(),
            parameters,
            base_string: base_string.as_str().to_owned(),
            signature,
            authorization,
        }
    }

    /// The signature that RFC 5849 gives; never for PLAINTEXT, whose signature is the key.
    pub(super) fn right_signature(&self, base_string: &BaseString) -> Option<String> {
        let declared = self.declared()?;
        let text = base_string.as_str().as_bytes();
        if declared.is_rsa() {
            let private =
                RsaPrivateKey::from_pem(self.evidence.private_key.as_ref()?.expose()).ok()?;
            return private
                .sign(declared, text)
                .map(|signature| STANDARD.encode(signature));
        }
        let digest = signature::Digest::of(declared)?;
        let consumer = self.evidence.consumer_secret.as_ref()?;
        let key = KeyState::canonical(consumer.expose(), self.token_secret()).bytes();
        Some(STANDARD.encode(mac::compute(Function::Hmac, digest, &key, text).as_slice()))
    }

    pub(super) fn next_steps(
        &self,
        verdict: Verdict,
        level: EvidenceLevel,
        findings: &Findings,
        refused_unseen: bool,
        signed: bool,
    ) -> Vec<String> {
        let mut steps = Vec::new();
        let evidence = self.evidence;
        let rsa = self.declared().is_some_and(SignatureMethod::is_rsa);
        let keyed = evidence.consumer_secret.is_some() || evidence.signing_key.is_some();
        let unread = findings
            .0
            .iter()
            .any(|finding| finding.id == page::AUTHORIZATION_MISSING.id);
        if verdict == Verdict::Valid || level == EvidenceLevel::Signature || unread {
            return steps;
        }
        if !signed && evidence.base_string.is_none() {
            steps.push("If your client made a signature, pass it with --signature, or the base string that it signs with --base-string @FILE: without one of them there is nothing to compare.".to_owned());
            return steps;
        }
        if refused_unseen {
            steps.push("Mend what is told above and send the request again: as it is, it is refused whatever its signature. If the next one is refused too, diagnose that one.".to_owned());
            return steps;
        }
        if self.is_too_long() {
            steps.push("Send a shorter request with the same mistake: the base string of this one is longer than a mebibyte, and no mistakes are combined for it.".to_owned());
        }
        if rsa && self.rsa_public_key().is_none() {
            steps.push("Give the public key with --public-key-file: then the signature itself tells what was signed.".to_owned());
        } else if !rsa && !keyed {
            steps.push("Give the secrets with --ask (or --consumer-secret @FILE and --token-secret @FILE): then the mistake can be proved by the signature.".to_owned());
        }
        if evidence.base_string.is_none() {
            steps.push("Print the base string that your client signs and pass it with --base-string @FILE: then the difference can be shown byte by byte.".to_owned());
        }
        if !signed && evidence.base_string.is_some() && keyed {
            steps.push("Pass the signature that was sent with --signature.".to_owned());
        }
        let token_sent = self
            .facts(0)
            .get("oauth_token")
            .is_some_and(|token| !token.is_empty());
        if level == EvidenceLevel::Structure
            && keyed
            && token_sent
            && evidence.token_secret.is_none()
        {
            steps.insert(
                0,
                "The request carries an oauth_token, and no token secret was given: give it with --token-secret or --ask.".to_owned(),
            );
        }
        if level == EvidenceLevel::Structure && keyed {
            steps.push("Check that these are the secrets of this consumer key and this token: with other secrets, nothing can be reproduced.".to_owned());
            if evidence.typed_url.is_none() {
                steps.push("If your code was given another URL than the one that was sent (a redirect, a rewrite, spaces or letters outside ASCII), pass it with --typed-url.".to_owned());
            }
            steps.push(
                "Print the key that your client signs with and pass it with --signing-key @FILE."
                    .to_owned(),
            );
        }
        steps
    }
}

/// An explanation as it is told, the most upstream stage first.
pub(super) fn told(
    explanation: &Explanation,
    yours: Option<&[u8]>,
    expected: &[u8],
) -> Vec<MistakeReport> {
    use crate::mistakes::Stage;
    let mut list: Vec<(Stage, MistakeReport)> = explanation
        .choices
        .iter()
        .flat_map(|choice| &choice.found)
        .map(|found| {
            let part = match found.mistake.stage {
                Stage::Method => Some(Component::Method),
                Stage::Uri => Some(Component::Url),
                Stage::Parameters | Stage::Encoding | Stage::Order => Some(Component::Parameters),
                Stage::Joining => Some(Component::BaseString),
                Stage::Key | Stage::Signature | Stage::Finding | Stage::Provider => None,
            };
            let range = part.zip(yours).and_then(|(part, yours)| {
                mismatch::within(yours, expected, part)
                    .or_else(|| mismatch::within(yours, expected, Component::BaseString))
            });
            let mistake = found.mistake;
            (
                mistake.stage,
                MistakeReport {
                    id: mistake.id,
                    stage: mistake.stage.as_str(),
                    title: mistake.title,
                    detail: found.detail.clone(),
                    fix: mistake.fix,
                    span: range.map(|range| Span {
                        text: SpanText::Yours,
                        start: range.start,
                        end: range.end,
                    }),
                },
            )
        })
        .collect();
    list.sort_by_key(|(stage, _)| *stage);
    list.into_iter().map(|(_, mistake)| mistake).collect()
}

/// The mismatch of a case whose base strings are equal or unknown.
pub(super) fn other_mismatch(
    mistakes: &[MistakeReport],
    proof: &Proof,
    sent: Option<&[u8]>,
    right: Option<&str>,
) -> Option<Mismatch> {
    let masked = || MismatchSide {
        start: 0,
        end: 0,
        text: "(secret)".to_owned(),
    };
    if mistakes.iter().any(|mistake| mistake.stage == "key") {
        return Some(Mismatch {
            kind: "key",
            component: Component::Key,
            yours: masked(),
            expected: masked(),
        });
    }
    let (sent, right) = (sent?, right?);
    if proof.verdict == Verdict::Valid || sent == right.as_bytes() {
        return None;
    }
    let same = sent
        .iter()
        .zip(right.as_bytes())
        .take_while(|(a, b)| a == b)
        .count();
    Some(Mismatch {
        kind: "signature",
        component: Component::Signature,
        yours: mismatch::side(sent, same..sent.len()),
        expected: mismatch::side(right.as_bytes(), same..right.len()),
    })
}

pub(super) fn sorted(findings: Findings) -> Vec<crate::report::Finding> {
    let mut list = findings.0;
    list.sort_by_key(|finding| finding.severity);
    list
}

/// What a right signature would not protect in this request.
fn not_covered(facts: &Facts<'_>) -> Vec<String> {
    let mut list = Vec::new();
    let request = facts.request;
    let hashed = facts.get("oauth_body_hash").is_some();
    if !request.body.is_empty() && request.form_body().is_none() {
        list.push(if hashed {
            "The body is covered only if the server checks oauth_body_hash.".to_owned()
        } else {
            "The body is not signed: it is no form, and there is no oauth_body_hash.".to_owned()
        });
    }
    list.push("Headers other than Authorization and Host are not signed.".to_owned());
    list
}

/// The report of a case without anything to look at.
pub(super) fn nothing(limits: Limits) -> Report {
    Report {
        report_version: 1,
        verdict: Verdict::Undetermined,
        evidence: EvidenceLevel::None,
        mistakes: Vec::new(),
        alternatives: Vec::new(),
        separating_request: None,
        first_mismatch: None,
        findings: Vec::new(),
        canonical: Canonical::default(),
        yours: Yours::default(),
        clients: Vec::new(),
        provider: None,
        response: None,
        search: SearchSummary {
            max_mistakes: limits.max_mistakes,
            ..SearchSummary::default()
        },
        next_steps: vec!["Pass a request or a base string.".to_owned()],
        not_covered: Vec::new(),
    }
}

//! What a signature can be checked with: keys, digests, and the readings of its text.

use std::sync::Arc;

use oauth1_core::{
    key::Secret,
    method::SignatureMethod,
    rsa_key::{RsaPrivateKey, RsaPublicKey},
};

use crate::{
    choice::{self, Choice, Repertoire},
    explain::Credentials,
    keys::KeySpace,
    mistakes::Stage,
    report::Severity,
    stages::{
        key::{self, KeyState},
        signature::{self, Function, Mac, Matcher, Pss, Reading},
    },
    structure::Findings,
};

use super::Case;

impl Case<'_> {
    /// A signing key of the client that is not what the secrets make.
    pub(super) fn key_finding(&self, findings: &mut Findings) {
        let Some(given) = &self.evidence.signing_key else {
            return;
        };
        if !given.expose().contains(&b'&') {
            findings.add(
                Severity::Error,
                &key::KEY_AMPERSAND_MISSING,
                "the signing key holds no `&`; it must be `client secret & token secret`, each encoded, also when the second is empty",
            );
        }
        if given.expose().iter().any(u8::is_ascii_whitespace) {
            findings.add(
                Severity::Error,
                &key::KEY_WHITESPACE,
                "the signing key holds a blank or a line end; in a right key every one of them is encoded",
            );
        }
    }

    /// What the signature can be checked with; `None` when the secrets for it are missing.
    pub(super) fn credentials(&self, text: &[u8], most: usize) -> Option<Credentials> {
        self.credentials_of(&Repertoire::All, text, most)
    }

    /// The same, of a repertoire.
    pub(super) fn credentials_of(
        &self,
        repertoire: &Repertoire,
        text: &[u8],
        most: usize,
    ) -> Option<Credentials> {
        let declared = self.declared();
        if declared.is_some_and(SignatureMethod::is_rsa) {
            return self.rsa_credentials(declared?, text);
        }
        let mut readings = signature::readings(text);
        let mut macs = signature::macs(declared.or_else(|| guess(&readings)));
        let is_tried = |choice: &Arc<Choice>| repertoire.has(&choice.found);
        readings.retain(|reading| reading.choices.iter().all(is_tried));
        macs.retain(|mac| mac.choice.iter().all(is_tried));
        let given = self.evidence.signing_key.as_ref().map(Secret::expose);
        let keys = match (&self.evidence.consumer_secret, given) {
            (None, None) => return None,
            (None, Some(given)) => KeySpace::single(given.to_vec()),
            (Some(consumer), given) => {
                let start = KeyState::canonical(consumer.expose(), self.token_secret());
                // The right key is made without any; a known one is looked for among all.
                let ops = if most == 0 && given.is_none() {
                    Vec::new()
                } else {
                    choice::ops_of(repertoire, &[Stage::Key], || {
                        key::choices(self.facts(0), &start)
                    })
                };
                KeySpace::new(start, ops, most, given, repertoire)
            }
        };
        Some(Credentials {
            keys,
            macs,
            readings,
        })
    }

    /// The token secret; absent means empty.
    pub(super) fn token_secret(&self) -> &[u8] {
        self.evidence
            .token_secret
            .as_ref()
            .map_or(b"", Secret::expose)
    }

    pub(super) fn rsa_public_key(&self) -> Option<RsaPublicKey> {
        let public = self
            .evidence
            .public_key
            .as_deref()
            .and_then(|pem| RsaPublicKey::from_pem(pem).ok());
        public.or_else(|| {
            let private = self.evidence.private_key.as_ref()?;
            Some(RsaPrivateKey::from_pem(private.expose()).ok()?.public_key())
        })
    }

    /// With the public key, the signature itself tells the digest that was signed: what is searched is a text with that digest.
    pub(super) fn rsa_credentials(
        &self,
        declared: SignatureMethod,
        text: &[u8],
    ) -> Option<Credentials> {
        let public = self.rsa_public_key()?;
        let own = signature::Digest::of(declared)?;
        let mut readings = Vec::new();
        let mut macs = vec![Mac {
            choice: None,
            function: Function::Text,
            digest: own,
        }];
        for reading in signature::readings(text) {
            let Matcher::Bytes(bytes) = &reading.matcher else {
                continue;
            };
            let Some(encoded) = public.recover(bytes) else {
                continue;
            };
            if let Some((digest, value)) = signature::pkcs1_digest(&encoded) {
                if digest != own {
                    macs = vec![Mac {
                        choice: Some(Arc::new(Choice::new(
                            &signature::ALGORITHM_MISMATCH,
                            format!(
                                "{} was declared, the signature holds a digest of {} bytes",
                                declared.name(),
                                digest.length()
                            ),
                        ))),
                        function: Function::Text,
                        digest,
                    }];
                }
                readings.push(Reading {
                    choices: reading.choices,
                    matcher: Matcher::Bytes(value),
                });
            } else if let Some(pss) = Pss::read(&encoded, own) {
                let mut choices = reading.choices;
                choices.push(Arc::new(Choice::new(
                    &signature::RSA_PADDING,
                    "the signature has PSS padding; the method asks for PKCS#1 v1.5",
                )));
                readings.push(Reading {
                    choices,
                    matcher: Matcher::Pss(pss),
                });
            }
        }
        Some(Credentials {
            keys: KeySpace::single(Vec::new()),
            macs,
            readings,
        })
    }
}

/// The HMAC method that a signature's length speaks for.
pub(super) fn guess(readings: &[Reading]) -> Option<SignatureMethod> {
    readings.iter().find_map(|reading| match &reading.matcher {
        Matcher::Bytes(bytes) => match bytes.len() {
            20 => Some(SignatureMethod::HmacSha1),
            32 => Some(SignatureMethod::HmacSha256),
            64 => Some(SignatureMethod::HmacSha512),
            _ => None,
        },
        _ => None,
    })
}

//! The credentials that `diagnose serve` gives out: RFC 5849 section 2, from temporary credentials to a token.

use oauth1_core::key::Secret;
use std::collections::VecDeque;
use subtle::ConstantTimeEq;

/// The most that are remembered; older ones are forgotten.
const MOST: usize = 1_000;

/// What a token is for.
pub(super) enum Kind {
    /// It waits for the resource owner, and then to be exchanged.
    Temporary {
        /// Where the resource owner is sent; `None` is out of band.
        callback: Option<String>,
        /// Given out when the resource owner agrees.
        verifier: String,
        is_authorized: bool,
    },
    /// It was exchanged.
    Exchanged,
    /// It gives access.
    Access,
}

/// A token that was given out.
pub(super) struct Token {
    pub(super) identifier: String,
    secret: Secret,
    pub(super) kind: Kind,
}

impl Token {
    /// A copy of its shared secret.
    pub(super) fn secret(&self) -> Secret {
        crate::secrets::copy(&self.secret)
    }

    /// Whether this verifier was given out for it.
    pub(super) fn is_verified_by(&self, sent: &[u8]) -> bool {
        match &self.kind {
            Kind::Temporary {
                verifier,
                is_authorized,
                ..
            } => *is_authorized && verifier.as_bytes().ct_eq(sent).into(),
            Kind::Exchanged | Kind::Access => false,
        }
    }

    /// As a form, which is how it is given out (section 2.1, 2.3).
    pub(super) fn form(&self) -> String {
        let secret = String::from_utf8_lossy(self.secret.expose());
        let form = format!(
            "oauth_token={}&oauth_token_secret={secret}",
            self.identifier
        );
        match self.kind {
            Kind::Temporary { .. } => format!("{form}&oauth_callback_confirmed=true"),
            Kind::Exchanged | Kind::Access => form,
        }
    }
}

/// All tokens, oldest first.
#[derive(Default)]
pub(super) struct Tokens(VecDeque<Token>);

impl Tokens {
    /// Gives out a new one. `random` gives unguessable text.
    pub(super) fn issue(&mut self, kind: Kind, random: impl Fn() -> String) -> &Token {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(Token {
            identifier: random(),
            secret: Secret::new(random()),
            kind,
        });
        &self.0[self.0.len() - 1]
    }

    /// The one with that identifier.
    pub(super) fn find(&mut self, identifier: &[u8]) -> Option<&mut Token> {
        let mut all = self.0.iter_mut();
        all.find(|token| token.identifier.as_bytes() == identifier)
    }
}

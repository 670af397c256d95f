//! What digest does a signing key give over a text? HMAC (§3.4.2), with the key hashed only once.

use crate::{key::Secret, method::SignatureMethod};
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// A signing key made ready for one of the HMAC methods. Whoever signs or tries many texts with the same key saves the
/// two hash blocks that the key costs each time.
///
/// The state is as good as the key for forging signatures, so it is treated as a secret: wiped when dropped, and without
/// `Debug`, `Clone` and `PartialEq`.
pub struct HmacKey(State);

enum State {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl HmacKey {
    /// Makes a key ready, `None` when the method is none of the HMAC methods. The key is what
    /// [`signing_key`](crate::key::signing_key) gives; HMAC takes any length, so other text works too.
    pub fn new(method: SignatureMethod, key: &Secret) -> Option<Self> {
        let key = key.expose();
        let state = match method {
            SignatureMethod::HmacSha1 => State::Sha1(Hmac::new_from_slice(key).ok()?),
            SignatureMethod::HmacSha256 => State::Sha256(Hmac::new_from_slice(key).ok()?),
            SignatureMethod::HmacSha512 => State::Sha512(Hmac::new_from_slice(key).ok()?),
            SignatureMethod::RsaSha1
            | SignatureMethod::RsaSha256
            | SignatureMethod::RsaSha512
            | SignatureMethod::Plaintext => return None,
        };
        Some(Self(state))
    }

    /// The digest over a text: 20, 32 or 64 bytes, not yet base64.
    ///
    /// ```
    /// use oauth1_core::{hmac_key::HmacKey, key::Secret, method::SignatureMethod};
    /// // RFC 2202, test case 2.
    /// let key = HmacKey::new(SignatureMethod::HmacSha1, &Secret::new("Jefe")).unwrap();
    /// let digest = key.digest(b"what do ya want for nothing?");
    /// assert_eq!(digest.as_bytes()[..4], [0xef, 0xfc, 0xdf, 0x6a]);
    /// ```
    pub fn digest(&self, text: &[u8]) -> Digest {
        match &self.0 {
            State::Sha1(state) => Digest::of(state.clone(), text),
            State::Sha256(state) => Digest::of(state.clone(), text),
            State::Sha512(state) => Digest::of(state.clone(), text),
        }
    }

    /// Whether a digest is the one over a text. Compares the whole digest, in time that does not depend on where two
    /// digests differ (rule 11).
    pub fn verify(&self, text: &[u8], digest: &[u8]) -> bool {
        match &self.0 {
            State::Sha1(state) => state.clone().chain_update(text).verify_slice(digest),
            State::Sha256(state) => state.clone().chain_update(text).verify_slice(digest),
            State::Sha512(state) => state.clone().chain_update(text).verify_slice(digest),
        }
        .is_ok()
    }
}

/// An HMAC digest.
#[derive(Clone, Copy)]
pub struct Digest {
    bytes: [u8; 64],
    length: usize,
}

impl Digest {
    /// The bytes: 20 for SHA-1, 32 for SHA-256, 64 for SHA-512.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn of<M: Mac>(state: M, text: &[u8]) -> Self {
        let output = state.chain_update(text).finalize().into_bytes();
        let mut bytes = [0; 64];
        for (to, from) in bytes.iter_mut().zip(&output) {
            *to = *from;
        }
        Self {
            bytes,
            length: output.len(),
        }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_bytes()).finish()
    }
}

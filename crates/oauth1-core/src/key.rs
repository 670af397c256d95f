//! What is the HMAC key (§3.4.2), and how are secrets kept from leaking?

use crate::{encode::percent_encode_into, method::SignatureMethod};
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// Secret bytes: wiped when dropped, and on purpose without `Debug`, `Display`, `Clone` and `PartialEq`, so that no
/// message, log line or test failure can print them.
///
/// ```compile_fail
/// let secret = oauth1_core::key::Secret::new("j49sk3j29djd");
/// println!("{secret:?}");
/// ```
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes a secret as the provider issued it: the bytes themselves, not percent-encoded.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes. Whoever calls this answers for where they go.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// The key of HMAC and the signature of PLAINTEXT: both secrets percent-encoded and joined with `&`, which stays when a
/// secret is empty or missing (§3.4.2, §3.4.4).
///
/// ```
/// use oauth1_core::key::{Secret, signing_key};
/// let client = Secret::new("j49sk3j29djd");
/// let token = Secret::new("dh893hdasih9");
/// assert_eq!(signing_key(&client, Some(&token)).expose(), b"j49sk3j29djd&dh893hdasih9");
/// assert_eq!(signing_key(&client, None).expose(), b"j49sk3j29djd&");
/// ```
pub fn signing_key(client_shared_secret: &Secret, token_shared_secret: Option<&Secret>) -> Secret {
    let client = client_shared_secret.expose();
    let token = token_shared_secret.map_or(&[][..], Secret::expose);
    // Room for the worst case: growing would leave an unwiped copy behind.
    let room = client.len().saturating_add(token.len()).saturating_mul(3);
    let mut key = Zeroizing::new(Vec::with_capacity(room.saturating_add(1)));
    percent_encode_into(client, &mut key);
    key.push(b'&');
    percent_encode_into(token, &mut key);
    Secret(key)
}

/// The two secrets of the HMAC methods and of PLAINTEXT.
pub struct SharedSecrets {
    /// The client shared secret ("consumer secret").
    pub client: Secret,
    /// The token shared secret; `None` before there is a token, which signs as the empty one does.
    pub token: Option<Secret>,
}

impl SharedSecrets {
    /// Their [`signing_key`].
    pub fn signing_key(&self) -> Secret {
        signing_key(&self.client, self.token.as_ref())
    }
}

/// Why a method and a kind of key cannot go together: HMAC and PLAINTEXT need shared secrets, the RSA methods an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMismatch(
    /// The method that was asked for.
    pub SignatureMethod,
);

impl fmt::Display for KeyMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needs = if self.0.is_rsa() {
            "an RSA key"
        } else {
            "the shared secrets"
        };
        write!(f, "{} needs {needs}", self.0)
    }
}

impl core::error::Error for KeyMismatch {}

//! What is the HMAC key (§3.4.2), and how are secrets kept from leaking?

use crate::encode::percent_encode_into;
use alloc::vec::Vec;
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

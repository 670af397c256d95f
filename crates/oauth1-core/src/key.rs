//! The HMAC key (§3.4.2) and secrets.
use alloc::vec::Vec;
/// Secret bytes: wiped on drop, no Debug, no Display, no PartialEq.
pub struct Secret(Vec<u8>);
impl Secret {
    /// Takes the decoded secret.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }
    /// The bytes. Whoever calls this answers for where they go.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}
/// `enc(client shared secret) & enc(token shared secret)`.
pub fn signing_key(
    _client_shared_secret: &Secret,
    _token_shared_secret: Option<&Secret>,
) -> Secret {
    todo!()
}

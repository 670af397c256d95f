//! Signature methods (§3.4.2–3.4.4 and the usual extensions).
/// A signature method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureMethod {
    /// HMAC-SHA1
    HmacSha1,
    /// HMAC-SHA256
    HmacSha256,
    /// HMAC-SHA512
    HmacSha512,
    /// RSA-SHA1
    RsaSha1,
    /// RSA-SHA256
    RsaSha256,
    /// RSA-SHA512
    RsaSha512,
    /// PLAINTEXT
    Plaintext,
}
impl SignatureMethod {
    /// The name as it travels.
    pub const fn name(self) -> &'static str {
        todo!()
    }
    /// Exact, case sensitive.
    pub fn from_name(_name: &[u8]) -> Option<Self> {
        todo!()
    }
}

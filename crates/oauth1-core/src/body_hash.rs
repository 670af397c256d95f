//! `oauth_body_hash`.
use alloc::string::String;
/// Base64 of SHA-1 over the body (the draft's form).
pub fn body_hash_sha1(_body: &[u8]) -> String {
    todo!()
}
/// Base64 of SHA-256 over the body (Mastercard's form).
pub fn body_hash_sha256(_body: &[u8]) -> String {
    todo!()
}

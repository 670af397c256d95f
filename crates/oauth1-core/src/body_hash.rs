//! What is `oauth_body_hash`? A hash of a body that is not a form, sent and signed as a parameter.
//!
//! The draft "OAuth Request Body Hash" uses the hash of the signature method and describes SHA-1; Mastercard uses
//! SHA-256 whatever the method. Both functions hash the body's bytes as sent, after de-chunking.

use alloc::string::String;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// Base64 of SHA-1 over the body: the form of the draft.
///
/// ```
/// use oauth1_core::body_hash::body_hash_sha1;
/// // From the draft's own example (§ "Example").
/// assert_eq!(body_hash_sha1(b"Hello World!"), "Lve95gjOVATpfV8EL5X4nxwjKHE=");
/// ```
pub fn body_hash_sha1(body: &[u8]) -> String {
    STANDARD.encode(Sha1::digest(body))
}

/// Base64 of SHA-256 over the body: Mastercard's form.
///
/// ```
/// use oauth1_core::body_hash::body_hash_sha256;
/// // Mastercard documents this value for a request without a body.
/// assert_eq!(body_hash_sha256(b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
/// ```
pub fn body_hash_sha256(body: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(body))
}

//! OAuth 1.0a (RFC 5849) signatures, byte for byte: compute, take apart, sign and verify.
//!
//! The crate is pure: no input or output, no clock, no randomness; `no_std` with `alloc`, and no unsafe code. It takes a
//! [`Request`](request::Request) as the bytes that went over the wire and changes none of them.
//!
//! # From a request to its signature
//!
//! | step | RFC 5849 | module |
//! |---|---|---|
//! | what was sent | | [`request`], [`authorization`] |
//! | percent-encoding | §3.6 | [`encode`] |
//! | the URI that is signed | §3.4.1.2 | [`base_string_uri`] |
//! | the parameters that are signed, and their order | §3.4.1.3 | [`parameters`] |
//! | the text that is signed | §3.4.1.1 | [`base_string`] |
//! | the key | §3.4.2 | [`key`], [`hmac_key`], `rsa_key` |
//! | the signature | §3.4 | [`method`], [`sign`] |
//! | the server's answer | §3.2, §3.3 | [`verify`] |
//! | the body's hash, an extension | | [`body_hash`] |
//!
//! ```
//! use oauth1_core::{
//!     base_string::BaseString,
//!     key::{Secret, SharedSecrets},
//!     method::SignatureMethod,
//!     parameters::Source,
//!     request::Request,
//!     sign::{Freshness, Protocol, SigningCredentials, SigningKey},
//!     verify::{MemoryNonceStore, Verifier, VerifyingCredentials, VerifyingKey},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The client …
//! let secrets = || SharedSecrets { client: Secret::new("client secret"), token: None };
//! let key = SigningKey::new(SignatureMethod::HmacSha1, &SigningCredentials::SharedSecrets(secrets()))?;
//! let freshness = Freshness { timestamp: 1_700_000_000, nonce: "kllo9940pd9333jh" };
//! let request = Request::from_url(b"GET", b"https://api.example.com/photos?size=original")?;
//! let signed = Protocol::new("consumer key", freshness).sign(request, &key, Source::Header)?;
//!
//! // … and the server.
//! let verifier = Verifier::default();
//! let claim = verifier.read(&signed.request)?;
//! assert_eq!(claim.consumer_key(), b"consumer key");
//! let key = VerifyingKey::new(claim.method(), &VerifyingCredentials::SharedSecrets(secrets()))?;
//! let mut nonces = MemoryNonceStore::new(100_000);
//! verifier.verify(&claim, &key, 1_700_000_007, &mut nonces)?;
//!
//! // Both signed the same text.
//! assert_eq!(BaseString::of(&signed.request), signed.base_string);
//! # Ok(())
//! # }
//! ```
//!
//! # Where RFC 5849 leaves a choice
//!
//! Comments such as "rule 45" name the conformance test, `rule_045_…` under `tests/`, that pins the decision down. The
//! rule behind all of them: what counts is what was sent. No host, path or escape is rewritten, no bytes are taken for
//! text, and nothing is dropped that a server could have seen.
//!
//! # Secrets
//!
//! [`Secret`](key::Secret) and everything made of one are wiped when dropped and cannot be printed, compared or copied by
//! accident. Errors never hold a key, nor the signature that was expected. With PLAINTEXT the signature *is* the key:
//! treat [`Signed::signature`](sign::Signed) and [`Claim::signature`](verify::Claim::signature) as secret there.
//!
//! # Features
//!
//! `rsa` (on by default): the RSA methods and `rsa_key`, which make up most of the dependency tree.

#![no_std]

extern crate alloc;

pub mod authorization;
pub mod base_string;
pub mod base_string_uri;
pub mod body_hash;
pub mod encode;
pub mod hmac_key;
pub mod key;
pub mod method;
mod normalize;
pub mod parameters;
pub mod request;
#[cfg(feature = "rsa")]
pub mod rsa_key;
mod scan;
pub mod sign;
mod text;
pub mod verify;
mod writer;

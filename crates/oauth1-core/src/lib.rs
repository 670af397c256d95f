//! OAuth 1.0a (RFC 5849) signatures, byte for byte.
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
pub mod sign;
pub mod verify;
mod writer;

//! Checking a candidate: a MAC that has read what all candidates of a kind begin with.

use hmac::{Hmac, Mac as _};
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use crate::stages::signature::{Digest, Function, hash};

/// A digest with room for the longest one.
pub(crate) struct Output {
    bytes: [u8; 64],
    length: usize,
}

impl Output {
    fn new(digest: &[u8]) -> Self {
        let mut bytes = [0; 64];
        let length = digest.len().min(64);
        bytes[..length].copy_from_slice(&digest[..length]);
        Self { bytes, length }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A MAC in the middle of its text. Cloning it is how candidates share key and beginning.
#[derive(Clone)]
pub(crate) enum Running {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    /// A plain digest; the bytes are appended at the end.
    Sha1(Sha1, Box<[u8]>),
    Sha256(Sha256, Box<[u8]>),
    Sha512(Sha512, Box<[u8]>),
    /// HMAC with text and key exchanged: the text is collected.
    Swapped(Digest, Vec<u8>, Box<[u8]>),
}

impl Running {
    /// A MAC that has read nothing.
    pub(crate) fn start(function: Function, digest: Digest, key: &[u8]) -> Self {
        let after: Box<[u8]> = match function {
            Function::TextKey => key.into(),
            Function::Hmac | Function::Swapped | Function::Text | Function::KeyText => {
                Box::default()
            }
        };
        let mut running = match (function, digest) {
            (Function::Hmac, digest) => return Self::hmac(digest, key),
            (Function::Swapped, digest) => return Self::Swapped(digest, Vec::new(), key.into()),
            (_, Digest::Sha1) => Self::Sha1(Sha1::new(), after),
            (_, Digest::Sha256) => Self::Sha256(Sha256::new(), after),
            (_, Digest::Sha512) => Self::Sha512(Sha512::new(), after),
        };
        if function == Function::KeyText {
            running.update(key);
        }
        running
    }

    fn hmac(digest: Digest, key: &[u8]) -> Self {
        // HMAC takes keys of any length; a longer one than a block is hashed first (RFC 2104 §2).
        fn keyed<M: hmac::KeyInit>(key: &[u8], hashed: impl Fn() -> Vec<u8>) -> Option<M> {
            M::new_from_slice(key)
                .or_else(|_| M::new_from_slice(&hashed()))
                .ok()
        }
        let hashed = || hash(digest, &[key]);
        let made = match digest {
            Digest::Sha1 => keyed(key, hashed).map(Self::HmacSha1),
            Digest::Sha256 => keyed(key, hashed).map(Self::HmacSha256),
            Digest::Sha512 => keyed(key, hashed).map(Self::HmacSha512),
        };
        made.unwrap_or_else(|| Self::Swapped(digest, Vec::new(), key.into()))
    }

    pub(crate) fn update(&mut self, text: &[u8]) {
        match self {
            Self::HmacSha1(mac) => mac.update(text),
            Self::HmacSha256(mac) => mac.update(text),
            Self::HmacSha512(mac) => mac.update(text),
            Self::Sha1(hasher, _) => hasher.update(text),
            Self::Sha256(hasher, _) => hasher.update(text),
            Self::Sha512(hasher, _) => hasher.update(text),
            Self::Swapped(_, collected, _) => collected.extend_from_slice(text),
        }
    }

    pub(crate) fn finish(self) -> Output {
        match self {
            Self::HmacSha1(mac) => Output::new(&mac.finalize().into_bytes()),
            Self::HmacSha256(mac) => Output::new(&mac.finalize().into_bytes()),
            Self::HmacSha512(mac) => Output::new(&mac.finalize().into_bytes()),
            Self::Sha1(mut hasher, after) => {
                hasher.update(&after);
                Output::new(&hasher.finalize())
            }
            Self::Sha256(mut hasher, after) => {
                hasher.update(&after);
                Output::new(&hasher.finalize())
            }
            Self::Sha512(mut hasher, after) => {
                hasher.update(&after);
                Output::new(&hasher.finalize())
            }
            Self::Swapped(digest, text, key) => {
                let mut mac = Self::hmac(digest, &text);
                if let Self::Swapped(..) = mac {
                    return Output::new(&[]);
                }
                mac.update(&key);
                mac.finish()
            }
        }
    }
}

/// The digest over one text.
pub(crate) fn compute(function: Function, digest: Digest, key: &[u8], text: &[u8]) -> Output {
    let mut running = Running::start(function, digest, key);
    running.update(text);
    running.finish()
}

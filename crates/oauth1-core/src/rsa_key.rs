//! How is an RSA key read from PEM, and what does it sign and verify? (§3.4.3)
//!
//! The two types are apart from [`Secret`](crate::key::Secret) so that the text of a public key can never be taken for an
//! HMAC secret, the mistake behind a class of forged tokens.

use crate::method::SignatureMethod;
use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;
use rsa::{
    BoxedUint,
    pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey},
    pkcs8::{
        DecodePrivateKey, DecodePublicKey,
        der::{Decode, Reader, SliceReader, Tag, asn1::AnyRef, pem},
    },
    traits::PublicKeyParts,
};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// An RSA private key: the client's half. Wiped when dropped, and without `Debug`.
#[derive(Clone)]
pub struct RsaPrivateKey(Arc<rsa::PrivateKey>);

impl RsaPrivateKey {
    /// Reads the first PEM block: PKCS#1 (`RSA PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`), without a passphrase.
    ///
    /// # Errors
    /// When the text is no PEM, holds something else, or a key that is not RSA of 1024 to 8192 bits.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        let (label, der) = pem::decode_vec(text).map_err(|_| KeyError::NotPem)?;
        let der = Zeroizing::new(der);
        let key = match label {
            "RSA PRIVATE KEY" => rsa::PrivateKey::from_pkcs1_der(&der).ok(),
            "PRIVATE KEY" => rsa::PrivateKey::from_pkcs8_der(&der).ok(),
            _ => return Err(KeyError::wrong_label(label, "an RSA private key")),
        };
        let key = key.ok_or_else(|| KeyError::NotRsa(label.into()))?;
        Ok(Self(Arc::new(key)))
    }

    /// The public key that belongs to it.
    pub fn public_key(&self) -> RsaPublicKey {
        RsaPublicKey(self.0.to_public_key())
    }

    /// The RSASSA-PKCS1-v1_5 signature over a text, as many bytes as the modulus has; `None` when the method is none of
    /// the RSA methods, or the key cannot sign.
    ///
    /// This crate has no source of randomness, so the operation is not blinded: do not sign for strangers who can
    /// measure how long it takes.
    pub fn sign(&self, method: SignatureMethod, text: &[u8]) -> Option<Vec<u8>> {
        match method {
            SignatureMethod::RsaSha1 => self.0.pkcs1v15_sign::<Sha1>(text),
            SignatureMethod::RsaSha256 => self.0.pkcs1v15_sign::<Sha256>(text),
            SignatureMethod::RsaSha512 => self.0.pkcs1v15_sign::<Sha512>(text),
            SignatureMethod::HmacSha1
            | SignatureMethod::HmacSha256
            | SignatureMethod::HmacSha512
            | SignatureMethod::Plaintext => return None,
        }
        .ok()
    }
}

/// An RSA public key: the server's half.
#[derive(Clone, Debug)]
pub struct RsaPublicKey(rsa::PublicKey);

impl RsaPublicKey {
    /// Reads the first PEM block: SPKI (`PUBLIC KEY`), PKCS#1 (`RSA PUBLIC KEY`) or an X.509 certificate, whose dates and
    /// issuer are not looked at.
    ///
    /// # Errors
    /// When the text is no PEM, holds something else, or a key that is not RSA of 1024 to 8192 bits.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        let (label, der) = pem::decode_vec(text).map_err(|_| KeyError::NotPem)?;
        let key = match label {
            "PUBLIC KEY" => rsa::PublicKey::from_public_key_der(&der).ok(),
            "RSA PUBLIC KEY" => rsa::PublicKey::from_pkcs1_der(&der).ok(),
            "CERTIFICATE" => subject_public_key_info(&der)
                .and_then(|spki| rsa::PublicKey::from_public_key_der(spki).ok()),
            _ => return Err(KeyError::wrong_label(label, "an RSA public key")),
        };
        let key = key.ok_or_else(|| KeyError::NotRsa(label.into()))?;
        Ok(Self(key))
    }

    /// Whether the signature is that of the text.
    pub fn verify(&self, method: SignatureMethod, text: &[u8], signature: &[u8]) -> bool {
        match method {
            SignatureMethod::RsaSha1 => self.0.pkcs1v15_verify::<Sha1>(text, signature),
            SignatureMethod::RsaSha256 => self.0.pkcs1v15_verify::<Sha256>(text, signature),
            SignatureMethod::RsaSha512 => self.0.pkcs1v15_verify::<Sha512>(text, signature),
            SignatureMethod::HmacSha1
            | SignatureMethod::HmacSha256
            | SignatureMethod::HmacSha512
            | SignatureMethod::Plaintext => return false,
        }
        .is_ok()
    }

    /// What was signed: the signature to the power of the public exponent, as many bytes as the modulus has, padding and
    /// all (`00 01 FF … 00 DigestInfo` when this key belongs to the signature). `None` when the signature is not as long
    /// as the modulus, or not below it.
    ///
    /// This is for reading, not for verifying: use [`RsaPublicKey::verify`] for that.
    pub fn recover(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let size = self.0.size();
        let number = BoxedUint::from_be_slice(signature, self.0.n_bits_precision()).ok()?;
        if signature.len() != size || number >= *self.0.n().as_ref() {
            return None;
        }
        let encoded = rsa::hazmat::rsa_encrypt(&self.0, &number)
            .ok()?
            .to_be_bytes();
        // The number is stored in whole machine words; what the modulus does not need of them is zero.
        let start = encoded.len().checked_sub(size)?;
        Some(encoded.get(start..)?.to_vec())
    }
}

/// Why a key cannot be read. No part of the key is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// There is no well-formed PEM block.
    NotPem,
    /// The key is protected by a passphrase.
    Encrypted,
    /// The PEM block is of another kind.
    WrongKind {
        /// What stands after `BEGIN`.
        label: String,
        /// What was asked for.
        expected: &'static str,
    },
    /// What the block (by its label) holds is damaged, or a key that is not RSA of 1024 to 8192 bits.
    NotRsa(String),
}

impl KeyError {
    fn wrong_label(label: &str, expected: &'static str) -> Self {
        match label {
            "ENCRYPTED PRIVATE KEY" => Self::Encrypted,
            _ => Self::WrongKind {
                label: label.into(),
                expected,
            },
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPem => f.write_str(
                "no key in PEM form found: the file should hold lines from `-----BEGIN …-----` to `-----END …-----`",
            ),
            Self::Encrypted => f.write_str(
                "the private key is protected by a passphrase; `openssl pkey -in KEY -out PLAIN` writes it without",
            ),
            Self::WrongKind { label, expected } => {
                write!(f, "expected {expected}, found a PEM block `{label}`")
            }
            Self::NotRsa(label) => write!(
                f,
                "the PEM block `{label}` holds no RSA key of 1024 to 8192 bits, or is damaged"
            ),
        }
    }
}

impl core::error::Error for KeyError {}

/// The public key inside an X.509 certificate: in the first part, after an optional version and five other fields.
fn subject_public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let signed = AnyRef::from_der(certificate).ok()?.value();
    let fields = SliceReader::new(signed)
        .ok()?
        .decode::<AnyRef<'_>>()
        .ok()?
        .value();
    let mut fields = SliceReader::new(fields).ok()?;
    if matches!(Tag::peek(&fields).ok()?, Tag::ContextSpecific { .. }) {
        fields.tlv_bytes().ok()?;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        fields.tlv_bytes().ok()?;
    }
    fields.tlv_bytes().ok()
}

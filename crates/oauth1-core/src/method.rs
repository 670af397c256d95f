//! Which signature methods are there, and what are they called on the wire? (§3.4.2–§3.4.4 and the usual extensions)

use core::fmt;

/// A signature method. RFC 5849 defines HMAC-SHA1, RSA-SHA1 and PLAINTEXT; the others are extensions in wide use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureMethod {
    /// HMAC-SHA1 (§3.4.2).
    HmacSha1,
    /// HMAC-SHA256, an extension: §3.4.2 with SHA-256.
    HmacSha256,
    /// HMAC-SHA512, an extension: §3.4.2 with SHA-512.
    HmacSha512,
    /// RSA-SHA1 (§3.4.3): RSASSA-PKCS1-v1_5. SHA-1 collides; prefer another method where the provider allows.
    RsaSha1,
    /// RSA-SHA256, an extension: §3.4.3 with SHA-256.
    RsaSha256,
    /// RSA-SHA512, an extension: §3.4.3 with SHA-512.
    RsaSha512,
    /// PLAINTEXT (§3.4.4): the signing key itself travels, and nothing of the request is protected.
    Plaintext,
}

impl SignatureMethod {
    /// All of them, those of the RFC's family first.
    pub const ALL: [Self; 7] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
        Self::Plaintext,
    ];

    /// The value of `oauth_signature_method`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// Whether it is one of the RSA methods (§3.4.3), which use a key pair instead of shared secrets.
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::RsaSha256 | Self::RsaSha512)
    }

    /// The method with that decoded name. The name is case sensitive, as every value of the protocol (§3.1).
    ///
    /// ```
    /// use oauth1_core::method::SignatureMethod;
    /// assert_eq!(SignatureMethod::from_name(b"HMAC-SHA1"), Some(SignatureMethod::HmacSha1));
    /// assert_eq!(SignatureMethod::from_name(b"hmac-sha1"), None);
    /// ```
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|method| method.name().as_bytes() == name)
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

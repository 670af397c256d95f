//! How is a request signed (§3.4) and sent (§3.5)?
//!
//! A [`SigningKey`] joins a method with the key that fits it. [`sign`] gives the signature of a request that has its
//! protocol parameters already; [`Protocol::sign`] adds them.

#[cfg(feature = "rsa")]
use crate::rsa_key::RsaPrivateKey;
use crate::{
    authorization::format_pairs,
    base_string::{BaseString, Shown},
    encode::percent_encode_into,
    hmac_key::HmacKey,
    key::{KeyMismatch, Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::Source,
    request::{BodyKind, Header, Request},
    text::{Pair, Text},
};
use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use core::fmt;

/// What a client signs with.
pub enum SigningCredentials {
    /// For the HMAC methods and PLAINTEXT.
    SharedSecrets(SharedSecrets),
    /// For the RSA methods. The token secret plays no part there (§3.4.3).
    #[cfg(feature = "rsa")]
    RsaPrivateKey(RsaPrivateKey),
}

/// A method and the key that fits it, ready to sign any number of texts.
pub struct SigningKey {
    method: SignatureMethod,
    key: Key,
}

enum Key {
    Hmac(Box<HmacKey>),
    Plaintext(Secret),
    #[cfg(feature = "rsa")]
    Rsa(RsaPrivateKey),
}

impl SigningKey {
    /// Joins a method with credentials.
    ///
    /// # Errors
    /// When the credentials are not of the kind that the method needs.
    pub fn new(
        method: SignatureMethod,
        credentials: &SigningCredentials,
    ) -> Result<Self, KeyMismatch> {
        let key = match credentials {
            SigningCredentials::SharedSecrets(secrets) => {
                let text = secrets.signing_key();
                match HmacKey::new(method, &text) {
                    Some(key) => Key::Hmac(Box::new(key)),
                    None if method == SignatureMethod::Plaintext => Key::Plaintext(text),
                    None => return Err(KeyMismatch(method)),
                }
            }
            #[cfg(feature = "rsa")]
            SigningCredentials::RsaPrivateKey(key) if method.is_rsa() => Key::Rsa(key.clone()),
            #[cfg(feature = "rsa")]
            SigningCredentials::RsaPrivateKey(_) => return Err(KeyMismatch(method)),
        };
        Ok(Self { method, key })
    }

    /// The method.
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// The value of `oauth_signature` over a base string, not percent-encoded: base64 of the digest or of the RSA
    /// signature, with padding and without line breaks (rule 92).
    ///
    /// Under PLAINTEXT the base string plays no part and the result **is the signing key** (§3.4.4): keep it as secret.
    ///
    /// # Errors
    /// [`SignError::Rsa`].
    pub fn sign(&self, base_string: &[u8]) -> Result<String, SignError> {
        match &self.key {
            Key::Hmac(key) => Ok(STANDARD.encode(key.digest(base_string).as_bytes())),
            // A signing key is percent-encoded, so it is ASCII.
            Key::Plaintext(key) => Ok(String::from_utf8_lossy(key.expose()).into_owned()),
            #[cfg(feature = "rsa")]
            Key::Rsa(key) => {
                let signature = key.sign(self.method, base_string).ok_or(SignError::Rsa)?;
                Ok(STANDARD.encode(signature))
            }
        }
    }
}

/// The signature of a request as it stands, with all its protocol parameters but `oauth_signature` (which is ignored when
/// it is there).
///
/// # Errors
/// [`SignError::Rsa`].
///
/// ```
/// use oauth1_core::{key::{Secret, SharedSecrets}, method::SignatureMethod, request::{Header, Request}, sign::*};
/// // RFC 5849 §1.2
/// let mut request = Request::from_url(b"GET", b"http://photos.example.net/photos?file=vacation.jpg&size=original")?;
/// let header = r#"OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk",
///     oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH""#;
/// request.headers.push(Header { name: b"Authorization".to_vec(), value: header.into() });
/// let secrets = SharedSecrets {
///     client: Secret::new("kd94hf93k423kf44"),
///     token: Some(Secret::new("pfkkdhi9sl3r4s00")),
/// };
/// let key = SigningKey::new(SignatureMethod::HmacSha1, &SigningCredentials::SharedSecrets(secrets))?;
/// assert_eq!(sign(&request, &key)?, "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign(request: &Request, key: &SigningKey) -> Result<String, SignError> {
    key.sign(BaseString::of(request).as_str().as_bytes())
}

/// The protocol parameters that a client adds to a request (§3.1); all text as it is, not encoded.
#[derive(Clone, Debug)]
pub struct Protocol<'a> {
    /// `oauth_consumer_key`, the client's identifier.
    pub consumer_key: &'a str,
    /// `oauth_token`; left out when there is none (rule 3). An empty one is sent and signed (rule 4).
    pub token: Option<&'a str>,
    /// `oauth_timestamp` and `oauth_nonce`; only PLAINTEXT may go without.
    pub freshness: Option<Freshness<'a>>,
    /// Whether `oauth_version="1.0"` is sent.
    pub version: bool,
    /// `oauth_callback`, in a temporary-credential request (§2.1).
    pub callback: Option<&'a str>,
    /// `oauth_verifier`, in a token request (§2.3).
    pub verifier: Option<&'a str>,
    /// `oauth_body_hash`, see [`body_hash`](crate::body_hash).
    pub body_hash: Option<&'a str>,
    /// The header's `realm`, which is never signed.
    pub realm: Option<&'a str>,
}

/// What makes a request unique (§3.3).
#[derive(Clone, Copy, Debug)]
pub struct Freshness<'a> {
    /// Seconds since 1970.
    pub timestamp: u64,
    /// Random text that the client never uses twice with this timestamp; see [`nonce`].
    pub nonce: &'a str,
}

/// A nonce from 16 random bytes: 32 letters and digits that carry all 128 bits (rule 30). Take the bytes from the
/// operating system's random numbers.
///
/// ```
/// use oauth1_core::sign::nonce;
/// assert_eq!(nonce([0xAB; 16]), "ab".repeat(16));
/// ```
pub fn nonce(random: [u8; 16]) -> String {
    let digit = |digit: u8| {
        char::from(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + (digit - 10)
        })
    };
    random
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// A signed request. It has no `Debug`, because under PLAINTEXT the signature is a secret.
pub struct Signed {
    /// The request with its protocol parameters in place.
    pub request: Request,
    /// What was signed.
    pub base_string: BaseString,
    /// The value of `oauth_signature`, not percent-encoded.
    pub signature: String,
    /// The value of the Authorization header that these parameters make, wherever they were put.
    pub authorization: String,
}

impl<'a> Protocol<'a> {
    /// The least that a signed request sends: consumer key, method, timestamp and nonce.
    pub fn new(consumer_key: &'a str, freshness: Freshness<'a>) -> Self {
        Self {
            consumer_key,
            token: None,
            freshness: Some(freshness),
            version: false,
            callback: None,
            verifier: None,
            body_hash: None,
            realm: None,
        }
    }

    /// The Authorization header's value that signs a request, for a caller that sends the request itself.
    ///
    /// # Errors
    /// As [`sign`](Self::sign), where they concern the request or the key.
    pub fn authorization(&self, request: &Request, key: &SigningKey) -> Result<String, SignError> {
        self.with_pairs(request, key, |pairs, _| format_pairs(self.realm, pairs))
    }

    /// Adds the protocol parameters to a request and signs it. They come after the parameters that are there (§3.5.2,
    /// §3.5.3), and no byte of those changes. In a body, the Content-Type is added when there is neither body nor type.
    ///
    /// # Errors
    /// When the request carries an Authorization header or protocol parameters already, has a body that is no form
    /// though the parameters are to go there, or when timestamp and nonce are missing and the method needs them.
    pub fn sign(
        &self,
        mut request: Request,
        key: &SigningKey,
        place: Source,
    ) -> Result<Signed, SignError> {
        let (additions, base_string, signature, authorization) =
            self.with_pairs(&request, key, |pairs, base_string| {
                let authorization = format_pairs(self.realm, pairs);
                let signature = pairs
                    .last()
                    .map_or(&b""[..], |(_, signature)| signature.bytes());
                let signature = String::from_utf8_lossy(signature).into_owned();
                let additions = (place != Source::Header).then(|| form(pairs));
                (additions, base_string, signature, authorization)
            })?;
        match additions {
            None => request
                .headers
                .push(header("Authorization", &authorization)),
            Some(form) => append(&mut request, place, &form)?,
        }
        Ok(Signed {
            request,
            base_string,
            signature,
            authorization,
        })
    }

    /// Signs, and hands over the protocol parameters, `oauth_signature` last, and what was signed.
    fn with_pairs<T>(
        &self,
        request: &Request,
        key: &SigningKey,
        take: impl FnOnce(&[Pair<'_>], BaseString) -> T,
    ) -> Result<T, SignError> {
        if self.freshness.is_none() && key.method() != SignatureMethod::Plaintext {
            return Err(SignError::NotFresh);
        }
        let timestamp = self
            .freshness
            .map(|freshness| freshness.timestamp.to_string());
        let mut pairs = self.pairs(key.method(), timestamp.as_deref());
        let mut signed = request.header("Authorization").is_some();
        let base_string = BaseString::build(request, &pairs, |shown| {
            signed |= matches!(shown, Shown::Parameter(_, pushed) if pushed.is_protocol);
        });
        if signed {
            return Err(SignError::AlreadySigned);
        }
        let signature = key.sign(base_string.as_bytes())?;
        pairs.push((
            Text::known_plain(b"oauth_signature"),
            Text::of(signature.as_bytes()),
        ));
        Ok(take(&pairs, base_string))
    }

    fn pairs<'b>(&'b self, method: SignatureMethod, timestamp: Option<&'b str>) -> Vec<Pair<'b>> {
        let nonce = self.freshness.map(|freshness| freshness.nonce);
        // In the order of the base string, which then needs no sorting.
        let present = [
            ("oauth_body_hash", self.body_hash),
            ("oauth_callback", self.callback),
            ("oauth_consumer_key", Some(self.consumer_key)),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", Some(method.name())),
            ("oauth_timestamp", timestamp),
            ("oauth_token", self.token),
            ("oauth_verifier", self.verifier),
            ("oauth_version", self.version.then_some("1.0")),
        ]
        .into_iter()
        .filter_map(|(name, value)| {
            Some((
                Text::known_plain(name.as_bytes()),
                Text::of(value?.as_bytes()),
            ))
        });
        let mut pairs = Vec::with_capacity(10);
        pairs.extend(present);
        pairs
    }
}

/// Puts the parameters behind those of the query or the form body.
fn append(request: &mut Request, place: Source, form: &[u8]) -> Result<(), SignError> {
    let text = if place == Source::Query {
        request.query.get_or_insert_default()
    } else {
        if request.body.is_empty() && request.header("Content-Type").is_none() {
            let form = header("Content-Type", "application/x-www-form-urlencoded");
            request.headers.push(form);
        }
        if request.form_body().is_none() {
            return Err(SignError::BodyIsNoForm(request.body_kind()));
        }
        &mut request.body
    };
    if !text.is_empty() {
        text.push(b'&');
    }
    text.extend_from_slice(form);
    Ok(())
}

fn header(name: &str, value: &str) -> Header {
    Header {
        name: name.into(),
        value: value.into(),
    }
}

fn form(pairs: &[Pair<'_>]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in pairs {
        if !form.is_empty() {
            form.push(b'&');
        }
        percent_encode_into(name.bytes(), &mut form);
        form.push(b'=');
        percent_encode_into(value.bytes(), &mut form);
    }
    form
}

/// Why a request cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// The request has an Authorization header or a parameter whose name begins with `oauth_`.
    AlreadySigned,
    /// Timestamp and nonce are missing, and the method is not PLAINTEXT (§3.1).
    NotFresh,
    /// The parameters were to go into a body that is not a plain form (§3.5.2).
    BodyIsNoForm(BodyKind),
    /// The RSA operation failed: the key is damaged.
    Rsa,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadySigned => {
                "the request has an Authorization header or oauth_ parameters already; take them out and sign again"
            }
            Self::NotFresh => "a timestamp and a nonce are needed; only PLAINTEXT goes without them",
            Self::BodyIsNoForm(_) => {
                "protocol parameters go into a body only when it is application/x-www-form-urlencoded and not \
                 compressed; send them in the header"
            }
            Self::Rsa => "the RSA private key cannot sign; it may be damaged",
        })
    }
}

impl core::error::Error for SignError {}

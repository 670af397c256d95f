//! Is a request signed as RFC 5849 wants it, by whoever holds the key, and for the first time? (§3.2, §3.3)
//!
//! Verifying takes two steps, because the key depends on what the request says:
//!
//! 1. [`Verifier::read`] checks everything that can be checked without a key and gives a [`Claim`]: who the client says it
//!    is. Nothing in it is proved.
//! 2. The caller looks up the credentials of [`Claim::consumer_key`] and [`Claim::token`] and hands them to
//!    [`Verifier::verify`], which checks signature, timestamp and nonce, in this order: a stranger without the key can
//!    neither use up nonces nor learn which are used.
//!
//! Each rule that a request can break is a variant of [`Rejection`], with the status that §3.2 gives it. No rejection
//! holds the signature that was expected, a key, or a base string.

#[cfg(feature = "rsa")]
use crate::rsa_key::RsaPublicKey;
use crate::{
    authorization::IssueKind,
    base_string::{BaseString, Shown},
    base_string_uri::split_authority,
    body_hash::{body_hash_sha1, body_hash_sha256},
    encode::percent_encode,
    hmac_key::HmacKey,
    key::{KeyMismatch, Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::{RawParameter, Source},
    request::Request,
    text::Text,
};
use alloc::{
    borrow::Cow,
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use core::{fmt, ops::Range};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a server verifies with.
pub enum VerifyingCredentials {
    /// For the HMAC methods and PLAINTEXT.
    SharedSecrets(SharedSecrets),
    /// For the RSA methods: the public key that the client registered.
    #[cfg(feature = "rsa")]
    RsaPublicKey(RsaPublicKey),
}

/// A method and the key that fits it, ready to verify any number of signatures.
pub struct VerifyingKey {
    method: SignatureMethod,
    key: Key,
}

enum Key {
    Hmac(Box<HmacKey>),
    Plaintext(Secret),
    #[cfg(feature = "rsa")]
    Rsa(RsaPublicKey),
}

impl VerifyingKey {
    /// Joins a method with credentials. An RSA public key never becomes the secret of an HMAC (rule 95).
    ///
    /// # Errors
    /// When the credentials are not of the kind that the method needs.
    pub fn new(
        method: SignatureMethod,
        credentials: &VerifyingCredentials,
    ) -> Result<Self, KeyMismatch> {
        let key = match credentials {
            VerifyingCredentials::SharedSecrets(secrets) => {
                let text = secrets.signing_key();
                match HmacKey::new(method, &text) {
                    Some(key) => Key::Hmac(Box::new(key)),
                    None if method == SignatureMethod::Plaintext => Key::Plaintext(text),
                    None => return Err(KeyMismatch(method)),
                }
            }
            #[cfg(feature = "rsa")]
            VerifyingCredentials::RsaPublicKey(key) if method.is_rsa() => Key::Rsa(key.clone()),
            #[cfg(feature = "rsa")]
            VerifyingCredentials::RsaPublicKey(_) => return Err(KeyMismatch(method)),
        };
        Ok(Self { method, key })
    }

    /// The method.
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// Whether `signature`, the decoded value of `oauth_signature`, is that of the base string.
    ///
    /// Decoded digests are compared, whole and in constant time (rule 11). Base64 must be canonical (rule 93): several
    /// spellings of one signature would be several "different" requests.
    ///
    /// # Errors
    /// [`Rejection::SignatureNotBase64`] and [`Rejection::WrongSignature`].
    pub fn verify(&self, base_string: &[u8], signature: &[u8]) -> Result<(), Rejection> {
        let right = match &self.key {
            Key::Hmac(key) => {
                // The longest digest takes 64 bytes, and a few more are room for its last group. What needs more room than
                // that is no digest, if it is base64 at all.
                let mut room = [0; 66];
                if let Ok(length) = STANDARD.decode_slice(signature, &mut room) {
                    key.verify(base_string, room.get(..length).unwrap_or_default())
                } else {
                    decode(signature)?;
                    false
                }
            }
            Key::Plaintext(key) => key.expose().ct_eq(signature).into(),
            #[cfg(feature = "rsa")]
            Key::Rsa(key) => key.verify(self.method, base_string, &decode(signature)?),
        };
        right.then_some(()).ok_or(Rejection::WrongSignature)
    }
}

fn decode(signature: &[u8]) -> Result<Vec<u8>, Rejection> {
    STANDARD
        .decode(signature)
        .map_err(|_| Rejection::SignatureNotBase64)
}

/// How strict a server is where RFC 5849 leaves it the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The methods that are accepted. The choice is the server's, never the request's (rule 99).
    pub methods: Vec<SignatureMethod>,
    /// How many seconds a timestamp may lie in the past or in the future; `None` accepts any.
    pub window: Option<u64>,
    /// Which `oauth_body_hash` a request whose body is no form must carry; `None` does not look at it.
    pub body_hash: Option<BodyHash>,
}

/// The forms of `oauth_body_hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyHash {
    /// [`body_hash_sha1`].
    Sha1,
    /// [`body_hash_sha256`].
    Sha256,
}

impl Default for Verifier {
    /// All methods but PLAINTEXT, five minutes either way, body hashes not looked at.
    fn default() -> Self {
        let mut methods = SignatureMethod::ALL.to_vec();
        methods.retain(|&method| method != SignatureMethod::Plaintext);
        Self {
            methods,
            window: Some(300),
            body_hash: None,
        }
    }
}

impl Verifier {
    /// Checks all that needs no key.
    ///
    /// # Errors
    /// The first rule broken, in the order: Host, Authorization header, places and duplicates of the protocol parameters,
    /// version, method, timestamp and nonce, body hash.
    pub fn read<'a>(&self, request: &'a Request) -> Result<Claim<'a>, Rejection> {
        check_host(request)?;
        if request.header_values("Authorization").nth(1).is_some() {
            return Err(Rejection::SeveralAuthorizationHeaders);
        }
        let mut reading = Reading::default();
        let base_string = BaseString::build(request, &[], |shown| reading.note(shown));
        if let Some(rejection) = reading.rejection {
            return Err(rejection);
        }
        let protocol = reading.protocol;

        protocol.require(Name::ConsumerKey)?;
        if protocol
            .get(Name::Version)
            .is_some_and(|version| version != b"1.0")
        {
            return Err(Rejection::Version);
        }
        let method = SignatureMethod::from_name(protocol.require(Name::SignatureMethod)?)
            .filter(|method| self.methods.contains(method))
            .ok_or(Rejection::Method)?;
        let timestamp = read_freshness(&protocol, method)?;
        protocol.require(Name::Signature)?;
        self.check_body_hash(request, protocol.get(Name::BodyHash))?;
        Ok(Claim {
            method,
            timestamp,
            base_string,
            protocol,
        })
    }

    /// Checks the signature, then timestamp and nonce. `now` is the time in seconds since 1970. The nonce is stored only
    /// when all else is right.
    ///
    /// # Errors
    /// The first rule broken. A key made for another method than the claim's is [`Rejection::Method`].
    pub fn verify(
        &self,
        claim: &Claim<'_>,
        key: &VerifyingKey,
        now: u64,
        nonces: &mut impl NonceStore,
    ) -> Result<(), Rejection> {
        if key.method() != claim.method {
            return Err(Rejection::Method);
        }
        key.verify(claim.base_string.as_bytes(), claim.signature())?;
        // PLAINTEXT goes without timestamp and nonce (§3.1): whoever could replay it could also sign.
        let (Some(timestamp), Some(nonce)) = (claim.timestamp, claim.nonce()) else {
            return Ok(());
        };
        let window = self.window.unwrap_or(u64::MAX);
        if now.abs_diff(timestamp) > window {
            return Err(Rejection::Timestamp { timestamp, now });
        }
        let used = UsedNonce {
            consumer_key: claim.consumer_key(),
            token: claim.token().unwrap_or_default(),
            timestamp,
            nonce,
        };
        // As long as the timestamp can be accepted, and the window's length more in case the clock is put back.
        let keep_until = now.max(timestamp).saturating_add(window.saturating_mul(2));
        Ok(nonces.use_once(&used, keep_until, now)?)
    }

    fn check_body_hash(&self, request: &Request, sent: Option<&[u8]>) -> Result<(), Rejection> {
        let Some(form) = self.body_hash else {
            return Ok(());
        };
        match (request.form_body(), sent) {
            (Some(_), Some(_)) => Err(Rejection::BodyHashOfForm),
            (Some(_), None) => Ok(()),
            (None, None) => Err(Rejection::Missing(NAMES[Name::BodyHash as usize])),
            (None, Some(sent)) => {
                let hash = match form {
                    BodyHash::Sha1 => body_hash_sha1(&request.body),
                    BodyHash::Sha256 => body_hash_sha256(&request.body),
                };
                (hash.as_bytes() == sent)
                    .then_some(())
                    .ok_or(Rejection::BodyHash)
            }
        }
    }
}

/// What a request says about itself. **Not proved** until [`Verifier::verify`] says so.
///
/// It has no `Debug`, because under PLAINTEXT the signature is the signing key.
pub struct Claim<'a> {
    method: SignatureMethod,
    /// `None` under PLAINTEXT.
    timestamp: Option<u64>,
    base_string: BaseString,
    protocol: Protocol<'a>,
}

impl Claim<'_> {
    /// `oauth_consumer_key`, decoded.
    pub fn consumer_key(&self) -> &[u8] {
        self.protocol.get(Name::ConsumerKey).unwrap_or_default()
    }

    /// `oauth_token`, decoded. An empty one is there, but stands for no token (rule 4).
    pub fn token(&self) -> Option<&[u8]> {
        self.protocol.get(Name::Token)
    }

    /// `oauth_signature_method`, one of those that the verifier accepts.
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// `oauth_timestamp`; `None` under PLAINTEXT.
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// Where the protocol parameters were sent.
    pub fn place(&self) -> Source {
        // There is at least the consumer key.
        self.protocol.place.unwrap_or(Source::Header)
    }

    /// The base string that should have been signed.
    pub fn base_string(&self) -> &BaseString {
        &self.base_string
    }

    /// `oauth_signature`, decoded once. Under PLAINTEXT it is the signing key: keep it as secret.
    pub fn signature(&self) -> &[u8] {
        self.protocol.get(Name::Signature).unwrap_or_default()
    }

    fn nonce(&self) -> Option<&[u8]> {
        self.protocol.get(Name::Nonce)
    }
}

/// Rules 18, 51: a Host that cannot be one must not end in an exception, nor in a base string.
fn check_host(request: &Request) -> Result<(), Rejection> {
    if request.header_values("Host").nth(1).is_some() {
        return Err(Rejection::SeveralHosts);
    }
    let (host, port) = split_authority(&request.authority);
    let forbidden = |byte: &u8| {
        byte.is_ascii_control() || matches!(byte, b' ' | b'/' | b'?' | b'#' | b'@' | b'\\')
    };
    // `h:` has an empty port, which is the default one (rule 40).
    let is_port = |port: &[u8]| port.is_empty() || number(port).is_some_and(|port| port <= 65_535);
    if host.is_empty() || Text::of(host).rest().iter().any(forbidden) || !port.is_none_or(is_port) {
        return Err(Rejection::Host);
    }
    Ok(())
}

/// The protocol parameters that a verifier reads, in the order of [`NAMES`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    ConsumerKey,
    Token,
    SignatureMethod,
    Signature,
    Timestamp,
    Nonce,
    Version,
    BodyHash,
}

const NAMES: [&str; 8] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
    "oauth_body_hash",
];

/// The parameters whose names begin with `oauth_`: each once, and all in one place.
#[derive(Default)]
struct Protocol<'a> {
    values: [Option<Cow<'a, [u8]>>; NAMES.len()],
    place: Option<Source>,
}

impl Protocol<'_> {
    fn get(&self, name: Name) -> Option<&[u8]> {
        self.values.get(name as usize)?.as_deref()
    }

    fn require(&self, name: Name) -> Result<&[u8], Rejection> {
        self.get(name)
            .ok_or(Rejection::Missing(NAMES[name as usize]))
    }
}

/// Collects the protocol parameters on the way through a request, and the first reason to refuse it.
#[derive(Default)]
struct Reading<'a> {
    protocol: Protocol<'a>,
    /// Names that begin with `oauth_` and that this crate does not read.
    others: BTreeSet<Cow<'a, [u8]>>,
    rejection: Option<Rejection>,
}

impl<'a> Reading<'a> {
    #[inline]
    fn note(&mut self, shown: Shown<'_, 'a>) {
        match shown {
            Shown::Parameter(raw, pushed) => {
                if !pushed.intact {
                    self.rejection
                        .get_or_insert_with(|| Rejection::BrokenEscape {
                            place: raw.source,
                            name: percent_encode(raw.name.bytes()),
                        });
                }
                if pushed.is_protocol {
                    self.note_protocol(raw);
                }
            }
            Shown::Issue(issue) if issue.kind.is_fatal() => {
                self.rejection.get_or_insert(Rejection::Authorization {
                    kind: issue.kind,
                    span: issue.span,
                });
            }
            Shown::Issue(_) => {}
        }
    }

    fn note_protocol(&mut self, raw: &RawParameter<'a>) {
        let place = *self.protocol.place.get_or_insert(raw.source);
        if place != raw.source {
            self.rejection
                .get_or_insert(Rejection::SeveralPlaces(place, raw.source));
        }
        let known = |name: &[u8]| NAMES.iter().position(|known| known.as_bytes() == name);
        // Nobody escapes these names, but everybody may.
        let index = known(raw.name.bytes()).or_else(|| known(&raw.decoded_name()));
        let is_first = match index.and_then(|index| self.protocol.values.get_mut(index)) {
            Some(slot @ None) => {
                *slot = Some(raw.decoded_value());
                true
            }
            Some(_) => false,
            None => self.others.insert(raw.decoded_name()),
        };
        if !is_first {
            self.rejection
                .get_or_insert_with(|| Rejection::Duplicate(percent_encode(&raw.decoded_name())));
        }
    }
}

/// The timestamp, when the method needs it and a nonce. PLAINTEXT may send both, and then they must be well-formed.
fn read_freshness(
    protocol: &Protocol<'_>,
    method: SignatureMethod,
) -> Result<Option<u64>, Rejection> {
    let optional = method == SignatureMethod::Plaintext;
    let read = |name| match protocol.require(name) {
        Err(_) if optional => Ok(None),
        found => found.map(Some),
    };
    let timestamp = read(Name::Timestamp)?
        .map(|text| timestamp(text).ok_or(Rejection::TimestampFormat))
        .transpose()?;
    if read(Name::Nonce)?.is_some_and(<[u8]>::is_empty) {
        return Err(Rejection::EmptyNonce);
    }
    Ok(timestamp.filter(|_| !optional))
}

/// A positive number of ASCII digits (rules 19, 20, 23), below 2⁶³ so that other software can hold it too.
fn timestamp(text: &[u8]) -> Option<u64> {
    let value = number(text)?;
    (1..=i64::MAX.unsigned_abs())
        .contains(&value)
        .then_some(value)
}

fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 20 {
        return None;
    }
    text.iter().try_fold(0, |number: u64, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    })
}

/// What a nonce must be unique for (§3.3), decoded: two spellings of one nonce are one (rule 25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedNonce<'a> {
    /// `oauth_consumer_key`.
    pub consumer_key: &'a [u8],
    /// `oauth_token`, empty when there is none.
    pub token: &'a [u8],
    /// `oauth_timestamp`, as a number: leading zeros make no new nonce.
    pub timestamp: u64,
    /// `oauth_nonce`.
    pub nonce: &'a [u8],
}

/// Where used nonces are remembered. It has to outlive the requests (rule 27).
///
/// `&mut self` makes test and insertion one step: two requests cannot both be the first (rule 26). A store that threads
/// share implements this for a reference and locks inside.
pub trait NonceStore {
    /// Remembers a nonce at least until the time `keep_until`. `now` and `keep_until` are seconds since 1970.
    ///
    /// # Errors
    /// When the nonce is remembered already, or when there is no room to remember it.
    fn use_once(
        &mut self,
        nonce: &UsedNonce<'_>,
        keep_until: u64,
        now: u64,
    ) -> Result<(), NonceRefusal>;
}

/// Why a nonce is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceRefusal {
    /// It was used before.
    Used,
    /// The store is full of nonces that may still be replayed. None of them is dropped to make room (rule 28).
    Full,
}

/// A bounded store in memory. It keeps a hash of each nonce, so its size does not depend on what clients send.
#[derive(Clone, Debug)]
pub struct MemoryNonceStore {
    capacity: usize,
    keep_until: BTreeMap<[u8; 32], u64>,
    by_time: BTreeSet<(u64, [u8; 32])>,
}

impl MemoryNonceStore {
    /// A store for at most `capacity` nonces; it needs about 150 bytes for each.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            keep_until: BTreeMap::new(),
            by_time: BTreeSet::new(),
        }
    }

    /// How many nonces are remembered.
    pub fn len(&self) -> usize {
        self.keep_until.len()
    }

    /// Whether no nonce is remembered.
    pub fn is_empty(&self) -> bool {
        self.keep_until.is_empty()
    }

    fn forget_before(&mut self, now: u64) {
        while let Some(&(time, hash)) = self.by_time.first()
            && time < now
        {
            self.by_time.pop_first();
            self.keep_until.remove(&hash);
        }
    }
}

impl NonceStore for MemoryNonceStore {
    fn use_once(
        &mut self,
        nonce: &UsedNonce<'_>,
        keep_until: u64,
        now: u64,
    ) -> Result<(), NonceRefusal> {
        self.forget_before(now);
        let hash = nonce.hash();
        if self.keep_until.contains_key(&hash) {
            return Err(NonceRefusal::Used);
        }
        if self.keep_until.len() >= self.capacity {
            return Err(NonceRefusal::Full);
        }
        self.keep_until.insert(hash, keep_until);
        self.by_time.insert((keep_until, hash));
        Ok(())
    }
}

impl UsedNonce<'_> {
    /// A hash of all four parts, each with its length, so that no two nonces run together.
    fn hash(&self) -> [u8; 32] {
        let timestamp = self.timestamp.to_be_bytes();
        [self.consumer_key, self.token, &timestamp, self.nonce]
            .into_iter()
            .fold(Sha256::new(), |hash, part| {
                hash.chain_update((part.len() as u64).to_be_bytes())
                    .chain_update(part)
            })
            .finalize()
            .into()
    }
}

/// Accepts every nonce: for a request that was captured earlier and is only looked at, never for a server.
#[derive(Clone, Copy, Debug)]
pub struct UncheckedNonces;

impl NonceStore for UncheckedNonces {
    fn use_once(&mut self, _: &UsedNonce<'_>, _: u64, _: u64) -> Result<(), NonceRefusal> {
        Ok(())
    }
}

/// The rule that a request broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is no host, or one that cannot be: a forbidden character, or a port that is no number up to 65535.
    Host,
    /// More than one Host header.
    SeveralHosts,
    /// More than one Authorization header.
    SeveralAuthorizationHeaders,
    /// The Authorization header cannot be read in one way only.
    Authorization {
        /// What is wrong.
        kind: IssueKind,
        /// Where, in the header's value.
        span: Range<usize>,
    },
    /// A `%` without two hexadecimal digits in a name or value.
    BrokenEscape {
        /// Where the parameter was sent.
        place: Source,
        /// Its name as sent, percent-encoded to be safe to print.
        name: String,
    },
    /// Protocol parameters in two places.
    SeveralPlaces(Source, Source),
    /// A protocol parameter (its name, percent-encoded) that was sent twice.
    Duplicate(String),
    /// A required protocol parameter that is not there under exactly this name.
    Missing(&'static str),
    /// An `oauth_version` other than `1.0`.
    Version,
    /// A signature method that is unknown, not accepted, or that there is no key for.
    Method,
    /// An `oauth_timestamp` that is not a positive number in ASCII digits.
    TimestampFormat,
    /// An empty `oauth_nonce`.
    EmptyNonce,
    /// `oauth_body_hash` with a form body, which is signed anyway.
    BodyHashOfForm,
    /// An `oauth_body_hash` that is not the hash of the body.
    BodyHash,
    /// A consumer key that the server does not know. For callers; this crate knows no clients.
    UnknownClient,
    /// A token that the server does not know, or no longer accepts. For callers.
    UnknownToken,
    /// An `oauth_signature` that is not canonical base64.
    SignatureNotBase64,
    /// An `oauth_signature` that is not that of the request.
    WrongSignature,
    /// A timestamp outside the window.
    Timestamp {
        /// What the request says.
        timestamp: u64,
        /// The server's time.
        now: u64,
    },
    /// A nonce that was used before with this timestamp, client and token.
    NonceUsed,
    /// No room to remember the nonce.
    NonceStoreFull,
}

impl Rejection {
    /// The status of the answer: 400 for a request that cannot be understood, 401 for one that is not trusted (§3.2), and
    /// 503 when the server is at fault.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Host
            | Self::SeveralHosts
            | Self::SeveralAuthorizationHeaders
            | Self::Authorization { .. }
            | Self::BrokenEscape { .. }
            | Self::SeveralPlaces(..)
            | Self::Duplicate(_)
            | Self::Missing(_)
            | Self::Version
            | Self::Method
            | Self::TimestampFormat
            | Self::EmptyNonce
            | Self::BodyHashOfForm => 400,
            Self::BodyHash
            | Self::UnknownClient
            | Self::UnknownToken
            | Self::SignatureNotBase64
            | Self::WrongSignature
            | Self::Timestamp { .. }
            | Self::NonceUsed => 401,
            Self::NonceStoreFull => 503,
        }
    }

    /// The section of RFC 5849 that states the rule, such as `3.1`; the body hash's is that of the extension point.
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Duplicate(_) | Self::Missing(_) | Self::Version => "3.1",
            Self::Method
            | Self::UnknownClient
            | Self::UnknownToken
            | Self::WrongSignature
            | Self::NonceUsed
            | Self::NonceStoreFull => "3.2",
            Self::TimestampFormat | Self::Timestamp { .. } | Self::EmptyNonce => "3.3",
            Self::Host | Self::SeveralHosts => "3.4.1.2",
            Self::BrokenEscape { .. } => "3.4.1.3.1",
            Self::SignatureNotBase64 => "3.4.2",
            Self::BodyHashOfForm | Self::BodyHash | Self::SeveralPlaces(..) => "3.5",
            Self::SeveralAuthorizationHeaders | Self::Authorization { .. } => "3.5.1",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => {
                f.write_str("the request has no valid Host: a name, and a port up to 65535 if any")
            }
            Self::SeveralHosts => f.write_str("the request has more than one Host header"),
            Self::SeveralAuthorizationHeaders => {
                f.write_str("the request has more than one Authorization header")
            }
            Self::Authorization { kind, span } => write!(
                f,
                "the Authorization header is malformed at byte {}: {kind}",
                span.start
            ),
            Self::BrokenEscape { place, name } => write!(
                f,
                "parameter `{name}` in the {place} has a `%` that two hexadecimal digits do not follow"
            ),
            Self::SeveralPlaces(one, other) => write!(
                f,
                "protocol parameters are in the {one} and in the {other}; they must all be in one place"
            ),
            Self::Duplicate(name) => {
                write!(f, "protocol parameter `{name}` was sent more than once")
            }
            Self::Missing(name) => write!(f, "protocol parameter `{name}` is missing"),
            Self::Version => f.write_str("`oauth_version` must be `1.0` or left out"),
            Self::Method => f.write_str("the signature method is unknown or not accepted here"),
            Self::TimestampFormat => {
                f.write_str("`oauth_timestamp` must be a positive number of seconds in digits")
            }
            Self::EmptyNonce => f.write_str("`oauth_nonce` is empty"),
            Self::BodyHashOfForm => f.write_str(
                "`oauth_body_hash` must not be sent with a form body, which is signed itself",
            ),
            Self::BodyHash => f.write_str("`oauth_body_hash` is not the hash of the body received"),
            Self::UnknownClient => f.write_str("the consumer key is not known"),
            Self::UnknownToken => f.write_str("the token is not known or no longer valid"),
            Self::SignatureNotBase64 => f.write_str(
                "`oauth_signature` is not canonical base64 with padding and without line breaks",
            ),
            Self::WrongSignature => {
                f.write_str("the signature is not that of the request received")
            }
            Self::Timestamp { timestamp, now } => write!(
                f,
                "timestamp {timestamp} is {} seconds {} the server's time {now}",
                now.abs_diff(*timestamp),
                if timestamp < now { "before" } else { "after" },
            ),
            Self::NonceUsed => f.write_str("the nonce was used before with this timestamp"),
            Self::NonceStoreFull => {
                f.write_str("the server cannot remember more nonces at the moment; try again later")
            }
        }
    }
}

impl core::error::Error for Rejection {}

impl From<NonceRefusal> for Rejection {
    fn from(refusal: NonceRefusal) -> Self {
        match refusal {
            NonceRefusal::Used => Self::NonceUsed,
            NonceRefusal::Full => Self::NonceStoreFull,
        }
    }
}

impl From<KeyMismatch> for Rejection {
    fn from(_: KeyMismatch) -> Self {
        Self::Method
    }
}

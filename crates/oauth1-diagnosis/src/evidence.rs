//! What is known about one signature: the request, and whatever else the developer has.

use oauth1_core::{key::Secret, request::Request};

/// Everything the developer has. Every field may be missing; the more there is, the more can be proved.
#[derive(Default)]
pub struct Evidence {
    /// The request as sent.
    pub request: Option<Request>,
    /// Whether `request.scheme` is an assumption of the importer and not something that was seen.
    pub scheme_assumed: bool,
    /// `--typed-url`: the URL as the client's code was given it.
    pub typed_url: Option<Vec<u8>>,
    /// Requests before a redirect, first one first.
    pub earlier: Vec<Request>,
    /// Client shared secret, decoded; may be empty.
    pub consumer_secret: Option<Secret>,
    /// Token shared secret, decoded; absent means empty.
    pub token_secret: Option<Secret>,
    /// RSA private key, PEM text.
    pub private_key: Option<Secret>,
    /// RSA public key or certificate, PEM text.
    pub public_key: Option<Vec<u8>>,
    /// The base string that the client printed.
    pub base_string: Option<Vec<u8>>,
    /// The HMAC key that the client used.
    pub signing_key: Option<Secret>,
    /// What the provider says it expected.
    pub expected_base_string: Option<Vec<u8>>,
    /// The signature (decoded text, `abc+/=`), where the request carries none.
    pub signature: Option<Vec<u8>>,
    /// The id of the provider, where the user names it.
    pub provider: Option<String>,
    /// What the provider answered.
    pub response: Option<ProviderAnswer>,
    /// The present time in seconds since 1970, where the timestamp shall be judged.
    pub now: Option<u64>,
}

/// The provider's answer, as far as it is understood.
#[derive(Clone, Debug, Default)]
pub struct ProviderAnswer {
    /// The id of the provider, where the answer tells.
    pub provider: Option<String>,
    /// What it says and what that usually means, in plain sentences.
    pub meaning: String,
    /// Whether the signature is what was refused; `None` when the answer does not tell.
    pub signature_refused: Option<bool>,
    /// What to do about it, one sentence.
    pub todo: Option<String>,
    /// The base string in it, which the provider expected.
    pub base_string: Option<Vec<u8>>,
}

//! What a mistake is, and the registry of all of them.
//!
//! `--help`, `diagnose explain`, the reports and the tests are made from this one list.

use crate::stages;

/// One thing that clients do differently from RFC 5849, or one thing that is wrong with a request.
#[derive(Debug)]
pub struct Mistake {
    /// Stable name, used in reports and by `diagnose explain`.
    pub id: &'static str,
    /// Where in the making of a signature it happens.
    pub stage: Stage,
    /// How unlikely it is: 1 is the commonest, 99 the rarest. Orders explanations of equal length.
    pub cost: u32,
    /// A short name for the answer's headline, in the past tense of what the client did.
    pub title: &'static str,
    /// What the client does, and what RFC 5849 asks for (with the section).
    pub what: &'static str,
    /// Why it happens and how it shows.
    pub why: &'static str,
    /// Functions, libraries and situations that are known for it.
    pub who: &'static str,
    /// What to change.
    pub fix: &'static str,
}

/// The stages of a signature, in the order they happen; findings and the rules of providers come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The request method.
    Method,
    /// The base string URI.
    Uri,
    /// Which parameters are signed.
    Parameters,
    /// How names and values are encoded.
    Encoding,
    /// In what order they stand.
    Order,
    /// How the parts are put together.
    Joining,
    /// The HMAC key.
    Key,
    /// The digest and its text.
    Signature,
    /// Seen in the request, whatever the signature.
    Finding,
    /// A rule of one provider, whatever RFC 5849 says.
    Provider,
}

impl Stage {
    /// The stage's name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Uri => "uri",
            Self::Parameters => "parameters",
            Self::Encoding => "encoding",
            Self::Order => "order",
            Self::Joining => "joining",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Finding => "finding",
            Self::Provider => "provider",
        }
    }
}

/// Every mistake and finding, stage by stage.
pub fn all() -> impl Iterator<Item = &'static Mistake> {
    [
        stages::method::MISTAKES,
        stages::uri::MISTAKES,
        stages::parameters::MISTAKES,
        stages::encoding::MISTAKES,
        stages::order::MISTAKES,
        stages::joining::MISTAKES,
        stages::key::MISTAKES,
        stages::signature::MISTAKES,
        stages::findings::MISTAKES,
        stages::provider::MISTAKES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The mistake with that id.
pub fn find(id: &str) -> Option<&'static Mistake> {
    all().find(|mistake| mistake.id == id)
}

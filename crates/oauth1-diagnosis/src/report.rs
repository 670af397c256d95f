//! The report: a value that every renderer reads. Field for field the JSON report, version 1.
//!
//! No secret is in it, with two exceptions that the binary controls: `yours.signing_key` is filled
//! only when asked for, and texts of a key mismatch are masked.

use serde::Serialize;

/// The answer to one case.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always 1.
    pub report_version: u32,
    /// The answer.
    pub verdict: Verdict,
    /// What proves it.
    pub evidence: EvidenceLevel,
    /// The explanation, most upstream stage first; empty when valid or not explained.
    pub mistakes: Vec<MistakeReport>,
    /// Other explanations that fit the evidence equally well.
    pub alternatives: Vec<Vec<MistakeReport>>,
    /// What would tell the explanation from its alternatives, in one or two sentences; `None` without alternatives.
    pub separating_request: Option<String>,
    /// The first place where the client's text and the expected text differ.
    pub first_mismatch: Option<Mismatch>,
    /// What is wrong or doubtful whatever the signature.
    pub findings: Vec<Finding>,
    /// The canonical form.
    pub canonical: Canonical,
    /// What the client made, as far as it is known.
    pub yours: Yours,
    /// Known clients that make the mistakes of the explanation or of an alternative, the likeliest first.
    pub clients: Vec<ClientReport>,
    /// The provider, where it is known, and its verdict by its own rules.
    pub provider: Option<ProviderReport>,
    /// The provider's answer.
    pub response: Option<ResponseReport>,
    /// What it took.
    pub search: SearchSummary,
    /// Next steps: what to paste or try to be sure; plain sentences, most useful first.
    pub next_steps: Vec<String>,
    /// What the signature does not protect here (headers, JSON body …), one sentence each.
    pub not_covered: Vec<String>,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The signature (or base string) is right.
    Valid,
    /// It is wrong.
    Invalid,
    /// It cannot be told from what was given.
    Undetermined,
}

/// What proves the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceLevel {
    /// The mistakes, applied to the canonical form, give the sent signature bit for bit.
    Signature,
    /// … give the client's base string byte for byte.
    BaseString,
    /// A mismatch was located, but no combination reproduces what the client made.
    Structure,
    /// Nothing to compare with.
    None,
}

/// One mistake as told to the user.
#[derive(Clone, Debug, Serialize)]
pub struct MistakeReport {
    /// Its id in the registry (`diagnose explain ID`).
    pub id: &'static str,
    /// Its stage: `method`, `uri`, `parameters`, `encoding`, `order`, `joining`, `key`, `signature`.
    pub stage: &'static str,
    /// A short name.
    pub title: &'static str,
    /// What the client did here, with the variant and the place named.
    pub detail: String,
    /// What to change.
    pub fix: &'static str,
    /// Where it shows.
    pub span: Option<Span>,
}

/// A range of bytes in one of the two base strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Which text.
    pub text: SpanText,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// Which of the two texts a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpanText {
    /// `yours.base_string`.
    Yours,
    /// `canonical.base_string` (or the provider's expected one).
    Expected,
}

/// The first difference.
#[derive(Clone, Debug, Serialize)]
pub struct Mismatch {
    /// A short name of what differs: `encoding`, `order`, `missing`, `extra`, `value`, `text`, …
    pub kind: &'static str,
    /// Which part differs.
    pub component: Component,
    /// In the client's text.
    pub yours: MismatchSide,
    /// In the expected text.
    pub expected: MismatchSide,
}

/// Which part of the signature's input differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// The method.
    Method,
    /// The base string URI.
    Url,
    /// The parameters.
    Parameters,
    /// The key.
    Key,
    /// The text of the signature, or the signature itself.
    Signature,
    /// The base string as a whole (its joints).
    BaseString,
}

impl Component {
    /// What it is called in a sentence, with its article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Method => "the method",
            Self::Url => "the URL",
            Self::Parameters => "the parameters",
            Self::Key => "the signing key",
            Self::Signature => "the signature",
            Self::BaseString => "the joints of the base string",
        }
    }
}

/// One side of the first difference; offsets into the base string (for `key` and `signature`: into that text).
#[derive(Clone, Debug, Serialize)]
pub struct MismatchSide {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The text there (lossy UTF-8, unescaped: renderers escape); masked when it is part of a secret.
    pub text: String,
}

/// Something wrong or doubtful whatever the signature.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its id in the registry.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// A short name.
    pub title: &'static str,
    /// What was seen, with the place.
    pub detail: String,
    /// What to change.
    pub fix: &'static str,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The request is refused by a server that follows the RFC.
    Error,
    /// Some servers refuse it.
    Warning,
    /// Worth knowing.
    Note,
}

/// The canonical form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Canonical {
    /// Upper case.
    pub method: String,
    /// Unencoded.
    pub base_string_uri: String,
    /// Decoded pairs in normalized order.
    pub parameters: Vec<(String, String)>,
    /// The base string; empty when there is nothing to build it from.
    pub base_string: String,
    /// `None` without secrets.
    pub signature: Option<String>,
    /// A right Authorization header; `None` without secrets.
    pub authorization: Option<String>,
}

/// What the client made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Yours {
    /// Given, or rebuilt by a proven explanation; lossy UTF-8.
    pub base_string: Option<String>,
    /// Whether `base_string` was rebuilt from a proven explanation and not given.
    pub base_string_rebuilt: bool,
    /// As sent, percent-decoded once.
    pub signature: Option<String>,
    /// Only when the caller asked to show secrets.
    pub signing_key: Option<String>,
}

/// A known client that fits the explanation: that it does the same does not prove that it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientReport {
    /// Its id (`diagnose explain ID`).
    pub id: &'static str,
    /// What its users call it.
    pub name: &'static str,
    /// The versions that were seen; may be empty.
    pub versions: &'static str,
    /// On what input it makes these mistakes, one sentence.
    pub note: String,
    /// What its user can do, one sentence.
    pub advice: &'static str,
    /// Whether the request's `User-Agent` is its own.
    pub user_agent: bool,
}

/// What a known provider makes of the request.
#[derive(Clone, Debug, Serialize)]
pub struct ProviderReport {
    /// Its id (`diagnose explain ID`).
    pub id: &'static str,
    /// What its users call it.
    pub name: &'static str,
    /// How it was recognised.
    pub recognised_by: RecognisedBy,
    /// By its own rules, as far as they are documented.
    pub verdict: Verdict,
    /// Its own rules that are broken, and what else there is to know; one about its end comes first.
    pub findings: Vec<Finding>,
}

/// How a provider was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecognisedBy {
    /// The user named it.
    Option,
    /// By the address of the request.
    Host,
    /// By what it answered.
    Response,
}

/// What the provider answered.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseReport {
    /// The id of the provider whose answer it is; `None` when several answer like this.
    pub provider: Option<String>,
    /// What it says and what that usually means, in plain sentences.
    pub meaning: String,
    /// The base string in it, which the provider expected; lossy UTF-8.
    pub base_string: Option<String>,
}

/// Why a search ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoppedBy {
    /// The time was up.
    TimeLimit,
    /// The base string is too long for mistakes to be combined.
    Length,
}

/// What the search did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct SearchSummary {
    /// Combinations tried.
    pub candidates: u64,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
    /// Whether every combination was tried (false: an explanation was found, or see `stopped_by`).
    pub exhausted: bool,
    /// Why combinations were left out, where no explanation made them needless.
    pub stopped_by: Option<StoppedBy>,
    /// The bound that was set.
    pub max_mistakes: usize,
}

//! The Authorization header (§3.5.1): parse and format.
use crate::parameters::Parameter;
use alloc::vec::Vec;
use core::ops::Range;
/// A parsed `OAuth` Authorization header value. Parsing is lenient and never fails once the scheme is OAuth; what is wrong is in `issues`.
#[derive(Clone, Debug)]
pub struct Authorization<'a> {
    /// The parameters without `realm`, in order.
    pub parameters: Vec<Parameter<'a>>,
    /// The realm's text, unescaped from its quoted-string, not percent-decoded.
    pub realm: Option<Vec<u8>>,
    /// What departs from the grammar, in order.
    pub issues: Vec<Issue>,
}
/// Something in the header that departs from the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What.
    pub kind: IssueKind,
    /// Where, in the header's value.
    pub span: Range<usize>,
}
/// The kinds of departure; `is_fatal` ones make a strict verifier refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueKind {
    /// value not in double quotes
    Unquoted,
    /// single quotes
    SingleQuotes,
    /// `&` or `;` as separator, or none
    WrongSeparator,
    /// blanks round `=`
    SpaceAroundEquals,
    /// leading, trailing or double comma
    EmptyElement,
    /// TAB after the scheme, or none / a comma after it
    SchemeSeparator,
    /// a quoted string that does not end, or text after the closing quote
    BrokenQuoting,
    /// a name without `=`
    NoEquals,
    /// `%` without two hex digits
    BrokenEscape,
    /// a byte that should have been percent-encoded (`+ / = !` …) in a name or value
    NotEncoded,
    /// `Realm` not in lower case
    RealmCase,
    /// the scheme is not written `OAuth`
    SchemeCase,
}
impl IssueKind {
    /// Whether a strict verifier refuses the request for it.
    pub fn is_fatal(self) -> bool {
        todo!()
    }
}
impl<'a> Authorization<'a> {
    /// `None` when the scheme is not OAuth (any case).
    pub fn parse(_value: &'a [u8]) -> Option<Self> {
        todo!()
    }
}
/// Formats a header value `OAuth realm="…", name="value", …` from decoded pairs.
pub fn format_authorization(
    _realm: Option<&str>,
    _parameters: &[(&[u8], &[u8])],
) -> alloc::string::String {
    todo!()
}

//! What does an Authorization header say, and how is one written? (§3.5.1)
//!
//! The parser reads what clients really send, not only what the grammar allows: it never fails once the scheme is OAuth,
//! finds the next parameter again after broken quoting, and lists every departure with its place. A strict verifier
//! refuses those that are [`IssueKind::is_fatal`].

use crate::{
    encode::{first_broken_escape, is_unreserved, put_encoded},
    parameters::{Parameter, RawParameter, Source},
    scan::{find, skip_plain},
    text::{Pair, Text, pairs},
    writer::{Writer, put},
};
use alloc::{string::String, vec::Vec};
use core::{fmt, ops::Range};

/// A parsed Authorization header of the OAuth scheme.
#[derive(Clone, Debug)]
pub struct Authorization<'a> {
    /// The parameters without `realm`, in order, percent-decoded once; `+` stays plus. A name without `=` gives none.
    pub parameters: Vec<Parameter<'a>>,
    /// The first `realm`: a quoted string, so its `\"` are unescaped, and it is not percent-decoded (rule 112).
    pub realm: Option<Vec<u8>>,
    /// What departs from the grammar, by place.
    pub issues: Vec<Issue>,
}

/// Something in the header that departs from the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What it is.
    pub kind: IssueKind,
    /// Where it stands: byte offsets into the header's value. Empty where something is missing.
    pub span: Range<usize>,
}

/// The ways in which a header departs from the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueKind {
    /// A value that is not in double quotes (rule 104).
    Unquoted,
    /// A value in single quotes; they are taken off (rule 104).
    SingleQuotes,
    /// `&` or `;` where a comma belongs, or nothing at all (rule 104).
    WrongSeparator,
    /// Blanks on either side of `=` (rule 105).
    SpaceAroundEquals,
    /// A leading, trailing or doubled comma (rule 106).
    EmptyElement,
    /// Something other than one space after the scheme: a tab, a comma or a line break (rule 103).
    SchemeSeparator,
    /// Nothing between the scheme and the first name, which makes it another scheme (rule 103).
    SchemeSeparatorMissing,
    /// A quoted string that does not end, or text after its closing quote.
    BrokenQuoting,
    /// A name without `=`.
    NoEquals,
    /// A `%` that two hexadecimal digits do not follow.
    BrokenEscape,
    /// A byte in a name or value that should have been percent-encoded, such as `+`, `/` or `=` (rule 109).
    NotEncoded,
    /// `realm` in other than lower case (rule 69).
    RealmCase,
    /// A scheme written in another case than `OAuth` (rule 103).
    SchemeCase,
    /// Credentials of another scheme in front (rule 113).
    OtherCredentials,
}

impl IssueKind {
    /// Whether a strict verifier refuses the request for it, because servers disagree on what such a header says.
    pub const fn is_fatal(self) -> bool {
        match self {
            Self::SingleQuotes
            | Self::WrongSeparator
            | Self::SchemeSeparatorMissing
            | Self::BrokenQuoting
            | Self::NoEquals
            | Self::BrokenEscape
            | Self::OtherCredentials => true,
            Self::Unquoted
            | Self::SpaceAroundEquals
            | Self::EmptyElement
            | Self::SchemeSeparator
            | Self::NotEncoded
            | Self::RealmCase
            | Self::SchemeCase => false,
        }
    }
}

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unquoted => "value without double quotes",
            Self::SingleQuotes => "value in single quotes instead of double quotes",
            Self::WrongSeparator => "no comma between two parameters",
            Self::SpaceAroundEquals => "blanks around `=`",
            Self::EmptyElement => "a comma with no parameter next to it",
            Self::SchemeSeparator => "something other than one space after `OAuth`",
            Self::SchemeSeparatorMissing => "no space after `OAuth`",
            Self::BrokenQuoting => "a quoted value that does not end where it should",
            Self::NoEquals => "a name without `=`",
            Self::BrokenEscape => "`%` without two hexadecimal digits",
            Self::NotEncoded => "a character that should be percent-encoded",
            Self::RealmCase => "`realm` is not in lower case",
            Self::SchemeCase => "the scheme is not written `OAuth`",
            Self::OtherCredentials => "credentials of another scheme before `OAuth`",
        })
    }
}

impl<'a> Authorization<'a> {
    /// Parses a header's value; `None` when it holds no credentials of the OAuth scheme (in any case).
    ///
    /// ```
    /// use oauth1_core::authorization::Authorization;
    /// let header = br#"OAuth realm="Photos", oauth_token="kkk9d7dh3k39sjv7", oauth_nonce="a%2Bb""#;
    /// let parsed = Authorization::parse(header).unwrap();
    /// assert_eq!(parsed.realm.as_deref(), Some(&b"Photos"[..]));
    /// assert_eq!(*parsed.parameters[1].value, *b"a+b");
    /// assert!(parsed.issues.is_empty());
    /// assert!(Authorization::parse(b"Bearer abc").is_none());
    /// ```
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let credentials = oauth_credentials(value)?;
        let mut parameters = Vec::new();
        let mut realm = None;
        let mut issues = Vec::new();
        credentials.read(|event| match event {
            Event::Parameter(element) => {
                issues.extend(encoding_issues(value, &element.name.span));
                issues.extend(encoding_issues(value, &element.value.span));
                parameters.push(element.raw(value).decode());
            }
            Event::Realm(element) => {
                if slice(value, &element.name.span) != REALM {
                    issues.push(Issue {
                        kind: IssueKind::RealmCase,
                        span: element.name.span,
                    });
                }
                realm.get_or_insert_with(|| unescape(slice(value, &element.value.span)));
            }
            Event::Issue(issue) => issues.push(issue),
        });
        issues.sort_by_key(|issue| issue.span.start);
        Some(Self {
            parameters,
            realm,
            issues,
        })
    }
}

/// Formats a header value `OAuth realm="…", name="value", …` from names and values that are not encoded yet.
///
/// The realm is a quoted string: `"` and `\` are escaped, and control characters, which no header can carry, are left
/// out.
///
/// ```
/// use oauth1_core::authorization::format_authorization;
/// let pairs: [(&[u8], &[u8]); 2] = [(b"oauth_token", b""), (b"oauth_signature", b"a/b=")];
/// assert_eq!(
///     format_authorization(Some("Photos"), &pairs),
///     r#"OAuth realm="Photos", oauth_token="", oauth_signature="a%2Fb%3D""#,
/// );
/// ```
pub fn format_authorization(realm: Option<&str>, parameters: &[(&[u8], &[u8])]) -> String {
    format_pairs(realm, &pairs(parameters))
}

/// As [`format_authorization`].
pub(crate) fn format_pairs(realm: Option<&str>, parameters: &[Pair<'_>]) -> String {
    let lengths = parameters
        .iter()
        .map(|(name, value)| name.len() + value.len() + 5);
    let mut header = Writer::with_room(256 + realm.map_or(0, str::len) + lengths.sum::<usize>());
    header.put_all(b"OAuth");
    let mut separator = &b" "[..];
    if let Some(realm) = realm {
        header.put_all(b" realm=\"");
        for byte in realm.bytes().filter(|byte| !byte.is_ascii_control()) {
            if matches!(byte, b'"' | b'\\') {
                header.put_all(b"\\");
            }
            header.put_all(&[byte]);
        }
        header.put_all(b"\"");
        separator = b", ";
    }
    for (name, value) in parameters {
        header.put_all(separator);
        separator = b", ";
        let most = (name.len() + value.len()).saturating_mul(3);
        header.fill(most.saturating_add(3), |free| {
            let name_end = put_encoded(name, free, 0);
            put(free, name_end, *b"=\"");
            let value_end = put_encoded(value, free, name_end + 2);
            put(free, value_end, *b"\"");
            (value_end + 1, ())
        });
    }
    // The realm was text, and leaving out ASCII bytes keeps it so; the rest is ASCII.
    String::from_utf8(header.finish()).unwrap_or_default()
}

/// Finds the OAuth credentials in a header's value: at its beginning, or after a comma when another scheme comes first.
pub(crate) fn oauth_credentials(value: &[u8]) -> Option<Credentials<'_>> {
    let mut in_quotes = false;
    let mut at_start = true;
    let mut escaped = false;
    for (at, &byte) in value.iter().enumerate() {
        if at_start && !is_blank(byte) {
            if let Some(parameters) = scheme_end(value.get(at..)?) {
                return Some(Credentials {
                    value,
                    scheme: at..at + SCHEME.len(),
                    parameters: at + parameters,
                });
            }
            at_start = false;
        }
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_quotes => escaped = true,
            b'"' => in_quotes = !in_quotes,
            b',' if !in_quotes => at_start = true,
            _ => {}
        }
    }
    None
}

/// The OAuth credentials of a header's value, not yet read.
pub(crate) struct Credentials<'a> {
    value: &'a [u8],
    scheme: Range<usize>,
    /// Where the parameters begin.
    parameters: usize,
}

impl<'a> Credentials<'a> {
    /// Reads the header from left to right.
    pub(crate) fn read(&self, mut tell: impl FnMut(Event)) {
        self.read_scheme(&mut |kind, span| tell(Event::Issue(Issue { kind, span })));
        let mut scanner = Scanner {
            text: self.value,
            at: self.parameters,
            separated: true,
            no_way_back: false,
        };
        while let Some(element) =
            scanner.next(&mut |kind, span| tell(Event::Issue(Issue { kind, span })))
        {
            let is_realm = slice(self.value, &element.name.span).eq_ignore_ascii_case(REALM);
            tell(if is_realm {
                Event::Realm(element)
            } else {
                Event::Parameter(element)
            });
        }
    }

    /// The whole value of the header, into which all places point.
    pub(crate) fn value(&self) -> &'a [u8] {
        self.value
    }

    fn read_scheme(&self, report: &mut impl FnMut(IssueKind, Range<usize>)) {
        let before = self.value.get(..self.scheme.start).unwrap_or_default();
        if !before.trim_ascii().is_empty() {
            report(IssueKind::OtherCredentials, 0..self.scheme.start);
        }
        if slice(self.value, &self.scheme) != SCHEME {
            report(IssueKind::SchemeCase, self.scheme.clone());
        }
        let after = self.scheme.end;
        match self.value.get(after) {
            None | Some(b' ') => {}
            Some(&byte) if is_blank(byte) || byte == b',' => {
                report(IssueKind::SchemeSeparator, after..after + 1);
            }
            Some(_) => report(IssueKind::SchemeSeparatorMissing, after..after),
        }
    }
}

/// What is met on the way through a header.
pub(crate) enum Event {
    Parameter(Element),
    Realm(Element),
    Issue(Issue),
}

const REALM: &[u8] = b"realm";
const SCHEME: &[u8] = b"OAuth";

/// Where the parameters begin, when `text` begins with the scheme.
fn scheme_end(text: &[u8]) -> Option<usize> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    let begins_with = |name: &[u8]| {
        rest.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let separated = match rest.first() {
        None => true,
        Some(&byte) => is_blank(byte) || byte == b',',
    };
    // `OAuthoauth_token="…"`: a client that forgot the space. `OAuth2 …` is another scheme.
    let glued = begins_with(b"oauth_") || begins_with(b"realm=");
    if !scheme.eq_ignore_ascii_case(SCHEME) || !(separated || glued) {
        return None;
    }
    // The comma of `OAuth, a="b"` is reported with the scheme, not a second time as an empty element.
    Some(SCHEME.len() + usize::from(rest.first() == Some(&b',')))
}

/// One `name=value`, by its places in the header's value; the value's are those between the quotes.
pub(crate) struct Element {
    name: Part,
    value: Part,
}

/// A name or a value, and up to where it is known to be plain.
struct Part {
    span: Range<usize>,
    plain_end: usize,
}

impl Element {
    pub(crate) fn raw<'a>(&self, text: &'a [u8]) -> RawParameter<'a> {
        RawParameter {
            name: self.name.text(text),
            value: self.value.text(text),
            has_equals: true,
            source: Source::Header,
        }
    }
}

impl Part {
    fn text<'a>(&self, text: &'a [u8]) -> Text<'a> {
        Text::within(text, &self.span, self.plain_end)
    }
}

impl From<Range<usize>> for Part {
    fn from(span: Range<usize>) -> Self {
        Self { span, plain_end: 0 }
    }
}

/// Walks over the elements of the header's list. Every byte is looked at a bounded number of times, so a hostile header
/// costs no more than a long one.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether the next element may begin without a comma: the first one, and one after quoting that is broken anyway.
    separated: bool,
    /// A search for the end of a broken string has run to the end of the text in vain; the next one would too.
    no_way_back: bool,
}

impl Scanner<'_> {
    /// The next element that has an `=`.
    fn next(&mut self, report: &mut impl FnMut(IssueKind, Range<usize>)) -> Option<Element> {
        loop {
            self.separators(report)?;
            let start = self.at;
            let plain_end = skip_plain(self.text, start);
            self.at = skip(self.text, plain_end, is_name_byte);
            let name = start..self.at;
            if self.peek() == Some(b'"') && name.is_empty() {
                report(IssueKind::BrokenQuoting, self.at..self.at + 1);
                self.at += 1;
                self.forgive_separator();
                continue;
            }
            self.take_while(is_blank);
            if self.peek() != Some(b'=') {
                self.at = name.end;
                report(IssueKind::NoEquals, name);
                continue;
            }
            let before_equals = self.at;
            self.at += 1;
            let blanks = self.take_while(is_blank);
            if before_equals > name.end || !blanks.is_empty() {
                report(IssueKind::SpaceAroundEquals, name.end..blanks.end);
            }
            let value = if self.peek() == Some(b'"') {
                self.quoted(report)
            } else {
                self.unquoted(report).into()
            };
            let name = Part {
                span: name,
                plain_end,
            };
            return Some(Element { name, value });
        }
    }

    /// Reads what stands between two elements; `None` at the end of the text.
    fn separators(&mut self, report: &mut impl FnMut(IssueKind, Range<usize>)) -> Option<()> {
        let mut separated = core::mem::take(&mut self.separated);
        let mut comma = None;
        loop {
            self.take_while(is_blank);
            let here = self.at..self.at + 1;
            match self.peek() {
                Some(b',') if !separated => comma = Some(here),
                Some(b',') => report(IssueKind::EmptyElement, here),
                Some(b'&' | b';') => report(IssueKind::WrongSeparator, here),
                Some(_) => {
                    if !separated {
                        report(IssueKind::WrongSeparator, self.at..self.at);
                    }
                    return Some(());
                }
                None => {
                    if let Some(comma) = comma {
                        report(IssueKind::EmptyElement, comma);
                    }
                    return None;
                }
            }
            separated = true;
            self.at += 1;
        }
    }

    /// Reads a value at its opening quote.
    fn quoted(&mut self, report: &mut impl FnMut(IssueKind, Range<usize>)) -> Part {
        let opening = self.at;
        let start = opening + 1;
        let plain_end = skip_plain(self.text, start);
        let quote = closing_quote(self.text, plain_end);
        if let Some(quote) = quote
            && ends_element(self.text, quote + 1)
        {
            self.at = quote + 1;
            return Part {
                span: start..quote,
                plain_end,
            };
        }
        let end = match quote {
            // `a="b, c="d"`: the quote found opens the next value, so this one ends at the comma before its name.
            Some(quote) => match comma_before_name(self.text, start..quote) {
                Some(comma) => comma,
                // `a="b "c", d", e="f"`: a quote not escaped. The string ends where a whole element follows.
                None => self.quote_before_element(quote).unwrap_or(quote),
            },
            None => (start..self.text.len())
                .find(|&at| {
                    self.text.get(at) == Some(&b',') && begins_element(self.text, at + 1, b"=")
                })
                .unwrap_or(self.text.len()),
        };
        self.at = end + usize::from(self.text.get(end) == Some(&b'"'));
        report(IssueKind::BrokenQuoting, opening..self.at);
        self.forgive_separator();
        (start..end).into()
    }

    /// The next quote that ends the text or is followed by a separator and a whole element; not the one at `from`, after
    /// which no element can end.
    fn quote_before_element(&mut self, from: usize) -> Option<usize> {
        if self.no_way_back {
            return None;
        }
        let found = (from..self.text.len()).find(|&at| {
            self.text.get(at) == Some(&b'"') && {
                let after = skip(self.text, at + 1, is_blank);
                match self.text.get(after) {
                    None => true,
                    Some(b',' | b'&' | b';') => begins_element(self.text, after + 1, b"=\""),
                    Some(_) => false,
                }
            }
        });
        self.no_way_back = found.is_none();
        found
    }

    /// Reads a value without double quotes: up to a separator, or up to a blank that another element follows.
    fn unquoted(&mut self, report: &mut impl FnMut(IssueKind, Range<usize>)) -> Range<usize> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if is_separator(byte) || (is_blank(byte) && begins_element(self.text, self.at, b"=")) {
                break;
            }
            self.at += 1;
        }
        let mut end = self.at;
        while end > start && self.text.get(end - 1).is_some_and(|&byte| is_blank(byte)) {
            end -= 1;
        }
        if let [b'\'', .., b'\''] = slice(self.text, &(start..end)) {
            report(IssueKind::SingleQuotes, start..end);
            return start + 1..end - 1;
        }
        report(IssueKind::Unquoted, start..end);
        start..end
    }

    /// Where quoting is broken, a missing comma is a consequence and not a second mistake.
    fn forgive_separator(&mut self) {
        let after = skip(self.text, self.at, is_blank);
        self.separated = self
            .text
            .get(after)
            .is_some_and(|&byte| !is_separator(byte));
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take_while(&mut self, condition: impl Fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        self.at = skip(self.text, start, condition);
        start..self.at
    }
}

/// The first quote from `start` on that no backslash escapes.
fn closing_quote(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += find(text.get(at..)?, *b"\"\\")?;
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether an element may end at `at`: nothing follows, or a separator, or the next element with the comma forgotten.
fn ends_element(text: &[u8], at: usize) -> bool {
    let after = skip(text, at, is_blank);
    text.get(after).is_none_or(|&byte| is_separator(byte)) || begins_element(text, after, b"=\"")
}

/// Whether, after blanks, a name stands at `at` and `sign` follows it.
fn begins_element(text: &[u8], at: usize, sign: &[u8]) -> bool {
    let start = skip(text, at, is_blank);
    let end = skip(text, start, is_name_byte);
    end > start && text.get(end..).is_some_and(|rest| rest.starts_with(sign))
}

/// The comma of `…, name=` at the end of a range.
fn comma_before_name(text: &[u8], range: Range<usize>) -> Option<usize> {
    let inside = slice(text, &range).strip_suffix(b"=")?;
    let comma = inside.iter().rposition(|&byte| byte == b',')?;
    let name = inside.get(comma + 1..)?.trim_ascii_start();
    let is_name = !name.is_empty() && name.iter().all(|&byte| is_name_byte(byte));
    is_name.then_some(range.start + comma)
}

/// What in an encoded name or value is not as percent-encoding would have made it.
fn encoding_issues(text: &[u8], span: &Range<usize>) -> impl Iterator<Item = Issue> {
    let encoded = slice(text, span);
    let issue = |kind, at: Option<usize>| {
        let start = span.start + at?;
        let span = start..start + 1;
        Some(Issue { kind, span })
    };
    let not_encoded = encoded
        .iter()
        .position(|&byte| !is_unreserved(byte) && byte != b'%');
    let broken = issue(IssueKind::BrokenEscape, first_broken_escape(encoded));
    let raw = issue(IssueKind::NotEncoded, not_encoded);
    broken.into_iter().chain(raw)
}

/// Takes the backslashes out of a quoted string.
fn unescape(quoted: &[u8]) -> Vec<u8> {
    let mut escaped = false;
    let is_text = |byte: &u8| {
        escaped = *byte == b'\\' && !escaped;
        !escaped
    };
    quoted.iter().copied().filter(is_text).collect()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b',' | b'&' | b';')
}

fn is_name_byte(byte: u8) -> bool {
    !is_blank(byte) && !is_separator(byte) && !matches!(byte, b'=' | b'"')
}

/// The first place from `at` on where the condition does not hold.
fn skip(text: &[u8], mut at: usize, condition: impl Fn(u8) -> bool) -> usize {
    while text.get(at).is_some_and(|&byte| condition(byte)) {
        at += 1;
    }
    at
}

fn slice<'a>(text: &'a [u8], span: &Range<usize>) -> &'a [u8] {
    text.get(span.clone()).unwrap_or_default()
}

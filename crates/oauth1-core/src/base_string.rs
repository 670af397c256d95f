//! What text is signed? The signature base string (§3.4.1.1): method, base string URI and normalized parameters, each
//! percent-encoded and joined with `&`.

use crate::{
    authorization::Issue,
    base_string_uri::{self, Case, write_folded},
    encode::{Decoding, Times, encode_into, percent_decode},
    normalize::{Normalizer, Pushed},
    parameters::{Met, RawParameter, visit},
    request::{Request, Scheme},
    text::{Pair, Text, pairs},
    writer::Writer,
};
use alloc::vec::Vec;
use core::{fmt, ops::Range};

/// A signature base string. Always ASCII, and with exactly two `&`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseString(Vec<u8>);

impl BaseString {
    /// The base string of a request, by RFC 5849 to the byte.
    ///
    /// The method is put into upper case, ASCII letters only (rule 31). Without any parameter the text ends in `&`
    /// (rule 35).
    ///
    /// ```
    /// use oauth1_core::{base_string::BaseString, request::Request};
    /// let request = Request::from_url(b"get", b"http://example.com/r?b=2&a=x+y").unwrap();
    /// assert_eq!(
    ///     BaseString::of(&request).as_str(),
    ///     "GET&http%3A%2F%2Fexample.com%2Fr&a%3Dx%2520y%26b%3D2",
    /// );
    /// ```
    pub fn of(request: &Request) -> Self {
        Self::build(request, &[], |_| ())
    }

    /// The base string that the request will have once the given parameters, not encoded yet, are added to it: wherever
    /// they are put, it is the same (§3.4.1.3.1 collects from everywhere).
    pub fn with_parameters(request: &Request, added: &[(&[u8], &[u8])]) -> Self {
        Self::build(request, &pairs(added), |_| ())
    }

    /// Builds the base string and shows what it meets in passing, so that a verifier reads the request only once.
    pub(crate) fn build<'a>(
        request: &'a Request,
        added: &[Pair<'_>],
        mut show: impl FnMut(Shown<'_, 'a>),
    ) -> Self {
        let mut normalizer = Normalizer::new(beginning_of(request, added), Times::Twice);
        for (name, value) in added {
            normalizer.push(name, value, Decoding::Nothing);
        }
        visit(request, |met| {
            show(match met {
                Met::Parameter(raw) => {
                    let pushed = normalizer.push(&raw.name, &raw.value, raw.source.decoding());
                    Shown::Parameter(raw, pushed)
                }
                Met::Issue(issue) => Shown::Issue(issue),
            });
        });
        Self(normalizer.finish())
    }

    /// Joins three parts that are not encoded yet: method (written as given, so in upper case to be canonical), base
    /// string URI, and normalized parameters.
    pub fn from_parts(method: &[u8], uri: &[u8], normalized: &[u8]) -> Self {
        let mut text = Writer::with_room(method.len() + uri.len() + normalized.len() * 2);
        encode(method, &mut text);
        text.put_all(b"&");
        encode(uri, &mut text);
        text.put_all(b"&");
        encode(normalized, &mut text);
        Self(text.finish())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // Encoded text is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text as it goes into the digest.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for BaseString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is met on the way through a request while its base string is built.
pub(crate) enum Shown<'r, 'a> {
    Parameter(&'r RawParameter<'a>, Pushed),
    /// A departure from the grammar of the Authorization header.
    Issue(Issue),
}

/// Room is not made for a larger body, which may turn out to be no form.
const MOST_BODY_ROOM: usize = 16 * 1024;

/// Method and base string URI, encoded, each with its `&`; with room for the parameters.
fn beginning_of(request: &Request, added: &[Pair<'_>]) -> Writer {
    let address = request.authority.len() + request.path.len();
    let parameters = added
        .iter()
        .map(|(name, value)| name.len() + value.len() + 6)
        .sum::<usize>()
        + request.query.as_ref().map_or(0, Vec::len)
        + request.body.len().min(MOST_BODY_ROOM)
        + request.header("Authorization").map_or(0, <[u8]>::len);
    // Doubly encoded text is seldom longer by more than half.
    let mut text = Writer::with_room(256 + address + parameters + parameters / 2);
    write_folded(&request.method, Case::Upper, |piece| {
        encode(piece, &mut text);
    });
    text.put_all(match request.scheme {
        Scheme::Http => b"&http%3A%2F%2F",
        Scheme::Https => b"&https%3A%2F%2F",
    });
    base_string_uri::write_after_scheme(request, |piece| encode(piece, &mut text));
    text.put_all(b"&");
    text
}

fn encode(bytes: &[u8], out: &mut Writer) {
    encode_into(&Text::of(bytes), out);
}

/// A base string split into its parts. Spans are byte offsets into the text given to [`parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedBaseString {
    /// The method.
    pub method: Range<usize>,
    /// The encoded base string URI.
    pub uri: Range<usize>,
    /// The whole third part.
    pub parameters: Range<usize>,
    /// The pairs of the third part, in the order they stand there; an empty piece between two `%26` is an empty pair.
    pub pairs: Vec<ParsedPair>,
}

/// One pair of the third part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedPair {
    /// The doubly encoded name.
    pub name: Range<usize>,
    /// The doubly encoded value; empty, at the pair's end, when there is no `%3D`.
    pub value: Range<usize>,
    /// Whether there was a `%3D`.
    pub has_equals: bool,
    /// The name, decoded twice.
    pub decoded_name: Vec<u8>,
    /// The value, decoded twice.
    pub decoded_value: Vec<u8>,
}

/// Why text is no base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseStringError {
    /// Three parts need exactly two `&`.
    Separators {
        /// How many `&` there are.
        found: usize,
    },
    /// There is no text at all.
    Empty,
}

impl fmt::Display for BaseStringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the base string is empty"),
            Self::Separators { found } => write!(
                f,
                "a base string has exactly two `&`, here are {found}: method, URI and parameters are each \
                 percent-encoded, so that no other `&` is left"
            ),
        }
    }
}

impl core::error::Error for BaseStringError {}

/// Splits text into the parts of a base string. Strict about the two `&`, lenient about everything else: encodings may
/// be broken, the order wrong, the method in lower case.
///
/// # Errors
/// When the text is empty or does not have exactly two `&`.
///
/// ```
/// let text = b"GET&http%3A%2F%2Fexample.com%2F&a%3Dx%2520y%26b";
/// let parsed = oauth1_core::base_string::parse(text)?;
/// assert_eq!(&text[parsed.method], b"GET");
/// assert_eq!(parsed.pairs[0].decoded_value, b"x y");
/// assert!(!parsed.pairs[1].has_equals);
/// # Ok::<(), oauth1_core::base_string::BaseStringError>(())
/// ```
pub fn parse(text: &[u8]) -> Result<ParsedBaseString, BaseStringError> {
    if text.is_empty() {
        return Err(BaseStringError::Empty);
    }
    let mut separators = text
        .iter()
        .enumerate()
        .filter_map(|(at, &byte)| (byte == b'&').then_some(at));
    let (Some(first), Some(second), None) =
        (separators.next(), separators.next(), separators.next())
    else {
        let found = text.split(|&byte| byte == b'&').skip(1).count();
        return Err(BaseStringError::Separators { found });
    };
    let parameters = second + 1..text.len();
    Ok(ParsedBaseString {
        method: 0..first,
        uri: first + 1..second,
        pairs: parse_pairs(text, parameters.clone()),
        parameters,
    })
}

fn parse_pairs(text: &[u8], parameters: Range<usize>) -> Vec<ParsedPair> {
    let mut pairs = Vec::new();
    let mut start = parameters.start;
    while start < parameters.end || !pairs.is_empty() {
        let rest = start..parameters.end;
        let separator = find(text, rest.clone(), *b"%26");
        pairs.push(parse_pair(text, start..separator.unwrap_or(rest.end)));
        match separator {
            Some(at) => start = at + 3,
            None => break,
        }
    }
    pairs
}

fn parse_pair(text: &[u8], pair: Range<usize>) -> ParsedPair {
    let equals = find(text, pair.clone(), *b"%3D");
    let name = pair.start..equals.unwrap_or(pair.end);
    let value = equals.map_or(pair.end, |at| at + 3)..pair.end;
    let decoded = |span: &Range<usize>| {
        let once = percent_decode(text.get(span.clone()).unwrap_or_default());
        percent_decode(&once).into_owned()
    };
    ParsedPair {
        decoded_name: decoded(&name),
        decoded_value: decoded(&value),
        name,
        value,
        has_equals: equals.is_some(),
    }
}

/// Where an escape first stands in part of the text, its digits in any case.
fn find(text: &[u8], within: Range<usize>, escape: [u8; 3]) -> Option<usize> {
    let at = text
        .get(within.clone())?
        .windows(3)
        .position(|window| window.eq_ignore_ascii_case(&escape))?;
    Some(within.start + at)
}

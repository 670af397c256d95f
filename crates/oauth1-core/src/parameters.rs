//! Which parameters are signed (§3.4.1.3.1), and in what order (§3.4.1.3.2)?

use crate::{
    authorization::{Authorization, Event, Issue, oauth_credentials},
    encode::{self, Decoding, Times},
    normalize::Normalizer,
    request::Request,
    text::Text,
    writer::Writer,
};
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

/// Where a parameter was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The Authorization header (§3.5.1).
    Header,
    /// The query of the URL (§3.5.3).
    Query,
    /// The form body (§3.5.2).
    Body,
}

impl Source {
    /// How names and values are decoded there: only in a query or form does `+` stand for a space (rules 55, 108).
    pub(crate) fn decoding(self) -> Decoding {
        match self {
            Self::Header => Decoding::Percent,
            Self::Query | Self::Body => Decoding::Form,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "Authorization header",
            Self::Query => "query",
            Self::Body => "body",
        })
    }
}

/// One parameter: decoded, with the text it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// The name, decoded once.
    pub name: Cow<'a, [u8]>,
    /// The value, decoded once; empty when there was no `=`.
    pub value: Cow<'a, [u8]>,
    /// The name as on the wire.
    pub raw_name: &'a [u8],
    /// The value as on the wire, in a header without its quotes; `None` when there was no `=`.
    pub raw_value: Option<&'a [u8]>,
    /// Where it was sent.
    pub source: Source,
}

/// All parameters of a request, in the order header, query, body, and as sent within each. The header's `realm` is left
/// out; `oauth_signature` is in the list, and is left out when the list is normalized.
#[derive(Clone, Debug)]
pub struct Parameters<'a> {
    /// The parameters.
    pub list: Vec<Parameter<'a>>,
    /// The first Authorization header whose scheme is OAuth.
    pub authorization: Option<Authorization<'a>>,
}

/// Collects the parameters of a request (§3.4.1.3.1): those of the Authorization header, of the query whatever the
/// method (rule 54), and of the body when it is a form ([`Request::form_body`]).
///
/// Duplicates all count (rule 80). Only the header's `realm` is left out, in any case; a query or form parameter of that
/// name is signed (rules 68, 69).
pub fn collect_parameters(request: &Request) -> Parameters<'_> {
    let authorization = request
        .header_values("Authorization")
        .find_map(Authorization::parse);
    let mut list = authorization
        .as_ref()
        .map_or_else(Vec::new, |header| header.parameters.clone());
    if let Some(query) = &request.query {
        list.extend(split_form(query, Source::Query));
    }
    if let Some(body) = request.form_body() {
        list.extend(split_form(body, Source::Body));
    }
    Parameters {
        list,
        authorization,
    }
}

/// Splits a query or form body into parameters.
///
/// `&` separates, and nothing else: `;` and a later `?` are data (rules 61, 62). An empty piece gives no parameter
/// (rule 59). The first `=` splits (rule 60); a piece without one is a name with an empty value (rule 57), and `=v` is a
/// value with an empty name (rule 58). `+` is a space, `%XX` a byte, and a broken escape stands for itself (rule 64).
///
/// ```
/// use oauth1_core::parameters::{Source, split_form};
/// let pairs = split_form(b"b5=%3D%253D&c%40=&c2&&a+b=1=2", Source::Query);
/// let decoded: Vec<_> = pairs.iter().map(|pair| (&*pair.name, &*pair.value)).collect();
/// let expected: [(&[u8], &[u8]); 4] = [(b"b5", b"=%3D"), (b"c@", b""), (b"c2", b""), (b"a b", b"1=2")];
/// assert_eq!(decoded, expected);
/// ```
pub fn split_form(text: &[u8], source: Source) -> Vec<Parameter<'_>> {
    let mut parameters = Vec::new();
    form_pieces(text, source, |raw| parameters.push(raw.decode()));
    parameters
}

impl Parameter<'_> {
    /// Whether its name begins with `oauth_`, as those of all protocol parameters do (§3.1).
    pub fn is_protocol(&self) -> bool {
        self.name.starts_with(b"oauth_")
    }
}

impl Parameters<'_> {
    /// The decoded value of the first parameter with that decoded name. Names are case sensitive (rule 1).
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.list
            .iter()
            .find(|parameter| *parameter.name == *name.as_bytes())
            .map(|parameter| &*parameter.value)
    }

    /// The normalized parameters (§3.4.1.3.2): encoded, then sorted by name and by value, joined with `=` and `&`.
    /// `oauth_signature` is left out wherever it was sent (rule 78).
    pub fn normalized(&self) -> String {
        let mut normalizer = Normalizer::new(Writer::with_room(256), Times::Once);
        for parameter in &self.list {
            let (name, value) = (Text::of(&parameter.name), Text::of(&parameter.value));
            normalizer.push(&name, &value, Decoding::Nothing);
        }
        encode::ascii(normalizer.finish())
    }
}

/// One parameter, still encoded.
pub(crate) struct RawParameter<'a> {
    pub(crate) name: Text<'a>,
    /// Empty when there was no `=`.
    pub(crate) value: Text<'a>,
    pub(crate) has_equals: bool,
    pub(crate) source: Source,
}

impl<'a> RawParameter<'a> {
    pub(crate) fn decoded_name(&self) -> Cow<'a, [u8]> {
        encode::decode(&self.name, self.source.decoding())
    }

    pub(crate) fn decoded_value(&self) -> Cow<'a, [u8]> {
        encode::decode(&self.value, self.source.decoding())
    }

    pub(crate) fn decode(&self) -> Parameter<'a> {
        Parameter {
            name: self.decoded_name(),
            value: self.decoded_value(),
            raw_name: self.name.bytes(),
            raw_value: self.has_equals.then(|| self.value.bytes()),
            source: self.source,
        }
    }
}

/// What is met on the way through a request.
pub(crate) enum Met<'r, 'a> {
    Parameter(&'r RawParameter<'a>),
    /// A departure from the grammar of the Authorization header.
    Issue(Issue),
}

/// Visits what [`collect_parameters`] collects, without decoding and without memory of its own.
pub(crate) fn visit<'a>(request: &'a Request, mut visit: impl FnMut(Met<'_, 'a>)) {
    let credentials = request
        .header_values("Authorization")
        .find_map(oauth_credentials);
    if let Some(credentials) = credentials {
        credentials.read(|event| match event {
            Event::Parameter(element) => {
                visit(Met::Parameter(&element.raw(credentials.value())));
            }
            Event::Issue(issue) => visit(Met::Issue(issue)),
            Event::Realm(_) => {}
        });
    }
    let query = request.query.as_deref().unwrap_or_default();
    form_pieces(query, Source::Query, |raw| visit(Met::Parameter(raw)));
    let body = request.form_body().unwrap_or_default();
    form_pieces(body, Source::Body, |raw| visit(Met::Parameter(raw)));
}

/// Hands over the parameters of a query or form body. (An iterator would have to move each of them.)
#[inline]
fn form_pieces<'a>(text: &'a [u8], source: Source, mut each: impl FnMut(&RawParameter<'a>)) {
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        if byte == b'&' {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let name = Text::until(rest, *b"&=");
        let after_equals = name.after().strip_prefix(b"=");
        let value = Text::until(after_equals.unwrap_or_default(), *b"&");
        rest = if after_equals.is_some() {
            value.after()
        } else {
            name.after()
        };
        each(&RawParameter {
            name,
            value,
            has_equals: after_equals.is_some(),
            source,
        });
    }
}

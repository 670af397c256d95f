//! What is a request, as far as its signature is concerned? The bytes that went over the wire, unchanged.

use crate::scan::split_once;
use alloc::vec::Vec;
use core::fmt;

/// The scheme of the URL. It does not travel in a request's first line, so it has to be known from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// What a URL of this scheme begins with.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    /// The port that is left out of the base string URI (§3.4.1.2): 80 or 443.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name as sent; it is compared without regard to case.
    pub name: Vec<u8>,
    /// The value as sent, but unfolded and without surrounding white space.
    pub value: Vec<u8>,
}

impl Header {
    /// Whether the header has that name, in any case.
    pub fn is(&self, name: &str) -> bool {
        // Mostly, it is written as everybody writes it.
        self.name == name.as_bytes() || self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// A request, byte for byte as sent. Nothing in it is decoded or normalized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method as sent: `GET`, but also `get`.
    pub method: Vec<u8>,
    /// Known from the URL, from an option, or assumed by whoever read the request.
    pub scheme: Scheme,
    /// The Host header's bytes (`Example.com:80`), or the authority of the URL without userinfo.
    pub authority: Vec<u8>,
    /// The path's bytes; may be empty when it came from a URL.
    pub path: Vec<u8>,
    /// What follows the first `?`; `None` when there is no `?`.
    pub query: Option<Vec<u8>>,
    /// In the order sent.
    pub headers: Vec<Header>,
    /// The body after de-chunking, otherwise as sent.
    pub body: Vec<u8>,
}

/// Why bytes are not an absolute http(s) URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// It begins with neither `http://` nor `https://`.
    NoScheme,
    /// There is no host after the scheme.
    NoHost,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoScheme => {
                "the URL begins with neither http:// nor https://; give the whole URL"
            }
            Self::NoHost => "the URL has no host after http:// or https://",
        })
    }
}

impl core::error::Error for UrlError {}

/// What the Content-Type header says the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`: in any case, with or without parameters such as `charset`.
    Form,
    /// `application/json` or `…+json`.
    Json,
    /// `multipart/…`.
    Multipart,
    /// Anything else, no Content-Type, or several of them.
    Other,
}

impl Request {
    /// A request without headers and body. `target` is in origin form (`/path?query`): it is split at the first `?`,
    /// and a fragment, which never travels, is dropped.
    ///
    /// ```
    /// use oauth1_core::request::{Request, Scheme};
    /// let request = Request::new(b"GET", Scheme::Http, b"example.com:8080", b"/r%20v/X?id=123?4");
    /// assert_eq!(request.path, b"/r%20v/X");
    /// assert_eq!(request.query.as_deref(), Some(&b"id=123?4"[..]));
    /// ```
    pub fn new(method: &[u8], scheme: Scheme, authority: &[u8], target: &[u8]) -> Self {
        let (without_fragment, _) = split_once(target, b'#');
        let (path, query) = split_once(without_fragment, b'?');
        Self {
            method: method.to_vec(),
            scheme,
            authority: authority.to_vec(),
            path: path.to_vec(),
            query: query.map(<[u8]>::to_vec),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A request without headers and body, from an absolute URL. No byte of path or query changes; userinfo and
    /// fragment are dropped, because neither travels in a request's first line.
    ///
    /// # Errors
    /// When the URL does not begin with `http://` or `https://` (in any case), or has no host.
    ///
    /// ```
    /// use oauth1_core::request::{Request, Scheme};
    /// let request = Request::from_url(b"GET", b"HTTPS://me@Example.com?a=b#top")?;
    /// assert_eq!(request.scheme, Scheme::Https);
    /// assert_eq!(request.authority, b"Example.com");
    /// assert_eq!(request.path, b"");
    /// # Ok::<(), oauth1_core::request::UrlError>(())
    /// ```
    pub fn from_url(method: &[u8], url: &[u8]) -> Result<Self, UrlError> {
        let (scheme, rest) = [Scheme::Http, Scheme::Https]
            .into_iter()
            .find_map(|scheme| Some((scheme, strip_scheme(url, scheme)?)))
            .ok_or(UrlError::NoScheme)?;
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
            .unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        // Userinfo is no part of the base string URI (rule 43): it would put a password into logs.
        let authority = authority
            .rsplit(|&byte| byte == b'@')
            .next()
            .unwrap_or(authority);
        if authority.is_empty() || authority.starts_with(b":") {
            return Err(UrlError::NoHost);
        }
        Ok(Self::new(method, scheme, authority, target))
    }

    /// The first value of the header with that name (any case).
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|header| header.is(name))
            .map(|header| header.value.as_slice())
    }

    /// All values of the header with that name (any case), in the order sent.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers
            .iter()
            .filter(move |header| header.is(name))
            .map(|header| header.value.as_slice())
    }

    /// The body's kind by its Content-Type: the media type is compared without regard to case and parameters such as
    /// `charset` are ignored (rules 72, 73). Two Content-Type headers decide nothing (rule 76).
    pub fn body_kind(&self) -> BodyKind {
        let mut values = self.header_values("Content-Type");
        let (Some(value), None) = (values.next(), values.next()) else {
            return BodyKind::Other;
        };
        let (media_type, _) = split_once(value, b';');
        let media_type = media_type.trim_ascii();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name.as_bytes());
        let (main_type, subtype) = split_once(media_type, b'/');
        let suffix = subtype.and_then(|subtype| subtype.last_chunk());
        if is("application/x-www-form-urlencoded") {
            BodyKind::Form
        } else if is("application/json")
            || suffix.is_some_and(|suffix: &[u8; 5]| suffix.eq_ignore_ascii_case(b"+json"))
        {
            BodyKind::Json
        } else if main_type.eq_ignore_ascii_case(b"multipart") {
            BodyKind::Multipart
        } else {
            BodyKind::Other
        }
    }

    /// The body, when §3.4.1.3.1 counts it among the parameters: a form by its Content-Type, under any method
    /// (rule 75), and not compressed (rule 76: nobody signs the bytes of a compressed form).
    pub fn form_body(&self) -> Option<&[u8]> {
        let plain = self
            .header_values("Content-Encoding")
            .all(|coding| coding.eq_ignore_ascii_case(b"identity"));
        (plain && self.body_kind() == BodyKind::Form).then_some(self.body.as_slice())
    }
}

fn strip_scheme(url: &[u8], scheme: Scheme) -> Option<&[u8]> {
    let prefix = scheme.prefix().as_bytes();
    let (start, rest) = url.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

//! What the search knows about one request, worked out once.

use std::sync::OnceLock;

use oauth1_core::{
    base_string::BaseString,
    base_string_uri::split_authority,
    parameters::{Parameter, Parameters, collect_parameters},
    request::Request,
};

/// The parts of a URL, byte for byte; nothing is decoded or folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UrlParts {
    pub scheme: Vec<u8>,
    /// With its `@`.
    pub userinfo: Vec<u8>,
    pub host: Vec<u8>,
    /// With its `:`.
    pub port: Vec<u8>,
    pub path: Vec<u8>,
    /// Without its `?`.
    pub query: Option<Vec<u8>>,
    /// Without its `#`.
    pub fragment: Option<Vec<u8>>,
}

impl UrlParts {
    /// Splits `scheme://authority/path?query#fragment`; `None` when there is no `://`.
    pub(crate) fn split(url: &[u8]) -> Option<Self> {
        let colon = find(url, b"://")?;
        let (scheme, rest) = (&url[..colon], &url[colon + 3..]);
        let (rest, fragment) = split_once(rest, b'#');
        let (rest, query) = split_once(rest, b'?');
        let slash = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(slash);
        let at = authority
            .iter()
            .rposition(|b| *b == b'@')
            .map_or(0, |at| at + 1);
        let (userinfo, authority) = authority.split_at(at);
        let (host, _) = split_authority(authority);
        Some(Self {
            scheme: scheme.to_vec(),
            userinfo: userinfo.to_vec(),
            host: host.to_vec(),
            port: authority.get(host.len()..).unwrap_or_default().to_vec(),
            path: path.to_vec(),
            query: query.map(<[u8]>::to_vec),
            fragment: fragment.map(<[u8]>::to_vec),
        })
    }
}

pub(crate) fn split_once(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == at) {
        Some(index) => (&text[..index], Some(&text[index + 1..])),
        None => (text, None),
    }
}

/// How often a byte occurs.
pub(crate) fn count(text: &[u8], byte: u8) -> usize {
    text.split(|other| *other == byte).count() - 1
}

pub(crate) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len())
        .position(|window| window == needle)
}

/// A request and what is derived from it.
pub(crate) struct Facts<'a> {
    pub request: &'a Request,
    pub parameters: Parameters<'a>,
    pub typed: Option<UrlParts>,
    /// Lower case host, as the canonical form has it.
    pub host: Vec<u8>,
    /// With its colon; empty when it is the default.
    pub port: Vec<u8>,
    /// Requests before a redirect.
    pub earlier: &'a [Request],
    base_string: OnceLock<BaseString>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(
        request: &'a Request,
        typed_url: Option<&[u8]>,
        earlier: &'a [Request],
    ) -> Self {
        let uri = oauth1_core::base_string_uri::base_string_uri(request);
        let parts = UrlParts::split(&uri).unwrap_or_default();
        Self {
            request,
            parameters: collect_parameters(request),
            typed: typed_url.and_then(UrlParts::split),
            host: parts.host,
            port: parts.port,
            earlier,
            base_string: OnceLock::new(),
        }
    }

    /// The right base string, made when it is first asked for.
    pub(crate) fn base_string(&self) -> &BaseString {
        self.base_string
            .get_or_init(|| BaseString::of(self.request))
    }

    /// The signed parameters in the order header, query, body.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Parameter<'a>> {
        let all = self.parameters.list.iter();
        all.filter(|parameter| *parameter.name != *b"oauth_signature")
    }

    /// The first decoded value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        self.parameters.get(name)
    }

    /// The header's `realm`.
    pub(crate) fn realm(&self) -> Option<&[u8]> {
        self.parameters.authorization.as_ref()?.realm.as_deref()
    }

    /// Host and port as they were sent, port with its colon.
    pub(crate) fn sent_authority(&self) -> (&[u8], &[u8]) {
        let authority = self.request.authority.as_slice();
        let (host, _) = split_authority(authority);
        (host, authority.get(host.len()..).unwrap_or_default())
    }
}

/// Captured bytes for a sentence: lossy text, control characters escaped, cut after 60 characters.
pub(crate) fn show(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 {
        shown.push('…');
    }
    shown
}

//! The base string URI: scheme, host, port and path as the signature sees them.

mod authority;
mod path;
mod suffix;
mod typed;

use crate::{
    choice::{Choice, Op},
    facts::Facts,
    mistakes::{Mistake, Stage},
    stages::method,
};

/// The page of `scheme-wrong`.
pub static SCHEME_WRONG: Mistake = Mistake {
    id: "scheme-wrong",
    stage: Stage::Uri,
    cost: 9,
    title: "signed http where https was sent, or the reverse",
    what: "The base string URI begins with the other scheme, for example `http%3A%2F%2F` for a request \
        sent over TLS. RFC 5849 section 3.4.1.2 takes the scheme of the request that was sent.",
    why: "A setting says http while the connection uses https, a redirect upgraded the request, or TLS \
        ends at a proxy and the code behind it rebuilds the URL as http. Then the client is right and \
        the server's own URL is wrong.",
    who: "Servers behind a load balancer that do not read `X-Forwarded-Proto` (Rails, Django, PHP, Java \
        servlets), WordPress with an http site address, copied configuration, `ssl: true` flags that \
        only the HTTP library sees.",
    fix: "Build the signed URL and the sent URL from one value. Behind a proxy, make the server use the \
        forwarded scheme, host and port.",
};

/// The page of `scheme-case`.
pub static SCHEME_CASE: Mistake = Mistake {
    id: "scheme-case",
    stage: Stage::Uri,
    cost: 45,
    title: "signed the scheme with capital letters",
    what: "The URL was typed as `HTTP://…` and signed that way. RFC 5849 section 3.4.1.2 asks for a \
        lower-case scheme: `http%3A%2F%2F`.",
    why: "The caller's URL is cut into pieces as text, while the HTTP library reads the scheme without \
        regard to case. The base string begins `GET&HTTP%3A`.",
    who: "22 of 59 clients that were measured keep it, among them Net::OAuth, LWP::Authen::OAuth, \
        oauth1-request and the Alteryx Python modules.",
    fix: "Convert the scheme to lower case before signing, or let a URL parser print the URL.",
};

/// The page of `host-case`.
pub static HOST_CASE: Mistake = Mistake {
    id: "host-case",
    stage: Stage::Uri,
    cost: 30,
    title: "signed the host with capital letters",
    what: "The host stands in the base string as it was typed, for example `API.Example.com`. RFC 5849 \
        section 3.4.1.2 asks for lower case: `api.example.com`.",
    why: "The caller's URL is used as text; the HTTP library may send the host in lower case or as \
        typed. Capital letters before the path show it.",
    who: "Half of the clients that were measured, among them Net::OAuth, google-oauth-client, liboauth, \
        aioauth-client, httr and oauth1-request.",
    fix: "Convert the host to lower case before signing. Leave the path's case alone.",
};

/// The page of `host-wrong`.
pub static HOST_WRONG: Mistake = Mistake {
    id: "host-wrong",
    stage: Stage::Uri,
    cost: 18,
    title: "signed another host than it sent the request to",
    what: "The host of the base string is not the host of the request. RFC 5849 section 3.4.1.2 takes \
        host and port from the `Host` header of the request.",
    why: "An alias, a tunnel, a proxy or a test server stands between: the client signs one name and the \
        request arrives under another, or the server checks against its configured address (`www.` or \
        none, an IP address, `X-Forwarded-Host`).",
    who: "WordPress, WooCommerce and Magento (they check against the configured site address), ngrok and \
        other tunnels, docker host names, node-oauth after a redirect (it signs for another `Host` \
        than it sends).",
    fix: "Sign the host that stands in the sent `Host` header, and call exactly the address that the \
        provider is configured with.",
};

/// The page of `host-userinfo`.
pub static HOST_USERINFO: Mistake = Mistake {
    id: "host-userinfo",
    stage: Stage::Uri,
    cost: 60,
    title: "kept user name and password of the URL",
    what: "A URL such as `https://user:pass@example.com/` was signed with its user part. RFC 5849 section \
        3.4.1.2 builds the URI from scheme, host, port and path only.",
    why: "The URL is signed as text. `%40` before the path shows it.",
    who: "Staging servers with Basic authentication in the URL, clients that print a parsed URL's \
        authority instead of its host.",
    fix: "Remove everything up to `@` from the authority before signing, and do not put a password into \
        the URL.",
};

/// The page of `host-idn`.
pub static HOST_IDN: Mistake = Mistake {
    id: "host-idn",
    stage: Stage::Uri,
    cost: 65,
    title: "signed an international host name in its other spelling",
    what: "The host was signed in Unicode and sent in its ASCII form, or the reverse. RFC 5849 section \
        3.4.1.2 takes the host of the request, which travels as `xn--…`.",
    why: "The HTTP library converts `bücher.example` to `xn--bcher-kva.example` after the signature was \
        made. Escapes such as `%C3%BC` in the host part of the base string show it.",
    who: "Code that signs the caller's URL text before a URL parser has seen it.",
    fix: "Convert the host to its ASCII form (`xn--…`) first, then sign and send that.",
};

/// The page of `port-default-kept`.
pub static PORT_DEFAULT_KEPT: Mistake = Mistake {
    id: "port-default-kept",
    stage: Stage::Uri,
    cost: 12,
    title: "kept the default port in the signed URL",
    what: "`:80` with http or `:443` with https stands in the base string URI. RFC 5849 section 3.4.1.2 \
        leaves a scheme's default port out: `https%3A%2F%2Fexample.com%2F`.",
    why: "The port comes with the typed URL or from a `Host` header and is kept. `%3A443%2F` or \
        `%3A80%2F` after the host shows it.",
    who: "URLs copied from the Alteryx interactive API pages (`https://host:443/…`), httr before 2017, \
        Scribe, Net::OAuth, mrjones/oauth, QtNetworkAuth and the Alteryx Python modules.",
    fix: "Leave the port out when it is 80 with http or 443 with https; keep every other port.",
};

/// The page of `port-dropped`.
pub static PORT_DROPPED: Mistake = Mistake {
    id: "port-dropped",
    stage: Stage::Uri,
    cost: 11,
    title: "left a port out that is not the default",
    what: "The request goes to a port such as `:8080`, and the base string URI has none. RFC 5849 section \
        3.4.1.2 keeps every port but the scheme's default one: `http%3A%2F%2Fexample.com%3A8080%2F`.",
    why: "The signing code asks a URL object for its host name, which comes without the port, or the \
        server behind a proxy does.",
    who: "PHP League's `getHost()`, Cocoa's `NSURL host`, JavaScript's `location.hostname`, Python's \
        `urlparse().hostname`, Mastercard's JavaScript signer, Magento 1 on the server side.",
    fix: "Add `:` and the port whenever it is not 80 with http or 443 with https.",
};

/// The page of `port-wrong`.
pub static PORT_WRONG: Mistake = Mistake {
    id: "port-wrong",
    stage: Stage::Uri,
    cost: 38,
    title: "signed another port than it sent the request to",
    what: "The base string URI names a port that the request was not sent to. RFC 5849 section 3.4.1.2 \
        takes the port of the `Host` header.",
    why: "The code adds the wrong default (443 for http), or a proxy or load balancer forwards to an \
        inner port and one side signs that one.",
    who: "Horde_Oauth (443 for every URL with a port), PHP's `SERVER_PORT` behind a load balancer, port \
        forwarding of containers.",
    fix: "Sign the port that the client connects to; behind a proxy, rebuild the URL from the forwarded \
        headers.",
};

/// The page of `path-empty`.
pub static PATH_EMPTY: Mistake = Mistake {
    id: "path-empty",
    stage: Stage::Uri,
    cost: 14,
    title: "signed a URL without a path",
    what: "The URL was typed without a path and the base string URI ends at the host. RFC 5849 section \
        3.4.1.2 signs the path as sent, and an empty path is sent as `/`: \
        `http%3A%2F%2Fexample.com%2F`.",
    why: "HTTP libraries send `GET /` for `http://example.com`, the signer keeps the text that it was \
        given.",
    who: "31 of 57 clients that were measured, among them Net::OAuth, WWW::OAuth, google-oauth-client, \
        QtNetworkAuth, aioauth-client and the Rust crates oauth1 and oauth1-request.",
    fix: "Make an empty path `/` before signing.",
};

/// The page of `trailing-slash-missing`.
pub static TRAILING_SLASH_MISSING: Mistake = Mistake {
    id: "trailing-slash-missing",
    stage: Stage::Uri,
    cost: 8,
    title: "left the final slash of the path out",
    what: "The request goes to `/api/v1/` and `/api/v1` was signed. RFC 5849 section 3.4.1.2 signs the \
        path as sent: `…%2Fapi%2Fv1%2F&`.",
    why: "The path is joined or normalised by a function that drops the last slash, or the server \
        redirects to the slashed address and the client sends the old signature there. The URI part of \
        the base string ends without `%2F`.",
    who: "Cocoa's `-[NSURL path]`, Restify, jQuery URL joins, Django's `APPEND_SLASH` redirect with most \
        HTTP libraries, Alteryx endpoints (they end in `/`).",
    fix: "Type the URL with its final slash, so that no redirect is needed, and sign the path as it is \
        sent.",
};

/// The page of `trailing-slash-extra`.
pub static TRAILING_SLASH_EXTRA: Mistake = Mistake {
    id: "trailing-slash-extra",
    stage: Stage::Uri,
    cost: 16,
    title: "signed a final slash that was not sent",
    what: "The base string URI ends in `/` and the request's path does not. RFC 5849 section 3.4.1.2 \
        signs the path as sent: `…%2Fapi%2Fv1&`.",
    why: "A base URL that ends in `/` was signed, or a helper adds a slash to every path, or a server \
        redirects to the address without it. The URI part ends in `%2F`.",
    who: "URL joins in jQuery and hand-written clients, web servers and frameworks that redirect to the \
        address without a slash.",
    fix: "Sign the path exactly as it stands in the request line.",
};

/// The page of `path-decoded`.
pub static PATH_DECODED: Mistake = Mistake {
    id: "path-decoded",
    stage: Stage::Uri,
    cost: 13,
    title: "signed the path without its percent-encoding",
    what: "The path was signed decoded and sent encoded: its escapes stand in the base string one level \
        too low. RFC 5849 section 3.4.1.2 signs the path as sent, so `/a%20b` becomes `%2Fa%2520b`.",
    why: "The signer works on the typed text or on a URL object's decoded path, and the HTTP library \
        encodes on sending. `%20` in the URI part where `%2520` belongs shows it.",
    who: "mrjones/oauth (every encoded path, even `%2F`), QtNetworkAuth, liboauth (also turns `+` into a \
        space), RestSharp `AddUrlSegment`, oauthlib before 2019, servlet and WSGI servers that hand \
        out decoded paths.",
    fix: "Encode the path first, sign that text and send the same text.",
};

/// The page of `path-encoded-again`.
pub static PATH_ENCODED_AGAIN: Mistake = Mistake {
    id: "path-encoded-again",
    stage: Stage::Uri,
    cost: 28,
    title: "percent-encoded the path once more",
    what: "An already encoded path was encoded again before the base string was built: `/a%20b` became \
        `%2Fa%252520b`. RFC 5849 section 3.4.1.2 signs the path as sent, so `%2Fa%2520b` is right.",
    why: "The signer takes the path for plain text. `%2525` in the URI part shows it; a single `%25` \
        before two hex digits is right.",
    who: "Java's multi-argument `new URI(…)`, Mastercard's Java signer before its fix, TDOAuth.",
    fix: "Take the path as it stands in the request line and encode it once, when it enters the base \
        string.",
};

/// The page of `path-reencoded`.
pub static PATH_REENCODED: Mistake = Mistake {
    id: "path-reencoded",
    stage: Stage::Uri,
    cost: 34,
    title: "decoded the path and encoded it by other rules",
    what: "The path was decoded and encoded again, with other characters left as they are or with hex \
        digits in another case: `~` against `%7E`, `!` against `%21`, `%c3` against `%C3`. RFC 5849 \
        section 3.4.1.2 signs the path as sent.",
    why: "Signer and HTTP library each normalise the path in their own way. Compare the escapes of the \
        URI part with those of the request line.",
    who: "UWP `HttpClient`, aiohttp with yarl, Dart's `Uri`, axios, requests (`%7E` becomes `~`), \
        LWP::Authen::OAuth, WWW::OAuth, oauth-signature.",
    fix: "Give signer and HTTP library the same finished path, and turn re-encoding off where the \
        library allows it.",
};

/// The page of `path-normalized`.
pub static PATH_NORMALIZED: Mistake = Mistake {
    id: "path-normalized",
    stage: Stage::Uri,
    cost: 33,
    title: "tidied the path up before signing, or after",
    what: "The signed path and the sent path differ by dot segments, doubled slashes, `;parameters` or \
        letter case. RFC 5849 section 3.4.1.2 signs the path as sent.",
    why: "Most HTTP libraries turn `/a/../b` into `/b`, some signers cut `;version=1` off, and base \
        addresses ending in `/` give `//` in the middle.",
    who: "curl without `--path-as-is`, browsers, requests and most HTTP stacks (`..`); Python's \
        `urlparse` (cuts `;…`), httr, Mastercard's Python signer; RestKit and IIS-hosted LTI code \
        (letter case).",
    fix: "Resolve dots and doubled slashes in the URL first, then sign and send that URL.",
};

/// The page of `path-prefix`.
pub static PATH_PREFIX: Mistake = Mistake {
    id: "path-prefix",
    stage: Stage::Uri,
    cost: 37,
    title: "signed the path with a prefix added or missing",
    what: "The signed path has one or more leading segments too many or too few, for example `/v1/items` \
        for `/api/v1/items`. RFC 5849 section 3.4.1.2 signs the whole path of the request.",
    why: "A proxy or a mount point rewrites the path on the way, or the code signs the path that was \
        given to a client with a base URL. Only one of the two sides knows the prefix.",
    who: "Express (`req.url` against `req.originalUrl`), WordPress in a folder, applications behind a \
        gateway with path rewriting, HTTP clients with `baseURL`.",
    fix: "Sign the path that leaves the client; on the server, check against the original request \
        target.",
};

/// The page of `path-only`.
pub static PATH_ONLY: Mistake = Mistake {
    id: "path-only",
    stage: Stage::Uri,
    cost: 36,
    title: "signed only a part of the URL",
    what: "Only the path, or only scheme and host, stands where the base string URI belongs. RFC 5849 \
        section 3.4.1.2 wants scheme, host, port and path: `https%3A%2F%2Fexample.com%2Fitems`.",
    why: "The signing function was given `/items`, or a base URL, because that is what the HTTP client \
        is called with.",
    who: "HTTP clients with a base URL (axios, Guzzle, RestSharp, Retrofit), R code that calls \
        `httr::oauth_signature(url = base)`, Postman variables that are not yet filled in.",
    fix: "Join base URL and path first, and sign the complete URL.",
};

/// The page of `query-in-uri`.
pub static QUERY_IN_URI: Mistake = Mistake {
    id: "query-in-uri",
    stage: Stage::Uri,
    cost: 15,
    title: "kept the query string in the base string URI",
    what: "The signed URI still has its `?…`. RFC 5849 section 3.4.1.2 cuts the query off; its pairs \
        belong into the parameters (section 3.4.1.3.1).",
    why: "The whole URL is handed to the signer as the address. `%3F` in the second part of the base \
        string shows it; usually the pairs are then missing from the third part, or stand there too.",
    who: "The Rust crates oauth1, oauth1-header and oauth1-request when the query is typed into the URL, \
        the Alteryx Python modules, qoauth, rauth, peony, tcllib, oauthsimple and much hand-written \
        code.",
    fix: "Cut the URL at `?`, sign the part before it, and add the decoded pairs of the query to the \
        parameters.",
};

/// The page of `fragment-in-uri`.
pub static FRAGMENT_IN_URI: Mistake = Mistake {
    id: "fragment-in-uri",
    stage: Stage::Uri,
    cost: 58,
    title: "kept the #fragment in the base string URI",
    what: "The signed URI still has its `#…`. RFC 5849 section 3.4.1.2 has no fragment, and it is never \
        sent.",
    why: "The caller's URL is signed as text. `%23` at the end of the second part shows it.",
    who: "LWP::Authen::OAuth, Net::OAuth, QtNetworkAuth, reqwest-oauth1, the Rust crates oauth1 and \
        oauth1-request, the Alteryx Python modules.",
    fix: "Cut the URL at `#` before signing.",
};

/// The page of `uri-not-encoded`.
pub static URI_NOT_ENCODED: Mistake = Mistake {
    id: "uri-not-encoded",
    stage: Stage::Uri,
    cost: 24,
    title: "put the URI into the base string without encoding it right",
    what: "The second part stands there as plain text or with `/` or `:` left raw: \
        `GET&http://example.com/&…`. RFC 5849 section 3.4.1.1 encodes it like a value: \
        `GET&http%3A%2F%2Fexample.com%2F&…`.",
    why: "The encoding step was forgotten for this part, or the encoder treats `/` or `:` as safe.",
    who: "Python's `urllib.parse.quote` (keeps `/` unless `safe=''`), JavaScript's `encodeURI`, \
        litl/rauth before its fix, hand-written code.",
    fix: "Percent-encode the whole URI with the function of section 3.6; in Python `quote(uri, \
        safe='~')`.",
};

/// The page of `redirect-stale`.
pub static REDIRECT_STALE: Mistake = Mistake {
    id: "redirect-stale",
    stage: Stage::Uri,
    cost: 10,
    title: "sent the signature of the request before a redirect",
    what: "The server redirected and the client sent the same `Authorization` header to the new address. \
        RFC 5849 section 3.4.1 signs each request with its own method and URL, and section 3.3 wants a \
        new nonce.",
    why: "HTTP libraries follow redirects without telling the signer. The signature is right for the \
        first URL, typically the one without `/` at the end or with http.",
    who: "41 of 59 clients that were measured, among them requests_oauthlib, tweepy, Net::OAuth and \
        oauth-1.0a. Authlib with requests, google-oauth-client, pecl oauth and got with a hook sign \
        again.",
    fix: "Call the final address directly, or turn automatic redirects off and sign a new request for \
        the `Location`.",
};

/// The page of `url-as-typed`.
pub static URL_AS_TYPED: Mistake = Mistake {
    id: "url-as-typed",
    stage: Stage::Uri,
    cost: 27,
    title: "signed the URL as typed, not as sent",
    what: "The text of the URL that the code was given was signed, and the HTTP library sent a normalised \
        one. RFC 5849 section 3.4.1.2 signs the URL of the request as sent.",
    why: "Between the signer and the wire the library encoded spaces and non-ASCII letters, resolved \
        dots, dropped a default port or changed the host's case. The signature is right for the typed \
        text.",
    who: "23 of 59 clients that were measured in at least one case: QtNetworkAuth, liboauth, \
        aioauth-client, the Alteryx Python modules, oauth1-request, and every client that signs before \
        its HTTP library parses the URL.",
    fix: "Let the HTTP library or a URL parser build the final URL first, and sign what it gives back.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &SCHEME_WRONG,
    &SCHEME_CASE,
    &HOST_CASE,
    &HOST_WRONG,
    &HOST_USERINFO,
    &HOST_IDN,
    &PORT_DEFAULT_KEPT,
    &PORT_DROPPED,
    &PORT_WRONG,
    &PATH_EMPTY,
    &TRAILING_SLASH_MISSING,
    &TRAILING_SLASH_EXTRA,
    &PATH_DECODED,
    &PATH_ENCODED_AGAIN,
    &PATH_REENCODED,
    &PATH_NORMALIZED,
    &PATH_PREFIX,
    &PATH_ONLY,
    &QUERY_IN_URI,
    &FRAGMENT_IN_URI,
    &URI_NOT_ENCODED,
    &REDIRECT_STALE,
    &URL_AS_TYPED,
];

/// The first two parts of a base string before they are encoded: one choice a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UriState {
    pub method: Vec<u8>,
    pub scheme: Vec<u8>,
    /// With its `@`.
    pub userinfo: Vec<u8>,
    pub host: Vec<u8>,
    /// With its `:`.
    pub port: Vec<u8>,
    pub path: Vec<u8>,
    /// What is left of `?query#fragment` on the URI.
    pub suffix: Vec<u8>,
    pub form: UriForm,
}

/// Which of the fields are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UriForm {
    Whole,
    PathOnly,
    HostOnly,
    WithoutScheme,
    /// Something else altogether, known from the client's own base string.
    Verbatim(Vec<u8>),
}

impl UriState {
    /// The base string URI of §3.4.1.2.
    pub(crate) fn canonical(facts: &Facts<'_>) -> Self {
        let path = &facts.request.path;
        Self {
            method: facts.request.method.to_ascii_uppercase(),
            scheme: facts.request.scheme.as_str().as_bytes().to_vec(),
            userinfo: Vec::new(),
            host: facts.host.clone(),
            port: facts.port.clone(),
            path: if path.is_empty() {
                b"/".to_vec()
            } else {
                path.clone()
            },
            suffix: Vec::new(),
            form: UriForm::Whole,
        }
    }

    /// The text, not yet encoded.
    pub(crate) fn uri(&self) -> Vec<u8> {
        match &self.form {
            UriForm::Whole => [
                &self.scheme,
                b"://".as_slice(),
                &self.userinfo,
                &self.host,
                &self.port,
                &self.path,
                &self.suffix,
            ]
            .concat(),
            UriForm::WithoutScheme => [
                &self.userinfo,
                &self.host,
                &self.port,
                &self.path,
                &self.suffix,
            ]
            .map(Vec::as_slice)
            .concat(),
            UriForm::HostOnly => [
                &self.scheme,
                b"://".as_slice(),
                &self.userinfo,
                &self.host,
                &self.port,
            ]
            .concat(),
            UriForm::PathOnly => [self.path.as_slice(), &self.suffix].concat(),
            UriForm::Verbatim(text) => text.clone(),
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next
    }
}

/// Groups, in the order in which a client makes these choices.
mod group {
    pub(super) const METHOD: u8 = 0;
    pub(super) const WHOLE: u8 = 1;
    pub(super) const SCHEME: u8 = 2;
    pub(super) const USERINFO: u8 = 3;
    pub(super) const HOST: u8 = 4;
    pub(super) const PORT: u8 = 5;
    pub(super) const PATH_SHAPE: u8 = 6;
    pub(super) const PATH_TEXT: u8 = 7;
    pub(super) const PATH_END: u8 = 8;
    pub(super) const SUFFIX: u8 = 9;
    pub(super) const FORM: u8 = 10;
}

/// Collects ops that set one field.
struct Builder {
    ops: Vec<Op<UriState>>,
}

impl Builder {
    fn add(
        &mut self,
        group: u8,
        choice: Choice,
        change: impl Fn(&mut UriState) + Send + Sync + 'static,
    ) {
        self.ops
            .push(Op::new(group, choice, move |(), state: &UriState| {
                Some(state.with(&change))
            }));
    }

    fn path(
        &mut self,
        group: u8,
        choice: Choice,
        change: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) {
        self.add(group, choice, move |state| state.path = change(&state.path));
    }
}

/// The stages of [`choices`]: how the path's bytes become text is a matter of encoding, and another text in the URI's place
/// one of joining.
pub(crate) const STAGES: [Stage; 4] = [Stage::Method, Stage::Uri, Stage::Encoding, Stage::Joining];

/// Every departure in method and base string URI; `client` is the URI of the client's own base string, decoded, where it is known.
pub(crate) fn choices(facts: &Facts<'_>, client: Option<&[u8]>) -> Vec<Op<UriState>> {
    let mut builder = Builder { ops: Vec::new() };
    for (choice, method) in method::choices(facts) {
        builder.add(group::METHOD, choice, move |state| {
            state.method.clone_from(&method);
        });
    }
    if let Some(typed) = &facts.typed {
        typed::as_typed(&mut builder, facts, typed);
    }
    if let Some(client) = client {
        typed::from_client(&mut builder, facts, client);
    }
    authority::authority(&mut builder, facts);
    path::path_shape(&mut builder, facts);
    path::path_text(&mut builder, facts);
    path::path_end(&mut builder);
    suffix::suffix(&mut builder, facts);
    suffix::form(&mut builder);
    builder.ops.sort_by_key(|op| op.group);
    builder.ops
}

/// Each byte above 127 as the character of that number, in UTF-8.
pub(crate) fn latin1_to_utf8(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| char::from(*byte))
        .collect::<String>()
        .into_bytes()
}

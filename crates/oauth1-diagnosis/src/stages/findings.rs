//! What is wrong or doubtful in a request, whatever its signature.

use crate::mistakes::{Mistake, Stage};

/// The page of `oauth-parameter-missing`.
pub static OAUTH_PARAMETER_MISSING: Mistake = Mistake {
    id: "oauth-parameter-missing",
    stage: Stage::Finding,
    cost: 10,
    title: "left a required oauth_ parameter out",
    what: "One of `oauth_consumer_key`, `oauth_signature_method`, `oauth_signature`, `oauth_timestamp` or \
        `oauth_nonce` is missing. RFC 5849 section 3.1 requires them; PLAINTEXT alone may leave out \
        timestamp and nonce.",
    why: "The parameter was never added, or was lost when the header was written or read.",
    who: "Hand-written headers, form pages with an unclosed tag (LTI launches), parsers that drop a pair \
        at an `=`.",
    fix: "Send all of them, in one place, and sign all but `oauth_signature`.",
};

/// The page of `oauth-parameter-duplicate`.
pub static OAUTH_PARAMETER_DUPLICATE: Mistake = Mistake {
    id: "oauth-parameter-duplicate",
    stage: Stage::Finding,
    cost: 12,
    title: "sent an oauth_ parameter twice",
    what: "An `oauth_` parameter stands in the request more than once. RFC 5849 section 3.1 allows each \
        one once, and section 3.2 lets the server refuse the request.",
    why: "Your code and the library each add it, or a retry or redirect kept the first set.",
    who: "Open edX after an oauthlib upgrade (`oauth_body_hash`), LWP::Authen::OAuth and python-oauth2 \
        after a redirect, node-oauth (`oauth_verifier`).",
    fix: "Remove the earlier `oauth_` parameters before a request is signed again, and let one layer add \
        each.",
};

/// The page of `oauth-parameters-in-two-places`.
pub static OAUTH_PARAMETERS_IN_TWO_PLACES: Mistake = Mistake {
    id: "oauth-parameters-in-two-places",
    stage: Stage::Finding,
    cost: 13,
    title: "sent oauth_ parameters in two places",
    what: "`oauth_` parameters stand in more than one of header, query and body. RFC 5849 section 3.5 \
        allows one place a request.",
    why: "The library writes the header, and the code passes some of them as ordinary parameters too.",
    who: "PHPoAuthLib for Fitbit, TAO, clients that append `oauth_verifier` or `oauth_token` to the URL.",
    fix: "Put all of them into one place, the Authorization header if you can.",
};

/// The page of `header-malformed`.
pub static HEADER_MALFORMED: Mistake = Mistake {
    id: "header-malformed",
    stage: Stage::Finding,
    cost: 14,
    title: "wrote an Authorization header that cannot be read",
    what: "The header is not a list of `name=\"value\"` with commas between. RFC 5849 section 3.5.1 \
        writes `OAuth oauth_nonce=\"…\", oauth_version=\"1.0\"`.",
    why: "A comma after `OAuth`, a missing quote or comma, or a value with a quote in it.",
    who: "HWIOAuthBundle, Newman, REST Console, 500px samples, a `realm` with quotation marks (15 of 20 \
        clients do not escape them).",
    fix: "Write `OAuth `, then each `name=\"value\"` with both encoded, separated by a comma and a \
        space.",
};

/// The page of `header-scheme`.
pub static HEADER_SCHEME: Mistake = Mistake {
    id: "header-scheme",
    stage: Stage::Finding,
    cost: 30,
    title: "used another word than OAuth in the header",
    what: "The Authorization header does not begin with the scheme `OAuth`. RFC 5849 section 3.5.1 asks \
        for it, in any case, followed by a space.",
    why: "A library or template wrote `Bearer`, `OAuth1` or nothing.",
    who: "Clients made for OAuth 2.0, copied templates.",
    fix: "Begin the header with `OAuth `.",
};

/// The page of `header-quoting`.
pub static HEADER_QUOTING: Mistake = Mistake {
    id: "header-quoting",
    stage: Stage::Finding,
    cost: 28,
    title: "left quotes or encoding out of the header",
    what: "A value in the Authorization header has no quotes or is not percent-encoded: \
        `oauth_signature=a+b=`. RFC 5849 section 3.5.1 writes `oauth_signature=\"a%2Bb%3D\"`.",
    why: "The header was put together from raw values. Some servers accept it, others read something \
        else.",
    who: "Mastercard's Java signer (values not encoded), clj-oauth, an Elixir client for Xero, \
        hand-written code.",
    fix: "Percent-encode each value and put it between double quotes.",
};

/// The page of `signature-method-unknown`.
pub static SIGNATURE_METHOD_UNKNOWN: Mistake = Mistake {
    id: "signature-method-unknown",
    stage: Stage::Finding,
    cost: 26,
    title: "named a signature method that nobody knows",
    what: "`oauth_signature_method` is none of `HMAC-SHA1`, `RSA-SHA1` and `PLAINTEXT` (RFC 5849 section \
        3.4), nor one of the common extensions `HMAC-SHA256`, `HMAC-SHA512`, `RSA-SHA256`, \
        `RSA-SHA512`.",
    why: "The name comes from another standard or product, or OAuth 1.0 has no name for the algorithm. \
        The server cannot know what to check.",
    who: "Settings copied from elsewhere (`HS256`, `SHA256withRSA`), providers with methods of their \
        own.",
    fix: "Write the name exactly, for example `HMAC-SHA1`.",
};

/// The page of `signature-length`.
pub static SIGNATURE_LENGTH: Mistake = Mistake {
    id: "signature-length",
    stage: Stage::Finding,
    cost: 20,
    title: "sent a signature whose length does not fit its method",
    what: "The signature has another length than the declared method gives: 20 bytes for HMAC-SHA1, 32 \
        for HMAC-SHA256, 64 for HMAC-SHA512 (RFC 5849 section 3.4.2 and its extensions).",
    why: "Another hash was used, the text is hex, was cut, or lost characters on the way.",
    who: "oauth-signature (npm; SHA-1 under every name), hex digests, headers that lost their escapes.",
    fix: "Compare the length with 28, 44 and 88 characters of Base64, and use the hash that is declared.",
};

/// The page of `version-wrong`.
pub static VERSION_WRONG: Mistake = Mistake {
    id: "version-wrong",
    stage: Stage::Finding,
    cost: 40,
    title: "sent another oauth_version than 1.0",
    what: "`oauth_version` is not `1.0`. RFC 5849 section 3.1 allows it to be absent; if it is there it \
        must be `1.0`.",
    why: "`1.0a`, `1`, `1.1` or `2.0` was typed, or a number lost its decimals.",
    who: "Hand-written clients for \"OAuth 1.0a\", number formatting.",
    fix: "Send `oauth_version=\"1.0\"`, or leave it out.",
};

/// The page of `timestamp-milliseconds`.
pub static TIMESTAMP_MILLISECONDS: Mistake = Mistake {
    id: "timestamp-milliseconds",
    stage: Stage::Finding,
    cost: 15,
    title: "sent the time in milliseconds",
    what: "`oauth_timestamp` has 13 digits. RFC 5849 section 3.3 counts seconds since 1970: 10 digits.",
    why: "The language's clock gives milliseconds. The server reads a date far in the future.",
    who: "JavaScript `Date.now()`, Java `System.currentTimeMillis()`, DotNetOpenAuth and mrjones/oauth \
        before their fixes.",
    fix: "Divide by 1000 and drop the fraction.",
};

/// The page of `timestamp-not-integer`.
pub static TIMESTAMP_NOT_INTEGER: Mistake = Mistake {
    id: "timestamp-not-integer",
    stage: Stage::Finding,
    cost: 33,
    title: "sent a timestamp that is not a whole number",
    what: "`oauth_timestamp` is not made of digits only. RFC 5849 section 3.3 asks for a positive whole \
        number of seconds.",
    why: "The clock gives fractions or a date text, or a large number was printed as `1.7E9`.",
    who: "Python `time.time()`, R `as.numeric(Sys.time())`, Excel and VBA.",
    fix: "Convert the seconds to a whole number before printing them.",
};

/// The page of `timestamp-far`.
pub static TIMESTAMP_FAR: Mistake = Mistake {
    id: "timestamp-far",
    stage: Stage::Finding,
    cost: 16,
    title: "sent a time far from now",
    what: "`oauth_timestamp` is far from the time of the check. RFC 5849 section 3.3 lets the server \
        refuse old timestamps; most allow about five minutes.",
    why: "The clock is wrong, local time was taken for UTC, or the request was signed long before it was \
        sent.",
    who: "Virtual machines after a pause, VBA `DateDiff` on local time, saved requests that are sent \
        again.",
    fix: "Set the clock by the network, use UTC, and sign right before sending.",
};

/// The page of `nonce-empty`.
pub static NONCE_EMPTY: Mistake = Mistake {
    id: "nonce-empty",
    stage: Stage::Finding,
    cost: 44,
    title: "sent an empty nonce",
    what: "`oauth_nonce` has no value. RFC 5849 section 3.3 asks for a random text that is new with every \
        timestamp.",
    why: "The variable or function for it gave nothing.",
    who: "Templates with an unfilled variable.",
    fix: "Send a new random text of letters and digits with every request.",
};

/// The page of `token-empty`.
pub static TOKEN_EMPTY: Mistake = Mistake {
    id: "token-empty",
    stage: Stage::Finding,
    cost: 18,
    title: "sent an empty oauth_token",
    what: "`oauth_token` is there with no value. RFC 5849 section 3.1 leaves it out when no token is \
        used.",
    why: "The library writes every field of its form. It is counted in the signature, and some providers \
        refuse it, while Jira and Schoology want it.",
    who: "Postman with empty parameters switched on, scribe, dghubble/oauth1, .NET OAuth samples.",
    fix: "Leave `oauth_token` out of two-legged calls, unless the provider's documentation asks for it.",
};

/// The page of `callback-missing`.
pub static CALLBACK_MISSING: Mistake = Mistake {
    id: "callback-missing",
    stage: Stage::Finding,
    cost: 34,
    title: "left oauth_callback out of the first call",
    what: "The request for temporary credentials has no `oauth_callback`. RFC 5849 section 2.1 requires \
        it, with `oob` where there is no address.",
    why: "The client was written for OAuth 1.0 before revision A.",
    who: "Old libraries, hand-written handshakes.",
    fix: "Send and sign `oauth_callback`, an absolute address or `oob`.",
};

/// The page of `verifier-missing`.
pub static VERIFIER_MISSING: Mistake = Mistake {
    id: "verifier-missing",
    stage: Stage::Finding,
    cost: 31,
    title: "left oauth_verifier out of the token call",
    what: "The request for token credentials has no `oauth_verifier`. RFC 5849 section 2.3 requires the \
        one that the provider gave after the user's consent.",
    why: "The verifier was not read from the callback, or not passed to the signer.",
    who: "oauth-1.0a (it must be passed as data), twitteroauth, simple_oauth, older Postman.",
    fix: "Read `oauth_verifier` from the callback address or from the user, send it and sign it.",
};

/// The page of `plaintext-without-tls`.
pub static PLAINTEXT_WITHOUT_TLS: Mistake = Mistake {
    id: "plaintext-without-tls",
    stage: Stage::Finding,
    cost: 35,
    title: "sent PLAINTEXT over plain http",
    what: "The signature method is PLAINTEXT and the request goes over http. RFC 5849 section 3.4.4 \
        requires TLS, because the secrets travel in the request.",
    why: "Everybody on the way can read both secrets.",
    who: "Test set-ups that went live.",
    fix: "Use https, and replace the secrets that have travelled.",
};

/// The page of `token-request-without-tls`.
pub static TOKEN_REQUEST_WITHOUT_TLS: Mistake = Mistake {
    id: "token-request-without-tls",
    stage: Stage::Finding,
    cost: 36,
    title: "asked for credentials over plain http",
    what: "A call for temporary or token credentials goes over http. RFC 5849 sections 2.1 and 2.3 \
        require TLS, because the answer carries secrets.",
    why: "The endpoint's address is http.",
    who: "Copied addresses, test set-ups without a certificate.",
    fix: "Call the endpoint over https.",
};

/// The page of `secret-sent`.
pub static SECRET_SENT: Mistake = Mistake {
    id: "secret-sent",
    stage: Stage::Finding,
    cost: 32,
    title: "sent a secret in the request",
    what: "A secret stands in the request as a parameter, for example `oauth_token_secret`. RFC 5849 \
        section 3.1 sends names and the signature, never the secrets (PLAINTEXT excepted).",
    why: "A whole settings object was handed over as parameters.",
    who: "Hand-written clients, test tools that send every field.",
    fix: "Remove the parameter, and replace the secret: it is in logs now.",
};

/// The page of `userinfo-in-url`.
pub static USERINFO_IN_URL: Mistake = Mistake {
    id: "userinfo-in-url",
    stage: Stage::Finding,
    cost: 46,
    title: "put a user name and password into the URL",
    what: "The URL has `user:password@` before the host. RFC 5849 section 3.4.1.2 does not sign it, and \
        HTTP libraries turn it into a Basic Authorization header that may displace the OAuth one.",
    why: "A staging server is protected with Basic authentication.",
    who: "requests, curl and browsers (they write the Basic header).",
    fix: "Remove it from the URL.",
};

/// The page of `content-type-ambiguous`.
pub static CONTENT_TYPE_AMBIGUOUS: Mistake = Mistake {
    id: "content-type-ambiguous",
    stage: Stage::Finding,
    cost: 23,
    title: "left open with its Content-Type whether the body counts",
    what: "The body looks like a form but the Content-Type is another, is missing or stands there twice. \
        RFC 5849 section 3.4.1.3.1 signs the body only as `application/x-www-form-urlencoded`.",
    why: "The two sides read the header differently, so one signs the body and the other does not. \
        Parameters such as `; charset=utf-8` change nothing by the RFC, but some servers stumble over \
        them.",
    who: "Mashery, guzzle oauth-subscriber and oauthlib endpoints with a charset, Postman's form-data, \
        rest-assured.",
    fix: "Send one Content-Type header that says what the body is: `application/x-www-form-urlencoded` \
        for a form.",
};

/// The page of `host-missing`.
pub static HOST_MISSING: Mistake = Mistake {
    id: "host-missing",
    stage: Stage::Finding,
    cost: 47,
    title: "sent no Host header",
    what: "The request has no `Host` header and no absolute URL. RFC 5849 section 3.4.1.2 takes host and \
        port from it.",
    why: "The capture was cut, or the request is HTTP/1.0.",
    who: "Copies of single lines from a log.",
    fix: "Paste the whole request with its headers, or give the URL with `--url`.",
};

/// The page of `escape-broken`.
pub static ESCAPE_BROKEN: Mistake = Mistake {
    id: "escape-broken",
    stage: Stage::Finding,
    cost: 38,
    title: "sent a percent sign that is no escape",
    what: "The request has a `%` without two hex digits after it. RFC 5849 section 3.6 writes a percent \
        sign as `%25`.",
    why: "The value was not encoded, or cut in the middle of an escape. Servers read it in different \
        ways, so the signatures differ.",
    who: "Values typed into a URL (`100%`), cut log lines; postman-runtime then sends no OAuth \
        parameters at all.",
    fix: "Encode the percent sign as `%25`.",
};

/// The page of `retired-protocol`.
pub static RETIRED_PROTOCOL: Mistake = Mistake {
    id: "retired-protocol",
    stage: Stage::Finding,
    cost: 48,
    title: "called a provider that has ended OAuth 1.0a, or is about to",
    what: "The provider has switched OAuth 1.0a off for this service, in its newer releases, or will do so. Once it is \
        off, no signature made by RFC 5849 is accepted.",
    why: "An unchanged client fails from one day to the next.",
    who: "Alteryx Server from 2022.1 (OAuth 2.0 instead), Fitbit, Withings since 2018.",
    fix: "Read the provider's notes on changes and move to what it offers now.",
};

/// The page of `parameter-misspelled`.
pub static PARAMETER_MISSPELLED: Mistake = Mistake {
    id: "parameter-misspelled",
    stage: Stage::Finding,
    cost: 29,
    title: "misspelled a protocol parameter",
    what: "A name is nearly, but not quite, one of RFC 5849 section 3.1, for example `oauth_signagure`, \
        or the signature method is, for example `HMAC_SHA1`.",
    why: "A typing error. The server takes it for an ordinary parameter and misses the real one.",
    who: "Hand-written clients; PHP samples (`HMAC_SHA1`).",
    fix: "Spell the name as the RFC does.",
};

/// The page of `authorization-missing`.
pub static AUTHORIZATION_MISSING: Mistake = Mistake {
    id: "authorization-missing",
    stage: Stage::Finding,
    cost: 17,
    title: "sent a request without any OAuth parameters",
    what: "Neither header, query nor body has `oauth_` parameters. RFC 5849 section 3.5 sends them in one \
        of the three.",
    why: "The header was never attached, was dropped by a redirect to another host, or was taken away by \
        the web server before the application.",
    who: "PHP curl with an associative array of headers, browsers' CORS rules, follow-redirects, curl \
        and requests on a redirect to another host, Apache with CGI or PHP-FPM (`CGIPassAuth`), \
        postman-runtime with an empty consumer secret.",
    fix: "Look at the request on the wire, call the final host directly, and let the web server pass the \
        Authorization header on.",
};

/// The page of `nonce-reused`.
pub static NONCE_REUSED: Mistake = Mistake {
    id: "nonce-reused",
    stage: Stage::Finding,
    cost: 19,
    title: "used a nonce again",
    what: "Nonce and timestamp are those of an earlier request. RFC 5849 section 3.3 wants a nonce that \
        is new for its timestamp, so that nobody can send a request again.",
    why: "The nonce is a constant, or a signed URL or a redirect was sent a second time. The signature \
        may be right and is refused all the same.",
    who: "Sample code with a fixed nonce, URLs copied from API documentation pages, HTTP libraries that \
        retry or follow redirects.",
    fix: "Make a new nonce and timestamp for every request, retries included.",
};

/// The page of `nonce-length`.
pub static NONCE_LENGTH: Mistake = Mistake {
    id: "nonce-length",
    stage: Stage::Finding,
    cost: 45,
    title: "sent a very short or very long nonce",
    what: "The nonce has a length that providers refuse. RFC 5849 section 3.3 sets no limit, so each \
        provider sets its own.",
    why: "The nonce is a counter or a whole sentence of Base64.",
    who: "NetSuite (at least 6 characters).",
    fix: "Use 16 to 32 random letters and digits.",
};

/// The page of `base-string-right`.
pub static BASE_STRING_RIGHT: Mistake = Mistake {
    id: "base-string-right",
    stage: Stage::Finding,
    cost: 50,
    title: "built the base string right",
    what: "The base string is the one RFC 5849 section 3.4.1 asks for. `%2520` for a space in a value is \
        right there: names and values are encoded once, and their joined text once more.",
    why: "Look at the key, at the digest and its Base64, and at how the signature travels, in this \
        order.",
    who: "A right base string is often taken for double-encoded because of its `%25`.",
    fix: "Leave the base string alone; give the secrets, so that key and digest can be checked too.",
};

/// The page of `server-refuses`.
pub static SERVER_REFUSES: Mistake = Mistake {
    id: "server-refuses",
    stage: Stage::Finding,
    cost: 40,
    title: "sent a request that some server libraries refuse",
    what: "The signature is right by RFC 5849, and yet servers built on some widely used libraries answer with an error: they \
        check more than the RFC asks for, or cannot read what it allows.",
    why: "Raw brackets, spaces or letters outside ASCII in the query, oauth_ parameters in two places, timestamps that have not \
        ten digits, or PLAINTEXT without a nonce end in an exception or a refusal before the signature is looked at.",
    who: "oauthlib (Django, Flask) and Authlib on the server's side; `diagnose explain oauthlib-server` lists what it refuses.",
    fix: "Send it in the way that every server takes: all but unreserved characters percent-encoded, protocol parameters in one \
        place, timestamp and nonce always there.",
};

/// The page of `provider-expects-other`.
pub static PROVIDER_EXPECTS_OTHER: Mistake = Mistake {
    id: "provider-expects-other",
    stage: Stage::Finding,
    cost: 25,
    title: "is expected to have signed another request than it sent",
    what: "The base string that the provider shows is not the one that RFC 5849 section 3.4.1 gives for the \
        request as it was captured. A client that signs by the RFC is refused there.",
    why: "Another request arrived: a proxy or gateway on the way ended TLS or changed host, port, path or \
        query. Or the provider builds its base string by rules of its own, or showed the one of another \
        attempt, with another nonce or timestamp.",
    who: "Servers behind a load balancer or gateway that take scheme, host and port from the inner \
        connection; frameworks that decode the path or leave empty parameters out.",
    fix: "Compare the two part by part. Where the URL differs, have the server use the one that the client \
        called, or call the one that the server sees; where it is a rule of the provider, sign by it.",
};

/// Every finding.
pub static MISTAKES: &[&Mistake] = &[
    &OAUTH_PARAMETER_MISSING,
    &OAUTH_PARAMETER_DUPLICATE,
    &OAUTH_PARAMETERS_IN_TWO_PLACES,
    &HEADER_MALFORMED,
    &HEADER_SCHEME,
    &HEADER_QUOTING,
    &SIGNATURE_METHOD_UNKNOWN,
    &SIGNATURE_LENGTH,
    &VERSION_WRONG,
    &TIMESTAMP_MILLISECONDS,
    &TIMESTAMP_NOT_INTEGER,
    &TIMESTAMP_FAR,
    &NONCE_EMPTY,
    &TOKEN_EMPTY,
    &CALLBACK_MISSING,
    &VERIFIER_MISSING,
    &PLAINTEXT_WITHOUT_TLS,
    &TOKEN_REQUEST_WITHOUT_TLS,
    &SECRET_SENT,
    &USERINFO_IN_URL,
    &CONTENT_TYPE_AMBIGUOUS,
    &HOST_MISSING,
    &ESCAPE_BROKEN,
    &RETIRED_PROTOCOL,
    &PARAMETER_MISSPELLED,
    &AUTHORIZATION_MISSING,
    &NONCE_REUSED,
    &NONCE_LENGTH,
    &BASE_STRING_RIGHT,
    &PROVIDER_EXPECTS_OTHER,
    &SERVER_REFUSES,
];

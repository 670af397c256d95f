//! Which parameters are signed: those of the query, of the form body and of OAuth itself.

mod bodies;
mod body;
mod client;
mod decoding;
mod protocol;
mod query;
mod repeats;
mod values;

use oauth1_core::parameters::{Source, split_form};

use crate::{
    choice::{Choice, Op},
    facts::Facts,
    mistakes::{Mistake, Stage},
    texts::{TextId, Texts},
};

/// The page of `query-not-signed`.
pub static QUERY_NOT_SIGNED: Mistake = Mistake {
    id: "query-not-signed",
    stage: Stage::Parameters,
    cost: 5,
    title: "left the query parameters out",
    what: "The pairs of the URL's query are sent but not signed. RFC 5849 section 3.4.1.3.1 counts them: \
        for `?page=2` the third part holds `page%3D2`.",
    why: "Only the `oauth_` parameters are collected, or the signer is given the URL without its query. \
        Pairs of the request line are missing from the third part.",
    who: "Many PHP and JavaScript samples, NetSuite RESTlet calls (`script`, `deploy`), qoauth and \
        Horde_Oauth with a query typed into the URL, the Rust crates oauth1 and oauth1-request in the \
        same case.",
    fix: "Decode the query and add its pairs to the parameters before sorting.",
};

/// The page of `query-twice`.
pub static QUERY_TWICE: Mistake = Mistake {
    id: "query-twice",
    stage: Stage::Parameters,
    cost: 19,
    title: "counted the query parameters twice",
    what: "Each pair of the query stands twice in the parameters, or was sent twice and signed once. RFC \
        5849 section 3.4.1.3.1 counts a pair as often as it is sent.",
    why: "The pairs are collected from the URL and once more from a parameter map, or the HTTP library \
        appends them to a URL that already has them.",
    who: "WooCommerce's Python and Node clients (sent twice), RestSharp 106.5, oauthlib's `sign(body=…)` \
        with a GET, spring-security-oauth, rauth without header placement.",
    fix: "Collect each source once, and give the HTTP library either a finished URL or a parameter map, \
        never both.",
};

/// The page of `query-partly-signed`.
pub static QUERY_PARTLY_SIGNED: Mistake = Mistake {
    id: "query-partly-signed",
    stage: Stage::Parameters,
    cost: 21,
    title: "signed only a part of the query",
    what: "Only the pairs typed into the URL were signed, or only those given as options. RFC 5849 \
        section 3.4.1.3.1 counts every pair of the query that is sent.",
    why: "The final URL is put together after signing from two places, and the signer knew only one. \
        Some pairs of the request line are missing from the third part.",
    who: "QtNetworkAuth, oauth-1.0a with axios or request, node-oauth, python-oauth2, oauth1-request \
        when a query is both typed and passed.",
    fix: "Build the final URL first and take the pairs from it.",
};

/// The page of `body-not-signed`.
pub static BODY_NOT_SIGNED: Mistake = Mistake {
    id: "body-not-signed",
    stage: Stage::Parameters,
    cost: 6,
    title: "left the form body out",
    what: "The body is a form and its pairs are not signed. RFC 5849 section 3.4.1.3.1 counts the body \
        when it is `application/x-www-form-urlencoded` and the request has one, whatever the method.",
    why: "The signer never sees the body, or looks at it for POST only, or does not recognise the type \
        because of `; charset=utf-8`. Pairs of the body are missing from the third part.",
    who: "httr, axios-oauth-1.0a (sends a body hash instead), oauth10a, Mastercard's signers; for PUT \
        only peony, signet and LWP::Authen::OAuth; older Postman, Insomnia, RESTClient, scribe and \
        superagent-oauth.",
    fix: "Decode the form body and add its pairs to the parameters, for every method.",
};

/// The page of `body-wrongly-signed`.
pub static BODY_WRONGLY_SIGNED: Mistake = Mistake {
    id: "body-wrongly-signed",
    stage: Stage::Parameters,
    cost: 17,
    title: "signed a body that is not a form",
    what: "Fields of a JSON, multipart, XML or text body were signed. RFC 5849 section 3.4.1.3.1 counts \
        only a body of type `application/x-www-form-urlencoded`.",
    why: "The data handed to the HTTP library was also handed to the signer, whatever form it travels \
        in. Names of body fields in the third part show it.",
    who: "superagent-oauth, connect-auth, mashape-oauth, AFOAuth1Client and python-oauth2's server with \
        JSON; PHP `@file` uploads, Zend, RestSharp and Rack proxies with multipart; Postman's \
        form-data.",
    fix: "Sign the body only if its Content-Type is `application/x-www-form-urlencoded`; otherwise sign \
        the `oauth_` and query parameters alone.",
};

/// The page of `body-as-parameter`.
pub static BODY_AS_PARAMETER: Mistake = Mistake {
    id: "body-as-parameter",
    stage: Stage::Parameters,
    cost: 16,
    title: "signed the whole body as one parameter",
    what: "The body's text stands in the parameters as one name or one value, for example \
        `%257B%2522id%2522…`. RFC 5849 section 3.4.1.3.1 leaves a body out that is not a form.",
    why: "The body went through a form parser that takes any text for a name. `%257B` in the third part \
        shows a JSON body.",
    who: "oauth-1.0a (npm) with a JSON string as data, Python `requests` code that passes `data=` where \
        `json=` was meant.",
    fix: "Do not give the signer a body that is not a form.",
};

/// The page of `body-hash-missing`.
pub static BODY_HASH_MISSING: Mistake = Mistake {
    id: "body-hash-missing",
    stage: Stage::Parameters,
    cost: 43,
    title: "sent no oauth_body_hash where one is expected",
    what: "The request has a body that is no form, and no `oauth_body_hash`. RFC 5849 does not protect \
        such a body; the Request Body Hash extension does, and some providers require it.",
    why: "The client library does not implement the extension, or it is off by default.",
    who: "LTI outcomes services and Mastercard's API require it; basiclti-util-java and pylti left it \
        out before their fixes.",
    fix: "Add `oauth_body_hash`, the Base64 digest of the exact bytes of the body (SHA-1; Mastercard: \
        SHA-256), and sign it with the other parameters.",
};

/// The page of `body-hash-wrong`.
pub static BODY_HASH_WRONG: Mistake = Mistake {
    id: "body-hash-wrong",
    stage: Stage::Parameters,
    cost: 40,
    title: "sent an oauth_body_hash of something else",
    what: "`oauth_body_hash` is not the Base64 digest of the body that was sent. The Request Body Hash \
        extension asks for the plain digest of the exact bytes, with the hash of the signature method.",
    why: "The body was serialised again after hashing, another digest or an HMAC was used, or the hash \
        is in hex. It can be recomputed from the captured body.",
    who: "oauth-1.0a (npm) before its fix (it used the keyed hash), liboauth, Mastercard's Python signer \
        before its fix, JSON libraries that print the same value in another way.",
    fix: "Serialise the body once, hash those bytes, send those bytes. Leave the parameter out for form \
        bodies.",
};

/// The page of `duplicate-collapsed`.
pub static DUPLICATE_COLLAPSED: Mistake = Mistake {
    id: "duplicate-collapsed",
    stage: Stage::Parameters,
    cost: 22,
    title: "counted a repeated name once",
    what: "A name that is sent more than once was signed once: first value, last value, all joined by \
        commas, or identical pairs as one. RFC 5849 section 3.4.1.3.2 signs every pair: \
        `a%3D1%26a%3D2`.",
    why: "The parameters are kept in a map, which holds one value a name.",
    who: "Python dicts, JavaScript objects and PHP's `parse_str`; oauth10a and QtNetworkAuth (last), \
        Net::OAuth and requests-oauth (first), axios-oauth-1.0a (commas), qoauth and the Rust crate \
        oauth1 (identical pairs).",
    fix: "Keep the parameters as a list of pairs.",
};

/// The page of `names-rewritten`.
pub static NAMES_REWRITTEN: Mistake = Mistake {
    id: "names-rewritten",
    stage: Stage::Parameters,
    cost: 46,
    title: "signed a name with its array marks changed",
    what: "`a` was signed as `a[0]` or `a[]`, or the marks were removed. RFC 5849 section 3.4.1.3.1 signs \
        names as they are sent.",
    why: "A serialiser of the HTTP library writes arrays in its own way, and the signer in another. \
        Names in the third part differ from the request line by `[…]`.",
    who: "oauth-1.0a with axios (sent as `a[]`, signed as `a`) or request (`a[0]`), node-oauth (signs \
        `a[0]`, `a[1]`), request with oauth-sign.",
    fix: "Write array names once, the way they are sent, and give signer and HTTP library the same text.",
};

/// The page of `empty-dropped`.
pub static EMPTY_DROPPED: Mistake = Mistake {
    id: "empty-dropped",
    stage: Stage::Parameters,
    cost: 23,
    title: "left parameters with an empty value out",
    what: "A pair such as `name=` is sent but not signed. RFC 5849 section 3.4.1.3 keeps it, with an \
        empty value: `name%3D`.",
    why: "Empty values are filtered out before signing, or the query parser drops them.",
    who: "Ruby's oauth before 2018, simple_oauth, PHP array filters, Python's `parse_qs` without \
        `keep_blank_values`, signpost with a name that has no value.",
    fix: "Keep empty values when the query or form is decoded.",
};

/// The page of `empty-added`.
pub static EMPTY_ADDED: Mistake = Mistake {
    id: "empty-added",
    stage: Stage::Parameters,
    cost: 44,
    title: "signed an empty piece as a pair",
    what: "`&&`, a final `&` or a lone `?` was signed as a pair with an empty name: `%3D`. RFC 5849 \
        section 3.4.1.3.1 reads the query as form data, where an empty piece is no pair.",
    why: "The query is split at `&` and no piece is skipped. `%26%3D%26`, or a third part that begins \
        with `%3D`, shows it.",
    who: "Net::OAuth, LWP::Authen::OAuth, httr, QtNetworkAuth, authenticate-oauth (Haskell), oauth-1.0a \
        with request.",
    fix: "Skip empty pieces when splitting the query, or do not send them.",
};

/// The page of `bare-name`.
pub static BARE_NAME: Mistake = Mistake {
    id: "bare-name",
    stage: Stage::Parameters,
    cost: 31,
    title: "signed a name without = in another way",
    what: "`?flag` was dropped, or signed without `=`, or with `undefined` or `null` for its value. RFC \
        5849 section 3.4.1.3.1 gives it an empty value: `flag%3D`.",
    why: "The splitter expects two halves and gets one.",
    who: "guzzle oauth-subscriber, LtiLibrary, RestSharp 110, async-http-client, signpost and \
        simple_oauth, JavaScript code that splits at `=` (`undefined`).",
    fix: "Treat `flag` as `flag=`: name `flag`, empty value.",
};

/// The page of `semicolon-separator`.
pub static SEMICOLON_SEPARATOR: Mistake = Mistake {
    id: "semicolon-separator",
    stage: Stage::Parameters,
    cost: 48,
    title: "took ; for a separator",
    what: "`?a=1;b=2` was signed as two pairs. RFC 5849 section 3.4.1.3.1 separates at `&` only, so the \
        value is `1;b=2`: `a%3D1%253Bb%253D2`.",
    why: "Old form parsers split at `;` as well.",
    who: "LWP::Authen::OAuth, Net::OAuth, WWW::OAuth, authenticate-oauth, Go before 1.17, Python's \
        `parse_qsl` before 3.9.2.",
    fix: "Encode `;` in values as `%3B`, and use a parser that splits at `&` only.",
};

/// The page of `equals-split`.
pub static EQUALS_SPLIT: Mistake = Mistake {
    id: "equals-split",
    stage: Stage::Parameters,
    cost: 47,
    title: "cut a value at its second =",
    what: "`?a=b=c` was signed as `a=b`. RFC 5849 section 3.4.1.3.1 splits at the first `=`; the value is \
        `b=c`: `a%3Db%253Dc`.",
    why: "The pair is split at every `=` and only the first two pieces are used. Base64 values with `=` \
        at the end show it.",
    who: "oauth-1.0a (npm) with axios, fetch or got; Magento 2 on the server side, which drops such a \
        pair altogether.",
    fix: "Split at the first `=` only, or encode `=` in values as `%3D`.",
};

/// The page of `fragment-in-value`.
pub static FRAGMENT_IN_VALUE: Mistake = Mistake {
    id: "fragment-in-value",
    stage: Stage::Parameters,
    cost: 57,
    title: "glued the #fragment to the last value",
    what: "The fragment was signed as part of the last query value. RFC 5849 section 3.4.1.3.1 uses the \
        query component, which ends at `#`.",
    why: "The URL is split at `?` and `&` as text. `%2523` in the last value of the query shows it.",
    who: "oauth-1.0a (npm) with axios, fetch or got.",
    fix: "Cut the URL at `#` before the query is read.",
};

/// The page of `question-mark-in-name`.
pub static QUESTION_MARK_IN_NAME: Mistake = Mistake {
    id: "question-mark-in-name",
    stage: Stage::Parameters,
    cost: 59,
    title: "kept the ? in the first name",
    what: "The first query name was signed with its question mark: `%253Fa%3D1`. RFC 5849 section \
        3.4.1.3.1 uses the query component, which begins after `?`.",
    why: "The URL is cut before `?` and not after it, or a second `?` was added to a URL that already \
        had one.",
    who: "tcllib `oauth::query`, code that passes JavaScript's `location.search` as it is.",
    fix: "Remove the `?` before the query is split.",
};

/// The page of `realm-signed`.
pub static REALM_SIGNED: Mistake = Mistake {
    id: "realm-signed",
    stage: Stage::Parameters,
    cost: 25,
    title: "signed the realm",
    what: "`realm` of the Authorization header was counted as a parameter. RFC 5849 section 3.4.1.3.1 \
        leaves it out.",
    why: "It is kept in the same map as the `oauth_` parameters. `realm%3D` in the third part shows it.",
    who: "NetSuite clients built on oauth-1.0a's `data`, mrjones/oauth with `AdditionalParams`, \
        connect-auth on the server side, simple_oauth before its fix.",
    fix: "Put `realm` into the header only.",
};

/// The page of `signature-signed`.
pub static SIGNATURE_SIGNED: Mistake = Mistake {
    id: "signature-signed",
    stage: Stage::Parameters,
    cost: 29,
    title: "signed oauth_signature itself",
    what: "An `oauth_signature`, empty or from an earlier try, stands in the parameters. RFC 5849 section \
        3.4.1.3.1 leaves it out.",
    why: "The parameter is in the map before the signature is made, or a request object is signed a \
        second time. `oauth_signature%3D` in the third part shows it.",
    who: "python-oauth2 and simple_oauth before their fixes, code that signs a retry without removing \
        the old signature.",
    fix: "Remove `oauth_signature` before collecting the parameters.",
};

/// The page of `oauth-left-out`.
pub static OAUTH_LEFT_OUT: Mistake = Mistake {
    id: "oauth-left-out",
    stage: Stage::Parameters,
    cost: 26,
    title: "left an oauth_ parameter unsigned",
    what: "An `oauth_` parameter is sent but not signed. RFC 5849 section 3.4.1.3.1 counts all of them, \
        except `oauth_signature`.",
    why: "It was added after signing, or passed in a place that the signer does not look at. A name of \
        the header is missing from the third part.",
    who: "`oauth_verifier` and `oauth_callback` in hand-written code and older libraries, \
        `oauth_version` added by a template, clj-oauth's helper (nonce and timestamp).",
    fix: "Collect every `oauth_` parameter first, sign, and add nothing but `oauth_signature` after \
        that.",
};

/// The page of `oauth-added`.
pub static OAUTH_ADDED: Mistake = Mistake {
    id: "oauth-added",
    stage: Stage::Parameters,
    cost: 24,
    title: "signed an oauth_ parameter that was not sent",
    what: "The base string has an `oauth_` parameter that the request has not, often `oauth_token%3D` \
        with no value. RFC 5849 section 3.4.1.3.1 signs what is sent.",
    why: "The signer fills in `oauth_version`, an empty token or an empty callback, and the code that \
        writes the header skips it.",
    who: "Empty `oauth_token` in two-legged calls (Postman, scribe, dghubble/oauth1), `oauth_version` in \
        DotNetOpenAuth, empty callback and verifier in Postman 2020, scribe 1.1.0 (callback on the \
        access-token call).",
    fix: "Write the header from the same list that was signed.",
};

/// The page of `oauth-changed`.
pub static OAUTH_CHANGED: Mistake = Mistake {
    id: "oauth-changed",
    stage: Stage::Parameters,
    cost: 32,
    title: "sent another value of an oauth_ parameter than it signed",
    what: "Nonce, timestamp or another `oauth_` value differs between base string and request. RFC 5849 \
        section 3.4.1.3.1 signs the values that are sent.",
    why: "The value is made twice, once for the signature and once for the header; a timestamp then \
        differs by a second now and then, a nonce always.",
    who: "Code that calls its `timestamp()` and `nonce()` functions in two places, clj-oauth's helper, \
        Postman pre-request scripts beside `{{$timestamp}}`.",
    fix: "Make nonce and timestamp once, keep them in variables, and use those in both places.",
};

/// The page of `header-parameters-twice`.
pub static HEADER_PARAMETERS_TWICE: Mistake = Mistake {
    id: "header-parameters-twice",
    stage: Stage::Parameters,
    cost: 41,
    title: "put its own parameters into the Authorization header too",
    what: "Parameters of the query or form also stand in the Authorization header, and one side counts \
        them twice. RFC 5849 section 3.4.1.3.1 counts both sources; section 3.5.1 means the header for \
        protocol parameters.",
    why: "The header is written from the full parameter list. A strict server sees each pair twice.",
    who: "signet and qoauth, TDOAuth, REST Console, Postman's option to add parameters to the header, \
        hand-written NetSuite clients.",
    fix: "Put only `oauth_` parameters and `realm` into the header.",
};

/// The page of `number-format`.
pub static NUMBER_FORMAT: Mistake = Mistake {
    id: "number-format",
    stage: Stage::Parameters,
    cost: 39,
    title: "signed a number or boolean in another spelling",
    what: "A value was signed as `1`, `True` or empty text and sent as `1.0`, `true` or `0`. RFC 5849 \
        section 3.4.1.3 signs the text that is sent.",
    why: "Signer and HTTP library convert the value to text each in its own way; `value || ''` turns 0 \
        and false into nothing.",
    who: "Python `str(True)`, .NET `bool.ToString()`, PHP's `http_build_query` and `(string)false`, \
        JavaScript's `a || ''` (oauth-signature before 2017, and the copy shipped with the Alteryx API \
        page).",
    fix: "Convert every value to text once, before signing, and send that text.",
};

/// The page of `structure-flattened`.
pub static STRUCTURE_FLATTENED: Mistake = Mistake {
    id: "structure-flattened",
    stage: Stage::Parameters,
    cost: 45,
    title: "signed an array or object in another spelling",
    what: "An array or object was signed as `1,2`, `[object Object]` or `Array`, or with other brackets \
        than it was sent with. RFC 5849 section 3.4.1.3 signs the pairs that are sent.",
    why: "The signer turns a nested value into text in the language's default way, the HTTP library \
        flattens it into `name[key]=value`.",
    who: "JavaScript objects with oauth-1.0a and axios, PHP's `rawurlencode` on arrays, simple_oauth (an \
        array's Ruby text), Magento `searchCriteria[…]` and WordPress `filter[…]` calls.",
    fix: "Flatten nested data into plain pairs first, then sign and send those pairs.",
};

/// The page of `unsent-signed`.
pub static UNSENT_SIGNED: Mistake = Mistake {
    id: "unsent-signed",
    stage: Stage::Parameters,
    cost: 49,
    title: "signed form fields that were not sent",
    what: "The base string has fields of a form that the request has not. RFC 5849 section 3.4.1.3.1 \
        signs what is sent.",
    why: "Disabled or deselected fields, file parts or a `_method` field are in the signer's list, and \
        the browser or HTTP library leaves them out.",
    who: "Postman 2019 (deselected fields), LTI launch forms with disabled inputs or submit buttons, GET \
        requests with a body argument.",
    fix: "Take the parameters from the request that leaves the machine.",
};

/// The page of `values-changed`.
pub static VALUES_CHANGED: Mistake = Mistake {
    id: "values-changed",
    stage: Stage::Parameters,
    cost: 50,
    title: "signed another value than it sent",
    what: "A parameter has one value in the base string and another in the request. RFC 5849 section \
        3.4.1.3 signs the values that are sent.",
    why: "Something rewrote the value between signing and sending or, on the server, between receiving \
        and checking: trimming, a default filled in, `.` in names turned to `_`.",
    who: "Laravel's `TrimStrings` and `ConvertEmptyStringsToNull`, PHP's `$_GET` and `$_POST` (names), \
        JupyterHub's LTI default for `oauth_callback`, template variables filled in late.",
    fix: "Fix all values before signing; on the server, check the raw request before any framework \
        touches it.",
};

/// The page of `parameter-left-out`.
pub static PARAMETER_LEFT_OUT: Mistake = Mistake {
    id: "parameter-left-out",
    stage: Stage::Parameters,
    cost: 30,
    title: "sent a parameter that was not signed",
    what: "A parameter of the query or form is missing from the base string while others of the same \
        place are there. RFC 5849 section 3.4.1.3.1 counts every one.",
    why: "It was appended after signing, by other code or by middleware. Its name is missing from the \
        third part.",
    who: "API keys and tracking parameters added by interceptors, paging loops that append `page=` to a \
        signed URL, cache-busting `_=` of jQuery, scribe 1.1.x.",
    fix: "Sign last: add every parameter before the signature is made.",
};

/// The page of `parameter-added`.
pub static PARAMETER_ADDED: Mistake = Mistake {
    id: "parameter-added",
    stage: Stage::Parameters,
    cost: 51,
    title: "signed a parameter that was not sent",
    what: "The base string has a parameter that the request has not. RFC 5849 section 3.4.1.3.1 signs \
        what is sent.",
    why: "The HTTP library or a proxy dropped it, or, in a base string from a server, a rewrite rule \
        added a routing parameter such as `q=`.",
    who: "nginx rules with `?q=$uri`, WordPress (`rest_route`, `pagename`), Drupal and Friendica on the \
        server side; values of `null` that the HTTP library skips on the client side.",
    fix: "Sign the parameters that are sent. On the server, rewrite without adding parameters or leave \
        the added one out when checking.",
};

/// The page of `oauth-counted-twice`.
pub static OAUTH_COUNTED_TWICE: Mistake = Mistake {
    id: "oauth-counted-twice",
    stage: Stage::Parameters,
    cost: 44,
    title: "counted oauth_ parameters from two places",
    what: "`oauth_` parameters stand twice in the base string. RFC 5849 section 3.5 sends them in one \
        place, and section 3.4.1.3.1 then counts them once.",
    why: "They are collected from the header and again from the query or form, or a request is signed a \
        second time without removing the first set. A repeated `oauth_nonce%3D` shows it.",
    who: "PHPoAuthLib for Fitbit, TAO, node-oauth (`oauth_verifier` in two places), LWP::Authen::OAuth \
        and python-oauth2 after a redirect.",
    fix: "Collect the `oauth_` parameters from one list, and send them in one place.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &QUERY_NOT_SIGNED,
    &QUERY_TWICE,
    &QUERY_PARTLY_SIGNED,
    &BODY_NOT_SIGNED,
    &BODY_WRONGLY_SIGNED,
    &BODY_AS_PARAMETER,
    &BODY_HASH_MISSING,
    &BODY_HASH_WRONG,
    &DUPLICATE_COLLAPSED,
    &NAMES_REWRITTEN,
    &EMPTY_DROPPED,
    &EMPTY_ADDED,
    &BARE_NAME,
    &SEMICOLON_SEPARATOR,
    &EQUALS_SPLIT,
    &FRAGMENT_IN_VALUE,
    &QUESTION_MARK_IN_NAME,
    &REALM_SIGNED,
    &SIGNATURE_SIGNED,
    &OAUTH_LEFT_OUT,
    &OAUTH_ADDED,
    &OAUTH_CHANGED,
    &HEADER_PARAMETERS_TWICE,
    &NUMBER_FORMAT,
    &STRUCTURE_FLATTENED,
    &UNSENT_SIGNED,
    &VALUES_CHANGED,
    &PARAMETER_LEFT_OUT,
    &PARAMETER_ADDED,
    &OAUTH_COUNTED_TWICE,
];

/// One signed parameter of a candidate. Texts are decoded unless `verbatim`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact by itself; there are no states to model"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Item {
    pub name: TextId,
    pub value: TextId,
    /// As on the wire.
    pub raw_name: TextId,
    /// As on the wire; empty when nothing was sent.
    pub raw_value: TextId,
    pub source: Source,
    /// An `oauth_` parameter.
    pub protocol: bool,
    /// Whether `=` was sent.
    pub equals_sent: bool,
    /// Whether `=` is signed.
    pub equals: bool,
    /// Neither decoded nor encoded.
    pub verbatim: bool,
}

/// The parameters a candidate signs, in the order header, query, body.
pub(crate) type Items = Vec<Item>;

/// What RFC 5849 signs (§3.4.1.3.1).
pub(crate) fn canonical(facts: &Facts<'_>, texts: &mut Texts) -> Items {
    facts
        .sent()
        .map(|sent| Item {
            name: texts.intern(&sent.name),
            value: texts.intern(&sent.value),
            raw_name: texts.intern(sent.raw_name),
            raw_value: texts.intern(sent.raw_value.unwrap_or_default()),
            source: sent.source,
            protocol: sent.is_protocol(),
            equals_sent: sent.raw_value.is_some(),
            equals: true,
            verbatim: false,
        })
        .collect()
}

fn new_item(texts: &mut Texts, name: &[u8], value: &[u8], source: Source) -> Item {
    let (name_id, value_id) = (texts.intern(name), texts.intern(value));
    Item {
        name: name_id,
        value: value_id,
        raw_name: name_id,
        raw_value: value_id,
        source,
        protocol: name.starts_with(b"oauth_"),
        equals_sent: true,
        equals: true,
        verbatim: false,
    }
}

type ItemOp = Op<Items, Texts>;

/// Groups, in the order in which a client makes these choices: what it reads, what it adds, how it decodes, what it does with repeats and values.
mod group {
    pub(super) const QUERY: u8 = 0;
    pub(super) const PIECES: u8 = 1;
    pub(super) const BODY: u8 = 2;
    pub(super) const HEADER: u8 = 3;
    pub(super) const REALM: u8 = 4;
    pub(super) const SIGNATURE: u8 = 5;
    pub(super) const DECODING: u8 = 6;
    pub(super) const REPEATS: u8 = 7;
    pub(super) const NAMES: u8 = 8;
    pub(super) const EMPTY: u8 = 9;
    pub(super) const VALUES: u8 = 10;
    pub(super) const CHARSET: u8 = 11;
    pub(super) const CLIENT: u8 = 12;
    pub(super) const OAUTH_CHANGED: u8 = 13;
    /// From here on, one group for each parameter.
    pub(super) const EACH: u8 = 20;
}

struct Builder {
    ops: Vec<ItemOp>,
    next: u8,
}

impl Builder {
    fn add(
        &mut self,
        group: u8,
        choice: Choice,
        apply: impl Fn(&mut Texts, &Items) -> Option<Items> + Send + Sync + 'static,
    ) {
        self.ops.push(Op::new(group, choice, apply));
    }

    /// An op in a group of its own.
    fn alone(
        &mut self,
        choice: Choice,
        apply: impl Fn(&mut Texts, &Items) -> Option<Items> + Send + Sync + 'static,
    ) {
        let group = self.next;
        self.next = self.next.saturating_add(1);
        self.add(group, choice, apply);
    }

    fn filter(
        &mut self,
        group: u8,
        choice: Choice,
        keep: impl Fn(&Texts, &Item) -> bool + Send + Sync + 'static,
    ) {
        self.add(group, choice, move |texts, items| {
            Some(
                items
                    .iter()
                    .filter(|item| keep(texts, item))
                    .copied()
                    .collect(),
            )
        });
    }

    fn each(
        &mut self,
        group: u8,
        choice: Choice,
        change: impl Fn(&mut Texts, &mut Item) + Send + Sync + 'static,
    ) {
        self.add(group, choice, move |texts, items| {
            let mut items = items.clone();
            for item in &mut items {
                change(texts, item);
            }
            Some(items)
        });
    }

    fn insert(&mut self, group: u8, choice: Choice, name: &[u8], value: &[u8], source: Source) {
        let (name, value) = (name.to_vec(), value.to_vec());
        self.add(group, choice, move |texts, items| {
            let mut items = items.clone();
            items.push(new_item(texts, &name, &value, source));
            Some(items)
        });
    }
}

/// The stages of [`choices`]: how bytes become text is a matter of encoding.
pub(crate) const STAGES: [Stage; 2] = [Stage::Parameters, Stage::Encoding];

/// Every departure in which parameters are signed; `client` are the decoded pairs of the client's own base string, where it is known.
pub(crate) fn choices(facts: &Facts<'_>, client: Option<&[(Vec<u8>, Vec<u8>)]>) -> Vec<ItemOp> {
    let mut builder = Builder {
        ops: Vec::new(),
        next: group::EACH,
    };
    query::query(&mut builder, facts);
    query::pieces(&mut builder, facts);
    body::body(&mut builder, facts);
    protocol::header(&mut builder, facts);
    protocol::protocol(&mut builder, facts);
    decoding::decoding(&mut builder);
    repeats::repeats(&mut builder);
    repeats::names(&mut builder);
    values::empty(&mut builder);
    values::values(&mut builder);
    super::encoding::charsets(|choice, change| {
        builder.each(group::CHARSET, choice, move |texts, item| {
            let name = change(texts.get(item.name));
            let value = change(texts.get(item.value));
            item.name = texts.intern(&name);
            item.value = texts.intern(&value);
        });
    });
    if let Some(client) = client {
        client::from_client(&mut builder, facts, client);
    }
    builder.ops.sort_by_key(|op| op.group);
    builder.ops
}

/// The items with those of one source read anew from other text.
fn replace_source(texts: &mut Texts, items: &Items, source: Source, text: &[u8]) -> Items {
    let mut out: Items = items
        .iter()
        .filter(|item| item.source != source)
        .copied()
        .collect();
    out.extend(read_form(texts, text, source));
    out
}

fn read_form(texts: &mut Texts, text: &[u8], source: Source) -> Items {
    split_form(text, source)
        .iter()
        .filter(|pair| pair.name.as_ref() != b"oauth_signature")
        .map(|pair| Item {
            raw_name: texts.intern(pair.raw_name),
            raw_value: texts.intern(pair.raw_value.unwrap_or_default()),
            equals_sent: pair.raw_value.is_some(),
            ..new_item(texts, &pair.name, &pair.value, source)
        })
        .collect()
}

/// Which parameters an op is about.
#[derive(Clone, Copy)]
struct Scope {
    name: &'static str,
    holds: fn(&Item) -> bool,
}

const ALL: Scope = Scope {
    name: "all parameters",
    holds: |_| true,
};

const USERS: Scope = Scope {
    name: "query and body",
    holds: |item| item.source != Source::Header && !item.protocol,
};

const QUERY_ONLY: Scope = Scope {
    name: "the query",
    holds: |item| item.source == Source::Query,
};

const BODY_ONLY: Scope = Scope {
    name: "the form body",
    holds: |item| item.source == Source::Body,
};

const HEADER_ONLY: Scope = Scope {
    name: "the Authorization header",
    holds: |item| item.source == Source::Header,
};

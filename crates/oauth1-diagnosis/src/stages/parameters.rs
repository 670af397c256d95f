//! Which parameters are signed: those of the query, of the form body and of OAuth itself.

use oauth1_core::{
    body_hash::{body_hash_sha1, body_hash_sha256},
    encode::{form_decode, percent_decode},
    parameters::{Source, split_form},
    request::BodyKind,
};

use crate::{
    choice::{Choice, Found, Op},
    facts::{Facts, count, find, show, split_once},
    mistakes::{Mistake, Stage},
    stages::encoding::{AS_ON_THE_WIRE, DECODED_TWICE, PLUS_LITERAL, TextChange},
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
        .sent
        .iter()
        .map(|sent| Item {
            name: texts.intern(&sent.name),
            value: texts.intern(&sent.value),
            raw_name: texts.intern(&sent.raw_name),
            raw_value: texts.intern(sent.raw_value.as_deref().unwrap_or_default()),
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

/// Every departure in which parameters are signed; `client` are the decoded pairs of the client's own base string, where it is known.
pub(crate) fn choices(facts: &Facts<'_>, client: Option<&[(Vec<u8>, Vec<u8>)]>) -> Vec<ItemOp> {
    let mut builder = Builder {
        ops: Vec::new(),
        next: group::EACH,
    };
    query(&mut builder, facts);
    pieces(&mut builder, facts);
    body(&mut builder, facts);
    header(&mut builder, facts);
    protocol(&mut builder, facts);
    decoding(&mut builder);
    repeats(&mut builder);
    names(&mut builder);
    empty(&mut builder);
    values(&mut builder);
    super::encoding::charsets(|choice, change| {
        builder.each(group::CHARSET, choice, move |texts, item| {
            let name = change(texts.get(item.name));
            let value = change(texts.get(item.value));
            item.name = texts.intern(&name);
            item.value = texts.intern(&value);
        });
    });
    if let Some(client) = client {
        from_client(&mut builder, facts, client);
    }
    builder.ops.sort_by_key(|op| op.group);
    builder.ops
}

fn query(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::QUERY,
        Choice::new(
            &QUERY_NOT_SIGNED,
            "the parameters of the URL's query were not signed",
        ),
        |_, item| item.source != Source::Query || item.protocol,
    );
    builder.add(
        group::QUERY,
        Choice::new(&QUERY_TWICE, "every query parameter was signed twice"),
        |_, items| {
            let mut out = items.clone();
            out.extend(
                items
                    .iter()
                    .filter(|item| item.source == Source::Query && !item.protocol),
            );
            Some(out)
        },
    );
    builder.add(
        group::QUERY,
        Choice::new(&QUERY_TWICE, "the query went out twice and was signed once"),
        |_, items| {
            let mut out: Items = Vec::new();
            for item in items {
                let repeated = out.iter().any(|known| {
                    known.name == item.name
                        && known.value == item.value
                        && known.source == item.source
                });
                if item.source != Source::Query || item.protocol || !repeated {
                    out.push(*item);
                }
            }
            Some(out)
        },
    );
    let Some(typed) = facts.typed.as_ref().and_then(|typed| typed.query.as_ref()) else {
        return;
    };
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = split_form(typed, Source::Query)
        .iter()
        .map(|pair| (pair.name.to_vec(), pair.value.to_vec()))
        .collect();
    let whole = typed.clone();
    builder.add(
        group::QUERY,
        Choice::new(
            &QUERY_PARTLY_SIGNED,
            "the query was signed as it was typed, and another one went out",
        )
        .rarer(3),
        move |texts, items| {
            let mut out: Items = items
                .iter()
                .filter(|item| item.source != Source::Query || item.protocol)
                .copied()
                .collect();
            out.extend(read_form(texts, &whole, Source::Query));
            Some(out)
        },
    );
    for (keep_typed, detail) in [
        (
            false,
            "the query written in the URL was not signed, the parameters given apart were",
        ),
        (
            true,
            "only the query written in the URL was signed, not the parameters given apart",
        ),
    ] {
        let pairs = pairs.clone();
        builder.filter(
            group::QUERY,
            Choice::new(&QUERY_PARTLY_SIGNED, detail),
            move |texts, item| {
                let typed = pairs.iter().any(|(name, value)| {
                    name == texts.get(item.name) && value == texts.get(item.value)
                });
                item.source != Source::Query || item.protocol || typed == keep_typed
            },
        );
    }
}

fn pieces(builder: &mut Builder, facts: &Facts<'_>) {
    let query = facts.request.query.clone();
    let body = facts.request.form_body().map(<[u8]>::to_vec);
    let typed = facts.typed.clone();

    for (what, source, text) in [
        ("the query", Source::Query, query.clone()),
        ("the form body", Source::Body, body),
        (
            "the query as typed",
            Source::Query,
            typed.as_ref().and_then(|typed| typed.query.clone()),
        ),
    ] {
        let Some(text) = text else { continue };
        let empty = text
            .split(|byte| *byte == b'&')
            .filter(|piece| piece.is_empty())
            .count();
        if empty > 0 {
            for (count, equals, value, detail) in [
                (
                    1,
                    true,
                    "",
                    format!(
                        "an empty piece of {what} was signed as a parameter without a name: `=`"
                    ),
                ),
                (
                    empty,
                    true,
                    "",
                    format!("every empty piece of {what} was signed as `=`"),
                ),
                (
                    1,
                    false,
                    "",
                    format!("an empty piece of {what} was signed as an empty parameter"),
                ),
                (
                    1,
                    true,
                    "undefined",
                    format!("an empty piece of {what} was signed as `=undefined`"),
                ),
                (
                    1,
                    true,
                    "null",
                    format!("an empty piece of {what} was signed as `=null`"),
                ),
            ] {
                builder.add(
                    group::PIECES,
                    Choice::new(&EMPTY_ADDED, detail),
                    move |texts, items| {
                        let mut items = items.clone();
                        let mut item = new_item(texts, b"", value.as_bytes(), source);
                        item.equals = equals;
                        items.extend(core::iter::repeat_n(item, count));
                        Some(items)
                    },
                );
            }
        }
        if text.contains(&b';') {
            for (dropped, detail) in [
                (false, format!("`;` was taken as a separator in {what}")),
                (
                    true,
                    format!("the parts of {what} that hold a `;` were dropped"),
                ),
            ] {
                let text = text.clone();
                builder.add(
                    group::PIECES,
                    Choice::new(&SEMICOLON_SEPARATOR, detail),
                    move |texts, items| {
                        let pieces: Vec<&[u8]> = text
                            .split(|byte| *byte == b'&' || (!dropped && *byte == b';'))
                            .filter(|piece| !dropped || !piece.contains(&b';'))
                            .collect();
                        Some(replace_source(texts, items, source, &pieces.join(&b'&')))
                    },
                );
            }
        }
    }

    for (keep, detail) in [
        (1, "a value was cut at its second `=`"),
        (2, "a value was cut at its third `=`"),
    ] {
        builder.each(
            group::PIECES,
            Choice::new(&EQUALS_SPLIT, detail),
            move |texts, item| {
                let raw = texts.get(item.raw_value);
                let pieces: Vec<&[u8]> = raw.split(|byte| *byte == b'=').take(keep).collect();
                let cut = pieces.join(&b'=');
                if cut != raw {
                    item.value = texts.intern(&form_decode(&cut));
                    item.raw_value = texts.intern(&cut);
                }
            },
        );
    }
    builder.filter(
        group::PIECES,
        Choice::new(
            &EQUALS_SPLIT,
            "parameters whose value holds a `=` were dropped",
        )
        .rarer(10),
        |texts, item| item.protocol || !texts.get(item.raw_value).contains(&b'='),
    );

    if let Some(fragment) = typed.and_then(|typed| typed.fragment) {
        builder.add(
            group::PIECES,
            Choice::new(
                &FRAGMENT_IN_VALUE,
                format!(
                    "`#{}` was signed as part of the last value",
                    show(&fragment)
                ),
            ),
            move |texts, items| {
                let mut items = items.clone();
                let last = items
                    .iter_mut()
                    .rfind(|item| item.source == Source::Query && !item.protocol)?;
                let glue = |text: &[u8]| [text, b"#", &fragment].concat();
                let (value, raw) = (glue(texts.get(last.value)), glue(texts.get(last.raw_value)));
                last.value = texts.intern(&value);
                last.raw_value = texts.intern(&raw);
                Some(items)
            },
        );
    }
    builder.add(
        group::PIECES,
        Choice::new(
            &QUESTION_MARK_IN_NAME,
            "the first query parameter was signed with the `?` before its name",
        ),
        |texts, items| {
            let mut items = items.clone();
            let first = items
                .iter_mut()
                .find(|item| item.source == Source::Query && !item.protocol)?;
            let (name, raw) = (
                [b"?", texts.get(first.name)].concat(),
                [b"?", texts.get(first.raw_name)].concat(),
            );
            first.name = texts.intern(&name);
            first.raw_name = texts.intern(&raw);
            Some(items)
        },
    );
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

fn body(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::BODY,
        Choice::new(
            &BODY_NOT_SIGNED,
            "the fields of the form body were not signed",
        ),
        |_, item| item.source != Source::Body || item.protocol,
    );
    let body = &facts.request.body;
    let kind = facts.request.body_kind();
    if facts.request.form_body().is_none() && !body.is_empty() {
        let as_name = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as the name of one parameter",
            ),
            move |texts, items| {
                let mut items = items.clone();
                items.push(new_item(texts, &as_name, b"", Source::Body));
                Some(items)
            },
        );
        let without_equals = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as one name without `=`",
            )
            .rarer(5),
            move |texts, items| {
                let mut items = items.clone();
                items.push(Item {
                    equals: false,
                    ..new_item(texts, &without_equals, b"", Source::Body)
                });
                Some(items)
            },
        );
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as the value of a parameter without a name",
            )
            .rarer(5),
            b"",
            body,
            Source::Body,
        );
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as a parameter called `body`",
            )
            .rarer(15),
            b"body",
            body,
            Source::Body,
        );
        let text = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_WRONGLY_SIGNED,
                format!(
                    "a body that is no form ({}) was read and signed as one",
                    kind_name(kind)
                ),
            ),
            move |texts, items| Some(replace_source(texts, items, Source::Body, &text)),
        );
        let fields = match kind {
            BodyKind::Json => super::bodies::json_members(body),
            BodyKind::Multipart => super::bodies::multipart_fields(facts.request),
            BodyKind::Form | BodyKind::Other => Vec::new(),
        };
        if !fields.is_empty() {
            builder.add(
                group::BODY,
                Choice::new(
                    &BODY_WRONGLY_SIGNED,
                    format!("the fields of the {} body were signed", kind_name(kind)),
                ),
                move |texts, items| {
                    let mut items = items.clone();
                    for (name, value) in &fields {
                        items.push(new_item(texts, name, value, Source::Body));
                    }
                    Some(items)
                },
            );
        }
    }
    if facts.get("oauth_body_hash").is_none() {
        for (what, hash) in [
            ("SHA-1", body_hash_sha1(body)),
            ("SHA-256", body_hash_sha256(body)),
        ] {
            builder.insert(
                group::BODY,
                Choice::new(
                    &BODY_HASH_MISSING,
                    format!("`oauth_body_hash` ({what}) was signed and not sent"),
                ),
                b"oauth_body_hash",
                hash.as_bytes(),
                Source::Header,
            );
        }
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_HASH_WRONG,
                "an empty `oauth_body_hash` was signed and not sent",
            )
            .rarer(10),
            b"oauth_body_hash",
            b"",
            Source::Header,
        );
    } else {
        for (what, hash) in [
            ("the SHA-1 of the body", body_hash_sha1(body)),
            ("the SHA-256 of the body", body_hash_sha256(body)),
            ("the SHA-1 of an empty body", body_hash_sha1(b"")),
            ("the SHA-256 of an empty body", body_hash_sha256(b"")),
        ] {
            builder.each(
                group::BODY,
                Choice::new(
                    &BODY_HASH_WRONG,
                    format!("`oauth_body_hash` was signed as {what}, another was sent"),
                ),
                move |texts, item| {
                    if texts.get(item.name) == b"oauth_body_hash" {
                        item.value = texts.intern(hash.as_bytes());
                    }
                },
            );
        }
        builder.add(
            group::BODY,
            Choice::new(&OAUTH_COUNTED_TWICE, "`oauth_body_hash` was signed twice").rarer(10),
            |texts, items| {
                let mut out = items.clone();
                out.extend(
                    items
                        .iter()
                        .filter(|item| texts.get(item.name) == b"oauth_body_hash"),
                );
                Some(out)
            },
        );
    }
}

const fn kind_name(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Form => "form",
        BodyKind::Json => "JSON",
        BodyKind::Multipart => "multipart",
        BodyKind::Other => "no form type",
    }
}

fn header(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::HEADER,
        Choice::new(&HEADER_PARAMETERS_TWICE, "parameters of the request were placed in the Authorization header as well and signed once"),
        |_, item| item.source != Source::Header || item.protocol,
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "every oauth_ parameter was signed twice",
        ),
        |_, items| {
            let mut out = items.clone();
            out.extend(items.iter().filter(|item| item.protocol));
            Some(out)
        },
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "the oauth_ parameters went out in two places and were signed once",
        ),
        |_, items| {
            let mut out: Items = Vec::new();
            for item in items {
                if !item.protocol || !out.iter().any(|known| known.name == item.name) {
                    out.push(*item);
                }
            }
            Some(out)
        },
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "oauth_ parameters went out twice; the last ones were signed",
        )
        .rarer(3),
        |_, items| {
            let out = items
                .iter()
                .enumerate()
                .filter(|(at, item)| {
                    !item.protocol || !items[at + 1..].iter().any(|later| later.name == item.name)
                })
                .map(|(_, item)| *item)
                .collect();
            Some(out)
        },
    );
    if let Some(realm) = &facts.realm {
        builder.insert(
            group::REALM,
            Choice::new(&REALM_SIGNED, format!("`realm={}` was signed", show(realm))),
            b"realm",
            realm,
            Source::Header,
        );
    }
    builder.insert(
        group::REALM,
        Choice::new(&REALM_SIGNED, "an empty `realm` was signed").rarer(10),
        b"realm",
        b"",
        Source::Header,
    );
    builder.insert(
        group::SIGNATURE,
        Choice::new(
            &SIGNATURE_SIGNED,
            "an empty `oauth_signature` was among the signed parameters",
        ),
        b"oauth_signature",
        b"",
        Source::Header,
    );
}

/// Protocol parameters that clients sign and do not send.
const ADDED: &[(&str, &str, u32)] = &[
    ("oauth_version", "1.0", 0),
    ("oauth_token", "", 0),
    ("oauth_callback", "", 5),
    ("oauth_verifier", "", 5),
    ("oauth_callback", "oob", 6),
    ("oauth_callback", "about:blank", 15),
    ("oauth_realm", "", 20),
    ("oauth_version", "1.0a", 25),
    ("oauth_version", "1", 25),
    ("oauth_version", "", 25),
    ("oauth_signature_method", "HMAC-SHA1", 15),
    ("oauth_token", "null", 20),
    ("oauth_token", "undefined", 20),
    ("oauth_token_secret", "", 25),
    ("oauth_consumer_secret", "", 30),
];

fn protocol(builder: &mut Builder, facts: &Facts<'_>) {
    let mut names: Vec<&[u8]> = facts.sent.iter().map(|sent| sent.name.as_slice()).collect();
    names.sort_unstable();
    names.dedup();
    // Left-out ops are one for each name; beyond this many names only the protocol's own are tried.
    let few = names.len() <= 40;
    for name in names {
        let own = name.to_vec();
        let mistake = if name.starts_with(b"oauth_") {
            &OAUTH_LEFT_OUT
        } else if few {
            &PARAMETER_LEFT_OUT
        } else {
            continue;
        };
        builder.alone(
            Choice::new(mistake, format!("`{}` was sent and not signed", show(name))),
            move |texts, items| {
                Some(
                    items
                        .iter()
                        .filter(|item| texts.get(item.name) != own)
                        .copied()
                        .collect(),
                )
            },
        );
    }
    builder.filter(
        group::SIGNATURE,
        Choice::new(
            &OAUTH_LEFT_OUT,
            "`oauth_nonce` and `oauth_timestamp` were sent and not signed",
        ),
        |texts, item| !matches!(texts.get(item.name), b"oauth_nonce" | b"oauth_timestamp"),
    );
    builder.filter(
        group::SIGNATURE,
        Choice::new(&OAUTH_LEFT_OUT, "no oauth_ parameter was signed").rarer(5),
        |_, item| !item.protocol,
    );
    for &(name, value, rarer) in ADDED {
        if facts.get(name).is_none() {
            let choice = Choice::new(
                &OAUTH_ADDED,
                format!("`{name}={value}` was signed and not sent"),
            )
            .rarer(rarer);
            let (name, value) = (name.as_bytes(), value.as_bytes());
            builder.alone(choice, move |texts, items| {
                let mut items = items.clone();
                items.push(new_item(texts, name, value, Source::Header));
                Some(items)
            });
        } else if facts.get(name) != Some(value.as_bytes()) && name != "oauth_token" {
            let detail = format!("`{name}` was signed as `{value}`, another value was sent");
            let choice = Choice::new(&OAUTH_CHANGED, detail).rarer(rarer + 10);
            builder.each(group::OAUTH_CHANGED, choice, move |texts, item| {
                if texts.get(item.name) == name.as_bytes() {
                    item.value = texts.intern(value.as_bytes());
                }
            });
        }
    }
    if let Some(timestamp) = facts.get("oauth_timestamp") {
        timestamps(builder, timestamp);
    }
}

/// How far a timestamp that was made anew may be from the one that was sent, in seconds.
const TIMESTAMP_REACH: i64 = 300;

fn timestamps(builder: &mut Builder, timestamp: &[u8]) {
    let Some(sent) = core::str::from_utf8(timestamp)
        .ok()
        .and_then(|text| text.parse::<i64>().ok())
    else {
        return;
    };
    for distance in 1..=TIMESTAMP_REACH {
        for signed in [sent.checked_sub(distance), sent.checked_add(distance)]
            .into_iter()
            .flatten()
        {
            // Six hundred variants of one mistake: they count for two, so that they never crowd out the named ones.
            let choice = Choice::new(
                &OAUTH_CHANGED,
                format!("`oauth_timestamp` was signed as {signed}, {sent} was sent"),
            )
            .weighing(2);
            builder.each(group::OAUTH_CHANGED, choice, move |texts, item| {
                if texts.get(item.name) == b"oauth_timestamp" {
                    item.value = texts.intern(signed.to_string().as_bytes());
                }
            });
        }
    }
    for (text, detail) in [
        (format!("{sent}000"), "in milliseconds"),
        (
            format!("{}", sent / 1000),
            "in seconds, milliseconds were sent",
        ),
        (format!("{sent}.0"), "with a fraction"),
    ] {
        builder.each(
            group::OAUTH_CHANGED,
            Choice::new(
                &OAUTH_CHANGED,
                format!("`oauth_timestamp` was signed {detail}: {text}"),
            )
            .rarer(10),
            move |texts, item| {
                if texts.get(item.name) == b"oauth_timestamp" {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
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

fn decoding(builder: &mut Builder) {
    let mut add = |scope: Scope, choice: Choice, change: fn(&mut Texts, &mut Item)| {
        builder.each(group::DECODING, choice, move |texts, item| {
            if (scope.holds)(item) {
                change(texts, item);
            }
        });
    };
    for (rank, scope) in (0..).zip([USERS, QUERY_ONLY, BODY_ONLY]) {
        add(
            scope,
            Choice::new(
                &PLUS_LITERAL,
                format!(
                    "a `+` of {} was taken as a plus sign, it stands for a space",
                    scope.name
                ),
            )
            .rarer(rank),
            |texts, item| {
                item.name = {
                    let text = percent_decode(texts.get(item.raw_name)).into_owned();
                    texts.intern(&text)
                };
                item.value = {
                    let text = percent_decode(texts.get(item.raw_value)).into_owned();
                    texts.intern(&text)
                };
            },
        );
    }
    for (rank, scope) in (0..).zip([USERS, QUERY_ONLY, BODY_ONLY, HEADER_ONLY, ALL]) {
        add(
            scope,
            Choice::new(
                &AS_ON_THE_WIRE,
                format!(
                    "the text of {} was not decoded before it was encoded",
                    scope.name
                ),
            )
            .rarer(rank),
            |_, item| {
                item.name = item.raw_name;
                item.value = item.raw_value;
            },
        );
        add(
            scope,
            Choice::new(
                &AS_ON_THE_WIRE,
                format!(
                    "the text of {} was signed as it travels: neither decoded nor encoded",
                    scope.name
                ),
            )
            .rarer(rank + 2),
            |_, item| {
                item.name = item.raw_name;
                item.value = item.raw_value;
                item.verbatim = true;
            },
        );
    }
    add(
        USERS,
        Choice::new(
            &AS_ON_THE_WIRE,
            "the names of query and body were not decoded before they were encoded",
        )
        .rarer(6),
        |_, item| item.name = item.raw_name,
    );
    add(
        USERS,
        Choice::new(
            &AS_ON_THE_WIRE,
            "the values of query and body were not decoded before they were encoded",
        )
        .rarer(6),
        |_, item| item.value = item.raw_value,
    );
    for scope in [USERS, ALL] {
        add(
            scope,
            Choice::new(
                &DECODED_TWICE,
                format!("{} were percent-decoded twice", scope.name),
            ),
            |texts, item| decode_again(texts, item, |text| percent_decode(text).into_owned()),
        );
        add(
            scope,
            Choice::new(
                &DECODED_TWICE,
                format!("{} were form-decoded twice: `+` became a space", scope.name),
            )
            .rarer(3),
            |texts, item| decode_again(texts, item, |text| form_decode(text).into_owned()),
        );
    }
    add(
        HEADER_ONLY,
        Choice::new(
            &DECODED_TWICE,
            "the Authorization header was form-decoded: `+` became a space",
        )
        .rarer(10),
        |texts, item| {
            item.value = {
                let text = form_decode(texts.get(item.raw_value)).into_owned();
                texts.intern(&text)
            };
        },
    );
}

fn decode_again(texts: &mut Texts, item: &mut Item, decode: fn(&[u8]) -> Vec<u8>) {
    let (name, value) = (decode(texts.get(item.name)), decode(texts.get(item.value)));
    item.name = texts.intern(&name);
    item.value = texts.intern(&value);
}

fn repeats(builder: &mut Builder) {
    let mut add = |detail: &str, rarer: u32, merge: fn(&mut Texts, &[Item]) -> Vec<Item>| {
        builder.add(
            group::REPEATS,
            Choice::new(&DUPLICATE_COLLAPSED, detail).rarer(rarer),
            move |texts, items| Some(merge_repeats(texts, items, merge)),
        );
    };
    add(
        "of a repeated name, the last value was signed",
        0,
        |_, same| same.last().copied().into_iter().collect(),
    );
    add(
        "of a repeated name, the first value was signed",
        1,
        |_, same| same.first().copied().into_iter().collect(),
    );
    add("identical parameters were signed once", 2, |_, same| {
        let mut out: Vec<Item> = Vec::new();
        for item in same {
            if !out.iter().any(|known| known.value == item.value) {
                out.push(*item);
            }
        }
        out
    });
    add(
        "the values of a repeated name were joined with `,`",
        3,
        |texts, same| joined(texts, same, b","),
    );
    let mut flatten = |detail: &str, rarer: u32, merge: fn(&mut Texts, &[Item]) -> Vec<Item>| {
        builder.add(
            group::REPEATS,
            Choice::new(&STRUCTURE_FLATTENED, detail).rarer(rarer),
            move |texts, items| Some(merge_repeats(texts, items, merge)),
        );
    };
    flatten(
        "the values of a repeated name were signed as one list text `[\"…\", \"…\"]`",
        5,
        |texts, same| listed(texts, same, b"\"", b", "),
    );
    flatten(
        "the values of a repeated name were signed as one list text `['…', '…']`",
        5,
        |texts, same| listed(texts, same, b"'", b", "),
    );
    flatten(
        "the values of a repeated name were signed as one JSON list",
        6,
        |texts, same| listed(texts, same, b"\"", b","),
    );
    flatten(
        "the values of a repeated name were signed as `[…, …]`",
        8,
        |texts, same| listed(texts, same, b"", b", "),
    );
    for text in ["Array", "[object Object]"] {
        builder.each(
            group::REPEATS,
            Choice::new(
                &STRUCTURE_FLATTENED,
                format!("a list was signed as `{text}`"),
            ),
            move |texts, item| {
                let name = texts.get(item.name);
                let bare = name.split(|byte| *byte == b'[').next().unwrap_or_default();
                if bare.len() != name.len() {
                    let bare = bare.to_vec();
                    item.name = texts.intern(&bare);
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
}

/// Hands each set of parameters that share a name to `merge`; the result stands where the first one stood.
fn merge_repeats(
    texts: &mut Texts,
    items: &Items,
    merge: fn(&mut Texts, &[Item]) -> Vec<Item>,
) -> Items {
    let mut out = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        if items[..at].iter().any(|known| known.name == item.name) {
            continue;
        }
        let same: Vec<Item> = items[at..]
            .iter()
            .filter(|other| other.name == item.name)
            .copied()
            .collect();
        if same.len() > 1 {
            out.extend(merge(texts, &same));
        } else {
            out.push(*item);
        }
    }
    out
}

fn joined(texts: &mut Texts, same: &[Item], glue: &[u8]) -> Vec<Item> {
    let values: Vec<&[u8]> = same.iter().map(|item| texts.get(item.value)).collect();
    let value = values.join(glue);
    with_value(texts, same, &value)
}

fn listed(texts: &mut Texts, same: &[Item], quote: &[u8], glue: &[u8]) -> Vec<Item> {
    let values: Vec<Vec<u8>> = same
        .iter()
        .map(|item| [quote, texts.get(item.value), quote].concat())
        .collect();
    let value = [b"[".as_slice(), &values.join(glue), b"]"].concat();
    with_value(texts, same, &value)
}

fn with_value(texts: &mut Texts, same: &[Item], value: &[u8]) -> Vec<Item> {
    let value = texts.intern(value);
    same.first()
        .map(|first| Item { value, ..*first })
        .into_iter()
        .collect()
}

fn names(builder: &mut Builder) {
    type Number = fn(&[u8], usize) -> Vec<u8>;
    let numbered: [(&str, Number); 3] = [
        (
            "a repeated name was numbered: `a[0]`, `a[1]`",
            |name, at| [name, format!("[{at}]").as_bytes()].concat(),
        ),
        ("a repeated name was signed as `a[]`", |name, _| {
            [name, b"[]"].concat()
        }),
        ("a repeated name was numbered: `a0`, `a1`", |name, at| {
            [name, at.to_string().as_bytes()].concat()
        }),
    ];
    for (rank, (detail, number)) in (0..).zip(numbered) {
        builder.add(
            group::NAMES,
            Choice::new(&NAMES_REWRITTEN, detail).rarer(rank * 3),
            move |texts, items| {
                let mut out = items.clone();
                for at in 0..items.len() {
                    let item = items[at];
                    if items.iter().filter(|other| other.name == item.name).count() > 1 {
                        let before = items[..at]
                            .iter()
                            .filter(|other| other.name == item.name)
                            .count();
                        let name = number(texts.get(item.name), before);
                        out[at].name = texts.intern(&name);
                    }
                }
                Some(out)
            },
        );
    }
    let rewrites: [(&str, TextChange, u32); 5] = [
        (
            "`[]` was cut off the names",
            |name| name.strip_suffix(b"[]").unwrap_or(name).to_vec(),
            1,
        ),
        (
            "`[0]`, `[]` were cut off the names",
            |name| split_once(name, b'[').0.to_vec(),
            2,
        ),
        (
            "numbers in brackets were signed as `[]`",
            |name| {
                let (bare, index) = split_once(name, b'[');
                match index.and_then(|index| index.strip_suffix(b"]")) {
                    Some(index) if index.iter().all(u8::is_ascii_digit) => [bare, b"[]"].concat(),
                    _ => name.to_vec(),
                }
            },
            4,
        ),
        (
            "`.` and spaces in names became `_`, as PHP does it",
            |name| underscored(name, b". "),
            5,
        ),
        (
            "`-`, `.` and spaces in names became `_`",
            |name| underscored(name, b"-. "),
            8,
        ),
    ];
    for scope in [USERS, BODY_ONLY] {
        for (detail, rewrite, rarer) in rewrites {
            builder.each(
                group::NAMES,
                Choice::new(&NAMES_REWRITTEN, format!("{detail} ({})", scope.name)).rarer(rarer),
                move |texts, item| {
                    if (scope.holds)(item) {
                        let name = rewrite(texts.get(item.name));
                        item.name = texts.intern(&name);
                    }
                },
            );
        }
    }
}

fn underscored(name: &[u8], replaced: &[u8]) -> Vec<u8> {
    name.iter()
        .map(|byte| if replaced.contains(byte) { b'_' } else { *byte })
        .collect()
}

fn empty(builder: &mut Builder) {
    builder.filter(
        group::EMPTY,
        Choice::new(
            &EMPTY_DROPPED,
            "parameters with an empty value were not signed",
        ),
        |texts, item| !texts.get(item.value).is_empty(),
    );
    builder.filter(
        group::EMPTY,
        Choice::new(&BARE_NAME, "a name sent without `=` was not signed"),
        |_, item| item.equals_sent || item.protocol,
    );
    builder.each(
        group::EMPTY,
        Choice::new(&BARE_NAME, "a name sent without `=` was signed without `=`"),
        |_, item| item.equals = item.equals && item.equals_sent,
    );
    builder.each(
        group::EMPTY,
        Choice::new(
            &BARE_NAME,
            "names with an empty value were signed without `=`",
        )
        .rarer(2),
        |texts, item| item.equals = item.equals && !texts.get(item.value).is_empty(),
    );
    for text in ["undefined", "null", "true"] {
        builder.each(
            group::EMPTY,
            Choice::new(
                &BARE_NAME,
                format!("a name sent without `=` was signed as `={text}`"),
            )
            .rarer(3),
            move |texts, item| {
                if !item.equals_sent {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
    for text in ["null", "undefined", "None", "nil"] {
        builder.each(
            group::EMPTY,
            Choice::new(
                &NUMBER_FORMAT,
                format!("empty values were signed as `{text}`"),
            )
            .rarer(10),
            move |texts, item| {
                if texts.get(item.value).is_empty() {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
}

fn values(builder: &mut Builder) {
    type Change = fn(&[u8]) -> Option<&'static [u8]>;
    let spelled: [(&str, Change); 7] = [
        (
            "`true` and `false` were signed as `True` and `False`",
            |value| match value {
                b"true" => Some(b"True"),
                b"false" => Some(b"False"),
                _ => None,
            },
        ),
        (
            "`True` and `False` were signed as `true` and `false`",
            |value| match value {
                b"True" => Some(b"true"),
                b"False" => Some(b"false"),
                _ => None,
            },
        ),
        ("`false` was signed as empty text", |value| {
            (value == b"false").then_some(b"".as_slice())
        }),
        ("`0` was signed as empty text", |value| {
            (value == b"0").then_some(b"".as_slice())
        }),
        ("`false` and `0` were signed as empty text", |value| {
            matches!(value, b"false" | b"0").then_some(b"".as_slice())
        }),
        (
            "`true` and `false` were signed as `1` and `0`",
            |value| match value {
                b"true" => Some(b"1"),
                b"false" => Some(b"0"),
                _ => None,
            },
        ),
        (
            "`true` and `false` were signed as `1` and empty text",
            |value| match value {
                b"true" => Some(b"1"),
                b"false" => Some(b""),
                _ => None,
            },
        ),
    ];
    for (detail, change) in spelled {
        builder.each(
            group::VALUES,
            Choice::new(&NUMBER_FORMAT, detail),
            move |texts, item| {
                if !item.protocol
                    && let Some(value) = change(texts.get(item.value))
                {
                    item.value = texts.intern(value);
                }
            },
        );
    }
    builder.each(
        group::VALUES,
        Choice::new(&NUMBER_FORMAT, "whole numbers were signed with `.0`"),
        |texts, item| {
            let value = texts.get(item.value);
            if !item.protocol && !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
                let value = [value, b".0"].concat();
                item.value = texts.intern(&value);
            }
        },
    );
    builder.each(
        group::VALUES,
        Choice::new(
            &NUMBER_FORMAT,
            "zeros at the end of a fraction were not signed (`1.0` as `1`)",
        ),
        |texts, item| {
            let value = texts.get(item.value);
            let number = value
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b'.');
            if !item.protocol && number && count(value, b'.') == 1 {
                let cut = value
                    .iter()
                    .rposition(|byte| *byte != b'0')
                    .map_or(0, |last| last + 1);
                let value = value[..cut]
                    .strip_suffix(b".")
                    .unwrap_or(&value[..cut])
                    .to_vec();
                item.value = texts.intern(&value);
            }
        },
    );
    super::encoding::newlines(|choice, change| {
        builder.each(group::VALUES, choice, move |texts, item| {
            if !item.protocol {
                let value = change(texts.get(item.value));
                item.value = texts.intern(&value);
            }
        });
    });
}

/// Differences that only the client's own base string can name: other values, other parameters.
fn from_client(builder: &mut Builder, facts: &Facts<'_>, client: &[(Vec<u8>, Vec<u8>)]) {
    let mut missing: Vec<(&[u8], &[u8])> = facts
        .sent
        .iter()
        .map(|sent| (sent.name.as_slice(), sent.value.as_slice()))
        .collect();
    let mut extra: Vec<(&[u8], &[u8])> = Vec::new();
    for (name, value) in client {
        match missing.iter().position(|pair| *pair == (name, value)) {
            Some(at) => {
                missing.swap_remove(at);
            }
            None => extra.push((name, value)),
        }
    }
    // Many differences are one mistake of encoding or reading, not as many slips.
    if extra.len() > 12 {
        return;
    }
    let body_holds = |name: &[u8]| {
        facts.request.form_body().is_none()
            && !name.is_empty()
            && find(&facts.request.body, name).is_some()
    };
    let mut all: Vec<Found> = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    for (name, value) in extra {
        let old = missing
            .iter()
            .position(|(other, _)| *other == name)
            .map(|at| missing.swap_remove(at).1);
        let protocol = name.starts_with(b"oauth_");
        let (mistake, detail): (&'static Mistake, String) = match old {
            Some(old) => (
                if name == b"oauth_body_hash" {
                    &BODY_HASH_WRONG
                } else if protocol {
                    &OAUTH_CHANGED
                } else {
                    &VALUES_CHANGED
                },
                format!(
                    "`{}` was signed as `{}`, `{}` was sent",
                    show(name),
                    show(value),
                    show(old)
                ),
            ),
            None => (
                if name == b"oauth_body_hash" {
                    &BODY_HASH_WRONG
                } else if name == b"oauth_signature" {
                    &SIGNATURE_SIGNED
                } else if protocol {
                    &OAUTH_ADDED
                } else if body_holds(name) {
                    &BODY_WRONGLY_SIGNED
                } else if facts.request.form_body().is_some() {
                    &UNSENT_SIGNED
                } else {
                    &PARAMETER_ADDED
                },
                format!("`{}={}` was signed and not sent", show(name), show(value)),
            ),
        };
        all.push(Found {
            mistake,
            detail: detail.clone(),
        });
        let change = Change {
            name: name.to_vec(),
            old: old.map(<[u8]>::to_vec),
            new: value.to_vec(),
        };
        let single = change.clone();
        builder.alone(
            Choice::new(mistake, detail).rarer(30),
            move |texts, items| Some(apply_change(texts, items, &single)),
        );
        changes.push(change);
    }
    if all.len() > 1 {
        // The same all at once. It explains nearly anything, so it counts for three.
        let mut choice = Choice::facets(all).weighing(3);
        choice.cost += 60;
        builder.add(group::CLIENT, choice, move |texts, items| {
            Some(changes.iter().fold(items.clone(), |items, change| {
                apply_change(texts, &items, change)
            }))
        });
    }
}

/// One parameter that was signed otherwise than sent.
#[derive(Clone)]
struct Change {
    name: Vec<u8>,
    /// `None`: it was not sent at all.
    old: Option<Vec<u8>>,
    new: Vec<u8>,
}

fn apply_change(texts: &mut Texts, items: &Items, change: &Change) -> Items {
    let mut items = items.clone();
    match &change.old {
        Some(old) => {
            if let Some(item) = items
                .iter_mut()
                .find(|item| texts.get(item.name) == change.name && texts.get(item.value) == old)
            {
                item.value = texts.intern(&change.new);
            }
        }
        None => items.push(new_item(texts, &change.name, &change.new, Source::Header)),
    }
    items
}

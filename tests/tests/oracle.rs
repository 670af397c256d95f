//! Random requests: do `oauth1-core` and the plain second implementation agree on every stage?
use diagnose_tests::{fixtures, naive};
use oauth1_core::{
    base_string::BaseString,
    base_string_uri::base_string_uri,
    encode::{form_decode, percent_encode},
    key::{Secret, signing_key},
    parameters::{Source, collect_parameters, split_form},
    request::Request,
};
use proptest::{collection::vec, prelude::*};

type Pair = (String, String);

/// Text that hurts: every reserved mark, blanks, escapes, several scripts.
fn text() -> impl Strategy<Value = String> {
    let mark = prop_oneof![
        3 => "[a-zA-Z0-9]",
        3 => "[ -~]",
        1 => Just("%2B".to_owned()),
        1 => Just("é".to_owned()),
        1 => Just("\u{1f600}".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(mark, 0..8).prop_map(|marks| marks.concat())
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    let name = prop_oneof![text(), "[ab]{1,2}"];
    vec((name, text()), 0..6)
}

/// A query or a form body as clients write it: either encoding of the space, pairs without `=`, empty pieces.
fn form() -> impl Strategy<Value = String> {
    let encoded = || text().prop_map(|text| naive::encode(text.as_bytes()));
    let part = || {
        prop_oneof![
            3 => encoded(),
            1 => encoded().prop_map(|text| text.replace("%20", "+")),
            1 => "[a-z+%=/?:;@!*'()]{0,6}",
        ]
    };
    let piece = prop_oneof![
        4 => (part(), part()).prop_map(|(name, value)| format!("{name}={value}")),
        1 => part(),
        1 => Just(String::new()),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.join("&"))
}

fn url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof!["http", "https", "HTTP", "Https"];
    let port = prop_oneof![Just(""), Just(":80"), Just(":443"), Just(":8080")];
    let path = prop_oneof![Just(String::new()), "(/[a-zA-Z0-9%;.~]{0,5}){1,4}"];
    (scheme, "[a-zA-Z][a-zA-Z0-9.-]{0,9}", port, path)
        .prop_map(|(scheme, host, port, path)| format!("{scheme}://{host}{port}{path}"))
}

#[derive(Debug)]
struct Case {
    method: String,
    url: String,
    query: Option<String>,
    header: Vec<Pair>,
    body: Option<String>,
}

fn case() -> impl Strategy<Value = Case> {
    let method = prop_oneof!["GET", "POST", "put", "Delete", "[!-~]{1,5}"];
    let header = pairs().prop_map(|pairs| {
        let prefixed = |(name, value)| (format!("oauth_{name}"), value);
        pairs.into_iter().map(prefixed).collect()
    });
    (
        method,
        url(),
        proptest::option::of(form()),
        header,
        proptest::option::of(form()),
    )
        .prop_map(|(method, url, query, header, body)| Case {
            method,
            url,
            query,
            header,
            body,
        })
}

impl Case {
    fn request(&self) -> Request {
        let query = self.query.as_deref().map(|query| format!("?{query}"));
        fixtures::request(
            &self.method,
            &format!("{}{}", self.url, query.unwrap_or_default()),
            None,
            &self.header,
            self.body
                .as_ref()
                .map(|_| "application/x-www-form-urlencoded"),
            self.body.as_deref(),
        )
        .expect("an http or https URL")
    }

    fn pairs(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let form = |text: &Option<String>| {
            naive::form_pairs(text.as_deref().unwrap_or_default().as_bytes())
        };
        let header = self.header.iter();
        let header = header.map(|(name, value)| (name.clone().into(), value.clone().into()));
        let mut pairs: Vec<_> = header.collect();
        pairs.extend(form(&self.query));
        pairs.extend(form(&self.body));
        pairs
    }
}

proptest! {
    #[test]
    fn encoding(bytes in vec(any::<u8>(), 0..64)) {
        prop_assert_eq!(percent_encode(&bytes), naive::encode(&bytes));
    }

    #[test]
    fn form_decoding(text in "[a-f0-9%+=& ]{0,24}") {
        prop_assert_eq!(&*form_decode(text.as_bytes()), naive::form_decode(text.as_bytes()));
    }

    #[test]
    fn forms(text in form()) {
        let parameters = split_form(text.as_bytes(), Source::Query);
        let found: Vec<_> = parameters
            .iter()
            .map(|parameter| (parameter.name.to_vec(), parameter.value.to_vec()))
            .collect();
        prop_assert_eq!(found, naive::form_pairs(text.as_bytes()));
    }

    #[test]
    fn base_strings(case in case()) {
        let request = case.request();
        let uri = naive::base_string_uri(&case.url).expect("an http or https URL");
        prop_assert_eq!(base_string_uri(&request), uri.as_bytes());
        let pairs = case.pairs();
        prop_assert_eq!(collect_parameters(&request).normalized(), naive::normalized(&pairs));
        let expected = naive::base_string(&case.method, &uri, &pairs);
        let built = BaseString::of(&request);
        prop_assert_eq!(built.as_str(), expected);
    }

    #[test]
    fn keys(client_secret in text(), token_secret in text()) {
        let key = signing_key(
            &Secret::new(client_secret.clone()),
            Some(&Secret::new(token_secret.clone())),
        );
        let expected = naive::key(client_secret.as_bytes(), token_secret.as_bytes());
        prop_assert_eq!(key.expose(), expected.as_bytes());
    }
}

/// The oracle is itself held to the RFC: the example of section 1.2, as printed there.
#[test]
fn the_oracle_signs_the_example_of_the_rfc() {
    let parameters = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"),
        ("file", "vacation.jpg"),
        ("size", "original"),
    ];
    let pairs: Vec<_> = parameters
        .iter()
        .map(|&(name, value)| (name.into(), value.into()))
        .collect();
    let text = naive::base_string("GET", "http://photos.example.net/photos", &pairs);
    let key = naive::key(b"kd94hf93k423kf44", b"pfkkdhi9sl3r4s00");
    assert_eq!(
        naive::hmac_sha1(key.as_bytes(), text.as_bytes()),
        "MdpQcU8iPSUjWoN/UDMsK2sui9I="
    );
}

//! Laws of the search: what it reports is true, what it can find it finds, and it finds the same every time.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use diagnose_tests::{
    naive,
    peers::reported_ids,
    runtime::{Threads, Ticks},
    targets::search::{self, ids, limits, one_mistake_is_found, shows, sound},
    wrong_client::{Intent, OPERATORS, Operator},
};
use oauth1_core::{
    key::Secret,
    request::{Header, Request, Scheme},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    evidence::Evidence,
    report::{Report, StoppedBy, Verdict},
    runtime::SingleThread,
};
use proptest::test_runner::RngSeed;
use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
};
use std::time::Duration;

/// As many cases as the suite has time for; `PROPTEST_CASES` does not change it, the searches are long.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // A red run can be repeated, and a green one says the same tomorrow. PROPTEST_RNG_SEED and PROPTEST_CASES look further.
        rng_seed: RngSeed::Fixed(5849),
        ..ProptestConfig::default()
    }
}

fn text() -> impl Strategy<Value = String> {
    let mark = prop_oneof![
        4 => "[a-zA-Z0-9]",
        3 => select(vec![" ", "~", "+", "/", "&", "=", "%", "!", "*", "'", "(", ")", ":", "-"]).prop_map(str::to_owned),
        1 => select(vec!["é", "\u{1f600}", "%2B"]).prop_map(str::to_owned),
    ];
    vec(mark, 0..5).prop_map(|marks| marks.concat())
}

fn pairs(most: usize) -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        3 => "[abAB]{1,2}",
        2 => ("[aAz]", text()).prop_map(|(letter, text)| letter + &text),
    ];
    vec((name, text()), 0..=most)
}

fn protocol() -> impl Strategy<Value = Vec<(String, String)>> {
    ("[a-z0-9]{4,8}", "[A-Za-z0-9]{8}", any::<bool>()).prop_map(|(token, nonce, version)| {
        let mut list = vec![
            ("oauth_consumer_key", "dpf43f3p2l4k3l03".to_owned()),
            ("oauth_token", token),
            ("oauth_signature_method", "HMAC-SHA1".to_owned()),
            ("oauth_timestamp", "1191242096".to_owned()),
            ("oauth_nonce", nonce),
        ];
        if version {
            list.push(("oauth_version", "1.0".to_owned()));
        }
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        list.into_iter().map(owned).collect()
    })
}

/// A request with every kind of place for a mistake, each there or not.
fn intent() -> impl Strategy<Value = Intent> {
    let method = select(vec!["GET", "POST", "PUT"]);
    let scheme = select(vec!["http", "https"]);
    let port = select(vec!["", ":80", ":443", ":8080"]);
    let path = prop_oneof![
        1 => Just(String::new()),
        1 => Just("/".to_owned()),
        4 => "(/[a-zA-Z0-9~]{1,4}){1,3}/?",
        1 => "/[a-z]{1,3}(%20|%C3%A9|%2F|%7E)[a-z]{0,2}/?",
    ];
    let line = (method, scheme, "[a-z]{2,5}\\.[eE]xample", port, path);
    let secrets = (
        "[a-z0-9]{4,6}[+/&%=]?[a-z]",
        prop_oneof![text(), "[a-z0-9]{6}"],
    );
    (line, pairs(3), pairs(3), protocol(), secrets).prop_map(
        |((method, scheme, host, port, path), query, body, protocol, secrets)| Intent {
            body: if method == "GET" { Vec::new() } else { body },
            method: method.to_owned(),
            scheme: scheme.to_owned(),
            host,
            port: port.to_owned(),
            path,
            query,
            protocol,
            realm: "Photos".to_owned(),
            client_secret: secrets.0,
            token_secret: secrets.1,
        },
    )
}

fn operator() -> impl Strategy<Value = &'static Operator> {
    select(OPERATORS.iter().collect::<Vec<_>>())
}

/// Two of different stages, in their order: the mistakes of one stage hide each other.
fn two_operators() -> impl Strategy<Value = [&'static Operator; 2]> {
    (operator(), operator())
        .prop_filter("one stage", |(first, second)| {
            first.stage() != second.stage()
        })
        .prop_map(|(first, second)| {
            if first.stage() < second.stage() {
                [first, second]
            } else {
                [second, first]
            }
        })
}

proptest! {
    #![proptest_config(cases(64))]

    /// P22.
    #[test]
    fn each_mistake_is_found(intent in intent()) {
        let right = intent.right_client();
        for operator in OPERATORS {
            if shows(&intent.client(&[operator]), &right) {
                one_mistake_is_found(&intent, operator);
            }
        }
    }

    /// P24.
    #[test]
    fn a_right_request_is_valid(intent in intent()) {
        search::a_right_request_is_valid(&intent);
    }

    /// P24.
    #[test]
    fn a_random_signature_is_not_explained(intent in intent(), digest in vec(any::<u8>(), 20)) {
        search::a_foreign_signature_is_not_explained(&intent, &random_signature(&digest));
    }
}

fn random_signature(digest: &[u8]) -> String {
    STANDARD.encode(digest)
}

proptest! {
    #![proptest_config(cases(32))]

    /// P23, P21.
    #[test]
    fn two_mistakes_are_found(intent in intent(), operators in two_operators()) {
        prop_assume!(search::both_show(&intent, operators));
        search::two_mistakes_are_found(&intent, operators);
    }

    /// P21: with more mistakes than are searched for, too, nothing is said that is not so.
    #[test]
    fn what_is_reported_is_true(
        intent in intent(),
        operators in subsequence(OPERATORS.iter().collect::<Vec<_>>(), 3),
    ) {
        search::what_is_reported_is_true(&intent, &operators);
    }

    /// P25.
    #[test]
    fn the_number_of_workers_does_not_show(intent in intent(), operators in subsequence(OPERATORS.iter().collect::<Vec<_>>(), 2)) {
        let evidence = intent.evidence(&intent.client(&operators).signature());
        let one = without_time(&diagnose(&evidence, limits(2), &Threads(1)));
        for workers in [2, 4] {
            prop_assert_eq!(&one, &without_time(&diagnose(&evidence, limits(2), &Threads(workers))));
        }
    }

    /// P26: more time or more mistakes lose no explanation.
    #[test]
    fn a_larger_budget_loses_nothing(intent in intent(), operator in operator(), milliseconds in 0..20_u64) {
        let evidence = intent.evidence(&intent.client(&[operator]).signature());
        let report = |max_mistakes, milliseconds| {
            let time_limit = Duration::from_millis(milliseconds);
            diagnose(&evidence, Limits { max_mistakes, time_limit }, &Ticks::default())
        };
        let small = report(1, milliseconds);
        for large in [report(1, 2 * milliseconds), report(2, milliseconds)] {
            prop_assert!(large.search.candidates >= small.search.candidates);
            if !small.mistakes.is_empty() {
                prop_assert_eq!(ids(&small), ids(&large));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(8))]

    /// P26. The clock counts how often it is looked at: what follows after the time is up, is bounded.
    #[test]
    fn the_time_limit_is_kept(intent in intent(), digest in vec(any::<u8>(), 20), milliseconds in 1..20_u64) {
        let limits = Limits { max_mistakes: 4, time_limit: Duration::from_millis(milliseconds) };
        let evidence = intent.evidence(&random_signature(&digest));
        let report = diagnose(&evidence, limits, &Ticks::default());
        prop_assert_eq!(report.verdict, Verdict::Undetermined);
        prop_assert!(!report.search.exhausted);
        prop_assert_eq!(report.search.stopped_by, Some(StoppedBy::TimeLimit));
        prop_assert!(report.search.elapsed_ms >= milliseconds);
        prop_assert!(report.search.elapsed_ms <= milliseconds + milliseconds / 10 + 50);
    }
}

/// P25, where a hit may end the work of others: from three mistakes on the search stops before it has tried everything.
#[test]
fn three_mistakes_by_any_number_of_workers() {
    let [rich, ..] = rich_intents();
    let operator = |id| OPERATORS.iter().find(|it| it.id == id).expect("a known id");
    let mistakes = ["trailing-slash-missing", "space-as-plus", "key-not-encoded"].map(operator);
    let client = rich.client(&mistakes);
    let evidence = rich.evidence(&client.signature());
    let one = diagnose(&evidence, limits(3), &Threads(1));
    assert_eq!(ids(&one), mistakes.map(|it| it.id));
    assert!(sound(&one, &rich, &client));
    for workers in [2, 4] {
        let more = diagnose(&evidence, limits(3), &Threads(workers));
        assert_eq!(without_time(&one), without_time(&more), "{workers}");
    }
}

/// The report but for the one field that tells the time.
fn without_time(report: &Report) -> serde_json::Value {
    let mut value = serde_json::to_value(report).expect("a report is JSON");
    value["search"]["elapsed_ms"].take();
    value
}

/// Two texts that are alike at the beginning.
fn two_texts() -> impl Strategy<Value = (String, String)> {
    let text = "[GET&%2653Da-c=]{0,12}";
    (text, text, text).prop_map(|(start, a, b)| (format!("{start}{a}"), start + &b))
}

proptest! {
    #![proptest_config(cases(256))]

    /// P27.
    #[test]
    fn the_first_mismatch_is_the_first_byte_that_differs(intent in intent(), (yours, expected) in two_texts()) {
        let request = intent.evidence("").request.map(|mut request| {
            request.headers.clear();
            request
        });
        let compare = |yours: &str, expected: &str| {
            let evidence = Evidence {
                request: request.clone(),
                base_string: Some(yours.as_bytes().to_vec()),
                expected_base_string: Some(expected.as_bytes().to_vec()),
                ..Evidence::default()
            };
            let mismatch = diagnose(&evidence, limits(0), &SingleThread).first_mismatch;
            mismatch.map(|mismatch| (mismatch.yours.start, mismatch.expected.start))
        };
        let differs = |(a, b): (u8, u8)| a != b;
        let shorter = yours.len().min(expected.len());
        let at = yours.bytes().zip(expected.bytes()).position(differs).unwrap_or(shorter);
        let wanted = (yours != expected).then_some((at, at));
        prop_assert_eq!(compare(&yours, &expected), wanted);
        prop_assert_eq!(compare(&expected, &yours), wanted);
    }

    /// P28.
    #[test]
    fn any_bytes_are_survived(evidence in any_evidence()) {
        let limits = Limits { max_mistakes: 1, time_limit: Duration::from_millis(20) };
        let report = diagnose(&evidence.0, limits, &Ticks::default());
        prop_assert!(report.verdict != Verdict::Valid || report.mistakes.is_empty());
    }
}

/// [`Evidence`] hides secrets and so has no `Debug`; here they are random bytes.
struct AnyEvidence(Evidence);

impl std::fmt::Debug for AnyEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secret = |secret: &Option<Secret>| secret.as_ref().map(|it| it.expose().to_vec());
        let it = &self.0;
        f.debug_struct("Evidence")
            .field("request", &it.request)
            .field("typed_url", &it.typed_url)
            .field("earlier", &it.earlier)
            .field("consumer_secret", &secret(&it.consumer_secret))
            .field("token_secret", &secret(&it.token_secret))
            .field("base_string", &it.base_string)
            .field("signing_key", &secret(&it.signing_key))
            .field("expected_base_string", &it.expected_base_string)
            .field("signature", &it.signature)
            .finish_non_exhaustive()
    }
}

/// Bytes that are nothing in particular, or nearly something.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        2 => vec(any::<u8>(), 0..4),
        2 => "[a-zA-Z0-9]{1,3}".prop_map(String::into_bytes),
        3 => select(vec![
            "%", "%2", "%25", "&", "=", "?", "#", "/", ":", "@", "+", ";", "[", "]", "\"", ",", "\0", "\r\n", "http://", "https://",
            "GET&", "oauth_", "oauth_signature=", "oauth_token=\"", "oauth_signature_method=\"HMAC-SHA1\"", "OAuth ", "é",
        ]).prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_request() -> impl Strategy<Value = Request> {
    let name = prop_oneof![
        Just(b"Authorization".to_vec()),
        Just(b"Content-Type".to_vec()),
        Just(b"Host".to_vec()),
        bytes(),
    ];
    let value = prop_oneof![
        2 => bytes(),
        1 => Just(b"application/x-www-form-urlencoded".to_vec()),
        1 => bytes().prop_map(|rest| [b"OAuth oauth_signature=\"", rest.as_slice(), b"\""].concat()),
    ];
    let headers = vec(
        (name, value).prop_map(|(name, value)| Header { name, value }),
        0..4,
    );
    let scheme = select(vec![Scheme::Http, Scheme::Https]);
    let line = (
        bytes(),
        scheme,
        bytes(),
        bytes(),
        proptest::option::of(bytes()),
    );
    (line, headers, bytes()).prop_map(
        |((method, scheme, authority, path, query), headers, body)| Request {
            method,
            scheme,
            authority,
            path,
            query,
            headers,
            body,
        },
    )
}

fn any_evidence() -> impl Strategy<Value = AnyEvidence> {
    use proptest::option::of;
    let texts = (of(bytes()), of(bytes()), of(bytes()), of(bytes()));
    let secrets = (of(bytes()), of(bytes()), of(bytes()), of(bytes()));
    let requests = (of(any_request()), vec(any_request(), 0..2), any::<bool>());
    (requests, texts, secrets, of(any::<u64>())).prop_map(
        |((request, earlier, scheme_assumed), texts, secrets, now)| {
            let (typed_url, base_string, expected_base_string, signature) = texts;
            let (consumer, token, signing_key, private_key) = secrets;
            let secret = |bytes: Option<Vec<u8>>| bytes.map(Secret::new);
            AnyEvidence(Evidence {
                request,
                scheme_assumed,
                typed_url,
                earlier,
                consumer_secret: secret(consumer),
                token_secret: secret(token),
                public_key: private_key.clone(),
                private_key: secret(private_key),
                base_string,
                signing_key: secret(signing_key),
                expected_base_string,
                response: None,
                provider: None,
                signature,
                now,
            })
        },
    )
}

/// Requests on which every operator shows.
fn rich_intents() -> [Intent; 3] {
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        list.iter().map(owned).collect()
    };
    let rich = Intent {
        method: "PUT".to_owned(),
        scheme: "https".to_owned(),
        host: "api.Example".to_owned(),
        port: ":8080".to_owned(),
        path: "/a%20b/C/".to_owned(),
        query: pairs(&[
            ("b", "2 ~"),
            ("B", "1"),
            ("a", "z/é"),
            ("a", "A(1)"),
            ("x y", "%"),
            ("a1", ""),
            ("a1", "x"),
            ("zé", "+"),
            ("za", "+"),
        ]),
        body: pairs(&[("c", "d")]),
        protocol: pairs(&[
            ("oauth_consumer_key", "k"),
            ("oauth_token", "t"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1191242096"),
            ("oauth_nonce", "n"),
        ]),
        realm: "Photos".to_owned(),
        client_secret: "cs+secret".to_owned(),
        token_secret: "ts".to_owned(),
    };
    let poor = Intent {
        port: String::new(),
        path: String::new(),
        token_secret: String::new(),
        ..rich.clone()
    };
    let bare = Intent {
        path: "/C".to_owned(),
        ..rich.clone()
    };
    [rich, poor, bare]
}

/// P22, and by its name: among the explanations is the mistake that was made.
#[test]
fn every_mistake_of_the_table_is_found_by_name() {
    let intents = rich_intents();
    for operator in OPERATORS {
        let shown = intents
            .iter()
            .find(|intent| shows(&intent.client(&[operator]), &intent.right_client()));
        let shown = shown.unwrap_or_else(|| panic!("{operator:?} shows on no request"));
        let report = one_mistake_is_found(shown, operator);
        assert!(
            reported_ids(&report).any(|id| id == operator.id),
            "{operator:?}: {:?}",
            ids(&report)
        );
    }
}

/// The client of the properties is itself held to the plain implementation when it makes no mistake.
#[test]
fn the_right_client_is_right() {
    let [rich, ..] = rich_intents();
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = [&rich.query, &rich.body, &rich.protocol]
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone().into_bytes(), value.clone().into_bytes()))
        .collect();
    let text = naive::base_string("PUT", "https://api.example:8080/a%20b/C/", &pairs);
    let client = rich.right_client();
    assert_eq!(client.base_string(), text);
    assert_eq!(client.key(), "cs%2Bsecret&ts");
    assert_eq!(
        client.signature(),
        naive::hmac_sha1(b"cs%2Bsecret&ts", text.as_bytes())
    );
}

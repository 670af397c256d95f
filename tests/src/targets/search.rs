//! The search, against a client that was told which mistakes to make.
use crate::{
    naive,
    wrong_client::{Client, Intent, OPERATORS, Operator},
};
use oauth1_diagnosis::{
    Limits, diagnose,
    report::{EvidenceLevel, Report, Verdict},
    runtime::SingleThread,
};
use std::time::Duration;

/// Enough time for a search that is not to run out of it.
pub fn limits(max_mistakes: usize) -> Limits {
    Limits {
        max_mistakes,
        time_limit: Duration::from_secs(10),
    }
}

/// Z13: the laws that follow, on a request and with the mistakes that the bytes name; see [`case`].
///
/// # Panics
/// When one does not hold.
pub fn search(bytes: &[u8]) {
    let Some((intent, operators)) = case(bytes) else {
        return;
    };
    let right = intent.right_client();
    match operators.as_slice() {
        [] => {
            a_right_request_is_valid(&intent);
            let signature = naive::hmac_sha1(b"a key that nobody has", bytes);
            a_foreign_signature_is_not_explained(&intent, &signature);
        }
        [one] if shows(&intent.client(&[one]), &right) => {
            one_mistake_is_found(&intent, one);
        }
        &[first, second] if both_show(&intent, [first, second]) => {
            two_mistakes_are_found(&intent, [first, second]);
        }
        some => what_is_reported_is_true(&intent, some),
    }
}

/// A request and mistakes, a line each: method, scheme, host, port with its colon, path, query and body as forms, both secrets, and
/// the ids of the mistakes. `None` where they are none.
pub fn case(bytes: &[u8]) -> Option<(Intent, Vec<&'static Operator>)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let intent = Intent {
        method: line(),
        scheme: line(),
        host: line(),
        port: line(),
        path: line(),
        query: pairs(&line())?,
        body: pairs(&line())?,
        client_secret: line(),
        token_secret: line(),
        protocol: [
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1191242096"),
            ("oauth_nonce", "kllo9940pd9333jh"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        realm: "Photos".to_owned(),
    };
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_host = |text: &str| {
        let is_label =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        text.split('.').all(is_label)
    };
    let is_port = |text: &str| {
        let number = text
            .strip_prefix(':')
            .and_then(|text| text.parse::<u16>().ok());
        text.is_empty() || number.is_some_and(|number| number > 0 && text == format!(":{number}"))
    };
    let is_path = |text: &str| {
        let is_segment = |text: &str| naive::encode(&naive::form_decode(text.as_bytes())) == text;
        text.is_empty()
            || text
                .strip_prefix('/')
                .is_some_and(|text| text.split('/').all(is_segment))
    };
    let is_one = is_word(&intent.method)
        && ["http", "https"].contains(&intent.scheme.as_str())
        && is_host(&intent.host)
        && is_port(&intent.port)
        && is_path(&intent.path)
        && (intent.method != "GET" || intent.body.is_empty())
        && !intent.client_secret.is_empty();
    let ids = line();
    let named = |id: &str| OPERATORS.iter().find(|operator| operator.id == id);
    let mut operators: Vec<&Operator> = ids.split_whitespace().map(named).collect::<Option<_>>()?;
    operators.sort_by_key(|operator| operator.stage());
    is_one.then_some((intent, operators))
}

/// The pairs of a form that is text. Their names begin with a letter and are not those of the protocol.
fn pairs(form: &str) -> Option<Vec<(String, String)>> {
    let pairs = naive::form_pairs(form.as_bytes()).into_iter();
    pairs
        .map(|(name, value)| {
            let (name, value) = (
                String::from_utf8(name).ok()?,
                String::from_utf8(value).ok()?,
            );
            let is_own = name.starts_with(|first: char| first.is_ascii_alphabetic())
                && !name.starts_with("oauth_");
            is_own.then_some((name, value))
        })
        .collect()
}

/// Whether the mistakes changed anything: base string, key, or the text of the signature.
pub fn shows(client: &Client, right: &Client) -> bool {
    client.base_string() != right.base_string()
        || client.key() != right.key()
        || client.signature() != right.signature()
}

/// Whether each of two mistakes, made together, changes something that the other does not. Those of one stage hide each other.
pub fn both_show(intent: &Intent, [first, second]: [&Operator; 2]) -> bool {
    let both = intent.client(&[first, second]);
    let shows_beside = |other| shows(&both, &intent.client(&[other]));
    first.stage() != second.stage() && shows_beside(first) && shows_beside(second)
}

/// The report on what a client sends.
pub fn run(intent: &Intent, client: &Client, max_mistakes: usize) -> Report {
    let evidence = intent.evidence(&client.signature());
    diagnose(&evidence, limits(max_mistakes), &SingleThread)
}

/// Whether mistakes are proved.
pub fn proved(report: &Report) -> bool {
    report.evidence == EvidenceLevel::Signature
        && report.verdict == Verdict::Invalid
        && !report.mistakes.is_empty()
}

/// The ids of the explanation.
pub fn ids(report: &Report) -> Vec<&str> {
    report.mistakes.iter().map(|mistake| mistake.id).collect()
}

/// The base string of an explanation gives the signature that was sent: by HMAC-SHA1 with the right key, unless the explanation
/// says that the key, or the signature, was made in another way; then as the client made it.
pub fn sound(report: &Report, intent: &Intent, client: &Client) -> bool {
    let right = intent.right_client();
    let blames = |stage: &str| report.mistakes.iter().any(|mistake| mistake.stage == stage);
    let key = if blames("key") {
        client.key()
    } else {
        right.key()
    };
    let signer = if blames("signature") { client } else { &right };
    let Some(text) = &report.yours.base_string else {
        return false;
    };
    signer.sign(key, text) == client.signature()
}

/// P24.
///
/// # Panics
/// When it is not.
pub fn a_right_request_is_valid(intent: &Intent) {
    let report = run(intent, &intent.right_client(), 2);
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.findings);
    assert_eq!(report.evidence, EvidenceLevel::Signature);
    assert!(report.mistakes.is_empty() && report.alternatives.is_empty());
    assert!(report.first_mismatch.is_none());
}

/// P24.
///
/// # Panics
/// When it is.
pub fn a_foreign_signature_is_not_explained(intent: &Intent, signature: &str) {
    let report = diagnose(&intent.evidence(signature), limits(1), &SingleThread);
    assert_eq!(
        report.verdict,
        Verdict::Undetermined,
        "{:?}",
        report.findings
    );
    assert!(report.mistakes.is_empty() && report.alternatives.is_empty());
    assert!(report.search.candidates > 0 && report.search.exhausted);
}

/// P21, P22: one mistake is found, and what is found is what was done.
///
/// # Panics
/// When it is not.
pub fn one_mistake_is_found(intent: &Intent, operator: &Operator) -> Report {
    let client = intent.client(&[operator]);
    let report = run(intent, &client, 1);
    let text = client.base_string();
    assert!(proved(&report), "{operator:?} is not found in {text}");
    let found = ids(&report);
    assert!(sound(&report, intent, &client), "{operator:?}: {found:?}");
    assert_eq!(report.yours.base_string, Some(text));
    report
}

/// P23, P21: two mistakes of different stages are found.
///
/// # Panics
/// When they are not.
pub fn two_mistakes_are_found(intent: &Intent, [first, second]: [&Operator; 2]) {
    let client = intent.client(&[first, second]);
    let report = run(intent, &client, 2);
    let text = client.base_string();
    assert!(
        proved(&report),
        "{first:?} and {second:?} are not found in {text}"
    );
    let found = ids(&report);
    assert!(found.len() <= 2, "{found:?}");
    assert!(
        sound(&report, intent, &client),
        "{first:?}, {second:?}: {found:?}"
    );
    assert_eq!(report.yours.base_string, Some(text));
}

/// P21: with any mistakes, nothing is said that is not so.
///
/// # Panics
/// When it is.
pub fn what_is_reported_is_true(intent: &Intent, operators: &[&Operator]) {
    let client = intent.client(operators);
    let report = run(intent, &client, 2);
    if shows(&client, &intent.right_client()) {
        assert_ne!(report.verdict, Verdict::Valid);
    }
    if !report.mistakes.is_empty() {
        let found = ids(&report);
        assert!(sound(&report, intent, &client), "{operators:?}: {found:?}");
    }
}

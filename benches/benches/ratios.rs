//! How fast, as ratios of one run: signing and verifying against `oauth1-request`, the search against bare HMAC-SHA1,
//! `batch` in lines a second, and the binary's start against `true`.
//!
//! `cargo bench -p diagnose-benches --bench ratios`, or only some of it: `-- search`. With `-- short` it takes seconds and is less
//! exact. The last two need the release binary (`cargo build --release`).
use diagnose_benches::{Input, Length, Stopwatch, inputs, median, medians};
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth1_core::{
    key::SharedSecrets,
    method::SignatureMethod,
    request::Request,
    verify::{UncheckedNonces, Verifier, VerifyingCredentials, VerifyingKey},
};
use oauth1_diagnosis::{Limits, diagnose, evidence::Evidence, runtime::Runtime};
use oauth1_request as peer;
use percent_encoding::percent_decode_str;
use sha1::Sha1;
use std::{
    borrow::Cow,
    fs,
    hint::black_box,
    num::NonZeroU64,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

fn main() {
    // Cargo adds options of its own.
    let (short, names): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .partition(|argument| argument == "short");
    let length = if short.is_empty() {
        Length::Full
    } else {
        Length::Short
    };
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    if wanted("sign") {
        sign_and_verify(length);
    }
    if wanted("search") {
        search(length);
    }
    match binary() {
        Some(binary) => {
            if wanted("batch") {
                batch(&binary);
            }
            if wanted("start") {
                start(&binary);
            }
        }
        None => println!("batch and start: no release binary (cargo build --release)"),
    }
}

/// Many requests with one key, as clients and servers have them: ours is hashed once, and the peer's builder, made once as
/// well, hashes its secrets for each request.
///
/// Ours gets each request as it travels. The peer gets its parameters decoded and sorted beforehand, and has no verifier: it signs
/// again, and the headers are compared. Then once more with the work that this leaves out: sorting, and reading the request.
fn sign_and_verify(length: Length) {
    println!(
        "{:<36}{:>12}{:>16}{:>8}",
        "", "ours", "oauth1-request", "ratio"
    );
    for input in inputs() {
        let unsigned = input.request();
        let signing = input.signing_key();
        let verifier = Verifier::default();
        let credentials = VerifyingCredentials::SharedSecrets(input.secrets());
        let verifying = VerifyingKey::new(SignatureMethod::HmacSha1, &credentials);
        let verifying = verifying.expect("HMAC takes secrets");
        let verify = |request: &Request| {
            let claim = verifier.read(request)?;
            verifier.verify(&claim, &verifying, input.timestamp, &mut UncheckedNonces)
        };

        let parameters = input.query.iter().chain(&input.form).cloned();
        let parameters = peer::ParameterList::new(parameters.collect::<Vec<_>>());
        let builder = peer_builder(&input, input.timestamp, input.nonce);
        let peer_sign = || builder.authorize(input.method, black_box(input.url), &parameters);
        let pairs = input.query.iter().chain(&input.form);
        let pairs: Vec<(&str, &str)> = pairs.map(|(name, value)| (&**name, &**value)).collect();
        let peer_sort_and_sign = || {
            let sorted = peer::ParameterList::new(black_box(&pairs).clone());
            builder.authorize(input.method, black_box(input.url), &sorted)
        };

        let signed = input.sign(unsigned.clone(), &signing);
        let header = peer_sign();
        assert_eq!(peer_signature(&header), signed.signature, "{}", input.name);
        assert_eq!(peer_sort_and_sign(), header, "{}", input.name);

        let [ours, theirs, sorting] = medians(
            length,
            [
                &mut || {
                    drop(black_box(
                        input
                            .protocol()
                            .authorization(black_box(&unsigned), &signing),
                    ));
                },
                &mut || drop(black_box(peer_sign())),
                &mut || drop(black_box(peer_sort_and_sign())),
            ],
        );
        line("sign", &input, ours, theirs);
        line("sign, both sort", &input, ours, sorting);
        let [ours, theirs, reading] = medians(
            length,
            [
                &mut || assert_eq!(verify(black_box(&signed.request)), Ok(())),
                &mut || assert!(black_box(peer_sign()) == header),
                &mut || assert!(peer_verify(black_box(&signed.request), &input)),
            ],
        );
        line("verify from the wire", &input, ours, theirs);
        line("verify, both from the wire", &input, ours, reading);
    }
}

fn line(what: &str, input: &Input, ours: f64, theirs: f64) {
    let name = format!("{what}, {}", input.name);
    println!(
        "{name:<36}{ours:>10.0}/s{theirs:>14.0}/s{:>8.2}",
        ours / theirs
    );
}

fn peer_builder<'a>(
    input: &Input,
    timestamp: u64,
    nonce: &'a str,
) -> peer::Builder<'a, peer::HmacSha1, &'a str> {
    let client = peer::Credentials::new(input.consumer_key, input.consumer_secret);
    let token = input.token;
    let mut builder = peer::Builder::new(client, peer::HMAC_SHA1);
    builder
        .token(token.map(|(token, secret)| peer::Credentials::new(token, secret)))
        .nonce(nonce)
        .timestamp(NonZeroU64::new(timestamp))
        .version(true);
    builder
}

/// What somebody has to write who verifies with the peer: no rule is checked but the signature.
fn peer_verify(request: &Request, input: &Input) -> bool {
    let text = |bytes| str::from_utf8(bytes).expect("the inputs are text");
    let header = text(request.header("Authorization").expect("it is signed"));
    let protocol: Vec<_> = protocol_parameters(header).collect();
    let get = |wanted| {
        let found = protocol.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| &**value).unwrap_or_default()
    };
    let query = form_urlencoded::parse(request.query.as_deref().unwrap_or_default());
    let form = form_urlencoded::parse(request.form_body().unwrap_or_default());
    let parameters = peer::ParameterList::new(query.chain(form).collect::<Vec<_>>());
    let (scheme, authority) = (request.scheme.as_str(), text(&request.authority));
    let url = format!("{scheme}://{authority}{}", text(&request.path));
    let timestamp = get("oauth_timestamp").parse().expect("a number");
    let builder = peer_builder(input, timestamp, get("oauth_nonce"));
    let signed = builder.authorize(text(&request.method), url, &parameters);
    get("oauth_consumer_key") == input.consumer_key
        && get("oauth_token") == input.token.map_or("", |(token, _)| token)
        && get("oauth_signature") == peer_signature(&signed)
}

fn peer_signature(header: &str) -> Cow<'_, str> {
    let mut parameters = protocol_parameters(header);
    let found = parameters.find(|(name, _)| *name == "oauth_signature");
    found.expect("it is signed").1
}

/// The parameters of an Authorization header, decoded.
fn protocol_parameters(header: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let parameters = header.strip_prefix("OAuth ").unwrap_or_default().split(',');
    parameters.filter_map(|parameter| {
        let (name, value) = parameter.trim().split_once("=\"")?;
        let value = percent_decode_str(value.trim_end_matches('"'));
        Some((name, value.decode_utf8().expect("the inputs are text")))
    })
}

/// One worker, and a clock so that the time limit is kept.
struct OneWorker(Instant);

impl Runtime for OneWorker {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
    fn workers(&self) -> usize {
        1
    }
    fn run(&self, work: &(dyn Fn(usize) + Sync)) {
        work(0);
    }
}

/// For a signature that no mistake makes: everything is tried.
fn search(length: Length) {
    let [_, input, _] = inputs();
    let signed = input.sign(input.request(), &input.signing_key());
    let text = signed.base_string.as_str().as_bytes();
    let key = input.secrets().signing_key();
    let state = Hmac::<Sha1>::new_from_slice(key.expose()).expect("HMAC takes any key");
    let request = input.signed_elsewhere();
    let (levels, rounds) = match length {
        Length::Short => (2..=3, 1),
        Length::Full => (2..=4, 3),
    };
    for max_mistakes in levels {
        let SharedSecrets { client, token } = input.secrets();
        let evidence = Evidence {
            request: Some(request.clone()),
            consumer_secret: Some(client),
            token_secret: token,
            ..Evidence::default()
        };
        // Four mistakes may take longer than the time limit: what is tried until then counts.
        let limits = Limits {
            max_mistakes,
            ..Limits::default()
        };
        let mut candidates = 0;
        let mut searches = Vec::new();
        let mut bare = Vec::new();
        for _ in 0..rounds {
            let start = Stopwatch::start();
            let report = diagnose(&evidence, limits, &OneWorker(Instant::now()));
            candidates = report.search.candidates;
            searches.push(rate(candidates, start.elapsed()));
            let start = Stopwatch::start();
            for _ in 0..200_000 {
                let mut mac = state.clone();
                mac.update(black_box(text));
                black_box(mac.finalize());
            }
            bare.push(rate(200_000, start.elapsed()));
        }
        let (ours, bare) = (median(searches), median(bare));
        println!(
            "search, {max_mistakes} mistakes: {candidates} candidates, {ours:.0}/s; \
             bare HMAC-SHA1 {bare:.0}/s; ratio {:.2}",
            ours / bare
        );
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate is printed with few digits"
)]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn binary() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| workspace().join("target"), PathBuf::from);
    Some(target.join("release/diagnose")).filter(|path| path.is_file())
}

/// Valid requests of real clients, over and over: the cost of a line without a search.
fn batch(binary: &PathBuf) {
    let peers = workspace().join("fixtures/peers");
    let read = |name: &str| fs::read_to_string(peers.join(name)).expect("the fixtures");
    let (captures, expected) = (read("captures.jsonl"), read("expected.jsonl"));
    let valid = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        value
            .get("verdict")
            .is_some_and(|verdict| verdict == "valid")
    };
    let hmac = captures.lines().zip(expected.lines());
    let lines: Vec<&str> = hmac
        .filter(|(capture, expected)| valid(expected) && !capture.contains("/sm-rsa"))
        .map(|(capture, _)| capture)
        .collect();
    let count = 20_000;
    let input: Vec<&str> = lines.iter().copied().cycle().take(count).collect();
    let file = std::env::temp_dir().join(format!("diagnose-bench-{}.jsonl", std::process::id()));
    fs::write(&file, input.join("\n")).expect("a temporary file");
    let seconds = median(
        (0..5)
            .map(|_| run(binary, &["batch", &file.to_string_lossy()]))
            .collect(),
    );
    println!("batch: {:.0} lines/s", f64::from(20_000) / seconds);
    // Whatever is left in the folder for temporary files does no harm.
    let _ = fs::remove_file(&file);
}

fn start(binary: &PathBuf) {
    let [input, ..] = inputs();
    let signed = input.sign(input.request(), &input.signing_key());
    let arguments = [
        &signed.authorization,
        "--method",
        input.method,
        "--url",
        input.url,
        "--consumer-secret",
        input.consumer_secret,
    ];
    let (mut ours, mut nothing) = (Vec::new(), Vec::new());
    for _ in 0..41 {
        ours.push(run(binary, &arguments));
        nothing.push(run(&PathBuf::from("true"), &[]));
    }
    let (ours, nothing) = (1000.0 * median(ours), 1000.0 * median(nothing));
    println!(
        "start to answer: {ours:.2} ms; true {nothing:.2} ms; ratio {:.2}",
        ours / nothing
    );
}

/// Seconds of one run.
fn run(program: &PathBuf, arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let seconds = start.elapsed().as_secs_f64();
    status.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    seconds
}

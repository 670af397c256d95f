//! What `diagnose sign` prints is run, and what arrives is verified: by the second implementation of the tests, which is written
//! from the RFC's words alone.
//!
//! Python needs `requests_oauthlib`, which `.ci/run` installs under `target/adapters/`; a language that is not installed is
//! skipped, unless `REQUIRE_ADAPTERS` is set for the ones that must be there.

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{diagnose, temporary_file};
use diagnose_tests::naive;
use std::{
    env,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const CLIENT_SECRET: &str = "cs&/ä";
const TOKEN_SECRET: &str = "ts+=";

const RSA_KEY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/peers/rsa-test-private.pem"
);

/// The example `emitted.rs` calls this port: its program is compiled and cannot be told another.
const RUST_PORT: u16 = 18437;

/// One request as it arrived.
struct Arrived {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Takes one request, and answers it.
fn serve(listener: TcpListener) -> thread::JoinHandle<Arrived> {
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let arrived = read(&mut stream);
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        stream.write_all(answer.as_bytes()).unwrap();
        arrived
    })
}

fn read(stream: &mut TcpStream) -> Arrived {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(at) = text.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the request breaks off");
        text.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8(text[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse::<usize>().unwrap());
    let mut body = text[end + 4..].to_vec();
    while body.len() < length {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the body breaks off");
        body.extend_from_slice(&buffer[..count]);
    }
    Arrived {
        method: first.next().unwrap().to_owned(),
        target: first.next().unwrap().to_owned(),
        headers,
        body,
    }
}

impl Arrived {
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Verifies the signature: HMAC-SHA1, PLAINTEXT, or RSA-SHA256.
    fn verify(&self, what: &str) {
        let mut pairs = Vec::new();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        pairs.extend(naive::form_pairs(query.as_bytes()));
        if self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form"))
        {
            pairs.extend(naive::form_pairs(&self.body));
        }
        if let Some(parameters) = self
            .header("authorization")
            .and_then(|value| value.strip_prefix("OAuth "))
        {
            for parameter in parameters.split(',') {
                let (name, value) = parameter.trim().split_once('=').unwrap();
                if name != "realm" {
                    let text = format!("{name}={}", value.trim_matches('"').replace('+', "%2B"));
                    pairs.extend(naive::form_pairs(text.as_bytes()));
                }
            }
        }
        let take = |pairs: &mut Vec<(Vec<u8>, Vec<u8>)>, wanted: &[u8]| {
            let at = pairs.iter().position(|(name, _)| name == wanted);
            at.map(|at| pairs.remove(at).1)
        };
        let sent =
            take(&mut pairs, b"oauth_signature").unwrap_or_else(|| panic!("{what}: no signature"));
        let method = pairs
            .iter()
            .find(|(name, _)| name == b"oauth_signature_method")
            .map(|(_, value)| value.clone());
        let uri = format!("http://{}{path}", self.header("host").unwrap());
        let base = naive::base_string(&self.method, &naive::base_string_uri(&uri).unwrap(), &pairs);
        let key = naive::key(CLIENT_SECRET.as_bytes(), TOKEN_SECRET.as_bytes());
        let right = match method.as_deref() {
            // PKCS#1 v1.5 pads without randomness: whoever signs these bytes with this key gets this signature.
            Some(b"RSA-SHA256") => signed_by_openssl(&base),
            Some(b"PLAINTEXT") => key,
            _ => naive::hmac_sha1(key.as_bytes(), base.as_bytes()),
        };
        assert_eq!(String::from_utf8_lossy(&sent), right, "{what}: {base}");
    }
}

/// What OpenSSL makes of the base string.
fn signed_by_openssl(base: &str) -> String {
    let signer = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign", RSA_KEY])
        .arg(temporary_file("rsa_base_string", base))
        .output()
        .unwrap();
    assert!(signer.status.success(), "{signer:?}");
    STANDARD.encode(signer.stdout)
}

/// A request: arguments of `diagnose sign` after the URL, the URL's path and query, and the method.
const REQUESTS: &[(&str, &str, &[&str])] = &[
    ("GET", "/items", &[]),
    (
        "GET",
        "/items?tag=b&tag=a&q=1%2B1&empty=&sp=a%20b&utf=%C3%A9",
        &["--realm", "A \"quoted\" realm"],
    ),
    (
        "POST",
        "/items?page=2",
        &["--form", "name=desk lamp", "--form", "note=é+&="],
    ),
    (
        "POST",
        "/items",
        &[
            "--body",
            "{\"a\":\"it's 1\"}",
            "--header",
            "Content-Type: application/json",
        ],
    ),
    ("GET", "/items?page=2", &["--place", "query"]),
    (
        "GET",
        "/items",
        &[
            "--place",
            "query",
            "--nonce",
            "n+/=1",
            "--timestamp",
            "1700000000",
        ],
    ),
    (
        "POST",
        "/items",
        &["--form", "name=desk lamp", "--place", "body"],
    ),
    (
        "POST",
        "/oauth/request_token",
        &["--callback", "https://example.net/cb?x=1&y=é"],
    ),
    (
        "POST",
        "/oauth/access_token",
        &["--verifier", "473f82d3", "--omit-version"],
    ),
    ("GET", "/items?page=2", &["--method-name", "PLAINTEXT"]),
    // No form: the media type says nothing.
    ("POST", "/items", &["--body", "a=1"]),
    // Some libraries tidy this up before they send it.
    ("GET", "/a/../b/./c%7e?q='(!)*", &[]),
    (
        "POST",
        "/items?page=2",
        &[
            "--method-name",
            "RSA-SHA256",
            "--private-key-file",
            RSA_KEY,
            "--form",
            "name=desk lamp",
        ],
    ),
];

/// Prints each request in a form, runs it, and verifies what arrives.
fn run(emit: &str, extension: &str, interpreter: &[&str]) {
    for (method, target, options) in REQUESTS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}{target}", listener.local_addr().unwrap());
        let mut arguments = vec!["sign", method, &url];
        arguments.extend(["--consumer-key", "ck/é", "--token", "tk=1", "--emit", emit]);
        arguments.extend(options.iter());
        if emit == "curl" {
            arguments.push("--show-secrets");
        }
        let printed = secrets(diagnose(arguments)).run();
        assert_eq!(printed.status, 0, "{printed:?}");
        let text = printed.stdout;
        if emit != "curl" {
            assert!(
                !text.contains(CLIENT_SECRET) && !text.contains(TOKEN_SECRET),
                "{text}"
            );
        }
        let file = temporary_file(&format!("signed_request.{extension}"), &text);
        let server = serve(listener);
        let mut command = Command::new(interpreter[0]);
        command
            .args(&interpreter[1..])
            .arg(&file)
            .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
            .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
            .env("OAUTH1_PRIVATE_KEY_FILE", RSA_KEY);
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{emit} {method} {target} {options:?}:\n{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("ok"), "{told}");
        let arrived = server.join().unwrap();
        assert_eq!(arrived.method, *method);
        arrived.verify(&format!("{emit} {method} {target} {options:?}"));
    }
}

fn secrets(call: common::Call) -> common::Call {
    call.env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
        .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
}

/// Whether the program is there; the ones that must be are asked for by `.ci/run`.
fn is_there(program: &str, probe: &str, must: bool) -> bool {
    let there = Command::new(program)
        .arg(probe)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    assert!(
        there || !must || env::var_os("REQUIRE_ADAPTERS").is_none(),
        "{program} is not installed"
    );
    if !there {
        eprintln!("{program} is not installed: skipped");
    }
    there
}

#[test]
fn the_curl_command_runs_as_printed() {
    if is_there("curl", "--version", true) {
        run("curl", "sh", &["sh"]);
    }
}

#[test]
fn the_python_program_runs_as_printed() {
    let python =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/adapters/venv/bin/python");
    let python = python.to_str().unwrap().to_owned();
    let probe = temporary_file("probe.py", "import requests_oauthlib\n");
    if is_there(&python, probe.to_str().unwrap(), true) {
        // The library always sends oauth_version.
        run("python", "py", &[&python]);
    }
}

#[test]
fn the_javascript_program_runs_as_printed() {
    if is_there("node", "--version", true) {
        run("javascript", "mjs", &["node"]);
    }
}

#[test]
fn the_php_program_runs_as_printed() {
    if is_there("php", "--version", true) {
        run("php", "php", &["php"]);
    }
}

#[test]
fn the_go_program_runs_as_printed() {
    if is_there("go", "version", false) {
        run("go", "go", &["go", "run"]);
    }
}

#[test]
fn the_java_program_runs_as_printed() {
    if is_there("java", "-version", false) {
        run("java", "java", &["java"]);
    }
}

/// The example is the program that is printed, compiled by cargo; here it is run.
#[test]
fn the_rust_program_runs_as_printed() {
    let url = format!("http://127.0.0.1:{RUST_PORT}/items?page=2");
    let arguments = [
        "sign",
        "POST",
        &url,
        "--form",
        "name=desk lamp",
        "--consumer-key",
        "ck/é",
        "--token",
        "tk=1",
        "--emit",
        "rust",
    ];
    let printed = secrets(diagnose(arguments)).run();
    assert_eq!(printed.status, 0, "{printed:?}");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/signed_request.rs");
    if env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&example, &printed.stdout).unwrap();
    }
    let written = std::fs::read_to_string(&example).unwrap();
    assert_eq!(written, printed.stdout, "UPDATE_REFERENCE=1 writes it anew");

    let program = Path::new(env!("CARGO_BIN_EXE_diagnose")).with_file_name("examples");
    let listener = TcpListener::bind(("127.0.0.1", RUST_PORT)).unwrap();
    let server = serve(listener);
    let output = Command::new(program.join("signed_request"))
        .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
        .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    server.join().unwrap().verify("rust");
}

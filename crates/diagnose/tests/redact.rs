//! `diagnose redact`: nothing of the capture is left, and it fails in the same way (P33).

mod common;

use common::{diagnose, temporary_file};
use diagnose::fuzzing;
use diagnose_tests::{fixtures, peers::Capture};
use oauth1_diagnosis::{Limits, evidence::Evidence};
use serde_json::Value;
use std::{fs, path::Path};

/// Words of the capture that must be gone: in address, query, body, header and secrets.
const CANARIES: [&str; 9] = [
    "acme-internal",
    "Kunde4711",
    "hunter2",
    "sessionid",
    "alice@example.org",
    "GeheimesTicket",
    "ck-9f8e7d",
    "tk-5b4a3c",
    "s3cr3t-cs",
];

const CAPTURE: &str = "POST /tenants/acme-internal/Kunde4711?mail=alice@example.org&q=hello+hunter2 HTTP/1.1\r\n\
    Host: shop.acme-internal.com:8443\r\n\
    Cookie: sessionid=GeheimesTicket\r\n\
    X-Api-Key: hunter2-hunter2\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n\
    Authorization: OAuth realm=\"Kunde4711\", oauth_consumer_key=\"ck-9f8e7d\", oauth_token=\"tk-5b4a3c\", \
    oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1700000000\", oauth_nonce=\"n0nce4711\", \
    oauth_signature=\"SIGNATURE\"\r\n\r\n\
    note=GeheimesTicket%20f%C3%BCr&pw=hunter2";

/// The capture with the signature of a client that writes a space as `+`, made by Python's standard library.
fn signed(capture: &str) -> String {
    let script = temporary_file("form_signer.py", FORM_SIGNER);
    let output = std::process::Command::new("python3")
        .arg(script)
        .output()
        .unwrap();
    let signature = String::from_utf8(output.stdout).unwrap();
    assert!(
        signature.len() > 20,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    capture.replace("SIGNATURE", signature.trim())
}

const FORM_SIGNER: &str = r#"
import base64, hashlib, hmac
from urllib.parse import quote, quote_plus
pairs = [("mail", "alice@example.org"), ("q", "hello hunter2"), ("note", "GeheimesTicket f\u00fcr"), ("pw", "hunter2"),
    ("oauth_consumer_key", "ck-9f8e7d"), ("oauth_token", "tk-5b4a3c"), ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1700000000"), ("oauth_nonce", "n0nce4711")]
text = "&".join(sorted(quote_plus(name) + "=" + quote_plus(value) for name, value in pairs))
uri = "https://shop.acme-internal.com:8443/tenants/acme-internal/Kunde4711"
base = "POST&" + quote(uri, safe="") + "&" + quote(text, safe="")
print(quote(base64.b64encode(hmac.new(b"s3cr3t-cs&s3cr3t-ts", base.encode(), hashlib.sha1).digest()), safe=""))
"#;

const SECRETS: [&str; 4] = [
    "--consumer-secret",
    "s3cr3t-cs",
    "--token-secret",
    "s3cr3t-ts",
];
const THROW_AWAY: [&str; 4] = [
    "--consumer-secret",
    "throw-away-client-secret",
    "--token-secret",
    "throw-away-token-secret",
];

fn ids(report: &Value) -> Vec<&str> {
    let mistakes = report["mistakes"].as_array().unwrap();
    mistakes
        .iter()
        .map(|mistake| mistake["id"].as_str().unwrap())
        .collect()
}

#[test]
fn a_capture_is_safe_and_fails_in_the_same_way() {
    let capture = signed(CAPTURE);
    let options = ["-", "--scheme", "https"];
    let before = diagnose(
        options
            .into_iter()
            .chain(["--format", "json"])
            .chain(SECRETS),
    )
    .stdin(capture.as_bytes())
    .run()
    .json();
    assert_eq!(ids(&before), ["space-as-plus"], "{before}");

    let safe = diagnose(["redact"].into_iter().chain(options).chain(SECRETS))
        .stdin(capture.as_bytes())
        .run();
    assert_eq!(safe.status, 0, "{safe:?}");
    for canary in CANARIES {
        assert!(
            !safe.stdout.contains(canary) && !safe.stderr.contains(canary),
            "{canary}: {safe:?}"
        );
    }
    assert!(
        !safe.stdout.contains("Cookie") && !safe.stdout.contains("X-Api-Key"),
        "{safe:?}"
    );
    assert!(safe.stdout.contains(".example:8443"), "{safe:?}");
    assert!(safe.stderr.contains("throw-away-client-secret"), "{safe:?}");

    let after = diagnose(
        options
            .into_iter()
            .chain(["--format", "json"])
            .chain(THROW_AWAY),
    )
    .stdin(safe.stdout.as_bytes())
    .run()
    .json();
    assert_eq!(ids(&after), ["space-as-plus"], "{after}");
    assert_eq!(after["evidence"], "signature");

    let again = diagnose(["redact"].into_iter().chain(options).chain(THROW_AWAY))
        .stdin(safe.stdout.as_bytes())
        .run();
    assert_eq!(again.stdout, safe.stdout);
}

/// Cases of mistakes in every stage: the safe form has the same mistakes, and making it safe again changes nothing.
#[test]
fn mistakes_survive() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mistakes");
    for id in [
        "method-wrong",
        "path-empty",
        "port-default-kept",
        "query-in-uri",
        "space-as-plus",
        "double-encoded",
        "sorted-before-encoding",
        "key-not-encoded",
        "key-ampersand-missing",
        "digest-hex",
        "base64-unpadded",
    ] {
        let text = fs::read(folder.join(format!("{id}.json"))).unwrap();
        let case: Value = serde_json::from_slice(&text).unwrap();
        let request = case["request"].to_string();
        let client = case["consumer_secret"].as_str().unwrap();
        let token = case["token_secret"].as_str().unwrap_or_default();
        let diagnosed = |input: &str, options: &[&str]| {
            let call = diagnose(["-", "--format", "json"].iter().chain(options));
            call.stdin(input.as_bytes()).run().json()
        };
        let redacted = |input: &str, options: &[&str]| {
            let call = diagnose(["redact", "-"].iter().chain(options));
            call.stdin(input.as_bytes()).run()
        };
        let secrets = ["--consumer-secret", client, "--token-secret", token];
        let safe = redacted(&request, &secrets);
        assert_eq!(safe.status, 0, "{id}: {safe:?}");
        let command = safe.stderr.lines().last().unwrap();
        let words: Vec<&str> = command.split('\'').collect();
        let scheme = if command.contains("--scheme https") {
            "https"
        } else {
            "http"
        };
        let throw_away = [
            "--scheme",
            scheme,
            "--consumer-secret",
            words[1],
            "--token-secret",
            words.get(3).copied().unwrap_or_default(),
        ];
        let (before, after) = (
            diagnosed(&request, &secrets),
            diagnosed(&safe.stdout, &throw_away),
        );
        assert_eq!(ids(&after), ids(&before), "{id}");
        assert!(!ids(&after).is_empty(), "{id}");
        let again = redacted(&safe.stdout, &throw_away);
        assert_eq!(again.stdout, safe.stdout, "{id}");
    }
}

/// A right request stays right, one that nothing explains stays unexplained, and what a late clock does stays late.
#[test]
fn requests_without_a_mistake_stay_as_they_are() {
    let right = common::demo_request(common::RIGHT_SIGNATURE);
    // The SHA-1 of "abc" (FIPS 180-4).
    let unexplained = common::demo_request("qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    let late = ["--now", "2000000000"];
    for (request, more, verdict, evidence, findings) in [
        (&right, &[][..], "valid", "signature", false),
        (&unexplained, &[], "undetermined", "structure", false),
        (&right, &late, "valid", "signature", true),
    ] {
        let options = ["-", "--scheme", "http", "--max-mistakes", "1"];
        let options = || options.iter().chain(more);
        let safe = diagnose(["redact"].iter().chain(options()).chain(&common::SECRETS))
            .stdin(request)
            .run();
        assert_eq!(safe.status, 0, "{verdict}: {safe:?}");
        let throw_away = THROW_AWAY.iter().chain(&["--format", "json"]);
        let after = diagnose(options().chain(throw_away))
            .stdin(safe.stdout.as_bytes())
            .run()
            .json();
        assert_eq!(after["verdict"], verdict, "{after}");
        assert_eq!(after["evidence"], evidence, "{after}");
        assert!(ids(&after).is_empty(), "{after}");
        let found = after["findings"].as_array().unwrap();
        let is_old = |finding: &Value| finding["id"] == "timestamp-far";
        assert_eq!(found.iter().any(is_old), findings, "{after}");
    }
}

/// A known client is still told by what it is called, and an unknown one is not called anything.
#[test]
fn of_the_sender_only_a_known_name_stays() {
    let demo = String::from_utf8(common::demo_request(common::WRONG_SIGNATURE)).unwrap();
    for (sender, left) in [
        ("python-requests/2.31.0 (alice99)", Some("python-requests/")),
        ("inhouse-alice99", None),
    ] {
        let request = demo.replacen('\n', &format!("\nUser-Agent: {sender}\n"), 1);
        let safe = diagnose(
            ["redact", "-", "--scheme", "http"]
                .iter()
                .chain(&common::SECRETS),
        )
        .stdin(request.as_bytes())
        .run();
        assert_eq!(safe.status, 0, "{safe:?}");
        let lines = safe.stdout.lines();
        let agents: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("User-Agent:"))
            .map(str::trim)
            .collect();
        assert_eq!(agents, Vec::from_iter(left), "{safe:?}");
        assert!(!safe.stdout.contains("alice99"), "{safe:?}");
    }
}

/// Words that stand in every request, as a part of another word or beside the words, are not taken for something that is left.
#[test]
fn what_every_request_has_is_not_taken_for_a_leak() {
    // The SHA-1 of "abc" (FIPS 180-4).
    const SIGNED: &str = "Authorization: OAuth oauth_consumer_key=\"alice99\",oauth_signature_method=\"HMAC-SHA1\",\
        oauth_timestamp=\"137131201\",oauth_nonce=\"7d8f3e4a\",oauth_signature=\"qZk%2BNkcGgWq6PiVxeFDCbJzQ2J0%3D\"";
    let json = "Accept: application/json\nContent-Type: application/json\nContent-Length: 2\n";
    for (target, headers, body) in [
        ("/auth/login", "", ""),
        ("/sign?time=5", "", ""),
        ("/POST?port=8080", "", ""),
        ("/Content/Authorization", "", ""),
        ("/", json, "{}"),
        ("/", "X-Forwarded-Port: 8080\nVary: Authorization\n", ""),
    ] {
        let request =
            format!("POST {target} HTTP/1.1\nHost: h.example:8080\n{headers}{SIGNED}\n\n{body}");
        let safe = diagnose(["redact", "-", "--scheme", "http", "--max-mistakes", "0"].iter())
            .env("OAUTH1_CONSUMER_SECRET", "kunde4711")
            .stdin(request.as_bytes())
            .run();
        assert_eq!(safe.status, 0, "{target} {headers}: {safe:?}");
        assert!(safe.stdout.contains(".example:8080"), "{safe:?}");
        assert!(!safe.stdout.contains("alice99"), "{safe:?}");
    }
}

/// What real clients send can be shared, but where it is not signed with an HMAC, and in the few cases where no safe form fails
/// alike.
#[test]
fn captures_of_real_clients_can_be_shared() {
    let captures: Vec<Capture> = fixtures::json_lines("peers/captures.jsonl");
    let limits = Limits {
        max_mistakes: 2,
        ..Limits::default()
    };
    let mut unlike = Vec::new();
    let mut shared = 0;
    for capture in &captures {
        let id = &capture.id;
        // The request alone: what else explains some of them is not in what is shared.
        let evidence = Evidence {
            typed_url: None,
            earlier: Vec::new(),
            ..capture.evidence().unwrap()
        };
        match fuzzing::redact(&evidence, limits) {
            Ok(safe) => {
                let text = String::from_utf8_lossy(&safe.text);
                assert!(!text.contains(&capture.consumer_secret), "{id}: {text}");
                shared += 1;
            }
            Err(told) if told.contains("signed with an HMAC") => {}
            Err(told) if told.contains("fails in the same way") => unlike.push(id),
            Err(told) => panic!("{id}: {told}"),
        }
    }
    assert!(unlike.len() <= 2, "{unlike:?}");
    assert!(shared > 340, "{shared} of {}", captures.len());
}

/// Without what it takes, nothing is printed.
#[test]
fn it_fails_closed() {
    let capture = signed(CAPTURE);
    let plaintext = capture.replace("HMAC-SHA1", "PLAINTEXT");
    for (input, more, told) in [
        (&capture, &[][..], "without the client secret"),
        (&plaintext, &SECRETS[..], "HMAC"),
        (
            &capture,
            &["--format", "json", "--consumer-secret", "x"],
            "no --format",
        ),
    ] {
        let run = diagnose(["redact", "-", "--scheme", "https"].iter().chain(more))
            .stdin(input.as_bytes())
            .run();
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (2, ""),
            "{told}: {run:?}"
        );
        assert!(run.stderr.contains(told), "{told}: {run:?}");
        for canary in CANARIES {
            assert!(!run.stderr.contains(canary), "{canary}: {run:?}");
        }
    }
}

//! No secret that the user gives comes back, in any format, on any path, in any encoding.

mod common;

use common::{DEMO, diagnose, temporary_file};
use serde_json::json;
use std::{fs, path::Path, process::Command};

/// Secrets with characters that every encoder treats differently.
const CANARIES: [&str; 3] = ["Kanari+1/ä=%&x", "K4n4r1-token~(2)", "s!gn1ng&k'ey*3"];

const FORMATS: [&str; 7] = [
    "human", "json", "markdown", "github", "sarif", "junit", "html",
];

/// What a canary looks like when it leaks.
fn traces(secret: &str) -> Vec<String> {
    let percent = |text: &str, keep: fn(u8) -> bool| -> String {
        text.bytes()
            .map(|b| {
                if keep(b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let once = percent(secret, unreserved);
    let hex = secret
        .bytes()
        .fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
    let json = serde_json::to_string(secret).unwrap();
    let debug = format!("{:?}", secret.as_bytes());
    vec![
        secret.to_owned(),
        percent(&once, unreserved),
        percent(secret, |b| {
            b.is_ascii_alphanumeric() || b"*-._".contains(&b)
        }),
        once,
        base64(secret.as_bytes()),
        hex.to_uppercase(),
        hex,
        json.trim_matches('"').to_owned(),
        debug,
    ]
}

/// RFC 4648, written out here so that the test does not depend on what it tests.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let group = chunk
                .iter()
                .fold(0_u32, |group, &b| group << 8 | u32::from(b))
                << (8 * (3 - chunk.len()));
            (0..=chunk.len())
                .map(move |i| char::from(ALPHABET[(group >> (18 - 6 * i) & 63) as usize]))
        })
        .collect()
}

fn assert_clean(name: &str, output: &str) {
    for canary in CANARIES {
        for trace in traces(canary) {
            assert!(
                !output.contains(&trace),
                "{name} shows {trace:?}:\n{output}"
            );
        }
    }
}

#[test]
fn the_traces_are_those_of_the_standards() {
    assert_eq!(base64(b"Ma"), "TWE");
    assert_eq!(base64(b"Man"), "TWFu");
    let traces = traces("a b&");
    for form in ["a b&", "a%20b%26", "a%2520b%2526", "YSBiJg", "61206226"] {
        assert!(traces.iter().any(|trace| trace == form), "{form}");
    }
}

/// Snapshots, regressions of property tests, references: no run of the tests left a canary in a file that is kept (K14).
#[test]
fn no_tracked_file_holds_a_canary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&root)
        .output()
        .unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<&str> = names.split_terminator('\0').collect();
    assert!(names.contains(&"Cargo.lock"), "{}", names.len());
    for name in names {
        // Where the canaries are written.
        if name == "crates/diagnose/tests/secrets.rs" {
            continue;
        }
        let content = fs::read(root.join(name)).unwrap_or_default();
        assert_clean(name, &String::from_utf8_lossy(&content));
    }
}

#[test]
fn no_format_shows_a_secret() {
    let [client, token, key] = CANARIES;
    let file = temporary_file("canary-key", key);
    let key_file = format!("@{}", file.display());
    let given = [
        "--consumer-secret",
        client,
        "--token-secret",
        token,
        "--signing-key",
        &key_file,
    ];
    for format in FORMATS {
        let options = [
            "--scheme",
            "http",
            "--format",
            format,
            "--max-mistakes",
            "2",
        ];
        let run = diagnose([DEMO].into_iter().chain(options).chain(given)).run();
        assert_ne!(run.status, 0);
        assert_clean(format, &run.stdout);
        assert_clean(format, &run.stderr);

        // A provider that repeats what it was sent.
        let echo = format!(
            "oauth_problem={client}&oauth_problem_advice={}",
            traces(token)[3]
        );
        let with_answer = options.into_iter().chain(["--response", &echo]);
        let run = diagnose([DEMO].into_iter().chain(with_answer).chain(given)).run();
        assert_clean(format, &run.stdout);
        assert_clean(format, &run.stderr);

        let run = diagnose([DEMO].into_iter().chain(options))
            .env("OAUTH1_CONSUMER_SECRET", client)
            .env("OAUTH1_TOKEN_SECRET", token)
            .run();
        assert_clean(format, &run.stdout);
        assert_clean(format, &run.stderr);
    }
}

#[test]
fn a_plaintext_signature_is_a_secret() {
    let [client, token, _] = CANARIES;
    // `Kanari+1/ä=%&x` and `K4n4r1-token~(2)`, encoded and joined; then encoded for the header.
    let signature = "Kanari%252B1%252F%25C3%25A4%253D%2525%2526x%26K4n4r1-token~%25282%2529";
    for (signature, is_right) in [(signature, true), (&signature[1..], false)] {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: example.com\r\nAuthorization: OAuth oauth_consumer_key=\"a\", \
             oauth_signature_method=\"PLAINTEXT\", oauth_token=\"b\", oauth_signature=\"{signature}\"\r\n\r\n"
        );
        for format in FORMATS {
            let args = [
                "--scheme",
                "https",
                "--consumer-secret",
                client,
                "--token-secret",
                token,
            ];
            let run = diagnose(args.into_iter().chain(["--format", format]))
                .stdin(request.as_bytes())
                .run();
            assert_eq!(run.status == 0, is_right, "{run:?}");
            let output = run.stdout + &run.stderr;
            assert_clean("PLAINTEXT", &output);
            assert!(!output.contains("anari"), "{output}");
        }
    }
}

#[test]
fn no_error_shows_a_secret() {
    let [client, token, key] = CANARIES;
    let calls: [&[&str]; 12] = [
        &["--consumer-secrets", client],
        &[&format!("--consumer-secrets={client}")],
        &[DEMO, client],
        &[client],
        &["-x", client],
        &["--max-mistakes", client, DEMO],
        &["--time-limit", client, DEMO],
        &["--format", client, DEMO],
        &["--scheme", client, DEMO],
        &["--input-format", client, DEMO],
        &["explain", "method-wrong", client],
        &[
            "--consumer-secret",
            client,
            "--token-secret",
            token,
            "--signing-key",
            key,
            "no request",
        ],
    ];
    for args in calls {
        let run = diagnose(args).run();
        assert_eq!(run.status, 2, "{args:?}");
        assert_clean("an error", &(run.stdout + &run.stderr));
    }
}

#[test]
fn help_shows_no_value_of_the_environment() {
    for args in [
        &["--help"][..],
        &["-h"],
        &["batch", "--help"],
        &["explain", "--help"],
        &["help"],
    ] {
        let run = diagnose(args)
            .env("OAUTH1_CONSUMER_SECRET", CANARIES[0])
            .env("OAUTH1_TOKEN_SECRET", CANARIES[1])
            .run();
        assert_eq!(run.status, 0);
        assert_clean("help", &(run.stdout + &run.stderr));
    }
}

#[test]
fn no_line_of_a_batch_shows_a_secret() {
    let [client, token, key] = CANARIES;
    let request = fs::read_to_string(DEMO).unwrap();
    let lines = [
        json!({"id": 1, "input": request, "consumer_secret": client, "token_secret": token, "signing_key": key}).to_string(),
        json!({"id": 2, "input": request, "consumer_secret": [client], "token_secret": {"a": token}}).to_string(),
        json!({"id": 3, "request": {"method": client, "url": token}, "consumer_secret": client}).to_string(),
        json!({"id": 4, "scheme": client, "input": request}).to_string(),
        json!({"id": 5, "raw_base64": client, "token_secret": token}).to_string(),
        json!({"id": 6, "earlier_raw_base64": [client], "input": request}).to_string(),
        format!("{{\"id\": 7, \"consumer_secret\": \"{client}\" \"{token}\"}}"),
        format!("{{\"id\": 8, \"consumer_secret\": \"{client}\\ud800\"}}"),
        format!("{{\"id\": 9, \"consumer_secret\": \"{client}"),
    ];
    let run = diagnose(["batch", "--max-mistakes", "2"])
        .stdin(lines.join("\n").as_bytes())
        .run();
    assert_eq!(run.status, 2);
    assert_eq!(run.stdout.lines().count(), lines.len());
    assert_clean("batch", &(run.stdout + &run.stderr));
}

/// Every command but the main job and `batch`, with the canaries in options and in the environment: what it prints, and what it
/// complains of, shows none of them (K03, K19, K21, K22, K23).
#[test]
fn no_command_shows_a_secret() {
    let [client, token, key] = CANARIES;
    let given = ["--consumer-secret", client, "--token-secret", token];
    let sign = [
        "sign",
        "GET",
        "http://example.com/?a=b c",
        "--consumer-key",
        "k",
    ];
    let right = [
        "sign",
        "POST",
        "http://example.com/?a=b",
        "--form",
        "c=d",
        "--consumer-key",
        "k",
    ];
    let mut calls: Vec<Vec<&str>> = vec![
        sign.to_vec(),
        vec![
            "sign",
            "GET",
            "http://example.com/",
            "--consumer-secret",
            client,
        ],
        vec!["verify", DEMO, "--scheme", "http"],
        vec!["verify", DEMO, "--scheme", client],
        vec!["redact", DEMO, "--scheme", "http"],
        vec!["redact", "GET nothing"],
        vec!["redact", DEMO, "--entry", key],
        vec!["check", "--init", DEMO, "--scheme", "http"],
        vec!["check", "--init", key],
        vec!["check", "nowhere.toml"],
        vec!["check", "--client", "cat", "--format", "json"],
    ];
    for emit in [
        "header",
        "curl",
        "http",
        "json",
        "base-string",
        "signature",
        "python",
        "javascript",
        "rust",
        "php",
        "csharp",
        "java",
        "go",
    ] {
        calls.push([&right[..], &["--emit", emit]].concat());
        let plaintext = ["--emit", emit, "--method-name", "PLAINTEXT"];
        calls.push([&right[..], &plaintext].concat());
    }
    calls.push([&right[..], &["--steps"]].concat());
    calls.push([&right[..], &["--steps", "--method-name", "PLAINTEXT"]].concat());
    for call in calls {
        let run = diagnose(call.iter().chain(&given)).run();
        assert_clean(&format!("{call:?}"), &run.stdout);
        assert_clean(&format!("{call:?}"), &run.stderr);
    }
    for call in [
        &["--help"][..],
        &["sign", "--help"],
        &["check", "--help"],
        &["redact", "--help"],
        &["verify", "--help"],
        &["completions", "bash"],
        &["man"],
        &["explain"],
        &["--version"],
    ] {
        let run = diagnose(call)
            .env("OAUTH1_CONSUMER_SECRET", client)
            .env("OAUTH1_TOKEN_SECRET", token)
            .run();
        assert_eq!(run.status, 0, "{run:?}");
        assert_clean(&format!("{call:?}"), &run.stdout);
        assert_clean(&format!("{call:?}"), &run.stderr);
    }
}

/// Golden files name secrets, and no report on them does (K05).
#[test]
fn no_report_on_golden_files_shows_a_secret() {
    let [client, token, _] = CANARIES;
    let golden = format!(
        "[defaults]\nconsumer_secret = {{ text = {client:?} }}\ntoken_secret = {{ text = {token:?} }}\n\
         [[case]]\nname = 'a'\ninput = 'http://example.com/?a=1&oauth_consumer_key=k&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&oauth_nonce=n&oauth_signature=x'\n\
         [[case]]\nname = 'b'\nrequest = {{ method = 'GET', url = 'http://example.com/' }}\n\
         sign = {{ consumer_key = 'k', signature_method = 'PLAINTEXT' }}\nexpect = {{ signature = 'x' }}\n"
    );
    let file = temporary_file("canaries.toml", &golden);
    for format in FORMATS {
        let run = diagnose([
            "check",
            file.to_str().unwrap(),
            "--format",
            format,
            "--max-mistakes",
            "1",
        ])
        .env("GITHUB_STEP_SUMMARY", "")
        .run();
        assert_eq!(run.status, 1, "{run:?}");
        assert_clean(format, &run.stdout);
        assert_clean(format, &run.stderr);
    }
}

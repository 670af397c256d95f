//! `diagnose sign` and `diagnose verify`, against values that others published.

mod common;

use common::{DEMO, SECRETS, demo_request, diagnose, temporary_file};

/// RFC 5849 section 3.1 with erratum 2550: the request, given in parts.
const RFC: [&str; 17] = [
    "sign",
    "POST",
    "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
    "--form",
    "c2=",
    "--form",
    "a3=2 q",
    "--consumer-key",
    "9djdj82h48djs9d2",
    "--token",
    "kkk9d7dh3k39sjv7",
    "--timestamp",
    "137131201",
    "--nonce",
    "7d8f3e4a",
    "--omit-version",
    "--realm",
];

fn rfc(more: &[&'static str]) -> common::Run {
    let arguments = RFC.into_iter().chain(["Example"]).chain(SECRETS);
    diagnose(arguments.chain(more.iter().copied())).run()
}

#[test]
fn the_rfc_s_example_is_signed_as_its_erratum_says() {
    let run = rfc(&["--emit", "signature"]);
    assert_eq!(run.stdout, "r6/TJjbCOr97/+UU0NsvSne7s5g=\n", "{run:?}");
    let run = rfc(&["--emit", "base-string"]);
    let documented = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7\n";
    assert_eq!(run.stdout, documented);
    let run = rfc(&["--emit", "json"]);
    assert_eq!(run.json()["signature"], "r6/TJjbCOr97/+UU0NsvSne7s5g=");
    assert_eq!(run.json()["signing_key"], serde_json::Value::Null);
}

/// The test case of wiki.oauth.net (`TestCases`, RSA-SHA1), with its key.
#[test]
fn the_documented_rsa_signature_is_made() {
    let url = "http://photos.example.net/photos?file=vacaction.jpg&size=original";
    let key = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/golden/keys/wiki-testcases-rsa-1024.pem"
    );
    let run = diagnose([
        "sign",
        "GET",
        url,
        "--consumer-key",
        "dpf43f3p2l4k3l03",
        "--timestamp",
        "1196666512",
        "--nonce",
        "13917289812797014437",
        "--method-name",
        "RSA-SHA1",
        "--private-key-file",
        key,
        "--emit",
        "signature",
    ])
    .run();
    let documented = "jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKsW//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=\n";
    assert_eq!(run.stdout, documented, "{run:?}");
}

/// The page has every stage, with the values that RFC 5849 prints for them (sections 3.4.1.1 to 3.4.1.3.2).
#[test]
fn the_steps_can_be_followed() {
    let run = rfc(&["--steps"]);
    for told in [
        "3.4.1.2",
        "http://example.com/request",
        "c@ = \"\"",
        "b5 = \"=%3D\"",
        "a3=2%20q",
        "c%40=",
        "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=",
        "r6/TJjbCOr97/+UU0NsvSne7s5g=",
        "--show-secrets prints it",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("dh893hdasih9"), "{}", run.stdout);
    let run = rfc(&["--steps", "--show-secrets"]);
    assert!(
        run.stdout.contains("j49sk3j29djd&dh893hdasih9"),
        "{}",
        run.stdout
    );
}

/// What is printed in any form is right by the main job, wherever the parameters travel.
#[test]
fn every_form_is_diagnosed_as_right() {
    for (place, emit) in [
        ("header", "http"),
        ("header", "curl"),
        ("query", "http"),
        ("query", "url"),
        ("body", "http"),
    ] {
        let mut arguments = vec![
            "sign",
            "POST",
            "http://example.com/a?x=1",
            "--consumer-key",
            "k",
            "--token",
            "t",
        ];
        if emit != "url" {
            arguments.extend(["--form", "y=é 2"]);
        }
        arguments.extend(["--place", place, "--emit", emit]);
        let signed = diagnose(arguments.into_iter().chain(SECRETS)).run();
        assert_eq!(signed.status, 0, "{signed:?}");
        let read = ["-", "--scheme", "http", "--method", "POST"];
        let read = read.into_iter().take(if emit == "url" { 5 } else { 3 });
        let run = diagnose(read.chain(SECRETS))
            .stdin(signed.stdout.as_bytes())
            .run();
        assert_eq!(run.status, 0, "{place} {emit}: {signed:?} {run:?}");
    }
}

/// What cannot be signed, or not printed, is told before anything is printed.
#[test]
fn what_cannot_be_signed_is_told() {
    let key = ["--consumer-key", "k"];
    for (arguments, told) in [
        (&["GET", "https://h/a b"][..], "percent-encoded"),
        (&["GET", "https://h/é"], "percent-encoded"),
        (&["GET", "https://h/?q=100%"], "%25"),
        (&["GET", "https://h/#top"], "#fragment"),
        (&["GET", "h/a"], "http://"),
        (&["G T", "https://h/"], "GET or POST"),
        (&["GET", "https://h/", "--header", "nothing"], "Name: value"),
        (&["GET", "https://h/", "--form", "nothing"], "NAME=VALUE"),
        (
            &["GET", "https://h/", "--place", "body", "--body", "x"],
            "x-www-form-urlencoded",
        ),
        (&["GET", "https://h/?oauth_token=t"], "already"),
        (
            &["GET", "https://h/", "--method-name", "RSA-SHA1"],
            "private key",
        ),
        (
            &["GET", "https://h/", "--method-name", "PLAINTEXT"],
            "--show-secrets",
        ),
        (&["GET", "https://h/", "--emit", "url"], "--place query"),
    ] {
        let run = diagnose(
            ["sign"]
                .into_iter()
                .chain(arguments.iter().copied())
                .chain(key)
                .chain(SECRETS),
        )
        .run();
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(told), "{arguments:?}: {run:?}");
        assert!(!run.stderr.contains("j49sk3j29djd"), "{run:?}");
    }
    let run = diagnose(["sign", "GET", "https://h/"].into_iter().chain(key)).run();
    assert!(run.stderr.contains("client secret"), "{run:?}");
}

/// Two requests have two nonces, and the time is the present.
#[test]
fn nonce_and_timestamp_are_fresh() {
    let sign = || {
        let arguments = [
            "sign",
            "GET",
            "https://h/",
            "--consumer-key",
            "k",
            "--emit",
            "json",
        ];
        let run = diagnose(arguments.into_iter().chain(SECRETS)).run();
        let parameters = run.json()["parameters"].clone();
        let get = |name: &str| {
            let list = parameters.as_array().unwrap();
            let pair = list.iter().find(|pair| pair[0] == name).unwrap();
            pair[1].as_str().unwrap().to_owned()
        };
        (get("oauth_nonce"), get("oauth_timestamp"))
    };
    let ((first, then), (second, _)) = (sign(), sign());
    assert_ne!(first, second);
    assert_eq!(first.len(), 32);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(now.abs_diff(then.parse().unwrap()) < 60);
}

/// A word in single quotes is that word in a POSIX shell (P32).
#[test]
fn a_shell_reads_what_was_meant() {
    for value in ["it's", "$(x) `y` \\ \"", "a\nb", "*?[!~#&|;<>", "é 😀"] {
        let body = format!("v={value}");
        let arguments = [
            "sign",
            "POST",
            "https://h/",
            "--consumer-key",
            "k",
            "--body",
            &body,
            "--emit",
            "curl",
        ];
        let run = diagnose(arguments.into_iter().chain(SECRETS)).run();
        assert_eq!(run.status, 0, "{run:?}");
        let script = run.stdout.replacen("curl", "printf '%s\\0'", 1);
        let file = temporary_file("words.sh", &script);
        let output = std::process::Command::new("sh").arg(file).output().unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        assert!(words.split('\0').any(|word| word == body), "{words:?}");
    }
    let arguments = [
        "sign",
        "POST",
        "https://h/",
        "--consumer-key",
        "k",
        "--body",
        "a\u{1b}b",
        "--emit",
        "curl",
    ];
    let run = diagnose(arguments.into_iter().chain(SECRETS)).run();
    assert!(run.stderr.contains("control character"), "{run:?}");
}

#[test]
fn verify_gives_a_strict_provider_s_answer() {
    let verify = |input: &[u8], more: &[&'static str]| {
        let arguments = ["verify", "-", "--scheme", "http"]
            .into_iter()
            .chain(more.iter().copied());
        diagnose(arguments.chain(SECRETS)).stdin(input).run()
    };
    let right = demo_request(common::RIGHT_SIGNATURE);
    let run = verify(&right, &[]);
    assert_eq!((run.status, run.stdout.as_str()), (0, "valid\n"));
    let wrong = std::fs::read(DEMO).unwrap();
    let run = verify(&wrong, &[]);
    assert_eq!(run.status, 1, "{run:?}");
    assert!(run.stdout.starts_with("401, "), "{run:?}");
    let run = verify(&wrong, &["--format", "json"]);
    assert_eq!(
        (&run.json()["valid"], &run.json()["status"]),
        (&false.into(), &401.into())
    );
    // The timestamp of the example lies in 1974.
    let run = verify(&right, &["--now", "now"]);
    assert!(run.status == 1 && run.stdout.contains("3.3"), "{run:?}");
    let twice = String::from_utf8(right)
        .unwrap()
        .replace("oauth_nonce=", "oauth_nonce=\"1\", oauth_nonce=");
    let run = verify(twice.as_bytes(), &[]);
    assert!(
        run.status == 1 && run.stdout.starts_with("400, "),
        "{run:?}"
    );
    let run = diagnose(["verify", DEMO, "--scheme", "http"]).run();
    assert!(
        run.status == 2 && run.stderr.contains("client secret"),
        "{run:?}"
    );
}

//! `diagnose serve` with real clients: what they are answered, and what is said about each request.

mod common;

use common::{
    diagnose,
    serving::{CLIENT_SECRET, Serving, TOKEN_SECRET, body, exchange, status},
};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// A program, or nothing where it is not installed and `.ci/run` does not say that it must be.
fn installed(program: &str, probe: &[&str]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/adapters/venv/bin");
    let program = match program {
        "python" => root.join("python").display().to_string(),
        other => other.to_owned(),
    };
    let probed = Command::new(&program)
        .args(probe)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env("NODE_PATH", node_modules())
        .status();
    if probed.is_ok_and(|status| status.success()) {
        return Some(program);
    }
    assert!(
        env::var_os("REQUIRE_ADAPTERS").is_none(),
        "{program} is not installed"
    );
    eprintln!("{program} is not installed: skipped");
    None
}

fn node_modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/adapters/node_modules")
}

/// Runs a client of `fixtures/clients/live/`: the status and the body that it was answered.
fn client(program: &str, script: &str, server: &Serving, variant: &str) -> (String, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/clients/live")
        .join(script);
    let output = Command::new(program)
        .arg(script)
        .args([&server.capture, variant])
        .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
        .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
        .env("NODE_PATH", node_modules())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (status, body) = told.split_once('\n').unwrap();
    (status.to_owned(), body.trim().to_owned())
}

const RIGHT: &str = "{\"verified\":true}";

/// The right variant of a client is accepted, and its request is valid.
fn assert_right(program: &str, script: &str, server: &Serving) {
    let told = client(program, script, server, "right");
    assert_eq!(told, ("200".into(), RIGHT.into()));
    assert_eq!(server.verdict(), json!(["valid", []]));
}

#[test]
fn requests_oauthlib_right_and_wrong() {
    let Some(python) = installed("python", &["-c", "import requests_oauthlib"]) else {
        return;
    };
    let server = Serving::start(&[]);
    let script = "requests_oauthlib_client.py";
    assert_right(&python, script, &server);
    let (status, told) = client(&python, script, &server, "wrong");
    assert_eq!(status, "401");
    assert_eq!(
        told,
        "refused: the signature is not that of the request received (RFC 5849 section 3.2)"
    );
    // Another secret is no mistake of the signing: nothing explains it.
    assert_eq!(server.verdict(), json!(["undetermined", []]));
}

/// RFC 5849 section 2 from its beginning to its end, by a library that knows nothing of this server.
#[test]
fn the_whole_dance() {
    let Some(python) = installed("python", &["-c", "import requests_oauthlib"]) else {
        return;
    };
    let server = Serving::start(&[]);
    let told = client(&python, "requests_oauthlib_client.py", &server, "dance");
    assert_eq!(told, ("200".into(), RIGHT.into()));
    let lines: Vec<Value> = (0..4).map(|_| server.event()).collect();
    let seen = |at: usize| {
        let event = &lines[at];
        json!([
            event["request"],
            event["status"],
            event["report"]["verdict"]
        ])
    };
    assert_eq!(seen(0), json!(["POST /oauth/request_token", 200, "valid"]));
    assert_eq!(seen(1)[1], 302);
    assert_eq!(seen(2), json!(["POST /oauth/access_token", 200, "valid"]));
    assert_eq!(seen(3), json!(["POST /items", 200, "valid"]));
}

#[test]
fn oauth_1_0a_right_and_wrong() {
    let Some(node) = installed("node", &["-e", "require('oauth-1.0a')"]) else {
        return;
    };
    let server = Serving::start(&["--as", "twitter"]);
    let script = "oauth_1_0a_client.js";
    assert_right(&node, script, &server);
    let (status, told) = client(&node, script, &server, "wrong");
    assert_eq!(
        (status.as_str(), told.as_str()),
        (
            "401",
            "{\"errors\":[{\"code\":32,\"message\":\"Could not authenticate you.\"}]}"
        )
    );
    assert_eq!(server.verdict(), json!(["invalid", ["body-not-signed"]]));
    // Seen here first: the library adds the query to the form that its caller then sends.
    assert_eq!(client(&node, script, &server, "shared").0, "401");
    assert_eq!(server.verdict(), json!(["invalid", ["query-not-signed"]]));
}

#[test]
fn net_oauth_right_and_wrong() {
    let Some(perl) = installed("perl", &["-MNet::OAuth", "-e1"]) else {
        return;
    };
    let server = Serving::start(&["--as", "magento"]);
    let script = "net_oauth_client.pl";
    assert_right(&perl, script, &server);
    let (status, told) = client(&perl, script, &server, "wrong");
    assert_eq!(status, "401");
    assert!(told.contains("The+signature+is+invalid"), "{told}");
    assert_eq!(server.verdict(), json!(["invalid", ["query-not-signed"]]));
}

#[test]
fn the_script_of_the_alteryx_thread() {
    let Some(python) = installed("python", &["-c", "1"]) else {
        return;
    };
    let server = Serving::start(&["--as", "alteryx"]);
    let script = "alteryx_gallery.py";
    assert_right(&python, script, &server);
    let (status, told) = client(&python, script, &server, "wrong");
    assert_eq!(status, "401");
    assert!(
        told.contains("The provided signature(oauth_signature) is invalid."),
        "{told}"
    );
    assert_eq!(server.verdict(), json!(["invalid", ["space-as-plus"]]));
}

/// What `sign` prints for curl is right; with another method it is not.
fn curl(url: &str, more: &[&str]) -> String {
    let printed = diagnose([
        "sign",
        "GET",
        url,
        "--consumer-key",
        "ck",
        "--token",
        "tk",
        "--emit",
        "curl",
    ])
    .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
    .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
    .run();
    assert_eq!(printed.status, 0, "{printed:?}");
    let command = format!(
        "{} {} --silent --show-error",
        printed.stdout.trim_end(),
        more.join(" ")
    );
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn curl_with_what_sign_printed() {
    if installed("curl", &["--version"]).is_none() {
        return;
    }
    let server = Serving::start(&[]);
    let url = format!("{}/items?q=a%20b", server.capture);
    assert_eq!(curl(&url, &[]).trim(), RIGHT);
    assert_eq!(server.verdict(), json!(["valid", []]));
    assert!(curl(&url, &["-X DELETE"]).contains("section 3.2"));
    assert_eq!(server.verdict(), json!(["invalid", ["method-wrong"]]));
}

#[test]
fn over_tls() {
    if installed("curl", &["--version"]).is_none() {
        return;
    }
    let certificate = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve-certificate.pem");
    let file = certificate.to_str().unwrap();
    let server = Serving::start(&["--tls", "--certificate-file", file]);
    assert!(
        server.capture.starts_with("https://127.0.0.1:"),
        "{}",
        server.capture
    );
    let url = format!("{}/items", server.capture);
    assert_eq!(curl(&url, &["--cacert", file]).trim(), RIGHT);
    let event = server.event();
    assert_eq!(event["report"]["verdict"], "valid");
    let uri = event["report"]["canonical"]["base_string_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(uri, url);
    assert!(curl(&url, &[]).contains("certificate"));
}

/// A broken client is proved fixable: the same request, signed anew, is taken by a server that refused it.
#[test]
fn forwarded_as_signed_and_signed_anew() {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve-forwarded");
    let _ = fs::remove_dir_all(&kept);
    let provider = Serving::start(&["--record", kept.to_str().unwrap()]);
    let request = |host: &str| {
        // Signed for nobody: the signature is that of another request.
        format!(
            "POST /items?q=a%20b HTTP/1.1\r\nHost: {host}\r\nX-Kept: yes\r\nConnection: X-Dropped\r\nX-Dropped: 1\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\nAuthorization: OAuth realm=\"r\", \
             oauth_consumer_key=\"ck\", oauth_token=\"tk\", oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"1\", \
             oauth_nonce=\"n\", oauth_version=\"1.0\", oauth_signature=\"AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D\"\r\n\r\nname=desk+lamp"
        )
    };
    let as_signed = Serving::start(&["--forward", &provider.capture, "--max-mistakes", "1"]);
    let answer = exchange(as_signed.address(), request(as_signed.address()).as_bytes());
    assert_eq!(
        (status(&answer), provider.event()["status"].as_u64()),
        (401, Some(401)),
        "{answer}"
    );
    let report = &as_signed.event()["report"];
    assert!(report["response"]["meaning"].is_string(), "{report}");

    let signed_anew = Serving::start(&[
        "--forward",
        &provider.capture,
        "--resign",
        "--max-mistakes",
        "1",
    ]);
    let answer = exchange(
        signed_anew.address(),
        request(signed_anew.address()).as_bytes(),
    );
    assert_eq!(
        (status(&answer), body(&answer).trim()),
        (200, RIGHT),
        "{answer}"
    );
    assert_eq!(provider.event()["report"]["verdict"], "valid");
    let event = signed_anew.event();
    assert_ne!(
        event["report"]["verdict"], "valid",
        "it is the client's request that is diagnosed"
    );

    // What is passed on is the same request, but for what concerned one connection only.
    let passed = fs::read_to_string(kept.join("request-0002.toml")).unwrap();
    for there in [
        "realm=\"r\"",
        "X-Kept",
        "name=desk+lamp",
        "HMAC-SHA256",
        "q=a%20b",
    ] {
        assert!(passed.contains(there), "{there}: {passed}");
    }
    assert!(!passed.contains("X-Dropped"), "{passed}");

    // A web page gets nothing signed or sent.
    let own = signed_anew.address();
    for (host, more) in [
        (own, "Origin: http://evil.example\r\n"),
        (own, "Origin: null\r\n"),
        (own, "Sec-Fetch-Site: cross-site\r\n"),
        (own, "Sec-Fetch-Site: same-origin\r\n"),
        ("evil.example", ""),
    ] {
        let sent = request(host).replacen("X-Kept: yes\r\n", more, 1);
        let answer = exchange(own, sent.as_bytes());
        assert_eq!(status(&answer), 403, "{host} {more}: {answer}");
        assert_eq!(signed_anew.event()["status"], 403);
    }
    provider.interrupt_without_events();
}

/// What is recorded is what `check` reads.
#[test]
fn recorded_requests_are_golden_files() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve-recorded");
    let _ = fs::remove_dir_all(&directory);
    let server = Serving::start(&["--record", directory.to_str().unwrap()]);
    let right = server.signed("/items?q=a%20b");
    assert_eq!(status(&exchange(server.address(), right.as_bytes())), 200);
    assert_eq!(server.verdict(), json!(["valid", []]));
    let wrong = right.replacen("GET", "PUT", 1);
    assert_eq!(status(&exchange(server.address(), wrong.as_bytes())), 401);
    assert_eq!(server.verdict(), json!(["invalid", ["method-wrong"]]));
    assert!(server.interrupt() < Duration::from_secs(1));

    let checked = diagnose(["check", directory.to_str().unwrap()])
        .env("OAUTH1_CONSUMER_SECRET", CLIENT_SECRET)
        .env("OAUTH1_TOKEN_SECRET", TOKEN_SECRET)
        .run();
    assert_eq!(checked.status, 0, "{checked:?}");
    assert!(checked.stdout.contains("2 cases"), "{checked:?}");
    for file in fs::read_dir(&directory).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains(CLIENT_SECRET) && !text.contains(TOKEN_SECRET),
            "{text}"
        );
        assert!(text.contains("name = \"request "), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(&directory)), (0o600, 0o700));
        }
    }
}

/// That a provider is gone, or wants https, is no reason to refuse a request to this machine; its other rules hold.
#[test]
fn providers_that_are_gone_can_still_be_tried() {
    for (provider, expected) in [("etsy", 200), ("tumblr", 200), ("mastercard", 401)] {
        let server = Serving::start(&["--as", provider, "--max-mistakes", "1"]);
        let right = server.signed("/items?q=a%20b");
        let answer = exchange(server.address(), right.as_bytes());
        assert_eq!(status(&answer), expected, "{provider}: {answer}");
        let report = &server.event()["report"];
        assert_eq!(report["verdict"], "valid", "{provider}");
        assert_eq!(report["provider"]["verdict"], "invalid", "{provider}");
    }
}

/// In a terminal, each request is told as the main job tells it.
#[test]
fn people_are_told_in_words() {
    let (mut server, told) = Serving::for_people(&["--listen", "localhost:0"]);
    let capture = told(&mut server, "Send your program's requests to");
    server.capture = capture.rsplit(' ').next().unwrap().to_owned();
    told(&mut server, "Ctrl-C ends it.");
    let right = server.signed("/items?q=a%20b");
    let wrong = right.replacen("GET", "PUT", 1);
    assert_eq!(status(&exchange(server.address(), wrong.as_bytes())), 401);
    told(&mut server, "== 1. PUT /items?…, answered 401 ==");
    told(&mut server, "Proved: this mistake reproduces the signature");
    told(&mut server, "[method-wrong]");
}

#[test]
fn what_cannot_be_listened_to_is_told() {
    let refused = diagnose(["serve", "--listen", "192.0.2.1:8080"]).run();
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("--i-know-this-is-public"),
        "{refused:?}"
    );
    let odd = diagnose(["serve", "--listen", "here"]).run();
    assert!(odd.stderr.contains("127.0.0.1:8080"), "{odd:?}");
    for (url, why) in [
        ("http://169.254.169.254/", "link-local"),
        ("ftp://example.com", "http://"),
        ("http://127.0.0.1/?a=b", "more in it"),
    ] {
        let refused = diagnose(["serve", "--forward", url]).run();
        assert_eq!(refused.status, 2);
        assert!(refused.stderr.contains(why), "{refused:?}");
    }
}

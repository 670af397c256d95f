//! The binary as a user or a script meets it: command line, exit status, JSON, `batch`.
//!
//! The facts are RFC 5849's: the request of §3.1, the signature printed there (which is the one of a
//! GET request), and the right one of erratum 2550.

mod common;

use common::{
    DEMO, RIGHT_SIGNATURE, SECRETS, WRONG_SIGNATURE, demo_request, diagnose, temporary_file, words,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

/// The base string of the demo request: signature methods aside, §3.4.1.1 prints exactly this text for it.
const RIGHT_BASE_STRING: &str = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";

// The main job.

#[test]
fn the_printed_example_of_the_rfc_is_explained() {
    let human = diagnose([DEMO, "--scheme", "http"].iter().chain(&SECRETS)).run();
    assert_eq!(human.status, 1, "{human:?}");
    assert!(
        human.stdout.starts_with("INVALID  Proved"),
        "{}",
        human.stdout
    );
    assert!(human.stdout.contains("[method-wrong]"), "{}", human.stdout);
    assert!(human.stdout.contains(WRONG_SIGNATURE), "{}", human.stdout);
    assert!(human.stdout.contains(RIGHT_SIGNATURE), "{}", human.stdout);

    let json = diagnose(
        [DEMO, "--scheme", "http", "--format", "json"]
            .iter()
            .chain(&SECRETS),
    )
    .run();
    assert_eq!(json.status, 1);
    let report = json.json();
    assert_eq!(report["report_version"], 1);
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(report["evidence"], "signature");
    assert_eq!(report["mistakes"][0]["id"], "method-wrong");
    assert_eq!(report["mistakes"].as_array().unwrap().len(), 1);
    assert_eq!(report["canonical"]["method"], "POST");
    assert_eq!(
        report["canonical"]["base_string_uri"],
        "http://example.com/request"
    );
    assert_eq!(report["canonical"]["signature"], RIGHT_SIGNATURE);
    assert_eq!(report["yours"]["signature"], WRONG_SIGNATURE);
    assert_eq!(report["yours"]["signing_key"], Value::Null);
    assert_eq!(report["first_mismatch"]["component"], "method");
    assert_eq!(report["first_mismatch"]["yours"]["start"], 0);
    assert!(report["clients"].is_array());
    assert_eq!(
        (&report["provider"], &report["response"]),
        (&Value::Null, &Value::Null)
    );
    assert!(report.get("error").is_none() && report.get("id").is_none());
}

#[test]
fn the_readme_shows_the_real_answer() {
    let readme = include_str!("../../../README.md");
    let (_, block) = readme.split_once("```console\n$ diagnose ").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let args = command.replace("fixtures/demo/rfc5849-3.1.http", DEMO);
    let run = diagnose(args.split(' ')).run();
    // The README leaves out how long it took.
    let lines = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.contains(" tried in "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(lines(&run.stdout), lines(shown));
}

#[test]
fn the_pages_of_the_four_mistakes_show_the_real_answers() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/mistakes/pages");
    for page in [
        "encoding",
        "key-ampersand",
        "parameter-order",
        "trailing-slash",
    ] {
        let directory = Path::new(pages).join(page);
        let read = |name| fs::read_to_string(directory.join(name)).unwrap();
        let (secrets, text) = (read("secrets.txt"), read("README.md"));
        let blocks: Vec<&str> = text.split("```console\n$ ").skip(1).collect();
        assert_eq!(blocks.len(), 3, "{page}");
        for block in blocks {
            let (block, _) = block.split_once("\n```").unwrap();
            let (before, command) = block.split_once("diagnose ").unwrap();
            let (args, shown) = command.split_once('\n').unwrap();
            let mut call = diagnose(args.split(' ')).directory(&directory);
            if !before.is_empty() {
                let mut secrets = secrets.split('\n');
                for name in ["OAUTH1_CONSUMER_SECRET", "OAUTH1_TOKEN_SECRET"] {
                    call = call.env(name, secrets.next().unwrap());
                }
            }
            let run = call.run();
            // Lines may be left out where the page says so; the others are there, in this order.
            let mut lines = run.stdout.lines();
            for line in shown.lines().filter(|line| *line != "[…]") {
                assert!(
                    lines.any(|real| real == line),
                    "{page}: {line:?} of {run:?}"
                );
            }
        }
    }
}

#[test]
fn the_corrected_example_is_right() {
    let request = demo_request(RIGHT_SIGNATURE);
    let run = diagnose(["--scheme", "http"].iter().chain(&SECRETS))
        .stdin(&request)
        .run();
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.starts_with("VALID"), "{}", run.stdout);
}

#[test]
fn a_random_signature_is_never_explained() {
    let request = demo_request("AAECAwQFBgcICQoLDA0ODxAREhM=");
    let args = [
        "-",
        "--scheme",
        "http",
        "--format",
        "json",
        "--max-mistakes",
        "2",
    ];
    let run = diagnose(args.iter().chain(&SECRETS)).stdin(&request).run();
    assert_ne!(run.status, 0);
    let report = run.json();
    assert_eq!(report["mistakes"], json!([]));
    assert_ne!(report["evidence"], "signature");
    assert!(
        report["search"]["candidates"].as_u64().unwrap() > 1,
        "{report}"
    );

    let run = diagnose(
        args.iter()
            .filter(|arg| !["--format", "json"].contains(arg))
            .chain(&SECRETS),
    )
    .stdin(&request)
    .run();
    assert!(run.stdout.contains("Not explained: "), "{}", run.stdout);
    assert!(!run.stdout.contains("Proved"), "{}", run.stdout);
}

#[test]
fn without_secrets_it_says_what_is_missing() {
    let run = diagnose([DEMO, "--scheme", "http"]).run();
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stdout.starts_with("UNDETERMINED"), "{}", run.stdout);
    assert!(run.stdout.contains("secret"), "{}", run.stdout);
}

#[test]
fn a_base_string_is_input_and_evidence() {
    let right = RIGHT_BASE_STRING;
    let run = diagnose([
        DEMO,
        "--scheme",
        "http",
        "--base-string",
        right,
        "--format",
        "json",
    ])
    .run();
    assert_eq!(run.json()["canonical"]["base_string"], right);

    let plus = right.replace("2%2520q", "2%2Bq");
    let file = temporary_file("base-string", &format!("{plus}\n"));
    let option = format!("@{}", file.display());
    let run = diagnose([
        DEMO,
        "--scheme",
        "http",
        "--base-string",
        &option,
        "--format",
        "json",
    ])
    .run();
    let report = run.json();
    assert_eq!(
        (run.status, &report["evidence"]),
        (1, &json!("base-string")),
        "{report}"
    );
    assert_eq!(report["yours"]["base_string"], plus);

    let run = diagnose([plus.as_str(), "--format", "json"]).run();
    assert_eq!(run.status, 1, "{run:?}");
}

// What the provider answered.

/// What a PHP provider answers that expected this base string.
fn answer_that_shows(base_string: &str) -> String {
    format!("oauth_problem=signature_invalid&debug_sbs={base_string}")
}

#[test]
fn the_answer_of_the_provider_is_told_and_its_base_string_compared() {
    let expected = RIGHT_BASE_STRING.replace("http%3A", "https%3A");
    let response = answer_that_shows(&expected);
    let args = [DEMO, "--scheme", "http", "--response", &response];
    let report = diagnose(args.iter().chain(&SECRETS).chain(&["--format", "json"]))
        .run()
        .json();
    assert_eq!(report["mistakes"][0]["id"], "method-wrong");
    assert_eq!(report["response"]["provider"], "pecl-oauthprovider");
    assert_eq!(report["response"]["base_string"], expected);
    let meaning = report["response"]["meaning"].as_str().unwrap();
    assert!(
        meaning.starts_with("The signature is not the one"),
        "{meaning}"
    );
    let is_told = |finding: &Value| finding["id"] == "provider-expects-other";
    assert!(report["findings"].as_array().unwrap().iter().any(is_told));

    let human = diagnose(args.iter().chain(&SECRETS)).run();
    let head: Vec<&str> = human.stdout.lines().take(3).collect();
    assert!(
        head[2].starts_with("  The provider says: The signature"),
        "{human:?}"
    );
    assert!(human.stdout.contains("the provider expected"), "{human:?}");

    // What is given by hand comes first.
    let by_hand = [
        "--expected-base-string",
        RIGHT_BASE_STRING,
        "--format",
        "json",
    ];
    let report = diagnose(args.iter().chain(&by_hand)).run().json();
    assert_eq!(report["response"]["base_string"], expected);
    assert!(!report["findings"].as_array().unwrap().iter().any(is_told));
}

#[test]
fn an_answer_alone_shows_the_request_that_was_expected() {
    let file = temporary_file("answer", &answer_that_shows(RIGHT_BASE_STRING));
    for args in [
        vec![file.to_str().unwrap().to_owned()],
        vec!["--response".to_owned(), format!("@{}", file.display())],
    ] {
        let run = diagnose(args.iter().map(String::as_str).chain(["--format", "json"])).run();
        assert_eq!(run.status, 2, "{run:?}");
        let report = run.json();
        assert_eq!(report["verdict"], "undetermined");
        assert_eq!(report["canonical"]["base_string"], RIGHT_BASE_STRING);
        assert_eq!(report["response"]["base_string"], RIGHT_BASE_STRING);
        let step = report["next_steps"][0].as_str().unwrap();
        assert!(step.contains("Pass the request"), "{step}");
        let human = diagnose(&args).run().stdout;
        assert!(
            human.starts_with("UNDETERMINED  This is the provider's answer"),
            "{human}"
        );
        assert!(
            human.contains("&http%3A%2F%2Fexample.com%2Frequest"),
            "{human}"
        );
    }
    let signature = ["--signature", WRONG_SIGNATURE, "--format", "json"];
    let run = diagnose(
        [file.to_str().unwrap()]
            .iter()
            .chain(&signature)
            .chain(&SECRETS),
    )
    .run();
    let report = run.json();
    assert_eq!((run.status, &report["evidence"]), (1, &json!("signature")));
    assert_eq!(report["mistakes"][0]["id"], "method-wrong");

    let run = diagnose(["oauth_problem=nonce_used"]).run();
    assert_eq!(run.status, 2);
    let told = "It was not the signature that was refused.";
    assert!(run.words().contains(told), "{run:?}");
    assert!(run.stdout.contains("Make a new nonce"), "{run:?}");
}

/// A provider is recognised by the address or named, and gives a verdict of its own.
#[test]
fn a_provider_has_a_verdict_of_its_own() {
    let parameters = "oauth_consumer_key=abc123&oauth_nonce=000001&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1540946480&oauth_version=1.0";
    let url = format!(
        "https://server.domain.com/gallery/api/admin/v1/workflows/?{parameters}&oauth_signature={}%3D",
        "A".repeat(43)
    );
    let run = diagnose([url.as_str(), "--format", "json"]).run();
    let provider = &run.json()["provider"];
    assert_eq!(
        (&provider["id"], &provider["recognised_by"]),
        (&json!("alteryx"), &json!("host"))
    );
    assert_eq!(provider["verdict"], "invalid");
    let ids: Vec<_> = provider["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["id"])
        .collect();
    assert_eq!(ids, ["retired-protocol", "provider-method"]);

    for name in ["x", "twitter"] {
        let named = diagnose([url.as_str(), "--provider", name]).run();
        assert!(named.stdout.contains("X / Twitter"), "{named:?}");
        assert!(
            named.stdout.contains("where this provider does not look"),
            "{named:?}"
        );
    }

    // Refused by the RFC whatever the signature: that the provider takes it is not claimed.
    let incomplete = "GET&https%3A%2F%2Fapi.twitter.com%2F1.1%2Fx&oauth_consumer_key%3Da";
    let report = diagnose([incomplete, "--format", "json"]).run().json();
    assert_eq!(
        (&report["verdict"], &report["provider"]["verdict"]),
        (&json!("invalid"), &json!("undetermined"))
    );

    let unknown = diagnose([url.as_str(), "--provider", "nobody"]).run();
    assert_eq!(unknown.status, 2, "{unknown:?}");
    assert!(
        unknown.stderr.contains("diagnose explain providers"),
        "{unknown:?}"
    );
    let line = json!({"input": url, "provider": "nobody"}).to_string();
    let batch = diagnose(["batch", "-"]).stdin(line.as_bytes()).run();
    assert!(
        batch.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("explain providers")
    );
}

/// Wrong by the RFC, right for a provider that makes the same mistake: `WooCommerce` does not encode the secret. The signature is
/// from Python's hmac module, with the key `c&s/1&`.
#[test]
fn a_provider_that_makes_the_same_mistake_takes_it() {
    let url = |host: &str, path: &str| {
        format!(
            "http://{host}{path}?oauth_consumer_key=ck_1&oauth_nonce=nonce1234567&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_signature=BaJdbA9zuDID3acyVHxQ6AqFSQk%3D"
        )
    };
    let shop = url("shop.example", "/wp-json/wc/v3/orders");
    let report = diagnose([
        shop.as_str(),
        "--consumer-secret",
        "c&s/1",
        "--format",
        "json",
    ])
    .run();
    let report = report.json();
    assert_eq!(
        (&report["verdict"], &report["evidence"]),
        (&json!("invalid"), &json!("signature"))
    );
    assert_eq!(report["mistakes"][0]["id"], "key-not-encoded");
    assert_eq!(report["provider"]["id"], "woocommerce");
    assert_eq!(
        report["provider"]["verdict"], "valid",
        "{}",
        report["provider"]
    );
}

/// Five mistakes at once are beyond the bound of the search, but one known client makes them all. The signature is from Python's
/// hmac module.
#[test]
fn what_a_known_client_does_together_is_found_beyond_the_bound() {
    let request = "GET /items?q=lamp HTTP/1.1\r\nHost: Example.COM:80\r\nAuthorization: OAuth oauth_consumer_key=\"abc123\", oauth_nonce=\"nonce1234567\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1700000000\", oauth_version=\"1.0\", oauth_signature=\"a%2BRLZLjCQAlKpehaLHfvbOJQfL8%3D\"\r\n\r\n";
    let options = [
        "-",
        "--scheme",
        "http",
        "--consumer-secret",
        "a&b",
        "--format",
        "json",
    ];
    let report = diagnose(options).stdin(request.as_bytes()).run().json();
    assert_eq!(report["evidence"], "signature");
    let ids: Vec<_> = report["mistakes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mistake| &mistake["id"])
        .collect();
    let expected = [
        "host-case",
        "port-default-kept",
        "query-in-uri",
        "query-not-signed",
        "key-not-encoded",
    ];
    assert_eq!(ids, expected);
    let clients = report["clients"].as_array().unwrap();
    assert!(
        clients
            .iter()
            .any(|client| client["id"] == "alteryx-forum-script")
    );
}

/// Documented examples of providers: the verdict by RFC 5849 and the provider's own.
#[test]
fn documented_requests_have_the_right_two_verdicts() {
    let lines = include_str!("../../../fixtures/providers/vectors.jsonl");
    let run = diagnose(["batch", "-"]).stdin(lines.as_bytes()).run();
    let reports: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports.len(), 11);
    for (line, report) in lines.lines().zip(&reports) {
        let vector: Value = serde_json::from_str(line).unwrap();
        let told = json!({"rfc": report["verdict"], "provider": report["provider"]["verdict"]});
        assert_eq!(told, vector["expected"], "{}: {report}", vector["id"]);
    }
}

#[test]
fn explain_has_pages_of_all_kinds() {
    for (word, told) in [
        ("alteryx", "takes no OAuth 1.0a any more"),
        ("oauth-1.0a-fetch", "plus-literal"),
        ("python", "urllib.parse.quote("),
        ("space-as-plus", "URLEncoder"),
        ("clients", "oauth-1.0a-fetch"),
        ("providers", "woocommerce"),
        ("languages", "C#"),
        ("quote_plus", "space-as-plus"),
    ] {
        let run = diagnose(["explain", word]).run();
        assert_eq!(run.status, 0, "{word}");
        assert!(run.stdout.contains(told), "{word}: {}", run.stdout);
    }
    assert_eq!(diagnose(["explain", "qqqq"]).run().status, 2);
}

/// A signed request that cannot be checked is no request that is missing.
#[test]
fn a_request_that_cannot_be_checked_says_why() {
    let file =
        b"### a\nGET {{base}}/p?oauth_signature=a\n\n### b\nGET http://h/p?oauth_signature=a\n";
    let human = diagnose(["-"]).stdin(file).run();
    let told =
        "UNDETERMINED This request cannot be checked. The variable {{base}} has no value here";
    assert!(human.words().contains(told), "{human:?}");
    assert!(!human.stdout.contains("Pass a request"), "{human:?}");

    let json = diagnose(["-", "--format", "json", "--entry", "1"])
        .stdin(file)
        .run();
    assert_eq!(json.status, 2);
    let report = json.json();
    assert_eq!(report["verdict"], "undetermined");
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.contains("{{base}}"), "{report}");

    for format in ["markdown", "github", "sarif", "junit", "html"] {
        let run = diagnose(["-", "--format", format])
            .stdin(file)
            .env("GITHUB_STEP_SUMMARY", "")
            .run();
        let why = [
            "This request cannot be checked",
            "{{base}} has no value here",
        ];
        assert!(why.iter().all(|why| run.stdout.contains(why)), "{run:?}");
    }
}

#[test]
fn an_answer_that_contradicts_the_signature_is_explained() {
    let request = demo_request(RIGHT_SIGNATURE);
    let run = |response| {
        let args = [
            "--scheme",
            "http",
            "--format",
            "json",
            "--response",
            response,
        ];
        let run = diagnose(args.iter().chain(&SECRETS)).stdin(&request).run();
        assert_eq!(run.status, 0, "{run:?}");
        run.json()
    };
    let report = run("oauth_problem=signature_invalid");
    let step = report["next_steps"][0].as_str().unwrap();
    assert!(step.contains("the provider refuses it"), "{step}");
    let report = run("oauth_problem=token_expired");
    let meaning = report["response"]["meaning"].as_str().unwrap();
    assert!(
        meaning.ends_with("It was not the signature that was refused."),
        "{meaning}"
    );
    assert!(
        report["next_steps"][0]
            .as_str()
            .unwrap()
            .contains("Get a new token")
    );
}

#[test]
fn an_answer_that_is_not_known_is_said_to_be_so() {
    let response =
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{\"a\":\"s3cr3t\"}";
    let run = diagnose([DEMO, "--scheme", "http", "--response", response]).run();
    let told = "This answer is not one that is known; it says: status 401,";
    assert!(run.stdout.contains(told), "{run:?}");
    assert!(!run.stdout.contains("s3cr3t"), "{run:?}");
    let run = diagnose([response, "--format", "json"]).run();
    assert_eq!(run.status, 2);
    assert_eq!(run.json()["response"]["provider"], Value::Null);
    assert_eq!(run.json()["response"]["base_string"], Value::Null);
}

#[test]
fn an_answer_cannot_drive_the_terminal() {
    let response = "oauth_problem=%1b%5b31m%0a::error::x&oauth_problem_advice=%e2%80%ae%1b]8;;";
    for format in ["human", "json"] {
        let run = diagnose([DEMO, "--response", response, "--format", format]).run();
        let forbidden = |c: char| c == '\u{1b}' || c == '\u{202e}';
        assert!(!run.stdout.contains(forbidden), "{run:?}");
        assert!(
            !run.stdout.lines().any(|line| line.trim().starts_with("::")),
            "{run:?}"
        );
    }
}

#[test]
fn what_is_no_answer_is_not_taken_for_one() {
    let answer = temporary_file("some-answer", "oauth_problem=nonce_used");
    let name = answer.to_str().unwrap();
    for (args, told) in [
        (
            vec![DEMO, "--response", "curl https://h/"],
            "found a curl command",
        ),
        (vec![DEMO, "--response", name], "write @ in front"),
        (vec![DEMO, "--response", "a\u{1}b"], "binary data"),
        (
            vec![name, "--response", "oauth_problem=nonce_used"],
            "gives another one",
        ),
    ] {
        let run = diagnose(&args).run();
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.contains(told), "{told}: {run:?}");
    }
}

#[test]
fn batch_takes_the_answer_of_the_provider() {
    let lines = [
        json!({"id": 1, "input": "curl https://h/?oauth_signature=a", "response": "oauth_problem=nonce_used"}),
        json!({"id": 2, "response": answer_that_shows(RIGHT_BASE_STRING)}),
        json!({"id": 3, "input": "oauth_problem=token_revoked"}),
        json!({"id": 4, "response": 5}),
    ];
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let run = diagnose(["batch"]).stdin(text.join("\n").as_bytes()).run();
    let reports = run.json_lines();
    let meaning = |index: usize| reports[index]["response"]["meaning"].as_str().unwrap();
    assert!(meaning(0).contains("nonce"), "{}", meaning(0));
    assert_eq!(reports[1]["response"]["base_string"], RIGHT_BASE_STRING);
    assert!(meaning(2).contains("revoked"), "{}", meaning(2));
    let error = reports[3]["error"]["message"].as_str().unwrap();
    assert!(error.contains("`response` must be text"), "{error}");
}

// Where input comes from.

#[test]
fn an_existing_file_wins_over_text_and_standard_input_is_the_default() {
    let request = demo_request(WRONG_SIGNATURE);
    for args in [vec![], vec!["-"]] {
        let run = diagnose(args.into_iter().chain(["--scheme", "http"]).chain(SECRETS))
            .stdin(&request)
            .run();
        assert_eq!(run.status, 1, "{run:?}");
    }
    let text = String::from_utf8(request).unwrap();
    let run = diagnose(
        [text.as_str(), "--scheme", "http"]
            .into_iter()
            .chain(SECRETS),
    )
    .run();
    assert_eq!(run.status, 1, "{run:?}");
}

#[test]
fn secrets_come_from_files_standard_input_and_the_environment() {
    let request = ["--scheme", "http", "--format", "json", DEMO];
    let client = temporary_file("client-secret", "j49sk3j29djd\n");
    let token = temporary_file("token-secret", "dh893hdasih9\r\n");
    let (client, token) = (
        format!("@{}", client.display()),
        format!("@{}", token.display()),
    );
    let by_file = ["--consumer-secret", &client, "--token-secret", &token];
    let run = diagnose(request.into_iter().chain(by_file)).run();
    assert_eq!(run.json()["evidence"], "signature", "{run:?}");

    let by_stdin = ["--consumer-secret", "-", "--token-secret", &token];
    let run = diagnose(request.into_iter().chain(by_stdin))
        .stdin(b"j49sk3j29djd\n")
        .run();
    assert_eq!(run.json()["evidence"], "signature", "{run:?}");

    let run = diagnose(request)
        .env("OAUTH1_CONSUMER_SECRET", "j49sk3j29djd")
        .env("OAUTH1_TOKEN_SECRET", "dh893hdasih9")
        .run();
    assert_eq!(run.json()["evidence"], "signature", "{run:?}");
}

#[test]
fn a_blank_round_a_secret_is_told() {
    let client = temporary_file("blank-secret", "j49sk3j29djd \n");
    let run = diagnose([
        DEMO,
        "--scheme",
        "http",
        "--max-mistakes",
        "1",
        "--consumer-secret",
        &format!("@{}", client.display()),
    ])
    .run();
    assert!(
        run.words()
            .contains("--consumer-secret starts or ends with a blank"),
        "{run:?}"
    );
}

#[test]
fn the_key_is_shown_only_when_asked_for() {
    let args = [DEMO, "--scheme", "http", "--format", "json"];
    let run = diagnose(args.iter().chain(&SECRETS).chain(&["--show-secrets"])).run();
    assert_eq!(
        run.json()["yours"]["signing_key"],
        "j49sk3j29djd&dh893hdasih9"
    );
}

// What cannot be read.

#[test]
fn bad_input_gets_status_2_and_one_clear_sentence() {
    let long_line = vec![b'x'; 10 << 20];
    let cases: [(&str, &[u8], &[&str]); 15] = [
        ("empty", b"", &[]),
        (
            "binary",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0",
            &[],
        ),
        ("NUL bytes", &[0; 64], &[]),
        ("invalid UTF-8", b"\xff\xfe\xfd\xc3\x28", &[]),
        ("a long line", &long_line, &[]),
        (
            "a HAR given as curl",
            br#"{"log": {"version": "1.2", "entries": []}}"#,
            &["--input-format", "curl"],
        ),
        ("truncated JSON", br#"{"method": "GET", "url": "#, &[]),
        ("truncated curl", b"curl 'https://example.com/", &[]),
        (
            "a request cut in its Authorization header",
            b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: OAuth oauth_token=\"a\", oauth_si",
            &[],
        ),
        (
            "a request cut in a header's name",
            b"GET /?oauth_signature=a HTTP/1.1\r\nHost: h\r\nAcce",
            &[],
        ),
        (
            "a request cut before its signature",
            b"GET / HTTP/1.1\r\nHost: h\r\n",
            &[],
        ),
        (
            "a form cut short",
            b"POST /?oauth_signature=a HTTP/1.1\nHost: h\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 9\n\na=1",
            &[],
        ),
        (
            "prose given as HTTP",
            b"It is refused, and I do not know why",
            &["--input-format", "http"],
        ),
        (
            "prose given as a base string",
            b"It is refused, and I do not know why",
            &["--input-format", "base-string"],
        ),
        (
            "NUL bytes given as a base string",
            &[0; 64],
            &["--input-format", "base-string"],
        ),
    ];
    for (name, input, options) in cases {
        let run = diagnose(options).stdin(input).run();
        assert_eq!(run.status, 2, "{name}: {run:?}");
        assert_eq!(run.stdout, "", "{name}");
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(lines[0].starts_with("error: "), "{name}: {}", run.stderr);
        assert!(
            lines.last().unwrap().starts_with("  try: "),
            "{name}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains("\n  at line "),
            "{name}: {}",
            run.stderr
        );
        assert!(
            lines.len() <= 3 && run.stderr.len() < 600,
            "{name}: {}",
            run.stderr
        );
        assert!(
            !run.stderr.contains('\0') && !run.stderr.contains('\u{7f}'),
            "{name}"
        );

        let run = diagnose(options.iter().chain(&["--format", "json"]))
            .stdin(input)
            .run();
        assert_eq!(run.status, 2, "{name}");
        let report = run.json();
        assert_eq!(report["verdict"], "undetermined", "{name}");
        assert!(
            report["error"]["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{name}"
        );
        assert!(
            report["error"]["line"]
                .as_u64()
                .is_some_and(|line| line > 0),
            "{name}"
        );
    }
}

#[test]
fn a_request_that_breaks_off_is_never_right_and_never_an_internal_error() {
    let request = demo_request(RIGHT_SIGNATURE);
    let headers = request.windows(2).position(|end| end == b"\n\n").unwrap();
    for end in (0..request.len()).step_by(29) {
        let args = ["--scheme", "http", "--max-mistakes", "1"];
        let run = diagnose(args.iter().chain(&SECRETS))
            .stdin(&request[..end])
            .run();
        // Where the form breaks off nobody can see: it has no Content-Length.
        let told: &[i32] = if end <= headers { &[2] } else { &[1, 2] };
        assert!(told.contains(&run.status), "{end}: {run:?}");
        assert!(!run.stderr.contains("internal error"), "{end}: {run:?}");
    }
}

#[test]
fn what_is_no_base_string_is_not_taken_for_one() {
    let file = temporary_file("no-base-string", "It is refused, and I do not know why\n");
    let content = format!("@{}", file.display());
    for option in ["--base-string", "--expected-base-string"] {
        for (value, told) in [
            (file.to_str().unwrap(), "write @ in front"),
            (&content, "in no form that is known"),
            (&format!("@{DEMO}"), "found a raw HTTP request"),
            ("base.txt", "in no form that is known"),
            ("", "empty"),
        ] {
            let run = diagnose([DEMO, option, value]).run();
            assert_eq!(
                (run.status, run.stdout.as_str()),
                (2, ""),
                "{value}: {run:?}"
            );
            assert!(run.stderr.contains(told), "{value}: {run:?}");
            assert!(run.stderr.contains(option), "{value}: {run:?}");
        }
    }
}

#[test]
fn common_slips_are_recognised() {
    let at_file = format!("@{DEMO}");
    let cases: [(&[&str], &str); 8] = [
        (
            &[DEMO, "--consumer-secret", "--token-secret", "x"],
            "error: there is more than one INPUT",
        ),
        (&[&at_file], "leave the @ out"),
        (&["curl", "-X", "POST", "https://example.com/"], "in quotes"),
        (
            &[DEMO, "--secret", "x"],
            "is --consumer-secret or --token-secret meant?",
        ),
        (
            &["example.com/?oauth_signature=a"],
            "from http:// or https:// on",
        ),
        (
            &["--url", "example.com/?oauth_signature=a"],
            "--url: expected a URL",
        ),
        (&[DEMO, "--signature", ""], "empty"),
        (&[DEMO, "--consumer-secret", "@nofile"], "check the name"),
    ];
    for (args, told) in cases {
        let run = diagnose(args).run();
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (2, ""),
            "{args:?}: {run:?}"
        );
        assert!(run.stderr.contains(told), "{args:?}: {run:?}");
    }
    let run = diagnose([DEMO, "--scheme", "HTTP"].iter().chain(&SECRETS)).run();
    assert_eq!(run.status, 1, "{run:?}");

    let file = temporary_file("forgotten-at", "j49sk3j29djd");
    let file = file.to_str().unwrap();
    let run = diagnose([DEMO, "--max-mistakes", "0", "--consumer-secret", file]).run();
    assert!(run.stdout.contains("also the name of a file"), "{run:?}");
    assert!(
        !run.stdout.contains(file),
        "a secret is not printed: {run:?}"
    );
}

#[test]
fn secrets_are_not_asked_for_where_they_change_nothing() {
    let demo = String::from_utf8(demo_request(RIGHT_SIGNATURE)).unwrap();
    let unsigned = demo.replace("oauth_signature=", "x=");
    let untimely = demo.replace("137131201", "yesterday");
    for (request, told) in [
        (unsigned, "--signature"),
        (untimely, "send the request again"),
    ] {
        let run = diagnose(["--scheme", "http"])
            .stdin(request.as_bytes())
            .run();
        assert_eq!(run.status, 1, "{run:?}");
        let (_, next) = run.stdout.split_once("What to do next:").unwrap();
        assert!(next.contains(told) && !next.contains("secret"), "{run:?}");
    }
}

#[test]
fn a_lone_base_string_does_not_ask_for_what_was_given() {
    let args = [
        "GET&http%3A%2F%2Fh%2F&a%3D1",
        "--signature",
        WRONG_SIGNATURE,
    ];
    let ask = "Give the secrets and the signature";
    let without = diagnose(args).run();
    assert!(without.stdout.contains(ask), "{without:?}");
    let with = diagnose(args.iter().chain(&["--max-mistakes", "1"]).chain(&SECRETS)).run();
    assert!(!with.stdout.contains(ask), "{with:?}");
}

#[test]
fn what_the_provider_expected_is_compared_with_the_right_base_string() {
    // §3.4.1.1, and what a server would make of it behind a proxy.
    let right = RIGHT_BASE_STRING;
    let provider = right.replace("example.com", "inner%3A8080");
    let neither = right.replace("example.com", "example.org");
    for (yours, told) in [
        (right, "yours is the right one"),
        (&provider, "yours is the provider's"),
        (&neither, "yours is neither"),
    ] {
        let args = [
            DEMO,
            "--scheme",
            "http",
            "--base-string",
            yours,
            "--expected-base-string",
        ];
        let report = |expected| {
            let run = diagnose(args.iter().chain(&[expected, "--format", "json"])).run();
            let findings = run.json()["findings"].as_array().unwrap().clone();
            findings
                .into_iter()
                .map(|finding| (finding["id"].clone(), finding["detail"].to_string()))
                .collect::<Vec<_>>()
        };
        let findings = report(provider.as_str());
        let (_, detail) = findings
            .iter()
            .find(|(id, _)| id == "provider-expects-other")
            .unwrap();
        assert!(detail.contains("in the URL"), "{detail}");
        assert!(
            detail.contains("inner%3A8080") && detail.contains("example.com"),
            "{detail}"
        );
        assert!(detail.contains(told), "{detail}");
        // Where the provider's is another, nobody is sent to the key first.
        let right_one = findings.iter().find(|(id, _)| id == "base-string-right");
        assert!(right_one.is_none_or(|(_, detail)| detail.contains("look at what arrives there")));
        assert!(
            report(right)
                .iter()
                .all(|(id, _)| id != "provider-expects-other")
        );
    }
}

#[test]
fn a_file_that_is_too_long_is_refused() {
    let file = temporary_file("long", &"GET / HTTP/1.1\n".repeat(1_200_000));
    let run = diagnose([file.to_str().unwrap()]).run();
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("16 MiB"), "{}", run.stderr);
    let golden = temporary_file("long.toml", &"# long\n".repeat(2_500_000));
    let run = diagnose(["check", golden.to_str().unwrap()]).run();
    assert_eq!(run.status, 2);
    assert!(run.words().contains("longer than 16 MiB"), "{run:?}");
}

#[test]
fn bad_usage_gets_status_2_and_help() {
    for args in [
        vec!["--no-such-option"],
        vec!["--max-mistakes", "many", DEMO],
        vec!["--time-limit", "-1", DEMO],
        vec!["--input-format", "morse", DEMO],
        vec!["--consumer-secret"],
        vec!["-", "--consumer-secret", "-"],
        vec!["batch", "--consumer-secret", "-"],
        vec!["--now", "today", DEMO],
        vec!["one", "two"],
        vec!["no-file-and-no-request"],
        vec!["--ask", "--consumer-secret", "x", DEMO],
        vec!["batch", "/no/such/file"],
        vec!["explain", "no-such-mistake"],
        vec!["/"],
    ] {
        let run = diagnose(&args).run();
        assert_eq!(
            (run.status, run.stdout.as_str()),
            (2, ""),
            "{args:?}: {run:?}"
        );
        assert!(run.stderr.starts_with("error: "), "{args:?}: {run:?}");
    }
}

// Help and explanations.

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [["--help"], ["-h"], ["--version"]] {
        let run = diagnose(args).run();
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{args:?}");
        assert!(run.stdout.contains("diagnose"), "{args:?}");
    }
    let help = diagnose(["--help"]).run().stdout;
    for word in [
        "http",
        "curl",
        "url",
        "header",
        "base-string",
        "json",
        "OAUTH1_CONSUMER_SECRET",
        "Exit status",
    ] {
        assert!(help.contains(word), "{word}");
    }
}

/// The list of commands and the help of each are made at different times, and must say the same.
#[test]
fn each_command_is_told_as_in_the_list_of_commands() {
    let list = diagnose(["--help"]).run().stdout;
    let (_, list) = list.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert_eq!(names.len(), 9, "{list}");
    for name in names {
        let help = diagnose([name, "-h"]).run().stdout;
        let (about, _) = help.split_once("\n\nUsage:").unwrap();
        let told = words(&format!("{name} {about}"));
        assert!(words(list).contains(&told), "{told}: {list}");
        assert!(told.split(' ').count() > 3, "{told}");
    }
}

#[test]
fn every_mistake_has_a_page() {
    let list = diagnose(["explain"]).run();
    assert_eq!(list.status, 0);
    let ids: Vec<&str> = list
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .collect();
    assert!(ids.len() > 100, "{}", list.stdout);
    for id in ids {
        let page = diagnose(["explain", id]).run();
        assert_eq!(page.status, 0, "{id}");
        for heading in ["What happens", "Why", "Who does it", "Fix"] {
            assert!(
                page.stdout.contains(&format!("\n{heading}\n")),
                "{id}: {}",
                page.stdout
            );
        }
    }
}

#[test]
fn an_unknown_mistake_suggests_its_neighbours() {
    let run = diagnose(["explain", "space-as-plas"]).run();
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("space-as-plus"), "{}", run.stderr);
}

// Colour.

#[test]
fn colour_follows_the_environment() {
    let args = || [DEMO, "--scheme", "http"].into_iter().chain(SECRETS);
    let plain = diagnose(args()).run();
    assert!(!plain.stdout.contains('\u{1b}'), "a pipe gets no colour");
    let forced = diagnose(args()).env("CLICOLOR_FORCE", "1").run();
    assert!(forced.stdout.contains("\u{1b}["), "CLICOLOR_FORCE");
    let none = diagnose(args()).env("NO_COLOR", "1").run();
    assert!(!none.stdout.contains('\u{1b}'), "NO_COLOR");
}

// Batch.

/// A line of `batch` with the demo request and this signature.
fn line(id: &Value, signature: &str) -> String {
    let request = String::from_utf8(demo_request(signature)).unwrap();
    json!({
        "id": id, "input": request, "scheme": "http",
        "consumer_secret": "j49sk3j29djd", "token_secret": "dh893hdasih9",
    })
    .to_string()
}

#[test]
fn batch_answers_in_the_order_of_its_input() {
    let lines: Vec<String> = (0..200)
        .map(|n| {
            line(
                &json!(n),
                if n % 3 == 0 {
                    WRONG_SIGNATURE
                } else {
                    RIGHT_SIGNATURE
                },
            )
        })
        .collect();
    let run = diagnose(["batch"]).stdin(lines.join("\n").as_bytes()).run();
    assert_eq!(run.status, 1, "{run:?}");
    let reports = run.json_lines();
    assert_eq!(reports.len(), 200);
    for (n, report) in reports.iter().enumerate() {
        assert_eq!(report["id"], n);
        assert_eq!(
            report["verdict"],
            if n % 3 == 0 { "invalid" } else { "valid" }
        );
    }
}

#[test]
fn batch_goes_on_after_a_line_that_it_cannot_read() {
    let input = [
        line(&json!("a"), RIGHT_SIGNATURE),
        "{\"id\": \"b\", ".into(),
        "[1, 2]".into(),
        String::new(),
        json!({"id": {"deep": [1]}, "raw_base64": "!"}).to_string(),
        json!({"id": 4, "consumer_secret": "x"}).to_string(),
        line(&Value::Null, WRONG_SIGNATURE),
    ]
    .join("\n");
    let run = diagnose(["batch", "-"]).stdin(input.as_bytes()).run();
    assert_eq!((run.status, run.stderr.as_str()), (2, ""));
    let reports = run.json_lines();
    let verdicts: Vec<_> = reports
        .iter()
        .map(|report| report["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        [
            "valid",
            "undetermined",
            "undetermined",
            "undetermined",
            "undetermined",
            "invalid"
        ]
    );
    let lines: Vec<_> = reports
        .iter()
        .map(|report| report["error"]["line"].as_u64())
        .collect();
    assert_eq!(lines, [None, Some(2), Some(3), Some(5), Some(6), None]);
    assert_eq!(reports[3]["id"], json!({"deep": [1]}));
    assert_eq!(reports[1]["error"]["column"], 11);
}

#[test]
fn a_line_of_a_batch_has_sixteen_mebibytes_and_no_byte_more() {
    let line = |length: usize| {
        let (first, last) = ("{\"padding\": \"", "\"}\n");
        let padding = "a".repeat(length - first.len() - last.len());
        [first, &padding, last].concat()
    };
    let limit = 16 << 20;
    let lengths = [limit, limit + 1, 10 * limit, 100];
    let run = diagnose(["batch"]).stdin(lengths.map(line).concat().as_bytes());
    let errors: Vec<_> = run
        .run()
        .json_lines()
        .iter()
        .map(|report| {
            let error = &report["error"];
            let is_too_long = error["message"] == "this line is longer than 16 MiB";
            (error["line"].as_u64(), is_too_long)
        })
        .collect();
    let expected = [(1, false), (2, true), (3, true), (4, false)];
    assert_eq!(
        errors,
        expected.map(|(line, is_too_long)| (Some(line), is_too_long))
    );
}

#[test]
fn batch_takes_every_form_of_request() {
    let url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
    let authorization = format!(
        "OAuth oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
         oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
         oauth_signature=\"{}\"",
        RIGHT_SIGNATURE
            .replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D"),
    );
    let form = "application/x-www-form-urlencoded";
    let object = json!({
        "method": "POST", "url": url, "body": "c2&a3=2+q",
        "headers": [["Authorization", authorization], ["Content-Type", form]],
    });
    let curl =
        format!("curl -X POST '{url}' -H 'Authorization: {authorization}' --data 'c2&a3=2+q'");
    // `printf 'c2&a3=2+q' | base64`
    let encoded = json!({
        "method": "POST", "url": url, "body_base64": "YzImYTM9MitxCg==".replace("Cg==", ""),
        "headers": [["Authorization", authorization], ["Content-Type", form]],
    });
    let secrets = json!({"consumer_secret": "j49sk3j29djd", "token_secret": "dh893hdasih9"});
    for request in [
        json!({"request": object}),
        json!({"input": curl}),
        json!({"request": encoded}),
    ] {
        let mut case = request.clone();
        case.as_object_mut()
            .unwrap()
            .extend(secrets.as_object().unwrap().clone());
        let run = diagnose(["batch"]).stdin(case.to_string().as_bytes()).run();
        assert_eq!(run.status, 0, "{request}: {run:?}");
    }
}

#[test]
fn what_a_line_of_batch_leaves_out_is_taken_from_the_options() {
    let bare = |extra: Value| {
        let mut line: Value = serde_json::from_str(&line(&json!(1), RIGHT_SIGNATURE)).unwrap();
        let fields = line.as_object_mut().unwrap();
        fields.retain(|name, _| ["id", "input"].contains(&name.as_str()));
        fields.extend(extra.as_object().unwrap().clone());
        line.to_string()
    };
    let verdict = |options: &[&str], line: String| {
        let run = diagnose(["batch"].iter().chain(options)).stdin(line.as_bytes());
        run.run().json()["verdict"].clone()
    };
    let options = [&["--scheme", "http", "--max-mistakes", "1"][..], &SECRETS].concat();
    assert_eq!(verdict(&[], bare(json!({}))), "undetermined");
    assert_eq!(verdict(&options, bare(json!({}))), "valid");
    assert_eq!(
        verdict(&options, bare(json!({"token_secret": null}))),
        "valid"
    );
    for own in [json!({"token_secret": ""}), json!({"scheme": "https"})] {
        assert_ne!(verdict(&options, bare(own.clone())), "valid", "{own}");
    }
}

#[test]
fn a_timestamp_is_judged_where_the_time_is_given() {
    // `oauth_timestamp` of the request is 137131201.
    let request = demo_request(RIGHT_SIGNATURE);
    let args = ["--scheme", "http", "--format", "json"];
    let is_far = |report: &Value| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().any(|it| it["id"] == "timestamp-far")
    };
    let line = line(&json!(1), RIGHT_SIGNATURE);
    for (now, far) in [
        (None, false),
        (Some("137131301"), false),
        (Some("137140000"), true),
        (Some("now"), true),
    ] {
        let option = || now.iter().flat_map(|now| ["--now", now]);
        let run = diagnose(args.into_iter().chain(SECRETS).chain(option())).stdin(&request);
        assert_eq!(is_far(&run.run().json()), far, "{now:?}");
        let run = diagnose(["batch"].into_iter().chain(option())).stdin(line.as_bytes());
        assert_eq!(is_far(&run.run().json()), far, "batch, {now:?}");
    }
    let mut own: Value = serde_json::from_str(&line).unwrap();
    own["now"] = json!(137_131_201);
    let run = diagnose(["batch", "--now", "now"]).stdin(own.to_string().as_bytes());
    assert!(!is_far(&run.run().json()), "the line's own time counts");
}

#[test]
fn an_empty_batch_is_fine() {
    let run = diagnose(["batch"]).stdin(b"\n\n").run();
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
}

#[test]
fn batch_reports_each_line_before_the_next_one_is_sent() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_diagnose"))
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(stdin, "{}", line(&json!(id), RIGHT_SIGNATURE)).unwrap();
        let mut report = String::new();
        stdout.read_line(&mut report).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&report).unwrap()["id"], id);
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn batch_ends_quietly_when_nobody_reads_on() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_diagnose"))
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let text = line(&json!(1), RIGHT_SIGNATURE) + "\n";
    stdin.write_all(text.as_bytes()).unwrap();
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    // The input stays open: the program must notice its closed output, and not wait for the input to end.
    while stdin.write_all(text.as_bytes()).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

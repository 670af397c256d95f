//! `diagnose check`: golden files.

mod common;

use common::{DEMO, SECRETS, diagnose, temporary_file};
use std::{fs, path::Path};

/// RFC 5849 section 1.2, with its published signature, and the same with another expectation.
const GOLDEN: &str = r#"
[defaults]
consumer_secret = { text = "kd94hf93k423kf44" }
token_secret = { text = "pfkkdhi9sl3r4s00" }

# Kept by --update.
[[case]]
name = "photos"
request = { method = "GET", url = "http://photos.example.net/photos?file=vacation.jpg&size=original" }
[case.sign]
consumer_key = "dpf43f3p2l4k3l03"
token = "nnch734d00sl2jdk"
signature_method = "HMAC-SHA1"
timestamp = 137131202
nonce = "chapoH"
realm = "Photos"
[case.expect]
signature = "MdpQcU8iPSUjWoN/UDMsK2sui9I="
authorization = '''OAuth realm="Photos",
 oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1",
 oauth_timestamp="137131202", oauth_nonce="chapoH", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"'''
"#;

fn check(name: &str, text: &str, more: &[&str]) -> common::Run {
    let file = temporary_file(name, text);
    diagnose(["check", file.to_str().unwrap()].iter().chain(more)).run()
}

#[test]
fn a_documented_request_passes() {
    let run = check("passes.toml", GOLDEN, &[]);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stdout.contains("1 case: 1 right"), "{run:?}");
}

/// A failing case is diagnosed: the documented value is that of a client that signs the method it did not send.
#[test]
fn a_failing_case_is_diagnosed() {
    let broken = GOLDEN.replace("method = \"GET\"", "method = \"POST\"");
    let run = check("fails.toml", &broken, &[]);
    assert_eq!(run.status, 1, "{run:?}");
    for told in [
        "FAIL photos (line 7)",
        "[method-wrong]",
        "signature: expected `MdpQcU8iPSUjWoN/UDMsK2sui9I=`",
    ] {
        assert!(run.stdout.contains(told), "{told}: {run:?}");
    }
    let run = check("fails.toml", &broken, &["--format", "json"]);
    let line = &run.json_lines()[0];
    assert_eq!(
        (&line["name"], &line["passed"], &line["line"]),
        (&"photos".into(), &false.into(), &7.into())
    );
    assert_eq!(line["report"]["mistakes"][0]["id"], "method-wrong");
}

/// `--update` changes what failed, and nothing else in the file.
#[test]
fn update_writes_what_came_of_it() {
    let broken = GOLDEN.replace(
        "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    );
    let file = temporary_file("updated.toml", &broken);
    let run = diagnose(["check", file.to_str().unwrap(), "--update"]).run();
    assert_eq!(run.status, 1, "{run:?}");
    let updated = fs::read_to_string(&file).unwrap();
    assert!(
        updated.contains("signature = \"MdpQcU8iPSUjWoN/UDMsK2sui9I=\""),
        "{updated}"
    );
    assert!(updated.contains("# Kept by --update."), "{updated}");
    let run = diagnose(["check", file.to_str().unwrap()]).run();
    assert_eq!(run.status, 0, "{run:?}");
}

/// A capture becomes a golden file that passes, holds no secret, and fails when the client changes.
#[test]
fn a_capture_becomes_a_golden_file() {
    let run = diagnose(
        ["check", "--init", DEMO, "--scheme", "http"]
            .into_iter()
            .chain(SECRETS),
    )
    .run();
    assert_eq!(run.status, 0, "{run:?}");
    assert!(
        !run.stdout.contains(SECRETS[1]) && !run.stdout.contains(SECRETS[3]),
        "{run:?}"
    );
    let file = temporary_file("from-capture.toml", &run.stdout);
    let with_secrets = |file: &Path| {
        diagnose(["check", file.to_str().unwrap()])
            .env("OAUTH1_CONSUMER_SECRET", SECRETS[1])
            .env("OAUTH1_TOKEN_SECRET", SECRETS[3])
            .run()
    };
    let passed = with_secrets(&file);
    assert_eq!(passed.status, 0, "{passed:?}");
    let changed = run.stdout.replace(
        "bYT5CMsGcbgUdFHObYMEfcx6bsw",
        "r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g",
    );
    let file = temporary_file("from-capture-changed.toml", &changed);
    let failed = with_secrets(&file);
    assert_eq!(failed.status, 1, "{failed:?}");
    assert!(
        failed
            .stdout
            .contains("verdict: expected `invalid`, and it is `valid`"),
        "{failed:?}"
    );
    let unset = diagnose(["check", file.to_str().unwrap()]).run();
    assert_eq!(unset.status, 2, "{unset:?}");
    assert!(
        unset.stdout.contains("OAUTH1_CONSUMER_SECRET is not set"),
        "{unset:?}"
    );
}

/// One bad file is one bad case; the others are checked. No error repeats a value (K05).
#[test]
fn a_bad_file_is_one_unknown_case() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-files/deeper");
    fs::create_dir_all(&folder).unwrap();
    let good = folder.join("good.toml");
    fs::write(&good, GOLDEN).unwrap();
    for bad in [
        "[[case]]\nname = 'hunter2'\nconsumer_secret = 'hunter2'\n",
        "[defaults]\nconsumer_secret = 'hunter2'\n",
        "[defaults]\nconsumer_secret = { hunter2 = 'x' }\n",
        "[defaults]\nconsumer_secret = { text = 5, env = 'hunter2' }\n",
        "[[case]]\nname = 'a'\nexpect = { verdict = 'hunter2' }\n",
        "case = 'hunter2",
        "hunter2\n",
        "[[case]]\nname = 'a'\n",
        "[[case]]\nname = 'a'\ninput = 'hunter2 hunter2'\n",
        "[[case]]\nname = 'a'\nsettings = { consumer_secret = { file = 'nowhere/secret' } }\ninput = 'GET&http%3A%2F%2Fa%2F&a%3Db'\n",
    ] {
        fs::write(folder.join("bad.toml"), bad).unwrap();
        let run = diagnose(["check", folder.parent().unwrap().to_str().unwrap()]).run();
        assert_eq!(run.status, 2, "{bad}: {run:?}");
        assert!(
            run.stdout.contains("2 cases: 1 right, 0 wrong, 1 unknown"),
            "{bad}: {run:?}"
        );
        assert!(
            !run.stdout.contains("hunter2") && !run.stderr.contains("hunter2"),
            "{bad}: {run:?}"
        );
    }
}

/// The schema is JSON Schema, names every field of the example, and is the one in the docs.
#[test]
fn the_schema_is_published() {
    let run = diagnose(["check", "--schema"]).run();
    let schema = run.json();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/golden-file.schema.json");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::write(&path, &run.stdout).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        run.stdout,
        "UPDATE_REFERENCE=1 writes it anew"
    );
    for (text, is_valid) in [
        (GOLDEN, true),
        ("[[case]]\nname = 'a'\nunknown = 1\n", false),
        ("[[case]]\ninput = 'x'\n", false),
        ("case = []\n[defaults]\nconsumer_secret = 'x'\n", false),
    ] {
        let table: toml::Table = toml::from_str(text).unwrap();
        let document = serde_json::to_string(&table).unwrap();
        if let Some(told) = is_valid_by_python(&run.stdout, &document) {
            assert_eq!(told, is_valid, "{text}");
        }
    }
}

/// What Python's `jsonschema` says, which `.ci/run` installs; `None` where it is not installed.
fn is_valid_by_python(schema: &str, document: &str) -> Option<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let schema = temporary_file("schema.json", schema);
    let document = temporary_file("document.json", document);
    let script = "import json, sys, jsonschema\n\
        schema, document = (json.load(open(name, encoding='utf-8')) for name in sys.argv[1:])\n\
        jsonschema.Draft202012Validator.check_schema(schema)\n\
        print(jsonschema.Draft202012Validator(schema).is_valid(document))";
    let output = std::process::Command::new(root.join("target/adapters/venv/bin/python"))
        .args(["-c", script])
        .args([schema, document])
        .output();
    let told = output
        .ok()
        .map(|output| String::from_utf8(output.stdout).unwrap());
    let told = told.filter(|told| !told.is_empty());
    assert!(
        told.is_some() || std::env::var_os("REQUIRE_ADAPTERS").is_none(),
        "jsonschema is not installed"
    );
    told.map(|told| told.trim() == "True")
}

/// A captured request may lie beside the golden file or below it. F31: a golden file of a stranger reads nothing else.
#[cfg(unix)]
#[test]
fn a_capture_in_a_file() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-include");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("inside/captures")).unwrap();
    fs::copy(DEMO, root.join("inside/captures/rfc.http")).unwrap();
    fs::copy(DEMO, root.join("outside.http")).unwrap();
    std::os::unix::fs::symlink("../outside.http", root.join("inside/link.http")).unwrap();
    let fifo = root.join("inside/fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let check = |file: &str| {
        let case = format!(
            "[[case]]\nname = \"it\"\ninput_file = \"{file}\"\nsettings = {{ scheme = \"http\", consumer_secret = {{ text = \
             \"j49sk3j29djd\" }}, token_secret = {{ text = \"dh893hdasih9\" }} }}\n[case.expect]\nverdict = \"invalid\"\nmistakes = [\"method-wrong\"]\n"
        );
        let golden = root.join("inside/golden.toml");
        fs::write(&golden, case).unwrap();
        diagnose([Path::new("check"), &golden]).run()
    };
    let run = check("captures/rfc.http");
    assert_eq!(run.status, 0, "{run:?}");
    for file in [
        "../outside.http",
        "link.http",
        "fifo",
        "captures",
        "/dev/zero",
        "/etc/passwd",
    ] {
        let run = check(file);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.words().contains("put it beside that file"), "{run:?}");
    }
}

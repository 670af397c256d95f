//! `diagnose check --client` over real libraries: their tables are `docs/reference/conformance.md`.
//!
//! The adapters are under `fixtures/clients/adapters/` and `examples/`. `.ci/run` installs what they need under
//! `target/adapters/` and sets `REQUIRE_ADAPTERS`; where an adapter's library is not installed, its row is not compared.

mod common;

use common::diagnose;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

struct Library {
    name: &'static str,
    version: &'static str,
    language: &'static str,
    command: String,
    /// Which tells whether it is installed.
    probe: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn libraries() -> Vec<Library> {
    let adapters = root().join("fixtures/clients/adapters");
    let installed = root().join("target/adapters");
    let quoted = |path: &Path| format!("'{}'", path.display());
    let python = installed.join("venv/bin/python");
    let node_modules = installed.join("node_modules");
    let own = Path::new(env!("CARGO_BIN_EXE_diagnose"))
        .with_file_name("examples")
        .join("oauth1_request_signer");
    let text = |path: &Path| path.display().to_string();
    vec![
        Library {
            name: "oauthlib",
            version: "4.0.1",
            language: "Python",
            command: format!(
                "{} {}",
                quoted(&python),
                quoted(&adapters.join("oauthlib.py"))
            ),
            probe: vec![text(&python), "-c".into(), "import oauthlib".into()],
        },
        Library {
            name: "oauth-1.0a",
            version: "2.2.6",
            language: "JavaScript",
            command: format!(
                "NODE_PATH={} node {}",
                quoted(&node_modules),
                quoted(&adapters.join("oauth-1.0a.js"))
            ),
            probe: vec![
                "test".into(),
                "-d".into(),
                text(&node_modules.join("oauth-1.0a")),
            ],
        },
        Library {
            name: "Net::OAuth",
            version: "0.28",
            language: "Perl",
            command: format!("perl {}", quoted(&adapters.join("net-oauth.pl"))),
            probe: vec![
                "perl".into(),
                "-MNet::OAuth=0.28".into(),
                "-MCrypt::OpenSSL::RSA".into(),
                "-e1".into(),
            ],
        },
        Library {
            name: "oauth1-request",
            version: "0.6.1",
            language: "Rust",
            command: quoted(&own),
            probe: vec!["test".into(), "-x".into(), text(&own)],
        },
    ]
}

impl Library {
    fn is_installed(&self) -> bool {
        let mut command = Command::new(&self.probe[0]);
        command.args(&self.probe[1..]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// One row of the table: how many examples, and which mistakes how often.
    fn row(&self) -> String {
        let run = diagnose([
            "check",
            "--persistent",
            "--format",
            "json",
            "--client",
            &self.command,
        ])
        .run();
        let lines = run.json_lines();
        let count = |passed: Value| lines.iter().filter(|line| line["passed"] == passed).count();
        let (right, wrong, broken) = (count(true.into()), count(false.into()), count(Value::Null));
        let mut mistakes: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &lines {
            for mistake in line["report"]["mistakes"].as_array().into_iter().flatten() {
                *mistakes.entry(mistake["id"].as_str().unwrap()).or_default() += 1;
            }
        }
        let mistakes: Vec<String> = mistakes
            .iter()
            .map(|(id, times)| format!("[{id}](mistakes.md#{id}) {times}"))
            .collect();
        let mistakes = if mistakes.is_empty() {
            "none".to_owned()
        } else {
            mistakes.join(", ")
        };
        assert!(right + wrong > 60, "{run:?}");
        format!(
            "| {} {} | {} | {right} | {wrong} | {broken} | {mistakes} |",
            self.name, self.version, self.language
        )
    }
}

const HEAD: &str = "\
# Signers against the documented examples

What `diagnose check --client` says of four widely used libraries, each called as its own documentation shows
(`fixtures/clients/adapters/`, `crates/diagnose/examples/`). An example that a library cannot express (no RSA, no body hash) is
skipped; one that it refuses with an error has no answer. Every wrong answer was proved: these mistakes give it bit for bit.

Made by `UPDATE_REFERENCE=1 cargo test -p diagnose --test conformance`.

| signer | language | right | wrong | no answer | mistakes, and how often |
|---|---|---|---|---|---|
";

#[test]
fn the_tables_of_real_libraries_are_those_of_the_docs() {
    let path = root().join("docs/reference/conformance.md");
    let required = env::var_os("REQUIRE_ADAPTERS").is_some();
    let update = env::var_os("UPDATE_REFERENCE").is_some();
    let written = fs::read_to_string(&path).unwrap_or_default();
    let mut rows = Vec::new();
    for library in libraries() {
        if !library.is_installed() {
            assert!(!required && !update, "{} is not installed", library.name);
            eprintln!("{} is not installed: not compared", library.name);
            continue;
        }
        let row = library.row();
        assert!(
            update || written.contains(&row),
            "docs/reference/conformance.md is stale, it should have: {row}"
        );
        rows.push(row);
    }
    if update {
        fs::write(path, format!("{HEAD}{}\n", rows.join("\n"))).unwrap();
    }
}

/// A signer that sorts before it encodes, written here in a few lines of Python, is told so; a right one passes.
#[test]
fn a_signer_is_told_its_mistake() {
    let script = common::temporary_file("signer.py", SIGNER);
    for (order, status, told) in [
        ("encode", 0, " 0 wrong"),
        ("sort", 1, "[sorted-before-encoding]"),
    ] {
        for mode in [&["--persistent"][..], &[]] {
            let command = format!("python3 '{}' {order} {}", script.display(), mode.len());
            let args = ["check", "--client", &command]
                .into_iter()
                .chain(mode.iter().copied());
            if mode.is_empty() && status == 0 {
                // Started a hundred times: once is enough.
                continue;
            }
            let run = diagnose(args).run();
            assert_eq!(run.status, status, "{run:?}");
            assert!(run.stdout.contains(told), "{run:?}");
        }
    }
}

/// Commands that hang, end, or print something else are reported, each example for itself.
#[test]
fn a_signer_that_gives_no_answer_is_told_so() {
    for (command, told) in [
        ("cat", "is no JSON object of base_string"),
        ("exit 3", "the command failed"),
        ("true", "the answer is empty"),
    ] {
        let run = diagnose(["check", "--client", command]).run();
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stdout.contains(told), "{run:?}");
    }
    let run = diagnose(["check", "--persistent", "--client", "read line; exit 1"]).run();
    assert_eq!(run.status, 2, "{run:?}");
    assert!(run.stdout.contains("the command has ended"), "{run:?}");
}

const SIGNER: &str = r#"
import json, sys
from urllib.parse import parse_qsl, quote, urlsplit
encode = lambda text: quote(text, safe="~")
for line in sys.stdin:
    request = json.loads(line)
    url = urlsplit(request["url"])
    pairs = list(request["oauth"].items()) + parse_qsl(url.query, keep_blank_values=True)
    if any(name == "Content-Type" and value.startswith("application/x-www-form") for name, value in request["headers"]):
        pairs += parse_qsl(request["body"], keep_blank_values=True)
    if sys.argv[1] == "sort":
        pairs = [(encode(name), encode(value)) for name, value in sorted(pairs)]
    else:
        pairs = sorted((encode(name), encode(value)) for name, value in pairs)
    port = {None: "", 80: "" if url.scheme == "http" else ":80", 443: "" if url.scheme == "https" else ":443"}
    host = url.hostname + port.get(url.port, f":{url.port}")
    uri = f"{url.scheme}://{host}{url.path or '/'}"
    text = "&".join("=".join(pair) for pair in pairs)
    print("&".join([request["method"].upper(), encode(uri), encode(text)]), flush=True)
    if sys.argv[2] == "0":
        break
"#;

/// The hard vectors are what their script writes: by Python's standard library, not by this project.
#[test]
fn the_hard_vectors_are_those_of_the_script() {
    let checked = Command::new("python3")
        .arg(root().join("fixtures/golden/hard.py"))
        .arg("--check")
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

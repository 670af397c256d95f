//! Release, action and binstall speak of the same archives, and nothing that is run is written by a stranger.
use diagnose_tests::fixtures;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn text(name: &str) -> String {
    fixtures::text(&format!("../{name}"))
}

const TARGETS: [&str; 4] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
];

#[test]
fn archives_have_one_name() {
    let (release, action) = (text(".github/workflows/release.yml"), text("action.yml"));
    for target in TARGETS {
        assert!(release.contains(&format!("target: {target},")), "{target}");
        assert!(action.contains(&format!("target={target} ;;")), "{target}");
    }
    assert!(release.contains("name=\"diagnose-$TARGET-$TAG\""));
    assert!(action.contains("name=\"diagnose-$target-$VERSION\""));
    let package = text("crates/diagnose/Cargo.toml");
    assert!(package.contains("/v{ version }/diagnose-{ target }-v{ version }.tar.gz\""));
    assert!(package.contains("bin-dir = \"diagnose-{ target }-v{ version }/"));
    assert!(action.contains(&format!("default: \"v{}\"", env!("CARGO_PKG_VERSION"))));
}

/// The security promises name tests, and each of them is there.
#[test]
fn promises_are_tested() {
    let text = text("SECURITY.md");
    let promised: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| {
            name.contains('_')
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
        .collect();
    assert!(promised.len() > 25, "{promised:?}");
    let sources = sources(&fixtures::path("../crates"));
    for name in promised {
        assert!(sources.contains(&format!("fn {name}(")), "{name}");
    }
}

/// All Rust sources under a directory, one after the other.
fn sources(directory: &Path) -> String {
    let entries = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let texts = entries.map(|path| {
        if path.is_dir() {
            sources(&path)
        } else if path.extension().is_some_and(|name| name == "rs") {
            fs::read_to_string(&path).unwrap()
        } else {
            String::new()
        }
    });
    texts.collect()
}

/// What a caller gives reaches the shell by the environment only, and every action is pinned to a commit.
#[test]
fn nothing_is_injected() {
    for name in [
        "action.yml",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
    ] {
        let text = text(name);
        let mut script_indent = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            if script_indent.is_some_and(|script| indent <= script && !line.trim().is_empty()) {
                script_indent = None;
            }
            let is_run = line
                .trim_start()
                .trim_start_matches("- ")
                .starts_with("run:");
            assert!(
                !(script_indent.is_some() || is_run) || !line.contains("${{"),
                "{name}: {line}"
            );
            if is_run {
                script_indent = Some(indent);
            }
            if let Some((_, action)) = line.split_once("uses:") {
                let commit = action
                    .split_once('@')
                    .map_or("", |(_, rest)| rest.split(' ').next().unwrap_or(""));
                assert!(
                    commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()),
                    "{name}: {line}"
                );
            }
        }
    }
}

/// The page counts the crates of others as cargo does.
#[test]
fn dependencies_are_counted_right() {
    let page = text("docs/size.md");
    for (what, package) in [
        (
            "`oauth1-core` without RSA",
            "oauth1-core --no-default-features",
        ),
        ("`oauth1-core`", "oauth1-core"),
        ("`oauth1-diagnosis`", "oauth1-diagnosis"),
        ("`oauth1-capture`", "oauth1-capture"),
        ("`diagnose`", "diagnose"),
    ] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--edges", "normal", "--prefix", "none"])
            .args(["--no-dedupe", "--target", "x86_64-unknown-linux-gnu"])
            .arg("--package")
            .args(package.split(' '))
            .current_dir(fixtures::path(".."))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let tree = String::from_utf8(output.stdout).unwrap();
        // Our own crates stand there with their path.
        let others: BTreeSet<&str> = tree.lines().filter(|line| !line.contains(" (/")).collect();
        let row = format!("| {what} | {} |", others.len());
        assert!(page.contains(&row), "docs/size.md should have: {row}");
    }
}

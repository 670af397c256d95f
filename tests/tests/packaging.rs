//! Release, action and binstall speak of the same archives, and nothing that is run is written by a stranger.
use diagnose_tests::fixtures;

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

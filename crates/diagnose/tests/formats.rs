//! Each format is read by a parser that is not ours, and captured text stays text in all of them (P31).

mod common;
mod documents;

use common::{DEMO, Run, SECRETS, diagnose, temporary_file};
use diagnose_tests::visible::unescape;
use documents::FORMATS;
use proptest::prelude::*;

/// The report, in a format, on a failing golden case of that name.
fn report(name: &str, format: &str, file: &str) -> Run {
    let case = format!(
        "[[case]]\nname = {}\ninput = 'http://example.com/?a=1&oauth_consumer_key=k&oauth_signature=x'\n",
        toml_edit::Value::from(name)
    );
    let path = temporary_file(file, &case);
    let run = diagnose(["check", path.to_str().unwrap(), "--format", format])
        .env("GITHUB_STEP_SUMMARY", "")
        .run();
    assert_eq!(run.status, 1, "{run:?}");
    run
}

/// A name comes back as it was, and changes nothing else.
fn check(name: &str, file: &str) {
    for (format, read) in FORMATS {
        let plain = read(&report("plain", format, file).stdout);
        let told = read(&report(name, format, file).stdout);
        let told_name = told.name.split(": verdict: ").next().unwrap_or_default();
        assert_eq!(unescape(told_name).as_deref(), Some(name), "{format}");
        assert_eq!(told.parts, plain.parts, "{format}: {name:?}");
    }
}

#[test]
fn hostile_names_stay_text() {
    for name in [
        "</pre><script>alert(1)</script>",
        "]]></failure><testcase name=\"x\"/>",
        "\" onmouseover=\"x",
        "```\n# title\n```",
        "~~~ @octocat #1 https://example.com ![x](y)",
        "::error file=x::y",
        "x%0A::stop-commands::y",
        "\u{1b}[31mred\u{1b}[0m \u{202e}txt \u{200b}\u{feff}",
        "a\r\nb\0c",
        "\u{ffff}\u{fffe}",
        "&amp;&#x41;%25%",
    ] {
        check(name, "hostile.toml");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_stays_text(name in "[ -~\\PC]{1,24}|[\\x00-\\x1f<>&`:#@\"'%\\[\\]]{1,12}") {
        prop_assume!(!name.starts_with(' ') && !name.ends_with(' '));
        check(&name, "any.toml");
    }
}

/// The main job in each format: the demo's mistake, its fix and the place are there.
#[test]
fn the_main_job_speaks_every_format() {
    for (format, words) in [
        (
            "markdown",
            &["method-wrong", "GET was signed, POST was sent.", "- GET&"][..],
        ),
        (
            "github",
            &[
                "::error title=",
                "[method-wrong]",
                "file=",
                "line=1",
                "Fix: ",
            ],
        ),
        ("sarif", &["\"ruleId\":\"method-wrong\"", "\"startLine\":1"]),
        ("junit", &["<failure", "method-wrong", "failures=\"1\""]),
        (
            "html",
            &[
                "<mark>GET</mark>",
                "<mark>POST</mark>",
                "Content-Security-Policy",
            ],
        ),
    ] {
        let options = ["--scheme", "http", "--format", format];
        let run = diagnose([DEMO].into_iter().chain(options).chain(SECRETS))
            .env("GITHUB_STEP_SUMMARY", "")
            .run();
        assert_eq!(run.status, 1, "{run:?}");
        for word in words {
            assert!(
                run.stdout.contains(word),
                "{format}, {word}: {}",
                run.stdout
            );
        }
    }
}

/// An input that cannot be read is a document too, and a right signature is one without problems.
#[test]
fn what_cannot_be_read_and_what_is_right_are_documents() {
    for (format, read) in [
        ("junit", "errors=\"1\""),
        ("sarif", "input-unreadable"),
        ("html", "unknown"),
    ] {
        let run = diagnose(["GET nothing", "--format", format]).run();
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stdout.contains(read), "{format}: {}", run.stdout);
    }
    let right = common::demo_request(common::RIGHT_SIGNATURE);
    for (format, told) in [
        ("junit", "failures=\"0\""),
        ("sarif", "\"results\":["),
        ("html", "1 right"),
    ] {
        let options = ["-", "--scheme", "http", "--format", format];
        let run = diagnose(options.into_iter().chain(SECRETS))
            .stdin(&right)
            .run();
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.stdout.contains(told), "{format}: {}", run.stdout);
    }
}

/// The summary of the step is added to what other tools wrote there.
#[test]
fn the_step_summary_is_appended() {
    let file = temporary_file("summary.md", "before\n");
    let options = ["--scheme", "http", "--format", "github"];
    let run = diagnose([DEMO].into_iter().chain(options).chain(SECRETS))
        .env("GITHUB_STEP_SUMMARY", file.to_str().unwrap())
        .run();
    assert_eq!(run.status, 1, "{run:?}");
    let summary = std::fs::read_to_string(file).unwrap();
    assert!(
        summary.starts_with("before\n## OAuth 1.0a signatures"),
        "{summary}"
    );
    assert!(summary.contains("method-wrong"), "{summary}");
}

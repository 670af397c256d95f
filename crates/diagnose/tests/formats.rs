//! Each format is read by a parser that is not ours, and captured text stays text in all of them (P31).

mod common;

use common::{DEMO, Run, SECRETS, diagnose, temporary_file};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use scraper::{Html, Selector};
use serde_sarif::sarif::Sarif;

/// Turns the visible form of a text back, as `render/escape.rs` describes it.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next().expect("nothing ends in one backslash") {
            '\\' => out.push('\\'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let digits: String = chars.by_ref().take_while(|&c| c != '}').collect();
                let digits = digits.strip_prefix('{').expect("braces");
                out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
            }
            other => panic!("unknown escape {other:?}"),
        }
    }
    out
}

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

/// Where each text of a document stands, and how many of its parts there are.
struct Read {
    name: String,
    parts: usize,
}

fn read_junit(text: &str) -> Read {
    let document = roxmltree::Document::parse(text).expect("XML");
    let case = document
        .descendants()
        .find(|node| node.has_tag_name("testcase"))
        .expect("a test case");
    assert!(case.children().any(|node| node.has_tag_name("failure")));
    Read {
        name: case.attribute("name").unwrap().to_owned(),
        parts: document.descendants().count(),
    }
}

fn read_sarif(text: &str) -> Read {
    let log: Sarif = serde_json::from_str(text).expect("SARIF 2.1.0");
    let results = log.runs[0].results.as_ref().expect("results");
    let location = &results[0].locations.as_ref().unwrap()[0];
    let name = location.logical_locations.as_ref().unwrap()[0].name.clone();
    Read {
        name: name.unwrap(),
        parts: results.len(),
    }
}

fn read_html(text: &str) -> Read {
    let document = Html::parse_document(text);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    let name = document
        .select(&Selector::parse("h2 code").unwrap())
        .next()
        .expect("a name");
    for forbidden in ["script", "img", "link", "iframe", "object", "form", "a"] {
        let selector = Selector::parse(forbidden).unwrap();
        assert_eq!(document.select(&selector).count(), 0, "{forbidden}");
    }
    Read {
        name: name.text().collect(),
        parts: document.select(&Selector::parse("*").unwrap()).count(),
    }
}

fn read_markdown(text: &str) -> Read {
    let mut name = None;
    let mut in_block = false;
    let mut parts = 0;
    for event in Parser::new_ext(text, Options::all()) {
        parts += 1;
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if in_block => {
                // The parser hands a block over in several pieces.
                parts -= 1;
                name.get_or_insert_with(String::new);
                if parts < 12 {
                    name.as_mut().unwrap().push_str(&text);
                }
            }
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                panic!("not only text: {event:?}")
            }
            _ => {}
        }
    }
    let name = name.expect("a name");
    Read {
        name: name.lines().next().unwrap_or_default().to_owned(),
        parts,
    }
}

fn read_github(text: &str) -> Read {
    let decoded = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let mut names = Vec::new();
    let mut parts = 0;
    for line in text.lines() {
        parts += 1;
        if let Some(command) = line.strip_prefix("::") {
            let (head, message) = command.split_once("::").expect("a message");
            assert!(["error", "warning", "notice"].contains(&head.split(' ').next().unwrap()));
            names.push(decoded(message));
        }
    }
    let (name, _) = names[0].split_once(": verdict: ").expect("the name");
    Read {
        name: name.to_owned(),
        parts,
    }
}

type Reader = fn(&str) -> Read;

const FORMATS: [(&str, Reader); 5] = [
    ("junit", read_junit),
    ("sarif", read_sarif),
    ("html", read_html),
    ("markdown", read_markdown),
    ("github", read_github),
];

/// A name comes back as it was, and changes nothing else.
fn check(name: &str, file: &str) {
    for (format, read) in FORMATS {
        let plain = read(&report("plain", format, file).stdout);
        let told = read(&report(name, format, file).stdout);
        assert_eq!(unescaped(&told.name), name, "{format}");
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

//! A report in which every text is a stranger's, in every format.

use super::documents::FORMATS;
use diagnose::fuzzing;
use diagnose_tests::visible::{is_forbidden, unescape};
use oauth1_diagnosis::report::{
    Canonical, ClientReport, Component, EvidenceLevel, Finding, Mismatch, MismatchSide,
    MistakeReport, ProviderReport, RecognisedBy, Report, ResponseReport, SearchSummary, Severity,
    Span, SpanText, Verdict, Yours,
};
use serde_json::Value;
use std::collections::HashMap;

/// Z11: P30 and P31. The first byte says what the report is like, and the rest is the text.
pub(crate) fn rendered(bytes: &[u8]) {
    let Some((&shape, text)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    if text.trim().is_empty() {
        return;
    }
    let report = |text: &str, base_string: &str| report(shape, text, base_string);
    let plain = formats(&report("plain", "a%3Db"), "plain");
    let told = formats(&report(&text, "a%3Db"), &text);
    for (format, read) in FORMATS {
        let (plain, told) = (read(&plain[format]), read(&told[format]));
        assert_eq!(told.parts, plain.parts, "{format}");
        let name = unescape(&told.name).expect("visible form");
        if format == "github" {
            assert!(name.starts_with(&format!("{text}: ")), "{name:?}");
        } else {
            assert_eq!(name, text, "{format}");
        }
    }
    let hostile = formats(&report(&text, &text), &text);
    for (format, read) in FORMATS {
        read(&hostile[format]);
    }
}

/// The report in each format, none of which drives a terminal or a build log.
fn formats(report: &Report, name: &str) -> HashMap<String, String> {
    let notes = [name.to_owned()];
    let all: HashMap<String, String> = fuzzing::rendered(report, name, &notes, 80)
        .into_iter()
        .collect();
    for (format, text) in &all {
        let mut text = text.clone();
        if format == "human" {
            for colour in ["0", "1", "2", "31", "32", "33"] {
                text = text.replace(&format!("\u{1b}[{colour}m"), "");
            }
        }
        assert!(
            !text.chars().any(|c| c != '\n' && is_forbidden(c)),
            "{format}: {text:?}"
        );
        if format != "github" {
            let is_command = |line: &str| line.starts_with("::") || line.starts_with("##[");
            assert!(
                !text.lines().map(str::trim_start).any(is_command),
                "{format}: {text}"
            );
        }
    }
    let document: Value = serde_json::from_str(&all["json"]).expect("JSON");
    let Value::Object(mut expected) = serde_json::to_value(report).expect("JSON") else {
        panic!("a report is an object");
    };
    expected.insert("id".to_owned(), name.into());
    expected.insert("notes".to_owned(), vec![name].into());
    assert_eq!(document, Value::Object(expected));
    all
}

fn report(shape: u8, text: &str, base_string: &str) -> Report {
    let has = |bit: u32| shape >> bit & 1 == 1;
    let verdict = [Verdict::Valid, Verdict::Invalid, Verdict::Undetermined][usize::from(shape % 3)];
    let evidence = [
        EvidenceLevel::Signature,
        EvidenceLevel::BaseString,
        EvidenceLevel::Structure,
        EvidenceLevel::None,
    ][usize::from(shape % 4)];
    let components = [
        Component::Method,
        Component::Url,
        Component::Parameters,
        Component::Key,
        Component::Signature,
        Component::BaseString,
    ];
    let mistake = MistakeReport {
        id: "space-as-plus",
        stage: "encoding",
        title: "writes a space as +",
        detail: text.to_owned(),
        fix: "Write %20.",
        span: has(1).then_some(Span {
            text: SpanText::Yours,
            start: 0,
            end: 1,
        }),
    };
    let finding = |severity| Finding {
        id: "header-quoting",
        severity,
        title: "quotes in another way",
        detail: text.to_owned(),
        fix: "Use quotation marks.",
    };
    let findings: Vec<Finding> = [Severity::Error, Severity::Warning, Severity::Note]
        .map(finding)
        .into();
    let side = || MismatchSide {
        start: 0,
        end: text.len().min(1),
        text: text.to_owned(),
    };
    let base_string = format!("GET&http%3A%2F%2Fh%2F&{base_string}");
    Report {
        report_version: 1,
        verdict,
        evidence,
        mistakes: if has(0) {
            vec![mistake.clone()]
        } else {
            Vec::new()
        },
        alternatives: if has(2) {
            vec![vec![mistake.clone(), mistake]]
        } else {
            Vec::new()
        },
        separating_request: has(2).then(|| text.to_owned()),
        first_mismatch: has(3).then(|| Mismatch {
            kind: "text",
            component: components[usize::from(shape) % components.len()],
            yours: side(),
            expected: side(),
        }),
        findings: if has(4) || verdict == Verdict::Valid {
            findings.clone()
        } else {
            Vec::new()
        },
        canonical: Canonical {
            method: text.to_owned(),
            base_string_uri: text.to_owned(),
            parameters: vec![(text.to_owned(), text.to_owned())],
            base_string: base_string.clone(),
            signature: Some(text.to_owned()),
            authorization: Some(text.to_owned()),
        },
        yours: Yours {
            base_string: has(5).then(|| format!("{base_string}x")),
            base_string_rebuilt: has(1),
            signature: Some(text.to_owned()),
            signing_key: has(6).then(|| text.to_owned()),
        },
        clients: vec![ClientReport {
            id: "oauthlib",
            name: "oauthlib",
            versions: "",
            note: text.to_owned(),
            advice: "Upgrade.",
            user_agent: has(6),
        }],
        provider: has(7).then_some(ProviderReport {
            id: "flickr",
            name: "Flickr",
            recognised_by: RecognisedBy::Option,
            verdict,
            findings,
        }),
        response: has(6).then(|| ResponseReport {
            provider: None,
            meaning: text.to_owned(),
            base_string: has(7).then(|| text.to_owned()),
        }),
        search: SearchSummary::default(),
        next_steps: vec![text.to_owned()],
        not_covered: vec![text.to_owned()],
    }
}

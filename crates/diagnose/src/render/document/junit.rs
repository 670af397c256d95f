//! `JUnit` XML, for every build server.

use super::{Entry, severity_word, stopped};
use crate::{failure::Failure, render::Visible, run::Answer};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// One suite, one test case an entry: right ones succeed, wrong ones fail, unknown ones are errors.
pub(super) fn document(entries: &[&Entry]) -> Result<String, Failure> {
    let mut suite = TestSuite::new("OAuth 1.0a signatures");
    for entry in entries {
        suite.add_test_case(test_case(entry));
    }
    let mut report = Report::new("diagnose");
    report.add_test_suite(suite);
    report.to_string().map_err(|error| {
        Failure::usage(
            format!("the JUnit report cannot be written: {error}"),
            "please report this line; --format json works.",
        )
    })
}

fn test_case(entry: &Entry) -> TestCase {
    let kind = match entry.answer {
        Answer::Right => None,
        Answer::Wrong => Some(NonSuccessKind::Failure),
        Answer::Unknown => Some(NonSuccessKind::Error),
    };
    let status = match kind {
        None => TestCaseStatus::success(),
        Some(kind) => {
            let mut status = TestCaseStatus::non_success(kind);
            let ids: Vec<&str> = entry.problems.iter().map(|problem| problem.id).collect();
            status.set_message(Visible(&entry.headline).to_string());
            status.set_type(ids.join(" "));
            status.set_description(description(entry));
            status
        }
    };
    let name = if entry.name.is_empty() {
        "request".to_owned()
    } else {
        Visible(&entry.name).to_string()
    };
    let mut case = TestCase::new(name, status);
    case.set_classname("diagnose");
    if let Some((file, line)) = &entry.place {
        case.extra
            .insert("file".into(), Visible(file).to_string().into());
        case.extra.insert("line".into(), line.to_string().into());
    }
    case
}

fn description(entry: &Entry) -> String {
    let mut lines = Vec::new();
    for problem in &entry.problems {
        let severity = severity_word(problem.severity);
        lines.push(format!("{severity}: {} [{}]", problem.title, problem.id));
        lines.push(format!("  {}", Visible(&stopped(&problem.detail))));
        if !problem.fix.is_empty() {
            lines.push(format!("  Fix: {}", problem.fix));
        }
    }
    if let Some(difference) = &entry.difference {
        lines.push(format!("signed: {}", Visible(&difference.yours)));
        lines.push(format!("right:  {}", Visible(&difference.expected)));
    }
    lines.join("\n")
}

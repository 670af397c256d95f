//! The answer in one sentence, for every format that is read by people.

use oauth1_diagnosis::report::{EvidenceLevel, Finding, Report, Severity, Verdict};

/// The finding that says that the base string is canonical; it is told with the verdict.
pub(super) const BASE_STRING_RIGHT: &str = "base-string-right";

/// The sentence after the verdict of a request that was captured and left out; why comes after it.
pub(super) const UNCHECKED: &str = "This request cannot be checked.";

/// The sentence after the verdict.
pub(super) fn answer(report: &Report) -> String {
    let reproduced = match report.mistakes.len() {
        0 => None,
        1 => Some("this mistake reproduces".to_owned()),
        n => Some(format!("these {n} mistakes together reproduce")),
    };
    match (report.verdict, report.evidence, reproduced) {
        (Verdict::Valid, EvidenceLevel::Signature, _) => "The signature is right.".into(),
        (Verdict::Valid, _, _) => "Nothing is wrong with this base string.".into(),
        (_, EvidenceLevel::Signature, Some(it)) => {
            format!("Proved: {it} the signature that was sent, bit for bit.")
        }
        (_, EvidenceLevel::BaseString, Some(it)) => {
            format!("Proved: {it} your base string, byte for byte.")
        }
        (Verdict::Undetermined, EvidenceLevel::None, None) => {
            "There is nothing to compare the signature with.".into()
        }
        (_, _, None) if is_refused_unseen(report) && report.canonical.base_string.is_empty() => {
            "This is no base string, whatever the request.".into()
        }
        (_, _, None) if is_refused_unseen(report) => {
            "The request is refused whatever the signature.".into()
        }
        (Verdict::Undetermined, _, None) if base_string_right(report).is_some() => {
            "The signature cannot be checked with what was given.".into()
        }
        (_, _, None) if base_string_right(report).is_some() => {
            "The signature is wrong, and not because of the base string.".into()
        }
        (_, _, None) if has_error(report) => {
            "It is wrong, as told below; but no combination of known mistakes gives what was sent."
                .into()
        }
        (_, _, None) => "Not explained: no known mistake gives what was sent.".into(),
        (_, _, Some(_)) => "This was read from the structure; it is likely, but not proved.".into(),
    }
}

/// Whether the explanation is no guess.
pub(super) fn is_proved(report: &Report) -> bool {
    let by_bytes = [EvidenceLevel::Signature, EvidenceLevel::BaseString];
    by_bytes.contains(&report.evidence) && !report.mistakes.is_empty()
}

/// Whether something is wrong before the signature counts, so that nothing was searched.
pub(super) fn is_refused_unseen(report: &Report) -> bool {
    report.verdict == Verdict::Invalid && report.search.candidates <= 1 && has_error(report)
}

fn has_error(report: &Report) -> bool {
    report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

pub(super) fn base_string_right(report: &Report) -> Option<&Finding> {
    report
        .findings
        .iter()
        .find(|finding| finding.id == BASE_STRING_RIGHT)
}

//! The report as a person reads it: the answer first, then what happened, where, the proof, and
//! what to do next.

use super::{
    difference,
    escape::Visible,
    page::{BAD, DOUBTFUL, FAINT, GOOD, PLAIN, Page, STRONG},
    parameters,
};
use anstyle::Style;
use oauth1_diagnosis::report::{
    Component, EvidenceLevel, Finding, MistakeReport, Report, Severity, Verdict,
};

/// The finding that says that the base string is canonical; it is told with the verdict.
const BASE_STRING_RIGHT: &str = "base-string-right";

/// How many alternatives are told; the rest is counted.
const MAX_ALTERNATIVES: usize = 5;

/// Renders a report in lines of at most `width` columns, with colour.
pub(crate) fn render(report: &Report, width: usize) -> String {
    let mut page = Page::new(width);
    headline(&mut page, report);
    mistakes(&mut page, report);
    where_it_differs(&mut page, report);
    proof(&mut page, report);
    alternatives(&mut page, report);
    findings(&mut page, report);
    canonical_form(&mut page, report);
    list(&mut page, "Not protected by the signature:", &report.not_covered);
    next_steps(&mut page, report);
    search_summary(&mut page, report);
    page.finish()
}

/// The verdict in words.
fn headline(page: &mut Page, report: &Report) {
    let (style, word) = match report.verdict {
        Verdict::Valid => (GOOD, "VALID"),
        Verdict::Invalid => (BAD, "INVALID"),
        Verdict::Undetermined => (DOUBTFUL, "UNDETERMINED"),
    };
    page.item((style, &format!("{word}  ")), (STRONG, &answer(report)));
    if let Some(finding) = base_string_right(report) {
        page.gap();
        page.paragraph(2, STRONG, &Visible(&finding.detail).to_string());
    }
}

/// The sentence after the verdict.
fn answer(report: &Report) -> String {
    let reproduced = match report.mistakes.len() {
        0 => None,
        1 => Some("this mistake reproduces".to_owned()),
        n => Some(format!("these {n} mistakes together reproduce")),
    };
    match (report.verdict, report.evidence, reproduced) {
        (Verdict::Valid, EvidenceLevel::Signature, _) => "The signature is right.".into(),
        (Verdict::Valid, _, _) => "The base string is right.".into(),
        (_, EvidenceLevel::Signature, Some(it)) => {
            format!("Proved: {it} the signature that was sent, bit for bit.")
        }
        (_, EvidenceLevel::BaseString, Some(it)) => {
            format!("Proved: {it} your base string, byte for byte.")
        }
        (_, EvidenceLevel::None, None) if report.verdict == Verdict::Undetermined => {
            "There is nothing to compare the signature with.".into()
        }
        (_, EvidenceLevel::None, None) => {
            "The request is refused whatever the signature.".into()
        }
        (Verdict::Invalid, _, None) => "It is wrong, and no known mistake explains it.".into(),
        (Verdict::Invalid, _, Some(_)) => {
            "It is wrong. What follows was read from its structure; it is not proved.".into()
        }
        (Verdict::Undetermined, _, _) => "It cannot be told from what was given.".into(),
    }
}

/// What the client did, with the fix.
fn mistakes(page: &mut Page, report: &Report) {
    for (index, mistake) in report.mistakes.iter().enumerate() {
        page.gap();
        let number = match report.mistakes.len() {
            1 => "  ".to_owned(),
            _ => format!("  {}. ", index + 1),
        };
        let title = format!("{}  [{}]", mistake.title, mistake.id);
        page.item((PLAIN, &number), (STRONG, &title));
        let indent = number.len();
        page.paragraph(indent, PLAIN, &Visible(&mistake.detail).to_string());
        let fix = format!("{}Fix: ", " ".repeat(indent));
        page.item((GOOD, &fix), (PLAIN, mistake.fix));
    }
}

/// The two texts under each other.
fn where_it_differs(page: &mut Page, report: &Report) {
    let expected = &report.canonical.base_string;
    if let Some(yours) = &report.yours.base_string
        && !expected.is_empty()
        && yours != expected
    {
        page.gap();
        let whose = if report.yours.base_string_rebuilt {
            "The base string that was signed (rebuilt from the proof) and the right one"
        } else {
            "Your base string and the right one"
        };
        let part = report.first_mismatch.as_ref().map(|mismatch| component(mismatch.component));
        let place = part.map_or(String::new(), |part| format!(", first difference in {part}"));
        page.paragraph(2, PLAIN, &format!("{whose}{place}:"));
        page.gap();
        difference::write(page, yours, expected);
        parameters::write(page, yours, expected);
        return;
    }
    if let Some(mismatch) = &report.first_mismatch {
        let whole = mismatch.yours.text.is_empty() && mismatch.expected.text.is_empty();
        if whole {
            return;
        }
        page.gap();
        let place = component(mismatch.component);
        page.paragraph(2, PLAIN, &format!("First difference, at byte {} of {place}:", mismatch.yours.start));
        page.item((PLAIN, "  yours     "), (BAD, &shown(&mismatch.yours.text)));
        page.item((PLAIN, "  expected  "), (GOOD, &shown(&mismatch.expected.text)));
    }
}

/// A captured text in quotes, or a word where there is none.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "(nothing)".into();
    }
    format!("\"{}\"", Visible(text))
}

const fn component(component: Component) -> &'static str {
    match component {
        Component::Method => "the method",
        Component::Url => "the URL",
        Component::Parameters => "the parameters",
        Component::Key => "the signing key",
        Component::Signature => "the signature",
        Component::BaseString => "the joints of the base string",
    }
}

/// Why the explanation is no guess.
fn proof(page: &mut Page, report: &Report) {
    if report.mistakes.is_empty() {
        return;
    }
    let with_fix = report.canonical.signature.as_deref().map(|signature| {
        let change = if report.mistakes.len() == 1 { "the fix" } else { "all fixes" };
        format!(" With {change} it becomes {}", Visible(signature))
    });
    let proof = match report.evidence {
        EvidenceLevel::Signature => {
            let sent = report.yours.signature.as_deref().unwrap_or_default();
            format!(
                "Applied to the right base string and key, this gives {}, exactly the signature that was sent.{}",
                Visible(sent),
                with_fix.unwrap_or_default(),
            )
        }
        EvidenceLevel::BaseString => format!(
            "Applied to the right base string, this gives yours, byte for byte.{}",
            with_fix.unwrap_or_default(),
        ),
        EvidenceLevel::Structure | EvidenceLevel::None => return,
    };
    page.gap();
    page.item((GOOD, "  Proof: "), (PLAIN, &proof));
}

/// The explanations that the evidence cannot tell from the one given.
fn alternatives(page: &mut Page, report: &Report) {
    if report.alternatives.is_empty() {
        return;
    }
    page.gap();
    page.paragraph(2, STRONG, "These explain it equally well here:");
    for alternative in report.alternatives.iter().take(MAX_ALTERNATIVES) {
        page.item((PLAIN, "  - "), (PLAIN, &names(alternative)));
    }
    let more = report.alternatives.len().saturating_sub(MAX_ALTERNATIVES);
    if more > 0 {
        page.line(FAINT, &format!("  … and {more} more (--format json lists them)"));
    }
    if let Some(request) = &report.separating_request {
        page.item((PLAIN, "  To tell them apart: "), (PLAIN, &Visible(request).to_string()));
    }
}

/// `Title, with its detail [id]`, joined.
fn names(mistakes: &[MistakeReport]) -> String {
    let name = |mistake: &MistakeReport| format!("{} [{}]", mistake.title, mistake.id);
    mistakes.iter().map(name).collect::<Vec<_>>().join(", and ")
}

/// What is wrong or doubtful whatever the signature, worst first.
fn findings(page: &mut Page, report: &Report) {
    let mut findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.id != BASE_STRING_RIGHT)
        .collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        page.gap();
        let (style, word) = severity(finding.severity);
        let title = format!("{}  [{}]", finding.title, finding.id);
        page.item((style, &format!("  {word}: ")), (STRONG, &title));
        page.paragraph(4, PLAIN, &Visible(&finding.detail).to_string());
        page.item((GOOD, "    Fix: "), (PLAIN, finding.fix));
    }
}

fn base_string_right(report: &Report) -> Option<&Finding> {
    report.findings.iter().find(|finding| finding.id == BASE_STRING_RIGHT)
}

const fn severity(severity: Severity) -> (Style, &'static str) {
    match severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (DOUBTFUL, "warning"),
        Severity::Note => (STRONG, "note"),
    }
}

/// The right base string piece by piece, where the user has none of their own to compare with.
fn canonical_form(page: &mut Page, report: &Report) {
    let known = report.yours.base_string.is_some() || report.verdict == Verdict::Valid;
    if known || report.canonical.base_string.is_empty() || base_string_right(report).is_some() {
        return;
    }
    page.gap();
    page.paragraph(2, PLAIN, "The right base string of this request, piece by piece:");
    parameters::write_pieces(page, &report.canonical.base_string);
    if let Some(signature) = &report.canonical.signature {
        page.paragraph(2, PLAIN, &format!("Its signature: {}", Visible(signature)));
    }
}

/// What to paste or try, most useful first.
fn next_steps(page: &mut Page, report: &Report) {
    list(page, "To be sure:", &report.next_steps);
}

fn list(page: &mut Page, heading: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    page.gap();
    page.paragraph(2, STRONG, heading);
    for sentence in sentences {
        page.item((PLAIN, "  - "), (PLAIN, &Visible(sentence).to_string()));
    }
}

/// How much was tried.
fn search_summary(page: &mut Page, report: &Report) {
    let search = report.search;
    if search.candidates == 0 || report.verdict == Verdict::Valid {
        return;
    }
    page.gap();
    let tried = format!(
        "{} {} of up to {} {} tried in {}",
        thousands(search.candidates),
        if search.candidates == 1 { "combination" } else { "combinations" },
        search.max_mistakes,
        if search.max_mistakes == 1 { "mistake" } else { "mistakes" },
        seconds(search.elapsed_ms),
    );
    if !report.mistakes.is_empty() {
        page.paragraph(2, FAINT, &format!("{tried}."));
    } else if search.exhausted {
        page.paragraph(2, STRONG, &format!("Not explained: {tried}."));
    } else {
        let stopped = "the time limit came first (--time-limit)";
        page.paragraph(2, STRONG, &format!("Not explained: {tried}; {stopped}."));
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Milliseconds as `0.1 s`.
fn seconds(milliseconds: u64) -> String {
    if milliseconds < 100 {
        return format!("{milliseconds} ms");
    }
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

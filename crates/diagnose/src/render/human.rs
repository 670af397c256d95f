//! The report as a person reads it: the answer first, then what happened, where, the proof, and
//! what to do next.

use super::{
    difference::{self, Sides},
    escape::Visible,
    page::{BAD, DOUBTFUL, FAINT, GOOD, PLAIN, Page, STRONG, cut},
    parameters,
    summary::{
        BASE_STRING_RIGHT, UNCHECKED, answer, base_string_right, is_proved, is_refused_unseen,
    },
};
use anstyle::Style;
use oauth1_diagnosis::report::{
    Component, EvidenceLevel, Finding, MistakeReport, Report, Severity, StoppedBy, Verdict,
};

/// The longest sentence that is told in full; JSON has all of it.
const MAX_COLUMNS: usize = 800;

/// How many windows on two base strings are shown; the rest is counted.
const MAX_WINDOWS: usize = 3;

/// Where more known clients than this do the same, none is told.
const MAX_CLIENTS: usize = 8;

/// How many findings of one kind are told; the rest is counted.
const MAX_DETAILS: usize = 3;

/// How many alternatives are told; the rest is counted.
const MAX_ALTERNATIVES: usize = 5;

/// What stands beside the report.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    /// Which case of several this is.
    pub(crate) place: Option<&'a str>,
    /// What the provider says it expected.
    pub(crate) provider: Option<&'a str>,
    /// Why the request cannot be checked.
    pub(crate) unchecked: Option<&'a str>,
    /// Whether the provider's answer is all there is.
    pub(crate) is_answer_alone: bool,
    /// What is odd about the capture.
    pub(crate) notes: &'a [String],
}

/// Renders a report in lines of at most `width` columns, with colour.
pub(crate) fn render(report: &Report, beside: &Beside, width: usize) -> String {
    let mut page = Page::new(width);
    if let Some(place) = beside.place {
        page.item((STRONG, "== "), (STRONG, &format!("{} ==", told(place))));
        page.gap();
    }
    headline(&mut page, report, beside);
    response(&mut page, report);
    provider(&mut page, report);
    mistakes(&mut page, report);
    let nothing_else = beside.is_answer_alone && report.yours.base_string.is_none();
    match beside.provider {
        Some(_) if nothing_else => {}
        Some(provider) => where_the_provider_differs(&mut page, report, provider),
        None => where_it_differs(&mut page, report),
    }
    proof(&mut page, report);
    alternatives(&mut page, report);
    clients(&mut page, report);
    findings(&mut page, report);
    for (index, note) in beside.notes.iter().enumerate() {
        if index == 0 {
            page.gap();
        }
        page.item((FAINT, "  Note: "), (FAINT, &sentence(note)));
    }
    canonical_form(&mut page, report, beside.is_answer_alone);
    if report.verdict == Verdict::Valid && report.evidence == EvidenceLevel::Signature {
        list(
            &mut page,
            "What the signature does not protect:",
            &report.not_covered,
        );
    }
    let proved = report.verdict == Verdict::Valid || is_proved(report);
    let heading = if proved {
        "To check more:"
    } else if is_refused_unseen(report) {
        "What to do next:"
    } else {
        "To be sure:"
    };
    list(&mut page, heading, &report.next_steps);
    search_summary(&mut page, report);
    page.finish()
}

/// The verdict in words.
fn headline(page: &mut Page, report: &Report, beside: &Beside) {
    let (style, word) = match report.verdict {
        Verdict::Valid => (GOOD, "VALID"),
        Verdict::Invalid => (BAD, "INVALID"),
        Verdict::Undetermined => (DOUBTFUL, "UNDETERMINED"),
    };
    let nothing = report.evidence == EvidenceLevel::None;
    let answer = match beside.unchecked {
        Some(why) if nothing => format!("{UNCHECKED} {}", sentence(why)),
        None if beside.is_answer_alone && nothing && report.verdict == Verdict::Undetermined => {
            "This is the provider's answer; to say more, the request is needed.".into()
        }
        _ => answer(report),
    };
    page.item((style, &format!("{word}  ")), (STRONG, &answer));
    if report.verdict == Verdict::Valid {
        let canonical = &report.canonical;
        let signed = format!(
            "It {} {}, {} and {} {}.",
            if report.evidence == EvidenceLevel::Signature {
                "covers"
            } else {
                "stands for"
            },
            told(&canonical.method),
            told(&canonical.base_string_uri),
            canonical.parameters.len(),
            if canonical.parameters.len() == 1 {
                "parameter"
            } else {
                "parameters"
            },
        );
        page.gap();
        page.paragraph(2, PLAIN, &signed);
    }
    if let Some(finding) = base_string_right(report) {
        page.gap();
        page.paragraph(2, STRONG, &sentence(&finding.detail));
    }
}

/// What the provider answered.
fn response(page: &mut Page, report: &Report) {
    if let Some(response) = &report.response {
        page.gap();
        page.item(
            (STRONG, "  The provider says: "),
            (PLAIN, &sentence(&response.meaning)),
        );
    }
}

/// What the provider makes of it by its own rules.
fn provider(page: &mut Page, report: &Report) {
    let Some(provider) = &report.provider else {
        return;
    };
    page.gap();
    let (style, verdict) = match provider.verdict {
        Verdict::Valid => (
            GOOD,
            "Valid by its own rules, as far as they are documented.",
        ),
        Verdict::Invalid => (BAD, "Refused by its own rules."),
        Verdict::Undetermined => (DOUBTFUL, "Its own rules do not tell."),
    };
    let name = format!("  {} [{}]", provider.name, provider.id);
    page.line(STRONG, &name);
    page.paragraph(4, style, verdict);
    for finding in &provider.findings {
        let (style, word) = severity(finding.severity);
        let title = format!("The client {} [{}]", finding.title, finding.id);
        page.item((style, &format!("    {word}: ")), (STRONG, &title));
        page.paragraph(6, PLAIN, &sentence(&finding.detail));
        page.item((GOOD, "      Fix: "), (PLAIN, finding.fix));
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
        let title = format!("The client {} [{}]", mistake.title, mistake.id);
        page.item((PLAIN, &number), (STRONG, &title));
        let indent = number.len();
        page.paragraph(indent, PLAIN, &sentence(&mistake.detail));
        let fix = format!("{}Fix: ", " ".repeat(indent));
        page.item((GOOD, &fix), (PLAIN, mistake.fix));
    }
}

/// Which known clients do the same.
fn clients(page: &mut Page, report: &Report) {
    let (named, others): (Vec<_>, Vec<_>) =
        report.clients.iter().partition(|client| client.user_agent);
    // One mistake alone, or one that dozens of clients make, tells nothing about a client that is not named.
    let is_common = report.mistakes.len() < 2 || others.len() > MAX_CLIENTS;
    let told = match named.as_slice() {
        [] if is_common => return,
        [] => others.as_slice(),
        named => named,
    };
    let Some((first, rest)) = told.split_first() else {
        return;
    };
    page.gap();
    let fits = if first.user_agent {
        "  Sent by (User-Agent): "
    } else {
        "  A client that fits: "
    };
    page.item((STRONG, fits), (PLAIN, &sentence(&first.note)));
    page.item(
        (GOOD, "  What helps there: "),
        (PLAIN, &sentence(first.advice)),
    );
    if !rest.is_empty() {
        let rest: Vec<_> = rest.iter().map(|client| client.name).collect();
        page.item(
            (FAINT, "  Others that fit: "),
            (FAINT, &sentence(&rest.join(", "))),
        );
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
        let part = report
            .first_mismatch
            .as_ref()
            .map(|mismatch| mismatch.component.noun());
        let place = part.map_or(String::new(), |part| {
            format!(", first difference in {part}")
        });
        page.paragraph(2, PLAIN, &format!("{whose}{place}:"));
        compare(page, yours, expected, ["yours", "expected"]);
        return;
    }
    if let Some(mismatch) = &report.first_mismatch {
        // Two secrets that are masked, or nothing at all.
        let silent = mismatch.yours.text == mismatch.expected.text;
        // Two digests that have nothing to do with each other.
        let unrelated = report.mistakes.is_empty() && mismatch.component == Component::Signature;
        if silent || unrelated {
            return;
        }
        page.gap();
        let place = mismatch.component.noun();
        page.paragraph(
            2,
            PLAIN,
            &format!(
                "First difference, at byte {} of {place}:",
                mismatch.yours.start
            ),
        );
        page.item((PLAIN, "  yours     "), (BAD, &shown(&mismatch.yours.text)));
        page.item(
            (PLAIN, "  expected  "),
            (GOOD, &shown(&mismatch.expected.text)),
        );
    }
}

/// The same against what the provider says it expected, which need not be what RFC 5849 asks for.
fn where_the_provider_differs(page: &mut Page, report: &Report, provider: &str) {
    let right = report.canonical.base_string.as_str();
    let (whose, name, text) = match &report.yours.base_string {
        Some(yours) if report.yours.base_string_rebuilt => (
            "The base string that was signed (rebuilt from the proof)",
            "yours",
            yours.as_str(),
        ),
        Some(yours) => ("Your base string", "yours", yours.as_str()),
        None => ("The right base string of this request", "right", right),
    };
    page.gap();
    if text == provider {
        let same = format!("{whose} is exactly the one that the provider expected.");
        page.paragraph(2, STRONG, &same);
    } else {
        let heading = format!("{whose} and the one that the provider expected:");
        page.paragraph(2, PLAIN, &heading);
        compare(page, text, provider, [name, "the provider expected"]);
    }
}

/// Two base strings under each other, with what differs.
pub(crate) fn difference(page: &mut Page, yours: &str, expected: &str) {
    compare(page, yours, expected, ["yours", "expected"]);
}

fn compare(page: &mut Page, yours: &str, expected: &str, names: [&'static str; 2]) {
    let sides = Sides {
        yours,
        expected,
        names,
    };
    page.gap();
    // Of another order the names tell more than the bytes.
    let windows = if parameters::only_order_differs(&sides) {
        1
    } else {
        MAX_WINDOWS
    };
    difference::write(page, &sides, windows);
    parameters::write(page, &sides);
}

/// A captured text in quotes, or a word where there is none.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "(nothing)".into();
    }
    format!("\"{}\"", told(text))
}

/// Captured text in flowing text: visible, and no longer than anybody reads.
fn told(text: &str) -> String {
    cut(&Visible(text).to_string(), MAX_COLUMNS)
}

/// The same, from a capital letter to a full stop. A first word that may be code stays as it is.
fn sentence(text: &str) -> String {
    let mut text = told(text);
    let word = text.split(' ').next().unwrap_or_default();
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        text[..1].make_ascii_uppercase();
    }
    let stop = if text.ends_with(['.', '!', '?', ':', '…']) || text.is_empty() {
        ""
    } else {
        "."
    };
    text + stop
}

/// Why the explanation is no guess.
fn proof(page: &mut Page, report: &Report) {
    if report.mistakes.is_empty() {
        return;
    }
    let with_fix = report.canonical.signature.as_deref().map(|signature| {
        let change = if report.mistakes.len() == 1 {
            "the fix"
        } else {
            "all fixes"
        };
        format!(" With {change} it becomes {}", told(signature))
    });
    let proof = match report.evidence {
        EvidenceLevel::Signature => {
            let sent = report.yours.signature.as_deref().unwrap_or_default();
            format!(
                "Applied to the right base string and key, this gives {}, exactly the signature that was sent.{}",
                told(sent),
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
        page.line(
            FAINT,
            &format!("  … and {more} more (--format json lists them)"),
        );
    }
    if let Some(request) = &report.separating_request {
        page.paragraph(2, PLAIN, &sentence(request));
    }
}

/// What the client did, in one sentence; titles are written to follow "The client".
fn names(mistakes: &[MistakeReport]) -> String {
    let name = |mistake: &MistakeReport| format!("{} [{}]", mistake.title, mistake.id);
    let names: Vec<String> = mistakes.iter().map(name).collect();
    format!("The client {}", names.join(", and "))
}

/// What is wrong or doubtful whatever the signature, worst first; each kind once, and none that the
/// explanation tells already.
fn findings(page: &mut Page, report: &Report) {
    let told_above =
        |id| id == BASE_STRING_RIGHT || report.mistakes.iter().any(|mistake| mistake.id == id);
    let mut findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| !told_above(finding.id))
        .collect();
    findings.sort_by_key(|finding| (finding.severity, finding.id));
    for same_kind in findings.chunk_by(|a, b| (a.severity, a.id) == (b.severity, b.id)) {
        let Finding {
            id,
            severity,
            title,
            fix,
            ..
        } = same_kind[0];
        page.gap();
        let (style, word) = self::severity(*severity);
        let title = format!("The client {title} [{id}]");
        page.item((style, &format!("  {word}: ")), (STRONG, &title));
        for finding in same_kind.iter().take(MAX_DETAILS) {
            page.paragraph(4, PLAIN, &sentence(&finding.detail));
        }
        let more = same_kind.len().saturating_sub(MAX_DETAILS);
        if more > 0 {
            page.line(FAINT, &format!("    … and {more} more"));
        }
        page.item((GOOD, "    Fix: "), (PLAIN, fix));
    }
}

const fn severity(severity: Severity) -> (Style, &'static str) {
    match severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (DOUBTFUL, "warning"),
        Severity::Note => (STRONG, "note"),
    }
}

/// The right base string piece by piece, where the user has none of their own to compare with.
fn canonical_form(page: &mut Page, report: &Report, is_answer_alone: bool) {
    let known = report.yours.base_string.is_some() || report.verdict == Verdict::Valid;
    // A request that is refused is not signed better, but made anew.
    if known
        || is_refused_unseen(report)
        || report.canonical.base_string.is_empty()
        || base_string_right(report).is_some()
    {
        return;
    }
    page.gap();
    let heading = if is_answer_alone {
        "The request that the provider expected to be signed, piece by piece:"
    } else {
        "The right base string of this request, piece by piece:"
    };
    page.paragraph(2, PLAIN, heading);
    parameters::write_pieces(page, &report.canonical.base_string);
    if let Some(signature) = &report.canonical.signature {
        page.paragraph(2, PLAIN, &format!("Its signature: {}", told(signature)));
    }
}

fn list(page: &mut Page, heading: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    page.gap();
    page.paragraph(2, STRONG, heading);
    for text in sentences {
        page.item((PLAIN, "  - "), (PLAIN, &sentence(text)));
    }
}

/// How much was tried.
fn search_summary(page: &mut Page, report: &Report) {
    let search = report.search;
    if search.candidates <= 1 || report.verdict == Verdict::Valid {
        return;
    }
    page.gap();
    let tried = format!(
        "{} {} of up to {} {} tried in {}",
        thousands(search.candidates),
        if search.candidates == 1 {
            "combination"
        } else {
            "combinations"
        },
        search.max_mistakes,
        if search.max_mistakes == 1 {
            "mistake"
        } else {
            "mistakes"
        },
        seconds(search.elapsed_ms),
    );
    if report.mistakes.is_empty() {
        let end = match search.stopped_by {
            None => ", and none gives it",
            Some(StoppedBy::TimeLimit) => "; the time limit came first (--time-limit)",
            Some(StoppedBy::Length) => "; the base string is too long for the others",
        };
        page.paragraph(2, STRONG, &format!("{tried}{end}."));
    } else {
        page.paragraph(2, FAINT, &format!("{tried}."));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{
        escape::tests::hostile_text,
        samples::{self, RFC_BASE_STRING},
    };
    use anstream::adapter::strip_str;
    use diagnose_tests::visible::is_forbidden;
    use oauth1_diagnosis::report::{Mismatch, MismatchSide};
    use proptest::prelude::*;

    /// As a person without colours sees it.
    fn plain(report: &Report) -> String {
        strip_str(&render(report, &Beside::default(), 100)).to_string()
    }

    #[test]
    fn one_mistake_proved() {
        let yours = RFC_BASE_STRING.replacen("POST", "GET", 1);
        insta::assert_snapshot!(plain(&samples::proved(
            &yours,
            vec![samples::method_wrong()]
        )));
    }

    #[test]
    fn two_mistakes_far_apart() {
        let yours = RFC_BASE_STRING
            .replacen("example.com%2Frequest", "example.com%2Frequest%2F", 1)
            .replacen("2%2520q", "2%2Bq", 1)
            .replacen("oauth_timestamp", "oauth_timestamq", 1);
        let report = samples::proved(
            &yours,
            vec![
                samples::mistake(
                    "trailing-slash-extra",
                    "signed a final slash that was not sent",
                    "The path is /request; /request/ was signed.",
                    "Sign the path to the byte as it is sent.",
                ),
                samples::mistake(
                    "space-as-plus",
                    "encoded spaces as +",
                    "The values of a3.",
                    "Encode with RFC 3986 rules: a space is %20. In Python quote(text, safe='~'), in JavaScript encodeURIComponent and then !*'() by hand.",
                ),
            ],
        );
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn a_parameter_that_was_not_signed() {
        let yours = RFC_BASE_STRING
            .replacen("a3%3D2%2520q%26", "", 1)
            .replacen("%26c2%3D", "", 1);
        let mistake = samples::mistake(
            "body-not-signed",
            "left the form body out",
            "c2 and a3 of the body were not signed.",
            "Sign the pairs of the body too.",
        );
        insta::assert_snapshot!(plain(&samples::proved(&yours, vec![mistake])));
    }

    #[test]
    fn another_order_with_alternatives() {
        let yours =
            RFC_BASE_STRING.replacen("a3%3D2%2520q%26a3%3Da%26", "a3%3Da%26a3%3D2%2520q%26", 1);
        let by_name = samples::mistake(
            "sorted-by-name-only",
            "did not sort equal names by value",
            "The two a3.",
            "Sort by name, and where names are equal by value.",
        );
        let mut report = samples::proved(&yours, vec![by_name]);
        report.alternatives = vec![
            vec![samples::mistake(
                "not-sorted",
                "did not sort the parameters",
                "",
                "Sort.",
            )],
            vec![
                samples::mistake("sorted-reverse", "sorted in descending order", "", "Sort."),
                samples::mistake("oauth-last", "put the oauth_ parameters last", "", "Sort."),
            ],
        ];
        report.separating_request = Some(
            "To tell them apart, send a request with the parameters b=1 and a=1, in this order."
                .into(),
        );
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn the_answer_of_the_provider_alone() {
        let mut report = samples::empty();
        report.canonical = samples::canonical(RFC_BASE_STRING);
        report.canonical.signature = None;
        report.response = Some(samples::response(
            "The signature is not the one that Flickr computed for this request. It shows the base string that it expected.",
        ));
        report.next_steps = vec!["Pass the request that was refused.".into()];
        let beside = Beside {
            provider: Some(RFC_BASE_STRING),
            is_answer_alone: true,
            ..Beside::default()
        };
        insta::assert_snapshot!(strip_str(&render(&report, &beside, 100)).to_string());
    }

    #[test]
    fn right_and_short() {
        insta::assert_snapshot!(plain(&samples::valid()));
    }

    #[test]
    fn nothing_to_compare_with() {
        let mut report = samples::empty();
        report.canonical = samples::canonical(RFC_BASE_STRING);
        report.canonical.signature = None;
        report.findings = vec![
            samples::finding(
                "nonce-empty",
                Severity::Note,
                "sent an empty nonce",
                "oauth_nonce is there, without a value.",
            ),
            samples::finding(
                "version-wrong",
                Severity::Error,
                "sent another oauth_version than 1.0",
                "oauth_version is \"1.0a\".",
            ),
        ];
        report.next_steps = vec![
            "Give the secrets: --consumer-secret @FILE --token-secret @FILE.".into(),
            "Or give the base string that your code made: --base-string @FILE.".into(),
        ];
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn not_explained() {
        let mut report = samples::proved(RFC_BASE_STRING, Vec::new());
        report.evidence = EvidenceLevel::Structure;
        report.yours.base_string = None;
        report.search.exhausted = true;
        report.search.candidates = 523_686;
        report.next_steps =
            vec!["Print the base string in your code and give it with --base-string.".into()];
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn a_right_base_string_and_a_wrong_signature() {
        let mut report = samples::proved(RFC_BASE_STRING, Vec::new());
        report.search.stopped_by = Some(StoppedBy::TimeLimit);
        report.evidence = EvidenceLevel::Structure;
        report.yours.base_string_rebuilt = false;
        report.findings = vec![samples::finding(
            "base-string-right",
            Severity::Note,
            "built the base string right",
            "The base string is right, also its %25 sequences: look at the key, the digest or the transport.",
        )];
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn a_difference_in_the_key() {
        let mistake = samples::mistake(
            "key-ampersand-missing",
            "left the & out of the key",
            "The client secret alone was used.",
            "Join both secrets with `&`, also when the token secret is empty.",
        );
        let mut report = samples::proved(RFC_BASE_STRING, vec![mistake]);
        report.first_mismatch = Some(Mismatch {
            kind: "missing",
            component: Component::Key,
            yours: MismatchSide {
                start: 12,
                end: 12,
                text: String::new(),
            },
            expected: MismatchSide {
                start: 12,
                end: 13,
                text: "&".into(),
            },
        });
        insta::assert_snapshot!(plain(&report));
    }

    #[test]
    fn a_simple_case_fits_on_one_screen() {
        let yours = RFC_BASE_STRING.replacen("POST", "GET", 1);
        let text = plain(&samples::proved(&yours, vec![samples::method_wrong()]));
        assert!(text.lines().count() <= 24, "{}", text.lines().count());
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(123), "123");
    }

    prop_compose! {
        /// A report in which every captured text is hostile.
        fn hostile_report()(
            texts in prop::collection::vec(hostile_text(), 16),
            pairs in prop::collection::vec((hostile_text(), hostile_text()), 0..4),
            offsets in prop::collection::vec(0_usize..400, 4),
            verdict in prop::sample::select(vec![Verdict::Valid, Verdict::Invalid, Verdict::Undetermined]),
            evidence in prop::sample::select(vec![
                EvidenceLevel::Signature, EvidenceLevel::BaseString, EvidenceLevel::Structure, EvidenceLevel::None,
            ]),
            component in prop::sample::select(vec![Component::Key, Component::Parameters, Component::Signature]),
            shared in hostile_text(),
            has in prop::collection::vec(any::<bool>(), 5),
        ) -> Report {
            let base = |text: &str| format!("{text}&{shared}&{}{shared}", texts[15]);
            let mistakes = vec![samples::mistake("id", "Title", &texts[0], "Fix it."); usize::from(has[4]) * 2];
            Report {
                verdict,
                evidence,
                alternatives: vec![mistakes.clone()],
                mistakes,
                separating_request: Some(texts[1].clone()),
                first_mismatch: has[0].then(|| Mismatch {
                    kind: "text",
                    component,
                    yours: MismatchSide { start: offsets[0], end: offsets[1], text: texts[2].clone() },
                    expected: MismatchSide { start: offsets[2], end: offsets[3], text: texts[3].clone() },
                }),
                findings: vec![samples::finding("id", Severity::Warning, "Title", &texts[4])],
                canonical: oauth1_diagnosis::report::Canonical {
                    method: texts[5].clone(),
                    base_string_uri: texts[6].clone(),
                    parameters: pairs,
                    base_string: if has[1] { base(&texts[7]) } else { String::new() },
                    signature: has[2].then(|| texts[8].clone()),
                    authorization: Some(texts[9].clone()),
                },
                yours: oauth1_diagnosis::report::Yours {
                    base_string: has[3].then(|| base(&texts[10])),
                    base_string_rebuilt: has[0],
                    signature: Some(texts[11].clone()),
                    signing_key: None,
                },
                next_steps: vec![texts[12].clone()],
                not_covered: vec![texts[13].clone()],
                response: Some(samples::response(&texts[14])),
                ..samples::valid()
            }
        }
    }

    /// Captured text beside a report.
    fn beside(report: &Report) -> Beside<'_> {
        Beside {
            place: Some(&report.canonical.base_string_uri),
            provider: report
                .yours
                .signature
                .as_deref()
                .filter(|text| text.len().is_multiple_of(2)),
            unchecked: report.yours.base_string.as_deref(),
            is_answer_alone: report.yours.base_string.is_none(),
            notes: std::slice::from_ref(&report.canonical.method),
        }
    }

    proptest! {
        /// P30: nothing that was captured drives the terminal, at any width.
        #[test]
        fn captured_text_is_harmless(report in hostile_report(), width in 0_usize..200) {
            let coloured = render(&report, &beside(&report), width);
            let text = strip_str(&coloured).to_string();
            prop_assert!(!text.chars().any(|c| c != '\n' && is_forbidden(c)), "{text:?}");
            // Where our own colour codes are taken out one by one, no other is left.
            let mut rest = coloured;
            for style in [BAD, DOUBTFUL, FAINT, GOOD, STRONG] {
                rest = rest.replace(&style.render().to_string(), "").replace(&style.render_reset().to_string(), "");
            }
            prop_assert!(!rest.contains('\u{1b}'), "{rest:?}");
            for line in text.lines().map(str::trim_start) {
                prop_assert!(!line.starts_with("::") && !line.starts_with("##["), "{line}");
            }
        }

        /// Lines stay within the width, unless a cut would make a build log command.
        #[test]
        fn lines_fit(report in hostile_report(), width in 60_usize..160) {
            let text = strip_str(&render(&report, &beside(&report), width)).to_string();
            for line in text.lines().filter(|line| !line.contains("::") && !line.contains("##[")) {
                prop_assert!(crate::render::escape::columns(line) <= width, "{line:?}");
            }
        }
    }
}

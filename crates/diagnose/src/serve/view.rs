//! What the page shows of a case, as JSON: every text is safe to show, and the page makes text nodes of it.

use crate::{
    case::Case,
    render::{
        Visible,
        derivation::{Stage, of_base_string, of_signature},
        document::{Difference, Entry, severity_word, stopped, word},
        emit, json,
    },
};
use oauth1_core::{method::SignatureMethod, parameters::collect_parameters, request::Request};
use oauth1_diagnosis::{calls, report::Report};
use serde_json::{Value, json};

/// The longest request that is shown whole.
const MOST_SHOWN: usize = 64 << 10;

/// All there is to see.
pub(super) fn of(case: &Case, report: &Report, name: &str) -> (Entry, Vec<u8>) {
    let entry = Entry::of_case(name.to_owned(), None, report, case);
    let request = case.evidence.request.as_ref();
    let view = json!({
        "name": visible(name),
        "answer": word(entry.answer),
        "headline": visible(&entry.headline),
        "problems": entry.problems.iter().map(|problem| json!({
            "id": problem.id,
            "severity": severity_word(problem.severity),
            "title": visible(&problem.title),
            "detail": visible(&stopped(&problem.detail)),
            "fix": problem.fix,
            "calls": calls_that_mend(problem.id),
        })).collect::<Vec<_>>(),
        "alternatives": report.alternatives.iter().map(|mistakes| {
            let titles = mistakes.iter().map(|mistake| mistake.title);
            titles.collect::<Vec<_>>().join(", and ")
        }).collect::<Vec<_>>(),
        "next_steps": report.next_steps.iter().map(|step| visible(step)).collect::<Vec<_>>(),
        "difference": entry.difference.as_ref().map(|both| window(both).pieces()),
        "clients": report.clients.iter().map(|client| client.name).collect::<Vec<_>>(),
        "provider": report.provider.as_ref().map(|provider| json!({
            "name": provider.name,
            "verdict": provider.verdict,
        })),
        "response": report.response.as_ref().map(|response| visible(&response.meaning)),
        "stages": request.map(|request| stages(request, report)),
        "request": request.map(|request| raw(request, report)),
        "notes": entry.notes.iter().map(|note| visible(note)).collect::<Vec<_>>(),
    });
    (entry, json::harmless(&view))
}

fn visible(text: &str) -> String {
    Visible(text).to_string()
}

/// The right call of each language, where one mends the mistake.
fn calls_that_mend(mistake: &str) -> Value {
    let task = calls::that_mends(mistake);
    let calls = task.iter().flat_map(|task| &task.calls).map(|call| {
        json!({
            "language": call.language,
            "right": call.right.trim_matches('\n'),
            "wrong": call.wrong.join(", "),
        })
    });
    calls.collect()
}

/// The texts, or what stands around the first difference where they are too long to be read.
fn window(difference: &Difference) -> Difference {
    const BEFORE: usize = 200;
    let Difference { yours, expected } = difference;
    if yours.len().max(expected.len()) <= MOST_SHOWN {
        return difference.clone();
    }
    let same = yours.bytes().zip(expected.bytes());
    let start = same
        .take_while(|(a, b)| a == b)
        .count()
        .saturating_sub(BEFORE);
    let cut = |text: &str| {
        let bytes = text.as_bytes().get(start..).unwrap_or_default();
        let end = bytes.len().min(10 * BEFORE);
        format!("…{}…", String::from_utf8_lossy(&bytes[..end]))
    };
    Difference {
        yours: cut(yours),
        expected: cut(expected),
    }
}

fn method_of(request: &Request) -> Option<SignatureMethod> {
    collect_parameters(request)
        .get("oauth_signature_method")
        .and_then(SignatureMethod::from_name)
}

/// How the right signature of this request is made.
fn stages(request: &Request, report: &Report) -> Vec<Stage> {
    if request.body.len() > MOST_SHOWN {
        return Vec::new();
    }
    let mut stages = of_base_string(request, &report.canonical.base_string);
    if let Some(method) = method_of(request) {
        let key = "(not shown)";
        let signature = match &report.canonical.signature {
            Some(signature) if method != SignatureMethod::Plaintext => signature,
            _ => "(not shown)",
        };
        stages.extend(of_signature(method, key, signature));
    }
    stages
}

/// The request as it was sent. The signature of PLAINTEXT is the key.
fn raw(request: &Request, report: &Report) -> String {
    if method_of(request) == Some(SignatureMethod::Plaintext) || report.canonical.method.is_empty()
    {
        return "(not shown, because its signature is made of the secrets)".into();
    }
    let mut bytes = emit::http(request);
    let is_cut = bytes.len() > MOST_SHOWN;
    bytes.truncate(MOST_SHOWN);
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let lines = text.split('\n').map(visible).collect::<Vec<_>>();
    let cut = if is_cut {
        "\n(the rest is not shown)"
    } else {
        ""
    };
    format!("{}{cut}", lines.join("\n"))
}

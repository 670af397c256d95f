//! Which further request would tell two explanations apart.

use crate::report::MistakeReport;

/// One or two sentences; `None` when there is nothing to tell apart.
pub(crate) fn request_that_separates(
    chosen: &[MistakeReport],
    alternatives: &[Vec<MistakeReport>],
) -> Option<String> {
    let rival = alternatives.first()?;
    let only_in = |one: &'_ [MistakeReport], other: &[MistakeReport]| {
        one.iter()
            .find(|mistake| !other.iter().any(|same| same.id == mistake.id))
            .map(|mistake| (mistake.id, mistake.stage))
    };
    let (mine, theirs) = (only_in(chosen, rival), only_in(rival, chosen));
    let named: Vec<&str> = [mine, theirs]
        .into_iter()
        .flatten()
        .map(|(id, _)| id)
        .collect();
    let probes: Vec<&str> = [mine, theirs]
        .into_iter()
        .flatten()
        .map(|(id, stage)| probe(id, stage))
        .collect();
    let probe = probes.iter().find(|probe| probe.len() > 1)?;
    Some(match named.as_slice() {
        [one, other] => format!("To tell `{one}` from `{other}`, send {probe}, and diagnose that."),
        [one] => format!("To see whether `{one}` is part of it, send {probe}, and diagnose that."),
        _ => format!("To be sure, send {probe}, and diagnose that."),
    })
}

/// A request on which a mistake shows by itself.
fn probe(id: &str, stage: &str) -> &'static str {
    match id {
        "method-case" | "method-wrong" | "method-override" => {
            "the same request with another method"
        }
        "scheme-wrong" | "scheme-case" => "the same request to the other scheme (http or https)",
        "host-case" | "host-wrong" | "host-idn" | "host-userinfo" => {
            "the same request to another name of the host"
        }
        "port-default-kept" | "port-dropped" | "port-wrong" => "the same request to another port",
        "trailing-slash-missing" | "trailing-slash-extra" | "path-empty" => {
            "one request to a path with a slash at its end and one without"
        }
        "redirect-stale" => "the request straight to the address that the redirect leads to",
        "path-decoded" | "path-encoded-again" | "path-reencoded" => {
            "a request with `%2F`, `%7E` and a space in the path"
        }
        "url-as-typed" | "path-normalized" => "a request whose path holds `/./` and `%41`",
        "query-in-uri" | "fragment-in-uri" => "a request without a query",
        "query-not-signed" | "query-partly-signed" | "query-twice" => {
            "a request with two different query parameters"
        }
        "duplicate-collapsed"
        | "names-rewritten"
        | "structure-flattened"
        | "header-parameters-twice" => "a request with `a=2&a=1&a=1` and nothing else twice",
        "empty-dropped" | "empty-added" | "bare-name" => "a request with `a=&b&c=1`",
        "plus-literal" | "space-as-plus" => {
            "a request with both a space and a plus sign in one value"
        }
        "as-on-the-wire" | "double-encoded" | "decoded-twice" => {
            "a request whose value holds `%41` and a space"
        }
        "tilde-encoded" | "unreserved-encoded" => "a request with `~-._` in one value",
        "subdelims-kept" | "reserved-kept" | "not-encoded" | "name-not-encoded" => {
            "a request with `!*'()/:@` in one value and in one name"
        }
        "key-not-encoded" | "key-encoding" | "key-double-encoded" | "key-encoded-whole"
        | "key-charset" => "a request signed with secrets that hold `+`, `/` and `~`",
        "key-ampersand-missing" | "key-swapped" | "key-token-secret-missing" | "key-null-text" => {
            "a request signed with both a client secret and a token secret"
        }
        _ => match stage {
            "order" => "a request with the parameters `B=1&a=2&a=10&a1=3&a%5B=4`",
            "encoding" => {
                "a request with a space, `~`, `!` and a letter outside ASCII in one value"
            }
            "parameters" => "a request with a query, a form body and a repeated name",
            "uri" => "a request to another path on the same host",
            _ => "a second request with other parameters",
        },
    }
}

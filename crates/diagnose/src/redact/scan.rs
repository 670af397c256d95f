//! Is anything of the capture left? In any encoding.

use super::renaming::is_harmless;
use crate::failure::Failure;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth1_core::{
    base_string_uri::split_authority,
    encode::{percent_decode, percent_encode},
    key::{Secret, signing_key},
    request::Request,
};
use oauth1_diagnosis::evidence::Evidence;
use std::collections::HashSet;

/// What is shorter may be anywhere by chance.
const SHORTEST: usize = 4;

/// The secrets, in all the forms in which one could look for them.
pub(super) fn secrets(evidence: &Evidence) -> Vec<Vec<u8>> {
    let key = evidence
        .consumer_secret
        .as_ref()
        .map(|client| signing_key(client, evidence.token_secret.as_ref()));
    [
        &evidence.consumer_secret,
        &evidence.token_secret,
        &evidence.signing_key,
        &key,
    ]
    .into_iter()
    .flatten()
    .map(Secret::expose)
    .flat_map(forms)
    .collect()
}

/// The words of the headers that do not stay.
pub(super) fn dropped(request: &Request) -> Vec<Vec<u8>> {
    let known = [
        "authorization",
        "host",
        "content-type",
        "content-length",
        "user-agent",
    ];
    let headers = request
        .headers
        .iter()
        .filter(|header| !known.iter().any(|name| header.is(name)));
    headers
        .flat_map(|header| words(&header.value))
        .filter(|word| !is_harmless(word))
        .map(<[u8]>::to_vec)
        .collect()
}

/// A secret as it is, encoded once and twice, as a form writes it, in Base64 and in hexadecimal.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let once = percent_encode(secret);
    let twice = percent_encode(once.as_bytes());
    let form = once.replace("%20", "+");
    let digits = secret.iter().map(|byte| format!("{byte:02x}"));
    let hex = digits.collect::<Vec<_>>().concat();
    let base64 = STANDARD.encode(secret);
    // The last group of Base64 changes with what follows.
    let base64 = base64.trim_end_matches('=');
    let base64 = &base64[..base64.len().saturating_sub(1)];
    let json = serde_json::to_string(&String::from_utf8_lossy(secret)).unwrap_or_default();
    [
        secret.to_vec(),
        once.into_bytes(),
        twice.into_bytes(),
        form.into_bytes(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        base64.as_bytes().to_vec(),
        json.trim_matches('"').as_bytes().to_vec(),
    ]
    .into()
}

/// Refuses a text that holds one of the secrets.
pub(super) fn check_secrets(text: &[u8], secrets: &[Vec<u8>]) -> Result<(), Failure> {
    let holds = |secret: &Vec<u8>| {
        secret.len() >= SHORTEST
            && text
                .windows(secret.len())
                .any(|window| window == secret.as_slice())
    };
    refuse_if(secrets.iter().any(holds))
}

/// Refuses a request where one of the words that should be gone stands as a word, encoded or not. It is looked for where words
/// are: method, port, media type and the names of headers and clients stay as they are.
pub(super) fn check_words(safe: &Request, gone: &HashSet<Vec<u8>>) -> Result<(), Failure> {
    let host = split_authority(&safe.authority).0;
    let parts = [
        Some(host),
        Some(safe.path.as_slice()),
        safe.query.as_deref(),
        safe.form_body(),
    ];
    let headers = safe.header_values("Authorization");
    let is_left = |text: &[u8]| {
        let once = percent_decode(text);
        let twice = percent_decode(&once);
        [text, &*once, &*twice]
            .into_iter()
            .flat_map(words)
            .any(|word| gone.contains(word))
    };
    refuse_if(parts.into_iter().flatten().chain(headers).any(is_left))
}

/// The runs of letters and digits, but for those that are too short to say anything.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| word.len() >= SHORTEST)
}

fn refuse_if(is_left: bool) -> Result<(), Failure> {
    if is_left {
        return Err(Failure::usage(
            "something of the capture would be left in the safe form, so nothing is printed",
            "share the report of `diagnose` in its place; it shows no secrets.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnose_tests::fixtures::header;
    use oauth1_core::request::Scheme;

    #[test]
    fn a_secret_is_found_in_every_form() {
        let evidence = Evidence {
            consumer_secret: Some(Secret::new("a secret/+\"1")),
            token_secret: Some(Secret::new("token")),
            ..Evidence::default()
        };
        let secrets = secrets(&evidence);
        let is_refused = |text: &str| check_secrets(text.as_bytes(), &secrets).is_err();
        for left in [
            "a secret/+\"1",
            "a%20secret%2F%2B%221",
            "a%2520secret%252F%252B%25221",
            "a+secret%2F%2B%221",
            "61207365637265742f2b2231",
            "61207365637265742F2B2231",
            "YSBzZWNyZXQvKyIx",
            r#"a secret/+\"1"#,
            "token",
            // Both joined, in Base64.
            "YSUyMHNlY3JldCUyRiUyQiUyMjEmdG9rZW4=",
        ] {
            assert!(is_refused(&format!("x={left}&y")), "{left}");
        }
        assert!(!is_refused("x=a%20secre&y=tok%65n"));
    }

    #[test]
    fn the_words_of_headers_that_go_are_gone_unless_they_say_nothing() {
        let mut request = Request::new(b"GET", Scheme::Https, b"h.example", b"/");
        request.headers = vec![
            header("Host", "h.example"),
            header("User-Agent", "inhouse"),
            header("Cookie", "sid=4711ab; lang=de"),
            header("Accept", "application/json"),
        ];
        assert_eq!(dropped(&request), [b"4711ab".to_vec(), b"lang".to_vec()]);
    }

    #[test]
    fn a_word_is_left_where_it_stands_as_a_word() {
        let gone = HashSet::from([b"auth".to_vec(), b"8080".to_vec(), b"POST".to_vec()]);
        let is_refused = |target: &str, authorization: &str, form: &str| {
            let authority = b"h.example:8080";
            let mut request = Request::new(b"POST", Scheme::Https, authority, target.as_bytes());
            request.headers = vec![
                header("Authorization", authorization),
                header("Content-Type", "application/x-www-form-urlencoded"),
            ];
            request.body = form.into();
            check_words(&request, &gone).is_err()
        };
        assert!(!is_refused(
            "/oauth/r01x?authority=1",
            "OAuth oauth_token=\"1\"",
            "x=oauth"
        ));
        for (target, authorization, form) in [
            ("/auth", "", ""),
            ("/x%20auth", "", ""),
            ("/x%252Fauth", "", ""),
            ("/x?%61uth", "", ""),
            ("/x?port=8080", "", ""),
            ("/x", "OAuth realm=\"auth\"", ""),
            ("/x", "", "a=POST"),
        ] {
            assert!(
                is_refused(target, authorization, form),
                "{target} {authorization} {form}"
            );
        }
    }
}

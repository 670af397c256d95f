//! Is anything of the capture left? In any encoding.

use super::renaming::is_harmless;
use crate::failure::Failure;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth1_core::{
    encode::percent_encode,
    key::{Secret, signing_key},
    request::Request,
};
use oauth1_diagnosis::evidence::Evidence;

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

/// The values of the headers that do not stay.
pub(super) fn dropped(request: &Request) -> Vec<Vec<u8>> {
    let known = [
        "authorization",
        "host",
        "content-type",
        "content-length",
        "user-agent",
    ];
    let values = request
        .headers
        .iter()
        .filter(|header| !known.iter().any(|name| header.is(name)))
        .flat_map(|header| header.value.split(|byte| b" ;,=".contains(byte)));
    values
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

/// Refuses a text that holds one of them.
pub(super) fn check(text: &[u8], forbidden: &[Vec<u8>]) -> Result<(), Failure> {
    let holds = |word: &Vec<u8>| {
        word.len() >= SHORTEST
            && text
                .windows(word.len())
                .any(|window| window == word.as_slice())
    };
    if forbidden.iter().any(holds) {
        return Err(Failure::usage(
            "something of the capture would be left in the safe form, so nothing is printed",
            "share the report of `diagnose` in its place; it shows no secrets.",
        ));
    }
    Ok(())
}

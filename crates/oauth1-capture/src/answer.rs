//! What does the provider say? A refused request comes back with an answer, and many answers name the reason, or even the
//! base string that the provider expected.

use crate::{
    catalogue::{Catalogue, Entry, Provider, Reason},
    header::is_oauth,
    leak::{self, Carrier, Leak},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use oauth1_core::encode::{form_decode, percent_decode};
use serde_json::Value;

pub use crate::catalogue::Refused;

/// Answers are short; of a long page, this much is looked at.
const MOST_BYTES: usize = 256 * 1024;

/// The longest text of the provider's own that is repeated.
const MOST_CHARACTERS: usize = 200;

/// An answer that is known.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The id of the provider whose answer it is; `None` when several say the same and nothing names one.
    pub provider: Option<&'static str>,
    /// The id of the reason, as in `oauth_problem`: `signature_invalid`, `nonce_used`, …
    pub reason: &'static str,
    /// What was refused.
    pub refused: Refused,
    /// What the provider says and what it usually means, in plain sentences. May repeat a part of the answer.
    pub meaning: String,
    /// What to do next, one sentence.
    pub todo: &'static str,
    /// The base string that the provider expected, where the answer shows the whole of it.
    pub base_string: Option<Vec<u8>>,
}

/// Recognises an answer; `None` when it is not one that is known.
///
/// ```
/// use oauth1_capture::{answer::recognise, response::Response};
///
/// let body = b"oauth_problem=nonce_used".to_vec();
/// let answer = recognise(&Response { body, ..Response::default() }).unwrap();
/// assert_eq!(answer.reason, "nonce_used");
/// assert!(answer.meaning.contains("It was not the signature that was refused"));
/// ```
pub fn recognise(response: &Response) -> Option<Answer> {
    let texts = Texts::of(response);
    let catalogue = Catalogue::get();
    let leak = texts.base_string();
    let known = Known::of(&texts);
    let reason = known.reason.or_else(|| {
        // Only a wrong signature is answered with the base string.
        let shown = leak.as_ref().map(|_| "signature_invalid");
        catalogue.reason(shown?)
    })?;
    let provider = texts
        .hosts(leak.as_ref())
        .find_map(|host| catalogue.provider_at(&host))
        .or_else(|| catalogue.provider_of(known.entry?));
    let mut sentences = vec![reason.says(provider)];
    sentences.extend(known.entry.and_then(|entry| entry.means.clone()));
    sentences.extend(known.entry.and_then(|entry| words_of(entry, provider)));
    sentences.extend(texts.details());
    sentences.extend(known.expected_signature(&texts));
    sentences.extend(leak.as_ref().map(shown));
    if reason.refused == Refused::Other {
        sentences.push("It was not the signature that was refused".into());
    }
    let todo = known.entry.and_then(|entry| entry.todo.as_deref());
    Some(Answer {
        provider: provider.map(|provider| provider.id.as_str()),
        reason: &reason.id,
        refused: reason.refused,
        meaning: sentences.join(". ") + ".",
        todo: todo.unwrap_or(&reason.todo),
        base_string: leak.filter(|leak| !leak.is_cut).map(|leak| leak.text),
    })
}

/// Whether a text says why something is refused, in words that are known.
pub(crate) fn is_known(text: &[u8]) -> bool {
    let response = Response {
        body: text.get(..MOST_BYTES).unwrap_or(text).to_vec(),
        ..Response::default()
    };
    Known::of(&Texts::of(&response)).reason.is_some()
}

/// What of an answer is known.
struct Known {
    reason: Option<&'static Reason>,
    /// The entry with the same reason.
    entry: Option<&'static Entry>,
}

impl Known {
    fn of(texts: &Texts) -> Self {
        let catalogue = Catalogue::get();
        let entry = catalogue.entry(&texts.all());
        let problem = texts.problem();
        let reason = problem
            .as_ref()
            .and_then(|problem| catalogue.reason(core::str::from_utf8(problem).ok()?))
            .or_else(|| catalogue.reason_of(entry?))
            .or_else(|| catalogue.reason(problem.map(|_| "other_problem")?));
        let is_same = |entry: &&Entry| {
            let of_entry = catalogue.reason_of(entry).map(|reason| &reason.id);
            of_entry == reason.map(|reason| &reason.id)
        };
        Self {
            reason,
            entry: entry.filter(is_same),
        }
    }

    /// The signature that the provider computed. That of PLAINTEXT is the key itself: only a digest is repeated.
    fn expected_signature(&self, texts: &Texts) -> Option<String> {
        const DIGESTS: [usize; 3] = [20, 32, 64];
        let signature = self.entry?.expected_signature(&texts.all())?;
        let length = STANDARD.decode(signature).ok()?.len();
        DIGESTS.contains(&length).then(|| {
            format!(
                "It computed the signature {}",
                String::from_utf8_lossy(signature)
            )
        })
    }
}

/// Who is known for words that name nobody.
fn words_of(entry: &Entry, provider: Option<&Provider>) -> Option<String> {
    let names = Catalogue::get().known_from(entry);
    if provider.is_some() || names.is_empty() {
        return None;
    }
    Some(format!(
        "These words are known from {}",
        names.join(" and ")
    ))
}

/// What an answer shows of the base string.
fn shown(leak: &Leak) -> String {
    if !leak.is_cut {
        return "It shows the base string that it expected".into();
    }
    let begins = leak
        .method_and_uri()
        .map_or(String::new(), |(method, uri)| {
            format!(
                ", which begins with {} {}",
                own_words(method),
                own_words(&uri)
            )
        });
    format!(
        "It shows a base string that is cut off{begins}: paste the whole answer, and it is compared with yours"
    )
}

/// Text from an answer for a sentence: on one line, and no longer than anybody reads.
fn own_words(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The texts of an answer, each as it was before it was put into its header or JSON string.
struct Texts {
    /// The values of `WWW-Authenticate`.
    headers: Vec<Vec<u8>>,
    /// The body, or where that is JSON its strings.
    bodies: Vec<Vec<u8>>,
    /// A JSON body, names and numbers included.
    json: Option<Vec<u8>>,
    /// The problem and the advice, decoded, as `name=value`.
    report: Vec<u8>,
}

impl Texts {
    fn of(response: &Response) -> Self {
        let body = response.body.get(..MOST_BYTES).unwrap_or(&response.body);
        let is_challenge = |name: &[u8]| name.eq_ignore_ascii_case(b"WWW-Authenticate");
        let headers = response
            .headers
            .iter()
            .filter(|header| is_challenge(&header.name))
            .map(|header| header.value.clone())
            .collect();
        let mut texts = Self {
            headers,
            bodies: Vec::new(),
            json: None,
            report: Vec::new(),
        };
        match serde_json::from_slice(body) {
            Ok(value) => {
                strings(value, &mut texts.bodies);
                texts.json = Some(body.to_vec());
            }
            Err(_) => texts.bodies.push(body.to_vec()),
        }
        for name in ["oauth_problem", "oauth_problem_advice"] {
            if let Some(value) = texts.parameter(name) {
                let line = [name.as_bytes(), b"=", &value, b"\n"];
                texts.report.extend(line.concat());
            }
        }
        texts
    }

    fn all(&self) -> Vec<&[u8]> {
        let texts = self.headers.iter().chain(&self.bodies).chain(&self.json);
        texts.chain([&self.report]).map(Vec::as_slice).collect()
    }

    /// Each with the way values are written in it.
    fn carriers(&self) -> impl Iterator<Item = (&[u8], Carrier)> {
        let of = |carrier| move |text| (Vec::as_slice(text), carrier);
        let headers = self.headers.iter().map(of(Carrier::Header));
        headers.chain(self.bodies.iter().map(of(Carrier::Body)))
    }

    fn base_string(&self) -> Option<Leak> {
        self.carriers()
            .find_map(|(text, carrier)| leak::find(text, carrier))
    }

    /// A parameter of the OAuth Problem Reporting extension, decoded.
    fn parameter(&self, name: &str) -> Option<Vec<u8>> {
        self.carriers()
            .find_map(|(text, carrier)| parameter(text, name, carrier))
    }

    /// The problem, from the parameter or from the exception of the Java library that prints it.
    fn problem(&self) -> Option<Vec<u8>> {
        self.parameter("oauth_problem")
            .or_else(|| self.parameter("OAuthProblemException"))
    }

    /// What the other parameters of the extension say.
    fn details(&self) -> Vec<String> {
        let mut details = Vec::new();
        for (name, verb) in [
            ("oauth_parameters_absent", "Missing"),
            ("oauth_parameters_rejected", "Not accepted"),
        ] {
            let names = self.parameter(name).map(|value| names(&value));
            let told = names.filter(|names| !names.is_empty());
            details.extend(told.map(|names| format!("{verb}: {}", names.join(", "))));
        }
        for (name, what) in [
            ("oauth_acceptable_timestamps", "timestamps"),
            ("oauth_acceptable_versions", "versions"),
        ] {
            let range = self.parameter(name).filter(|value| is_range(value));
            details.extend(range.map(|range| {
                let range = String::from_utf8_lossy(&range).replace('-', " to ");
                format!("It accepts the {what} {range}")
            }));
        }
        let advice = self.parameter("oauth_problem_advice").or_else(|| {
            let problem = self.problem()?;
            let is_id = core::str::from_utf8(&problem)
                .is_ok_and(|id| Catalogue::get().reason(id).is_some());
            (!is_id).then_some(problem)
        });
        details.extend(advice.map(|advice| format!("In its words: \"{}\"", own_words(&advice))));
        details
    }

    /// The hosts that the answer names: that of the base string and those of realms.
    fn hosts(&self, leak: Option<&Leak>) -> impl Iterator<Item = String> {
        let uri = leak.and_then(Leak::method_and_uri).map(|(_, uri)| uri);
        let realms = self
            .headers
            .iter()
            .filter(|value| is_oauth(value))
            .filter_map(|value| parameter(value, "realm", Carrier::Header));
        uri.into_iter().chain(realms).filter_map(|uri| host(&uri))
    }
}

/// All strings of a JSON value.
fn strings(value: Value, into: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => into.push(text.into_bytes()),
        Value::Array(values) => values.into_iter().for_each(|value| strings(value, into)),
        Value::Object(members) => members
            .into_iter()
            .for_each(|(_, value)| strings(value, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The value of a parameter in a text: `name=value` (form), `name="value"` (header), `name: value` (prose). What is not prose is
/// percent-encoded.
fn parameter(text: &[u8], name: &str, carrier: Carrier) -> Option<Vec<u8>> {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let start = from
            + rest
                .windows(name.len())
                .position(|w| w == name.as_bytes())?;
        from = start + name.len();
        let joined = start.checked_sub(1).and_then(|at| text.get(at));
        let rest = text.get(from..)?;
        let [separator @ (b'=' | b':'), value @ ..] = rest else {
            continue;
        };
        if joined.is_some_and(is_word) {
            continue;
        }
        let value = value.trim_ascii_start();
        let (value, quoted) = match value.strip_prefix(b"\"") {
            Some(value) => (value, true),
            None => (value, false),
        };
        let ends = |b: &u8| match b {
            b'"' | b'<' => true,
            _ if quoted => false,
            _ => b.is_ascii_whitespace() || b"&,;".contains(b),
        };
        let end = value.iter().position(ends).unwrap_or(value.len());
        let value = value.get(..end)?;
        return Some(match (separator, carrier) {
            (b':', _) => value.to_vec(),
            (_, Carrier::Header) => percent_decode(value).into_owned(),
            (_, Carrier::Body) => form_decode(value).into_owned(),
        });
    }
}

/// The names of `name&name` or `name=value&…`; the values may be anything, and are left out.
fn names(value: &[u8]) -> Vec<String> {
    let parameters = value.split(|&b| b == b'&');
    let names = parameters.filter_map(|parameter| parameter.split(|&b| b == b'=').next());
    names
        .filter(|name| !name.is_empty())
        .map(|name| own_words(&percent_decode(name)))
        .collect()
}

/// `1300000000-1300000600` or `1.0-1.0`.
fn is_range(value: &[u8]) -> bool {
    let is_number =
        |text: &[u8]| !text.is_empty() && text.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let mut ends = value.split(|&b| b == b'-');
    ends.next().is_some_and(is_number)
        && ends.next().is_some_and(is_number)
        && ends.next().is_none()
}

/// The host in a URI, in lower case.
fn host(uri: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(uri).ok()?;
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    Some(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth1_core::request::Header;
    use std::collections::BTreeMap;

    fn of_body(body: &str) -> Option<Answer> {
        recognise(&Response {
            body: body.as_bytes().to_vec(),
            ..Response::default()
        })
    }

    fn of_header(value: &str) -> Answer {
        let header = Header {
            name: b"www-authenticate".to_vec(),
            value: value.as_bytes().to_vec(),
        };
        recognise(&Response {
            headers: vec![header],
            ..Response::default()
        })
        .unwrap()
    }

    const BASE_STRING: &str = "GET&https%3A%2F%2Fwww.flickr.com%2Fservices%2Foauth%2Frequest_token&oauth_callback%3Doob%26oauth_consumer_key%3Dk%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1%26oauth_version%3D1.0";

    /// Every recorded answer is recognised as what it is.
    #[test]
    fn the_recorded_answers_are_recognised() {
        let samples: Vec<Value> =
            serde_json::from_str(include_str!("../../../fixtures/providers/samples.json")).unwrap();
        let mut of_reason = BTreeMap::<_, usize>::new();
        let mut wrong = Vec::new();
        for sample in &samples {
            let header = |pair: &Value| Header {
                name: pair[0].as_str().unwrap().into(),
                value: pair[1].as_str().unwrap().into(),
            };
            let headers = sample["headers"].as_array().unwrap();
            let response = Response {
                status: sample["status"]
                    .as_u64()
                    .map(|status| status.try_into().unwrap()),
                headers: headers.iter().map(header).collect(),
                body: sample["body"].as_str().unwrap().into(),
            };
            let Some(answer) = recognise(&response) else {
                wrong.push(format!("not recognised: {sample}"));
                continue;
            };
            let told = (
                answer.provider,
                Some(answer.reason),
                Some(answer.meaning.contains("base string that")),
            );
            let expected = (
                sample["provider"].as_str(),
                sample["reason"].as_str(),
                sample["leaks"].as_bool(),
            );
            if told != expected {
                wrong.push(format!("{told:?}: {sample}"));
            }
            let says_other = answer.meaning.contains("It was not the signature");
            assert_eq!(says_other, answer.refused == Refused::Other, "{sample}");
            *of_reason.entry(answer.reason).or_default() += 1;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(of_reason.len() > 20, "{of_reason:?}");
    }

    #[test]
    fn the_host_of_the_base_string_names_the_provider() {
        let answer = of_body(&format!(
            "oauth_problem=signature_invalid&debug_sbs={BASE_STRING}"
        ))
        .unwrap();
        assert_eq!(answer.provider, Some("flickr"));
        assert_eq!(answer.base_string.as_deref(), Some(BASE_STRING.as_bytes()));
        let elsewhere = BASE_STRING.replace("www.flickr.com", "api.example");
        let answer = of_body(&format!(
            "oauth_problem=signature_invalid&debug_sbs={elsewhere}"
        ))
        .unwrap();
        assert_eq!(answer.provider, Some("pecl-oauthprovider"));
    }

    #[test]
    fn a_base_string_in_a_json_string_is_unescaped_as_json_does() {
        let escaped = BASE_STRING.replace('&', "\\u0026");
        let body =
            format!("{{\"error\": {{\"text\": [\"Expected signature base string: {escaped}\"]}}}}");
        let answer = of_body(&body).unwrap();
        assert_eq!(answer.base_string.as_deref(), Some(BASE_STRING.as_bytes()));
    }

    #[test]
    fn a_base_string_alone_says_that_the_signature_was_refused() {
        let answer = of_body(&format!("signature base string: {BASE_STRING}")).unwrap();
        assert_eq!(answer.reason, "signature_invalid");
        assert_eq!(answer.provider, Some("flickr"));
    }

    #[test]
    fn a_base_string_that_is_cut_is_told_but_not_given() {
        let answer =
            of_body("debug_sbs=PUT&https%3A%2F%2Fopenapi.etsy.com%2Fv2&oauth_con…").unwrap();
        assert_eq!(answer.base_string, None);
        assert_eq!(answer.provider, Some("etsy-v2"));
        assert!(
            answer
                .meaning
                .contains("begins with PUT https://openapi.etsy.com/v2")
        );
        let answer = of_body("debug_sbs=PUT&https%3A%2F%2Fopen").unwrap();
        assert!(
            answer.meaning.contains("cut off: paste"),
            "{}",
            answer.meaning
        );
    }

    #[test]
    fn the_parameters_of_the_problem_are_told() {
        let answer = of_header(
            "OAuth realm=\"https%3A%2F%2Fh\", oauth_problem=\"parameter_absent\", oauth_parameters_absent=\"oauth_token%26oauth_nonce\"",
        );
        assert_eq!(answer.reason, "parameter_absent");
        assert!(
            answer
                .meaning
                .contains("Missing: oauth_token, oauth_nonce.")
        );
        let answer = of_header(
            "OAuth oauth_problem=\"timestamp_refused\", oauth_acceptable_timestamps=\"1300000000-1300000600\"",
        );
        assert!(
            answer
                .meaning
                .contains("timestamps 1300000000 to 1300000600.")
        );
        let rejected = "oauth_problem=parameter_rejected&oauth_parameters_rejected=password%3Ds3cr3t%26b%3Dc&oauth_problem_advice=Leave+it%0Aout";
        let answer = of_body(rejected).unwrap();
        assert!(answer.meaning.contains("Not accepted: password, b."));
        assert!(!answer.meaning.contains("s3cr3t"));
        assert!(answer.meaning.contains("\"Leave it out\""));
    }

    #[test]
    fn a_problem_that_is_not_known_is_told_in_its_own_words() {
        let answer = of_body("oauth_problem=unknown_problem%26code%3D503").unwrap();
        assert_eq!(
            (answer.reason, answer.refused),
            ("other_problem", Refused::Unsaid)
        );
        assert!(answer.meaning.contains("\"unknown_problem&code=503\""));
        let long = of_body(&format!("oauth_problem={}", "x".repeat(10_000))).unwrap();
        assert!(long.meaning.len() < 500);
    }

    #[test]
    fn the_problem_wins_over_the_words_beside_it() {
        let answer = of_body("oauth_problem=nonce_used&message=invalid signature").unwrap();
        assert_eq!(answer.reason, "nonce_used");
        assert!(!answer.meaning.contains("computed"));
    }

    #[test]
    fn the_exception_of_the_java_library_names_the_problem() {
        let answer = of_body(
            "net.oauth.OAuthProblemException: timestamp_refused\n\tat net.oauth.SimpleOAuthValidator",
        )
        .unwrap();
        assert_eq!(answer.reason, "timestamp_refused");
    }

    #[test]
    fn an_expected_signature_is_told_if_it_is_a_digest() {
        let ours = |ours: &str| {
            of_body(&format!("Invalid signature ours={ours} yours=abc"))
                .unwrap()
                .meaning
        };
        let digest = "TpVZ7AJ1SrJDtIynxAYpIjVlNqI=";
        assert!(ours(digest).contains(digest));
        assert!(!ours("s3cr3t&s3cr3t").contains("s3cr3t"));
    }

    #[test]
    fn what_is_not_known_is_not_guessed_at() {
        for body in [
            "",
            "Unauthorized",
            "{\"message\":\"Forbidden\"}",
            "{\"code\":32}",
            "<html><body>Not found</body></html>",
            "my_oauth_problem=nonce_used",
            "GET&https%3A%2F%2Fh%2F&oauth_problem%3Dnonce_used",
            "{\"title\":\"Unauthorized\",\"status\":401}",
        ] {
            assert!(of_body(body).is_none(), "{body}");
        }
    }
}

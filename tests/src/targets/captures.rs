//! HAR files, curl commands and signed URLs: the readers against plainer ones.
use crate::naive;
use oauth1_capture::{CaptureError, Captured, Format, HarSummary, Hints, detect, read, read_har};
use oauth1_core::{
    base_string::BaseString,
    request::{Request, Scheme},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt, ops::ControlFlow};

/// JSON in which no object has two members of one name: readers differ in which of them counts.
struct Plain;

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, Self)) = map.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(self)
    }
}

/// Z02: what is streamed out of a file is what there is in each of its entries, read alone out of a file as `serde_json` writes it.
///
/// # Panics
/// When it is not.
pub fn har(file: &[u8]) {
    let text = without_mark(file);
    let (Ok(Plain), Ok(whole)) = (
        serde_json::from_slice(text),
        serde_json::from_slice::<Value>(text),
    ) else {
        return;
    };
    let streamed = streamed(file);
    let Some(entries) = whole["log"]["entries"].as_array() else {
        assert!(streamed.is_err(), "there are no entries");
        return;
    };
    let alone: Result<Vec<Option<Captured>>, CaptureError> =
        entries.iter().map(signed_alone).collect();
    let Ok(alone) = alone else {
        assert!(streamed.is_err(), "an entry that is none was streamed");
        return;
    };
    let signed = (1..).zip(alone).zip(entries);
    let signed: Vec<_> = signed
        .filter_map(|((number, captured), entry)| Some((number, captured?, entry)))
        .collect();
    let (summary, streamed) = match streamed {
        Ok(streamed) => streamed,
        Err(error) => {
            assert!(signed.is_empty(), "{error}");
            return;
        }
    };
    assert!(summary.is_complete);
    assert_eq!(summary.entries, entries.len());
    assert_eq!(summary.signed, signed.len());
    if signed.is_empty() {
        return;
    }
    assert_eq!(streamed.len(), signed.len());
    for (streamed, (number, alone, entry)) in streamed.iter().zip(signed) {
        let place = streamed.place.as_deref().expect("a place");
        let rest = place.strip_prefix(&format!("entry {number}: "));
        assert!(
            rest.is_some()
                && alone
                    .place
                    .as_deref()
                    .is_some_and(|it| it.ends_with(rest.unwrap())),
            "{place}"
        );
        assert_eq!(streamed.unchecked, alone.unchecked);
        assert_eq!(streamed.notes, alone.notes);
        let sent = |captured: &Captured| {
            let it = captured.request.clone()?;
            Some((it.request, it.typed_url, it.notes))
        };
        assert_eq!(sent(streamed), sent(&alone));
        let answered = |captured: &Captured| {
            let it = captured.response.clone()?;
            Some((it.status, it.headers, it.body))
        };
        assert_eq!(answered(streamed), answered(&alone));
        if let Some(captured) = &streamed.request {
            says_what_the_entry_says(&captured.request, &entry["request"]);
        }
    }
}

fn streamed(file: &[u8]) -> Result<(HarSummary, Vec<Captured>), CaptureError> {
    let mut all = Vec::new();
    let summary = read_har(file, &Hints::default(), &mut |captured| {
        all.push(captured);
        ControlFlow::Continue(())
    })?;
    Ok((summary, all))
}

/// What an entry gives in a file where another one is signed, so that it is left out when it is not.
fn signed_alone(entry: &Value) -> Result<Option<Captured>, CaptureError> {
    let other = json!({"request": {"method": "GET", "url": "http://other/?oauth_token=t"}});
    let file = json!({"log": {"entries": [entry, other]}}).to_string();
    let (_, mut all) = streamed(file.as_bytes())?;
    all.pop();
    Ok(all.pop())
}

/// Method, target and header fields are those of the file.
fn says_what_the_entry_says(request: &Request, sent: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().as_bytes().to_vec();
    assert_eq!(request.method, text(&sent["method"]));
    let mut target = request.path.clone();
    if let Some(query) = &request.query {
        target.push(b'?');
        target.extend(query);
    }
    assert_eq!(target, parts_of_url(&text(&sent["url"])).1);
    let fields = sent["headers"].as_array().into_iter().flatten();
    let fields: Vec<_> = fields
        .map(|field| {
            (
                text(&field["name"]),
                text(&field["value"]).trim_ascii().to_vec(),
            )
        })
        .filter(|(name, _)| !name.starts_with(b":"))
        .collect();
    let headers = request.headers.iter();
    let headers: Vec<_> = headers
        .map(|header| (header.name.clone(), header.value.clone()))
        .collect();
    // The type of the body is added where no field tells it.
    assert!(headers.starts_with(&fields) && headers.len() <= fields.len() + 1);
}

/// The text behind the mark of UTF-8 that some programs write.
fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// The authority without userinfo, and what a client sends as target: all behind it but the fragment.
fn parts_of_url(url: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let start = url.windows(3).position(|it| it == b"://").unwrap_or(0) + 3;
    let rest = url[start..]
        .split(|&byte| byte == b'#')
        .next()
        .unwrap_or_default();
    let end = rest.iter().position(|byte| b"/?".contains(byte));
    let (authority, target) = rest.split_at(end.unwrap_or(rest.len()));
    let host = authority.rsplit(|&byte| byte == b'@').next();
    (host.unwrap_or_default().to_vec(), target.to_vec())
}

/// Z03: a command gives the same requests when another reader takes it into words, and each is quoted again.
///
/// # Panics
/// When it does not.
pub fn curl(command: &[u8]) {
    let requests = requests(command);
    match naive::shell_words(command).as_deref() {
        Some([name, words @ ..]) if name == b"curl" => {
            let quoted: Vec<Vec<u8>> = words.iter().map(|word| quoted(word)).collect();
            let again = [b"curl ", &quoted.join(&b' ')[..]].concat();
            // Where it is taken for something else that it holds, too, the words do not count.
            if [command, &again].map(detect) == [Some(Format::Curl); 2] {
                assert_eq!(requests, self::requests(&again));
            }
        }
        // Something is expanded, or it is another command: then it is enough that nothing panics.
        _ => {}
    }
}

/// In single quotes nothing means anything, but a single quote.
fn quoted(word: &[u8]) -> Vec<u8> {
    let pieces: Vec<&[u8]> = word.split(|&byte| byte == b'\'').collect();
    [b"'", &pieces.join(&br"'\''"[..])[..], b"'"].concat()
}

/// All that is read out of a command; `None` for what is none.
fn requests(command: &[u8]) -> Option<Vec<impl PartialEq + fmt::Debug + use<>>> {
    let all = read(command, Some(Format::Curl), &Hints::default()).ok()?;
    let parts = |captured: Captured| {
        let request = captured
            .request
            .map(|it| (it.request, it.scheme_known, it.typed_url, it.notes));
        (captured.place, request, captured.unchecked, captured.notes)
    };
    Some(all.into_iter().map(parts).collect())
}

/// Z06, P14: a URL, and the request that a client makes of it, have the base string that the second implementation makes.
///
/// # Panics
/// When they have not.
pub fn url(text: &[u8]) {
    let Ok(captured) = read(text, Some(Format::Url), &Hints::default()) else {
        return;
    };
    let [
        Captured {
            request: Some(captured),
            ..
        },
    ] = captured.as_slice()
    else {
        return;
    };
    let request = &captured.request;
    let text = without_mark(text);
    let base_string = BaseString::of(request);
    let (authority, target) = parts_of_url(text.trim_ascii());
    if authority.trim_ascii() != authority {
        // Blanks around the value of a header are not part of it.
        return;
    }
    let target = if target.starts_with(b"/") {
        target
    } else {
        [b"/", &target[..]].concat()
    };
    let raw = [
        b"GET ",
        &target[..],
        b" HTTP/1.1\r\nHost: ",
        &authority,
        b"\r\n\r\n",
    ]
    .concat();
    let hints = Hints {
        scheme: Some(request.scheme),
        ..Hints::default()
    };
    let sent = read(&raw, Some(Format::Http), &hints).expect("a request");
    let sent = sent[0].request.as_ref().expect("a request");
    assert_eq!(BaseString::of(&sent.request).as_str(), base_string.as_str());

    let scheme = if request.scheme == Scheme::Http {
        "http"
    } else {
        "https"
    };
    assert!(
        text.trim_ascii()
            .to_ascii_lowercase()
            .starts_with(format!("{scheme}://").as_bytes())
    );
    // The second implementation knows no address with more colons, and takes a port as it is written.
    let mut parts = authority.split(|&byte| byte == b':');
    parts.next();
    let is_number = |port: &[u8]| !port.starts_with(b"0") && port.iter().all(u8::is_ascii_digit);
    if parts
        .next()
        .is_some_and(|port| port.is_empty() || !is_number(port))
        || parts.next().is_some()
    {
        return;
    }
    let query = target.splitn(2, |&byte| byte == b'?').nth(1);
    let pairs = naive::form_pairs(query.unwrap_or_default());
    let Ok(url) = std::str::from_utf8(text.trim_ascii()) else {
        return;
    };
    let uri = naive::base_string_uri(url).expect("scheme and host");
    assert_eq!(
        base_string.as_str(),
        naive::base_string("GET", &uri, &pairs)
    );
}

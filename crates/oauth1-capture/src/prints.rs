//! Base string and key as somebody's own program printed them: "print both arguments of the HMAC call".
//!
//! Which is which shows in the text itself. Quotes show the exact bytes that were signed, and with them what is hard to
//! see: a line end behind a key, a byte order mark before it. What could be two things is said, not guessed.

use crate::{
    Captured, Format, Hints,
    base_string::looks_like as looks_like_base_string,
    detect::{contains, first_line},
    error::CaptureError,
    format::Spec,
    hidden,
    http::is_request_line,
    printed::{Value, count, find_base_string, is_hex_digest, is_signature, values},
    url::is_http_url,
};
use oauth1_core::{encode::percent_decode, key::Secret};
use std::borrow::Cow;

pub(crate) const SPEC: Spec = Spec {
    name: "prints",
    description: "the base string and the key as your program printed them",
    noun: "a program's prints",
    looks_like,
    // What is printed may hold one, or look as if it did.
    may_look_like: &[Format::BaseString],
    keeps_byte_order_mark: false,
    read,
};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    BaseString,
    Key,
    Signature,
    ConsumerSecret,
    TokenSecret,
    /// Without a label and without an `&`: a key that lacks it, or anything else.
    Unknown,
    Other,
}

/// Parts of labels and what they announce; the first that fits counts.
const LABELS: [(&str, What); 33] = [
    ("signaturemethod", What::Other),
    ("signaturetype", What::Other),
    ("basestring", What::BaseString),
    ("signaturebase", What::BaseString),
    ("stringtosign", What::BaseString),
    ("tosign", What::BaseString),
    ("sbs", What::BaseString),
    ("signingkey", What::Key),
    ("signaturekey", What::Key),
    ("hmackey", What::Key),
    ("secretkey", What::Key),
    ("compositekey", What::Key),
    ("consumerkey", What::Other),
    ("clientkey", What::Other),
    ("apikey", What::Other),
    ("accesskey", What::Other),
    ("tokenkey", What::Other),
    ("tokensecret", What::TokenSecret),
    ("accesssecret", What::TokenSecret),
    ("consumersecret", What::ConsumerSecret),
    ("clientsecret", What::ConsumerSecret),
    ("apisecret", What::ConsumerSecret),
    ("appsecret", What::ConsumerSecret),
    ("key", What::Key),
    ("secret", What::Key),
    ("signature", What::Signature),
    ("digest", What::Signature),
    ("hmac", What::Signature),
    ("hash", What::Signature),
    ("base", What::BaseString),
    ("text", What::BaseString),
    ("message", What::BaseString),
    ("data", What::BaseString),
];

/// What a label announces.
fn announced(label: &str) -> Option<What> {
    LABELS
        .iter()
        .find(|(part, _)| label.contains(part))
        .map(|&(_, what)| what)
}

/// What a value is: by its own look where that is clear, else by its label.
fn what(value: &Value) -> What {
    let text = value.bytes.as_slice();
    let announced = announced(&value.label);
    let is_key = || {
        let is_pair = |part: &[u8]| {
            part.trim_ascii_end()
                .split(|&b| b == b'=')
                .filter(|p| !p.is_empty())
                .count()
                > 1
        };
        count(text, b'&') == 1
            && !contains(text, b"://")
            && !text.split(|&b| b == b'&').any(is_pair)
            && (value.is_quoted || !text.iter().any(u8::is_ascii_whitespace))
    };
    // Some clients send the base string, encoded, as the signature: that is in a request.
    let is_sent = value.label.ends_with("oauthsignature") && !text.contains(&b'&');
    if find_base_string(text) == Some(start_of(text)) && !is_sent {
        return What::BaseString;
    }
    match announced {
        Some(What::Signature) if is_signature(text) || text.len() > 100 => What::Signature,
        Some(What::Signature) if !is_key() => What::Other,
        Some(what @ (What::Key | What::ConsumerSecret | What::TokenSecret | What::Other)) => what,
        Some(What::BaseString) if is_weak_base_string(text) => What::BaseString,
        Some(What::BaseString | What::Signature) | None if is_key() => What::Key,
        None if is_signature(text) && !is_hex_digest(text) => What::Signature,
        None if value.label.is_empty() && is_word(text) => What::Unknown,
        _ => What::Other,
    }
}

/// Behind what may hide in front of a base string.
fn start_of(text: &[u8]) -> usize {
    text.iter()
        .take_while(|b| b.is_ascii_whitespace() || !b.is_ascii())
        .count()
}

/// A base string whose beginning is not as it should be.
fn is_weak_base_string(text: &[u8]) -> bool {
    looks_like_base_string(text) && !is_http_url(text)
}

/// Whether a text without a label may be a key that lacks its `&`.
fn is_word(text: &[u8]) -> bool {
    let is_algorithm = |name: &str| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    text.len() >= 8
        && text.is_ascii()
        && !text.trim_ascii().iter().any(u8::is_ascii_whitespace)
        && !contains(text, b"://")
        && !is_algorithm("sha")
        && !is_algorithm("hmac")
}

fn looks_like(text: &[u8]) -> bool {
    let line = first_line(text);
    if line.starts_with(b"HTTP/") || is_request_line(line) || !may_hold_base_string(text) {
        return false;
    }
    let text = without_html(text);
    let values = values(&text);
    let mut base_strings = values
        .iter()
        .filter(|value| what(value) == What::BaseString)
        .peekable();
    if base_strings.peek().is_none() {
        return false;
    }
    let is_wrapped = |value: &Value| value.is_quoted || !value.label.is_empty();
    let has_other = values
        .iter()
        .any(|value| !matches!(what(value), What::BaseString | What::Other));
    // A provider that says which base string it expected, and nothing else, has answered.
    let is_answer = || {
        let of_provider = ["expected", "invalid", "error"];
        let says = |value: &Value| of_provider.iter().any(|word| value.label.contains(word));
        values.iter().any(says)
            || [&b"oauth_problem"[..], b"debug_sbs"]
                .iter()
                .any(|word| contains(&text, word))
    };
    has_other || base_strings.any(is_wrapped) && !is_answer()
}

/// Whether `http` stands somewhere behind an `&`, however that is written: most texts are none of this kind, and long.
fn may_hold_base_string(text: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| rest.iter().position(|b| matches!(b, b'h' | b'H')))
    {
        let (before, rest) = text.split_at(from + at);
        let is_http = rest
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"http"));
        if is_http
            && [&b"&"[..], b"26", b"amp;"]
                .iter()
                .any(|joint| before.ends_with(joint))
        {
            return true;
        }
        from += at + 1;
    }
    false
}

/// Text that was copied from the source of a page, as text. Only where every `&` says so: a client may sign `&amp;`.
fn without_html(text: &[u8]) -> Cow<'_, [u8]> {
    const ENTITIES: [(&[u8], &[u8]); 6] = [
        (b"&amp;", b"&"),
        (b"&lt;", b"<"),
        (b"&gt;", b">"),
        (b"&quot;", b"\""),
        (b"&#39;", b"'"),
        (b"&#039;", b"'"),
    ];
    let mut kept = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&b| b == b'&') {
        let (before, entity) = rest.split_at(at);
        let Some((character, after)) = ENTITIES
            .iter()
            .find_map(|(name, character)| Some((character, entity.strip_prefix(*name)?)))
        else {
            return Cow::Borrowed(text);
        };
        kept.extend_from_slice(before);
        kept.extend_from_slice(character);
        rest = after;
    }
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    kept.extend_from_slice(rest);
    Cow::Owned(kept)
}

fn read(input: &[u8], _: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let text = without_html(input);
    let mut notes = Vec::new();
    if matches!(text, Cow::Owned(_)) {
        notes.push(
            "The text comes from the source of a page: each &amp; in it is read as &.".into(),
        );
    }
    let values: Vec<(What, Value)> = values(&text)
        .into_iter()
        .map(|value| (what(&value), value))
        .collect();
    let all = |wanted: What| different(&values, wanted);
    let base_strings = all(What::BaseString);
    if base_strings.is_empty() {
        return Err(CaptureError::at(
            input,
            0,
            "expected a signature base string among what was printed, found none",
            "print both arguments of the HMAC call, the text and the key, each with repr, var_dump, inspect or JSON",
        ));
    }
    let mut keys = all(What::Key);
    if keys.is_empty() {
        keys = without_ampersand(&all(What::Unknown), &mut notes);
    }
    let signatures = all(What::Signature);
    let count = base_strings.len();
    let mut cases = Vec::new();
    for (index, base_string) in base_strings.into_iter().enumerate() {
        let mut case = Captured {
            base_string: Some(base_string.bytes.clone()),
            notes: core::mem::take(&mut notes),
            ..Captured::default()
        };
        note_on("The base string", base_string, &text, &mut case.notes);
        match belonging(&keys, index, count) {
            Some(key) => {
                case.signing_key = Some(Secret::new(key.bytes.clone()));
                note_on("The key", key, &text, &mut case.notes);
                let is_swapped = announced(&base_string.label) == Some(What::Key)
                    || announced(&key.label) == Some(What::BaseString);
                if is_swapped {
                    case.notes.push(
                        "The labels say the opposite: the base string stands where the key belongs. If the call has them so, its arguments are swapped."
                            .into(),
                    );
                }
            }
            None if keys.is_empty() => {}
            None => case.notes.push(format!(
                "There are {} different texts that may be the key; none is taken. Leave only the one that was used.",
                keys.len()
            )),
        }
        case.signature = belonging(&signatures, index, count)
            .map(|signature| percent_decode(&signature.bytes).trim_ascii().to_vec());
        let secret = |wanted| match all(wanted).as_slice() {
            [only] => Some(Secret::new(only.bytes.clone())),
            _ => None,
        };
        case.consumer_secret = secret(What::ConsumerSecret);
        case.token_secret = secret(What::TokenSecret);
        if count > 1 {
            case.place = Some(format!("base string {}", index + 1));
        }
        cases.push(case);
    }
    Ok(cases)
}

/// The values of one kind, each once.
fn different(values: &[(What, Value)], wanted: What) -> Vec<&Value> {
    let mut seen = std::collections::HashSet::new();
    values
        .iter()
        .filter(|(what, _)| *what == wanted)
        .map(|(_, value)| value)
        .filter(|value| seen.insert(value.bytes.as_slice()))
        .collect()
}

/// The value that belongs to one of several base strings: the only one there is, or the one at the same place in the
/// order when there are as many.
fn belonging<'a>(values: &[&'a Value], index: usize, count: usize) -> Option<&'a Value> {
    match values {
        [only] => Some(only),
        _ if values.len() == count => values.get(index).copied(),
        _ => None,
    }
}

/// The key among texts that have no `&`, if it can be only one.
fn without_ampersand<'a>(unknown: &[&'a Value], notes: &mut Vec<String>) -> Vec<&'a Value> {
    match unknown {
        [] => Vec::new(),
        [only] if is_hex_digest(&only.bytes) => {
            notes.push(
                "A text in hex digits may be the signature, or a key that lacks its &; it is not taken. Write key: or signature: before it."
                    .into(),
            );
            Vec::new()
        }
        [only] => {
            notes.push(
                "The text beside the base string is taken as the key, though it has no & in it."
                    .into(),
            );
            vec![*only]
        }
        _ => {
            notes.push(
                "Several texts without a label may be the key; none is taken. Write key: before the one that was used."
                    .into(),
            );
            Vec::new()
        }
    }
}

/// What the printing did to a value, and what hides in it.
fn note_on(what: &str, value: &Value, text: &[u8], notes: &mut Vec<String>) {
    let before = text.get(..value.start).unwrap_or_default();
    let name = format!("{what} on line {}", 1 + count(before, b'\n'));
    if value.is_broken {
        notes.push(format!(
            "{name} was broken over several lines, which are joined."
        ));
    }
    if let Some(count) = value.counted {
        notes.push(format!(
            "{name} has {count} bytes by var_dump, but {} are here: something in it was lost in copying, such as a line end or a byte order mark.",
            value.bytes.len()
        ));
    }
    notes.extend(hidden::notes(&name, &value.bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SBS: &str = "GET&http%3A%2F%2Fh%2Fa&oauth_nonce%3Dn%26x%3Dy";
    const KEY: &str = "s3cr3t&t0k3n";
    const SIGNATURE: &str = "tnnArxj06cWHq44gCs1OSKk/jLY=";

    fn filled(text: &str) -> String {
        text.replace("SBS", SBS)
            .replace("KEY", KEY)
            .replace("SIGN", SIGNATURE)
    }

    fn read_all(text: &str) -> Vec<Captured> {
        let text = filled(text);
        assert!(looks_like(text.as_bytes()), "{text}");
        let cases = read(text.as_bytes(), &Hints::default()).unwrap();
        for note in cases.iter().flat_map(|case| &case.notes) {
            assert!(
                !note.contains("s3cr3t") && !note.contains("t0k3n"),
                "{note}"
            );
        }
        cases
    }

    fn read_one(text: &str) -> Captured {
        let mut cases = read_all(text);
        assert_eq!(cases.len(), 1, "{text}");
        cases.remove(0)
    }

    fn key(case: &Captured) -> Option<String> {
        let key = case.signing_key.as_ref()?;
        Some(String::from_utf8(key.expose().to_vec()).unwrap())
    }

    #[test]
    fn both_are_found_in_any_order_and_any_quotes() {
        for text in [
            "SBS\nKEY\n",
            "KEY\nSBS\n",
            "SBS KEY\n",
            "base SBS key KEY\n",
            "Base string: SBS\nKey: KEY\n",
            "Base string:\nSBS\n\nSigning key:\nKEY\n",
            "text=SBS\nkey=KEY",
            "2026-01-01 12:00:00 DEBUG text: SBS\n2026-01-01 12:00:00 DEBUG key: KEY",
            "b'SBS'\nb'KEY'\n",
            "(b'KEY', b'SBS')\n",
            "u'SBS' u'KEY'",
            "hmac.new(b'KEY', b'SBS', sha1)",
            "+ openssl dgst -sha1 -hmac 'KEY'\n+ printf %s 'SBS'",
            "hash_hmac('sha1', \"SBS\", \"KEY\", true)",
            "{'base': 'SBS', 'key': 'KEY'}",
            "{\"base_string\":\"SBS\",\"signing_key\":\"KEY\"}",
            "{\n  baseString: 'SBS',\n  key: 'KEY'\n}",
            "{:base=>\"SBS\", :key=>\"KEY\"}",
            "{base: \"SBS\", key: \"KEY\"}",
            "string(46) \"SBS\"\nstring(12) \"KEY\"\n",
            "array(2) {\n  [\"base\"]=>\n  string(46) \"SBS\"\n  [\"key\"]=>\n  string(12) \"KEY\"\n}\n",
            "Array\n(\n    [base] => SBS\n    [key] => KEY\n)\n",
            "$VAR1 = 'SBS';\n$VAR2 = 'KEY';\n",
            "\u{201c}SBS\u{201d}\n\u{201c}KEY\u{201d}\n",
            "I don't know why:\nSBS\nthe key is KEY\n",
            "['SBS',\n 'KEY']",
        ] {
            let case = read_one(text);
            assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()), "{text}");
            assert_eq!(key(&case).as_deref(), Some(KEY), "{text}");
            assert_eq!(case.notes, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_signature_and_the_secrets_are_taken_too() {
        for text in [
            "SBS\nKEY\nSIGN",
            "base: SBS\nkey: KEY\nsignature: SIGN",
            "'SBS' 'KEY' 'SIGN'",
            "base: SBS\nkey: KEY\noauth_signature=tnnArxj06cWHq44gCs1OSKk%2FjLY%3D\noauth_signature_method=HMAC-SHA1",
        ] {
            let case = read_one(text);
            assert_eq!(
                case.signature.as_deref(),
                Some(SIGNATURE.as_bytes()),
                "{text}"
            );
            assert_eq!(key(&case).as_deref(), Some(KEY), "{text}");
        }
        let hex = "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
        let case = read_one(&format!("SBS\nKEY\nhmac: {hex}"));
        assert_eq!(case.signature.as_deref(), Some(hex.as_bytes()));
        let case = read_one("SBS\nconsumer_key: abc\nconsumer_secret: s3cr3t\ntoken_secret: t0k3n");
        assert_eq!(case.consumer_secret.unwrap().expose(), b"s3cr3t");
        assert_eq!(case.token_secret.unwrap().expose(), b"t0k3n");
        assert!(case.signing_key.is_none());
    }

    #[test]
    fn what_hides_is_kept_and_noted() {
        for (text, base_string, expected, note) in [
            (
                r"b'SBS' b'KEY\n'",
                "SBS",
                "KEY\n",
                "The key on line 1 holds a line end (\\n) at its end",
            ),
            (
                "\"SBS\"\n\"KEY\n\"",
                "SBS",
                "KEY\n",
                "The key on line 2 holds a line end",
            ),
            (
                "string(46) \"SBS\"\nstring(13) \"KEY\n\"\n",
                "SBS",
                "KEY\n",
                "a line end",
            ),
            (
                r"'SBS\r\n' 'KEY'",
                "SBS\r\n",
                "KEY",
                "The base string on line 1 holds a line end (\\r\\n)",
            ),
            (
                r"'\xef\xbb\xbfSBS' 'KEY'",
                "\u{feff}SBS",
                "KEY",
                "byte order mark",
            ),
            (
                "base: \u{feff}SBS\nkey: KEY",
                "\u{feff}SBS",
                "KEY",
                "byte order mark",
            ),
            (
                r#""SBS" "\u00a0KEY""#,
                "SBS",
                "\u{a0}KEY",
                "no-break space (U+00A0) at its beginning",
            ),
            (
                "SBS\nkey: s3cr3t\u{200b}&t0k3n",
                "SBS",
                "s3cr3t\u{200b}&t0k3n",
                "zero-width space (U+200B) at its byte 6",
            ),
            ("'SBS' ' KEY'", "SBS", " KEY", "a space at its beginning"),
            (
                "string(46) \"SBS\"\nstring(13) \"KEY\"\n",
                "SBS",
                "KEY",
                "13 bytes by var_dump, but 12",
            ),
        ] {
            let case = read_one(text);
            let printed = String::from_utf8(case.base_string.clone().unwrap()).unwrap();
            assert_eq!(printed, filled(base_string), "{text}");
            assert_eq!(key(&case), Some(filled(expected)), "{text}");
            assert!(
                case.notes.concat().contains(note),
                "{text}: {:?}",
                case.notes
            );
        }
    }

    #[test]
    fn lines_that_were_broken_are_joined() {
        for text in [
            "GET&http%3A%2F%2Fh%2Fa&oauth_nonce%3Dn%26long%3Dlonglonglong\n%26x%3Dy\nKEY",
            "GET&http%3A%2F%2Fh%2Flonglonglonglonglonglonglong\n&oauth_nonce%3Dnlonglonglonglonglonglon%26x%3D\ny\nkey: KEY",
            "b'GET&http%3A%2F%2Fh%2Fa&oauth_nonce%3Dn\n%26x%3Dy' b'KEY'",
            "string(46) \"GET&http%3A%2F%2Fh%2Fa&oauth_nonce\n%3Dn%26x%3Dy\"\nstring(12) \"KEY\"\n",
        ] {
            let case = read_one(text);
            let printed = case.base_string.clone().unwrap();
            assert!(
                printed.ends_with(b"%26x%3Dy") && !printed.contains(&b'\n'),
                "{text}"
            );
            assert_eq!(key(&case).as_deref(), Some(KEY), "{text}");
            assert!(case.notes[0].contains("joined"), "{text}");
        }
        for text in [
            "{ base: 'GET&http%3A%2F%2Fh%2Fa&' +\n   'oauth_nonce%3Dn%26x%3Dy',\n  key: 'KEY' }",
            "('GET&http%3A%2F%2Fh%2Fa&'\n 'oauth_nonce%3Dn%26x%3Dy')\n'KEY'",
        ] {
            let case = read_one(text);
            assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()), "{text}");
            assert_eq!(key(&case).as_deref(), Some(KEY), "{text}");
        }
    }

    #[test]
    fn the_source_of_a_page_is_read_as_text() {
        let case = read_one(&filled("SBS\nKEY\n").replace('&', "&amp;"));
        assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()));
        assert_eq!(key(&case).as_deref(), Some(KEY));
        assert!(case.notes[0].contains("&amp;"));
        // Where another & stands as it is, &amp; is what was signed.
        let signed = SBS.replace('&', "&amp;");
        let case = read(
            format!("base: {signed}\nkey: {KEY}").as_bytes(),
            &Hints::default(),
        );
        let printed = case.map(|mut cases| cases.remove(0).base_string.unwrap());
        assert!(printed.is_ok_and(|printed| printed == signed.as_bytes()));
    }

    #[test]
    fn arguments_that_are_swapped_are_told_by_their_labels() {
        for text in [
            "text=KEY\nkey=SBS",
            "{\"key\": \"SBS\", \"message\": \"KEY\"}",
        ] {
            let case = read_one(text);
            assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()), "{text}");
            assert_eq!(key(&case).as_deref(), Some(KEY), "{text}");
            assert!(case.notes[0].contains("swapped"), "{text}");
        }
    }

    #[test]
    fn what_could_be_two_things_is_said() {
        for (text, expected, note) in [
            ("SBS\n'KEY' 'KEY2'", None, "2 different texts"),
            (
                "'SBS'\n'lonely-secret'",
                Some("lonely-secret"),
                "no & in it",
            ),
            ("'SBS' 'lonely-secret' 'another-one'", None, "Several texts"),
            (
                "'SBS'\n'de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9'",
                None,
                "hex digits",
            ),
        ] {
            let case = read_one(text);
            assert_eq!(key(&case).as_deref(), expected, "{text}");
            assert!(
                case.notes.concat().contains(note),
                "{text}: {:?}",
                case.notes
            );
        }
        let labelled = read_one("SBS\nkey: de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9");
        assert!(labelled.signing_key.is_some() && labelled.notes.is_empty());
    }

    #[test]
    fn several_base_strings_are_several_cases() {
        let other = SBS.replace("GET", "POST");
        let cases = read_all(&format!("SBS\nKEY\n{other}\nKEY2\n"));
        let keys: Vec<_> = cases.iter().map(|case| key(case).unwrap()).collect();
        assert_eq!(keys, [KEY.to_owned(), format!("{KEY}2")]);
        assert_eq!(cases[1].base_string.as_deref(), Some(other.as_bytes()));
        assert_eq!(cases[1].place.as_deref(), Some("base string 2"));
        let shared = read_all(&format!("SBS\n{other}\nKEY\n"));
        assert!(shared.iter().all(|case| key(case).as_deref() == Some(KEY)));
        assert_eq!(read_all("SBS\nSBS\nKEY\n").len(), 1);
    }

    #[test]
    fn other_things_are_no_prints() {
        for text in [
            "SBS",
            "SBS\n",
            "  SBS  ",
            "https://h/?a=b\nKEY",
            "HTTP/1.1 401 Unauthorized\r\n\r\nbase: SBS",
            "oauth_problem=signature_invalid&debug_sbs=SBS",
            "Invalid signature. Expected signature base string: SBS",
            "key: KEY\nkey: KEY",
            "https://h/?oauth_nonce=n&oauth_signature=GET%26http%253A%252F%252Fh%252F%26a%253Db",
            "Authorization: OAuth oauth_nonce=\"n\", oauth_signature=\"GET%26http%253A%252F%252Fh%252F%26a%253Db\"",
            "GET / HTTP/1.1\r\nX-Base: SBS\r\nX-Key: KEY",
            "",
        ] {
            assert!(!looks_like(filled(text).as_bytes()), "{text}");
        }
    }

    #[test]
    fn errors_show_nothing() {
        let error = read(b"key: s3cr3t&t0k3n", &Hints::default()).unwrap_err();
        assert_eq!((error.line, error.column), (1, 1));
        assert!(error.help.contains("both arguments") && !error.to_string().contains("s3cr3t"));
    }
}

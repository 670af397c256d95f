//! Which base string did the provider expect? Many show it when a signature is wrong, packed in one way or another.
//!
//! What it is packed in shows between the method and the URI, where a base string has a bare `&`: `&amp;` (HTML), `%26`
//! (a form or a header), `\u0026` (a JSON string). It is unpacked as often as needed there, and not once more: the
//! escapes inside a base string are its own.

use crate::{
    catalogue::Catalogue,
    detect::{begins_with, contains},
};
use oauth1_core::encode::{first_broken_escape, form_decode, percent_decode};

/// A base string that an answer shows.
pub(crate) struct Leak {
    pub(crate) text: Vec<u8>,
    /// Whether more of it was there once.
    pub(crate) is_cut: bool,
}

impl Leak {
    /// The method and the decoded URI, or what is there of it, but at least its host.
    pub(crate) fn method_and_uri(&self) -> Option<(&[u8], Vec<u8>)> {
        let mut parts = self.text.split(|&b| b == b'&');
        let (method, uri) = (parts.next()?, parts.next()?);
        let uri = percent_decode(uri).into_owned();
        // The path begins with the third slash.
        let has_path = uri.split(|&b| b == b'/').count() > 3;
        has_path.then_some((method, uri))
    }
}

/// How a value was written into a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// A header, where a plus is a plus.
    Header,
    /// A body, where a percent-encoded value comes from a form, and a plus in it is a space.
    Body,
}

/// Parameters that every signature base string holds.
const REQUIRED: [&[u8]; 4] = [
    b"oauth_consumer_key",
    b"oauth_nonce",
    b"oauth_signature_method",
    b"oauth_timestamp",
];

/// The longest method; what is longer is prose.
const LONGEST_METHOD: usize = 20;

/// More layers than anybody has seen.
const MOST_LAYERS: usize = 4;

/// More places with a mark in front than an answer has; the rest is not looked at, for each may be long.
const MOST_MARKS: usize = 16;

/// The first base string that a text shows as the one the provider expected.
pub(crate) fn find(text: &[u8], carrier: Carrier) -> Option<Leak> {
    Catalogue::get()
        .behind_base_string_marks(text)
        .take(MOST_MARKS)
        .find_map(|at| read(text.get(at..)?, carrier))
}

/// What stands between the method and the URI.
enum Joint {
    Bare,
    Html,
    Percent,
    Json,
}

impl Joint {
    fn of(text: &[u8]) -> Option<Self> {
        let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let rest = text.get(letters..).unwrap_or_default();
        if letters == 0 || letters > LONGEST_METHOD {
            None
        } else if [&b"&amp;"[..], b"&#38;", b"&#x26;"]
            .iter()
            .any(|entity| begins_with(rest, entity))
        {
            Some(Self::Html)
        } else if rest.starts_with(b"&") {
            Some(Self::Bare)
        } else if rest.starts_with(b"%26") || rest.starts_with(b"%25") {
            Some(Self::Percent)
        } else if rest.starts_with(br"\u0026") {
            Some(Self::Json)
        } else {
            None
        }
    }
}

/// Reads a base string that begins here, perhaps in quotes.
fn read(text: &[u8], carrier: Carrier) -> Option<Leak> {
    let text = text.trim_ascii_start();
    // Python 3 prints bytes as b'…'.
    let literal = text
        .strip_prefix(b"b")
        .filter(|text| text.starts_with(b"'"));
    let text = literal.unwrap_or(text);
    let quote = [&b"\""[..], b"'", b"&quot;", b"&#39;", b"&#039;", b"\\\""]
        .into_iter()
        .find(|quote| text.starts_with(quote));
    let text = text.strip_prefix(quote.unwrap_or_default())?;
    let end = end(text, quote, matches!(Joint::of(text)?, Joint::Percent));
    let (packed, rest) = text.split_at_checked(end)?;
    let rest = rest.trim_ascii_start();
    let ends_in_words = ["(truncated", "[truncated", "…", "..."]
        .iter()
        .any(|words| rest.starts_with(words.as_bytes()));
    let text = unpack(packed, carrier)?;
    Some(Leak {
        is_cut: ends_in_words || is_cut(&text),
        text,
    })
}

/// Where a packed base string ends: at its closing quote, at a byte that none holds, and in a form at the next parameter.
fn end(text: &[u8], quote: Option<&[u8]>, in_form: bool) -> usize {
    let ends = |(at, byte): (usize, &u8)| {
        byte.is_ascii_whitespace()
            || byte.is_ascii_control()
            || matches!(byte, b'"' | b'<' | b'>')
            || in_form && *byte == b'&'
            || quote.is_some_and(|quote| text.get(at..).is_some_and(|rest| rest.starts_with(quote)))
    };
    text.iter().enumerate().position(ends).unwrap_or(text.len())
}

/// Takes off what it is packed in, one layer after the other, until the method is followed by a bare `&`.
fn unpack(packed: &[u8], carrier: Carrier) -> Option<Vec<u8>> {
    let mut text = packed.to_vec();
    for _ in 0..MOST_LAYERS {
        text = match Joint::of(&text)? {
            Joint::Bare => return Some(text),
            Joint::Html => from_html(&text),
            Joint::Percent => match carrier {
                Carrier::Header => percent_decode(&text).into_owned(),
                Carrier::Body => form_decode(&text).into_owned(),
            },
            Joint::Json => from_json(&text)?,
        };
    }
    None
}

/// Replaces the entities that stand for ASCII characters, each once.
fn from_html(text: &[u8]) -> Vec<u8> {
    const NAMED: [(&[u8], u8); 5] = [
        (b"amp", b'&'),
        (b"lt", b'<'),
        (b"gt", b'>'),
        (b"quot", b'"'),
        (b"apos", b'\''),
    ];
    const LONGEST: usize = 6;
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let semicolon = after.iter().take(LONGEST).position(|&b| b == b';');
        let character = semicolon.filter(|_| first == b'&').and_then(|semicolon| {
            let name = after.get(..semicolon)?;
            let named = NAMED.iter().find(|(known, _)| *known == name);
            let character = named
                .map(|(_, character)| *character)
                .or_else(|| numbered(name))?;
            Some((character, after.get(semicolon + 1..)?))
        });
        let (byte, after) = character.unwrap_or((first, after));
        out.push(byte);
        rest = after;
    }
    out
}

/// `#38` or `#x26`, in ASCII.
fn numbered(name: &[u8]) -> Option<u8> {
    let digits = core::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    number.ok().filter(u8::is_ascii)
}

/// The text of a JSON string that stands here without its quotes.
fn from_json(text: &[u8]) -> Option<Vec<u8>> {
    let quoted = [b"\"", text, b"\""].concat();
    serde_json::from_slice::<String>(&quoted)
        .ok()
        .map(String::into_bytes)
}

/// Whether a base string breaks off: an ellipsis, half an escape, too few parts, or a parameter missing that none lacks.
fn is_cut(text: &[u8]) -> bool {
    let parts = text.split(|&b| b == b'&').count();
    let half_escape = first_broken_escape(text).is_some_and(|at| at + 3 > text.len());
    // `%252` is the beginning of an escape that was encoded once more.
    let half_encoded = text.ends_with(b"%25")
        || text
            .split_last()
            .is_some_and(|(last, before)| last.is_ascii_hexdigit() && before.ends_with(b"%25"));
    parts < 3
        || half_escape
        || half_encoded
        || contains(text, "…".as_bytes())
        || text.ends_with(b"...")
        || REQUIRED.iter().any(|name| !contains(text, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "GET&https%3A%2F%2Fh.example%2Fp&a%3Db%2520c%26oauth_consumer_key%3Dk%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1";

    fn found(text: &str, carrier: Carrier) -> Option<(String, bool)> {
        find(text.as_bytes(), carrier)
            .map(|leak| (String::from_utf8(leak.text).unwrap(), leak.is_cut))
    }

    fn whole() -> (String, bool) {
        (WHOLE.to_owned(), false)
    }

    fn percent_encoded(text: &str) -> String {
        oauth1_core::encode::percent_encode(text.as_bytes())
    }

    #[test]
    fn as_it_is() {
        for text in [
            format!("oauth_problem=signature_invalid&debug_sbs={WHOLE}"),
            format!("Invalid signature. Expected signature base string: {WHOLE}"),
            format!("(signature base string was \"{WHOLE}\"). with Array"),
            format!("oauth_signature_base_string: {WHOLE}\noauth_signature: …"),
            format!("Expected signature base string: b'{WHOLE}'"),
            format!("<p>signature base string: '{WHOLE}'</p>"),
            format!("<pre>Expected signature base string: {WHOLE}</pre>"),
        ] {
            assert_eq!(found(&text, Carrier::Body), Some(whole()), "{text}");
        }
    }

    #[test]
    fn html_escaped_once_or_twice() {
        let once = WHOLE.replace('&', "&amp;");
        let twice = once.replace('&', "&amp;");
        let numbers = WHOLE.replace('&', "&#38;");
        for packed in [once, twice, numbers] {
            let text = format!("oauth_problem=signature_invalid&amp;debug_sbs={packed}<br>");
            assert_eq!(found(&text, Carrier::Body), Some(whole()), "{text}");
            let text = format!("signature base string was &quot;{packed}&quot;)");
            assert_eq!(found(&text, Carrier::Body), Some(whole()), "{text}");
        }
    }

    #[test]
    fn percent_encoded_once_more_or_twice() {
        let once = percent_encoded(WHOLE);
        let twice = percent_encoded(&once);
        for packed in [once, twice] {
            let text = format!("oauth_signature_base_string={packed}&oauth_signature_method=a");
            assert_eq!(found(&text, Carrier::Body), Some(whole()), "{text}");
            let text =
                format!("OAuth realm=\"\", oauth_signature_base_string=\"{packed}\", b=\"c\"");
            assert_eq!(found(&text, Carrier::Header), Some(whole()), "{text}");
        }
    }

    #[test]
    fn a_plus_is_a_space_in_a_form_alone() {
        let with_space = WHOLE.replace("b%2520c", "b c");
        let form = percent_encoded(&with_space).replace("%20", "+");
        let text = format!("oauth_signature_base_string={form}&a=b");
        assert_eq!(found(&text, Carrier::Body), Some((with_space, false)));
        let with_plus = WHOLE.replace("b%2520c", "b+c");
        let header = percent_encoded(&with_plus).replace("%2B", "+");
        let text = format!("oauth_signature_base_string=\"{header}\"");
        assert_eq!(found(&text, Carrier::Header), Some((with_plus, false)));
    }

    #[test]
    fn json_escapes_of_a_string_that_was_not_read_as_json() {
        let packed = WHOLE.replace('&', "\\u0026");
        let text = format!("{{\"message\":\"Expected signature base string: {packed}\",\"x");
        assert_eq!(found(&text, Carrier::Body), Some(whole()));
    }

    #[test]
    fn what_is_cut_is_said_to_be() {
        for end in [
            "GET&https%3A%2F%2Fh.example%2Fp&oauth_consumer_key%3D…",
            "GET&https%3A%2F%2Fh.example%2Fp&oauth_ca (truncated...)",
            "GET&https%3A%2F%2Fh.example%2Fp...",
            "GET&https%3A%2F%2Fh.example%2Fp",
            "GET&https%3",
        ] {
            let (_, is_cut) = found(&format!("debug_sbs={end}"), Carrier::Body).unwrap();
            assert!(is_cut, "{end}");
        }
        for end in ["%26oauth_version%3D1.0%25", "%26x%3Da%252", "%2", "%"] {
            let text = format!("debug_sbs={WHOLE}{end}");
            assert!(found(&text, Carrier::Body).unwrap().1, "{end}");
        }
    }

    #[test]
    fn what_is_no_base_string_is_left_alone() {
        for text in [
            "signature base string was not found",
            "debug_sbs=",
            "debug_sbs=&a",
            "debug_sbs=http://h/",
            "xdebug_sbs=GET&a&b",
            "GET&https%3A%2F%2Fh&oauth_nonce%3Da",
        ] {
            assert!(found(text, Carrier::Body).is_none(), "{text}");
        }
    }

    #[test]
    fn entities_are_replaced_once() {
        assert_eq!(
            from_html(b"&amp;amp;&lt;&#x26;&#39;&nope;&amp"),
            b"&amp;<&'&nope;&amp"
        );
    }
}

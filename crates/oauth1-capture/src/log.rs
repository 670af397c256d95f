//! The debug log of a library that signs: the base string that it signed, and what it printed beside it.
//!
//! Each library has its own words; they are rows of a table. Whatever a logger puts before them (time, level, name) is
//! passed over.

use crate::{
    Captured, CapturedRequest, Format, Hints,
    base_string::{self, trim_blanks},
    error::CaptureError,
    format::Spec,
    hidden,
    http::Lines,
    literal::read_literal,
    url,
};
use memchr::memmem::Finder;
use oauth1_core::{authorization::Authorization, key::Secret, request::Header};
use std::sync::LazyLock;

pub(crate) const SPEC: Spec = Spec {
    name: "log",
    description: "the debug log of an OAuth library (oauthlib, scribe, signpost, twitter4j, …)",
    noun: "the debug log of an OAuth library",
    looks_like,
    // What is printed may hold one, or look as if it did.
    may_look_like: &[Format::BaseString],
    keeps_byte_order_mark: false,
    read,
};

/// What follows a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    BaseString,
    Signature,
    /// The HMAC key.
    Key,
    /// The value of the Authorization header.
    Authorization,
    /// scribe's `Token[token , secret]`.
    Token,
    /// `POST]> using client …`: the method of the request that will be signed.
    Method,
    /// What was sent in the end: the URL, the headers as a Python dict, the body as a Python literal.
    Url,
    Headers,
    Body,
}

/// A library that logs.
struct Library {
    /// One of these stands in its log.
    signs: &'static [&'static [u8]],
    labels: &'static [(&'static [u8], What)],
}

static LIBRARIES: [Library; 9] = [
    // oauthlib (the first label since 2.0, the second before, the last two on a server) and requests_oauthlib.
    Library {
        signs: &[
            b"Signing: signature base string: ",
            b"Base signing string: ",
            b"sig base string: ",
            b"failed: signature base string: ",
            b"Signing request <PreparedRequest [",
        ],
        labels: &[
            (b"Signing: signature base string: ", What::BaseString),
            (b"Base signing string: ", What::BaseString),
            (b"sig base string: ", What::BaseString),
            (b"failed: signature base string: ", What::BaseString),
            (b"Signature: ", What::Signature),
            (b"Signing request <PreparedRequest [", What::Method),
            (b"Updated url: ", What::Url),
            (b"Updated headers: ", What::Headers),
            (b"Updated body: ", What::Body),
        ],
    },
    // scribe and ScribeJava, with debug().
    Library {
        signs: &[b"base string is: "],
        labels: &[
            (b"base string is: ", What::BaseString),
            (b"signature is: ", What::Signature),
            (b"setting token to: ", What::Token),
        ],
    },
    // signpost, with -Ddebug.
    Library {
        signs: &[b"[SIGNPOST] SBS: "],
        labels: &[
            (b"[SIGNPOST] SBS: ", What::BaseString),
            (b"[SIGNPOST] signature: ", What::Signature),
        ],
    },
    // twitter4j.
    Library {
        signs: &[b"OAuth base string: "],
        labels: &[
            (b"OAuth base string: ", What::BaseString),
            (b"OAuth signature: ", What::Signature),
        ],
    },
    // Flickr4Java.
    Library {
        signs: &[b"Generated OAuth Base String: "],
        labels: &[(b"Generated OAuth Base String: ", What::BaseString)],
    },
    // DotNetOpenAuth.
    Library {
        signs: &[b"Signing message with signature base string: "],
        labels: &[(
            b"Signing message with signature base string: ",
            What::BaseString,
        )],
    },
    // github.com/mrjones/oauth for Go, with Debug(true).
    Library {
        signs: &[b"Base64 signature: "],
        labels: &[
            (b"Signing: ", What::BaseString),
            (b"Key: ", What::Key),
            (b"Base64 signature: ", What::Signature),
        ],
    },
    // Ruby's oauth: `oauth sign --verbose`.
    Library {
        signs: &[b"OAuth Request URI: "],
        labels: &[
            (b"Signature base string: ", What::BaseString),
            (b"Signature: ", What::Signature),
        ],
    },
    // PHP's oauth extension: print_r($oauth->debugInfo).
    Library {
        signs: &[b"[sbs] => "],
        labels: &[
            (b"[sbs] => ", What::BaseString),
            (b"[headers_sent] => Authorization: ", What::Authorization),
        ],
    },
];

/// The signs of each library, made ready to look for: that is done in whatever is read.
static SIGNS: LazyLock<Vec<(Finder<'_>, &Library)>> = LazyLock::new(|| {
    let signs_of = |library: &'static Library| {
        let signs = library.signs.iter();
        signs.map(move |sign| (Finder::new(sign), library))
    };
    LIBRARIES.iter().flat_map(signs_of).collect()
});

/// The base string in a line of any of these logs.
pub(crate) fn base_string(line: &[u8]) -> Option<&[u8]> {
    LIBRARIES
        .iter()
        .find_map(|library| match library.value(line)? {
            (What::BaseString, text) => Some(text),
            _ => None,
        })
}

impl Library {
    fn of(text: &[u8]) -> Option<&'static Self> {
        let tells = |library: &Self, line: &[u8]| {
            let value = library.value(line);
            matches!(value, Some((What::BaseString | What::Method, _)))
        };
        let mut signs = SIGNS.iter();
        let (_, library) = signs.find(|(sign, library)| {
            sign.find(text).is_some() && Lines::new(text).any(|line| tells(library, line.text))
        })?;
        Some(library)
    }

    /// What a line says, and the text behind the first label in it.
    fn value<'a>(&self, line: &'a [u8]) -> Option<(What, &'a [u8])> {
        let (what, text) = label_ends(line).find_map(|(before, text)| {
            self.labels.iter().find_map(|&(label, what)| {
                let in_front = before.strip_suffix(label)?.last();
                let is_word = in_front.is_none_or(|b| !b.is_ascii_alphanumeric());
                is_word.then_some((what, trim_blanks(text)))
            })
        })?;
        let fits = what != What::BaseString || base_string::looks_like(text);
        fits.then_some((what, text))
    }
}

/// A line in two, at each place where a label may end.
fn label_ends(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let ends = |&(at, byte): &(usize, &u8)| {
        let before = line.get(..at).unwrap_or_default();
        match byte {
            b' ' => before.ends_with(b":") || before.ends_with(b">"),
            b'[' => before.ends_with(b" <PreparedRequest "),
            _ => false,
        }
    };
    let places = line.iter().enumerate().filter(ends);
    places.filter_map(|(at, _)| line.split_at_checked(at + 1))
}

fn looks_like(text: &[u8]) -> bool {
    Library::of(text).is_some()
}

fn read(input: &[u8], _: &Hints) -> Result<Vec<Captured>, CaptureError> {
    let Some(library) = Library::of(input) else {
        return Err(CaptureError::at(
            input,
            0,
            "expected a line with the signature base string, as OAuth libraries log it, found none",
            "paste the log from before the request is signed; with oauthlib, logging.basicConfig(level=logging.DEBUG) turns it on",
        ));
    };
    let mut signings: Vec<Signing<'_>> = Vec::new();
    for line in Lines::new(input) {
        let Some((what, text)) = library.value(line.text) else {
            continue;
        };
        let is_next = signings
            .last()
            .is_none_or(|signing| signing.ends_before(what));
        if is_next {
            signings.push(Signing::default());
        }
        if let Some(signing) = signings.last_mut() {
            signing.take(what, text, line.start + line.text.len() - text.len());
        }
    }
    let several = signings.len() > 1;
    let mut cases = Vec::new();
    for (signing, number) in signings.into_iter().zip(1..) {
        let mut case = signing.into_captured(input)?;
        if several {
            case.place = Some(format!("signing {number}"));
        }
        cases.push(case);
    }
    Ok(cases)
}

/// What was logged about one request.
#[derive(Default)]
struct Signing<'a> {
    base_string: Option<&'a [u8]>,
    signature: Option<Vec<u8>>,
    key: Option<&'a [u8]>,
    token_secret: Option<&'a [u8]>,
    method: Option<&'a [u8]>,
    /// The URL, and where it stands.
    url: Option<(&'a [u8], usize)>,
    headers: Vec<Header>,
    body: Option<&'a [u8]>,
}

impl<'a> Signing<'a> {
    /// Whether a line with this begins the next one: some libraries log the method or the token before the base string.
    fn ends_before(&self, what: What) -> bool {
        match what {
            What::Method => self.method.is_some() || self.base_string.is_some(),
            What::BaseString | What::Token => self.base_string.is_some(),
            _ => false,
        }
    }

    fn take(&mut self, what: What, text: &'a [u8], start: usize) {
        match what {
            What::BaseString => self.base_string = Some(text),
            What::Signature => self.signature = Some(text.to_vec()),
            What::Key => self.key = Some(text),
            What::Authorization => {
                let parameters = Authorization::parse(text).map(|header| header.parameters);
                self.signature = parameters
                    .into_iter()
                    .flatten()
                    .find(|parameter| parameter.name.as_ref() == b"oauth_signature")
                    .map(|parameter| parameter.value.into_owned());
            }
            What::Token => {
                let secret = text.rsplit(|&b| b == b',').next();
                let secret = secret.and_then(|text| text.strip_suffix(b"]"));
                self.token_secret = secret.map(trim_blanks);
            }
            What::Method => self.method = text.split(|&b| b == b']').next(),
            What::Url => self.url = Some((text, start)),
            What::Headers => self.headers = read_headers(text),
            What::Body => self.body = Some(text),
        }
    }

    fn into_captured(self, input: &[u8]) -> Result<Captured, CaptureError> {
        let mut notes = Vec::new();
        let mut request = None;
        if let (Some(method), Some((url, start))) = (self.method, self.url) {
            let mut sent = url::request(method, url).map_err(|problem| {
                CaptureError::at(input, start + problem.at, problem.message, problem.help)
            })?;
            sent.headers = self.headers;
            match self.body {
                Some(b"None") | None => {}
                Some(text) => match read_python(text) {
                    Some((body, _)) => sent.body = body,
                    None => notes.push(
                        "The log does not show the body, which is not text but an object of the program.".into(),
                    ),
                },
            }
            request = Some(CapturedRequest {
                request: sent,
                scheme_known: true,
                typed_url: None,
                notes: Vec::new(),
            });
        }
        if let Some(base_string) = self.base_string {
            notes.extend(hidden::notes("The base string", base_string));
        }
        if let Some(key) = self.key {
            notes.extend(hidden::notes("The key", key));
        }
        Ok(Captured {
            request,
            base_string: self.base_string.map(<[u8]>::to_vec),
            signature: self.signature,
            signing_key: self.key.map(Secret::new),
            token_secret: self.token_secret.map(Secret::new),
            notes,
            ..Captured::default()
        })
    }
}

/// The Python literal that a text begins with, `b'…'`, `u'…'` or `'…'`, and what follows it.
fn read_python(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let literal = match text.split_first()? {
        (b'b' | b'u', rest) => rest,
        _ => text,
    };
    if !literal.starts_with(b"'") && !literal.starts_with(b"\"") {
        return None;
    }
    let read = read_literal(literal, 0)?;
    Some((read.bytes, literal.get(read.end..)?))
}

/// `{'Name': b'value', …}`, up to what is no literal.
fn read_headers(text: &[u8]) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut rest = text.strip_prefix(b"{").unwrap_or(text);
    while let Some((name, after)) = read_python(rest)
        && let Some((value, after)) = after.strip_prefix(b": ").and_then(read_python)
    {
        headers.push(Header { name, value });
        rest = after.strip_prefix(b", ").unwrap_or_default();
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    const SBS: &str = "GET&http%3A%2F%2Fh%2Fa&oauth_nonce%3Dn";

    fn read_all(input: &str) -> Vec<Captured> {
        assert!(looks_like(input.as_bytes()), "{input}");
        read(input.as_bytes(), &Hints::default()).unwrap()
    }

    #[test]
    fn each_library_is_known_by_its_words() {
        for log in [
            "DEBUG:oauthlib.oauth1.rfc5849:Signing: signature base string: SBS\nDEBUG:oauthlib.oauth1.rfc5849:Signature: abc=",
            "2026-01-01 00:00:00,000 [DEBUG] Base signing string: SBS\nx Signature: abc=",
            "generating signature...\nbase string is: SBS\nsignature is: abc=",
            "[SIGNPOST] SBS: SBS\n[SIGNPOST] signature: abc=",
            "[Fri Jan 02 00:00:00 UTC 2026]OAuth base string: SBS\n[Fri Jan 02 00:00:00 UTC 2026]OAuth signature: abc=",
            "Signing: SBS\nKey: c&t\nBase64 signature: abc=",
            "Signature base string: SBS\nOAuth Request URI: http://h/a\nSignature:         abc=\nEscaped signature: abc%3D",
            "Array\n(\n    [sbs] => SBS\n    [headers_sent] => Authorization: OAuth a=\"b\",oauth_signature=\"abc%3D\"\n)",
        ] {
            let case = read_all(
                &log.replace("SBS", SBS)
                    .replace(&format!("] {SBS}: "), "] SBS: "),
            )
            .remove(0);
            assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()), "{log}");
            assert_eq!(case.signature.as_deref(), Some(&b"abc="[..]), "{log}");
            let key = case.signing_key.as_ref().map(Secret::expose);
            assert_eq!(key, log.contains("Key").then_some(&b"c&t"[..]));
        }
        for log in [
            "DEBUG com.flickr4java.flickr Generated OAuth Base String: SBS",
            "DEBUG DotNetOpenAuth.OAuth - Signing message with signature base string: SBS",
            "Verify HMAC-SHA1 failed: sig base string: SBS",
            "Verify HMAC failed: signature base string: SBS",
        ] {
            let case = read_all(&log.replace("SBS", SBS)).remove(0);
            assert_eq!(case.base_string.as_deref(), Some(SBS.as_bytes()), "{log}");
        }
    }

    #[test]
    fn words_without_a_base_string_are_no_log() {
        for text in [
            "Signing: the contract\nBase64 signature: abc=",
            "base string is: empty",
            "xSigning: GET&http%3A%2F%2Fh%2F&a%3Db",
            SBS,
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn scribe_prints_the_token_secret_before_the_base_string() {
        let log = format!(
            "setting token to: Token[t , one]\nbase string is: {SBS}\nsetting token to: Token[t , two]\nbase string is: {SBS}\n"
        );
        let cases = read_all(&log);
        let secrets: Vec<_> = cases
            .iter()
            .map(|case| case.token_secret.as_ref().unwrap().expose())
            .collect();
        assert_eq!(secrets, [b"one", b"two"]);
        assert_eq!(cases[1].place.as_deref(), Some("signing 2"));
    }

    #[test]
    fn requests_oauthlib_prints_the_whole_request() {
        let log = concat!(
            "x:Signing request <PreparedRequest [POST]> using client <Client a=b>\n",
            "x:Updated url: https://h/a?b=c\n",
            "x:Updated headers: {b'A': b'OAuth x=\"it\\'s\"', u'Content-Length': '3'}\n",
            "x:Updated body: b'd=\\xe9'\n",
            "x:Signing request <PreparedRequest [GET]> using client <Client a=b>\n",
            "x:Updated url: http://h/\n",
            "x:Updated body: <_io.BufferedReader name='f'>\n",
        );
        let cases = read_all(log);
        let first = cases[0].request.as_ref().unwrap();
        assert_eq!(first.request.method, b"POST");
        assert_eq!(first.request.query.as_deref(), Some(&b"b=c"[..]));
        assert_eq!(first.request.header("a"), Some(&b"OAuth x=\"it's\""[..]));
        assert_eq!(first.request.headers.len(), 2);
        assert_eq!(first.request.body, b"d=\xe9");
        assert!(first.scheme_known);
        assert!(cases[1].notes[0].contains("body"));
    }

    #[test]
    fn errors_say_where_and_show_nothing() {
        let none = read(b"s3cret", &Hints::default()).unwrap_err();
        assert!(none.help.contains("DEBUG") && !none.to_string().contains("s3cret"));
        let url = read(
            b"Signing request <PreparedRequest [GET]>\nUpdated url: ftp://s3cret",
            &Hints::default(),
        )
        .unwrap_err();
        assert_eq!((url.line, url.column), (2, 14));
        assert!(!url.to_string().contains("s3cret"));
    }
}

//! How other languages' functions escape text: the encoders that clients use where §3.6 asks for its own.
//!
//! An [`Encoder`] is a total function on bytes. [`PROFILES`] holds the ones measured in real
//! languages; [`searched`] adds the departures that occur one at a time.

use oauth1_core::encode::{is_unreserved, percent_encode_into};

/// How text becomes bytes before it is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UTF-8, as §3.6 asks.
    Utf8,
    /// One byte a character; what does not fit becomes `?`.
    Latin1,
    /// One escape a UTF-16 unit: `%E9`, and above 255 `%u05DE`.
    CodeUnits,
    /// One escape a character, as long as its number: `%E9`, `%5DE`, `%1F600`.
    CodePoints,
}

/// A percent-encoder, described by where it departs from §3.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoder {
    /// §3.6.
    Rfc,
    /// Leaves everything as it is.
    None,
    /// §3.6 applied to the output of another encoder.
    Again(&'static Rules),
    /// §3.6 with departures.
    Rules(Rules),
    /// Leaves a text that already holds a `%XX` as it is.
    SkipsEncoded,
    /// Keeps each well-formed `%XX` of the text and encodes the rest.
    KeepsEscapes,
    /// Control bytes lose the leading zero of their escape (`%A` for a line feed).
    ShortControls,
    /// Control bytes are left out.
    DropsControls,
}

/// A set of ASCII characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Characters(u128);

impl Characters {
    /// The characters of a text; others than ASCII are left out.
    pub const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut set, mut at) = (0, 0);
        while at < bytes.len() {
            if bytes[at] < 128 {
                set |= 1 << bytes[at];
            }
            at += 1;
        }
        Self(set)
    }

    /// Whether the byte is one of them.
    pub const fn contains(self, byte: u8) -> bool {
        byte < 128 && self.0 & (1 << byte) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The characters, ascending.
impl core::fmt::Display for Characters {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        (0..128u8)
            .filter(|byte| self.contains(*byte))
            .try_for_each(|byte| write!(f, "{}", char::from(byte)))
    }
}

/// Departures of one encoder from §3.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Bytes outside the unreserved set that it leaves raw.
    pub keeps: Characters,
    /// Unreserved bytes that it escapes.
    pub escapes: Characters,
    /// Space as `+`.
    pub plus: bool,
    /// `%3a` for `%3A`.
    pub lower_hex: bool,
    /// What happens to characters outside ASCII.
    pub charset: Charset,
}

/// §3.6 as rules: the starting point of the others.
pub const RFC: Rules = Rules {
    keeps: Characters::of(""),
    escapes: Characters::of(""),
    plus: false,
    lower_hex: false,
    charset: Charset::Utf8,
};

/// An encoder measured in a real language.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Function and version.
    pub name: &'static str,
    /// What it does.
    pub rules: Rules,
}

impl Profile {
    /// Encodes decoded bytes as that function does.
    pub fn encode(&self, bytes: &[u8]) -> Vec<u8> {
        Encoder::Rules(self.rules).encode(bytes)
    }
}

const fn rules(keeps: &'static str, escapes: &'static str, plus: bool) -> Rules {
    Rules {
        keeps: Characters::of(keeps),
        escapes: Characters::of(escapes),
        plus,
        ..RFC
    }
}

const MARKS: &str = "!*'()";
const URI_CHARACTERS: &str = "!*'()/,:@$=&;+";

/// The encoders measured byte by byte in real languages.
pub const PROFILES: &[Profile] = &[
    profile("RFC 3986 / RFC 5849 3.6", RFC),
    profile(
        "Python 2.7.18 urllib.urlencode / quote_plus",
        rules("", "~", true),
    ),
    profile(
        "Python 2.7.18 urllib.quote (default)",
        rules("/", "~", false),
    ),
    profile("Python 2.7.18 urllib.quote(safe='~')", RFC),
    profile(
        "Python 3.11 urllib.parse.quote (default)",
        rules("/", "", false),
    ),
    profile("Python 3.11 urllib.parse.quote(safe='~')", RFC),
    profile("Python 3.11 urlencode / quote_plus", rules("", "", true)),
    profile(
        "PHP 8.2 urlencode, http_build_query (default)",
        rules("", "~", true),
    ),
    profile(
        "PHP 8.2 rawurlencode, http_build_query(PHP_QUERY_RFC3986)",
        RFC,
    ),
    profile("Java 17 URLEncoder.encode", rules("*", "~", true)),
    profile(
        "Node 20 encodeURIComponent, querystring.stringify",
        rules(MARKS, "", false),
    ),
    profile("Node 20 URLSearchParams", rules("*", "~", true)),
    profile(
        "Node 20 escape()",
        Rules {
            charset: Charset::CodeUnits,
            ..rules("*/@+", "~", false)
        },
    ),
    profile("Node 20 encodeURI", rules(URI_CHARACTERS, "", false)),
    profile("Ruby 3.1 CGI.escape", rules("", "", true)),
    profile(
        "Ruby 3.1 URI.encode_www_form_component",
        rules("*", "~", true),
    ),
    profile("Ruby 3.1 ERB::Util.url_encode", RFC),
    profile(
        "Ruby 3.1 URI::DEFAULT_PARSER.escape",
        rules("!*'()/,:@$=&;+[]", "", false),
    ),
    profile("Go 1.19 url.QueryEscape", rules("", "", true)),
    profile("Go 1.19 url.PathEscape", rules(":+@$=&", "", false)),
    profile(
        "Perl 5.36 URI::Escape uri_escape (bytes) / uri_escape_utf8",
        RFC,
    ),
    profile("R 4.2 URLencode(reserved = TRUE)", RFC),
    profile(
        "R 4.2 URLencode (default)",
        rules("!*'()/,:@$=&;+[]", "", false),
    ),
    profile("jq 1.6 @uri", rules(MARKS, "", false)),
    profile(
        "curl 7.88 -G --data-urlencode",
        Rules {
            lower_hex: true,
            ..rules("", "", true)
        },
    ),
    profile(
        "Rust percent-encoding NON_ALPHANUMERIC",
        rules("", "-._~", false),
    ),
    profile("Rust url::form_urlencoded", rules("*", "~", true)),
];

const fn profile(name: &'static str, rules: Rules) -> Profile {
    Profile { name, rules }
}

/// Departures that occur one at a time, or were seen in clients and not in a language's own function.
const SINGLE: &[Rules] = &[
    Rules {
        lower_hex: true,
        ..RFC
    },
    rules("", "~", false),
    rules("*", "", false),
    rules("!", "", false),
    rules("'", "", false),
    rules("()", "", false),
    rules("'()", "", false),
    rules("!'()", "", false),
    rules("!*'()", "~", true),
    rules("!*()", "", true),
    rules("*", "", true),
    rules("!*'()", "", true),
    rules("[]", "", false),
    rules("%", "", false),
    rules(":", "", false),
    rules("/:", "", false),
    rules("/~:", "", false),
    rules(",", "", false),
    rules("@", "", false),
    rules("$", "", false),
    rules(";", "", false),
    rules("+", "", false),
    rules("=", "", false),
    rules("&=", "", false),
    rules("|", "", false),
    rules("$-_.+!*'(),", "", false),
    rules("!*'();:@&=+$,/?#[]", "", false),
    rules("/?", "", false),
    rules(" ", "", false),
    rules("", "-._~", true),
    rules("", "~", true),
    rules("", "_", false),
    rules("", "-", false),
    rules("", ".", false),
    Rules {
        charset: Charset::Latin1,
        ..RFC
    },
    Rules {
        charset: Charset::Latin1,
        ..rules("", "", true)
    },
    Rules {
        charset: Charset::CodePoints,
        ..RFC
    },
    Rules {
        charset: Charset::CodeUnits,
        ..RFC
    },
    Rules {
        lower_hex: true,
        ..rules("*", "", true)
    },
    Rules {
        lower_hex: true,
        ..rules("!*()", "", true)
    },
    Rules {
        lower_hex: true,
        ..rules("!*'()", "", false)
    },
];

/// Departures that also occur two at a time.
const MERGED: &[Rules] = &[
    rules("", "", true),
    rules("", "~", false),
    Rules {
        lower_hex: true,
        ..RFC
    },
    rules("*", "", false),
    rules(MARKS, "", false),
    rules("/", "", false),
    rules(":/", "", false),
    rules("[]", "", false),
];

/// What a caller encodes with before the library encodes again.
const FIRST_PASSES: &[Rules] = &[
    RFC,
    rules("", "", true),
    rules(MARKS, "", false),
    rules("*", "~", true),
    rules(URI_CHARACTERS, "", false),
];

/// Escapes everything that stands between the parts of a normalized parameter string, nothing else.
pub const ONLY_SEPARATORS: Rules = rules("!\"#$'()*+,/:;<>?@[\\]^`{|} ", "", false);

/// Every encoder that the search tries, without duplicates, the likelier ones first; §3.6 itself is not among them.
pub fn searched() -> Vec<Encoder> {
    let mut list = vec![Encoder::None];
    let all = PROFILES
        .iter()
        .map(|profile| profile.rules)
        .chain(SINGLE.iter().copied());
    for rules in all {
        let encoder = Encoder::Rules(rules);
        if rules != RFC && !list.contains(&encoder) {
            list.push(encoder);
        }
    }
    for (at, one) in MERGED.iter().enumerate() {
        for other in &MERGED[at + 1..] {
            let encoder = Encoder::Rules(one.and(other));
            if !list.contains(&encoder) {
                list.push(encoder);
            }
        }
    }
    list.extend(FIRST_PASSES.iter().map(Encoder::Again));
    list.extend([
        Encoder::SkipsEncoded,
        Encoder::KeepsEscapes,
        Encoder::ShortControls,
        Encoder::DropsControls,
    ]);
    list
}

impl Encoder {
    /// Encodes decoded bytes.
    pub fn encode(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() * 3);
        match self {
            Self::Rfc => percent_encode_into(bytes, &mut out),
            Self::None => out.extend_from_slice(bytes),
            Self::Again(first) => {
                let once = Self::Rules(**first).encode(bytes);
                percent_encode_into(&once, &mut out);
            }
            Self::Rules(rules) => rules.encode(bytes, &mut out),
            Self::SkipsEncoded => {
                if holds_escape(bytes) {
                    out.extend_from_slice(bytes);
                } else {
                    percent_encode_into(bytes, &mut out);
                }
            }
            Self::KeepsEscapes => keep_escapes(bytes, &mut out),
            Self::ShortControls => {
                for &byte in bytes {
                    if byte < 0x10 {
                        out.extend_from_slice(&[b'%', HEX[usize::from(byte & 15)]]);
                    } else {
                        percent_encode_into(&[byte], &mut out);
                    }
                }
            }
            Self::DropsControls => {
                let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte >= 0x20).collect();
                percent_encode_into(&kept, &mut out);
            }
        }
        out
    }

    /// Whether the output for a text is the joined output for its bytes.
    ///
    /// Such an encoder is known by its outputs for single bytes, so two of them can be compared on
    /// the bytes that occur in a request and no other.
    pub fn is_bytewise(&self) -> bool {
        match self {
            Self::Rfc | Self::None | Self::ShortControls | Self::DropsControls => true,
            Self::Rules(rules) => rules.charset == Charset::Utf8,
            Self::Again(first) => first.charset == Charset::Utf8,
            Self::SkipsEncoded | Self::KeepsEscapes => false,
        }
    }
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

impl Rules {
    /// Both departures at once; `self`'s character set.
    const fn and(&self, other: &Self) -> Self {
        Self {
            keeps: self.keeps.union(other.keeps),
            escapes: self.escapes.union(other.escapes),
            plus: self.plus || other.plus,
            lower_hex: self.lower_hex || other.lower_hex,
            charset: self.charset,
        }
    }

    fn encode(&self, bytes: &[u8], out: &mut Vec<u8>) {
        match (self.charset, core::str::from_utf8(bytes)) {
            (Charset::Utf8, _) | (_, Err(_)) => {
                for &byte in bytes {
                    self.encode_byte(byte, out);
                }
            }
            (Charset::Latin1, Ok(text)) => {
                for character in text.chars() {
                    self.encode_byte(u8::try_from(u32::from(character)).unwrap_or(b'?'), out);
                }
            }
            (Charset::CodeUnits, Ok(text)) => {
                for unit in text.encode_utf16() {
                    match u8::try_from(unit) {
                        Ok(byte) => self.encode_byte(byte, out),
                        Err(_) => out.extend_from_slice(format!("%u{unit:04X}").as_bytes()),
                    }
                }
            }
            (Charset::CodePoints, Ok(text)) => {
                for character in text.chars() {
                    match u8::try_from(u32::from(character)) {
                        Ok(byte) => self.encode_byte(byte, out),
                        Err(_) => {
                            out.extend_from_slice(
                                format!("%{:X}", u32::from(character)).as_bytes(),
                            );
                        }
                    }
                }
            }
        }
    }

    fn encode_byte(&self, byte: u8, out: &mut Vec<u8>) {
        if byte == b' ' && self.plus {
            out.push(b'+');
        } else if self.keeps.contains(byte) || (is_unreserved(byte) && !self.escapes.contains(byte))
        {
            out.push(byte);
        } else {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.push(b'%');
            out.extend(digits.map(|digit| {
                if self.lower_hex {
                    digit.to_ascii_lowercase()
                } else {
                    digit
                }
            }));
        }
    }
}

/// Whether the text holds a well-formed `%XX`.
pub fn holds_escape(text: &[u8]) -> bool {
    text.windows(3)
        .any(|w| w[0] == b'%' && w[1].is_ascii_hexdigit() && w[2].is_ascii_hexdigit())
}

fn keep_escapes(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        if let [b'%', high, low, tail @ ..] = rest
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            out.extend_from_slice(&[b'%', *high, *low]);
            rest = tail;
            continue;
        }
        percent_encode_into(&[byte], out);
        rest = tail;
    }
}

/// The departures of rules in words, for a sentence: "with `+` for a space, `~` escaped".
pub(crate) fn describe(rules: &Rules) -> String {
    let mut words = Vec::new();
    if rules.plus {
        words.push("with `+` for a space".to_owned());
    }
    if !rules.keeps.is_empty() {
        words.push(format!("with `{}` left raw", rules.keeps));
    }
    if !rules.escapes.is_empty() {
        words.push(format!("with `{}` escaped", rules.escapes));
    }
    if rules.lower_hex {
        words.push("with lower-case digits".to_owned());
    }
    match rules.charset {
        Charset::Utf8 => {}
        Charset::Latin1 => words.push("in Latin-1".to_owned()),
        Charset::CodeUnits => words.push("one UTF-16 unit at a time".to_owned()),
        Charset::CodePoints => words.push("one escape a character".to_owned()),
    }
    if words.is_empty() {
        words.push("by the rules of RFC 3986".to_owned());
    }
    words.join(", ")
}

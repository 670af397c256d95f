//! How names and values are percent-encoded before they are sorted.

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    choice::{Choice, Found},
    encoders::{self, Characters, Charset, Encoder, Rules},
    mistakes::{Mistake, Stage},
    texts::Alphabet,
};

/// The page of `space-as-plus`.
pub static SPACE_AS_PLUS: Mistake = Mistake {
    id: "space-as-plus",
    stage: Stage::Encoding,
    cost: 6,
    title: "encoded spaces as +",
    what: "A space became `+`, as in HTML forms. RFC 5849 section 3.6 encodes it as `%20`, so that `a b` \
        stands in the base string as `a%2520b`, not as `a%2Bb`.",
    why: "A form encoder was used in place of percent-encoding. Requests without a space still work. \
        `%2B` in the third part where the value has a space shows it.",
    who: "Java `URLEncoder`, PHP `urlencode` and `http_build_query`, Python `quote_plus` and \
        `urlencode`, Ruby `CGI.escape`, Go `url.QueryEscape`, .NET `HttpUtility.UrlEncode`, Apex \
        `EncodingUtil.urlEncode`, Rust `form_urlencoded`, JavaScript `URLSearchParams`.",
    fix: "Use an encoder that writes `%20`, or replace `+` by `%20` in the encoder's output.",
};

/// The page of `tilde-encoded`.
pub static TILDE_ENCODED: Mistake = Mistake {
    id: "tilde-encoded",
    stage: Stage::Encoding,
    cost: 14,
    title: "encoded ~ as %7E",
    what: "The tilde was escaped. RFC 5849 section 3.6 leaves letters, digits, `-`, `.`, `_` and `~` as \
        they are.",
    why: "The encoder follows an older standard, in which `~` was not safe. `%257E` in the third part \
        shows it.",
    who: "Python 2 `urllib.quote` (and Python 3 before 3.7), JavaScript `escape`, PHP `rawurlencode` \
        before 5.3, Java `URLEncoder`, Ruby `CGI.escape` before 2.5, Core Foundation's URL functions.",
    fix: "Replace `%7E` by `~` in the encoder's output.",
};

/// The page of `subdelims-kept`.
pub static SUBDELIMS_KEPT: Mistake = Mistake {
    id: "subdelims-kept",
    stage: Stage::Encoding,
    cost: 10,
    title: "left ! * ' ( ) unencoded",
    what: "Some of `!`, `*`, `'`, `(` and `)` stand there as they are. RFC 5849 section 3.6 encodes them: \
        `%21`, `%2A`, `%27`, `%28`, `%29`.",
    why: "The encoder was made for URLs, where these marks are allowed. Requests without them still \
        work.",
    who: "JavaScript `encodeURIComponent`, .NET Framework `Uri.EscapeDataString`, UWP `HttpClient`, Apps \
        Script, `*` alone with Java `URLEncoder` and async-http-client.",
    fix: "Escape the five marks after the encoder: `!` `%21`, `'` `%27`, `(` `%28`, `)` `%29`, `*` \
        `%2A`.",
};

/// The page of `reserved-kept`.
pub static RESERVED_KEPT: Mistake = Mistake {
    id: "reserved-kept",
    stage: Stage::Encoding,
    cost: 20,
    title: "left reserved characters unencoded",
    what: "Characters such as `/`, `:`, `@`, `,`, `$`, `[` or `]` stand there as they are. RFC 5849 \
        section 3.6 encodes everything but letters, digits, `-`, `.`, `_` and `~`.",
    why: "The encoder is for whole URLs or has a list of safe characters. Such a character shows one \
        level of encoding less than its neighbours: `%2C` for `%252C`.",
    who: "Python `quote` (`/`), JavaScript `encodeURI`, Cocoa `stringByAddingPercentEscapes`, \
        liboauthcpp, tornado, mrjones/oauth and oauth10a (`[` `]` in names), peony (the parameter \
        `q`).",
    fix: "Encode with an empty list of safe characters; in Python `quote(text, safe='~')`.",
};

/// The page of `hex-lower-case`.
pub static HEX_LOWER_CASE: Mistake = Mistake {
    id: "hex-lower-case",
    stage: Stage::Encoding,
    cost: 16,
    title: "wrote the escapes with lower-case letters",
    what: "Escapes stand there as `%3a` or `%2f`. RFC 5849 section 3.6 asks for capital letters: `%3A`, \
        `%2F`.",
    why: "The encoder prints hex digits in lower case. Servers compare text, so `%3a` and `%3A` are \
        different.",
    who: ".NET `HttpUtility.UrlEncode`, old jq `@uri`, R `urltools::url_encode`, Erlang `urilib`, curl \
        `--data-urlencode`.",
    fix: "Convert the two digits after each `%` to upper case, or use an encoder that does (.NET: \
        `Uri.EscapeDataString`).",
};

/// The page of `not-encoded`.
pub static NOT_ENCODED: Mistake = Mistake {
    id: "not-encoded",
    stage: Stage::Encoding,
    cost: 17,
    title: "did not encode names and values",
    what: "Pairs were joined as plain text and encoded once, as a whole. RFC 5849 section 3.4.1.3.2 \
        encodes each name and each value first; the joined text is encoded again (section 3.4.1.1), so \
        `a b` becomes `a%2520b`, not `a%20b`.",
    why: "The inner step was forgotten, because the outer one seems to do the same. Only requests with \
        characters outside the unreserved set fail.",
    who: "Nim's oauth, Delphi and VBA samples, Mastercard's verifier, qoauth (values), much hand-written \
        code.",
    fix: "Percent-encode every name and every value before joining them.",
};

/// The page of `double-encoded`.
pub static DOUBLE_ENCODED: Mistake = Mistake {
    id: "double-encoded",
    stage: Stage::Encoding,
    cost: 11,
    title: "encoded names and values once too often",
    what: "A value went through the encoder twice before the outer encoding: `a b` became `a%252520b`. \
        RFC 5849 section 3.6 encodes once, and section 3.4.1.1 once more for the whole: `a%2520b`.",
    why: "The value was already encoded when it was given to the signer. `%2525` in the third part, \
        without a percent sign in the data, shows it. `%2520` for a space is right.",
    who: "`oauth_callback` encoded by the caller (oauthsimple, ShareKit, signpost users), Postman from \
        2013 to 2020, Insomnia, async-http-client 1.9, woocommerce-rest-api and magento-api-rest \
        (names).",
    fix: "Give the signer plain text, and encode each value once.",
};

/// The page of `name-not-encoded`.
pub static NAME_NOT_ENCODED: Mistake = Mistake {
    id: "name-not-encoded",
    stage: Stage::Encoding,
    cost: 19,
    title: "encoded values but not names",
    what: "Names stand there unencoded, values encoded. RFC 5849 section 3.4.1.3.2 encodes both: `a[]` \
        becomes `a%5B%5D`, and `a%255B%255D` in the base string.",
    why: "Names look harmless, so the encoder is called for values only. Brackets in array names are the \
        usual victims.",
    who: "tornado, mrjones/oauth, oauth10a, oauth1-request and reqwest-oauth1 (names are the caller's \
        business there), Magento `searchCriteria[…]` and WordPress `filter[…]` calls.",
    fix: "Encode names with the same function as values.",
};

/// The page of `as-on-the-wire`.
pub static AS_ON_THE_WIRE: Mistake = Mistake {
    id: "as-on-the-wire",
    stage: Stage::Encoding,
    cost: 19,
    title: "took names and values from the URL without decoding them",
    what: "The escapes of the URL were taken for plain text: `%20` became `%252520` in the base string. \
        RFC 5849 section 3.4.1.3.1 decodes the query and the form first.",
    why: "The query is split as text and the pieces go straight to the encoder, or, in dialects, \
        straight into the base string.",
    who: "Postman and Insomnia in the past, liboauthcpp, oauth-1.0a (names of a typed URL), tcllib, \
        LWP::Authen::OAuth; Mastercard's signers sign the text of the wire as it is.",
    fix: "Decode names and values of the query and the form (`%XX`, and `+` as a space) before encoding \
        them for the signature.",
};

/// The page of `plus-literal`.
pub static PLUS_LITERAL: Mistake = Mistake {
    id: "plus-literal",
    stage: Stage::Encoding,
    cost: 15,
    title: "took the + of the URL for a plus sign",
    what: "A space that was sent as `+` was signed as a plus: `%252B` for `%2520`. RFC 5849 section \
        3.4.1.3.1 reads query and body as form data, in which `+` is a space.",
    why: "The URL is decoded with a plain percent-decoder, while another layer writes spaces as `+`.",
    who: "oauth-1.0a (npm) with `URLSearchParams`, fetch or got; QtNetworkAuth (sends a plus raw and \
        signs it as `%2B`); httr with a typed URL.",
    fix: "Write spaces in the URL as `%20` and a plus as `%2B`; decode `+` as a space when collecting \
        parameters.",
};

/// The page of `charset-latin1`.
pub static CHARSET_LATIN1: Mistake = Mistake {
    id: "charset-latin1",
    stage: Stage::Encoding,
    cost: 26,
    title: "encoded text as Latin-1, not UTF-8",
    what: "`é` became `%E9`. RFC 5849 section 3.6 encodes the bytes of UTF-8: `%C3%A9`, and `%25C3%25A9` \
        in the base string.",
    why: "The encoder works on a one-byte character set, often the system's code page. Only text outside \
        ASCII fails.",
    who: "RestSharp, PHP files saved as ISO-8859-1, VBA, JavaScript `escape`, Node's `http` (raw letters \
        in a path leave as Latin-1), form pages without a UTF-8 charset.",
    fix: "Convert text to UTF-8 bytes before percent-encoding.",
};

/// The page of `charset-mojibake`.
pub static CHARSET_MOJIBAKE: Mistake = Mistake {
    id: "charset-mojibake",
    stage: Stage::Encoding,
    cost: 27,
    title: "encoded UTF-8 twice",
    what: "Bytes that were UTF-8 already were read as Latin-1 and converted again: `é` became \
        `%C3%83%C2%A9`. RFC 5849 section 3.6 encodes the bytes of UTF-8 once: `%C3%A9`.",
    why: "One layer passes bytes, the next takes them for characters. `%25C3%2583` in the third part \
        shows it.",
    who: "Net::OAuth and LWP::Authen::OAuth (URLs with non-ASCII text), Mastercard's JavaScript signer, \
        PHP `utf8_encode` on UTF-8 text, byte-wise decoders in Java.",
    fix: "Convert to UTF-8 in one place only.",
};

/// The page of `charset-replacement`.
pub static CHARSET_REPLACEMENT: Mistake = Mistake {
    id: "charset-replacement",
    stage: Stage::Encoding,
    cost: 52,
    title: "replaced characters by ? or U+FFFD",
    what: "A character outside ASCII became `?` (`%3F`) or the replacement character (`%EF%BF%BD`). RFC \
        5849 section 3.6 encodes the bytes of UTF-8.",
    why: "A conversion with a `replace` or `ignore` option lost it, or invalid UTF-8 was repaired on one \
        side.",
    who: "Python 2 code with `encode('ascii', 'replace')`, .NET and Java `getBytes` with an ASCII \
        character set, form decoders that repair invalid UTF-8.",
    fix: "Convert text to UTF-8 without replacing anything, and let the conversion fail loudly.",
};

/// The page of `charset-code-units`.
pub static CHARSET_CODE_UNITS: Mistake = Mistake {
    id: "charset-code-units",
    stage: Stage::Encoding,
    cost: 53,
    title: "escaped UTF-16 units, not UTF-8 bytes",
    what: "A character became one escape a UTF-16 unit, such as `%u05DE` or `%5DE`, or an emoji became \
        two three-byte sequences (`%ED%A0%BD…`). RFC 5849 section 3.6 encodes the bytes of UTF-8.",
    why: "The language's strings are UTF-16 and the encoder works on their units.",
    who: "JavaScript `escape`, ActionScript, Google's GData OAuthBase for .NET, twitter/joauth \
        (surrogates), many `OAuthBase.cs` copies.",
    fix: "Convert the whole text to UTF-8 bytes and escape those.",
};

/// The page of `unicode-normalized`.
pub static UNICODE_NORMALIZED: Mistake = Mistake {
    id: "unicode-normalized",
    stage: Stage::Encoding,
    cost: 56,
    title: "signed the text in another Unicode normal form",
    what: "An accent was signed composed and sent decomposed, or the reverse: `%C3%A9` against `e%CC%81`. \
        RFC 5849 section 3.6 encodes the text as it is sent and normalises nothing.",
    why: "A file system, keyboard or library changed the form between signing and sending. The two look \
        the same on the screen.",
    who: "File names from macOS, Swift and Cocoa strings, form libraries that normalise input.",
    fix: "Normalise the text to NFC once, before it is signed and sent.",
};

/// The page of `oauth-values-not-encoded`.
pub static OAUTH_VALUES_NOT_ENCODED: Mistake = Mistake {
    id: "oauth-values-not-encoded",
    stage: Stage::Encoding,
    cost: 18,
    title: "left the values of oauth_ parameters unencoded",
    what: "Values such as a Base64 nonce or `oauth_callback` were put in without their own encoding: \
        `%3A` where `%253A` belongs. RFC 5849 section 3.4.1.3.2 encodes them like all others.",
    why: "These values are taken to be safe, and often are. A `+`, `/`, `=` or `:` in one of them shows \
        it.",
    who: "Mastercard's signers in all languages (`oauth_body_hash`), async-http-client before 1.9.29 \
        (nonce), HERE's Java SDK (nonce).",
    fix: "Encode all values alike, or use letters and digits only for the nonce.",
};

/// The page of `newline-changed`.
pub static NEWLINE_CHANGED: Mistake = Mistake {
    id: "newline-changed",
    stage: Stage::Encoding,
    cost: 54,
    title: "changed line ends or trimmed the text",
    what: "A line end was signed as LF and sent as CRLF, or blanks at the ends were lost on one side: \
        `%250A` against `%250D%250A`. RFC 5849 section 3.4.1.3 signs the text as sent.",
    why: "Browsers send CRLF for every line end of a form field, and frameworks trim fields before \
        checking.",
    who: "LTI launch forms with line ends in hidden fields, Laravel's `TrimStrings`, text areas.",
    fix: "Convert line ends to CRLF and trim values before signing, then send exactly that.",
};

/// The page of `encoder-skips-encoded`.
pub static ENCODER_SKIPS_ENCODED: Mistake = Mistake {
    id: "encoder-skips-encoded",
    stage: Stage::Encoding,
    cost: 41,
    title: "left text that already held an escape as it was",
    what: "A value with `%41` in it was not encoded at all. RFC 5849 section 3.6 encodes a percent sign \
        always, as `%25`.",
    why: "The encoder guesses that the text is encoded already. Only values or parts with a percent sign \
        fail, so it comes and goes with the data.",
    who: "R's `utils::URLencode` with `repeated = FALSE` (its default; it also skips the outer encoding \
        when a value holds an escape), Mastercard's signers (outer encoding), qoauth (`%` kept).",
    fix: "Turn the guess off (R: `repeated = TRUE`), or use an encoder without one.",
};

/// The page of `control-bytes-mangled`.
pub static CONTROL_BYTES_MANGLED: Mistake = Mistake {
    id: "control-bytes-mangled",
    stage: Stage::Encoding,
    cost: 62,
    title: "dropped or shortened the escapes of control bytes",
    what: "A byte below `%10` was left out or written with one digit: `%A` for a line feed. RFC 5849 \
        section 3.6 writes two digits: `%0A`.",
    why: "The hex number is printed without a leading zero, or an encoder strips control characters.",
    who: "Hand-written encoders that print `%X` in place of `%02X`.",
    fix: "Print every escape with two hex digits, and drop nothing.",
};

/// The page of `decoded-twice`.
pub static DECODED_TWICE: Mistake = Mistake {
    id: "decoded-twice",
    stage: Stage::Encoding,
    cost: 29,
    title: "decoded values once too often",
    what: "A value that holds a literal escape was decoded again: `%2541` in the URL stands for `%41` and \
        was signed as `A`. RFC 5849 section 3.4.1.3.1 decodes query and form once.",
    why: "The framework has decoded the values, and the signing code decodes them again. Only values \
        with a percent sign or a plus fail.",
    who: "requests-oauth, python-oauth2, woocommerce-py, the WordPress OAuth1 plugin (`rawurldecode` on \
        decoded fields), oauthlib on the server side (`oauth_` values).",
    fix: "Take values that are decoded already as they are.",
};

/// The page of `unreserved-encoded`.
pub static UNRESERVED_ENCODED: Mistake = Mistake {
    id: "unreserved-encoded",
    stage: Stage::Encoding,
    cost: 31,
    title: "escaped - . _ or ~ too",
    what: "Unreserved marks were escaped: `oauth%5Fnonce`, `1%2E0`. RFC 5849 section 3.6 leaves letters, \
        digits, `-`, `.`, `_` and `~` as they are.",
    why: "The encoder escapes everything that is not a letter or digit, so every request fails: `oauth_` \
        itself holds a mark. `%252E` or `%255F` in the third part shows it.",
    who: "Rust `percent-encoding` with `NON_ALPHANUMERIC`, Cocoa's alphanumeric character sets, Swift's \
        `.alphanumerics`.",
    fix: "Add `-`, `.`, `_` and `~` to the encoder's safe characters.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &SPACE_AS_PLUS,
    &TILDE_ENCODED,
    &SUBDELIMS_KEPT,
    &RESERVED_KEPT,
    &HEX_LOWER_CASE,
    &NOT_ENCODED,
    &DOUBLE_ENCODED,
    &NAME_NOT_ENCODED,
    &AS_ON_THE_WIRE,
    &PLUS_LITERAL,
    &CHARSET_LATIN1,
    &CHARSET_MOJIBAKE,
    &CHARSET_REPLACEMENT,
    &CHARSET_CODE_UNITS,
    &UNICODE_NORMALIZED,
    &OAUTH_VALUES_NOT_ENCODED,
    &NEWLINE_CHANGED,
    &ENCODER_SKIPS_ENCODED,
    &CONTROL_BYTES_MANGLED,
    &DECODED_TWICE,
    &UNRESERVED_ENCODED,
];

/// Which texts an encoder is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    Values,
    Names,
    ProtocolValues,
    NamesAndValues,
    AllInner,
    /// The parts of the base string, after their own encoding.
    Outer,
    /// Names and values, and the parts as well.
    BothLevels,
}

impl Scope {
    /// The scopes of names and values, the narrow ones first; a role is touched or not: names, values, `oauth_` values.
    pub(crate) const INNER: [(Self, [bool; 3]); 5] = [
        (Self::Values, [false, true, false]),
        (Self::Names, [true, false, false]),
        (Self::ProtocolValues, [false, false, true]),
        (Self::NamesAndValues, [true, true, false]),
        (Self::AllInner, [true, true, true]),
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Values => "the values",
            Self::Names => "the names",
            Self::ProtocolValues => "the values of the oauth_ parameters",
            Self::NamesAndValues => "names and values",
            Self::AllInner => "names and values, those of the oauth_ parameters too",
            Self::Outer => "the parts of the base string",
            Self::BothLevels => "names, values, and the parts of the base string",
        }
    }
}

/// What an encoder does wrong to texts with these bytes, by name; empty when it does what §3.6 asks.
pub(crate) fn mistakes_of(encoder: &Encoder, alphabet: Alphabet, scope: Scope) -> Vec<Found> {
    let place = scope.as_str();
    let found = |mistake: &'static Mistake, detail: String| Found { mistake, detail };
    match encoder {
        Encoder::Rfc => Vec::new(),
        Encoder::None => {
            let mistake = match scope {
                Scope::Names => &NAME_NOT_ENCODED,
                Scope::ProtocolValues => &OAUTH_VALUES_NOT_ENCODED,
                _ => &NOT_ENCODED,
            };
            vec![found(mistake, format!("{place} were not encoded at all"))]
        }
        Encoder::Again(first) => {
            let mut list = vec![found(
                &DOUBLE_ENCODED,
                format!("{place} were encoded twice"),
            )];
            if **first != encoders::RFC {
                list.extend(departures(
                    first,
                    alphabet,
                    &format!("{place}, the first time,"),
                ));
            }
            list
        }
        Encoder::Rules(rules) => departures(rules, alphabet, place),
        Encoder::SkipsEncoded => vec![found(
            &ENCODER_SKIPS_ENCODED,
            format!("in {place}, a text that already holds a `%XX` was left as it is"),
        )],
        Encoder::KeepsEscapes => vec![found(
            &ENCODER_SKIPS_ENCODED,
            format!("in {place}, a `%XX` in the text was kept as an escape"),
        )],
        Encoder::ShortControls => vec![found(
            &CONTROL_BYTES_MANGLED,
            format!("in {place}, control bytes were escaped with one digit"),
        )],
        Encoder::DropsControls => vec![found(
            &CONTROL_BYTES_MANGLED,
            format!("in {place}, control bytes were dropped"),
        )],
    }
}

fn departures(rules: &Rules, alphabet: Alphabet, place: &str) -> Vec<Found> {
    let mut list = Vec::new();
    let mut found =
        |mistake: &'static Mistake, detail: String| list.push(Found { mistake, detail });
    let among = |set: Characters, candidates: &str| -> String {
        candidates
            .bytes()
            .filter(|byte| set.contains(*byte) && alphabet.contains(*byte))
            .map(char::from)
            .collect()
    };
    let marks = among(rules.keeps, "!*'()");
    let reserved = among(rules.keeps, ":/?#[]@$&+,;=%\"<>\\^`{|} ");
    let escaped = among(rules.escapes, "-._");
    if rules.plus && alphabet.contains(b' ') {
        found(
            &SPACE_AS_PLUS,
            format!("a space in {place} became `+`, not `%20`"),
        );
    }
    if rules.escapes.contains(b'~') && alphabet.contains(b'~') {
        found(&TILDE_ENCODED, format!("`~` in {place} became `%7E`"));
    }
    if !escaped.is_empty() {
        found(
            &UNRESERVED_ENCODED,
            format!("`{escaped}` in {place} was escaped"),
        );
    }
    if !marks.is_empty() {
        found(
            &SUBDELIMS_KEPT,
            format!("`{marks}` in {place} was not escaped"),
        );
    }
    if !reserved.is_empty() {
        found(
            &RESERVED_KEPT,
            format!("`{reserved}` in {place} was not escaped"),
        );
    }
    if rules.lower_hex {
        found(
            &HEX_LOWER_CASE,
            format!("the escapes in {place} have lower-case digits"),
        );
    }
    if !alphabet.is_ascii() {
        match rules.charset {
            Charset::Utf8 => {}
            Charset::Latin1 => found(
                &CHARSET_LATIN1,
                format!("{place} were taken as Latin-1, not UTF-8"),
            ),
            Charset::CodeUnits | Charset::CodePoints => found(
                &CHARSET_CODE_UNITS,
                format!(
                    "{place} were escaped by the numbers of their characters, not by UTF-8 bytes"
                ),
            ),
        }
    }
    list
}

/// Changes of text before it is encoded.
pub(crate) type TextChange = fn(&[u8]) -> Vec<u8>;

/// Other character sets and normal forms.
pub(crate) fn charsets(mut add: impl FnMut(Choice, TextChange)) {
    add(
        Choice::new(
            &CHARSET_MOJIBAKE,
            "UTF-8 bytes were read as Latin-1 and encoded in UTF-8 once more",
        ),
        super::uri::latin1_to_utf8,
    );
    add(
        Choice::new(
            &CHARSET_LATIN1,
            "text was encoded in Latin-1; what has no place there became `?`",
        ),
        |text| {
            map_characters(text, |c, out| {
                out.push(u8::try_from(u32::from(c)).unwrap_or(b'?'));
            })
        },
    );
    add(
        Choice::new(
            &CHARSET_REPLACEMENT,
            "every character outside ASCII was signed as `?`",
        ),
        |text| {
            map_characters(text, |c, out| {
                out.push(u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?'));
            })
        },
    );
    add(
        Choice::new(
            &CHARSET_REPLACEMENT,
            "every byte outside ASCII was signed as `?`",
        )
        .rarer(3),
        |text| {
            text.iter()
                .map(|byte| if byte.is_ascii() { *byte } else { b'?' })
                .collect()
        },
    );
    add(
        Choice::new(
            &CHARSET_REPLACEMENT,
            "bytes that are no UTF-8 were signed as U+FFFD",
        ),
        |text| String::from_utf8_lossy(text).into_owned().into_bytes(),
    );
    add(
        Choice::new(
            &CHARSET_REPLACEMENT,
            "every byte outside ASCII was signed as U+FFFD",
        )
        .rarer(5),
        |text| {
            text.iter()
                .map(|byte| {
                    if byte.is_ascii() {
                        char::from(*byte)
                    } else {
                        char::REPLACEMENT_CHARACTER
                    }
                })
                .collect::<String>()
                .into_bytes()
        },
    );
    add(
        Choice::new(
            &CHARSET_LATIN1,
            "the request went out in Latin-1 and was signed in UTF-8",
        )
        .rarer(5),
        |text| {
            if core::str::from_utf8(text).is_ok() {
                text.to_vec()
            } else {
                super::uri::latin1_to_utf8(text)
            }
        },
    );
    add(
        Choice::new(
            &CHARSET_CODE_UNITS,
            "characters beyond U+FFFF were encoded as two surrogates of three bytes",
        ),
        |text| {
            map_characters(text, |c, out| {
                let mut units = [0; 2];
                if u32::from(c) > 0xFFFF {
                    for unit in c.encode_utf16(&mut units) {
                        let [high, low] = unit.to_be_bytes();
                        out.extend([
                            0xE0 | (high >> 4),
                            0x80 | ((high & 0x0F) << 2) | (low >> 6),
                            0x80 | (low & 0x3F),
                        ]);
                    }
                } else {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            })
        },
    );
    add(
        Choice::new(&UNICODE_NORMALIZED, "text was signed in normal form NFC"),
        |text| normal_form(text, |text| text.nfc().collect()),
    );
    add(
        Choice::new(&UNICODE_NORMALIZED, "text was signed in normal form NFD"),
        |text| normal_form(text, |text| text.nfd().collect()),
    );
    add(
        Choice::new(&UNICODE_NORMALIZED, "text was signed in normal form NFKC").rarer(10),
        |text| normal_form(text, |text| text.nfkc().collect()),
    );
}

fn map_characters(text: &[u8], push: fn(char, &mut Vec<u8>)) -> Vec<u8> {
    let Ok(text) = core::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        push(character, &mut out);
    }
    out
}

fn normal_form(text: &[u8], change: fn(&str) -> String) -> Vec<u8> {
    core::str::from_utf8(text).map_or_else(|_| text.to_vec(), |text| change(text).into_bytes())
}

/// Line ends and blanks changed between signing and sending.
pub(crate) fn newlines(mut add: impl FnMut(Choice, TextChange)) {
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "line ends were sent as CRLF and signed as LF",
        ),
        |text| replaced(text, b"\r\n", b"\n"),
    );
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "line ends were sent as LF and signed as CRLF",
        ),
        |text| replaced(&replaced(text, b"\r\n", b"\n"), b"\n", b"\r\n"),
    );
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "line ends were sent as CR and signed as LF",
        )
        .rarer(10),
        |text| replaced(text, b"\r", b"\n"),
    );
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "blanks and line ends around values were not signed",
        ),
        |text| text.trim_ascii().to_vec(),
    );
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "values were cut at their first blank or line end",
        )
        .rarer(20),
        |text| {
            let end = text
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(text.len());
            text[..end].to_vec()
        },
    );
    add(
        Choice::new(
            &NEWLINE_CHANGED,
            "blanks were sent and line ends were signed",
        )
        .rarer(30),
        |text| replaced(text, b" ", b"\r\n"),
    );
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = crate::facts::find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

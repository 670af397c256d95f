//! How the HMAC key is made from the two secrets.

use oauth1_core::encode::{form_decode, percent_decode};

use crate::{
    choice::{Choice, Op},
    encoders::{self, Encoder},
    facts::Facts,
    mistakes::{Mistake, Stage},
};

/// The page of `key-ampersand-missing`.
pub static KEY_AMPERSAND_MISSING: Mistake = Mistake {
    id: "key-ampersand-missing",
    stage: Stage::Key,
    cost: 5,
    title: "left the & out of the key",
    what: "The key is the consumer secret alone. RFC 5849 section 3.4.2 joins the encoded secrets with \
        `&`, also when there is no token: `secret&`.",
    why: "Without a token the `&` looks superfluous. The base string is right and every signature is \
        wrong.",
    who: "Two-legged clients in every language, users of HMAC tools that ask for a secret key (Alteryx \
        macros, Postman scripts, online calculators). WooCommerce's legacy API v1 and v2 wants exactly \
        this.",
    fix: "Use `encode(consumer secret) + \"&\" + encode(token secret)`, with the `&` always.",
};

/// The page of `key-token-secret-missing`.
pub static KEY_TOKEN_SECRET_MISSING: Mistake = Mistake {
    id: "key-token-secret-missing",
    stage: Stage::Key,
    cost: 7,
    title: "left the token secret out of the key",
    what: "The request carries a token, and the key ends at `&`. RFC 5849 section 3.4.2 puts the token's \
        secret after it: `consumer&token`.",
    why: "The token secret was not passed on, or is stored under another name. The base string is right.",
    who: "Meteor, oauth-1.0a called with `{key}` and no `{secret}`, Yaak, angular-oauth1, the step after \
        the request token in hand-written code.",
    fix: "Pass the secret that came with the token: the temporary one for the access-token call, the \
        final one after that.",
};

/// The page of `key-token-secret-stale`.
pub static KEY_TOKEN_SECRET_STALE: Mistake = Mistake {
    id: "key-token-secret-stale",
    stage: Stage::Key,
    cost: 20,
    title: "used the secret of another token",
    what: "The key holds a token secret that does not belong to this request. RFC 5849 section 3.4.2 uses \
        the secret of the token in `oauth_token`, and none when there is no token.",
    why: "A stored user secret is used for a new handshake, or the temporary secret is used after the \
        access token has come.",
    who: "PHPoAuthLib, Yii2's authclient, tmhOAuth, sessions that keep an old token.",
    fix: "Store token and secret together, and clear both before a new handshake.",
};

/// The page of `key-swapped`.
pub static KEY_SWAPPED: Mistake = Mistake {
    id: "key-swapped",
    stage: Stage::Key,
    cost: 21,
    title: "put the token secret first",
    what: "The key is `token&consumer`. RFC 5849 section 3.4.2 puts the client shared secret first: \
        `consumer&token`.",
    why: "Two arguments of the same type were passed in the wrong order. The base string is right.",
    who: "Functions with four text arguments for key, secret, token and token secret; hand-written \
        configuration.",
    fix: "Put the consumer secret first and the token secret second.",
};

/// The page of `key-not-encoded`.
pub static KEY_NOT_ENCODED: Mistake = Mistake {
    id: "key-not-encoded",
    stage: Stage::Key,
    cost: 10,
    title: "put the secrets into the key without encoding them",
    what: "A secret with characters such as `+`, `/`, `=` or `&` was used as it is. RFC 5849 section \
        3.4.2 percent-encodes each secret first: `a/b` becomes `a%2Fb`.",
    why: "Most secrets are letters and digits, so it works for most users. Those with a Base64 secret \
        fail always.",
    who: "The Alteryx Python modules, ims-lti, woocommerce-py, oauth1-header, dghubble/oauth1 before \
        2023, the Python package twitter (consumer secret only), north (Lisp); E*TRADE users, whose \
        secrets hold such characters.",
    fix: "Percent-encode both secrets with the function of section 3.6 before joining them.",
};

/// The page of `key-double-encoded`.
pub static KEY_DOUBLE_ENCODED: Mistake = Mistake {
    id: "key-double-encoded",
    stage: Stage::Key,
    cost: 36,
    title: "encoded the secrets twice",
    what: "A secret went through the encoder twice: `a/b` became `a%252Fb`. RFC 5849 section 3.4.2 \
        encodes once: `a%2Fb`.",
    why: "The caller encodes, and the library does it again. Secrets of letters and digits work.",
    who: "Code that URL-encodes the secrets in its configuration.",
    fix: "Give the library the plain secrets.",
};

/// The page of `key-encoded-whole`.
pub static KEY_ENCODED_WHOLE: Mistake = Mistake {
    id: "key-encoded-whole",
    stage: Stage::Key,
    cost: 31,
    title: "encoded the & of the key too",
    what: "The key was joined and encoded as one text, so that it holds `%26`. RFC 5849 section 3.4.2 \
        encodes each secret and leaves the `&` raw.",
    why: "The encoder is called on the finished key. Every signature is wrong.",
    who: "Horde_Oauth and signet with PLAINTEXT, hand-written code.",
    fix: "Encode the two secrets, then join them with a plain `&`.",
};

/// The page of `key-encoding`.
pub static KEY_ENCODING: Mistake = Mistake {
    id: "key-encoding",
    stage: Stage::Key,
    cost: 33,
    title: "encoded the secrets by other rules",
    what: "The secrets were encoded like form data or with marks left raw: a space as `+`, `~` as `%7E`, \
        `!` as it is. RFC 5849 section 3.4.2 uses the encoding of section 3.6.",
    why: "The language's own encoder was used. Only secrets that hold such a character fail.",
    who: "JavaScript `encodeURIComponent`, Java `URLEncoder`, PHP `urlencode`, Python `quote_plus`.",
    fix: "Encode the secrets with the same function as the parameters.",
};

/// The page of `key-consumer-key`.
pub static KEY_CONSUMER_KEY: Mistake = Mistake {
    id: "key-consumer-key",
    stage: Stage::Key,
    cost: 22,
    title: "used the consumer key where the secret belongs",
    what: "The public consumer key stands in the HMAC key. RFC 5849 section 3.4.2 uses the client shared \
        secret there.",
    why: "The two values look alike and were swapped in the configuration. The base string is right.",
    who: "Copied settings, environment variables named alike, forms that ask for \"API key\" and \"API \
        secret\".",
    fix: "Put the consumer secret into the key. The consumer key only travels as `oauth_consumer_key`.",
};

/// The page of `key-token`.
pub static KEY_TOKEN: Mistake = Mistake {
    id: "key-token",
    stage: Stage::Key,
    cost: 23,
    title: "used the token where its secret belongs",
    what: "The public token stands in the HMAC key. RFC 5849 section 3.4.2 uses the token shared secret \
        there.",
    why: "Token and token secret look alike and were swapped. The base string is right.",
    who: "Copied settings, code that reads `oauth_token` twice from the token response.",
    fix: "Put the value of `oauth_token_secret` into the key. The token only travels as `oauth_token`.",
};

/// The page of `key-whitespace`.
pub static KEY_WHITESPACE: Mistake = Mistake {
    id: "key-whitespace",
    stage: Stage::Key,
    cost: 15,
    title: "used a secret with blanks, line ends or quotes around it",
    what: "A secret had a space, a line end, a byte order mark or quotes at its ends, and they went into \
        the key: `secret%0A&`. RFC 5849 section 3.4.2 uses the secret as the provider issued it.",
    why: "The secret was copied from a page or read from a file or variable. Nothing shows on the \
        screen.",
    who: "Copy and paste from web pages, Windows `set X=secret && …`, `echo` into a secret store, \
        PowerShell 5 `Out-File` (byte order mark), quotes in `.env` files read by docker.",
    fix: "Trim secrets when they are read, and print their length to check.",
};

/// The page of `key-decoded`.
pub static KEY_DECODED: Mistake = Mistake {
    id: "key-decoded",
    stage: Stage::Key,
    cost: 38,
    title: "decoded a secret before using it",
    what: "The secret was Base64-, hex- or percent-decoded, and the result was used as the key. RFC 5849 \
        section 3.4.2 uses the text of the secret.",
    why: "The secret looks like Base64, or came in a token response that was decoded twice (`+` became a \
        space, `%2B` a plus).",
    who: "Code modelled on APIs whose keys are Base64 (Azure Storage), form parsers called twice on a \
        token response.",
    fix: "Use the secret's text, and decode the token response exactly once.",
};

/// The page of `key-charset`.
pub static KEY_CHARSET: Mistake = Mistake {
    id: "key-charset",
    stage: Stage::Key,
    cost: 35,
    title: "used a secret in another character set",
    what: "A secret outside ASCII was encoded in Latin-1, or as UTF-8 twice. RFC 5849 section 3.4.2 \
        encodes it as section 3.6 says, from UTF-8: `é` becomes `%C3%A9`.",
    why: "The encoder works on another character set. Only secrets outside ASCII fail.",
    who: "Self-chosen secrets, such as those of LTI tools, in Latin-1 environments.",
    fix: "Convert the secret to UTF-8, then percent-encode it.",
};

/// The page of `key-null-text`.
pub static KEY_NULL_TEXT: Mistake = Mistake {
    id: "key-null-text",
    stage: Stage::Key,
    cost: 27,
    title: "wrote null or undefined into the key",
    what: "The missing token secret became a word: `secret&null` or `secret&undefined`. RFC 5849 section \
        3.4.2 leaves it empty: `secret&`.",
    why: "A missing value was turned into text when the key was joined.",
    who: "JavaScript template strings (`undefined`), Java and C# joins (`null`), Python f-strings \
        (`None`), PHP's `var_export`.",
    fix: "Use an empty text when there is no token secret.",
};

/// The page of `key-wrong`.
pub static KEY_WRONG: Mistake = Mistake {
    id: "key-wrong",
    stage: Stage::Key,
    cost: 45,
    title: "used a key that these secrets do not give",
    what: "The key that the client used cannot be made from the given secrets. RFC 5849 section 3.4.2 \
        joins the two encoded secrets with `&`.",
    why: "It is the secret of another application, user or environment, it was revoked, or a variable \
        holds something else.",
    who: "Staging and production secrets mixed up, Alteryx (user keys and admin keys are separate \
        pairs), revoked and re-issued credentials.",
    fix: "Copy consumer key, consumer secret, token and token secret once more from the provider, all \
        four from the same page.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &KEY_AMPERSAND_MISSING,
    &KEY_TOKEN_SECRET_MISSING,
    &KEY_TOKEN_SECRET_STALE,
    &KEY_SWAPPED,
    &KEY_NOT_ENCODED,
    &KEY_DOUBLE_ENCODED,
    &KEY_ENCODED_WHOLE,
    &KEY_ENCODING,
    &KEY_CONSUMER_KEY,
    &KEY_TOKEN,
    &KEY_WHITESPACE,
    &KEY_DECODED,
    &KEY_CHARSET,
    &KEY_NULL_TEXT,
    &KEY_WRONG,
];

/// The key before it is written: one choice a field. It holds secrets: no `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyState {
    consumer: Vec<u8>,
    token: Vec<u8>,
    encoded_consumer: Vec<u8>,
    encoded_token: Vec<u8>,
    form: KeyForm,
}

/// How the two secrets are put together.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum KeyForm {
    /// `consumer&token`.
    Canonical,
    Swapped,
    /// The client secret alone.
    ConsumerOnly,
    /// The token secret alone.
    TokenOnly,
    /// Both, without `&`.
    Glued,
    /// The whole key, `&` too, encoded.
    Encoded,
    /// Both encoded, joined by something else.
    Joined(&'static str),
    /// An empty key.
    Empty,
    /// The finished key with bytes added.
    Verbatim(Vec<u8>),
}

impl KeyState {
    /// The key of §3.4.2.
    pub(crate) fn canonical(consumer: &[u8], token: &[u8]) -> Self {
        let mut state = Self {
            consumer: consumer.to_vec(),
            token: token.to_vec(),
            encoded_consumer: Vec::new(),
            encoded_token: Vec::new(),
            form: KeyForm::Canonical,
        };
        state.encode(Encoder::Rfc, Encoder::Rfc);
        state
    }

    fn encode(&mut self, consumer: Encoder, token: Encoder) {
        self.encoded_consumer = consumer.encode(&self.consumer);
        self.encoded_token = token.encode(&self.token);
    }

    /// The bytes of the key.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let (consumer, token) = (&self.encoded_consumer, &self.encoded_token);
        let join = |glue: &str| [consumer.as_slice(), glue.as_bytes(), token].concat();
        match &self.form {
            KeyForm::Canonical => join("&"),
            KeyForm::Swapped => [token.as_slice(), b"&", consumer].concat(),
            KeyForm::ConsumerOnly => consumer.clone(),
            KeyForm::TokenOnly => token.clone(),
            KeyForm::Glued => join(""),
            KeyForm::Encoded => {
                Encoder::Rfc.encode(&[self.consumer.as_slice(), b"&", &self.token].concat())
            }
            KeyForm::Joined(glue) => join(glue),
            KeyForm::Empty => Vec::new(),
            KeyForm::Verbatim(key) => key.clone(),
        }
    }
}

mod group {
    pub(super) const CONSUMER: u8 = 0;
    pub(super) const TOKEN: u8 = 1;
    pub(super) const ENCODING: u8 = 2;
    pub(super) const FORM: u8 = 3;
}

struct Builder {
    ops: Vec<Op<KeyState>>,
}

impl Builder {
    fn add(
        &mut self,
        group: u8,
        choice: Choice,
        change: impl Fn(&mut KeyState) + Send + Sync + 'static,
    ) {
        self.ops
            .push(Op::new(group, choice, move |(), state: &KeyState| {
                let mut next = state.clone();
                change(&mut next);
                if group < group::ENCODING {
                    // Another secret is encoded as the RFC asks, until a choice of encoding says otherwise.
                    next.encode(Encoder::Rfc, Encoder::Rfc);
                }
                Some(next)
            }));
    }
}

/// Every departure in the key. No detail names a secret.
pub(crate) fn choices(facts: &Facts<'_>, start: &KeyState) -> Vec<Op<KeyState>> {
    let mut builder = Builder { ops: Vec::new() };
    secrets(&mut builder, facts);
    encoders_of(&mut builder, start);
    forms(&mut builder);
    builder.ops.sort_by_key(|op| op.group);
    builder.ops
}

type Change = fn(&[u8]) -> Vec<u8>;

fn secrets(builder: &mut Builder, facts: &Facts<'_>) {
    let changes: [(&'static Mistake, &str, u32, Change); 20] = [
        (
            &KEY_WHITESPACE,
            "blanks or line ends around {} were left out",
            0,
            |s| s.trim_ascii().to_vec(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a line feed at its end",
            0,
            |s| [s, b"\n"].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with CR and LF at its end",
            2,
            |s| [s, b"\r\n"].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a space at its end",
            1,
            |s| [s, b" "].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a space before it",
            2,
            |s| [b" ", s].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a tab at its end",
            5,
            |s| [s, b"\t"].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a byte order mark before it",
            3,
            |s| ["\u{FEFF}".as_bytes(), s].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a zero-width space at its end",
            6,
            |s| [s, "\u{200B}".as_bytes()].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with a no-break space at its end",
            6,
            |s| [s, "\u{A0}".as_bytes()].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with double quotes around it",
            4,
            |s| [b"\"", s, b"\""].concat(),
        ),
        (
            &KEY_WHITESPACE,
            "{} was used with single quotes around it",
            4,
            |s| [b"'", s, b"'"].concat(),
        ),
        (&KEY_DECODED, "{} was base64-decoded", 0, |s| {
            base64(s).unwrap_or_else(|| s.to_vec())
        }),
        (&KEY_DECODED, "{} was hex-decoded", 3, |s| {
            hex(s).unwrap_or_else(|| s.to_vec())
        }),
        (&KEY_DECODED, "{} was percent-decoded", 1, |s| {
            percent_decode(s).into_owned()
        }),
        (&KEY_DECODED, "`+` in {} became a space", 1, |s| {
            form_decode(s).into_owned()
        }),
        (&KEY_CHARSET, "{} was taken as Latin-1, not UTF-8", 0, |s| {
            to_latin1(s)
        }),
        (
            &KEY_CHARSET,
            "the UTF-8 bytes of {} were read as Latin-1",
            2,
            |s| super::uri::latin1_to_utf8(s),
        ),
        (
            &KEY_CHARSET,
            "{} was used in lower case",
            20,
            <[u8]>::to_ascii_lowercase,
        ),
        (
            &KEY_CHARSET,
            "{} was used in upper case",
            20,
            <[u8]>::to_ascii_uppercase,
        ),
        (
            &KEY_CHARSET,
            "characters of {} outside ASCII became `?`",
            5,
            |s| {
                String::from_utf8_lossy(s)
                    .chars()
                    .map(|c| if c.is_ascii() { c } else { '?' })
                    .collect::<String>()
                    .into_bytes()
            },
        ),
    ];
    for (mistake, detail, rarer, change) in changes {
        builder.add(
            group::CONSUMER,
            Choice::new(mistake, detail.replace("{}", "the client secret")).rarer(rarer),
            move |key| key.consumer = change(&key.consumer),
        );
        builder.add(
            group::TOKEN,
            Choice::new(mistake, detail.replace("{}", "the token secret")).rarer(rarer + 1),
            move |key| {
                if !key.token.is_empty() {
                    key.token = change(&key.token);
                }
            },
        );
    }
    builder.add(
        group::TOKEN,
        Choice::new(
            &KEY_TOKEN_SECRET_MISSING,
            "the token secret was left out: the key ends in `&`",
        ),
        |key| key.token.clear(),
    );
    builder.add(
        group::CONSUMER,
        Choice::new(&KEY_NULL_TEXT, "the client secret was left empty").rarer(5),
        |key| key.consumer.clear(),
    );
    builder.add(
        group::TOKEN,
        Choice::new(
            &KEY_TOKEN_SECRET_STALE,
            "the client secret stands where the token secret belongs",
        )
        .rarer(10),
        |key| key.token.clone_from(&key.consumer),
    );
    builder.add(
        group::CONSUMER,
        Choice::new(
            &KEY_TOKEN_SECRET_STALE,
            "the token secret stands where the client secret belongs",
        )
        .rarer(12),
        |key| key.consumer.clone_from(&key.token),
    );
    for text in ["null", "undefined", "None", "nil", "(null)", "NULL"] {
        builder.add(
            group::TOKEN,
            Choice::new(
                &KEY_NULL_TEXT,
                format!("`{text}` stands in place of an empty token secret"),
            ),
            move |key| {
                if key.token.is_empty() {
                    key.token = text.as_bytes().to_vec();
                }
            },
        );
        builder.add(
            group::CONSUMER,
            Choice::new(
                &KEY_NULL_TEXT,
                format!("`{text}` stands in place of an empty client secret"),
            )
            .rarer(2),
            move |key| {
                if key.consumer.is_empty() {
                    key.consumer = text.as_bytes().to_vec();
                }
            },
        );
    }
    if let Some(consumer_key) = facts.get("oauth_consumer_key").map(<[u8]>::to_vec) {
        builder.add(
            group::CONSUMER,
            Choice::new(
                &KEY_CONSUMER_KEY,
                "the public consumer key stands where the client secret belongs",
            ),
            move |key| key.consumer.clone_from(&consumer_key),
        );
    }
    if let Some(token) = facts.get("oauth_token").map(<[u8]>::to_vec) {
        builder.add(
            group::TOKEN,
            Choice::new(
                &KEY_TOKEN,
                "the public token stands where the token secret belongs",
            ),
            move |key| key.token.clone_from(&token),
        );
    }
    if let Some(verifier) = facts.get("oauth_verifier").map(<[u8]>::to_vec) {
        builder.add(
            group::TOKEN,
            Choice::new(
                &KEY_TOKEN,
                "the verifier stands where the token secret belongs",
            )
            .rarer(10),
            move |key| key.token.clone_from(&verifier),
        );
    }
}

fn encoders_of(builder: &mut Builder, start: &KeyState) {
    // Most encoders do the same to the secrets at hand, also with blanks or quotes around them; one of those is enough.
    let mut seen = std::collections::HashSet::new();
    let around = b" \t\r\n\"'".as_slice();
    for encoder in encoders::searched() {
        let act = [&start.consumer, &start.token, around].map(|secret| encoder.encode(secret));
        if !seen.insert(act) {
            continue;
        }
        let (mistake, what): (&'static Mistake, String) = match encoder {
            Encoder::None => (&KEY_NOT_ENCODED, "not encoded".to_owned()),
            Encoder::Again(_) => (&KEY_DOUBLE_ENCODED, "encoded twice".to_owned()),
            Encoder::Rules(rules) if rules.charset != encoders::Charset::Utf8 => (
                &KEY_CHARSET,
                format!("encoded {}", encoders::describe(&rules)),
            ),
            Encoder::Rules(rules) => (
                &KEY_ENCODING,
                format!("encoded {}", encoders::describe(&rules)),
            ),
            _ => (
                &KEY_ENCODING,
                "encoded by an encoder that leaves some text alone".to_owned(),
            ),
        };
        builder.add(
            group::ENCODING,
            Choice::new(mistake, format!("both secrets were {what}")),
            move |key| {
                key.encode(encoder, encoder);
            },
        );
        builder.add(
            group::ENCODING,
            Choice::new(mistake, format!("the client secret was {what}")).rarer(1),
            move |key| key.encode(encoder, Encoder::Rfc),
        );
        builder.add(
            group::ENCODING,
            Choice::new(mistake, format!("the token secret was {what}")).rarer(2),
            move |key| key.encode(Encoder::Rfc, encoder),
        );
    }
}

fn forms(builder: &mut Builder) {
    let forms: [(&'static Mistake, &str, u32, KeyForm); 10] = [
        (
            &KEY_AMPERSAND_MISSING,
            "the key is the client secret alone, without `&`",
            0,
            KeyForm::ConsumerOnly,
        ),
        (
            &KEY_AMPERSAND_MISSING,
            "the two secrets were joined without `&`",
            1,
            KeyForm::Glued,
        ),
        (
            &KEY_AMPERSAND_MISSING,
            "the key is the token secret alone, without `&`",
            10,
            KeyForm::TokenOnly,
        ),
        (
            &KEY_AMPERSAND_MISSING,
            "the key is empty, not even `&`",
            8,
            KeyForm::Empty,
        ),
        (
            &KEY_SWAPPED,
            "the token secret stands before the `&`, the client secret after it",
            0,
            KeyForm::Swapped,
        ),
        (
            &KEY_ENCODED_WHOLE,
            "the finished key was encoded, its `&` became `%26`",
            0,
            KeyForm::Encoded,
        ),
        (
            &KEY_ENCODED_WHOLE,
            "the `&` between the encoded secrets became `%26`",
            1,
            KeyForm::Joined("%26"),
        ),
        (
            &KEY_ENCODING,
            "the secrets were joined by `&amp;`",
            20,
            KeyForm::Joined("&amp;"),
        ),
        (
            &KEY_ENCODING,
            "the secrets were joined by `+`",
            25,
            KeyForm::Joined("+"),
        ),
        (
            &KEY_ENCODING,
            "the secrets were joined by `,`",
            25,
            KeyForm::Joined(","),
        ),
    ];
    for (mistake, detail, rarer, form) in forms {
        builder.add(
            group::FORM,
            Choice::new(mistake, detail).rarer(rarer),
            move |key| {
                key.form = form.clone();
            },
        );
    }
    for (tail, what) in [
        ("\n", "a line feed"),
        (" ", "a space"),
        ("&", "a second `&`"),
    ] {
        builder.add(
            group::FORM,
            Choice::new(
                &KEY_WHITESPACE,
                format!("{what} stands at the end of the key"),
            )
            .rarer(3),
            move |key| {
                let whole = [key.bytes().as_slice(), tail.as_bytes()].concat();
                key.form = KeyForm::Verbatim(whole);
            },
        );
    }
}

fn base64(text: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
}

pub(crate) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks(2)
        .map(|pair| {
            let pair = core::str::from_utf8(pair).ok()?;
            pair.bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then_some(())?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

fn to_latin1(text: &[u8]) -> Vec<u8> {
    core::str::from_utf8(text).map_or_else(
        |_| text.to_vec(),
        |text| {
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect()
        },
    )
}

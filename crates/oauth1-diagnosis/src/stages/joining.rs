//! How method, URI and parameters are put together.

use std::sync::Arc;

use crate::{
    choice::{Choice, Found},
    encoders::{self, Encoder},
    mistakes::{Mistake, Stage},
    stages::{
        encoding::{self, NAME_NOT_ENCODED, RESERVED_KEPT, Scope},
        uri::URI_NOT_ENCODED,
    },
    texts::Alphabet,
};

/// The page of `parameters-not-encoded`.
pub static PARAMETERS_NOT_ENCODED: Mistake = Mistake {
    id: "parameters-not-encoded",
    stage: Stage::Joining,
    cost: 12,
    title: "put the parameters in without the outer encoding",
    what: "The joined pairs stand there with their own `=` and `&`. RFC 5849 section 3.4.1.1 encodes the \
        whole once more: `GET&http%3A…&a%3D1%26b%3D2`.",
    why: "The encoding of names and values looks like enough. A base string with more than two `&` shows \
        it.",
    who: "Hand-written PHP, R's `URLencode` when a value already holds an escape.",
    fix: "Percent-encode the joined parameters as one text before appending them.",
};

/// The page of `parameters-double-encoded`.
pub static PARAMETERS_DOUBLE_ENCODED: Mistake = Mistake {
    id: "parameters-double-encoded",
    stage: Stage::Joining,
    cost: 25,
    title: "encoded the joined parameters twice",
    what: "The third part was encoded once too often: `a%253D1%2526b%253D2`. RFC 5849 section 3.4.1.1 \
        encodes it once: `a%3D1%26b%3D2`.",
    why: "The caller encodes the parameters and the function that builds the base string does it again. \
        `%253D` between name and value shows it.",
    who: "Hand-written code with a helper that encodes each of the three parts.",
    fix: "Encode the joined parameters exactly once.",
};

/// The page of `parts-joined-wrong`.
pub static PARTS_JOINED_WRONG: Mistake = Mistake {
    id: "parts-joined-wrong",
    stage: Stage::Joining,
    cost: 34,
    title: "joined the three parts in another way",
    what: "A part is missing, stands in another place, or is joined by something else than `&`. RFC 5849 \
        section 3.4.1.1 asks for method, `&`, encoded URI, `&`, encoded parameters.",
    why: "The base string is put together by hand. It should have exactly two `&`, and begin with the \
        method.",
    who: "Hand-written Swift (no method), code that writes `?` between URL and parameters, code that \
        encodes the `&` between the parts.",
    fix: "Join with a plain `&`: `METHOD & enc(URI) & enc(parameters)`.",
};

/// The page of `separators-replaced`.
pub static SEPARATORS_REPLACED: Mistake = Mistake {
    id: "separators-replaced",
    stage: Stage::Joining,
    cost: 50,
    title: "joined the pairs with something else than = and &",
    what: "Pairs were joined by `,` or nothing at all, so the third part has `%2C` or no separator. RFC \
        5849 section 3.4.1.3.2 joins name and value by `=` and pairs by `&`: `a%3D1%26b%3D2`.",
    why: "A list was turned into text in the language's default way, or the joining step was forgotten.",
    who: "JavaScript `Array.toString` (MuleSoft's API console), `implode` without a separator, Node \
        samples that concatenate.",
    fix: "Join each pair with `=` and the pairs with `&`, then encode the whole.",
};

/// The page of `base-string-encoded-again`.
pub static BASE_STRING_ENCODED_AGAIN: Mistake = Mistake {
    id: "base-string-encoded-again",
    stage: Stage::Joining,
    cost: 32,
    title: "encoded the finished base string once more",
    what: "The whole base string went through the encoder: `GET%26http%253A…`. RFC 5849 section 3.4.1.1 \
        encodes the URI and the parameters, and leaves the two `&` between the parts raw.",
    why: "The encoder is called on the result as well as on the parts. A base string without any `&` \
        shows it.",
    who: "A Node sample for LTI launches, hand-written code.",
    fix: "Hash the base string as it is.",
};

/// The page of `separators-not-encoded`.
pub static SEPARATORS_NOT_ENCODED: Mistake = Mistake {
    id: "separators-not-encoded",
    stage: Stage::Joining,
    cost: 18,
    title: "left = and & of the parameters unencoded",
    what: "Names and values are encoded twice, as they should be, but the `=` and `&` between them are \
        raw. RFC 5849 section 3.4.1.1 encodes the joined text as one: `a%3D1%26b%3D2`.",
    why: "Each name and value is encoded twice and joined after that, in place of the other way round.",
    who: "Hand-written loops that call the encoder twice on each name and value.",
    fix: "Encode each name and value once, join with `=` and `&`, then encode the joined text.",
};

/// The page of `trailing-separator`.
pub static TRAILING_SEPARATOR: Mistake = Mistake {
    id: "trailing-separator",
    stage: Stage::Joining,
    cost: 33,
    title: "left a separator at the end of the base string",
    what: "The base string ends in `%26`, `&` or a line end. RFC 5849 section 3.4.1.1 ends it with the \
        last value.",
    why: "A loop appends `&` after every pair, or the text was read from a file or shell command with \
        its line end.",
    who: "Hand-written loops, `echo` without `-n` piped into `openssl dgst`.",
    fix: "Join the pairs with a separator between them only; in a shell use `printf %s`.",
};

/// The page of `uri-corrupted`.
pub static URI_CORRUPTED: Mistake = Mistake {
    id: "uri-corrupted",
    stage: Stage::Joining,
    cost: 70,
    title: "wrote something else where the URI belongs",
    what: "The second part of the base string is not the URI in any spelling, for example control bytes \
        or an unfilled template. RFC 5849 section 3.4.1.2 asks for the base string URI.",
    why: "A library defect or a variable that was not filled in. Read the second part of the base \
        string: it does not begin with `http`.",
    who: "pecl oauth built for another PHP version (`%01%3A%2F%2F%01`), Postman variables such as \
        `{{url}}`, printf-style formats with a missing argument.",
    fix: "Update or rebuild the library, and print the base string to see what it signs.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &PARAMETERS_NOT_ENCODED,
    &PARAMETERS_DOUBLE_ENCODED,
    &PARTS_JOINED_WRONG,
    &SEPARATORS_REPLACED,
    &BASE_STRING_ENCODED_AGAIN,
    &SEPARATORS_NOT_ENCODED,
    &TRAILING_SEPARATOR,
    &URI_CORRUPTED,
];

/// How a part is encoded before it goes into the base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    /// Left as it is.
    None,
    /// Encoded once, as §3.4.1.1 asks (with [`Encoder::Rfc`]) or by other rules.
    Once(Encoder),
    /// Encoded by §3.6, and once more.
    Twice,
}

impl Coding {
    pub(crate) const CANONICAL: Self = Self::Once(Encoder::Rfc);

    pub(crate) fn encode(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::None => text.to_vec(),
            Self::Once(encoder) => encoder.encode(text),
            Self::Twice => Encoder::Rfc.encode(&Encoder::Rfc.encode(text)),
        }
    }

    /// Whether encoding the pieces of a text gives the pieces of the encoded text.
    pub(crate) fn is_bytewise(self) -> bool {
        match self {
            Self::None | Self::Twice => true,
            Self::Once(encoder) => encoder.is_bytewise(),
        }
    }
}

/// How the pairs are written into the third part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Format {
    /// The encoder of names and values, where it is the same as that of the parts and not §3.6.
    pub inner: Option<Encoder>,
    /// Names stay raw inside and outside.
    pub raw_names: bool,
    pub coding: Coding,
    /// Between name and value, as it stands in the base string.
    pub equals: Vec<u8>,
    /// Between pairs, as it stands in the base string.
    pub ampersand: Vec<u8>,
    pub head: Vec<u8>,
    pub tail: Vec<u8>,
}

/// The three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Method,
    Uri,
    Parameters,
}

/// How the parts become the base string.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// `None`: as §3.4.1.1 asks.
    pub choice: Option<Arc<Choice>>,
    /// The parts in order; what stands before each but the first.
    pub parts: Vec<(Part, Vec<u8>)>,
    pub uri: Coding,
    pub format: Format,
}

impl Frame {
    pub(crate) fn canonical() -> Self {
        Self {
            choice: None,
            parts: vec![
                (Part::Method, Vec::new()),
                (Part::Uri, b"&".to_vec()),
                (Part::Parameters, b"&".to_vec()),
            ],
            uri: Coding::CANONICAL,
            format: Format {
                inner: None,
                raw_names: false,
                coding: Coding::CANONICAL,
                equals: b"%3D".to_vec(),
                ampersand: b"%26".to_vec(),
                head: Vec::new(),
                tail: Vec::new(),
            },
        }
    }

    pub(crate) fn weight(&self) -> usize {
        self.choice.as_ref().map_or(0, |choice| choice.weight)
    }

    /// Whether the parameters stand in the base string at all.
    pub(crate) fn has_parameters(&self) -> bool {
        self.parts.iter().any(|(part, _)| *part == Part::Parameters)
    }

    /// What stands before and after the parameters; `None` for the second when there are none.
    pub(crate) fn around(&self, method: &[u8], uri: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut before = Vec::with_capacity(method.len() + 2 * uri.len() + 2);
        let mut after: Option<Vec<u8>> = None;
        for (part, joint) in &self.parts {
            let out = after.as_mut().unwrap_or(&mut before);
            out.extend_from_slice(joint);
            match part {
                Part::Method => out.extend_from_slice(&Encoder::Rfc.encode(method)),
                Part::Uri => out.extend_from_slice(&self.uri.encode(uri)),
                Part::Parameters => after = Some(Vec::new()),
            }
        }
        (before, after)
    }

    fn with_format(choice: Choice, change: impl FnOnce(&mut Format)) -> Self {
        let mut frame = Self {
            choice: Some(Arc::new(choice)),
            ..Self::canonical()
        };
        change(&mut frame.format);
        frame
    }

    fn with_coding(choice: Choice, uri: Coding, parameters: Coding) -> Self {
        let mut frame = Self::with_format(choice, |format| format.recode(parameters));
        frame.uri = uri;
        frame
    }
}

impl Format {
    /// What stands between name and value, and between two pairs; still to be encoded where the coding looks at the whole.
    pub(crate) fn signs(&self) -> (&[u8], &[u8]) {
        if self.coding.is_bytewise() {
            (&self.equals, &self.ampersand)
        } else {
            (b"=", b"&")
        }
    }

    fn recode(&mut self, coding: Coding) {
        self.coding = coding;
        self.equals = coding.encode(b"=");
        self.ampersand = coding.encode(b"&");
    }
}

/// Every way to put a base string together, the canonical one first. `alphabet` holds the bytes of the URI and of the normalized parameters.
pub(crate) fn frames(alphabet: Alphabet) -> Vec<Frame> {
    let mut list = vec![Frame::canonical()];
    let rfc = Coding::CANONICAL;
    list.push(Frame::with_coding(
        Choice::new(
            &PARAMETERS_NOT_ENCODED,
            "the third part stands in the base string unencoded",
        ),
        rfc,
        Coding::None,
    ));
    list.push(Frame::with_coding(
        Choice::new(
            &URI_NOT_ENCODED,
            "the URI stands in the base string unencoded",
        ),
        Coding::None,
        rfc,
    ));
    list.push(Frame::with_coding(
        Choice::facets(vec![
            Found {
                mistake: &URI_NOT_ENCODED,
                detail: "the URI stands in the base string unencoded".to_owned(),
            },
            Found {
                mistake: &PARAMETERS_NOT_ENCODED,
                detail: "and so does the third part".to_owned(),
            },
        ]),
        Coding::None,
        Coding::None,
    ));
    list.push(Frame::with_coding(
        Choice::new(
            &PARAMETERS_DOUBLE_ENCODED,
            "the third part was encoded twice",
        ),
        rfc,
        Coding::Twice,
    ));
    list.push(Frame::with_coding(
        Choice::new(&URI_NOT_ENCODED, "the URI was encoded twice").rarer(10),
        Coding::Twice,
        rfc,
    ));
    list.push(Frame::with_coding(
        Choice::new(
            &PARAMETERS_DOUBLE_ENCODED,
            "the URI and the third part were encoded twice",
        )
        .rarer(5),
        Coding::Twice,
        Coding::Twice,
    ));
    separators(&mut list);
    joints(&mut list);
    encoders(&mut list, alphabet);
    list
}

fn encoders(list: &mut Vec<Frame>, alphabet: Alphabet) {
    for encoder in encoders::searched() {
        if encoder == Encoder::None {
            continue;
        }
        let coding = Coding::Once(encoder);
        let outer = encoding::mistakes_of(&encoder, alphabet, Scope::Outer);
        if !outer.is_empty() {
            list.push(Frame::with_coding(
                Choice::facets(outer.clone()),
                coding,
                coding,
            ));
            list.push(Frame::with_coding(
                Choice::facets(outer).rarer(4),
                Coding::CANONICAL,
                coding,
            ));
            let kept = encoding::mistakes_of(&encoder, alphabet, Scope::Outer);
            let detail = kept
                .iter()
                .map(|found| found.detail.as_str())
                .collect::<Vec<_>>()
                .join("; ");
            list.push(Frame::with_coding(
                Choice::new(
                    &URI_NOT_ENCODED,
                    format!("the URI was encoded by other rules: {detail}"),
                ),
                coding,
                Coding::CANONICAL,
            ));
        }
        let both = encoding::mistakes_of(&encoder, alphabet, Scope::BothLevels);
        if !both.is_empty() {
            let mut frame = Frame::with_coding(Choice::facets(both), coding, coding);
            frame.format.inner = Some(encoder);
            list.push(frame);
        }
    }
    let only_separators = Coding::Once(Encoder::Rules(encoders::ONLY_SEPARATORS));
    list.push(Frame::with_coding(
        Choice::new(
            &RESERVED_KEPT,
            "of the third part, only `%`, `=` and `&` were encoded",
        )
        .rarer(10),
        Coding::CANONICAL,
        only_separators,
    ));
    list.push(Frame::with_format(
        Choice::new(
            &NAME_NOT_ENCODED,
            "the names stand in the base string raw, encoded neither alone nor with the third part",
        )
        .rarer(2),
        |format| format.raw_names = true,
    ));
}

fn separators(list: &mut Vec<Frame>) {
    list.push(Frame::with_format(
        Choice::new(
            &SEPARATORS_NOT_ENCODED,
            "`&` and `=` of the third part stand raw, the rest is encoded",
        ),
        |format| {
            format.equals = b"=".to_vec();
            format.ampersand = b"&".to_vec();
        },
    ));
    list.push(Frame::with_format(
        Choice::new(
            &SEPARATORS_NOT_ENCODED,
            "`&` of the third part stands raw, the rest is encoded",
        )
        .rarer(5),
        |format| format.ampersand = b"&".to_vec(),
    ));
    for (equals, ampersand, detail) in [
        (
            "%2C",
            "%2C",
            "`=` and `&` of the third part both became `,`",
        ),
        ("%3D", "%2C", "the pairs were joined by `,`"),
        ("%3D", "", "the pairs were joined by nothing"),
        ("", "", "names, values and pairs were joined by nothing"),
        ("", "%26", "names and values were joined by nothing"),
        ("%3D", "%3B", "the pairs were joined by `;`"),
        ("%3D", "%20", "the pairs were joined by a space"),
        ("%3D", "%2C%20", "the pairs were joined by `, `"),
        ("%3D", "%0A", "the pairs were joined by a line feed"),
        ("%3D", "%26amp%3B", "the pairs were joined by `&amp;`"),
        (
            "=",
            ",",
            "the pairs were joined by a raw `,`, names and values by a raw `=`",
        ),
        ("%3A", "%26", "names and values were joined by `:`"),
    ] {
        list.push(Frame::with_format(
            Choice::new(&SEPARATORS_REPLACED, detail),
            |format| {
                format.equals = equals.as_bytes().to_vec();
                format.ampersand = ampersand.as_bytes().to_vec();
            },
        ));
    }
    for (tail, detail) in [
        ("%26", "a `&` was left after the last pair"),
        ("&", "a raw `&` was left at the end of the base string"),
        ("\n", "a line feed was left at the end of the base string"),
        ("%0A", "a line feed was left after the last pair"),
        ("\r\n", "a line end was left at the end of the base string"),
        (" ", "a space was left at the end of the base string"),
        ("%20", "a space was left after the last pair"),
    ] {
        list.push(Frame::with_format(
            Choice::new(&TRAILING_SEPARATOR, detail),
            |format| {
                format.tail = tail.as_bytes().to_vec();
            },
        ));
    }
    for (head, detail) in [
        ("%26", "a `&` was left before the first pair"),
        ("%3F", "a `?` was left before the first pair"),
    ] {
        list.push(Frame::with_format(
            Choice::new(&TRAILING_SEPARATOR, detail).rarer(5),
            |format| {
                format.head = head.as_bytes().to_vec();
            },
        ));
    }
    for (uri, detail) in [
        (Coding::Twice, "the whole base string was encoded once more"),
        (
            Coding::CANONICAL,
            "method, URI and encoded parameters were joined by `&` and encoded as a whole",
        ),
    ] {
        let mut frame = Frame::with_coding(
            Choice::new(&BASE_STRING_ENCODED_AGAIN, detail),
            uri,
            Coding::Twice,
        );
        for (_, joint) in &mut frame.parts {
            *joint = Encoder::Rfc.encode(joint);
        }
        list.push(frame);
    }
}

/// Parts missing, in another order, or joined by something else.
fn joints(list: &mut Vec<Frame>) {
    use Part::{Method, Parameters, Uri};
    type Parts = &'static [(Part, &'static str)];
    let wrong: [(&str, u32, Parts); 24] = [
        ("the method is missing", 0, &[(Uri, ""), (Parameters, "&")]),
        (
            "the method is missing, its `&` is there",
            3,
            &[(Uri, "&"), (Parameters, "&")],
        ),
        (
            "the method is missing, and an encoded `?` joins URI and parameters",
            4,
            &[(Uri, ""), (Parameters, "%3F")],
        ),
        (
            "the method is missing, and an encoded `&` joins URI and parameters",
            6,
            &[(Uri, ""), (Parameters, "%26")],
        ),
        ("the URI is missing", 3, &[(Method, ""), (Parameters, "&")]),
        (
            "the URI is missing, its `&` is there",
            5,
            &[(Method, ""), (Parameters, "&&")],
        ),
        ("only the parameters were signed", 3, &[(Parameters, "")]),
        ("the parameters are missing", 3, &[(Method, ""), (Uri, "&")]),
        ("only the URI was signed", 8, &[(Uri, "")]),
        (
            "the `&` between the parts is missing",
            0,
            &[(Method, ""), (Uri, ""), (Parameters, "")],
        ),
        (
            "the `&` between method and URI is missing",
            1,
            &[(Method, ""), (Uri, ""), (Parameters, "&")],
        ),
        (
            "the `&` between URI and parameters is missing",
            1,
            &[(Method, ""), (Uri, "&"), (Parameters, "")],
        ),
        (
            "the `&` between the parts is encoded",
            0,
            &[(Method, ""), (Uri, "%26"), (Parameters, "%26")],
        ),
        (
            "the `&` between URI and parameters is encoded",
            1,
            &[(Method, ""), (Uri, "&"), (Parameters, "%26")],
        ),
        (
            "the `&` between method and URI is encoded",
            1,
            &[(Method, ""), (Uri, "%26"), (Parameters, "&")],
        ),
        (
            "an encoded `?` joins URI and parameters",
            1,
            &[(Method, ""), (Uri, "&"), (Parameters, "%3F")],
        ),
        (
            "a raw `?` joins URI and parameters",
            2,
            &[(Method, ""), (Uri, "&"), (Parameters, "?")],
        ),
        (
            "a space joins the parts",
            4,
            &[(Method, ""), (Uri, " "), (Parameters, " ")],
        ),
        (
            "a line feed joins the parts",
            4,
            &[(Method, ""), (Uri, "\n"), (Parameters, "\n")],
        ),
        (
            "a `+` joins the parts",
            5,
            &[(Method, ""), (Uri, "+"), (Parameters, "+")],
        ),
        (
            "a `,` joins the parts",
            5,
            &[(Method, ""), (Uri, ","), (Parameters, ",")],
        ),
        (
            "the parts stand in another order: method, parameters, URI",
            5,
            &[(Method, ""), (Parameters, "&"), (Uri, "&")],
        ),
        (
            "the parts stand in another order: URI, method, parameters",
            5,
            &[(Uri, ""), (Method, "&"), (Parameters, "&")],
        ),
        (
            "the parts stand in another order: URI, parameters, method",
            5,
            &[(Uri, ""), (Parameters, "&"), (Method, "&")],
        ),
    ];
    for (detail, rarer, parts) in wrong {
        list.push(Frame {
            choice: Some(Arc::new(
                Choice::new(&PARTS_JOINED_WRONG, detail).rarer(rarer),
            )),
            parts: parts
                .iter()
                .map(|(part, joint)| (*part, joint.as_bytes().to_vec()))
                .collect(),
            ..Frame::canonical()
        });
    }
}

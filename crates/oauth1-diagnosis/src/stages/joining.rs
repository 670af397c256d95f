//! How method, URI and parameters are put together.

use crate::mistakes::{Mistake, Stage};

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
    cost: 26,
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

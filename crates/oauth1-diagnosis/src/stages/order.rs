//! In what order the encoded pairs stand.

use core::cmp::Ordering;
use std::sync::Arc;

use oauth1_core::parameters::Source;
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    choice::Choice,
    mistakes::{Mistake, Stage},
};

/// The page of `not-sorted`.
pub static NOT_SORTED: Mistake = Mistake {
    id: "not-sorted",
    stage: Stage::Order,
    cost: 7,
    title: "did not sort the parameters",
    what: "The pairs stand in the order they were sent or inserted. RFC 5849 section 3.4.1.3.2 sorts them \
        by encoded name, then by encoded value: `a%3D2%26oauth_nonce%3D…`.",
    why: "A list or dictionary is walked in its own order. It works as long as that happens to be the \
        sorted one, so a new parameter breaks it.",
    who: "Python dicts without `sorted`, PHP arrays, Apex `Map`, JavaScript objects, qoauth, templates \
        with a fixed order.",
    fix: "Sort after encoding, by the bytes of the encoded name, then of the encoded value.",
};

/// The page of `sorted-before-encoding`.
pub static SORTED_BEFORE_ENCODING: Mistake = Mistake {
    id: "sorted-before-encoding",
    stage: Stage::Order,
    cost: 12,
    title: "sorted before encoding",
    what: "The pairs were sorted by their decoded text. RFC 5849 section 3.4.1.3.2 encodes first and \
        sorts after that; `%` sorts before letters and digits, so `é` (`%C3%A9`) comes before `a`.",
    why: "Sorting and encoding stand in the wrong order in the code. Only names or values with escapes \
        fail, and only beside certain neighbours.",
    who: "python-oauth2, node-oauth, ROAuth, OAuth::Lite, php-oauth, oauth1-request, QtNetworkAuth, old \
        oauth-signature.",
    fix: "Encode all names and values first, then sort the encoded pairs by bytes.",
};

/// The page of `sorted-by-name-only`.
pub static SORTED_BY_NAME_ONLY: Mistake = Mistake {
    id: "sorted-by-name-only",
    stage: Stage::Order,
    cost: 13,
    title: "did not sort equal names by value",
    what: "Pairs with the same name stand in the order they were sent. RFC 5849 section 3.4.1.3.2 sorts \
        them by their encoded value: `a%3D1%26a%3D2`.",
    why: "The sort looks at names only and keeps the rest as it was. Only repeated names fail.",
    who: "httr, rauth, LWP::Authen::OAuth, ROAuth, koauth, Ruby's oauth before 2011.",
    fix: "Compare the encoded values where the encoded names are equal.",
};

/// The page of `sorted-joined`.
pub static SORTED_JOINED: Mistake = Mistake {
    id: "sorted-joined",
    stage: Stage::Order,
    cost: 18,
    title: "sorted the joined name=value texts",
    what: "The pairs were joined with `=` and sorted as whole texts. RFC 5849 section 3.4.1.3.2 sorts by \
        name first, so `a` comes before `a1` and `a-b`.",
    why: "`=` sorts after digits, `-`, `.` and `%`, so a name that continues another comes first. Only \
        such names fail.",
    who: "Net::OAuth, Jersey, jsOAuth, OAuthConsumer, OAuthSwift, koauth, signet, the Rust crates \
        oauth1, oauth1-header and oauth10a, Mastercard's Python signer.",
    fix: "Sort pairs by name, then by value, and join them after that.",
};

/// The page of `sorted-case-insensitive`.
pub static SORTED_CASE_INSENSITIVE: Mistake = Mistake {
    id: "sorted-case-insensitive",
    stage: Stage::Order,
    cost: 22,
    title: "sorted without regard to case",
    what: "Capital and small letters were sorted together. RFC 5849 section 3.4.1.3.2 sorts by bytes, in \
        which all capitals come before all small letters: `Title` before `oauth_nonce`.",
    why: "The sort function ignores case by default. Names that begin with a capital fail.",
    who: "Cocoa `caseInsensitiveCompare`, .NET `StringComparer.OrdinalIgnoreCase`, SQL and spreadsheet \
        sorting, PowerShell's `Sort-Object`.",
    fix: "Sort by bytes (ordinal comparison).",
};

/// The page of `sorted-locale`.
pub static SORTED_LOCALE: Mistake = Mistake {
    id: "sorted-locale",
    stage: Stage::Order,
    cost: 28,
    title: "sorted by the rules of a language",
    what: "The pairs were sorted as in a dictionary, `a A b B`, often with marks such as `_` and `-` \
        ignored. RFC 5849 section 3.4.1.3.2 sorts by bytes.",
    why: "The sort uses the locale of the machine, so the same code works on one machine and fails on \
        another.",
    who: "httr and R's `sort` in most locales, .NET culture comparison (the default of \
        `string.Compare`), JavaScript `localeCompare`, the `sort` command outside `LC_ALL=C`.",
    fix: "Sort by bytes: R `method = \"radix\"`, .NET `StringComparer.Ordinal`, JavaScript `<` instead \
        of `localeCompare`, shell `LC_ALL=C sort`.",
};

/// The page of `sorted-natural`.
pub static SORTED_NATURAL: Mistake = Mistake {
    id: "sorted-natural",
    stage: Stage::Order,
    cost: 48,
    title: "sorted digits as numbers",
    what: "`9` was put before `10`. RFC 5849 section 3.4.1.3.2 sorts by bytes, so `10` comes before `9`.",
    why: "The sort takes text of digits for numbers.",
    who: "PHP `ksort` and `sort` without `SORT_STRING`, natural-sort libraries, JavaScript objects with \
        number-like keys.",
    fix: "Sort as text: in PHP pass `SORT_STRING`.",
};

/// The page of `sorted-utf16`.
pub static SORTED_UTF16: Mistake = Mistake {
    id: "sorted-utf16",
    stage: Stage::Order,
    cost: 61,
    title: "sorted by UTF-16 units",
    what: "Decoded text was sorted by UTF-16 units, in which an emoji comes before `U+FF01`. RFC 5849 \
        section 3.4.1.3.2 sorts encoded text by bytes.",
    why: "The language compares strings by UTF-16 units and the sort happens before encoding. Only \
        characters beyond `U+FFFF` beside certain others fail.",
    who: "JavaScript, Java and C# code that sorts decoded names.",
    fix: "Encode first, then sort.",
};

/// The page of `sorted-reverse`.
pub static SORTED_REVERSE: Mistake = Mistake {
    id: "sorted-reverse",
    stage: Stage::Order,
    cost: 55,
    title: "sorted in descending order",
    what: "Names, or the values of equal names, stand in descending order. RFC 5849 section 3.4.1.3.2 \
        sorts ascending.",
    why: "The comparison is turned round, or a list is filled from its end.",
    who: "LWP::Authen::OAuth (values of repeated names), hand-written comparison functions.",
    fix: "Sort ascending, by encoded name, then by encoded value.",
};

/// The page of `oauth-first`.
pub static OAUTH_FIRST: Mistake = Mistake {
    id: "oauth-first",
    stage: Stage::Order,
    cost: 23,
    title: "put the oauth_ parameters first",
    what: "The `oauth_` parameters stand together at the front, the others after them. RFC 5849 section \
        3.4.1.3.2 sorts all pairs as one list.",
    why: "Two lists are sorted and joined. It works as long as every other name sorts after `oauth_`.",
    who: "AFOAuth1Client variants, hand-written code that appends its own parameters to the fixed block.",
    fix: "Put all pairs into one list before sorting.",
};

/// The page of `oauth-last`.
pub static OAUTH_LAST: Mistake = Mistake {
    id: "oauth-last",
    stage: Stage::Order,
    cost: 24,
    title: "put the oauth_ parameters last",
    what: "The `oauth_` parameters stand together at the end, after the others. RFC 5849 section \
        3.4.1.3.2 sorts all pairs as one list.",
    why: "The sorted `oauth_` block is appended to the request's parameters. It works as long as every \
        other name sorts before `oauth_`.",
    who: "Hand-written code that appends the fixed block to the query.",
    fix: "Put all pairs into one list before sorting.",
};

/// Every mistake of this stage.
pub static MISTAKES: &[&Mistake] = &[
    &NOT_SORTED,
    &SORTED_BEFORE_ENCODING,
    &SORTED_BY_NAME_ONLY,
    &SORTED_JOINED,
    &SORTED_CASE_INSENSITIVE,
    &SORTED_LOCALE,
    &SORTED_NATURAL,
    &SORTED_UTF16,
    &SORTED_REVERSE,
    &OAUTH_FIRST,
    &OAUTH_LAST,
];

/// What an order is decided by: one signed parameter, decoded and encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    pub name: &'a [u8],
    pub value: &'a [u8],
    pub encoded_name: &'a [u8],
    pub encoded_value: &'a [u8],
    pub source: Source,
    pub protocol: bool,
}

type Compare = fn(&Key<'_>, &Key<'_>) -> Ordering;

/// What must occur in the parameters for an order to differ from the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShowsOn {
    Anything,
    /// Characters that are encoded.
    Escapes,
    /// A name that occurs twice, or characters that are encoded.
    RepeatsOrEscapes,
    /// Upper-case letters; those of escapes count.
    UpperCase,
    UpperCaseOrDigits,
    /// Bytes outside ASCII.
    Beyond,
}

fn shows_on(mistake: &Mistake) -> ShowsOn {
    match mistake.id {
        "sorted-before-encoding" => ShowsOn::Escapes,
        "sorted-by-name-only" => ShowsOn::RepeatsOrEscapes,
        "sorted-case-insensitive" => ShowsOn::UpperCase,
        "sorted-natural" => ShowsOn::UpperCaseOrDigits,
        "sorted-utf16" => ShowsOn::Beyond,
        _ => ShowsOn::Anything,
    }
}

/// One way to order parameters; the sort is stable, so what compares equal stays as sent.
pub(crate) struct Order {
    pub choice: Arc<Choice>,
    pub compare: Compare,
    /// Whether what was sent is turned round first.
    pub reversed_input: bool,
    pub shows_on: ShowsOn,
}

impl Order {
    /// Puts the order of the parameters, as indices into `keys`, into `sorted`.
    pub(crate) fn sort(&self, keys: &[Key<'_>], sorted: &mut Vec<u32>) {
        sorted.clear();
        sorted.extend((0..=u32::MAX).take(keys.len()));
        if self.reversed_input {
            sorted.reverse();
        }
        sorted.sort_by(|a, b| (self.compare)(&keys[*a as usize], &keys[*b as usize]));
    }
}

/// §3.4.1.3.2: by the bytes of the encoded name, then of the encoded value.
pub(crate) fn canonical(a: &Key<'_>, b: &Key<'_>) -> Ordering {
    (a.encoded_name, a.encoded_value).cmp(&(b.encoded_name, b.encoded_value))
}

/// Every other order, likelier ones first.
pub(crate) fn choices() -> Vec<Order> {
    let mut list = Vec::new();
    let mut add = |mistake: &'static Mistake, detail: &str, rarer: u32, compare: Compare| {
        list.push(Order {
            choice: Arc::new(Choice::new(mistake, detail).rarer(rarer)),
            compare,
            reversed_input: false,
            shows_on: shows_on(mistake),
        });
    };
    add(
        &SORTED_BEFORE_ENCODING,
        "by decoded name and value",
        0,
        |a, b| (a.name, a.value).cmp(&(b.name, b.value)),
    );
    add(
        &SORTED_BY_NAME_ONLY,
        "by encoded name; equal names as sent",
        0,
        |a, b| a.encoded_name.cmp(b.encoded_name),
    );
    add(
        &SORTED_BY_NAME_ONLY,
        "by decoded name; equal names as sent",
        2,
        |a, b| a.name.cmp(b.name),
    );
    add(
        &SORTED_BY_NAME_ONLY,
        "by name, values descending",
        12,
        |a, b| {
            a.encoded_name
                .cmp(b.encoded_name)
                .then_with(|| b.encoded_value.cmp(a.encoded_value))
        },
    );
    add(
        &SORTED_JOINED,
        "by the text `name=value`, encoded",
        0,
        |a, b| joined(a.encoded_name, a.encoded_value).cmp(joined(b.encoded_name, b.encoded_value)),
    );
    add(
        &SORTED_JOINED,
        "by the text `name=value`, decoded",
        3,
        |a, b| joined(a.name, a.value).cmp(joined(b.name, b.value)),
    );
    add(
        &NOT_SORTED,
        "oauth_ parameters of the header, then the query, then the body, each as sent",
        0,
        |a, b| a.source.cmp(&b.source),
    );
    let as_sent: [(&str, Compare); 5] = [
        (
            "the query, then the oauth_ parameters of the header, then the body",
            |a, b| rank(a, b, [1, 0, 2]),
        ),
        (
            "the query, then the body, then the oauth_ parameters of the header",
            |a, b| rank(a, b, [2, 0, 1]),
        ),
        (
            "the body, then the oauth_ parameters of the header, then the query",
            |a, b| rank(a, b, [1, 2, 0]),
        ),
        (
            "the body, then the query, then the oauth_ parameters of the header",
            |a, b| rank(a, b, [2, 1, 0]),
        ),
        (
            "the oauth_ parameters of the header, then the body, then the query",
            |a, b| rank(a, b, [0, 2, 1]),
        ),
    ];
    for (rarer, (detail, compare)) in (1..).zip(as_sent) {
        add(&NOT_SORTED, detail, rarer, compare);
    }
    add(
        &OAUTH_FIRST,
        "the oauth_ parameters first, each group sorted",
        0,
        |a, b| b.protocol.cmp(&a.protocol).then_with(|| canonical(a, b)),
    );
    add(
        &OAUTH_LAST,
        "the oauth_ parameters last, each group sorted",
        0,
        |a, b| a.protocol.cmp(&b.protocol).then_with(|| canonical(a, b)),
    );
    add(
        &OAUTH_FIRST,
        "the oauth_ parameters first and sorted, the others as sent",
        4,
        |a, b| {
            b.protocol.cmp(&a.protocol).then_with(|| {
                if a.protocol {
                    canonical(a, b)
                } else {
                    Ordering::Equal
                }
            })
        },
    );
    add(
        &OAUTH_LAST,
        "the oauth_ parameters last and sorted, the others as sent",
        4,
        |a, b| {
            a.protocol.cmp(&b.protocol).then_with(|| {
                if a.protocol {
                    canonical(a, b)
                } else {
                    Ordering::Equal
                }
            })
        },
    );
    add(
        &OAUTH_FIRST,
        "the oauth_ parameters first, all as sent",
        6,
        |a, b| b.protocol.cmp(&a.protocol),
    );
    add(
        &OAUTH_LAST,
        "the oauth_ parameters last, all as sent",
        6,
        |a, b| a.protocol.cmp(&b.protocol),
    );
    add(
        &SORTED_CASE_INSENSITIVE,
        "without regard to case",
        0,
        |a, b| {
            folded(a.encoded_name, b.encoded_name)
                .then_with(|| folded(a.encoded_value, b.encoded_value))
        },
    );
    add(
        &SORTED_CASE_INSENSITIVE,
        "without regard to case, values by their bytes",
        1,
        |a, b| {
            folded(a.encoded_name, b.encoded_name)
                .then_with(|| a.encoded_value.cmp(b.encoded_value))
        },
    );
    add(
        &SORTED_CASE_INSENSITIVE,
        "decoded, without regard to case",
        2,
        |a, b| folded(a.name, b.name).then_with(|| folded(a.value, b.value)),
    );
    add(
        &SORTED_LOCALE,
        "by the collation of a language: `a A b B`",
        0,
        |a, b| collated(a.name, b.name).then_with(|| collated(a.value, b.value)),
    );
    add(
        &SORTED_LOCALE,
        "by the collation of a language, equal names as sent",
        2,
        |a, b| collated(a.name, b.name),
    );
    add(
        &SORTED_LOCALE,
        "encoded, by the collation of a language",
        3,
        |a, b| {
            collated(a.encoded_name, b.encoded_name)
                .then_with(|| collated(a.encoded_value, b.encoded_value))
        },
    );
    add(
        &SORTED_LOCALE,
        "encoded, by the collation of a language, equal names as sent",
        4,
        |a, b| collated(a.encoded_name, b.encoded_name),
    );
    add(
        &SORTED_NATURAL,
        "numbers in names and values by their size",
        0,
        |a, b| {
            natural(a.encoded_name, b.encoded_name)
                .then_with(|| natural(a.encoded_value, b.encoded_value))
        },
    );
    add(
        &SORTED_NATURAL,
        "numbers in names by their size",
        2,
        |a, b| {
            natural(a.encoded_name, b.encoded_name)
                .then_with(|| a.encoded_value.cmp(b.encoded_value))
        },
    );
    add(
        &SORTED_NATURAL,
        "`name=value` as a whole in dictionary order",
        4,
        |a, b| {
            let (a, b) = (
                [a.name, b"=", a.value].concat(),
                [b.name, b"=", b.value].concat(),
            );
            natural(&a.to_ascii_lowercase(), &b.to_ascii_lowercase()).then_with(|| a.cmp(&b))
        },
    );
    add(
        &SORTED_NATURAL,
        "encoded `name=value` as a whole in dictionary order",
        5,
        |a, b| {
            let (a, b) = (
                [a.encoded_name, b"=", a.encoded_value].concat(),
                [b.encoded_name, b"=", b.encoded_value].concat(),
            );
            natural(&a.to_ascii_lowercase(), &b.to_ascii_lowercase()).then_with(|| a.cmp(&b))
        },
    );
    add(&SORTED_UTF16, "decoded, by UTF-16 units", 0, |a, b| {
        utf16(a.name, b.name).then_with(|| utf16(a.value, b.value))
    });
    add(&SORTED_REVERSE, "descending", 0, |a, b| canonical(b, a));
    add(
        &SORTED_BY_NAME_ONLY,
        "by the name before its `[`; then as sent",
        6,
        |a, b| before_bracket(a.name).cmp(before_bracket(b.name)),
    );
    for (detail, compare) in [
        (
            "by encoded name; equal names in the reverse of the order sent",
            (|a, b| a.encoded_name.cmp(b.encoded_name)) as Compare,
        ),
        (
            "by decoded name; equal names in the reverse of the order sent",
            |a, b| a.name.cmp(b.name),
        ),
    ] {
        list.push(Order {
            choice: Arc::new(Choice::new(&SORTED_BY_NAME_ONLY, detail).rarer(14)),
            compare,
            reversed_input: true,
            shows_on: shows_on(&SORTED_BY_NAME_ONLY),
        });
    }
    list
}

/// By the place of header, query and body in `places`.
fn rank(a: &Key<'_>, b: &Key<'_>, places: [u8; 3]) -> Ordering {
    let place = |source| match source {
        Source::Header => places[0],
        Source::Query => places[1],
        Source::Body => places[2],
    };
    place(a.source).cmp(&place(b.source))
}

fn joined<'a>(name: &'a [u8], value: &'a [u8]) -> impl Iterator<Item = u8> + 'a {
    name.iter().chain(b"=").chain(value).copied()
}

fn folded(a: &[u8], b: &[u8]) -> Ordering {
    let fold = |text: &'_ [u8]| text.to_ascii_lowercase();
    fold(a).cmp(&fold(b))
}

/// Letters without regard to case, lower case first where nothing else differs; other characters before digits before letters.
fn collated(a: &[u8], b: &[u8]) -> Ordering {
    let class = |c: char| (c.is_alphanumeric(), c.is_alphabetic(), base_letter(c));
    let (left, right) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    left.chars()
        .map(class)
        .cmp(right.chars().map(class))
        .then_with(|| right.cmp(&left))
}

/// The letter under an accent, in lower case.
fn base_letter(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let base = unicode_normalization::char::is_combining_mark(c)
        .then_some(c)
        .or_else(|| c.nfd().next())
        .unwrap_or(c);
    base.to_lowercase().next().unwrap_or(base)
}

/// Runs of digits by their number, the rest by bytes.
fn natural(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let (left, right) = (digits(a), digits(b));
        let order = if left > 0 && right > 0 {
            let number = |text: &'_ [u8], count: usize| -> Vec<u8> {
                text[..count]
                    .iter()
                    .copied()
                    .skip_while(|digit| *digit == b'0')
                    .collect()
            };
            let (x, y) = (number(a, left), number(b, right));
            x.len().cmp(&y.len()).then_with(|| x.cmp(&y))
        } else {
            a.first().cmp(&b.first())
        };
        if order != Ordering::Equal || a.is_empty() {
            return order;
        }
        a = &a[left.max(1).min(a.len())..];
        b = &b[right.max(1).min(b.len())..];
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn utf16(a: &[u8], b: &[u8]) -> Ordering {
    String::from_utf8_lossy(a)
        .encode_utf16()
        .cmp(String::from_utf8_lossy(b).encode_utf16())
}

fn before_bracket(name: &[u8]) -> &[u8] {
    name.split(|byte| *byte == b'[').next().unwrap_or_default()
}

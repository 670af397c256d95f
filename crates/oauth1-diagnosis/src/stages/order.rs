//! In what order the encoded pairs stand.

use crate::mistakes::{Mistake, Stage};

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

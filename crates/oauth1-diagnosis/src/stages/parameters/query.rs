//! Which parameters of the URL are signed, and how its text is cut into pieces.

use super::{
    Builder, EMPTY_ADDED, EQUALS_SPLIT, FRAGMENT_IN_VALUE, Item, Items, QUERY_NOT_SIGNED,
    QUERY_PARTLY_SIGNED, QUERY_TWICE, QUESTION_MARK_IN_NAME, SEMICOLON_SEPARATOR, group, new_item,
    read_form, replace_source,
};
use crate::choice::Choice;
use std::collections::HashSet;

use crate::facts::{Facts, show};
use crate::texts::FastSet;
use oauth1_core::encode::form_decode;
use oauth1_core::parameters::{Source, split_form};

pub(super) fn query(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::QUERY,
        Choice::new(
            &QUERY_NOT_SIGNED,
            "the parameters of the URL's query were not signed",
        ),
        |_, item| item.source != Source::Query || item.protocol,
    );
    builder.add(
        group::QUERY,
        Choice::new(&QUERY_TWICE, "every query parameter was signed twice"),
        |_, items| {
            let mut out = items.clone();
            out.extend(
                items
                    .iter()
                    .filter(|item| item.source == Source::Query && !item.protocol),
            );
            Some(out)
        },
    );
    builder.add(
        group::QUERY,
        Choice::new(&QUERY_TWICE, "the query went out twice and was signed once"),
        |_, items| {
            let mut seen = FastSet::default();
            let keep = |item: &&Item| {
                item.source != Source::Query
                    || item.protocol
                    || seen.insert((item.name, item.value))
            };
            let out: Items = items.iter().filter(keep).copied().collect();
            Some(out)
        },
    );
    let mut names: Vec<&[u8]> = facts
        .sent()
        .filter(|sent| sent.source == Source::Query && !sent.is_protocol())
        .map(|sent| &*sent.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    // One op for each; with many names the query is long, and it is all of it or nothing.
    for name in names.iter().filter(|_| names.len() <= 12) {
        let name = name.to_vec();
        builder.add(
            group::QUERY,
            Choice::new(&QUERY_TWICE, format!("`{}` was signed twice", show(&name))).rarer(10),
            move |texts, items| {
                let mut out = items.clone();
                let again =
                    |item: &&Item| item.source == Source::Query && texts.get(item.name) == name;
                out.extend(items.iter().filter(again));
                Some(out)
            },
        );
    }
    let Some(typed) = facts.typed.as_ref().and_then(|typed| typed.query.as_ref()) else {
        return;
    };
    let pairs: HashSet<(Vec<u8>, Vec<u8>)> = split_form(typed, Source::Query)
        .iter()
        .map(|pair| (pair.name.to_vec(), pair.value.to_vec()))
        .collect();
    let whole = typed.clone();
    builder.add(
        group::QUERY,
        Choice::new(
            &QUERY_PARTLY_SIGNED,
            "the query was signed as it was typed, and another one went out",
        )
        .rarer(3),
        move |texts, items| {
            let mut out: Items = items
                .iter()
                .filter(|item| item.source != Source::Query || item.protocol)
                .copied()
                .collect();
            out.extend(read_form(texts, &whole, Source::Query));
            Some(out)
        },
    );
    for (keep_typed, detail) in [
        (
            false,
            "the query written in the URL was not signed, the parameters given apart were",
        ),
        (
            true,
            "only the query written in the URL was signed, not the parameters given apart",
        ),
    ] {
        let pairs = pairs.clone();
        builder.filter(
            group::QUERY,
            Choice::new(&QUERY_PARTLY_SIGNED, detail),
            move |texts, item| {
                let pair = (
                    texts.get(item.name).to_vec(),
                    texts.get(item.value).to_vec(),
                );
                let typed = pairs.contains(&pair);
                item.source != Source::Query || item.protocol || typed == keep_typed
            },
        );
    }
}

pub(super) fn pieces(builder: &mut Builder, facts: &Facts<'_>) {
    let query = facts.request.query.clone();
    let body = facts.request.form_body().map(<[u8]>::to_vec);
    let typed = facts.typed.clone();

    for (what, source, text) in [
        ("the query", Source::Query, query.clone()),
        ("the form body", Source::Body, body),
        (
            "the query as typed",
            Source::Query,
            typed.as_ref().and_then(|typed| typed.query.clone()),
        ),
    ] {
        let Some(text) = text else { continue };
        let empty = text
            .split(|byte| *byte == b'&')
            .filter(|piece| piece.is_empty())
            .count();
        if empty > 0 {
            for (count, equals, value, detail) in [
                (
                    1,
                    true,
                    "",
                    format!(
                        "an empty piece of {what} was signed as a parameter without a name: `=`"
                    ),
                ),
                (
                    empty,
                    true,
                    "",
                    format!("every empty piece of {what} was signed as `=`"),
                ),
                (
                    1,
                    false,
                    "",
                    format!("an empty piece of {what} was signed as an empty parameter"),
                ),
                (
                    1,
                    true,
                    "undefined",
                    format!("an empty piece of {what} was signed as `=undefined`"),
                ),
                (
                    1,
                    true,
                    "null",
                    format!("an empty piece of {what} was signed as `=null`"),
                ),
            ] {
                builder.add(
                    group::PIECES,
                    Choice::new(&EMPTY_ADDED, detail),
                    move |texts, items| {
                        let mut items = items.clone();
                        let mut item = new_item(texts, b"", value.as_bytes(), source);
                        item.equals = equals;
                        items.extend(core::iter::repeat_n(item, count));
                        Some(items)
                    },
                );
            }
        }
        if text.contains(&b';') {
            for (dropped, detail) in [
                (false, format!("`;` was taken as a separator in {what}")),
                (
                    true,
                    format!("the parts of {what} that hold a `;` were dropped"),
                ),
            ] {
                let text = text.clone();
                builder.add(
                    group::PIECES,
                    Choice::new(&SEMICOLON_SEPARATOR, detail),
                    move |texts, items| {
                        let pieces: Vec<&[u8]> = text
                            .split(|byte| *byte == b'&' || (!dropped && *byte == b';'))
                            .filter(|piece| !dropped || !piece.contains(&b';'))
                            .collect();
                        Some(replace_source(texts, items, source, &pieces.join(&b'&')))
                    },
                );
            }
        }
    }

    for (keep, detail) in [
        (1, "a value was cut at its second `=`"),
        (2, "a value was cut at its third `=`"),
    ] {
        builder.each(
            group::PIECES,
            Choice::new(&EQUALS_SPLIT, detail),
            move |texts, item| {
                let raw = texts.get(item.raw_value);
                let pieces: Vec<&[u8]> = raw.split(|byte| *byte == b'=').take(keep).collect();
                let cut = pieces.join(&b'=');
                if cut != raw {
                    item.value = texts.intern(&form_decode(&cut));
                    item.raw_value = texts.intern(&cut);
                }
            },
        );
    }
    builder.filter(
        group::PIECES,
        Choice::new(
            &EQUALS_SPLIT,
            "parameters whose value holds a `=` were dropped",
        )
        .rarer(10),
        |texts, item| item.protocol || !texts.get(item.raw_value).contains(&b'='),
    );

    if let Some(fragment) = typed.and_then(|typed| typed.fragment) {
        builder.add(
            group::PIECES,
            Choice::new(
                &FRAGMENT_IN_VALUE,
                format!(
                    "`#{}` was signed as part of the last value",
                    show(&fragment)
                ),
            ),
            move |texts, items| {
                let mut items = items.clone();
                let last = items
                    .iter_mut()
                    .rfind(|item| item.source == Source::Query && !item.protocol)?;
                let glue = |text: &[u8]| [text, b"#", &fragment].concat();
                let (value, raw) = (glue(texts.get(last.value)), glue(texts.get(last.raw_value)));
                last.value = texts.intern(&value);
                last.raw_value = texts.intern(&raw);
                Some(items)
            },
        );
    }
    builder.add(
        group::PIECES,
        Choice::new(
            &QUESTION_MARK_IN_NAME,
            "the first query parameter was signed with the `?` before its name",
        ),
        |texts, items| {
            let mut items = items.clone();
            let first = items
                .iter_mut()
                .find(|item| item.source == Source::Query && !item.protocol)?;
            let (name, raw) = (
                [b"?", texts.get(first.name)].concat(),
                [b"?", texts.get(first.raw_name)].concat(),
            );
            first.name = texts.intern(&name);
            first.raw_name = texts.intern(&raw);
            Some(items)
        },
    );
}

//! What happens to names that occur more than once, and to names in brackets.

use super::{
    BODY_ONLY, Builder, DUPLICATE_COLLAPSED, Item, Items, NAMES_REWRITTEN, STRUCTURE_FLATTENED,
    USERS, group,
};
use crate::choice::Choice;
use crate::facts::split_once;
use crate::stages::encoding::TextChange;
use crate::texts::{FastMap, TextId, Texts};

pub(super) fn repeats(builder: &mut Builder) {
    let mut add = |detail: &str, rarer: u32, merge: fn(&mut Texts, &[Item]) -> Vec<Item>| {
        builder.add(
            group::REPEATS,
            Choice::new(&DUPLICATE_COLLAPSED, detail).rarer(rarer),
            move |texts, items| Some(merge_repeats(texts, items, merge)),
        );
    };
    add(
        "of a repeated name, the last value was signed",
        0,
        |_, same| same.last().copied().into_iter().collect(),
    );
    add(
        "of a repeated name, the first value was signed",
        1,
        |_, same| same.first().copied().into_iter().collect(),
    );
    add("identical parameters were signed once", 2, |_, same| {
        let mut out: Vec<Item> = Vec::new();
        for item in same {
            if !out.iter().any(|known| known.value == item.value) {
                out.push(*item);
            }
        }
        out
    });
    add(
        "the values of a repeated name were joined with `,`",
        3,
        |texts, same| joined(texts, same, b","),
    );
    let mut flatten = |detail: &str, rarer: u32, merge: fn(&mut Texts, &[Item]) -> Vec<Item>| {
        builder.add(
            group::REPEATS,
            Choice::new(&STRUCTURE_FLATTENED, detail).rarer(rarer),
            move |texts, items| Some(merge_repeats(texts, items, merge)),
        );
    };
    flatten(
        "the values of a repeated name were signed as one list text `[\"…\", \"…\"]`",
        5,
        |texts, same| listed(texts, same, b"\"", b", "),
    );
    flatten(
        "the values of a repeated name were signed as one list text `['…', '…']`",
        5,
        |texts, same| listed(texts, same, b"'", b", "),
    );
    flatten(
        "the values of a repeated name were signed as one JSON list",
        6,
        |texts, same| listed(texts, same, b"\"", b","),
    );
    flatten(
        "the values of a repeated name were signed as `[…, …]`",
        8,
        |texts, same| listed(texts, same, b"", b", "),
    );
    for text in ["Array", "[object Object]"] {
        builder.each(
            group::REPEATS,
            Choice::new(
                &STRUCTURE_FLATTENED,
                format!("a list was signed as `{text}`"),
            ),
            move |texts, item| {
                let name = texts.get(item.name);
                let bare = name.split(|byte| *byte == b'[').next().unwrap_or_default();
                if bare.len() != name.len() {
                    let bare = bare.to_vec();
                    item.name = texts.intern(&bare);
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
}

/// Hands each set of parameters that share a name to `merge`; the result stands where the first one stood.
fn merge_repeats(
    texts: &mut Texts,
    items: &Items,
    merge: fn(&mut Texts, &[Item]) -> Vec<Item>,
) -> Items {
    let mut groups: FastMap<TextId, Vec<Item>> = FastMap::default();
    let mut names = Vec::new();
    for item in items {
        let group = groups.entry(item.name).or_default();
        if group.is_empty() {
            names.push(item.name);
        }
        group.push(*item);
    }
    let mut out = Vec::with_capacity(items.len());
    for name in names {
        match groups.get(&name).map(Vec::as_slice) {
            Some([alone]) => out.push(*alone),
            Some(same) => out.extend(merge(texts, same)),
            None => {}
        }
    }
    out
}

fn joined(texts: &mut Texts, same: &[Item], glue: &[u8]) -> Vec<Item> {
    let values: Vec<&[u8]> = same.iter().map(|item| texts.get(item.value)).collect();
    let value = values.join(glue);
    with_value(texts, same, &value)
}

fn listed(texts: &mut Texts, same: &[Item], quote: &[u8], glue: &[u8]) -> Vec<Item> {
    let values: Vec<Vec<u8>> = same
        .iter()
        .map(|item| [quote, texts.get(item.value), quote].concat())
        .collect();
    let value = [b"[".as_slice(), &values.join(glue), b"]"].concat();
    with_value(texts, same, &value)
}

fn with_value(texts: &mut Texts, same: &[Item], value: &[u8]) -> Vec<Item> {
    let value = texts.intern(value);
    same.first()
        .map(|first| Item { value, ..*first })
        .into_iter()
        .collect()
}

pub(super) fn names(builder: &mut Builder) {
    type Number = fn(&[u8], usize) -> Vec<u8>;
    let numbered: [(&str, Number); 3] = [
        (
            "a repeated name was numbered: `a[0]`, `a[1]`",
            |name, at| [name, format!("[{at}]").as_bytes()].concat(),
        ),
        ("a repeated name was signed as `a[]`", |name, _| {
            [name, b"[]"].concat()
        }),
        ("a repeated name was numbered: `a0`, `a1`", |name, at| {
            [name, at.to_string().as_bytes()].concat()
        }),
    ];
    for (rank, (detail, number)) in (0..).zip(numbered) {
        builder.add(
            group::NAMES,
            Choice::new(&NAMES_REWRITTEN, detail).rarer(rank * 3),
            move |texts, items| {
                let mut counts: FastMap<TextId, usize> = FastMap::default();
                for item in items {
                    *counts.entry(item.name).or_default() += 1;
                }
                let mut before: FastMap<TextId, usize> = FastMap::default();
                let mut out = items.clone();
                for item in &mut out {
                    if counts.get(&item.name).is_some_and(|count| *count > 1) {
                        let place = before.entry(item.name).or_default();
                        let name = number(texts.get(item.name), *place);
                        *place += 1;
                        item.name = texts.intern(&name);
                    }
                }
                Some(out)
            },
        );
    }
    let rewrites: [(&str, TextChange, u32); 5] = [
        (
            "`[]` was cut off the names",
            |name| name.strip_suffix(b"[]").unwrap_or(name).to_vec(),
            1,
        ),
        (
            "`[0]`, `[]` were cut off the names",
            |name| split_once(name, b'[').0.to_vec(),
            2,
        ),
        (
            "numbers in brackets were signed as `[]`",
            |name| {
                let (bare, index) = split_once(name, b'[');
                match index.and_then(|index| index.strip_suffix(b"]")) {
                    Some(index) if index.iter().all(u8::is_ascii_digit) => [bare, b"[]"].concat(),
                    _ => name.to_vec(),
                }
            },
            4,
        ),
        (
            "`.` and spaces in names became `_`, as PHP does it",
            |name| underscored(name, b". "),
            5,
        ),
        (
            "`-`, `.` and spaces in names became `_`",
            |name| underscored(name, b"-. "),
            8,
        ),
    ];
    for scope in [USERS, BODY_ONLY] {
        for (detail, rewrite, rarer) in rewrites {
            builder.each(
                group::NAMES,
                Choice::new(&NAMES_REWRITTEN, format!("{detail} ({})", scope.name)).rarer(rarer),
                move |texts, item| {
                    if (scope.holds)(item) {
                        let name = rewrite(texts.get(item.name));
                        item.name = texts.intern(&name);
                    }
                },
            );
        }
    }
}

fn underscored(name: &[u8], replaced: &[u8]) -> Vec<u8> {
    name.iter()
        .map(|byte| if replaced.contains(byte) { b'_' } else { *byte })
        .collect()
}

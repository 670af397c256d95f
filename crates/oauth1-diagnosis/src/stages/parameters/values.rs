//! Which empty values are signed, and how values are spelled.

use super::{BARE_NAME, Builder, EMPTY_DROPPED, NUMBER_FORMAT, group};
use crate::choice::Choice;
use crate::facts::count;
use crate::stages::encoding;

pub(super) fn empty(builder: &mut Builder) {
    builder.filter(
        group::EMPTY,
        Choice::new(
            &EMPTY_DROPPED,
            "parameters with an empty value were not signed",
        ),
        |texts, item| !texts.get(item.value).is_empty(),
    );
    builder.filter(
        group::EMPTY,
        Choice::new(&BARE_NAME, "a name sent without `=` was not signed"),
        |_, item| item.equals_sent || item.protocol,
    );
    builder.each(
        group::EMPTY,
        Choice::new(&BARE_NAME, "a name sent without `=` was signed without `=`"),
        |_, item| item.equals = item.equals && item.equals_sent,
    );
    builder.each(
        group::EMPTY,
        Choice::new(
            &BARE_NAME,
            "names with an empty value were signed without `=`",
        )
        .rarer(2),
        |texts, item| item.equals = item.equals && !texts.get(item.value).is_empty(),
    );
    for text in ["undefined", "null", "true"] {
        builder.each(
            group::EMPTY,
            Choice::new(
                &BARE_NAME,
                format!("a name sent without `=` was signed as `={text}`"),
            )
            .rarer(3),
            move |texts, item| {
                if !item.equals_sent {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
    for text in ["null", "undefined", "None", "nil"] {
        builder.each(
            group::EMPTY,
            Choice::new(
                &NUMBER_FORMAT,
                format!("empty values were signed as `{text}`"),
            )
            .rarer(10),
            move |texts, item| {
                if texts.get(item.value).is_empty() {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
}

pub(super) fn values(builder: &mut Builder) {
    type Change = fn(&[u8]) -> Option<&'static [u8]>;
    let spelled: [(&str, Change); 7] = [
        (
            "`true` and `false` were signed as `True` and `False`",
            |value| match value {
                b"true" => Some(b"True"),
                b"false" => Some(b"False"),
                _ => None,
            },
        ),
        (
            "`True` and `False` were signed as `true` and `false`",
            |value| match value {
                b"True" => Some(b"true"),
                b"False" => Some(b"false"),
                _ => None,
            },
        ),
        ("`false` was signed as empty text", |value| {
            (value == b"false").then_some(b"".as_slice())
        }),
        ("`0` was signed as empty text", |value| {
            (value == b"0").then_some(b"".as_slice())
        }),
        ("`false` and `0` were signed as empty text", |value| {
            matches!(value, b"false" | b"0").then_some(b"".as_slice())
        }),
        (
            "`true` and `false` were signed as `1` and `0`",
            |value| match value {
                b"true" => Some(b"1"),
                b"false" => Some(b"0"),
                _ => None,
            },
        ),
        (
            "`true` and `false` were signed as `1` and empty text",
            |value| match value {
                b"true" => Some(b"1"),
                b"false" => Some(b""),
                _ => None,
            },
        ),
    ];
    for (detail, change) in spelled {
        builder.each(
            group::VALUES,
            Choice::new(&NUMBER_FORMAT, detail),
            move |texts, item| {
                if !item.protocol
                    && let Some(value) = change(texts.get(item.value))
                {
                    item.value = texts.intern(value);
                }
            },
        );
    }
    builder.each(
        group::VALUES,
        Choice::new(&NUMBER_FORMAT, "whole numbers were signed with `.0`"),
        |texts, item| {
            let value = texts.get(item.value);
            if !item.protocol && !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
                let value = [value, b".0"].concat();
                item.value = texts.intern(&value);
            }
        },
    );
    builder.each(
        group::VALUES,
        Choice::new(
            &NUMBER_FORMAT,
            "zeros at the end of a fraction were not signed (`1.0` as `1`)",
        ),
        |texts, item| {
            let value = texts.get(item.value);
            let number = value
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b'.');
            if !item.protocol && number && count(value, b'.') == 1 {
                let cut = value
                    .iter()
                    .rposition(|byte| *byte != b'0')
                    .map_or(0, |last| last + 1);
                let value = value[..cut]
                    .strip_suffix(b".")
                    .unwrap_or(&value[..cut])
                    .to_vec();
                item.value = texts.intern(&value);
            }
        },
    );
    encoding::newlines(|choice, change| {
        builder.each(group::VALUES, choice, move |texts, item| {
            if !item.protocol {
                let value = change(texts.get(item.value));
                item.value = texts.intern(&value);
            }
        });
    });
}

//! How names and values are read from the wire.

use super::{ALL, BODY_ONLY, Builder, HEADER_ONLY, Item, QUERY_ONLY, Scope, USERS, group};
use crate::choice::Choice;
use crate::stages::encoding::{AS_ON_THE_WIRE, DECODED_TWICE, PLUS_LITERAL};
use crate::texts::Texts;
use oauth1_core::encode::{form_decode, percent_decode};

pub(super) fn decoding(builder: &mut Builder) {
    let mut add = |scope: Scope, choice: Choice, change: fn(&mut Texts, &mut Item)| {
        builder.each(group::DECODING, choice, move |texts, item| {
            if (scope.holds)(item) {
                change(texts, item);
            }
        });
    };
    for (rank, scope) in (0..).zip([USERS, QUERY_ONLY, BODY_ONLY]) {
        add(
            scope,
            Choice::new(
                &PLUS_LITERAL,
                format!(
                    "a `+` of {} was taken as a plus sign, it stands for a space",
                    scope.name
                ),
            )
            .rarer(rank),
            |texts, item| {
                item.name = {
                    let text = percent_decode(texts.get(item.raw_name)).into_owned();
                    texts.intern(&text)
                };
                item.value = {
                    let text = percent_decode(texts.get(item.raw_value)).into_owned();
                    texts.intern(&text)
                };
            },
        );
    }
    for (rank, scope) in (0..).zip([USERS, QUERY_ONLY, BODY_ONLY, HEADER_ONLY, ALL]) {
        add(
            scope,
            Choice::new(
                &AS_ON_THE_WIRE,
                format!(
                    "the text of {} was not decoded before it was encoded",
                    scope.name
                ),
            )
            .rarer(rank),
            |_, item| {
                item.name = item.raw_name;
                item.value = item.raw_value;
            },
        );
        add(
            scope,
            Choice::new(
                &AS_ON_THE_WIRE,
                format!(
                    "the text of {} was signed as it travels: neither decoded nor encoded",
                    scope.name
                ),
            )
            .rarer(rank + 2),
            |_, item| {
                item.name = item.raw_name;
                item.value = item.raw_value;
                item.verbatim = true;
            },
        );
    }
    add(
        USERS,
        Choice::new(
            &AS_ON_THE_WIRE,
            "the names of query and body were not decoded before they were encoded",
        )
        .rarer(6),
        |_, item| item.name = item.raw_name,
    );
    add(
        USERS,
        Choice::new(
            &AS_ON_THE_WIRE,
            "the values of query and body were not decoded before they were encoded",
        )
        .rarer(6),
        |_, item| item.value = item.raw_value,
    );
    for scope in [USERS, ALL] {
        add(
            scope,
            Choice::new(
                &DECODED_TWICE,
                format!("{} were percent-decoded twice", scope.name),
            ),
            |texts, item| decode_again(texts, item, |text| percent_decode(text).into_owned()),
        );
        add(
            scope,
            Choice::new(
                &DECODED_TWICE,
                format!("{} were form-decoded twice: `+` became a space", scope.name),
            )
            .rarer(3),
            |texts, item| decode_again(texts, item, |text| form_decode(text).into_owned()),
        );
    }
    add(
        HEADER_ONLY,
        Choice::new(
            &DECODED_TWICE,
            "the Authorization header was form-decoded: `+` became a space",
        )
        .rarer(10),
        |texts, item| {
            item.value = {
                let text = form_decode(texts.get(item.raw_value)).into_owned();
                texts.intern(&text)
            };
        },
    );
}

fn decode_again(texts: &mut Texts, item: &mut Item, decode: fn(&[u8]) -> Vec<u8>) {
    let (name, value) = (decode(texts.get(item.name)), decode(texts.get(item.value)));
    item.name = texts.intern(&name);
    item.value = texts.intern(&value);
}

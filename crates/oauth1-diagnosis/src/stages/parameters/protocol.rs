//! Which protocol parameters are signed.

use super::{
    Builder, HEADER_PARAMETERS_TWICE, Items, OAUTH_ADDED, OAUTH_CHANGED, OAUTH_COUNTED_TWICE,
    OAUTH_LEFT_OUT, PARAMETER_LEFT_OUT, REALM_SIGNED, SIGNATURE_SIGNED, group, new_item,
};
use crate::choice::Choice;
use crate::facts::{Facts, show};
use oauth1_core::parameters::Source;

pub(super) fn header(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::HEADER,
        Choice::new(&HEADER_PARAMETERS_TWICE, "parameters of the request were placed in the Authorization header as well and signed once"),
        |_, item| item.source != Source::Header || item.protocol,
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "every oauth_ parameter was signed twice",
        ),
        |_, items| {
            let mut out = items.clone();
            out.extend(items.iter().filter(|item| item.protocol));
            Some(out)
        },
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "the oauth_ parameters went out in two places and were signed once",
        ),
        |_, items| {
            let mut out: Items = Vec::new();
            for item in items {
                if !item.protocol || !out.iter().any(|known| known.name == item.name) {
                    out.push(*item);
                }
            }
            Some(out)
        },
    );
    builder.add(
        group::HEADER,
        Choice::new(
            &OAUTH_COUNTED_TWICE,
            "oauth_ parameters went out twice; the last ones were signed",
        )
        .rarer(3),
        |_, items| {
            let out = items
                .iter()
                .enumerate()
                .filter(|(at, item)| {
                    !item.protocol || !items[at + 1..].iter().any(|later| later.name == item.name)
                })
                .map(|(_, item)| *item)
                .collect();
            Some(out)
        },
    );
    if let Some(realm) = facts.realm() {
        builder.insert(
            group::REALM,
            Choice::new(&REALM_SIGNED, format!("`realm={}` was signed", show(realm))),
            b"realm",
            realm,
            Source::Header,
        );
    }
    builder.insert(
        group::REALM,
        Choice::new(&REALM_SIGNED, "an empty `realm` was signed").rarer(10),
        b"realm",
        b"",
        Source::Header,
    );
    builder.insert(
        group::SIGNATURE,
        Choice::new(
            &SIGNATURE_SIGNED,
            "an empty `oauth_signature` was among the signed parameters",
        ),
        b"oauth_signature",
        b"",
        Source::Header,
    );
}

/// Protocol parameters that clients sign and do not send.
const ADDED: &[(&str, &str, u32)] = &[
    ("oauth_version", "1.0", 0),
    ("oauth_token", "", 0),
    ("oauth_callback", "", 5),
    ("oauth_verifier", "", 5),
    ("oauth_callback", "oob", 6),
    ("oauth_callback", "about:blank", 15),
    ("oauth_realm", "", 20),
    ("oauth_version", "1.0a", 25),
    ("oauth_version", "1", 25),
    ("oauth_version", "", 25),
    ("oauth_signature_method", "HMAC-SHA1", 15),
    ("oauth_token", "null", 20),
    ("oauth_token", "undefined", 20),
    ("oauth_token_secret", "", 25),
    ("oauth_consumer_secret", "", 30),
];

pub(super) fn protocol(builder: &mut Builder, facts: &Facts<'_>) {
    let mut names: Vec<&[u8]> = facts.sent().map(|sent| &*sent.name).collect();
    names.sort_unstable();
    names.dedup();
    // Left-out ops are one for each name; beyond this many names only the protocol's own are tried.
    let few = names.len() <= 40;
    for name in names {
        let own = name.to_vec();
        let mistake = if name.starts_with(b"oauth_") {
            &OAUTH_LEFT_OUT
        } else if few {
            &PARAMETER_LEFT_OUT
        } else {
            continue;
        };
        builder.alone(
            Choice::new(mistake, format!("`{}` was sent and not signed", show(name))),
            move |texts, items| {
                Some(
                    items
                        .iter()
                        .filter(|item| texts.get(item.name) != own)
                        .copied()
                        .collect(),
                )
            },
        );
    }
    builder.filter(
        group::SIGNATURE,
        Choice::new(
            &OAUTH_LEFT_OUT,
            "`oauth_nonce` and `oauth_timestamp` were sent and not signed",
        ),
        |texts, item| !matches!(texts.get(item.name), b"oauth_nonce" | b"oauth_timestamp"),
    );
    builder.filter(
        group::SIGNATURE,
        Choice::new(&OAUTH_LEFT_OUT, "no oauth_ parameter was signed").rarer(5),
        |_, item| !item.protocol,
    );
    for &(name, value, rarer) in ADDED {
        if facts.get(name).is_none() {
            let choice = Choice::new(
                &OAUTH_ADDED,
                format!("`{name}={value}` was signed and not sent"),
            )
            .rarer(rarer);
            let (name, value) = (name.as_bytes(), value.as_bytes());
            builder.alone(choice, move |texts, items| {
                let mut items = items.clone();
                items.push(new_item(texts, name, value, Source::Header));
                Some(items)
            });
        } else if facts.get(name) != Some(value.as_bytes()) && name != "oauth_token" {
            let detail = format!("`{name}` was signed as `{value}`, another value was sent");
            let choice = Choice::new(&OAUTH_CHANGED, detail).rarer(rarer + 10);
            builder.each(group::OAUTH_CHANGED, choice, move |texts, item| {
                if texts.get(item.name) == name.as_bytes() {
                    item.value = texts.intern(value.as_bytes());
                }
            });
        }
    }
    if let Some(timestamp) = facts.get("oauth_timestamp") {
        timestamps(builder, timestamp);
    }
}

/// How far a timestamp that was made anew may be from the one that was sent, in seconds.
const TIMESTAMP_REACH: i64 = 300;

fn timestamps(builder: &mut Builder, timestamp: &[u8]) {
    let Some(sent) = core::str::from_utf8(timestamp)
        .ok()
        .and_then(|text| text.parse::<i64>().ok())
    else {
        return;
    };
    for distance in 1..=TIMESTAMP_REACH {
        for signed in [sent.checked_sub(distance), sent.checked_add(distance)]
            .into_iter()
            .flatten()
        {
            // Six hundred variants of one mistake: they count for two, so that they never crowd out the named ones.
            let choice = Choice::new(
                &OAUTH_CHANGED,
                format!("`oauth_timestamp` was signed as {signed}, {sent} was sent"),
            )
            .weighing(2);
            builder.each(group::OAUTH_CHANGED, choice, move |texts, item| {
                if texts.get(item.name) == b"oauth_timestamp" {
                    item.value = texts.intern(signed.to_string().as_bytes());
                }
            });
        }
    }
    for (text, detail) in [
        (format!("{sent}000"), "in milliseconds"),
        (
            format!("{}", sent / 1000),
            "in seconds, milliseconds were sent",
        ),
        (format!("{sent}.0"), "with a fraction"),
    ] {
        builder.each(
            group::OAUTH_CHANGED,
            Choice::new(
                &OAUTH_CHANGED,
                format!("`oauth_timestamp` was signed {detail}: {text}"),
            )
            .rarer(10),
            move |texts, item| {
                if texts.get(item.name) == b"oauth_timestamp" {
                    item.value = texts.intern(text.as_bytes());
                }
            },
        );
    }
}

//! What of the body is signed.

use super::{
    BODY_AS_PARAMETER, BODY_HASH_MISSING, BODY_HASH_WRONG, BODY_NOT_SIGNED, BODY_WRONGLY_SIGNED,
    Builder, Item, OAUTH_COUNTED_TWICE, bodies, group, new_item, replace_source,
};
use crate::choice::Choice;
use crate::facts::Facts;
use oauth1_core::body_hash::{body_hash_sha1, body_hash_sha256};
use oauth1_core::parameters::Source;
use oauth1_core::request::BodyKind;

pub(super) fn body(builder: &mut Builder, facts: &Facts<'_>) {
    builder.filter(
        group::BODY,
        Choice::new(
            &BODY_NOT_SIGNED,
            "the fields of the form body were not signed",
        ),
        |_, item| item.source != Source::Body || item.protocol,
    );
    let body = &facts.request.body;
    let kind = facts.request.body_kind();
    if facts.request.form_body().is_none() && !body.is_empty() {
        let as_name = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as the name of one parameter",
            ),
            move |texts, items| {
                let mut items = items.clone();
                items.push(new_item(texts, &as_name, b"", Source::Body));
                Some(items)
            },
        );
        let without_equals = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as one name without `=`",
            )
            .rarer(5),
            move |texts, items| {
                let mut items = items.clone();
                items.push(Item {
                    equals: false,
                    ..new_item(texts, &without_equals, b"", Source::Body)
                });
                Some(items)
            },
        );
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as the value of a parameter without a name",
            )
            .rarer(5),
            b"",
            body,
            Source::Body,
        );
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_AS_PARAMETER,
                "the whole body was signed as a parameter called `body`",
            )
            .rarer(15),
            b"body",
            body,
            Source::Body,
        );
        let text = body.clone();
        builder.add(
            group::BODY,
            Choice::new(
                &BODY_WRONGLY_SIGNED,
                format!(
                    "a body that is no form ({}) was read and signed as one",
                    kind_name(kind)
                ),
            ),
            move |texts, items| Some(replace_source(texts, items, Source::Body, &text)),
        );
        let fields = match kind {
            BodyKind::Json => bodies::json_members(body),
            BodyKind::Multipart => bodies::multipart_fields(facts.request),
            BodyKind::Form | BodyKind::Other => Vec::new(),
        };
        if !fields.is_empty() {
            builder.add(
                group::BODY,
                Choice::new(
                    &BODY_WRONGLY_SIGNED,
                    format!("the fields of the {} body were signed", kind_name(kind)),
                ),
                move |texts, items| {
                    let mut items = items.clone();
                    for (name, value) in &fields {
                        items.push(new_item(texts, name, value, Source::Body));
                    }
                    Some(items)
                },
            );
        }
    }
    if facts.get("oauth_body_hash").is_none() {
        for (what, hash) in [
            ("SHA-1", body_hash_sha1(body)),
            ("SHA-256", body_hash_sha256(body)),
        ] {
            builder.insert(
                group::BODY,
                Choice::new(
                    &BODY_HASH_MISSING,
                    format!("`oauth_body_hash` ({what}) was signed and not sent"),
                ),
                b"oauth_body_hash",
                hash.as_bytes(),
                Source::Header,
            );
        }
        builder.insert(
            group::BODY,
            Choice::new(
                &BODY_HASH_WRONG,
                "an empty `oauth_body_hash` was signed and not sent",
            )
            .rarer(10),
            b"oauth_body_hash",
            b"",
            Source::Header,
        );
    } else {
        for (what, hash) in [
            ("the SHA-1 of the body", body_hash_sha1(body)),
            ("the SHA-256 of the body", body_hash_sha256(body)),
            ("the SHA-1 of an empty body", body_hash_sha1(b"")),
            ("the SHA-256 of an empty body", body_hash_sha256(b"")),
        ] {
            builder.each(
                group::BODY,
                Choice::new(
                    &BODY_HASH_WRONG,
                    format!("`oauth_body_hash` was signed as {what}, another was sent"),
                ),
                move |texts, item| {
                    if texts.get(item.name) == b"oauth_body_hash" {
                        item.value = texts.intern(hash.as_bytes());
                    }
                },
            );
        }
        builder.add(
            group::BODY,
            Choice::new(&OAUTH_COUNTED_TWICE, "`oauth_body_hash` was signed twice").rarer(10),
            |texts, items| {
                let mut out = items.clone();
                out.extend(
                    items
                        .iter()
                        .filter(|item| texts.get(item.name) == b"oauth_body_hash"),
                );
                Some(out)
            },
        );
    }
}

const fn kind_name(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Form => "form",
        BodyKind::Json => "JSON",
        BodyKind::Multipart => "multipart",
        BodyKind::Other => "no form type",
    }
}

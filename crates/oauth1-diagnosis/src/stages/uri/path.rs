//! The path: its shape, its text, its end.

use super::{
    Builder, PATH_DECODED, PATH_EMPTY, PATH_ENCODED_AGAIN, PATH_NORMALIZED, PATH_PREFIX,
    PATH_REENCODED, TRAILING_SLASH_EXTRA, TRAILING_SLASH_MISSING, URL_AS_TYPED, group,
    latin1_to_utf8,
};
use crate::choice::Choice;
use crate::encoders;
use crate::encoders::Encoder;
use crate::facts::{Facts, show, split_once};
use crate::stages::encoding::{CHARSET_LATIN1, CHARSET_MOJIBAKE};
use oauth1_core::encode::{form_decode, percent_decode, percent_encode_into};

pub(super) fn path_shape(builder: &mut Builder, facts: &Facts<'_>) {
    builder.path(
        group::PATH_SHAPE,
        Choice::new(
            &PATH_NORMALIZED,
            "`.` and `..` were resolved before signing",
        ),
        resolve_dots,
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(&PATH_NORMALIZED, "`//` was folded into `/` before signing"),
        |path| {
            let mut folded = path.to_vec();
            folded.dedup_by(|next, before| *next == b'/' && *before == b'/');
            folded
        },
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(
            &PATH_NORMALIZED,
            "the path was signed with a doubled `/` at its start",
        )
        .rarer(15),
        |path| [b"/".as_slice(), path].concat(),
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(&PATH_NORMALIZED, "the path was signed in lower case").rarer(10),
        <[u8]>::to_ascii_lowercase,
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(
            &PATH_NORMALIZED,
            "`;parameters` were dropped from every segment",
        ),
        |path| {
            path.split(|byte| *byte == b'/')
                .map(|segment| split_once(segment, b';').0)
                .collect::<Vec<_>>()
                .join(&b'/')
        },
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(
            &PATH_NORMALIZED,
            "`;parameters` were dropped from the last segment",
        ),
        |path| {
            let last = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            let (head, segment) = path.split_at(last);
            [head, split_once(segment, b';').0].concat()
        },
    );
    builder.path(
        group::PATH_SHAPE,
        Choice::new(&PATH_NORMALIZED, "the path was cut at its first `;`"),
        |path| split_once(path, b';').0.to_vec(),
    );
    let segments: Vec<&[u8]> = facts
        .request
        .path
        .split(|byte| *byte == b'/')
        .filter(|s| !s.is_empty())
        .collect();
    for count in 1..segments.len().min(5) {
        let prefix = [b"/".as_slice(), &segments[..count].join(&b'/')].concat();
        builder.path(
            group::PATH_SHAPE,
            Choice::new(
                &PATH_PREFIX,
                format!("the prefix `{}` was sent and not signed", show(&prefix)),
            )
            .rarer(5),
            move |path| {
                path.strip_prefix(prefix.as_slice())
                    .unwrap_or(path)
                    .to_vec()
            },
        );
        let kept = [
            b"/".as_slice(),
            &segments[..segments.len() - count].join(&b'/'),
        ]
        .concat();
        builder.path(
            group::PATH_SHAPE,
            Choice::new(
                &PATH_PREFIX,
                format!(
                    "only `{}` was signed, the base of the URL that was sent",
                    show(&kept)
                ),
            )
            .rarer(15),
            move |path| {
                if path.ends_with(b"/") {
                    [kept.as_slice(), b"/"].concat()
                } else {
                    kept.clone()
                }
            },
        );
    }
}

pub(super) fn path_text(builder: &mut Builder, facts: &Facts<'_>) {
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_DECODED,
            "the path was percent-decoded before it was signed",
        ),
        |path| percent_decode(path).into_owned(),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_DECODED,
            "the path was form-decoded before it was signed (`+` became a space)",
        ),
        |path| form_decode(path).into_owned(),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_ENCODED_AGAIN,
            "every `%` of the path was encoded once more",
        ),
        |path| {
            path.iter()
                .flat_map(|byte| {
                    if *byte == b'%' {
                        b"%25".to_vec()
                    } else {
                        vec![*byte]
                    }
                })
                .collect()
        },
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_ENCODED_AGAIN,
            "the path was percent-encoded once more",
        ),
        |path| encode_path(Encoder::Rfc, path),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_REENCODED,
            "the escapes of the path were signed in lower case",
        ),
        |path| change_hex(path, u8::to_ascii_lowercase),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_REENCODED,
            "the escapes of the path were signed in upper case",
        ),
        |path| change_hex(path, u8::to_ascii_uppercase),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_REENCODED,
            "the path was decoded, and encoded again by the rules of RFC 3986",
        ),
        |path| encode_path(Encoder::Rfc, &percent_decode(path)),
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &PATH_REENCODED,
            "the raw bytes of the path were encoded before it was signed",
        ),
        |path| {
            let mut out = Vec::new();
            for &byte in path {
                if byte > b' ' && byte < 0x7F {
                    out.push(byte);
                } else {
                    percent_encode_into(&[byte], &mut out);
                }
            }
            out
        },
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &CHARSET_LATIN1,
            "the path went out in Latin-1 and was signed in UTF-8",
        ),
        latin1_to_utf8,
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &CHARSET_LATIN1,
            "the path went out in Latin-1 and was signed in UTF-8, percent-encoded",
        )
        .rarer(5),
        |path| {
            latin1_to_utf8(path)
                .into_iter()
                .fold(Vec::new(), |mut out, byte| {
                    if byte.is_ascii() {
                        out.push(byte);
                    } else {
                        percent_encode_into(&[byte], &mut out);
                    }
                    out
                })
        },
    );
    builder.path(
        group::PATH_TEXT,
        Choice::new(
            &CHARSET_MOJIBAKE,
            "the path was decoded and its UTF-8 bytes were read as Latin-1",
        )
        .rarer(10),
        |path| latin1_to_utf8(&percent_decode(path)),
    );
    // Most encoders do the same to the paths at hand; one of those is enough.
    let typed = facts
        .typed
        .as_ref()
        .map_or(b"".as_slice(), |typed| &typed.path);
    let mut seen = std::collections::HashSet::new();
    for encoder in encoders::searched() {
        let Encoder::Rules(rules) = encoder else {
            continue;
        };
        let decoded = move |path: &[u8]| encode_path(encoder, &percent_decode(path));
        let again = move |path: &[u8]| encode_path(encoder, path);
        let act = |change: &dyn Fn(&[u8]) -> Vec<u8>| [&facts.request.path, typed].map(change);
        if seen.insert(act(&decoded)) {
            builder.path(
                group::PATH_TEXT,
                Choice::new(
                    &PATH_REENCODED,
                    format!(
                        "the path was decoded, and encoded again {}",
                        encoders::describe(&rules)
                    ),
                )
                .rarer(8),
                decoded,
            );
        }
        if seen.insert(act(&again)) {
            builder.path(
                group::PATH_TEXT,
                Choice::new(
                    &PATH_REENCODED,
                    format!("the path was encoded again {}", encoders::describe(&rules)),
                )
                .rarer(12),
                again,
            );
        }
    }
}

pub(super) fn path_end(builder: &mut Builder) {
    builder.path(
        group::PATH_END,
        Choice::new(
            &TRAILING_SLASH_MISSING,
            "the `/` at the end was sent and not signed",
        ),
        |path| match path.strip_suffix(b"/") {
            Some(head) if !head.is_empty() => head.to_vec(),
            _ => path.to_vec(),
        },
    );
    builder.path(
        group::PATH_END,
        Choice::new(
            &TRAILING_SLASH_EXTRA,
            "a `/` at the end was signed and not sent",
        ),
        |path| {
            if path.ends_with(b"/") {
                path.to_vec()
            } else {
                [path, b"/"].concat()
            }
        },
    );
    builder.path(
        group::PATH_END,
        Choice::new(
            &PATH_EMPTY,
            "the URL has no path; nothing was signed where `/` is sent",
        ),
        |path| {
            if path == b"/" {
                Vec::new()
            } else {
                path.to_vec()
            }
        },
    );
    for (tail, name) in [
        (" ", "a blank"),
        ("%20", "an encoded blank"),
        ("\n", "a line feed"),
    ] {
        builder.path(
            group::PATH_END,
            Choice::new(
                &URL_AS_TYPED,
                format!("{name} at the end of the URL was signed"),
            )
            .rarer(25),
            move |path| [path, tail.as_bytes()].concat(),
        );
    }
}

/// Encodes a path and leaves its slashes.
fn encode_path(encoder: Encoder, path: &[u8]) -> Vec<u8> {
    path.split(|byte| *byte == b'/')
        .map(|segment| encoder.encode(segment))
        .collect::<Vec<_>>()
        .join(&b'/')
}

fn change_hex(path: &[u8], change: fn(&u8) -> u8) -> Vec<u8> {
    let mut out = path.to_vec();
    let mut at = 0;
    while at + 2 < out.len() {
        if out[at] == b'%' {
            out[at + 1] = change(&out[at + 1]);
            out[at + 2] = change(&out[at + 2]);
            at += 2;
        }
        at += 1;
    }
    out
}

/// `.` and `..` segments resolved as RFC 3986 §5.2.4 does.
pub(super) fn resolve_dots(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_open = false;
    for segment in path.split(|byte| *byte == b'/') {
        ends_open = matches!(segment, b"." | b"..");
        match segment {
            b"." => {}
            b".." => {
                if kept.len() > 1 {
                    kept.pop();
                }
            }
            other => kept.push(other),
        }
    }
    let mut out = kept.join(&b'/');
    if ends_open && !out.ends_with(b"/") {
        out.push(b'/');
    }
    out
}

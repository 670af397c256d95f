//! What is left on the URI behind the path, and which of its parts are written.

use super::{Builder, FRAGMENT_IN_URI, HOST_WRONG, PATH_ONLY, QUERY_IN_URI, UriForm, group};
use crate::choice::{Choice, Found};
use crate::facts::{Facts, show};
use crate::mistakes::Mistake;
use crate::stages::encoding::CHARSET_LATIN1;
use oauth1_core::encode::form_decode;

pub(super) fn suffix(builder: &mut Builder, facts: &Facts<'_>) {
    let add = |builder: &mut Builder,
               mistake: &'static Mistake,
               detail: &str,
               rarer: u32,
               suffix: Vec<u8>| {
        builder.add(
            group::SUFFIX,
            Choice::new(mistake, detail).rarer(rarer),
            move |state| {
                state.suffix.clone_from(&suffix);
            },
        );
    };
    let mut queries: Vec<(&str, Vec<u8>)> = Vec::new();
    if let Some(query) = &facts.request.query {
        queries.push(("the query as it was sent", query.clone()));
        let user: Vec<&[u8]> = query
            .split(|byte| *byte == b'&')
            .filter(|piece| !piece.starts_with(b"oauth_"))
            .collect();
        queries.push(("the query without the oauth_ parameters", user.join(&b'&')));
    }
    if let Some(query) = facts.typed.as_ref().and_then(|typed| typed.query.as_ref()) {
        queries.push(("the query as it was typed", query.clone()));
    }
    // A URL that was typed in letters outside ASCII, and signed in the character set of the machine.
    if let Some(query) = facts.typed.as_ref().and_then(|typed| typed.query.as_ref())
        && let Ok(text) = core::str::from_utf8(query)
        && !text.is_ascii()
    {
        let latin1: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect();
        let suffix = [b"?".as_slice(), &latin1].concat();
        builder.add(
            group::SUFFIX,
            Choice::facets(vec![
                Found {
                    mistake: &QUERY_IN_URI,
                    detail: "the query as it was typed stayed on the base string URI".to_owned(),
                },
                Found {
                    mistake: &CHARSET_LATIN1,
                    detail: "and it was taken as Latin-1, not UTF-8".to_owned(),
                },
            ]),
            move |state| state.suffix.clone_from(&suffix),
        );
    }
    for (what, query) in &queries {
        add(
            builder,
            &QUERY_IN_URI,
            &format!("{what} stayed on the base string URI: `?{}`", show(query)),
            0,
            [b"?".as_slice(), query].concat(),
        );
        add(
            builder,
            &QUERY_IN_URI,
            &format!("{what} stayed on the base string URI after a doubled `?`"),
            20,
            [b"??".as_slice(), query].concat(),
        );
        let decoded = form_decode(query);
        add(
            builder,
            &QUERY_IN_URI,
            &format!("{what}, decoded, stayed on the base string URI"),
            15,
            [b"?".as_slice(), &decoded].concat(),
        );
    }
    add(
        builder,
        &QUERY_IN_URI,
        "a `?` stayed at the end of the base string URI",
        5,
        b"?".to_vec(),
    );
    if let Some(fragment) = facts
        .typed
        .as_ref()
        .and_then(|typed| typed.fragment.as_ref())
    {
        add(
            builder,
            &FRAGMENT_IN_URI,
            "the `#fragment` stayed on the base string URI",
            0,
            [b"#".as_slice(), fragment].concat(),
        );
        for (what, query) in &queries {
            let suffix = [b"?".as_slice(), query, b"#", fragment].concat();
            builder.add(
                group::SUFFIX,
                Choice::facets(vec![
                    Found {
                        mistake: &QUERY_IN_URI,
                        detail: format!("{what} stayed on the base string URI"),
                    },
                    Found {
                        mistake: &FRAGMENT_IN_URI,
                        detail: "and so did the `#fragment`".to_owned(),
                    },
                ]),
                move |state| state.suffix.clone_from(&suffix),
            );
        }
    }
}

pub(super) fn form(builder: &mut Builder) {
    // What JavaScript and Python write where a relative URL has no scheme and no host.
    for text in ["null", "undefined", "None"] {
        for colon in ["", ":"] {
            builder.add(
                group::FORM,
                Choice::new(
                    &HOST_WRONG,
                    format!("`{text}` was signed for scheme and host, as of a relative URL"),
                )
                .rarer(40),
                move |state| {
                    let before = format!("{text}{colon}//{text}");
                    state.form = UriForm::Verbatim([before.as_bytes(), &state.path].concat());
                },
            );
        }
    }
    for (form, detail, rarer) in [
        (UriForm::PathOnly, "only the path was signed as the URI", 0),
        (
            UriForm::HostOnly,
            "only scheme and host were signed as the URI",
            5,
        ),
        (
            UriForm::WithoutScheme,
            "the URI was signed without its scheme",
            5,
        ),
    ] {
        builder.add(
            group::FORM,
            Choice::new(&PATH_ONLY, detail).rarer(rarer),
            move |state| {
                state.form = form.clone();
            },
        );
    }
}

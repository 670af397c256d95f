//! The URL as the code was given it, and the one in the client's own base string.

use super::path::resolve_dots;
use super::{
    Builder, HOST_CASE, HOST_IDN, HOST_USERINFO, HOST_WRONG, PATH_DECODED, PATH_EMPTY,
    PATH_NORMALIZED, PATH_PREFIX, PATH_REENCODED, PORT_DEFAULT_KEPT, PORT_WRONG, SCHEME_CASE,
    SCHEME_WRONG, TRAILING_SLASH_EXTRA, TRAILING_SLASH_MISSING, URL_AS_TYPED, UriForm, UriState,
    group,
};
use crate::choice::{Choice, Found};
use crate::facts::{Facts, UrlParts, show};
use crate::mistakes::Mistake;
use crate::stages::joining::URI_CORRUPTED;
use oauth1_core::encode::percent_decode;

/// The whole URL as the code was given it, whatever the HTTP library made of it.
pub(super) fn as_typed(builder: &mut Builder, facts: &Facts<'_>, typed: &UrlParts) {
    let canonical = UriState::canonical(facts);
    let mut found = Vec::new();
    let mut differs = |mistake, what: &str, text: &[u8], same: bool| {
        if !same {
            found.push(Found {
                mistake,
                detail: format!("{what} was signed as typed: `{}`", show(text)),
            });
        }
    };
    differs(
        &SCHEME_CASE,
        "the scheme",
        &typed.scheme,
        typed.scheme == canonical.scheme,
    );
    differs(
        &HOST_USERINFO,
        "user information",
        &typed.userinfo,
        typed.userinfo.is_empty(),
    );
    let host_mistake = if typed.host.eq_ignore_ascii_case(&canonical.host) {
        &HOST_CASE
    } else if typed.host.is_ascii() {
        &HOST_WRONG
    } else {
        &HOST_IDN
    };
    differs(
        host_mistake,
        "the host",
        &typed.host,
        typed.host == canonical.host,
    );
    let port_mistake = if canonical.port.is_empty() {
        &PORT_DEFAULT_KEPT
    } else {
        &PORT_WRONG
    };
    differs(
        port_mistake,
        "the port",
        &typed.port,
        typed.port == canonical.port,
    );
    let path_mistake = typed_path_mistake(&typed.path, &canonical.path);
    differs(
        path_mistake,
        "the path",
        &typed.path,
        typed.path == canonical.path,
    );
    if found.is_empty() {
        return;
    }
    if found.len() > 1 {
        let typed = typed.clone();
        builder.add(group::WHOLE, Choice::facets(found), move |state| {
            state.scheme.clone_from(&typed.scheme);
            state.userinfo.clone_from(&typed.userinfo);
            state.host.clone_from(&typed.host);
            state.port.clone_from(&typed.port);
            state.path.clone_from(&typed.path);
        });
    }
    let scheme = typed.scheme.clone();
    let mistake = if scheme.eq_ignore_ascii_case(&canonical.scheme) {
        &SCHEME_CASE
    } else {
        &SCHEME_WRONG
    };
    builder.add(
        group::SCHEME,
        Choice::new(mistake, format!("`{}` was signed, as typed", show(&scheme))),
        move |state| state.scheme.clone_from(&scheme),
    );
    let host = typed.host.clone();
    builder.add(
        group::HOST,
        Choice::new(
            host_mistake,
            format!("`{}` was signed, as typed", show(&host)),
        ),
        move |state| state.host.clone_from(&host),
    );
    let port = typed.port.clone();
    builder.add(
        group::PORT,
        Choice::new(
            port_mistake,
            format!("`{}` was signed, as typed", show(&port)),
        ),
        move |state| state.port.clone_from(&port),
    );
    let path = typed.path.clone();
    builder.add(
        group::PATH_SHAPE,
        Choice::new(
            path_mistake,
            format!(
                "the path was signed as typed, `{}`; what went over the wire is `{}`",
                show(&path),
                show(&canonical.path)
            ),
        ),
        move |state| state.path.clone_from(&path),
    );
    // A library that puts its own prefix before the path that it was given.
    let resolved = resolve_dots(&typed.path);
    if let Some(prefix) = canonical.path.strip_suffix(resolved.as_slice())
        && resolved != typed.path
    {
        let path = [prefix, &typed.path].concat();
        builder.add(
            group::PATH_SHAPE,
            Choice::new(
                &PATH_NORMALIZED,
                format!(
                    "`{}` was signed, before the dots in it were resolved",
                    show(&path)
                ),
            )
            .rarer(2),
            move |state| state.path.clone_from(&path),
        );
    }
    if !typed.userinfo.is_empty() {
        let userinfo = typed.userinfo.clone();
        builder.add(
            group::USERINFO,
            Choice::new(
                &HOST_USERINFO,
                "the user name and password of the URL were signed with the host",
            ),
            move |state| state.userinfo.clone_from(&userinfo),
        );
    }
}

/// What a client that signs `typed` and sends `wire` does, by name.
fn typed_path_mistake(typed: &[u8], wire: &[u8]) -> &'static Mistake {
    let decoded = percent_decode(wire);
    if typed.is_empty() {
        &PATH_EMPTY
    } else if wire.strip_suffix(b"/") == Some(typed) {
        &TRAILING_SLASH_MISSING
    } else if typed.strip_suffix(b"/") == Some(wire) {
        &TRAILING_SLASH_EXTRA
    } else if decoded.as_ref() == typed {
        &PATH_DECODED
    } else if percent_decode(typed) == decoded {
        &PATH_REENCODED
    } else if resolve_dots(typed) == resolve_dots(wire) {
        &PATH_NORMALIZED
    } else {
        &URL_AS_TYPED
    }
}

/// Departures that only the client's own base string can name: another host, another path, something else altogether.
pub(super) fn from_client(builder: &mut Builder, facts: &Facts<'_>, client: &[u8]) {
    let is_http = |parts: &UrlParts| {
        [&b"http"[..], b"https"]
            .iter()
            .any(|scheme| parts.scheme.eq_ignore_ascii_case(scheme))
    };
    let Some(parts) = UrlParts::split(client).filter(is_http) else {
        let text = client.to_vec();
        builder.add(
            group::FORM,
            Choice::new(
                &URI_CORRUPTED,
                format!(
                    "`{}` stands where the base string URI belongs",
                    show(client)
                ),
            )
            .rarer(60),
            move |state| state.form = UriForm::Verbatim(text.clone()),
        );
        return;
    };
    let canonical = UriState::canonical(facts);
    if !parts.host.eq_ignore_ascii_case(&canonical.host) {
        let host = parts.host.clone();
        builder.add(
            group::HOST,
            Choice::new(
                &HOST_WRONG,
                format!(
                    "`{}` was signed, `{}` was sent",
                    show(&host),
                    show(&canonical.host)
                ),
            )
            .rarer(20),
            move |state| state.host.clone_from(&host),
        );
    }
    if parts.port != canonical.port {
        let port = parts.port.clone();
        builder.add(
            group::PORT,
            Choice::new(&PORT_WRONG, format!("`{}` was signed", show(&port))).rarer(20),
            move |state| state.port.clone_from(&port),
        );
    }
    if parts.path != canonical.path {
        let path = parts.path.clone();
        let mistake = if ends_with(&path, &canonical.path) || ends_with(&canonical.path, &path) {
            &PATH_PREFIX
        } else {
            typed_path_mistake(&path, &canonical.path)
        };
        let mistake = if mistake.id == URL_AS_TYPED.id {
            &PATH_PREFIX
        } else {
            mistake
        };
        builder.add(
            group::PATH_SHAPE,
            Choice::new(
                mistake,
                format!(
                    "`{}` was signed, `{}` was sent",
                    show(&path),
                    show(&canonical.path)
                ),
            )
            .rarer(20),
            move |state| state.path.clone_from(&path),
        );
    }
}

fn ends_with(path: &[u8], tail: &[u8]) -> bool {
    tail.len() > 1 && path.ends_with(tail)
}

//! Scheme, host and port.

use super::{
    Builder, HOST_CASE, HOST_WRONG, PORT_DEFAULT_KEPT, PORT_DROPPED, PORT_WRONG, SCHEME_CASE,
    SCHEME_WRONG, UriState, group,
};
use crate::choice::Choice;
use crate::facts::{Facts, UrlParts, show};
use oauth1_core::base_string_uri::split_authority;

pub(super) fn authority(builder: &mut Builder, facts: &Facts<'_>) {
    let canonical = UriState::canonical(facts);
    let other: &[u8] = if canonical.scheme == b"https" {
        b"http"
    } else {
        b"https"
    };
    let scheme = other.to_vec();
    builder.add(
        group::SCHEME,
        Choice::new(
            &SCHEME_WRONG,
            format!(
                "`{}` was signed, the request went out over `{}`",
                show(other),
                show(&canonical.scheme)
            ),
        ),
        move |state| state.scheme.clone_from(&scheme),
    );
    builder.add(
        group::SCHEME,
        Choice::new(&SCHEME_CASE, "the scheme was signed in upper case"),
        |state| state.scheme.make_ascii_uppercase(),
    );

    let (sent_host, sent_port) = facts.sent_authority();
    let mut hosts: Vec<(Choice, Vec<u8>)> = vec![(
        Choice::new(&HOST_CASE, format!("`{}` was signed", show(sent_host))),
        sent_host.to_vec(),
    )];
    let mut wrong = |host: &[u8], whence: &str| {
        if !host.is_empty() {
            hosts.push((
                Choice::new(
                    &HOST_WRONG,
                    format!(
                        "`{}` was signed ({whence}), `{}` was sent",
                        show(host),
                        show(&canonical.host)
                    ),
                ),
                host.to_vec(),
            ));
        }
    };
    let mut ports: Vec<(Choice, Vec<u8>)> = Vec::new();
    for earlier in facts.earlier {
        let (host, _) = split_authority(&earlier.authority);
        wrong(host, "the host before the redirect");
        ports.push((
            Choice::new(&PORT_WRONG, "the port before the redirect was signed"),
            earlier
                .authority
                .get(host.len()..)
                .unwrap_or_default()
                .to_vec(),
        ));
    }
    for name in ["x-forwarded-host", "x-original-host", "x-host"] {
        for value in facts.request.header_values(name) {
            let (host, _) = split_authority(value);
            wrong(host, name);
        }
    }
    for name in ["origin", "referer"] {
        if let Some(parts) = facts.request.header(name).and_then(UrlParts::split) {
            wrong(&parts.host, name);
        }
    }
    match canonical.host.strip_prefix(b"www.") {
        Some(bare) => wrong(bare, "without www."),
        None => wrong(&[b"www.", canonical.host.as_slice()].concat(), "with www."),
    }
    for (name, alias) in [
        ("127.0.0.1", "localhost"),
        ("localhost", "127.0.0.1"),
        ("[::1]", "localhost"),
    ] {
        if canonical.host == name.as_bytes() {
            wrong(alias.as_bytes(), "another name of this machine");
        }
    }
    for (choice, host) in hosts {
        builder.add(group::HOST, choice, move |state| {
            state.host.clone_from(&host);
        });
    }
    builder.add(
        group::HOST,
        Choice::new(&HOST_CASE, "the host was signed in upper case").rarer(10),
        |state| {
            state.host.make_ascii_uppercase();
        },
    );

    let default: &[u8] = if canonical.scheme == b"https" {
        b":443"
    } else {
        b":80"
    };
    let other_default: &[u8] = if default == b":80" { b":443" } else { b":80" };
    if canonical.port.is_empty() {
        ports.push((
            Choice::new(
                &PORT_DEFAULT_KEPT,
                format!("`{}` was signed", show(default)),
            ),
            default.to_vec(),
        ));
        if sent_port != default {
            ports.push((
                Choice::new(
                    &PORT_DEFAULT_KEPT,
                    format!("`{}` was signed", show(sent_port)),
                ),
                sent_port.to_vec(),
            ));
        }
    } else {
        ports.push((
            Choice::new(
                &PORT_DROPPED,
                format!("`{}` was not signed", show(&canonical.port)),
            ),
            Vec::new(),
        ));
        ports.push((
            Choice::new(&PORT_WRONG, format!("`{}` was signed", show(default))),
            default.to_vec(),
        ));
    }
    ports.push((
        Choice::new(&PORT_WRONG, format!("`{}` was signed", show(other_default))),
        other_default.to_vec(),
    ));
    for port in [":8080", ":8443", ":3000", ":8000", ":5000"] {
        ports.push((
            Choice::new(&PORT_WRONG, format!("`{port}` was signed")).rarer(40),
            port.as_bytes().to_vec(),
        ));
    }
    for (choice, port) in ports {
        builder.add(group::PORT, choice, move |state| {
            state.port.clone_from(&port);
        });
    }
}

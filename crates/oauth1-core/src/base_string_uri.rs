//! Which URI is signed? `scheme://host[:port]/path` (§3.4.1.2).
//!
//! Scheme and host are written in lower case, the scheme's default port is left out, an empty path is `/`. Nothing else
//! changes: no dot segment is resolved, no slash folded, no escape decoded or rewritten (rules 41, 42, 45–47), because
//! the server sees the bytes that were sent and signs those.

use crate::{
    request::Request,
    scan::{find_within, split_once},
};
use alloc::{string::String, vec::Vec};
use core::fmt::Write;

/// The base string URI, not yet percent-encoded for the base string. Bytes, because a path may hold bytes that are not
/// ASCII.
///
/// ```
/// use oauth1_core::{base_string_uri::base_string_uri, request::Request};
/// let request = Request::from_url(b"GET", b"HTTP://EXAMPLE.COM:80/r%20v/X?id=123").unwrap();
/// assert_eq!(base_string_uri(&request), b"http://example.com/r%20v/X");
/// ```
pub fn base_string_uri(request: &Request) -> Vec<u8> {
    let mut uri = Vec::with_capacity(request.authority.len() + request.path.len() + 9);
    uri.extend_from_slice(request.scheme.prefix().as_bytes());
    write_after_scheme(request, |piece| uri.extend_from_slice(piece));
    uri
}

/// Splits an authority into host and port text.
///
/// An IPv6 address keeps its brackets. The port text may be empty (`h:`) and need not be a number. Text with several
/// colons outside brackets is taken for a host.
///
/// ```
/// use oauth1_core::base_string_uri::split_authority;
/// assert_eq!(split_authority(b"[::1]:80"), (&b"[::1]"[..], Some(&b"80"[..])));
/// assert_eq!(split_authority(b"h:"), (&b"h"[..], Some(&b""[..])));
/// assert_eq!(split_authority(b"h"), (&b"h"[..], None));
/// ```
pub fn split_authority(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    let (before_first, Some(_)) = split_once(authority, b':') else {
        return (authority, None);
    };
    let colon = authority.iter().rposition(|&byte| byte == b':');
    let (host, port) = authority.split_at(colon.unwrap_or_default());
    let complete = if host.starts_with(b"[") {
        host.ends_with(b"]")
    } else {
        host.len() == before_first.len()
    };
    if complete {
        (host, port.get(1..))
    } else {
        (authority, None)
    }
}

/// The URI as text for people: UTF-8 as it is, other bytes as `%XX`. Control characters are left in; escape them where
/// you print.
pub fn display(uri: &[u8]) -> String {
    let mut text = String::with_capacity(uri.len());
    for chunk in uri.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Hands the pieces of the URI after `scheme://` to `write`, in order, so that the base string can be built without a copy.
pub(crate) fn write_after_scheme(request: &Request, mut write: impl FnMut(&[u8])) {
    let (host, port) = split_authority(&request.authority);
    write_folded(host, Case::Lower, &mut write);
    if let Some(port) = port.and_then(|port| signed_port(port, request.scheme.default_port())) {
        write(b":");
        write(port);
    }
    // A path that lacks its slash (`*`, or empty) would otherwise run into the host.
    if !request.path.starts_with(b"/") {
        write(b"/");
    }
    write(&request.path);
}

/// The case in which ASCII letters are signed.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
}

/// Hands over a text in lower or upper case, in pieces, as few as can be.
pub(crate) fn write_folded(text: &[u8], case: Case, mut write: impl FnMut(&[u8])) {
    let other_case = match case {
        Case::Lower => (b'A', b'Z'),
        Case::Upper => (b'a', b'z'),
    };
    let mut rest = text;
    while let Some(at) = find_within(rest, other_case)
        && let Some((same, [byte, after @ ..])) = rest.split_at_checked(at)
    {
        write(same);
        // The two cases of a letter differ in this bit.
        write(&[byte ^ 0x20]);
        rest = after;
    }
    write(rest);
}

/// The port as it is signed; `None` for the default one.
///
/// An empty port is the default (`h:`), and leading zeros do not count (`h:080`): that is what a server sees that parses
/// the number (rule 40). Text that is no number is kept as it is; a strict verifier refuses it.
fn signed_port(port: &[u8], default: u16) -> Option<&[u8]> {
    if !port.iter().all(u8::is_ascii_digit) {
        return Some(port);
    }
    let zeros = port.iter().take_while(|&&byte| byte == b'0').count();
    let significant = port.get(zeros.min(port.len().saturating_sub(1))..)?;
    let number = core::str::from_utf8(significant).ok()?.parse();
    (!significant.is_empty() && number != Ok(default)).then_some(significant)
}

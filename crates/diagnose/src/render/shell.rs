//! A request as a curl command for a POSIX shell.

use crate::failure::Failure;
use oauth1_core::request::Request;

/// The command. Whoever pastes it sends the request that was signed, to the byte.
///
/// # Errors
/// Where a shell or a terminal would change a byte on the way.
pub(crate) fn curl(request: &Request) -> Result<String, Failure> {
    let url = super::emit::url(request);
    let method = quoted(&request.method)?;
    let mut words = match &request.method[..] {
        b"GET" if request.body.is_empty() => vec![],
        b"HEAD" => vec!["--head".to_owned()],
        _ => vec![format!("-X {method}")],
    };
    // curl reads [] and {} as patterns, and tidies dots up, unless it is told not to.
    if url.iter().any(|byte| b"[]{}".contains(byte)) {
        words.push("--globoff".to_owned());
    }
    if request
        .path
        .split(|&byte| byte == b'/')
        .any(|part| part == b"." || part == b"..")
    {
        words.push("--path-as-is".to_owned());
    }
    words.push(quoted(&url)?);
    for header in &request.headers {
        let (name, value) = (&header.name[..], &header.value[..]);
        let field: Vec<u8> = match value {
            // So it sends a header without a value.
            b"" => [name, b";"].concat(),
            _ => [name, b": ", value].concat(),
        };
        words.push(format!("-H {}", quoted(&field)?));
    }
    if !request.body.is_empty() {
        if request.header("Content-Type").is_none() {
            // It would send the type of a form, and the body would count among the parameters.
            words.push("-H 'Content-Type:'".to_owned());
        }
        words.push(format!("--data-raw {}", quoted(&request.body)?));
    }
    Ok(format!("curl {}", words.join(" \\\n  ")))
}

/// A word for a POSIX shell that stands for these bytes.
///
/// # Errors
/// For bytes that a terminal, an editor or a shell may change: controls (but line feed and tab), and what is not UTF-8.
pub(crate) fn quoted(bytes: &[u8]) -> Result<String, Failure> {
    let cannot = |what: &str| {
        Failure::usage(
            format!("the request holds {what}, which cannot be pasted safely"),
            "print it with --emit http, and send that.",
        )
    };
    let text = core::str::from_utf8(bytes).map_err(|_| cannot("bytes that are not UTF-8"))?;
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(cannot("a control character"));
    }
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

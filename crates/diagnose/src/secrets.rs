//! Where does a secret come from? A file, standard input, the environment, a prompt, or the command
//! line; and it never goes into a message.

use crate::failure::Failure;
use oauth1_core::key::Secret;
use std::{
    env,
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::Path,
};

/// No secret and no key file is longer.
const MAX_BYTES: usize = 64 * 1024;

/// The client shared secret, where no option names one.
pub(crate) const CONSUMER_SECRET_VARIABLE: &str = "OAUTH1_CONSUMER_SECRET";

/// The token shared secret, where no option names one.
pub(crate) const TOKEN_SECRET_VARIABLE: &str = "OAUTH1_TOKEN_SECRET";

/// The value of an option of the form `S|@FILE|-`; what is odd about it goes to `notes`.
pub(crate) fn from_option(
    option: &str,
    argument: &OsStr,
    notes: &mut Vec<String>,
) -> Result<Secret, Failure> {
    let bytes = argument.as_encoded_bytes();
    if bytes == b"-" {
        let mut text = Vec::new();
        read_limited(io::stdin().lock(), &mut text)
            .map_err(|error| Failure::io(option, Path::new("-"), &error))?;
        return Ok(without_line_end(option, text, notes));
    }
    if let Some(path) = argument.to_str().and_then(|text| text.strip_prefix('@')) {
        let text = read_file(option, Path::new(path))?;
        return Ok(without_line_end(option, text, notes));
    }
    Ok(Secret::new(bytes))
}

/// The value of an environment variable, as it is: `@` and `-` mean nothing there.
pub(crate) fn from_environment(variable: &str, notes: &mut Vec<String>) -> Option<Secret> {
    let value = env::var_os(variable)?;
    if value.is_empty() {
        notes.push(format!(
            "The environment variable {variable} is set but empty: an empty secret was used."
        ));
    }
    note_blanks(variable, value.as_encoded_bytes(), notes);
    Some(Secret::new(value.as_encoded_bytes()))
}

/// Asks on the terminal, without showing what is typed.
pub(crate) fn ask(name: &str) -> Result<Secret, Failure> {
    rpassword::prompt_password(format!("{name} (not shown): "))
        .map(|text| Secret::new(text.into_bytes()))
        .map_err(|error| {
            Failure::usage(
                format!("--ask needs a terminal to ask on: {error}"),
                "put the secret in a file and give --consumer-secret @FILE.",
            )
        })
}

/// The content of a secret or key file, to the byte.
pub(crate) fn read_file(option: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| read_limited(file, &mut text))
        .map_err(|error| Failure::io(option, path, &error))?;
    Ok(text)
}

fn read_limited(from: impl Read, to: &mut Vec<u8>) -> io::Result<()> {
    // Room for all of it at once: growing would leave copies of the secret behind.
    to.reserve_exact(MAX_BYTES + 1);
    from.take(MAX_BYTES as u64 + 1).read_to_end(to)?;
    if to.len() > MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is longer than 64 KiB, which no secret and no key is",
        ));
    }
    Ok(())
}

/// Takes the one line end off that editors and `echo` put there.
fn without_line_end(option: &str, mut text: Vec<u8>, notes: &mut Vec<String>) -> Secret {
    if text.ends_with(b"\n") {
        text.pop();
        if text.ends_with(b"\r") {
            text.pop();
        }
    }
    note_blanks(option, &text, notes);
    Secret::new(text)
}

fn note_blanks(source: &str, text: &[u8], notes: &mut Vec<String>) {
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if blank(text.first()) || blank(text.last()) {
        notes.push(format!(
            "The secret from {source} starts or ends with a blank or a line end; it was used as it is."
        ));
    }
}

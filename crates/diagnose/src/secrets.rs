//! Where does a secret come from? A file, standard input, the environment, a prompt, or the command
//! line; and it never goes into a message.

use crate::{
    cli::SecretArgs,
    failure::Failure,
    input::{is_file, without_line_end},
};
use oauth1_core::key::{Secret, SharedSecrets};
use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read},
    path::Path,
};

/// No secret and no key file is longer.
const MAX_BYTES: usize = 64 * 1024;

/// The client shared secret, where no option names one.
const CONSUMER_SECRET_VARIABLE: &str = "OAUTH1_CONSUMER_SECRET";

/// The token shared secret, where no option names one.
const TOKEN_SECRET_VARIABLE: &str = "OAUTH1_TOKEN_SECRET";

/// The secrets that were given; each may be absent.
#[derive(Default)]
pub(crate) struct Credentials {
    pub(crate) consumer_secret: Option<Secret>,
    pub(crate) token_secret: Option<Secret>,
    /// PEM.
    pub(crate) private_key: Option<Secret>,
}

impl Credentials {
    /// The same once more: each case of several has its own.
    pub(crate) fn copy(&self) -> Self {
        let same = |secret: &Option<Secret>| secret.as_ref().map(copy);
        Self {
            consumer_secret: same(&self.consumer_secret),
            token_secret: same(&self.token_secret),
            private_key: same(&self.private_key),
        }
    }
}

/// A secret once more. Secrets have no `Clone`, so that each copy is seen.
pub(crate) fn copy(secret: &Secret) -> Secret {
    Secret::new(secret.expose())
}

/// Both secrets, as the methods take them that are made of them.
pub(crate) fn shared(client: &Secret, token: Option<&Secret>) -> SharedSecrets {
    SharedSecrets {
        client: copy(client),
        token: token.map(copy),
    }
}

/// What the options and the environment say; what is odd about a secret goes to `notes`.
pub(crate) fn read(args: &SecretArgs, notes: &mut Vec<String>) -> Result<Credentials, Failure> {
    let (consumer_secret, token_secret) = if args.ask {
        (
            Some(ask("Client secret")?),
            Some(ask("Token secret, empty for none")?),
        )
    } else {
        let mut secret = |option, argument: &Option<OsString>, variable| {
            let given = from_option(option, argument.as_deref(), notes)?;
            Ok::<_, Failure>(given.or_else(|| from_environment(variable, notes)))
        };
        (
            secret(
                "--consumer-secret",
                &args.consumer_secret,
                CONSUMER_SECRET_VARIABLE,
            )?,
            secret("--token-secret", &args.token_secret, TOKEN_SECRET_VARIABLE)?,
        )
    };
    let private_key = (args.private_key_file.as_ref())
        .map(|path| read_file("--private-key-file", path).map(Secret::new));
    Ok(Credentials {
        consumer_secret,
        token_secret,
        private_key: private_key.transpose()?,
    })
}

/// The value of an option of the form `S|@FILE|-`; what is odd about it goes to `notes`.
pub(crate) fn from_option(
    option: &str,
    argument: Option<&OsStr>,
    notes: &mut Vec<String>,
) -> Result<Option<Secret>, Failure> {
    let Some(argument) = argument else {
        return Ok(None);
    };
    let text = if argument == "-" {
        let stdin = read_limited(io::stdin().lock());
        without_line_end(stdin.map_err(|error| Failure::io(option, Path::new("-"), &error))?)
    } else if let Some(path) = argument.to_str().and_then(|text| text.strip_prefix('@')) {
        without_line_end(read_file(option, Path::new(path))?)
    } else {
        if is_file(argument) {
            notes.push(format!(
                "The text of {option} is also the name of a file here. It was used as the secret itself; with @ in front, the file is read."
            ));
        }
        argument.as_encoded_bytes().to_vec()
    };
    note_blanks(option, &text, notes);
    Ok(Some(Secret::new(text)))
}

/// The value of an environment variable, as it is: `@` and `-` mean nothing there.
fn from_environment(variable: &str, notes: &mut Vec<String>) -> Option<Secret> {
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
fn ask(name: &str) -> Result<Secret, Failure> {
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
    File::open(path)
        .and_then(read_limited)
        .map_err(|error| Failure::io(option, path, &error))
}

fn read_limited(from: impl Read) -> io::Result<Vec<u8>> {
    // Room for all of it at once: growing would leave copies of the secret behind.
    let mut text = Vec::with_capacity(MAX_BYTES + 1);
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut text)?;
    if text.len() > MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is longer than 64 KiB, which no secret and no key is",
        ));
    }
    Ok(text)
}

fn note_blanks(source: &str, text: &[u8], notes: &mut Vec<String>) {
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if blank(text.first()) || blank(text.last()) {
        notes.push(format!(
            "The secret from {source} starts or ends with a blank or a line end; it was used as it is."
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_64_kibibytes_and_no_byte_more() {
        let file = |length: usize| read_limited(io::repeat(b'a').take(length as u64));
        assert!(file(MAX_BYTES).is_ok_and(|text| text.len() == MAX_BYTES));
        for length in [MAX_BYTES + 1, 10 * MAX_BYTES] {
            assert!(file(length).is_err_and(|error| error.kind() == io::ErrorKind::FileTooLarge));
        }
    }
}

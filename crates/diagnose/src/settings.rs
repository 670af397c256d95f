//! What a project says once: its provider, and where its secrets are. Both in `diagnose.toml` and in golden files.

use crate::{
    case::Defaults,
    cli::SchemeName,
    failure::{Failure, visible_path},
    input::{text_file, without_line_end},
    render::{Visible, json::ReadError},
    secrets,
};
use oauth1_core::key::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The project's own file.
const FILE: &str = "diagnose.toml";

/// What holds for many requests: `diagnose.toml`, and the `defaults` of a golden file.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The provider whose own rules apply too; `diagnose explain providers` lists them.
    pub(crate) provider: Option<String>,
    /// http or https, where the request does not say it.
    pub(crate) scheme: Option<SchemeName>,
    /// The client shared secret.
    pub(crate) consumer_secret: Option<SecretSource>,
    /// The token shared secret.
    pub(crate) token_secret: Option<SecretSource>,
    /// The private key of the RSA methods, PEM.
    pub(crate) private_key: Option<SecretSource>,
    /// The public key of the RSA methods, PEM.
    pub(crate) public_key: Option<SecretSource>,
}

/// Where a secret comes from. A golden file is kept in the project, so a real secret is never written into it.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum SecretSource {
    /// The name of an environment variable.
    Env(String),
    /// The name of a file, counted from the golden file's directory; one line end at its end is no part of the secret.
    File(PathBuf),
    /// The secret itself: for examples of a documentation only.
    Text(String),
}

impl Settings {
    /// These, and the file's where these say nothing.
    pub(crate) fn or(self, defaults: &Self) -> Self {
        let defaults = defaults.clone();
        Self {
            provider: self.provider.or(defaults.provider),
            scheme: self.scheme.or(defaults.scheme),
            consumer_secret: self.consumer_secret.or(defaults.consumer_secret),
            token_secret: self.token_secret.or(defaults.token_secret),
            private_key: self.private_key.or(defaults.private_key),
            public_key: self.public_key.or(defaults.public_key),
        }
    }

    /// The same, with the names of files counted from that directory.
    pub(crate) fn rooted(mut self, directory: &Path) -> Self {
        for source in self.sources() {
            if let Some(SecretSource::File(file)) = source {
                *file = directory.join(&*file);
            }
        }
        self
    }

    fn sources(&mut self) -> [&mut Option<SecretSource>; 4] {
        [
            &mut self.consumer_secret,
            &mut self.token_secret,
            &mut self.private_key,
            &mut self.public_key,
        ]
    }

    /// Takes the variables out that are not set: not every run needs every secret.
    fn drop_unset_variables(&mut self, notes: &mut Vec<String>) {
        for source in self.sources() {
            if let Some(SecretSource::Env(name)) = source
                && env::var_os(&name).is_none()
            {
                notes.push(format!(
                    "{FILE} names the environment variable {}, which is not set.",
                    Visible(name)
                ));
                *source = None;
            }
        }
    }

    /// Fills in what is not known yet.
    ///
    /// # Errors
    /// When a secret that is needed cannot be read, or the provider is none that is known.
    pub(crate) fn fill(&self, known: &mut Defaults) -> Result<(), Failure> {
        let secret = |known: &mut Option<Secret>, source: &Option<SecretSource>| {
            if let (None, Some(source)) = (&known, source) {
                *known = Some(Secret::new(source.read()?));
            }
            Ok::<_, Failure>(())
        };
        let credentials = &mut known.credentials;
        secret(&mut credentials.consumer_secret, &self.consumer_secret)?;
        secret(&mut credentials.token_secret, &self.token_secret)?;
        secret(&mut credentials.private_key, &self.private_key)?;
        if let (None, Some(source)) = (&known.public_key, &self.public_key) {
            known.public_key = Some(source.read()?.into_bytes());
        }
        known.scheme = known.scheme.or(self.scheme.map(Into::into));
        if let (None, Some(id)) = (&known.provider, &self.provider) {
            if oauth1_diagnosis::providers::find(id).is_none() {
                return Err(Failure::usage(
                    format!("the provider {} is none that is known", Visible(id)),
                    "diagnose explain providers lists them.",
                ));
            }
            known.provider = Some(id.clone());
        }
        Ok(())
    }
}

impl SecretSource {
    /// The secret.
    ///
    /// # Errors
    /// When the variable is not set or the file cannot be read.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Env(name) => env::var(name).map_err(|_| {
                Failure::usage(
                    format!("the environment variable {} is not set", Visible(name)),
                    "set it to the secret, in CI from the secret store.",
                )
            }),
            Self::File(file) => {
                let text = without_line_end(secrets::read_file("the secret", file)?);
                String::from_utf8(text).map_err(|_| {
                    Failure::usage(
                        format!("the secret {} is not UTF-8", visible_path(file)),
                        "give it on the command line.",
                    )
                })
            }
        }
    }
}

/// What the project's `diagnose.toml` says, and a note that it was read; nothing where there is none.
///
/// The file is that of the present directory, or of one above it up to the one that holds `.git`: no file of a stranger further
/// up is read.
pub(crate) fn of_project(notes: &mut Vec<String>) -> Result<Settings, Failure> {
    let Some(path) = project_file() else {
        return Ok(Settings::default());
    };
    let text = text_file("the settings", &path)?;
    let mut settings: Settings = parse(&text).map_err(|failure| failure.inside(&path))?;
    settings.drop_unset_variables(notes);
    notes.push(format!(
        "The settings of {} were used.",
        visible_path(&path)
    ));
    Ok(settings.rooted(path.parent().unwrap_or(Path::new("."))))
}

fn project_file() -> Option<PathBuf> {
    let present = env::current_dir().ok()?;
    let root = present
        .ancestors()
        .find(|above| above.join(".git").exists());
    let candidates = present
        .ancestors()
        .take_while(|above| root.is_none_or(|root| above.starts_with(root)))
        .take(if root.is_some() { usize::MAX } else { 1 });
    candidates
        .map(|directory| directory.join(FILE))
        .find(|file| file.is_file())
}

/// Reads a golden file or `diagnose.toml`.
///
/// # Errors
/// With the place, and never with the text that stands there, which may be a secret.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    toml::from_str(text).map_err(|error| {
        let message = error.message();
        // These name fields only; other messages may repeat a value.
        let names_fields = ["unknown field", "missing field"]
            .iter()
            .any(|start| message.starts_with(start));
        let message = if names_fields {
            Visible(message).to_string()
        } else {
            "something else was expected here; a secret is written as { env = \"NAME\" }, { file = \"NAME\" } or \
             { text = \"…\" }"
                .to_owned()
        };
        let at = error.span().map_or(0, |span| span.start);
        let (line, column) = position(text, at);
        Failure::from(ReadError {
            message,
            line,
            column,
        })
    })
}

/// Line and column of a byte, both counted from 1.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.split(|&byte| byte == b'\n').count();
    let start = before.iter().rposition(|&byte| byte == b'\n');
    (line, before.len() - start.map_or(0, |start| start + 1) + 1)
}

//! What is said when there is no report: the command line or the input cannot be used.

use crate::render::{Visible, json::ReadError};
use std::{fmt, io, path::Path};

/// One clear sentence, where it went wrong, and what to try. Never holds the value of a secret.
pub(crate) struct Failure {
    message: String,
    place: Option<(usize, usize)>,
    help: Option<String>,
}

impl Failure {
    /// The command line cannot be used as it is.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: Some(help.into()),
        }
    }

    /// A file or stream cannot be read.
    pub(crate) fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        Self {
            message: format!("cannot read {what} {}: {error}", visible_path(path)),
            place: None,
            help: (error.kind() == io::ErrorKind::NotFound)
                .then(|| "check the name; it counts from the present directory.".into()),
        }
    }

    /// The same, of a file that is not INPUT.
    pub(crate) fn inside(mut self, path: &Path) -> Self {
        self.message = format!("{}: {}", visible_path(path), self.message);
        self
    }

    /// The report cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self {
            message: format!("cannot write the report: {error}"),
            place: None,
            help: None,
        }
    }

    /// The line of the input where it went wrong, counted from 1.
    pub(crate) fn line(&self) -> Option<usize> {
        self.place.map(|(line, _)| line)
    }

    /// What to try; may be empty.
    pub(crate) fn help(&self) -> &str {
        self.help.as_deref().unwrap_or_default()
    }

    /// As the `error` of a JSON report.
    pub(crate) fn to_json(&self) -> ReadError {
        let (line, column) = self.place.unwrap_or((1, 1));
        ReadError {
            message: self.message.clone(),
            line,
            column,
        }
    }
}

impl From<oauth1_capture::CaptureError> for Failure {
    fn from(error: oauth1_capture::CaptureError) -> Self {
        Self {
            message: error.message,
            place: Some((error.line, error.column)),
            help: Some(error.help),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self {
            message: error.message,
            place: Some((error.line, error.column)),
            help: None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some((line, column)) = self.place {
            write!(f, "\n  at line {line}, column {column} of the input")?;
        }
        match &self.help {
            Some(help) if !help.is_empty() => write!(f, "\n  try: {help}"),
            _ => Ok(()),
        }
    }
}

/// A path in quotes, safe to print.
pub(crate) fn visible_path(path: &Path) -> String {
    format!("\"{}\"", Visible(&path.to_string_lossy()))
}

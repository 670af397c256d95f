//! Golden files of the requests that were taken, for `diagnose check`.

use crate::{
    case::Case,
    check::golden_file,
    failure::{Failure, visible_path},
};
use oauth1_diagnosis::report::Report;
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A directory that only its owner can read, and nobody else write.
pub(super) struct Recorder {
    directory: PathBuf,
}

impl Recorder {
    /// Makes the directory, or checks the one that is there.
    pub(super) fn new(directory: &Path) -> Result<Self, Failure> {
        let refuse = |why: &str| {
            Failure::usage(
                format!("--record {}: {why}", visible_path(directory)),
                "name a directory of your own; it is made where it is not there.",
            )
        };
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(directory) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found =
                    fs::symlink_metadata(directory).map_err(|error| refuse(&error.to_string()))?;
                if !found.is_dir() {
                    return Err(refuse("this is no directory, or a link"));
                }
                #[cfg(unix)]
                if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o022 != 0 {
                    return Err(refuse("others can write there"));
                }
            }
            Err(error) => return Err(refuse(&error.to_string())),
        }
        Ok(Self {
            directory: directory.to_owned(),
        })
    }

    /// Writes the golden file of a request; what kept it from being written.
    pub(super) fn keep(&mut self, id: u64, case: &Case, report: &Report) -> Option<String> {
        case.evidence.request.as_ref()?;
        let written = golden_file(case, report, &format!("request {id}"))
            .map_err(|failure| failure.to_json().message)
            .and_then(|text| self.write(id, &text).map_err(|error| error.to_string()));
        let why = written.err()?;
        Some(format!("request {id} was not recorded: {why}"))
    }

    /// Under the first name that is free: nothing is written over, and no link is followed.
    fn write(&self, id: u64, text: &str) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut name = format!("request-{id:04}.toml");
        for more in 2.. {
            match options.open(self.directory.join(&name)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && more < 10_000 => {
                    name = format!("request-{id:04}-{more}.toml");
                }
                opened => return opened?.write_all(text.as_bytes()),
            }
        }
        Ok(())
    }
}

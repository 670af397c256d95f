//! `diagnose check`.

use super::{CommonArgs, OutputFormat};
use clap::Args;
use std::{ffi::OsString, path::PathBuf};

/// Checks golden files, or your own signer against the documented examples.
///
/// A golden file holds requests with what must come of them, and is kept in your project. It is TOML; `--schema` prints its
/// JSON Schema, and `--init` writes a first one from a capture. A case that fails is diagnosed, not only compared.
///
/// With `--client` your own signer is run over the vectors that come with this program (and over the cases of PATH that say
/// how they are signed): it gets one JSON object on standard input and prints the base string, the signature or the
/// Authorization header. Each wrong answer is diagnosed.
///
/// Exit status: 0 when all is as expected, 1 when something is not, 2 when something could not be told.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// Golden files, or directories of them
    #[arg(required_unless_present_any = ["client", "init", "schema"])]
    pub(crate) paths: Vec<PathBuf>,

    /// Run this command, by the shell, as the signer under test
    #[arg(long, value_name = "CMD", help_heading = "Your own signer")]
    pub(crate) client: Option<String>,

    /// CMD is started once and answers line by line; without it, it is started for each request
    #[arg(long, requires = "client", help_heading = "Your own signer")]
    pub(crate) persistent: bool,

    /// Print a golden file for this capture
    #[arg(
        long,
        value_name = "INPUT",
        conflicts_with_all = ["paths", "client", "schema", "update"],
        help_heading = "Golden files"
    )]
    pub(crate) init: Option<OsString>,

    /// Write what came of the failing cases into the files; read the change before you keep it
    #[arg(long, conflicts_with = "client", help_heading = "Golden files")]
    pub(crate) update: bool,

    /// Print the JSON Schema of golden files
    #[arg(long, conflicts_with_all = ["paths", "client"], help_heading = "Golden files")]
    pub(crate) schema: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = OutputFormat::Human, help_heading = "Output")]
    pub(crate) format: OutputFormat,
}

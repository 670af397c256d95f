//! `diagnose check`.

use super::{CommonArgs, OutputFormat};
use clap::Args;
use std::{ffi::OsString, path::PathBuf};

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

//! `diagnose serve`.

use super::{CommonArgs, provider_names};
use crate::serve::Persona;
use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use std::{net::SocketAddr, path::PathBuf};

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Where your program sends its requests; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address, default_value = "127.0.0.1:0", help_heading = "Server")]
    pub(crate) listen: SocketAddr,

    /// Where the page for your browser is; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address, default_value = "127.0.0.1:0", help_heading = "Server")]
    pub(crate) page: SocketAddr,

    /// Whose answers are given, and whose rules apply: those of RFC 5849, or a provider's.
    /// `diagnose explain providers` lists them
    #[arg(long = "as", value_name = "rfc5849|PROVIDER", value_parser = personas(), hide_possible_values = true, default_value = "rfc5849", help_heading = "Server")]
    pub(crate) persona: Persona,

    /// Speak TLS, with a certificate made now; your program has to be told to trust it, or not to check
    #[arg(long, help_heading = "Server")]
    pub(crate) tls: bool,

    /// Write the certificate there, for programs that can be told to trust it
    #[arg(long, value_name = "FILE", requires = "tls", help_heading = "Server")]
    pub(crate) certificate_file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) forwarding: ForwardArgs,

    /// Save each request there as a golden file for `diagnose check`
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) record: Option<PathBuf>,

    /// One JSON object a line, for scripts: `listening` with both addresses, then one `request` for each
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,

    /// Listen on an address that other machines can reach. They can then send requests, and with the token open the page
    #[arg(long, help_heading = "Server")]
    pub(crate) i_know_this_is_public: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

// Where requests are passed on to.
#[derive(Args)]
pub(crate) struct ForwardArgs {
    /// Pass each request on to this server, and its answer back. The path of the URL is put in front
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "persona",
        help_heading = "Server"
    )]
    pub(crate) forward: Option<String>,

    /// Sign what is passed on anew, correctly and for that server: shows that nothing but the signature was wrong
    #[arg(long, requires = "forward", help_heading = "Server")]
    pub(crate) resign: bool,
}

/// An address with its port; `localhost` is 127.0.0.1.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let text = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    text.parse()
        .map_err(|_| "an address and a port were expected, such as 127.0.0.1:8080")
}

/// `rfc5849` and the providers.
fn personas() -> impl TypedValueParser<Value = Persona> {
    let all = std::iter::once(PossibleValue::new("rfc5849")).chain(provider_names());
    PossibleValuesParser::new(all).map(|name| Persona::find(&name).unwrap_or(Persona::Rfc5849))
}

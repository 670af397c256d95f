//! The registry of formats: what a capture may look like, what each form is called, and who reads it.

use crate::{
    Captured, Hints, base_string, bruno, curl, error::CaptureError, fetch, har, header, http,
    http_file, httpie, insomnia, json, log, pcap, postman, powershell, prints, python_debug,
    response, trace, url, windows,
};

/// The forms a capture comes in; detection, `--input-format` and `--help` are made from [`Format::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Raw HTTP/1.x request bytes.
    Http,
    /// A `curl` command.
    Curl,
    /// A `curl` command quoted for the Windows command line.
    Windows,
    /// A PowerShell command.
    PowerShell,
    /// A call of JavaScript's `fetch`.
    Fetch,
    /// A signed URL.
    Url,
    /// An `Authorization` header (line or value).
    Header,
    /// A signature base string.
    BaseString,
    /// Base string and key as a program printed them.
    Prints,
    /// The debug log of an OAuth library.
    Log,
    /// The JSON request object of `batch`.
    Json,
    /// A HAR 1.2 file.
    Har,
    /// A Postman collection.
    Postman,
    /// An Insomnia export.
    Insomnia,
    /// A Bruno request.
    Bruno,
    /// A `.http` or `.rest` file.
    HttpFile,
    /// What `HTTPie` or xh prints.
    Httpie,
    /// What curl or wget prints about a transfer.
    Trace,
    /// What Python's `http.client` prints.
    PythonDebug,
    /// A packet capture.
    Pcap,
    /// What the provider answered.
    Response,
}

/// What there is to say about a format; each module that reads one has its own.
pub(crate) struct Spec {
    /// The name that `--input-format` takes.
    pub(crate) name: &'static str,
    /// One line for `--help`.
    pub(crate) description: &'static str,
    /// What a reader calls it, with an article.
    pub(crate) noun: &'static str,
    /// Whether a text is of this form. It gets it without white space and a byte order mark in front.
    pub(crate) looks_like: fn(&[u8]) -> bool,
    /// What a text of this form may look like just as well.
    pub(crate) may_look_like: &'static [Format],
    /// Whether it is read with its byte order mark, which may be what is wrong.
    pub(crate) keeps_byte_order_mark: bool,
    /// Reads it. The list is not empty; offsets of errors count from the beginning of what is handed over.
    pub(crate) read: Reader,
}

/// See [`Spec::read`].
pub(crate) type Reader = fn(&[u8], &Hints) -> Result<Vec<Captured>, CaptureError>;

impl Format {
    /// All of them, in the order they are tried.
    pub const ALL: &'static [Self] = &[
        Self::Pcap,
        Self::Har,
        Self::Postman,
        Self::Insomnia,
        Self::Bruno,
        Self::Windows,
        Self::PowerShell,
        Self::Fetch,
        Self::Trace,
        Self::PythonDebug,
        Self::Response,
        Self::Log,
        Self::HttpFile,
        Self::Httpie,
        Self::Prints,
        Self::Json,
        Self::Curl,
        Self::Http,
        Self::Header,
        Self::Url,
        Self::BaseString,
    ];

    /// The name that `--input-format` takes, such as `http` or `base-string`.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// One line for `--help`.
    pub const fn description(self) -> &'static str {
        self.spec().description
    }

    pub(crate) const fn spec(self) -> &'static Spec {
        match self {
            Self::Http => &http::SPEC,
            Self::Curl => &curl::SPEC,
            Self::Windows => &windows::SPEC,
            Self::PowerShell => &powershell::SPEC,
            Self::Fetch => &fetch::SPEC,
            Self::Url => &url::SPEC,
            Self::Header => &header::SPEC,
            Self::BaseString => &base_string::SPEC,
            Self::Prints => &prints::SPEC,
            Self::Log => &log::SPEC,
            Self::Json => &json::SPEC,
            Self::Har => &har::SPEC,
            Self::Postman => &postman::SPEC,
            Self::Insomnia => &insomnia::SPEC,
            Self::Bruno => &bruno::SPEC,
            Self::HttpFile => &http_file::SPEC,
            Self::Httpie => &httpie::SPEC,
            Self::Trace => &trace::SPEC,
            Self::PythonDebug => &python_debug::SPEC,
            Self::Pcap => &pcap::SPEC,
            Self::Response => &response::SPEC,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_listed_once_under_its_own_name() {
        let mut names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!((names.len(), count), (21, 21));
    }
}

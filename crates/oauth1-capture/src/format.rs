//! The registry of formats: what a capture may look like, and what each form is called.

/// The forms a capture comes in; detection, `--input-format` and `--help` are made from [`Format::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Raw HTTP/1.x request bytes.
    Http,
    /// A `curl` command.
    Curl,
    /// A signed URL.
    Url,
    /// An `Authorization` header (line or value).
    Header,
    /// A signature base string.
    BaseString,
    /// The JSON request object of `batch`.
    Json,
}

impl Format {
    /// All of them, in the order they are tried.
    pub const ALL: &'static [Self] = &[
        Self::Json,
        Self::Curl,
        Self::Http,
        Self::Header,
        Self::Url,
        Self::BaseString,
    ];

    /// The name that `--input-format` takes: `http`, `curl`, `url`, `header`, `base-string`, `json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Curl => "curl",
            Self::Url => "url",
            Self::Header => "header",
            Self::BaseString => "base-string",
            Self::Json => "json",
        }
    }

    /// One line for `--help`.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Http => {
                "the bytes of an HTTP/1.x request: request line, headers, empty line, body"
            }
            Self::Curl => "a curl command, quoted for a POSIX shell; it is read, never run",
            Self::Url => "the URL that was requested, with its query (--method if it was not GET)",
            Self::Header => "an Authorization header, line or value, with --url and --method",
            Self::BaseString => "a signature base string: METHOD&URI&parameters",
            Self::Json => {
                r#"a JSON object with "method", "url", "headers" and "body" or "body_base64""#
            }
        }
    }

    /// What a reader calls it, with an article.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Http => "a raw HTTP request",
            Self::Curl => "a curl command",
            Self::Url => "a URL",
            Self::Header => "an Authorization header",
            Self::BaseString => "a signature base string",
            Self::Json => "a JSON request object",
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
        assert_eq!(
            names,
            ["base-string", "curl", "header", "http", "json", "url"]
        );
    }
}

//! Which options `curl` has, which of them take an argument, and which of them change the request.
//!
//! The list is that of curl 7.88 with the options that versions up to 8.17 added. An option that is not in it cannot be
//! skipped safely, because nobody knows whether the next word is its argument or the URL.

/// What an option does to the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nothing, and it takes no argument.
    Flag,
    /// Nothing, and it takes an argument.
    Value,
    /// `--url`
    Url,
    /// `-X`
    Method,
    /// `-H`
    Header,
    /// `-d`: `@` reads a file.
    Data,
    /// `--data-raw`: `@` is itself.
    DataRaw,
    /// `--data-urlencode`
    DataEncoded,
    /// `--json`
    Json,
    /// `-F`
    Form,
    /// `-T`
    Upload,
    /// `-G`
    Get,
    /// `-I`
    Head,
    /// `--url-query`
    UrlQuery,
    /// `-u`
    User,
    /// `--oauth2-bearer`
    Bearer,
    /// `--aws-sigv4`
    AwsSignature,
    /// `-A`
    UserAgent,
    /// `-e`
    Referer,
    /// `-b`
    Cookie,
    /// `--request-target`
    RequestTarget,
    /// `--path-as-is`
    PathAsIs,
    /// `-g`
    NoGlob,
    /// `--proto-default`
    DefaultScheme,
    /// `-K`
    Config,
    /// `--next`
    Next,
}

impl Meaning {
    /// Whether the option takes an argument.
    pub(crate) const fn takes_argument(self) -> bool {
        !matches!(
            self,
            Self::Flag | Self::Get | Self::Head | Self::PathAsIs | Self::NoGlob | Self::Next
        )
    }
}

/// The meaning of a long option, given without its `--`. `--no-x` switches the flag `x` off.
pub(crate) fn long(name: &[u8]) -> Option<Meaning> {
    let name = core::str::from_utf8(name).ok()?;
    listed(name).or_else(|| {
        let switched_off = listed(name.strip_prefix("no-")?)?;
        (!switched_off.takes_argument()).then_some(Meaning::Flag)
    })
}

fn listed(name: &str) -> Option<Meaning> {
    let contains = |names: &str| names.split_ascii_whitespace().any(|listed| listed == name);
    if let Some((.., meaning)) = MEANINGFUL.iter().find(|(long, ..)| *long == name) {
        Some(*meaning)
    } else if contains(VALUES) {
        Some(Meaning::Value)
    } else {
        contains(FLAGS).then_some(Meaning::Flag)
    }
}

/// The meaning of a short option.
pub(crate) fn short(letter: u8) -> Option<Meaning> {
    if let Some((.., meaning)) = MEANINGFUL
        .iter()
        .find(|(_, short, _)| *short == Some(letter))
    {
        Some(*meaning)
    } else if SHORT_VALUES.contains(&letter) {
        Some(Meaning::Value)
    } else {
        SHORT_FLAGS.contains(&letter).then_some(Meaning::Flag)
    }
}

/// The options that change the request: long name, short name, meaning.
const MEANINGFUL: &[(&str, Option<u8>, Meaning)] = &[
    ("url", None, Meaning::Url),
    ("request", Some(b'X'), Meaning::Method),
    ("header", Some(b'H'), Meaning::Header),
    ("data", Some(b'd'), Meaning::Data),
    ("data-ascii", None, Meaning::Data),
    ("data-binary", None, Meaning::Data),
    ("data-raw", None, Meaning::DataRaw),
    ("data-urlencode", None, Meaning::DataEncoded),
    ("json", None, Meaning::Json),
    ("form", Some(b'F'), Meaning::Form),
    ("form-string", None, Meaning::Form),
    ("upload-file", Some(b'T'), Meaning::Upload),
    ("get", Some(b'G'), Meaning::Get),
    ("head", Some(b'I'), Meaning::Head),
    ("url-query", None, Meaning::UrlQuery),
    ("user", Some(b'u'), Meaning::User),
    ("oauth2-bearer", None, Meaning::Bearer),
    ("aws-sigv4", None, Meaning::AwsSignature),
    ("user-agent", Some(b'A'), Meaning::UserAgent),
    ("referer", Some(b'e'), Meaning::Referer),
    ("cookie", Some(b'b'), Meaning::Cookie),
    ("request-target", None, Meaning::RequestTarget),
    ("path-as-is", None, Meaning::PathAsIs),
    ("globoff", Some(b'g'), Meaning::NoGlob),
    ("proto-default", None, Meaning::DefaultScheme),
    ("config", Some(b'K'), Meaning::Config),
    ("next", Some(b':'), Meaning::Next),
];

const SHORT_VALUES: &[u8] = b"cCDEhmoPQrtUwxyYz";
const SHORT_FLAGS: &[u8] = b"#012346aBfijJklLMnNOpqRsSvVZ";

const VALUES: &str = "
    abstract-unix-socket alt-svc cacert capath cert cert-type ciphers connect-timeout
    connect-to continue-at cookie-jar create-file-mode crlfile curves delegation dns-interface
    dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare
    etag-save expect100-timeout ftp-account ftp-alternative-to-user ftp-method ftp-port
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip help hostpubmd5 hostpubsha256
    hsts interface ip-tos ipfs-gateway keepalive-cnt keepalive-time key key-type knownhosts krb
    libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize
    max-redirs max-time netrc-file noproxy output output-dir parallel-max parallel-max-host pass
    pinnedpubkey preproxy proto proto-redir proxy proxy-cacert proxy-capath proxy-cert
    proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass
    proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype
    proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate
    resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs  socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit
    speed-time ssl-sessions stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers
    tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-flags
    variable vlan-priority write-out
";

const FLAGS: &str = "
    alpn anyauth append basic buffer ca-native cert-status clobber compressed compressed-ssh
    create-dirs crlf digest disable disable-eprt disable-epsv disallow-username-in-url
    doh-cert-status doh-insecure dump-ca-embed fail fail-early fail-with-body false-start follow
    form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control
    haproxy-protocol http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only
    ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive list-only
    location location-trusted mail-rcpt-allowfails manual metalink mptcp negotiate netrc
    netrc-optional npn ntlm ntlm-wb out-null parallel parallel-immediate post301 post302 post303
    progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest
    proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
    proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name
    remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir
    sessionid show-error silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl
    ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2
    sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options
    tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time
    use-ascii verbose version xattr
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_listed_once() {
        let mut names: Vec<&str> = MEANINGFUL.iter().map(|(long, ..)| *long).collect();
        names.extend(VALUES.split_ascii_whitespace());
        names.extend(FLAGS.split_ascii_whitespace());
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);

        let mut letters: Vec<u8> = MEANINGFUL
            .iter()
            .filter_map(|(_, short, _)| *short)
            .collect();
        letters.extend(SHORT_VALUES.iter().chain(SHORT_FLAGS));
        letters.sort_unstable();
        let count = letters.len();
        letters.dedup();
        assert_eq!(letters.len(), count);
    }

    #[test]
    fn only_flags_can_be_switched_off() {
        assert_eq!(long(b"no-location"), Some(Meaning::Flag));
        assert_eq!(long(b"no-get"), Some(Meaning::Flag));
        assert_eq!(long(b"no-output"), None);
        assert_eq!(long(b"no-no-get"), None);
    }
}

//! Rules 31–35 (§3.4.1.1, string construction) and 36–53 (§3.4.1.2, base string URI).

mod common;

use common::*;
use oauth1_core::{
    base_string::{BaseString, BaseStringError, parse},
    base_string_uri::{display, split_authority},
    request::{Request, Scheme, UrlError},
    verify::Rejection,
};

fn uri_of(url: &str) -> String {
    uri(&get(url))
}

#[test]
fn rule_031_method_is_in_upper_case_ascii_only() {
    let method = |method: &[u8]| {
        let request = Request::new(method, Scheme::Http, b"h", b"/");
        base(&request)
    };
    assert_eq!(method(b"get"), "GET&http%3A%2F%2Fh%2F&");
    assert_eq!(method(b"pAtCh"), "PATCH&http%3A%2F%2Fh%2F&");
    // The dotless i of a Turkish client stays what it is.
    assert_eq!(
        method("opt\u{131}ons".as_bytes()),
        "OPT%C4%B1ONS&http%3A%2F%2Fh%2F&"
    );
}

#[test]
fn rule_032_a_custom_method_is_encoded() {
    let request = Request::new(b"A&B", Scheme::Http, b"h", b"/");
    assert_eq!(base(&request), "A%26B&http%3A%2F%2Fh%2F&");
}

#[test]
fn rule_033_three_parts_and_two_ampersands() {
    let request = get("http://h/&?a=%26&b&&c=d&e");
    let text = base(&request);
    assert_eq!(
        text,
        "GET&http%3A%2F%2Fh%2F%26&a%3D%2526%26b%3D%26c%3Dd%26e%3D"
    );
    assert_eq!(text.matches('&').count(), 2);
    assert_eq!(
        parse(b"GET&a"),
        Err(BaseStringError::Separators { found: 1 })
    );
    assert_eq!(
        parse(b"GET&a&b=c&d=e"),
        Err(BaseStringError::Separators { found: 3 })
    );
    assert_eq!(parse(b""), Err(BaseStringError::Empty));
}

#[test]
fn rule_034_uri_and_parameters_are_encoded_as_wholes() {
    let joined = BaseString::from_parts(b"GET", b"http://h/%20", b"a=%20&b=");
    assert_eq!(
        joined.as_str(),
        "GET&http%3A%2F%2Fh%2F%2520&a%3D%2520%26b%3D"
    );
    assert_eq!(base(&get("http://h/%20?b&a=+")), joined.as_str());
}

#[test]
fn rule_035_without_parameters_the_string_ends_in_an_ampersand() {
    assert_eq!(base(&get("http://h/")), "GET&http%3A%2F%2Fh%2F&");
    assert_eq!(base(&get("http://h/?")), "GET&http%3A%2F%2Fh%2F&");
}

#[test]
fn a_base_string_is_split_with_its_places() {
    let text = b"GET&http%3A%2F%2Fh&a%3Db%3dc%26%26x";
    let parsed = parse(text).unwrap();
    assert_eq!(
        (parsed.method, parsed.uri, parsed.parameters),
        (0..3, 4..18, 19..35)
    );
    let pairs: Vec<_> = parsed
        .pairs
        .into_iter()
        .map(|pair| (pair.name, pair.value, pair.has_equals, pair.decoded_value))
        .collect();
    let expected = [
        (19..20, 23..28, true, b"b=c".to_vec()),
        (31..31, 31..31, false, Vec::new()),
        (34..35, 35..35, false, Vec::new()),
    ];
    assert_eq!(pairs, expected);
    assert_eq!(parse(b"GET&u&").unwrap().pairs, []);
}

#[test]
fn rule_036_scheme_and_host_are_in_lower_case() {
    assert_eq!(uri_of("HTTP://EXAMPLE.Com/PATH"), "http://example.com/PATH");
    assert_eq!(uri_of("hTTpS://eXample.com/"), "https://example.com/");
}

#[test]
fn rule_037_host_and_port_come_from_the_host_header() {
    let request = Request::new(b"GET", Scheme::Http, b"Proxy.example:8080", b"/r");
    assert_eq!(uri(&request), "http://proxy.example:8080/r");
}

#[test]
fn rule_038_default_port_is_left_out() {
    assert_eq!(uri_of("http://h:80/"), "http://h/");
    assert_eq!(uri_of("https://h:443/"), "https://h/");
    assert_eq!(uri_of("http://h:8080/"), "http://h:8080/");
    assert_eq!(uri_of("https://h:8443/"), "https://h:8443/");
}

#[test]
fn rule_039_the_other_schemes_default_port_is_kept() {
    assert_eq!(uri_of("http://h:443/"), "http://h:443/");
    assert_eq!(uri_of("https://h:80/"), "https://h:80/");
}

#[test]
fn rule_040_empty_port_and_leading_zeros() {
    assert_eq!(uri_of("http://h:/"), "http://h/");
    assert_eq!(uri_of("http://h:080/"), "http://h/");
    assert_eq!(uri_of("http://h:08080/"), "http://h:8080/");
    assert_eq!(uri_of("http://h:0/"), "http://h:0/");
    assert_eq!(uri_of("http://h:00/"), "http://h:0/");
    assert_eq!(uri_of("https://h:0443/"), "https://h/");
}

#[test]
fn rule_041_ipv6_literal_is_kept_in_lower_case_with_brackets() {
    assert_eq!(uri_of("http://[2001:DB8::1]:80/"), "http://[2001:db8::1]/");
    assert_eq!(
        uri_of("http://[0:0:0:0:0:0:0:1]:81/"),
        "http://[0:0:0:0:0:0:0:1]:81/"
    );
    assert_eq!(uri_of("http://[::1]/"), "http://[::1]/");
    assert_eq!(split_authority(b"[::1"), (&b"[::1"[..], None));
    assert_eq!(split_authority(b"::1"), (&b"::1"[..], None));
}

#[test]
fn rule_042_the_hosts_bytes_are_kept() {
    for host in [
        "example.com.",
        "a_b.example",
        "0x7f.1",
        "0177.0.0.1",
        "exa%6dple.com",
        "b\u{fc}cher.example",
    ] {
        assert_eq!(
            uri_of(&format!("http://{host}/")),
            format!("http://{host}/")
        );
    }
    // Only ASCII letters change.
    assert_eq!(
        uri_of("http://B\u{dc}CHER.example/"),
        "http://b\u{dc}cher.example/"
    );
}

#[test]
fn rule_043_userinfo_is_left_out() {
    assert_eq!(uri_of("http://user:pass@h:81/x"), "http://h:81/x");
    assert_eq!(uri_of("http://a@b@h/x@y"), "http://h/x@y");
}

#[test]
fn rule_044_empty_path_is_a_slash() {
    assert_eq!(uri_of("http://h"), "http://h/");
    assert_eq!(uri_of("http://h?a=b"), "http://h/");
    let asterisk = Request::new(b"OPTIONS", Scheme::Http, b"h", b"*");
    assert_eq!(uri(&asterisk), "http://h/*");
}

#[test]
fn rule_045_the_paths_bytes_are_kept() {
    for path in [
        "/a/../b",
        "/a/%2e%2E/b",
        "//a//b/",
        "/%7Ea/~a",
        "/%c3%A9",
        "/a\\b",
        "/a%2Fb",
        "/.",
    ] {
        assert_eq!(
            uri_of(&format!("http://h{path}")),
            format!("http://h{path}")
        );
    }
}

#[test]
fn rule_046_path_parameters_belong_to_the_path() {
    // From python-oauth2's tests.
    let url = "http://social.yahooapis.com/v1/user/6677/connections;start=0;count=20";
    assert_eq!(uri_of(url), url);
}

#[test]
fn rule_047_illegal_path_bytes_are_signed_as_sent() {
    let request = Request::new(b"GET", Scheme::Http, b"h", b"/hello world/\xE9");
    assert_eq!(base(&request), "GET&http%3A%2F%2Fh%2Fhello%20world%2F%E9&");
    assert_eq!(display(b"http://h/\xE9 \xC3\xA9"), "http://h/%E9 \u{e9}");
}

#[test]
fn rule_048_query_and_fragment_are_left_out() {
    assert_eq!(uri_of("http://h/p?q=1#f"), "http://h/p");
    assert_eq!(uri_of("http://h/p#f?q=1"), "http://h/p");
    assert_eq!(base(&get("http://h/p#f?q=1")), "GET&http%3A%2F%2Fh%2Fp&");
    assert_eq!(
        base(&get("http://h/p?q=1#f&r=2")),
        "GET&http%3A%2F%2Fh%2Fp&q%3D1"
    );
}

#[test]
fn rule_049_a_trailing_slash_counts() {
    assert_ne!(uri_of("http://h/p"), uri_of("http://h/p/"));
}

#[test]
fn rule_050_an_absolute_target_is_read_as_a_url() {
    let request = get("http://H.example:80/p?a");
    assert_eq!(
        (request.authority.as_slice(), request.path.as_slice()),
        (&b"H.example:80"[..], &b"/p"[..])
    );
    assert_eq!(
        Request::from_url(b"GET", b"ftp://h/"),
        Err(UrlError::NoScheme)
    );
    assert_eq!(Request::from_url(b"GET", b"/p"), Err(UrlError::NoScheme));
    for no_host in [
        "http://",
        "http:///p",
        "http://:80/",
        "http://user@/",
        "https://?a",
    ] {
        assert_eq!(
            Request::from_url(b"GET", no_host.as_bytes()),
            Err(UrlError::NoHost),
            "{no_host}"
        );
    }
}

#[test]
fn rule_051_exactly_one_valid_host() {
    let with_hosts = |authority: &[u8], hosts: &[&str]| {
        let request = Request::new(b"GET", Scheme::Http, authority, b"/");
        let request = hosts
            .iter()
            .fold(request, |request, host| with_header(request, "host", *host));
        read(&request).err()
    };
    let next = Some(Rejection::Missing("oauth_consumer_key"));
    assert_eq!(with_hosts(b"", &[]), Some(Rejection::Host));
    assert_eq!(with_hosts(b"h", &["h", "h"]), Some(Rejection::SeveralHosts));
    assert_eq!(with_hosts(b"h", &["h"]), next);
    for bad in [
        "a b", "u@h", "h/p", "h:65536", "h:x", "h:-1", "h:+80", "h?", "h#", ":80",
    ] {
        assert_eq!(
            with_hosts(bad.as_bytes(), &[]),
            Some(Rejection::Host),
            "{bad}"
        );
    }
    for good in ["h:", "h:65535", "[::1]:80", "h."] {
        assert_eq!(with_hosts(good.as_bytes(), &[]), next, "{good}");
    }
    assert_eq!(Rejection::SeveralHosts.status(), 400);
}

#[test]
fn rule_052_the_scheme_is_given_and_no_forwarding_header_changes_it() {
    let request = Request::new(b"GET", Scheme::Http, b"h", b"/");
    let request = with_header(request, "X-Forwarded-Proto", "https");
    let request = with_header(request, "X-Forwarded-Host", "other");
    assert_eq!(uri(&request), "http://h/");
    let secure = Request {
        scheme: Scheme::Https,
        ..request
    };
    assert_eq!(uri(&secure), "https://h/");
    assert_eq!(
        [Scheme::Http, Scheme::Https].map(Scheme::as_str),
        ["http", "https"]
    );
}

#[test]
fn rule_053_an_authority_of_http_2_is_a_host() {
    // `:authority` and `:scheme` of a browser's recording fill the same fields.
    let request = Request::new(b"GET", Scheme::Https, b"Example.com:443", b"/a?b");
    assert_eq!(base(&request), "GET&https%3A%2F%2Fexample.com%2Fa&b%3D");
}

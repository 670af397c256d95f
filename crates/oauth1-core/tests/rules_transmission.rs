//! Rules 101–118 (§3.5, how the parameters travel).

mod common;

use common::*;
use oauth1_core::{
    authorization::{Authorization, Issue, IssueKind, format_authorization},
    method::SignatureMethod::HmacSha1,
    parameters::Source,
    request::BodyKind,
    sign::{Freshness, Protocol, SignError},
    verify::Rejection,
};

fn protocol() -> Protocol<'static> {
    Protocol::new(
        "ck",
        Freshness {
            timestamp: NOW,
            nonce: "n",
        },
    )
}

/// The pairs, decoded, and the kinds of issues of a header after its scheme.
fn parse(parameters: &str) -> (Vec<(String, String)>, Vec<IssueKind>) {
    parse_value(&format!("OAuth {parameters}"))
}

fn parse_value(value: &str) -> (Vec<(String, String)>, Vec<IssueKind>) {
    let parsed = Authorization::parse(value.as_bytes()).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = parsed
        .parameters
        .iter()
        .map(|one| (text(&one.name), text(&one.value)))
        .collect();
    let kinds = parsed.issues.iter().map(|issue| issue.kind).collect();
    (pairs, kinds)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What strict verification says to a request whose header has this value, for a verdict on the header alone.
fn strict(value: &str) -> Option<Rejection> {
    read(&with_authorization(get("http://h/"), value)).err()
}

#[test]
fn rule_101_all_protocol_parameters_are_in_one_place() {
    let mut request = form("oauth_token=b");
    request.query = Some(b"oauth_token=q".to_vec());
    assert_eq!(
        read(&request).err(),
        Some(Rejection::SeveralPlaces(Source::Query, Source::Body))
    );
    let header = with_authorization(form("oauth_version=1.0"), format!("OAuth {REQUIRED}"));
    assert_eq!(
        read(&header).err(),
        Some(Rejection::SeveralPlaces(Source::Header, Source::Body))
    );
}

#[test]
fn rule_102_each_place_can_be_chosen() {
    let key = signing_key(HmacSha1);
    for place in [Source::Header, Source::Query, Source::Body] {
        let signed = protocol().sign(get("http://h/?a=1"), &key, place).unwrap();
        assert_eq!(read(&signed.request).map(|claim| claim.place()), Ok(place));
        assert_eq!(verify(&signed.request), Ok(()), "{place}");
    }
}

#[test]
fn rule_103_the_scheme_is_oauth_in_any_case() {
    let token = pairs(&[("a", "b")]);
    assert_eq!(parse_value("OAuth a=\"b\""), (token.clone(), vec![]));
    assert_eq!(
        parse_value("oAUTH a=\"b\""),
        (token.clone(), vec![IssueKind::SchemeCase])
    );
    assert_eq!(
        parse_value("OAuth\ta=\"b\""),
        (token.clone(), vec![IssueKind::SchemeSeparator])
    );
    assert_eq!(
        parse_value("OAuth,a=\"b\""),
        (token, vec![IssueKind::SchemeSeparator])
    );
    let glued = parse_value("OAuthoauth_token=\"b\"");
    assert_eq!(
        glued,
        (
            pairs(&[("oauth_token", "b")]),
            vec![IssueKind::SchemeSeparatorMissing]
        )
    );
    for other in [
        "OAuth2 a=\"b\"",
        "Bearer x",
        "",
        "OAut",
        "XOAuth a=\"b\"",
        "Digest a=\", OAuth b=\"",
        // An escaped quote does not end the string.
        "Digest a=\"\\\", OAuth b=\"",
    ] {
        assert!(Authorization::parse(other.as_bytes()).is_none(), "{other}");
    }
    assert!(parse_value("OAuth").0.is_empty());
}

#[test]
fn rule_104_values_are_in_double_quotes() {
    let ab = pairs(&[("a", "1"), ("b", "2")]);
    assert_eq!(parse("a=1,b=2"), (ab.clone(), vec![IssueKind::Unquoted; 2]));
    assert_eq!(
        parse("a='1', b='2'"),
        (ab.clone(), vec![IssueKind::SingleQuotes; 2])
    );
    assert_eq!(
        parse("a=\"1\"&b=\"2\""),
        (ab.clone(), vec![IssueKind::WrongSeparator])
    );
    assert_eq!(
        parse("a=\"1\"; b=\"2\""),
        (ab.clone(), vec![IssueKind::WrongSeparator])
    );
    assert_eq!(
        parse("a=\"1\" b=\"2\""),
        (ab, vec![IssueKind::WrongSeparator])
    );
    assert_eq!(
        strict("OAuth a=1"),
        Some(Rejection::Missing("oauth_consumer_key"))
    );
    assert_eq!(
        strict("OAuth a='1'"),
        Some(Rejection::Authorization {
            kind: IssueKind::SingleQuotes,
            span: 8..11
        })
    );
}

/// The places are counted by hand, from the header's first byte on.
#[test]
fn every_issue_tells_its_place() {
    use IssueKind::*;
    for (value, kind, span) in [
        ("oAUTH a=\"b\"", SchemeCase, 0..5),
        ("OAuth\ta=\"b\"", SchemeSeparator, 5..6),
        ("OAuthoauth_token=\"b\"", SchemeSeparatorMissing, 5..5),
        ("Basic x, OAuth a=\"b\"", OtherCredentials, 0..9),
        ("OAuth Realm=\"x\"", RealmCase, 6..11),
        ("OAuth a=1", Unquoted, 8..9),
        ("OAuth a='1'", SingleQuotes, 8..11),
        ("OAuth a=\"1\"&b=\"2\"", WrongSeparator, 11..12),
        ("OAuth a=\"1\" b=\"2\"", WrongSeparator, 12..12),
        ("OAuth a = \"1\"", SpaceAroundEquals, 7..10),
        ("OAuth , a=\"1\"", EmptyElement, 6..7),
        ("OAuth a=\"1\",, b=\"2\"", EmptyElement, 12..13),
        ("OAuth a=\"1\",", EmptyElement, 11..12),
        ("OAuth \", a=\"1\"", BrokenQuoting, 6..7),
        ("OAuth a=\"1", BrokenQuoting, 8..10),
        ("OAuth a, b=\"2\"", NoEquals, 6..7),
        ("OAuth a=\"%4\"", BrokenEscape, 9..10),
        ("OAuth a=\"1+\"", NotEncoded, 10..11),
    ] {
        let parsed = Authorization::parse(value.as_bytes()).unwrap();
        assert_eq!(parsed.issues, [Issue { kind, span }], "{value}");
    }
}

#[test]
fn a_header_with_broken_quoting_is_read_on_after_it() {
    let value = "OAuth realm=\"a \"b\", c=d&e\", oauth_consumer_key=\"x\"";
    let parsed = Authorization::parse(value.as_bytes()).unwrap();
    assert_eq!(parsed.realm.as_deref(), Some(&b"a \"b\", c=d&e"[..]));
    assert_eq!(
        parse_value(value),
        (
            pairs(&[("oauth_consumer_key", "x")]),
            vec![IssueKind::BrokenQuoting]
        )
    );
    let unclosed = parse("a=\"1, b=\"2\", c=\"3\"");
    assert_eq!(
        unclosed,
        (
            pairs(&[("a", "1"), ("b", "2"), ("c", "3")]),
            vec![IssueKind::BrokenQuoting]
        )
    );
    let last = parse("a=\"1\", b=\"2");
    assert_eq!(
        last,
        (
            pairs(&[("a", "1"), ("b", "2")]),
            vec![IssueKind::BrokenQuoting]
        )
    );
    let only = parse("a=\"1, b=2");
    assert_eq!(
        only,
        (
            pairs(&[("a", "1"), ("b", "2")]),
            vec![IssueKind::BrokenQuoting, IssueKind::Unquoted]
        )
    );
    // What is not closed ends at the comma that a whole element follows.
    assert_eq!(
        parse("a=\"1, x, b=2"),
        (
            pairs(&[("a", "1, x"), ("b", "2")]),
            vec![
                IssueKind::BrokenQuoting,
                IssueKind::NotEncoded,
                IssueKind::Unquoted
            ]
        )
    );
    // `y z` is no name, so its comma belongs to the value.
    assert_eq!(
        parse("a=\"x, y z=\"w\""),
        (
            pairs(&[("a", "x, y z=\"w")]),
            vec![IssueKind::BrokenQuoting, IssueKind::NotEncoded]
        )
    );
    assert_eq!(
        parse("a, b=\"2\""),
        (pairs(&[("b", "2")]), vec![IssueKind::NoEquals])
    );
}

#[test]
fn broken_quoting_is_not_also_a_missing_comma() {
    assert_eq!(
        parse("a=\"b\"c"),
        (
            pairs(&[("a", "b")]),
            vec![IssueKind::BrokenQuoting, IssueKind::NoEquals]
        )
    );
    assert_eq!(
        parse("\"a=\"1\""),
        (pairs(&[("a", "1")]), vec![IssueKind::BrokenQuoting])
    );
}

#[test]
fn a_value_without_quotes_ends_at_a_separator_or_before_the_next_element() {
    assert_eq!(
        parse("a=1 , b=2 "),
        (
            pairs(&[("a", "1"), ("b", "2")]),
            vec![IssueKind::Unquoted; 2]
        )
    );
    assert_eq!(
        parse("a=b c, d=e=f"),
        (
            pairs(&[("a", "b c"), ("d", "e=f")]),
            [[IssueKind::Unquoted, IssueKind::NotEncoded]; 2].concat()
        )
    );
    // An element begins with a name.
    assert_eq!(
        parse("a=b =c"),
        (
            pairs(&[("a", "b =c")]),
            vec![IssueKind::Unquoted, IssueKind::NotEncoded]
        )
    );
    let empty = Authorization::parse(b"OAuth a= , b=\"2\"").unwrap();
    assert_eq!(*empty.parameters[0].value, *b"");
    let expected = [
        (IssueKind::SpaceAroundEquals, 7..9),
        (IssueKind::Unquoted, 9..9),
    ];
    assert_eq!(
        empty.issues,
        expected.map(|(kind, span)| Issue { kind, span })
    );
}

#[test]
fn rule_105_no_blanks_around_equals() {
    let b = pairs(&[("a", "b")]);
    for text in ["a =\"b\"", "a= \"b\"", "a\t= \"b\""] {
        assert_eq!(
            parse(text),
            (b.clone(), vec![IssueKind::SpaceAroundEquals]),
            "{text}"
        );
    }
    assert!(!IssueKind::SpaceAroundEquals.is_fatal());
}

#[test]
fn rule_106_commas_with_any_white_space() {
    let ab = pairs(&[("a", ""), ("b", "2")]);
    for text in ["a=\"\",b=\"2\"", "a=\"\" ,\t b=\"2\"", " a=\"\", b=\"2\" "] {
        assert_eq!(parse(text), (ab.clone(), vec![]), "{text}");
    }
    for text in [", a=\"\", b=\"2\"", "a=\"\",, b=\"2\"", "a=\"\", b=\"2\","] {
        assert_eq!(
            parse(text),
            (ab.clone(), vec![IssueKind::EmptyElement]),
            "{text}"
        );
    }
    assert!(!IssueKind::EmptyElement.is_fatal());
}

#[test]
fn rule_107_folded_lines_are_blanks() {
    assert_eq!(
        parse("a=\"1\",\r\n  b=\"2\""),
        (pairs(&[("a", "1"), ("b", "2")]), vec![])
    );
}

#[test]
fn rule_108_plus_stays_plus_in_a_header() {
    let (pairs_found, issues) = parse("a=\"1+2%20\"");
    assert_eq!(pairs_found, pairs(&[("a", "1+2 ")]));
    assert_eq!(issues, [IssueKind::NotEncoded]);
}

#[test]
fn rule_109_a_signature_not_encoded_is_readable() {
    let request = signed(REQUIRED);
    let value = String::from_utf8_lossy(request.header("Authorization").unwrap()).into_owned();
    let (head, signature) = value.split_once("oauth_signature=").unwrap();
    let raw = signature
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    assert_ne!(raw, signature);
    let request = with_authorization(
        get("http://example.com/r"),
        format!("{head}oauth_signature={raw}"),
    );
    assert_eq!(verify(&request), Ok(()));
    assert_eq!(parse("a=\"/+=\"").1, [IssueKind::NotEncoded]);
}

#[test]
fn rule_110_a_doubly_encoded_signature_is_refused() {
    let request = signed(REQUIRED);
    let value = String::from_utf8_lossy(request.header("Authorization").unwrap()).into_owned();
    let (head, signature) = value.split_once("oauth_signature=").unwrap();
    let twice = signature.replace('%', "%25");
    let request = with_authorization(
        get("http://example.com/r"),
        format!("{head}oauth_signature={twice}"),
    );
    assert_eq!(verify(&request), Err(Rejection::SignatureNotBase64));
    let required = "oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_nonce=n";
    let query = signed_query(required);
    assert_eq!(verify(&query), Ok(()));
    let text = String::from_utf8(query.query.clone().unwrap())
        .unwrap()
        .replace('%', "%25");
    assert_eq!(
        verify(&get(format!("http://example.com/r?{text}"))),
        Err(Rejection::SignatureNotBase64)
    );
}

#[test]
fn rule_111_values_are_decoded_once() {
    let protocol = Protocol {
        token: Some("a%2Fb"),
        ..protocol()
    };
    for place in [Source::Header, Source::Query, Source::Body] {
        let signed = protocol
            .sign(get("http://h/"), &signing_key(HmacSha1), place)
            .unwrap();
        assert!(
            signed
                .base_string
                .as_str()
                .contains("oauth_token%3Da%25252Fb")
        );
        assert_eq!(verify(&signed.request), Ok(()));
        let claim = read(&signed.request).unwrap();
        assert_eq!(claim.token(), Some(&b"a%2Fb"[..]));
        assert_eq!(claim.consumer_key(), b"ck");
    }
}

#[test]
fn rule_112_realm_is_a_quoted_string() {
    let realm = |text: &str| {
        let value = format!("OAuth realm={text}, a=\"b\"");
        let parsed = Authorization::parse(value.as_bytes()).unwrap();
        assert_eq!(
            (parsed.parameters.len(), parsed.issues.len()),
            (1, 0),
            "{text}"
        );
        String::from_utf8(parsed.realm.unwrap()).unwrap()
    };
    assert_eq!(realm("\"a, b=\\\"c\\\\\\\"\""), "a, b=\"c\\\"");
    assert_eq!(realm("\"%20 +\""), "%20 +");
    assert_eq!(realm("\"\""), "");
    assert_eq!(parse("Realm=\"x\"").1, [IssueKind::RealmCase]);
    let pair: [(&[u8], &[u8]); 1] = [(b"a&", b"\xFF\"")];
    assert_eq!(
        format_authorization(Some("q\"\\\r\n\u{e9}"), &pair),
        "OAuth realm=\"q\\\"\\\\\u{e9}\", a%26=\"%FF%22\""
    );
    assert_eq!(format_authorization(None, &[]), "OAuth");
}

#[test]
fn rule_113_several_credentials_are_refused_and_the_first_oauth_one_is_read() {
    let (found, issues) = parse_value("Basic dXNlcjpw, OAuth a=\"b\"");
    assert_eq!(
        (found, issues),
        (pairs(&[("a", "b")]), vec![IssueKind::OtherCredentials])
    );
    assert_eq!(
        strict("Basic x, OAuth a=\"b\""),
        Some(Rejection::Authorization {
            kind: IssueKind::OtherCredentials,
            span: 0..9
        })
    );
    // Only in a quoted string does a backslash escape.
    assert_eq!(
        parse_value("Basic a\\, OAuth a=\"b\""),
        (pairs(&[("a", "b")]), vec![IssueKind::OtherCredentials])
    );
    let two = with_authorization(get("http://h/"), "Basic x");
    let two = with_authorization(two, "OAuth a=\"1\"");
    let three = with_authorization(two, "OAuth a=\"2\"");
    assert_eq!(normalized(&three), "a=1");
    assert_eq!(
        read(&three).err(),
        Some(Rejection::SeveralAuthorizationHeaders)
    );
}

#[test]
fn rule_114_a_refusal_tells_its_section() {
    let rejection = strict("OAuth a='1'").unwrap();
    assert_eq!(rejection.section(), "3.5.1");
    assert_eq!(
        rejection.to_string(),
        "the Authorization header is malformed at byte 8: value in single quotes instead of double quotes"
    );
}

#[test]
fn rule_115_a_body_carries_the_parameters_only_as_a_form() {
    let required = "oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1";
    let request = post("http://h/", "text/plain", required);
    assert_eq!(
        read(&request).err(),
        Some(Rejection::Missing("oauth_consumer_key"))
    );
    let sign = |request| {
        protocol()
            .sign(request, &signing_key(HmacSha1), Source::Body)
            .err()
    };
    let json = post("http://h/", "application/json", "{}");
    assert_eq!(sign(json), Some(SignError::BodyIsNoForm(BodyKind::Json)));
    let mut untyped = get("http://h/");
    untyped.body = b"a=1".to_vec();
    assert_eq!(
        sign(untyped),
        Some(SignError::BodyIsNoForm(BodyKind::Other))
    );
    let gzip = with_header(form("a=1"), "Content-Encoding", "gzip");
    assert_eq!(sign(gzip), Some(SignError::BodyIsNoForm(BodyKind::Form)));
}

#[test]
fn rule_116_in_a_body_they_come_after_the_others() {
    let signed = protocol()
        .sign(form("z=%7e&a+b"), &signing_key(HmacSha1), Source::Body)
        .unwrap();
    let body = String::from_utf8(signed.request.body.clone()).unwrap();
    let expected = "z=%7e&a+b&oauth_consumer_key=ck&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&\
                    oauth_timestamp=1700000000&oauth_signature=";
    assert!(body.starts_with(expected), "{body}");
    assert_eq!(base(&signed.request), signed.base_string.as_str());
    let created = protocol()
        .sign(get("http://h/"), &signing_key(HmacSha1), Source::Body)
        .unwrap();
    assert_eq!(
        created.request.header("content-type"),
        Some(FORM.as_bytes())
    );
}

#[test]
fn rule_117_in_a_query_they_come_after_the_others() {
    let signed = protocol()
        .sign(
            get("http://h/?z=%7e&a+b"),
            &signing_key(HmacSha1),
            Source::Query,
        )
        .unwrap();
    let query = String::from_utf8(signed.request.query.clone().unwrap()).unwrap();
    assert!(
        query.starts_with("z=%7e&a+b&oauth_consumer_key=ck&"),
        "{query}"
    );
    assert_eq!(base(&signed.request), signed.base_string.as_str());
    assert_eq!(verify(&signed.request), Ok(()));
}

#[test]
fn rule_118_a_raw_plus_in_a_querys_signature_is_a_space() {
    let signature = "a+b/cdefghijklmnopqrstuvwxy=";
    let required = "oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_nonce=n";
    let request = get(format!("http://h/?{required}&oauth_signature={signature}"));
    assert_eq!(
        read(&request).unwrap().signature(),
        b"a b/cdefghijklmnopqrstuvwxy="
    );
    assert_eq!(verify(&request), Err(Rejection::SignatureNotBase64));
}

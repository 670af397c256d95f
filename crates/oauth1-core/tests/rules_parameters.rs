//! Rules 54–81 (§3.4.1.3.1, which parameters are signed) and 82–88 (§3.4.1.3.2, in which order).

mod common;

use common::*;
use oauth1_core::{
    parameters::{Parameter, Source, collect_parameters, split_form},
    request::{BodyKind, Request, Scheme},
    verify::Rejection,
};

fn query(query: &str) -> String {
    normalized(&get(format!("http://h/?{query}")))
}

fn header_of(parameters: &str) -> Request {
    with_authorization(get("http://h/"), format!("OAuth {parameters}"))
}

fn header(parameters: &str) -> String {
    normalized(&header_of(parameters))
}

#[test]
fn rule_054_the_query_of_every_method_is_signed() {
    for method in ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "BREW"] {
        let request = Request::new(method.as_bytes(), Scheme::Http, b"h", b"/?a=1");
        assert_eq!(normalized(&request), "a=1", "{method}");
    }
}

#[test]
fn rule_055_plus_is_a_space_in_query_and_form() {
    assert_eq!(query("a+b=1+2"), "a%20b=1%202");
    assert_eq!(normalized(&form("a+b=1+2")), "a%20b=1%202");
}

#[test]
fn rule_056_an_escaped_plus_is_a_plus() {
    assert_eq!(query("a=%2B&b=%2b&c=%20"), "a=%2B&b=%2B&c=%20");
}

#[test]
fn rule_057_a_name_without_equals_has_an_empty_value() {
    assert_eq!(query("c2"), "c2=");
    assert_eq!(query("c2="), "c2=");
    let pairs = split_form(b"c2&c2=", Source::Query);
    let raw: Vec<_> = pairs.iter().map(|pair| pair.raw_value).collect();
    assert_eq!(raw, [None, Some(&b""[..])]);
}

#[test]
fn rule_058_an_empty_name_is_a_name() {
    assert_eq!(query("=v"), "=v");
    assert_eq!(query("="), "=");
    assert_eq!(query("b&=&a"), "=&a=&b=");
}

#[test]
fn rule_059_empty_pieces_give_nothing() {
    assert_eq!(query("&&a=1&&&b=2&"), "a=1&b=2");
    assert_eq!(query("&"), "");
}

#[test]
fn rule_060_the_first_equals_splits() {
    assert_eq!(query("a=b=c=="), "a=b%3Dc%3D%3D");
}

#[test]
fn rule_061_a_semicolon_is_data() {
    assert_eq!(query("a=1;b=2"), "a=1%3Bb%3D2");
}

#[test]
fn rule_062_a_later_question_mark_is_data() {
    assert_eq!(query("a=1?b=2"), "a=1%3Fb%3D2");
}

#[test]
fn rule_063_raw_characters_outside_the_uri_set_are_bytes() {
    assert_eq!(query("a[]=|\u{e9}"), "a%5B%5D=%7C%C3%A9");
    let request = Request::new(b"GET", Scheme::Http, b"h", b"/?a=b c\xE9");
    assert_eq!(normalized(&request), "a=b%20c%E9");
}

#[test]
fn rule_064_broken_escapes_are_literal_and_refused() {
    assert_eq!(
        query("a=%&b=%4&c=%zz&d=%4g%41"),
        "a=%25&b=%254&c=%25zz&d=%254gA"
    );
    for broken in ["%", "%4", "%zz"] {
        let parameters = format!("a={broken}&oauth_consumer_key=ck");
        let rejection = read(&get(format!("http://h/?{parameters}"))).err();
        assert_eq!(
            rejection,
            Some(Rejection::BrokenEscape {
                place: Source::Query,
                name: "a".into()
            })
        );
    }
    // The signature is not signed, but it is read.
    for (place, request) in [
        (Source::Header, header_of("oauth_signature=\"%zz\"")),
        (Source::Query, get("http://h/?oauth_signature=%zz")),
        (Source::Body, form("oauth_signature=%zz")),
    ] {
        let name = "oauth_signature".into();
        let rejection = Some(Rejection::BrokenEscape { place, name });
        assert_eq!(read(&request).err(), rejection);
    }
}

#[test]
fn rule_065_bytes_that_are_not_utf_8_are_kept() {
    assert_eq!(query("a=%FF&b=%fe%80"), "a=%FF&b=%FE%80");
    // One signature must not cover two values.
    assert_ne!(query("a=%FF"), query("a=%EF%BF%BD"));
}

#[test]
fn rule_066_control_characters_are_data() {
    assert_eq!(query("a=%00%0d%0A%7f"), "a=%00%0D%0A%7F");
}

#[test]
fn rule_067_header_parameters_are_signed_without_realm() {
    assert_eq!(
        header("realm=\"http://sp.example.com/\", oauth_token=\"t\", b=\"%20\""),
        "b=%20&oauth_token=t"
    );
}

#[test]
fn rule_068_a_realm_elsewhere_is_signed() {
    let request = with_authorization(form("realm=b"), "OAuth realm=\"h\", oauth_token=\"t\"");
    let request = Request {
        query: Some(b"realm=q".to_vec()),
        ..request
    };
    assert_eq!(normalized(&request), "oauth_token=t&realm=b&realm=q");
}

#[test]
fn rule_069_realm_in_any_case_is_realm() {
    assert_eq!(
        header("Realm=\"a\", REALM=\"b\", oauth_token=\"t\""),
        "oauth_token=t"
    );
}

#[test]
fn rule_070_header_parameters_without_the_prefix_are_signed() {
    assert_eq!(
        header("oauth_token=\"t\", x_y=\"1\""),
        "oauth_token=t&x_y=1"
    );
}

#[test]
fn rule_071_a_form_body_is_signed() {
    assert_eq!(normalized(&form("a=1&b=2")), "a=1&b=2");
}

#[test]
fn rule_072_the_media_type_is_compared_without_case_and_parameters() {
    for content_type in [
        "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        " application/x-www-form-urlencoded ;x",
    ] {
        assert_eq!(
            normalized(&post("http://h/", content_type, "a=1")),
            "a=1",
            "{content_type}"
        );
    }
}

#[test]
fn rule_073_a_form_type_in_a_parameter_is_no_form() {
    let request = post(
        "http://h/",
        "text/plain; x=\"application/x-www-form-urlencoded\"",
        "a=1",
    );
    assert_eq!(normalized(&request), "");
    let request = post("http://h/", "application/x-www-form-urlencoded2", "a=1");
    assert_eq!(normalized(&request), "");
}

#[test]
fn rule_074_other_bodies_are_not_signed() {
    let kinds = [
        ("application/json", BodyKind::Json),
        ("application/vnd.api+JSON; v=1", BodyKind::Json),
        ("Multipart/form-data; boundary=x", BodyKind::Multipart),
        ("text/plain", BodyKind::Other),
        ("multipart", BodyKind::Multipart),
        ("", BodyKind::Other),
    ];
    for (content_type, kind) in kinds {
        let request = post("http://h/", content_type, "a=1");
        assert_eq!(
            (normalized(&request), request.body_kind()),
            (String::new(), kind),
            "{content_type}"
        );
    }
    let mut without_type = get("http://h/");
    without_type.body = b"a=1".to_vec();
    assert_eq!(normalized(&without_type), "");
}

#[test]
fn rule_075_a_form_is_signed_under_every_method() {
    for method in ["GET", "HEAD", "DELETE", "PUT", "PATCH"] {
        let request = Request {
            method: method.into(),
            ..form("a=1")
        };
        assert_eq!(normalized(&request), "a=1", "{method}");
    }
}

#[test]
fn rule_076_two_content_types_or_a_compressed_body_are_no_form() {
    assert_eq!(
        normalized(&with_header(form("a=1"), "content-type", FORM)),
        ""
    );
    assert_eq!(
        normalized(&with_header(form("a=1"), "Content-Encoding", "gzip")),
        ""
    );
    assert_eq!(
        normalized(&with_header(form("a=1"), "Content-Encoding", "Identity")),
        "a=1"
    );
}

#[test]
fn rule_077_raw_bytes_of_a_form_are_bytes() {
    assert_eq!(normalized(&form(&b"a=\xE9"[..])), "a=%E9");
    let latin = post(
        "http://h/",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
        &b"a=\xE9"[..],
    );
    assert_eq!(normalized(&latin), "a=%E9");
}

#[test]
fn rule_078_the_signature_is_left_out_wherever_it_is() {
    let request = with_authorization(
        post(
            "http://h/?oauth_signature=a&oauth%5Fsignature=b",
            FORM,
            "oauth_signature=c",
        ),
        "OAuth oauth_signature=\"d\", oauth_signature2=\"e\", oauth_signature_method=\"f\"",
    );
    assert_eq!(
        normalized(&request),
        "oauth_signature2=e&oauth_signature_method=f"
    );
    assert_eq!(collect_parameters(&request).list.len(), 6);
}

#[test]
fn rule_079_other_protocol_parameters_are_signed_if_sent() {
    let parameters = "oauth_token_secret=\"s\", oauth_callback=\"oob\", oauth_verifier=\"v\", \
                      oauth_body_hash=\"h\", oauth_made_up=\"m\"";
    assert_eq!(
        header(parameters),
        "oauth_body_hash=h&oauth_callback=oob&oauth_made_up=m&oauth_token_secret=s&oauth_verifier=v"
    );
}

#[test]
fn rule_080_duplicates_all_count() {
    let request = Request {
        query: Some(b"a=1&a=1&a=2".to_vec()),
        ..form("a=1")
    };
    assert_eq!(normalized(&request), "a=1&a=1&a=1&a=2");
}

#[test]
fn rule_081_the_urls_own_text_is_what_counts() {
    let request = get("http://h/?a=x%2By&b=x+y");
    let parameters = collect_parameters(&request);
    assert_eq!(parameters.get("a"), Some(&b"x+y"[..]));
    assert_eq!(parameters.get("b"), Some(&b"x y"[..]));
    assert_eq!(parameters.get("A"), None);
    let [first, second] = &parameters.list[..] else {
        panic!("two parameters");
    };
    assert_eq!(
        (first.raw_name, first.raw_value),
        (&b"a"[..], Some(&b"x%2By"[..]))
    );
    assert_eq!(
        (second.raw_name, second.raw_value),
        (&b"b"[..], Some(&b"x+y"[..]))
    );
}

#[test]
fn parameters_are_listed_header_first_then_query_then_body() {
    let request = Request {
        query: Some(b"z=2".to_vec()),
        ..form("a=3")
    };
    let request = with_authorization(request, "OAuth m=\"1\"");
    let parameters = collect_parameters(&request);
    let sources: Vec<_> = parameters.list.iter().map(|one| one.source).collect();
    assert_eq!(sources, [Source::Header, Source::Query, Source::Body]);
}

/// Names are case sensitive (rule 1), and compared decoded.
#[test]
fn protocol_parameters_are_told_by_the_beginning_of_their_names() {
    let request = get("http://h/?oauth_nonce=a&%6Fauth_x=b&OAuth_y=c&xoauth_z=d&oauth=e");
    let parameters = collect_parameters(&request);
    let told: Vec<_> = parameters.list.iter().map(Parameter::is_protocol).collect();
    assert_eq!(told, [true, true, false, false, false]);
}

#[test]
fn rule_082_encoding_comes_before_sorting() {
    // `{` is 0x7B and `z` 0x7A, but `%` is 0x25.
    assert_eq!(query("zz=1&z%7B=1&a=z&a=%7B"), "a=%7B&a=z&z%7B=1&zz=1");
}

#[test]
fn rule_083_names_are_sorted_by_ascending_bytes() {
    assert_eq!(
        query("b&a&B&A&_&~&.&-&1&10&2"),
        "-=&.=&1=&10=&2=&A=&B=&_=&a=&b=&~="
    );
    // U+1F600 is F0 9F 98 80 in UTF-8, U+FFFD is EF BF BD; in UTF-16 it is the other way round.
    assert_eq!(query("\u{1f600}&\u{fffd}"), "%EF%BF%BD=&%F0%9F%98%80=");
}

#[test]
fn rule_084_equal_names_are_sorted_by_value() {
    assert_eq!(query("a=2&a=10&a=1"), "a=1&a=10&a=2");
    // From MediaWiki's tests.
    assert_eq!(query("x=25&x=200"), "x=200&x=25");
}

#[test]
fn rule_085_name_and_value_are_compared_apart() {
    // `=` is above the digits and `%`: joined, `a0=1` would come before `a=z`.
    assert_eq!(query("a0=1&a=z&a%21=1&a.=1"), "a=z&a%21=1&a.=1&a0=1");
}

#[test]
fn rule_086_equals_is_always_written() {
    assert_eq!(query("a&b="), "a=&b=");
}

#[test]
fn rule_087_ampersands_join_and_stand_at_no_end() {
    assert_eq!(query("&c=3&a=1&b=2&"), "a=1&b=2&c=3");
}

#[test]
fn rule_088_equal_pairs_may_swap_unseen() {
    assert_eq!(query("a=%61&a=a&b=c"), query("a=a&b=c&a=%61"));
}

//! Rules 1–10 (§3.1, making requests) and 11–30 (§3.2 and §3.3, verifying, nonce and timestamp).

mod common;

use common::*;
use oauth1_core::{
    authorization::IssueKind,
    method::SignatureMethod::*,
    parameters::Source,
    request::Request,
    sign::{Freshness, Protocol, SignError, nonce},
    verify::*,
};

const FRESH: Freshness<'_> = Freshness {
    timestamp: NOW,
    nonce: "nonce",
};

#[test]
fn a_request_without_fault_is_accepted() {
    assert_eq!(verify(&signed(REQUIRED)), Ok(()));
}

#[test]
fn rule_001_names_are_case_sensitive() {
    let parameters = REQUIRED.replace("oauth_nonce", "OAUTH_NONCE");
    assert_eq!(
        verify(&signed(&parameters)),
        Err(Rejection::Missing("oauth_nonce"))
    );
}

#[test]
fn rule_002_consumer_key_is_required() {
    let request = signed(&required_without("oauth_consumer_key"));
    let rejection = verify(&request).unwrap_err();
    assert_eq!(rejection, Rejection::Missing("oauth_consumer_key"));
    assert_eq!(rejection.status(), 400);
}

#[test]
fn rule_003_token_may_be_left_out() {
    assert_eq!(verify(&signed(&required_without("oauth_token"))), Ok(()));
    let signed = Protocol::new("ck", FRESH)
        .sign(
            get("http://example.com/"),
            &signing_key(HmacSha1),
            Source::Header,
        )
        .unwrap();
    assert!(!signed.authorization.contains("oauth_token"));
}

#[test]
fn rule_004_empty_token_is_sent_and_signed() {
    let protocol = Protocol {
        token: Some(""),
        ..Protocol::new("ck", FRESH)
    };
    let signed = protocol
        .sign(
            get("http://example.com/"),
            &signing_key(HmacSha1),
            Source::Header,
        )
        .unwrap();
    assert!(signed.authorization.contains("oauth_token=\"\""));
    assert!(signed.base_string.as_str().ends_with("%26oauth_token%3D"));
    assert_eq!(verify(&signed.request), Ok(()));
    assert_eq!(
        read(&signed.request).map(|claim| claim.token().map(<[u8]>::len)),
        Ok(Some(0))
    );
}

#[test]
fn rule_005_signature_method_is_required() {
    let request = signed(&required_without("oauth_signature_method"));
    assert_eq!(
        verify(&request),
        Err(Rejection::Missing("oauth_signature_method"))
    );
}

#[test]
fn rule_006_timestamp_and_nonce_are_required_except_with_plaintext() {
    for name in ["oauth_timestamp", "oauth_nonce"] {
        let rejection = verify(&signed(&required_without(name))).unwrap_err();
        assert_eq!(
            rejection.to_string(),
            format!("protocol parameter `{name}` is missing")
        );
    }
    let bare = "oauth_consumer_key=\"ck\", oauth_signature_method=\"PLAINTEXT\"";
    let request = signed_with(get("https://example.com/"), bare, Plaintext);
    assert_eq!(verify(&request), Ok(()));
    let unfresh = Protocol {
        freshness: None,
        ..Protocol::new("ck", FRESH)
    };
    let result = |method| {
        unfresh
            .sign(
                get("https://example.com/"),
                &signing_key(method),
                Source::Header,
            )
            .map(|signed| verify(&signed.request))
    };
    assert_eq!(result(HmacSha1).err(), Some(SignError::NotFresh));
    assert_eq!(result(Plaintext).ok(), Some(Ok(())));
}

#[test]
fn rule_007_version_is_exactly_1_0() {
    let with = |version: &str| verify(&signed(&required_with("oauth_version", version)));
    assert_eq!(with("1.0"), Ok(()));
    for version in ["1.0a", "", "1", "1.00", "2.0", "01.0"] {
        assert_eq!(with(version), Err(Rejection::Version), "{version:?}");
    }
    assert_eq!(Rejection::Version.status(), 400);
}

#[test]
fn rule_008_no_protocol_parameter_twice() {
    for name in [
        "oauth_consumer_key",
        "oauth_token",
        "oauth_nonce",
        "oauth_version",
        "oauth_made_up",
    ] {
        for values in [["a", "a"], ["a", "b"]] {
            let rest = required_without(name);
            let [one, other] = values.map(|value| format!("{name}=\"{value}\""));
            let rejection = verify(&signed(&format!("{one}, {rest}, {other}"))).unwrap_err();
            assert_eq!(rejection, Rejection::Duplicate(name.into()));
            assert_eq!(rejection.status(), 400);
        }
    }
    let twice = signed_query(
        "oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_nonce=n&oauth_nonce=n",
    );
    assert_eq!(
        verify(&twice),
        Err(Rejection::Duplicate("oauth_nonce".into()))
    );
    // Written in another way, it is the same name.
    let escaped = signed(&format!("{REQUIRED}, oauth%5Fnonce=\"n\""));
    assert_eq!(
        verify(&escaped),
        Err(Rejection::Duplicate("oauth_nonce".into()))
    );
}

#[test]
fn rule_009_signature_travels_with_the_rest() {
    let mut request = with_authorization(get("http://example.com/r"), format!("OAuth {REQUIRED}"));
    request.query = Some(b"oauth_signature=AAAA".to_vec());
    let rejection = verify(&request).unwrap_err();
    assert_eq!(
        rejection,
        Rejection::SeveralPlaces(Source::Header, Source::Query)
    );
    assert_eq!(rejection.status(), 400);
}

#[test]
fn rule_010_what_is_not_sent_is_not_signed() {
    let signed = Protocol::new("ck", FRESH)
        .sign(
            get("http://example.com/"),
            &signing_key(HmacSha1),
            Source::Header,
        )
        .unwrap();
    assert!(!signed.base_string.as_str().contains("oauth_version"));
    assert!(!base(&signed.request).contains("oauth_version"));
}

#[test]
fn rule_011_the_whole_signature_must_agree() {
    let request = signed(REQUIRED);
    let value = request.header("Authorization").unwrap();
    let text = String::from_utf8(value.to_vec()).unwrap();
    let (head, tail) = text.split_once("oauth_signature=\"").unwrap();
    let signature =
        percent_encoding::percent_decode_str(tail.trim_end_matches('"')).decode_utf8_lossy();
    let bytes: Vec<char> = signature.chars().collect();
    // A digest cut to its beginning is no digest, though a comparison of the shorter length would pass.
    for kept in [0, 4, 8, 24] {
        let shorter: String = bytes.iter().take(kept).collect();
        let request = with_authorization(
            get("http://example.com/r"),
            format!("{head}oauth_signature=\"{shorter}\""),
        );
        assert_eq!(verify(&request), Err(Rejection::WrongSignature), "{kept}");
    }
}

#[test]
fn rule_012_nonce_timestamp_token_and_client_are_used_once() {
    let mut store = nonces();
    let request = signed(REQUIRED);
    assert_eq!(verify_at(&request, NOW, &mut store), Ok(()));
    assert_eq!(
        verify_at(&request, NOW, &mut store),
        Err(Rejection::NonceUsed)
    );
    for (name, value) in [
        ("oauth_consumer_key", "other"),
        ("oauth_token", "other"),
        ("oauth_timestamp", "1700000001"),
        ("oauth_nonce", "other"),
    ] {
        let other = signed(&required_with(name, value));
        assert_eq!(verify_at(&other, NOW, &mut store), Ok(()), "{name}");
    }
}

#[test]
fn rule_013_stale_timestamps_are_refused_within_a_window_of_choice() {
    let request = signed(REQUIRED);
    assert_eq!(verify_at(&request, NOW + 300, &mut nonces()), Ok(()));
    assert_eq!(
        verify_at(&request, NOW + 301, &mut nonces()),
        Err(Rejection::Timestamp {
            timestamp: NOW,
            now: NOW + 301
        })
    );
    let any_time = Verifier {
        window: None,
        ..verifier()
    };
    let claim = any_time.read(&request).unwrap();
    assert_eq!(
        any_time.verify(&claim, &verifying_key(HmacSha1), 1, &mut nonces()),
        Ok(())
    );
}

#[test]
fn rule_014_token_status_is_the_callers_answer() {
    assert_eq!(Rejection::UnknownToken.status(), 401);
    assert_eq!(Rejection::UnknownToken.section(), "3.2");
}

#[test]
fn rule_015_what_cannot_be_understood_is_a_bad_request() {
    let not_understood = [
        Rejection::Host,
        Rejection::SeveralHosts,
        Rejection::SeveralAuthorizationHeaders,
        Rejection::Authorization {
            kind: IssueKind::BrokenQuoting,
            span: 0..1,
        },
        Rejection::BrokenEscape {
            place: Source::Query,
            name: "a".into(),
        },
        Rejection::SeveralPlaces(Source::Header, Source::Body),
        Rejection::Duplicate("oauth_nonce".into()),
        Rejection::Missing("oauth_nonce"),
        Rejection::Version,
        Rejection::Method,
        Rejection::TimestampFormat,
        Rejection::EmptyNonce,
        Rejection::BodyHashOfForm,
    ];
    assert!(
        not_understood
            .iter()
            .all(|rejection| rejection.status() == 400)
    );
}

#[test]
fn rule_016_what_is_not_trusted_is_unauthorized() {
    let not_trusted = [
        Rejection::BodyHash,
        Rejection::UnknownClient,
        Rejection::UnknownToken,
        Rejection::SignatureNotBase64,
        Rejection::WrongSignature,
        Rejection::Timestamp {
            timestamp: 1,
            now: 2,
        },
        Rejection::NonceUsed,
    ];
    assert!(
        not_trusted
            .iter()
            .all(|rejection| rejection.status() == 401)
    );
    assert_eq!(Rejection::NonceStoreFull.status(), 503);
}

#[test]
fn rule_017_no_rejection_tells_the_secret() {
    // With PLAINTEXT the signature that was expected is made of both secrets.
    let parameters = "oauth_consumer_key=\"ck\", oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"guess\"";
    let request = with_authorization(get("https://example.com/"), format!("OAuth {parameters}"));
    let rejection = verify(&request).unwrap_err();
    assert_eq!(rejection, Rejection::WrongSignature);
    let told = format!("{rejection} {rejection:?}");
    assert!(
        !told.contains("client") && !told.contains("guess"),
        "{told}"
    );
}

#[test]
fn rule_018_nothing_that_is_sent_ends_in_a_panic() {
    let requests = [
        with_authorization(get("http://example.com/"), "Bearer x"),
        with_authorization(
            get("http://example.com/?[|\u{e9} x"),
            format!("OAuth {REQUIRED}"),
        ),
        with_authorization(
            get("http://example.com/"),
            format!("OAuth {REQUIRED}, oauth_signature=\"\u{e9}\""),
        ),
        get("http://example.com:99999/"),
        get("http://example.com:x/"),
    ];
    let rejected = requests.map(|request| verify(&request).map_err(|rejection| rejection.status()));
    assert_eq!(rejected, [Err(400), Err(400), Err(401), Err(400), Err(400)]);
}

fn timestamp(text: &str) -> Result<(), Rejection> {
    verify(&signed(&required_with("oauth_timestamp", text)))
}

#[test]
fn rule_019_timestamp_is_a_positive_integer_in_ascii_digits() {
    let full_width = "%EF%BC%91%EF%BC%97%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90%EF%BC%90";
    for text in [
        "",
        "0",
        "-1",
        "+1700000000",
        "%201700000000",
        "1700000000%20",
        "1700000000.0",
        "1_700_000_000",
        "1.7e9",
        "0x6553F100",
        "now",
        full_width,
    ] {
        assert_eq!(timestamp(text), Err(Rejection::TimestampFormat), "{text}");
    }
}

#[test]
fn rule_020_leading_zeros_are_accepted() {
    assert_eq!(timestamp("0001700000000"), Ok(()));
    // As many digits as the largest number of 64 bits has, and no more.
    assert_eq!(timestamp("00000000001700000000"), Ok(()));
    assert_eq!(
        timestamp("000000000001700000000"),
        Err(Rejection::TimestampFormat)
    );
}

#[test]
fn rule_021_milliseconds_are_out_of_the_window_and_not_malformed() {
    let milliseconds = 1_700_000_000_000;
    assert_eq!(
        timestamp("1700000000000"),
        Err(Rejection::Timestamp {
            timestamp: milliseconds,
            now: NOW
        })
    );
}

#[test]
fn rule_022_the_window_has_two_sides() {
    assert_eq!(timestamp("1700000300"), Ok(()));
    for (text, value) in [("1700000301", NOW + 301), ("9999999999", 9_999_999_999)] {
        assert_eq!(
            timestamp(text),
            Err(Rejection::Timestamp {
                timestamp: value,
                now: NOW
            })
        );
    }
}

#[test]
fn rule_023_timestamps_that_no_number_holds_are_malformed() {
    for text in [
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999",
        "999999999999999999999999999999",
    ] {
        assert_eq!(timestamp(text), Err(Rejection::TimestampFormat), "{text}");
    }
    let largest = i64::MAX.unsigned_abs();
    assert_eq!(
        timestamp("9223372036854775807"),
        Err(Rejection::Timestamp {
            timestamp: largest,
            now: NOW
        })
    );
}

#[test]
fn rule_024_nonces_are_kept_by_client_token_timestamp_and_nonce() {
    let nonce = UsedNonce {
        consumer_key: b"ck",
        token: b"tk",
        timestamp: 5,
        nonce: b"n",
    };
    let mut store = nonces();
    let mut use_once = |nonce: UsedNonce<'_>| store.use_once(&nonce, 100, 0);
    assert_eq!(use_once(nonce), Ok(()));
    assert_eq!(use_once(nonce), Err(NonceRefusal::Used));
    assert_eq!(
        use_once(UsedNonce {
            consumer_key: b"c",
            token: b"ktk",
            ..nonce
        }),
        Ok(())
    );
    assert_eq!(
        use_once(UsedNonce {
            token: b"",
            ..nonce
        }),
        Ok(())
    );
    assert_eq!(
        use_once(UsedNonce {
            timestamp: 6,
            ..nonce
        }),
        Ok(())
    );
    assert_eq!(
        use_once(UsedNonce {
            nonce: b"N",
            ..nonce
        }),
        Ok(())
    );
}

#[test]
fn rule_025_a_nonce_spelled_in_another_way_is_the_same() {
    let mut store = nonces();
    assert_eq!(verify_at(&signed(REQUIRED), NOW, &mut store), Ok(()));
    let respelled = signed(&required_with("oauth_nonce", "n%6fnce"));
    assert_eq!(
        verify_at(&respelled, NOW, &mut store),
        Err(Rejection::NonceUsed)
    );
    let padded = signed(&required_with("oauth_timestamp", "01700000000"));
    assert_eq!(
        verify_at(&padded, NOW, &mut store),
        Err(Rejection::NonceUsed)
    );
}

#[test]
fn rule_026_a_wrong_signature_uses_up_no_nonce() {
    let mut store = nonces();
    let forged = with_authorization(
        get("http://example.com/r"),
        format!("OAuth {REQUIRED}, oauth_signature=\"AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D\""),
    );
    assert_eq!(
        verify_at(&forged, NOW, &mut store),
        Err(Rejection::WrongSignature)
    );
    let stale = verify_at(&signed(REQUIRED), NOW + 999, &mut store);
    assert!(matches!(stale, Err(Rejection::Timestamp { .. })));
    assert!(store.is_empty());
    assert_eq!(verify_at(&signed(REQUIRED), NOW, &mut store), Ok(()));
    assert_eq!((store.len(), store.is_empty()), (1, false));
}

#[test]
fn rule_027_the_store_outlives_the_request() {
    let mut store = nonces();
    {
        let request = signed(REQUIRED);
        assert_eq!(verify_at(&request, NOW, &mut store), Ok(()));
    }
    assert_eq!(
        verify_at(&signed(REQUIRED), NOW, &mut store),
        Err(Rejection::NonceUsed)
    );
}

#[test]
fn rule_028_the_store_is_bounded_and_fails_closed() {
    let mut store = MemoryNonceStore::new(2);
    let request = |nonce: &str| signed(&required_with("oauth_nonce", nonce));
    assert_eq!(verify_at(&request("a"), NOW, &mut store), Ok(()));
    assert_eq!(verify_at(&request("b"), NOW, &mut store), Ok(()));
    assert_eq!(
        verify_at(&request("c"), NOW, &mut store),
        Err(Rejection::NonceStoreFull)
    );
    // What is remembered stays so: a full store still knows a replay.
    assert_eq!(
        verify_at(&request("a"), NOW, &mut store),
        Err(Rejection::NonceUsed)
    );
    // Entries are kept for twice the window, and then make room.
    let later = |seconds: u64| {
        let time = (NOW + seconds).to_string();
        signed(&required_with("oauth_timestamp", &time))
    };
    assert_eq!(
        verify_at(&later(600), NOW + 600, &mut store),
        Err(Rejection::NonceStoreFull)
    );
    assert_eq!(verify_at(&later(601), NOW + 601, &mut store), Ok(()));
    assert_eq!(store.len(), 1);
}

#[test]
fn rule_029_an_empty_nonce_is_refused() {
    assert_eq!(
        verify(&signed(&required_with("oauth_nonce", ""))),
        Err(Rejection::EmptyNonce)
    );
}

#[test]
fn rule_030_our_nonces_carry_all_128_bits() {
    let text = nonce([
        0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFF, 0x10, 0x32, 0x54, 0x76, 0x98,
        0xBA,
    ]);
    assert_eq!(text, "000123456789abcdefff1032547698ba");
    assert!(text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
}

#[test]
fn a_request_that_is_signed_is_not_signed_again() {
    let key = signing_key(HmacSha1);
    let sign = |request: Request| {
        Protocol::new("ck", FRESH)
            .sign(request, &key, Source::Header)
            .err()
    };
    assert_eq!(sign(signed(REQUIRED)), Some(SignError::AlreadySigned));
    assert_eq!(
        sign(get("http://example.com/?oauth%5Ftoken=a")),
        Some(SignError::AlreadySigned)
    );
    assert_eq!(
        sign(with_authorization(get("http://example.com/"), "Basic x")),
        Some(SignError::AlreadySigned)
    );
    assert_eq!(sign(get("http://example.com/?token=a")), None);
}

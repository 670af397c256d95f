//! Laws that hold for every request, on generated ones.

mod common;

use common::*;
use oauth1_core::{
    authorization::{Authorization, format_authorization},
    base_string::{BaseString, parse},
    encode::{first_broken_escape, form_decode, percent_decode, percent_encode},
    key::{Secret, SharedSecrets, signing_key as join_secrets},
    method::SignatureMethod,
    parameters::{Source, split_form},
    request::{Request, Scheme},
    sign::{Freshness, Protocol, SigningCredentials, SigningKey, sign},
    verify::{
        MemoryNonceStore, NonceStore, Rejection, UncheckedNonces, UsedNonce, VerifyingCredentials,
        VerifyingKey,
    },
};
use proptest::{collection::vec, prelude::*};

type Pair = (Vec<u8>, Vec<u8>);

/// Bytes in which special ones are as frequent as plain ones.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"aAzZ09-._~%+&=;, \"'\\{}!*()/?#".to_vec()),
        prop::sample::select(b"abc".to_vec()),
    ];
    vec(byte, 0..24)
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    vec((bytes(), bytes()), 0..12)
}

fn form_encode(pairs: &[Pair]) -> Vec<u8> {
    let pieces: Vec<String> = pairs
        .iter()
        .map(|(name, value)| {
            format!(
                "{}={}",
                percent_encode(name),
                percent_encode(value).replace("%20", "+")
            )
        })
        .collect();
    pieces.join("&").into_bytes()
}

fn decoded(text: &[u8]) -> Vec<Pair> {
    let parameters = split_form(text, Source::Query);
    parameters
        .iter()
        .map(|one| (one.name.to_vec(), one.value.to_vec()))
        .collect()
}

/// A request whose pairs travel in the three places.
fn request(header: &[Pair], query: &[Pair], body: &[Pair]) -> Request {
    let mut request = form(form_encode(body));
    request.query = Some(form_encode(query));
    let borrowed: Vec<(&[u8], &[u8])> = header
        .iter()
        .map(|(name, value)| (&name[..], &value[..]))
        .collect();
    with_authorization(request, format_authorization(Some("realm"), &borrowed))
}

fn is_realm(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"realm")
}

/// The normalized parameters, written down as naively as RFC 5849 describes them.
fn naive_normalized(pairs: &[Pair]) -> String {
    let encode = |bytes: &[u8]| percent_encoding::percent_encode(bytes, RESERVED).to_string();
    let mut encoded: Vec<(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name != b"oauth_signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    encoded.sort();
    let joined: Vec<String> = encoded
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    joined.join("&")
}

proptest! {
    #[test]
    fn p01_decoding_undoes_encoding(bytes in bytes()) {
        let encoded = percent_encode(&bytes);
        prop_assert_eq!(&*percent_decode(encoded.as_bytes()), &bytes[..]);
        prop_assert_eq!(&*form_decode(encoded.as_bytes()), &bytes[..]);
    }

    #[test]
    fn p02_encoding_agrees_with_another_encoder(bytes in vec(any::<u8>(), 0..200)) {
        let encoded = percent_encode(&bytes);
        prop_assert_eq!(&encoded, &percent_encoding::percent_encode(&bytes, RESERVED).to_string());
        let plain = bytes.iter().filter(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte)).count();
        prop_assert_eq!(encoded.len(), plain + 3 * (bytes.len() - plain));
    }

    #[test]
    fn p03_encoding_knows_no_context(left in bytes(), right in bytes()) {
        let joined = [&left[..], &right[..]].concat();
        prop_assert_eq!(percent_encode(&joined), percent_encode(&left) + &percent_encode(&right));
    }

    #[test]
    fn p04_decoding_never_fails_and_agrees_with_another_decoder(text in bytes()) {
        let decoded = percent_decode(&text);
        prop_assert!(decoded.len() <= text.len());
        let other: Vec<u8> = percent_encoding::percent_decode(&text).collect();
        prop_assert_eq!(&*decoded, &other[..]);
        if !text.contains(&b'%') {
            prop_assert!(matches!(decoded, std::borrow::Cow::Borrowed(_)));
        }
        // Without a broken escape, each `%` took two bytes with it.
        if first_broken_escape(&text).is_none() {
            let escapes = text.split(|&byte| byte == b'%').count() - 1;
            prop_assert_eq!(percent_decode(&text).len() + 2 * escapes, text.len());
        }
    }

    #[test]
    fn p05_a_form_gives_back_its_pairs(pairs in pairs()) {
        prop_assert_eq!(decoded(&form_encode(&pairs)), pairs);
    }

    #[test]
    fn p06_any_form_can_be_read_and_written(text in vec(any::<u8>(), 0..100)) {
        let once = form_encode(&decoded(&text));
        prop_assert_eq!(form_encode(&decoded(&once)), once);
    }

    #[test]
    fn p07_order_and_place_do_not_matter(pairs in pairs(), seed in any::<prop::sample::Index>()) {
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| !is_realm(name)).collect();
        let original = base(&request(&[], &pairs, &[]));
        let mut turned = pairs.clone();
        if !turned.is_empty() {
            turned.rotate_left(seed.index(pairs.len()));
            turned.reverse();
        }
        prop_assert_eq!(&base(&request(&[], &turned, &[])), &original);
        prop_assert_eq!(&base(&request(&[], &[], &turned)), &original);
        prop_assert_eq!(&base(&request(&turned, &[], &[])), &original);
        let (left, right) = turned.split_at(turned.len() / 2);
        prop_assert_eq!(&base(&request(left, &[], right)), &original);
    }

    #[test]
    fn p08_normalizing_agrees_with_a_naive_one(header in pairs(), query in pairs(), body in pairs()) {
        let header: Vec<Pair> = header.into_iter().filter(|(name, _)| !is_realm(name)).collect();
        let all = [&header[..], &query[..], &body[..]].concat();
        prop_assert_eq!(normalized(&request(&header, &query, &body)), naive_normalized(&all));
    }

    #[test]
    fn p09_normalized_parameters_are_their_own_normal_form(pairs in pairs()) {
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| name != b"oauth_signature").collect();
        let first = normalized(&request(&[], &pairs, &[]));
        let again = normalized(&get(format!("http://h/?{first}")));
        prop_assert_eq!(again, first);
    }

    #[test]
    fn p10_a_base_string_can_be_taken_apart(method in bytes(), path in bytes(), pairs in pairs()) {
        let mut request = Request::new(&method, Scheme::Https, b"h", b"");
        request.path = [b"/", &path[..]].concat();
        request.query = Some(form_encode(&pairs));
        let text = base(&request);
        prop_assert_eq!(text.matches('&').count(), 2);
        let parsed = parse(text.as_bytes()).unwrap();
        let decode = |span: std::ops::Range<usize>| percent_decode(&text.as_bytes()[span]).into_owned();
        let rebuilt = BaseString::from_parts(
            &decode(parsed.method),
            &decode(parsed.uri),
            &decode(parsed.parameters),
        );
        prop_assert_eq!(rebuilt.as_str(), &text);
        let mut found: Vec<Pair> =
            parsed.pairs.into_iter().map(|pair| (pair.decoded_name, pair.decoded_value)).collect();
        let mut sent: Vec<Pair> = pairs.into_iter().filter(|(name, _)| name != b"oauth_signature").collect();
        found.sort();
        sent.sort();
        prop_assert_eq!(found, sent);
    }

    #[test]
    fn p11_different_requests_have_different_base_strings(one in pairs(), other in pairs()) {
        let key = |pairs: &[Pair]| {
            let mut pairs: Vec<Pair> = pairs.iter().filter(|(name, _)| name != b"oauth_signature").cloned().collect();
            pairs.sort();
            pairs
        };
        let same = base(&request(&[], &one, &[])) == base(&request(&[], &other, &[]));
        prop_assert_eq!(same, key(&one) == key(&other));
    }

    #[test]
    fn p12_the_place_of_the_protocol_parameters_does_not_matter(
        pairs in pairs(),
        consumer_key in ".{0,12}",
        token in proptest::option::of(".{0,12}"),
        nonce in "[ -~]{1,12}",
    ) {
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| !name.starts_with(b"oauth_")).collect();
        let key = signing_key(SignatureMethod::HmacSha256);
        let protocol = Protocol {
            token: token.as_deref(),
            version: true,
            ..Protocol::new(&consumer_key, Freshness { timestamp: NOW, nonce: &nonce })
        };
        let mut request = get("http://example.com/");
        request.query = Some(form_encode(&pairs));
        let [header, query, body] = [Source::Header, Source::Query, Source::Body]
            .map(|place| protocol.sign(request.clone(), &key, place).unwrap());
        for signed in [&header, &query, &body] {
            prop_assert_eq!(&base(&signed.request), header.base_string.as_str());
            prop_assert_eq!(&signed.signature, &header.signature);
            prop_assert_eq!(sign(&signed.request, &key).unwrap(), header.signature.clone());
            prop_assert_eq!(verify(&signed.request), Ok(()));
        }
    }

    #[test]
    fn p13_a_header_gives_back_its_pairs(pairs in pairs(), realm in proptest::option::of("[^\u{0}-\u{1f}\u{7f}]{0,12}")) {
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| !is_realm(name)).collect();
        let borrowed: Vec<(&[u8], &[u8])> = pairs.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        let text = format_authorization(realm.as_deref(), &borrowed);
        let spaced = text.replacen("OAuth", "oAuTh  \t", 1).replace("\", ", "\" \r\n\t,  ") + " ";
        for text in [&text, &spaced] {
            let parsed = Authorization::parse(text.as_bytes()).unwrap();
            let found: Vec<Pair> =
                parsed.parameters.iter().map(|one| (one.name.to_vec(), one.value.to_vec())).collect();
            prop_assert_eq!(&found, &pairs);
        }
        let parsed = Authorization::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(parsed.realm, realm.map(String::into_bytes));
        prop_assert_eq!(parsed.issues, []);
    }

    #[test]
    fn any_header_can_be_read(noise in bytes(), tail in vec(any::<u8>(), 0..60)) {
        let value = [b"OAuth ", &noise[..], b"=\"", &tail[..]].concat();
        let parsed = Authorization::parse(&value).unwrap();
        for issue in parsed.issues {
            prop_assert!(issue.span.start <= issue.span.end && issue.span.end <= value.len());
        }
        let request = with_authorization(get("http://h/"), value.clone());
        // What is listed and what is signed come from the same reading.
        let _ = normalized(&request);
        let _ = read(&request);
        let _ = parse(&value);
    }

    #[test]
    fn p15_what_is_signed_verifies(
        pairs in pairs(),
        method in prop::sample::select(&[
            SignatureMethod::HmacSha1,
            SignatureMethod::HmacSha256,
            SignatureMethod::HmacSha512,
            SignatureMethod::Plaintext,
        ][..]),
        client in bytes(),
        token in proptest::option::of(bytes()),
    ) {
        let secrets = || SharedSecrets { client: Secret::new(&client[..]), token: token.as_deref().map(Secret::new) };
        let signing = SigningKey::new(method, &SigningCredentials::SharedSecrets(secrets())).unwrap();
        let verifying = VerifyingKey::new(method, &VerifyingCredentials::SharedSecrets(secrets())).unwrap();
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| !name.starts_with(b"oauth_")).collect();
        let protocol = Protocol::new("ck", Freshness { timestamp: NOW, nonce: "n" });
        let signed = protocol.sign(form(form_encode(&pairs)), &signing, Source::Header).unwrap();
        let claim = read(&signed.request).unwrap();
        prop_assert_eq!(verifier().verify(&claim, &verifying, NOW, &mut UncheckedNonces), Ok(()));
    }

    #[test]
    fn p16_every_change_of_what_is_signed_is_noticed(
        pairs in pairs(),
        place in 0..5_u8,
        at in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let pairs: Vec<Pair> = pairs.into_iter().filter(|(name, _)| !name.starts_with(b"oauth_")).collect();
        let protocol = Protocol::new("ck", Freshness { timestamp: NOW, nonce: "n" });
        let mut original = form(form_encode(&pairs));
        original.query = Some(form_encode(&pairs));
        let signed = protocol.sign(original, &signing_key(SignatureMethod::HmacSha1), Source::Header).unwrap();
        let before = base(&signed.request);
        let mut changed = signed.request.clone();
        let bytes = match place {
            0 => &mut changed.method,
            1 => &mut changed.authority,
            2 => &mut changed.path,
            3 => &mut changed.body,
            _ => changed.query.get_or_insert_default(),
        };
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        let verdict = verify(&changed);
        if base(&changed) == before {
            prop_assert!(matches!(verdict, Ok(()) | Err(Rejection::BrokenEscape { .. })), "{:?}", verdict);
        } else {
            prop_assert!(verdict.is_err());
        }
        // What is not covered may change.
        let mut uncovered = with_header(signed.request, "X-Other", "x");
        uncovered.method.make_ascii_lowercase();
        prop_assert_eq!(verify(&uncovered), Ok(()));
    }

    #[test]
    fn p17_different_secrets_make_different_keys(one in (bytes(), bytes()), other in (bytes(), bytes())) {
        let key = |pair: &Pair| join_secrets(&Secret::new(&pair.0[..]), Some(&Secret::new(&pair.1[..])));
        let (left, right) = (key(&one), key(&other));
        prop_assert_eq!(left.expose() == right.expose(), one == other);
        prop_assert_eq!(left.expose().split(|&byte| byte == b'&').count(), 2);
    }

    #[test]
    fn p19_the_nonce_store_forgets_nothing_early_and_stays_bounded(uses in vec((0..4_u64, 0..6_u8, 0..20_u64), 1..60)) {
        let mut store = MemoryNonceStore::new(8);
        let mut model: Vec<(u8, u64)> = Vec::new();
        let mut now = 0;
        for (step, nonce, keep) in uses {
            now += step;
            model.retain(|(_, until)| *until >= now);
            let name = [nonce];
            let used = UsedNonce { consumer_key: b"ck", token: b"", timestamp: 1, nonce: &name };
            let accepted = store.use_once(&used, now + keep, now).is_ok();
            let expected = model.len() < 8 && model.iter().all(|(known, _)| *known != nonce);
            prop_assert_eq!(accepted, expected);
            if accepted {
                model.push((nonce, now + keep));
            }
            prop_assert_eq!(store.len(), model.len());
        }
    }

    #[test]
    fn p20_timestamps(
        text in prop_oneof!["[0-9]{1,22}", "[0-9+ .a-]{0,5}", Just("1700000300".to_owned())],
        now in prop::sample::select(vec![0, 1, 1 << 31, NOW, (1 << 63) - 1, u64::MAX]),
    ) {
        let request = signed(&required_with("oauth_timestamp", &percent_encode(text.as_bytes())));
        let value = text.parse::<u128>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let well_formed = text.len() <= 20 && value.is_some_and(|value| (1..1 << 63).contains(&value));
        let in_window = value.is_some_and(|value| value.abs_diff(now.into()) <= 300);
        let verdict = verify_at(&request, now, &mut UncheckedNonces);
        prop_assert_eq!(verdict.is_ok(), well_formed && in_window);
        prop_assert_eq!(verdict == Err(Rejection::TimestampFormat), !well_formed);
    }
}

/// A header of 64 KiB takes no longer for each byte than a short one, whatever is wrong with it.
#[test]
fn hostile_headers_cost_no_more_than_long_ones() {
    for piece in [
        "a=\"x\"y, ",
        "a=\"b, ",
        "a='b, ",
        "\"",
        "a=\"\\",
        "=,",
        " ",
        "a ",
        "oauth ",
        "OAuth,",
        "a=b c=d,",
    ] {
        let steps = |count: usize| {
            let value = format!("OAuth {}", piece.repeat(count));
            let start = std::time::Instant::now();
            let parsed =
                Authorization::parse(value.as_bytes()).map(|parsed| parsed.parameters.len());
            (start.elapsed(), parsed)
        };
        let (elapsed, parsed) = steps(65_536 / piece.len());
        assert!(parsed.is_some());
        assert!(elapsed.as_millis() < 500, "{piece:?} took {elapsed:?}");
    }
}

/// P15 for RSA, once for each method: the keys are slow in a debug build.
#[cfg(feature = "rsa")]
#[test]
fn p15_rsa() {
    use oauth1_core::rsa_key::RsaPrivateKey;
    let key = RsaPrivateKey::from_pem(include_bytes!("data/rsa_private_pkcs8.pem")).unwrap();
    for method in [
        SignatureMethod::RsaSha1,
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha512,
    ] {
        let signing =
            SigningKey::new(method, &SigningCredentials::RsaPrivateKey(key.clone())).unwrap();
        let verifying = VerifyingKey::new(
            method,
            &VerifyingCredentials::RsaPublicKey(key.public_key()),
        )
        .unwrap();
        let protocol = Protocol::new(
            "ck",
            Freshness {
                timestamp: NOW,
                nonce: "n",
            },
        );
        let signed = protocol
            .sign(get("http://h/?a=b"), &signing, Source::Header)
            .unwrap();
        let claim = read(&signed.request).unwrap();
        assert_eq!(
            verifier().verify(&claim, &verifying, NOW, &mut UncheckedNonces),
            Ok(())
        );
    }
}

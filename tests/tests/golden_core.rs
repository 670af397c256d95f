//! Every documented example, through `oauth1-core`, at every stage between the request and its signature.
use diagnose_tests::{
    fixtures::Pair,
    golden::{self, Kind, Vector},
};
use oauth1_core::{
    authorization::{Authorization, format_authorization},
    base_string::{self, BaseString},
    base_string_uri::base_string_uri,
    body_hash,
    encode::percent_encode,
    key::{Secret, SharedSecrets, signing_key},
    method::SignatureMethod,
    parameters::{Parameter, Source, collect_parameters, split_form},
    request::{Request, Scheme},
    rsa_key::RsaPrivateKey,
    sign::{SigningCredentials, SigningKey},
    verify::{VerifyingCredentials, VerifyingKey},
};

/// Decoded, as text: the vectors are UTF-8.
fn decoded(parameters: &[Parameter]) -> Vec<Pair> {
    let pair = |p: &Parameter| (string(&p.name), string(&p.value));
    parameters.iter().map(pair).collect()
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the vectors are UTF-8")
}

fn string(bytes: &[u8]) -> String {
    text(bytes).to_owned()
}

/// The vectors of one kind; a folder that loses them must not pass.
fn vectors(pick: fn(&Kind) -> bool, at_least: usize) -> Vec<Vector> {
    let picked: Vec<_> = golden::vectors()
        .into_iter()
        .filter(|vector| pick(&vector.kind))
        .collect();
    assert!(picked.len() >= at_least, "only {} vectors", picked.len());
    picked
}

#[test]
fn every_vector_has_its_own_id() {
    let ids: Vec<_> = golden::vectors().into_iter().map(|v| v.id).collect();
    let mut distinct = sorted(ids.clone());
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len());
}

#[test]
fn encoding() {
    for vector in vectors(|kind| matches!(kind, Kind::Encoding { .. }), 27) {
        if let Kind::Encoding { input, output } = vector.kind {
            assert_eq!(percent_encode(input.as_bytes()), output, "{}", vector.id);
        }
    }
}

#[test]
fn base_string_uris() {
    for vector in vectors(|kind| matches!(kind, Kind::BaseStringUri { .. }), 24) {
        if let Kind::BaseStringUri {
            url,
            base_string_uri: expected,
        } = vector.kind
        {
            let request = Request::from_url(b"GET", url.as_bytes());
            if url.starts_with("FooBar:") {
                // oauthlib takes any scheme; here a request is http or https by its type.
                assert!(request.is_err(), "{}", vector.id);
                continue;
            }
            let request = request.unwrap_or_else(|e| panic!("{}: {e:?}", vector.id));
            assert_eq!(text(&base_string_uri(&request)), expected, "{}", vector.id);
        }
    }
}

#[test]
fn normalization() {
    for vector in vectors(|kind| matches!(kind, Kind::Normalization { .. }), 12) {
        if let Kind::Normalization {
            query,
            decoded,
            encoded,
            sorted,
            normalized_parameters,
        } = vector.kind
        {
            let wire = query.unwrap_or_else(|| form(&decoded));
            let target = format!("/?{wire}");
            let request = Request::new(b"GET", Scheme::Http, b"example.com", target.as_bytes());
            check_pairs(
                &vector.id,
                &request,
                &decoded,
                &encoded,
                &sorted,
                &normalized_parameters,
            );
        }
    }
}

/// A query that stands for the pairs.
fn form(pairs: &[Pair]) -> String {
    let pair = |(n, v): &Pair| {
        let (n, v) = (percent_encode(n.as_bytes()), percent_encode(v.as_bytes()));
        format!("{n}={v}")
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Decoding, encoding, sorting and joining, each on its own.
fn check_pairs(
    id: &str,
    request: &Request,
    expected_decoded: &[Pair],
    encoded: &[Pair],
    expected_sorted: &[String],
    normalized_parameters: &str,
) {
    let parameters = collect_parameters(request);
    let mut collected = decoded(&parameters.list);
    collected.retain(|(name, _)| name != "oauth_signature");
    assert_eq!(
        sorted(collected),
        sorted(expected_decoded.to_vec()),
        "{id}: decoded"
    );
    for ((name, value), (encoded_name, encoded_value)) in expected_decoded.iter().zip(encoded) {
        assert_eq!(
            percent_encode(name.as_bytes()),
            *encoded_name,
            "{id}: encoded"
        );
        assert_eq!(
            percent_encode(value.as_bytes()),
            *encoded_value,
            "{id}: encoded"
        );
    }
    let normalized = parameters.normalized();
    let pieces: Vec<&str> = normalized.split('&').filter(|p| !p.is_empty()).collect();
    assert_eq!(pieces, expected_sorted, "{id}: sorted");
    assert_eq!(normalized, normalized_parameters, "{id}: normalized");
}

#[test]
fn requests() {
    for vector in vectors(|kind| matches!(kind, Kind::Request { .. }), 99) {
        let id = &vector.id;
        let Kind::Request {
            signed,
            decoded: expected_decoded,
            encoded,
            sorted: expected_sorted,
            normalized_parameters,
            base_string_uri: uri,
            base_string: expected,
            signing_key: key,
            ..
        } = &vector.kind
        else {
            continue;
        };
        let request = signed.request().unwrap_or_else(|e| panic!("{id}: {e:?}"));
        check_pairs(
            id,
            &request,
            expected_decoded,
            encoded,
            expected_sorted,
            normalized_parameters,
        );
        assert_eq!(text(&base_string_uri(&request)), uri, "{id}: URI");
        assert_eq!(
            BaseString::of(&request).as_str(),
            expected,
            "{id}: base string"
        );
        assert_eq!(
            BaseString::from_parts(
                signed.method.to_uppercase().as_bytes(),
                uri.as_bytes(),
                normalized_parameters.as_bytes()
            )
            .as_str(),
            expected,
            "{id}: joined"
        );
        check_parsed_base_string(id, expected, expected_decoded);
        check_key(
            id,
            signed.client_secret.as_deref(),
            signed.token_secret.as_deref(),
            key.as_deref(),
        );
    }
}

/// A base string is read back into the pairs that it was made of.
fn check_parsed_base_string(id: &str, text: &str, expected: &[Pair]) {
    let parsed = base_string::parse(text.as_bytes());
    let parsed = parsed.unwrap_or_else(|e| panic!("{id}: {e:?}"));
    let pairs = parsed
        .pairs
        .into_iter()
        .map(|pair| (string(&pair.decoded_name), string(&pair.decoded_value)))
        .collect();
    assert_eq!(sorted(expected.to_vec()), sorted(pairs), "{id}: parsed");
}

fn check_key(
    id: &str,
    client_secret: Option<&str>,
    token_secret: Option<&str>,
    expected: Option<&str>,
) {
    if let (Some(client_secret), Some(expected)) = (client_secret, expected) {
        let token_secret = token_secret.map(Secret::new);
        let key = signing_key(&Secret::new(client_secret), token_secret.as_ref());
        assert_eq!(text(key.expose()), expected, "{id}: key");
    }
}

#[test]
fn documented_headers() {
    let documented = |kind: &Kind| {
        matches!(
            kind,
            Kind::Request {
                authorization: Some(_),
                ..
            }
        )
    };
    for vector in vectors(documented, 10) {
        let id = &vector.id;
        let Kind::Request {
            signed,
            authorization: Some(header),
            signature: Some(signature),
            ..
        } = &vector.kind
        else {
            continue;
        };
        let parsed = Authorization::parse(header.as_bytes());
        let parsed = parsed.unwrap_or_else(|| panic!("{id}: not OAuth"));
        assert_eq!(parsed.issues, [], "{id}: issues");
        assert_eq!(
            parsed.realm.as_deref().map(text),
            signed.realm.as_deref(),
            "{id}: realm"
        );
        let pairs = decoded(&parsed.parameters);
        let mut expected = signed.header_parameters.clone();
        expected.push(("oauth_signature".to_owned(), signature.clone()));
        assert_eq!(sorted(pairs.clone()), sorted(expected), "{id}: header");

        let borrowed: Vec<(&[u8], &[u8])> = pairs
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .collect();
        let formatted = format_authorization(signed.realm.as_deref(), &borrowed);
        // The sources write `,` or `, ` between parameters and agree on the rest.
        assert_eq!(
            formatted.replace("\", ", "\","),
            header.replace("\", ", "\","),
            "{id}: formatted"
        );
    }
}

#[test]
fn parsing() {
    for vector in vectors(|kind| matches!(kind, Kind::Parse { .. }), 4) {
        if let Kind::Parse {
            place,
            text,
            parsed,
        } = vector.kind
        {
            let found = match place.as_str() {
                "header" => {
                    let header = Authorization::parse(text.as_bytes());
                    decoded(&header.expect("an OAuth header").parameters)
                }
                "query" => decoded(&split_form(text.as_bytes(), Source::Query)),
                _ => decoded(&split_form(text.as_bytes(), Source::Body)),
            };
            assert_eq!(found, parsed, "{}", vector.id);
        }
    }
}

#[test]
fn body_hashes() {
    for vector in vectors(|kind| matches!(kind, Kind::BodyHash { .. }), 8) {
        if let Kind::BodyHash {
            body,
            hash,
            body_hash,
        } = vector.kind
        {
            let found = match hash.as_str() {
                "sha256" => body_hash::body_hash_sha256(body.as_bytes()),
                _ => body_hash::body_hash_sha1(body.as_bytes()),
            };
            assert_eq!(found, body_hash, "{}", vector.id);
        }
    }
}

/// The key of a vector, for signing and for verifying; `None` when the source gives no secrets.
fn keys(
    method: &str,
    client_secret: Option<&str>,
    token_secret: Option<&str>,
    private_key: Option<&str>,
) -> Option<(SigningKey, VerifyingKey)> {
    let method = SignatureMethod::from_name(method.as_bytes()).expect("a known method");
    let (signing, verifying) = if method.is_rsa() {
        let key = RsaPrivateKey::from_pem(private_key?.as_bytes())
            .unwrap_or_else(|error| panic!("{method:?}: {error}"));
        let public_key = key.public_key();
        (
            SigningCredentials::RsaPrivateKey(key),
            VerifyingCredentials::RsaPublicKey(public_key),
        )
    } else {
        let client_secret = client_secret?;
        let secrets = || SharedSecrets {
            client: Secret::new(client_secret),
            token: token_secret.map(Secret::new),
        };
        (
            SigningCredentials::SharedSecrets(secrets()),
            VerifyingCredentials::SharedSecrets(secrets()),
        )
    };
    Some((
        SigningKey::new(method, &signing).expect("credentials of the right kind"),
        VerifyingKey::new(method, &verifying).expect("credentials of the right kind"),
    ))
}

/// The signature made, and the documented one verified.
fn check_signature(id: &str, keys: &(SigningKey, VerifyingKey), text: &str, expected: &str) {
    let (signing, verifying) = keys;
    let made = signing.sign(text.as_bytes());
    assert_eq!(made.as_deref(), Ok(expected), "{id}: signature");
    let verified = verifying.verify(text.as_bytes(), expected.as_bytes());
    assert_eq!(verified, Ok(()), "{id}: verified");
}

#[test]
fn signatures() {
    let signed = |kind: &Kind| {
        let request = matches!(
            kind,
            Kind::Request {
                signature: Some(_),
                ..
            }
        );
        request || matches!(kind, Kind::Signature { .. })
    };
    let mut checked = 0;
    for Vector { id, kind } in vectors(signed, 104) {
        let (keys, text, expected) = match kind {
            Kind::Request {
                signed,
                signature_method,
                base_string,
                signature: Some(s),
                ..
            } => {
                let private_key = signed.private_key();
                let keys = keys(
                    &signature_method,
                    signed.client_secret.as_deref(),
                    signed.token_secret.as_deref(),
                    private_key.as_deref(),
                );
                (keys, base_string, s)
            }
            Kind::Signature {
                signature_method,
                base_string,
                client_secret,
                token_secret,
                private_key_file,
                signing_key,
                signature,
            } => {
                check_key(
                    &id,
                    client_secret.as_deref(),
                    token_secret.as_deref(),
                    signing_key.as_deref(),
                );
                let private_key = private_key_file
                    .map(|file| diagnose_tests::fixtures::text(&format!("golden/{file}")));
                let keys = keys(
                    &signature_method,
                    client_secret.as_deref(),
                    token_secret.as_deref(),
                    private_key.as_deref(),
                );
                (keys, base_string, signature)
            }
            _ => continue,
        };
        if let Some(keys) = keys {
            check_signature(&id, &keys, &text, &expected);
            checked += 1;
        }
    }
    assert!(checked >= 104, "only {checked} signatures");
}

//! The examples of RFC 5849 itself, as printed, and the requests that others published.

mod common;

use common::*;
use oauth1_core::{
    authorization::Authorization,
    base_string::BaseString,
    key::{Secret, SharedSecrets},
    method::SignatureMethod,
    parameters::{Source, collect_parameters, split_form},
    request::Request,
    sign::{SigningCredentials, SigningKey, sign},
    verify::{Rejection, UncheckedNonces, Verifier, VerifyingCredentials, VerifyingKey},
};

fn shared(client: &str, token: &str) -> SharedSecrets {
    SharedSecrets {
        client: Secret::new(client),
        token: Some(Secret::new(token)),
    }
}

fn signature(request: &Request, method: SignatureMethod, client: &str, token: &str) -> String {
    let credentials = SigningCredentials::SharedSecrets(shared(client, token));
    sign(request, &SigningKey::new(method, &credentials).unwrap()).unwrap()
}

/// Verifies at the time that the request itself gives.
fn verifies(request: &Request, client: &str, token: &str) -> Result<(), Rejection> {
    let verifier = Verifier::default();
    let claim = verifier.read(request)?;
    let key = VerifyingKey::new(
        claim.method(),
        &VerifyingCredentials::SharedSecrets(shared(client, token)),
    )?;
    verifier.verify(
        &claim,
        &key,
        claim.timestamp().unwrap_or_default(),
        &mut UncheckedNonces,
    )
}

/// §1.2, with its folded header lines, its 9-digit timestamps, and the signature at its end.
fn section_1_2(method: &str, url: &str, parameters: &str, signature: &str) -> Request {
    let request = Request::from_url(method.as_bytes(), url.as_bytes()).unwrap();
    let encoded = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    with_authorization(
        request,
        format!("OAuth realm=\"Photos\",\r\n   {parameters},\r\n   oauth_signature=\"{encoded}\""),
    )
}

#[test]
fn section_1_2_temporary_credentials() {
    let parameters = "oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"HMAC-SHA1\", \
                      oauth_timestamp=\"137131200\", oauth_nonce=\"wIjqoS\", \
                      oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\"";
    let printed = "74KNZJeDHnMBp0EMJ9ZHt/XKycU=";
    let request = section_1_2(
        "POST",
        "https://photos.example.net/initiate",
        parameters,
        printed,
    );
    assert_eq!(
        signature(&request, SignatureMethod::HmacSha1, "kd94hf93k423kf44", ""),
        printed
    );
    assert_eq!(verifies(&request, "kd94hf93k423kf44", ""), Ok(()));
}

#[test]
fn section_1_2_token() {
    let parameters = "oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"hh5s93j4hdidpola\", \
                      oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", \
                      oauth_nonce=\"walatlh\", oauth_verifier=\"hfdp7dh39dks9884\"";
    let printed = "gKgrFCywp7rO0OXSjdot/IHF7IU=";
    let request = section_1_2(
        "POST",
        "https://photos.example.net/token",
        parameters,
        printed,
    );
    assert_eq!(
        verifies(&request, "kd94hf93k423kf44", "hdhd0244k9j7ao03"),
        Ok(())
    );
}

#[test]
fn section_1_2_photos() {
    let parameters = "oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", \
                      oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", \
                      oauth_nonce=\"chapoH\"";
    let printed = "MdpQcU8iPSUjWoN/UDMsK2sui9I=";
    let url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    let request = section_1_2("GET", url, parameters, printed);
    assert_eq!(
        verifies(&request, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
        Ok(())
    );
}

/// The request of §3.1 and §3.4.1.
fn section_3_1(method: &str, signature: &str) -> Request {
    let mut request = Request::from_url(
        method.as_bytes(),
        b"http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
    )
    .unwrap();
    request.body = b"c2&a3=2+q".to_vec();
    let parameters = "oauth_consumer_key=\"9djdj82h48djs9d2\",\r\n oauth_token=\"kkk9d7dh3k39sjv7\",\r\n \
                      oauth_signature_method=\"HMAC-SHA1\",\r\n oauth_timestamp=\"137131201\",\r\n \
                      oauth_nonce=\"7d8f3e4a\"";
    let encoded = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let header =
        format!("OAuth realm=\"Example\",\r\n {parameters},\r\n oauth_signature=\"{encoded}\"");
    with_authorization(with_header(request, "Content-Type", FORM), header)
}

/// The secrets of §3.1.
const SECRETS: (&str, &str) = ("j49sk3j29djd", "dh893hdasih9");

#[test]
fn section_3_1_prints_the_signature_of_a_get() {
    let printed = "bYT5CMsGcbgUdFHObYMEfcx6bsw=";
    // Erratum 2550 gives the value for the POST request that the section shows.
    let corrected = "r6/TJjbCOr97/+UU0NsvSne7s5g=";
    let post = section_3_1("POST", printed);
    assert_eq!(
        verifies(&post, SECRETS.0, SECRETS.1),
        Err(Rejection::WrongSignature)
    );
    assert_eq!(
        verifies(&section_3_1("POST", corrected), SECRETS.0, SECRETS.1),
        Ok(())
    );
    assert_eq!(
        verifies(&section_3_1("GET", printed), SECRETS.0, SECRETS.1),
        Ok(())
    );
}

#[test]
fn section_3_4_1_3_1_prints_a_signature_of_nothing_known() {
    let filler = "djosJKDKJSD8743243/jdk33klY=";
    for method in ["GET", "POST"] {
        let request = section_3_1(method, filler);
        assert_eq!(
            verifies(&request, SECRETS.0, SECRETS.1),
            Err(Rejection::WrongSignature)
        );
    }
}

#[test]
fn section_3_4_1_base_string_and_normalized_parameters() {
    let request = section_3_1("POST", "bYT5CMsGcbgUdFHObYMEfcx6bsw=");
    assert_eq!(
        collect_parameters(&request).normalized(),
        "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=9djdj82h48djs9d2&oauth_nonce=7d8f3e4a&\
         oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201&oauth_token=kkk9d7dh3k39sjv7"
    );
    assert_eq!(
        BaseString::of(&request).as_str(),
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2\
         %3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26\
         oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    );
}

#[test]
fn section_3_5_the_same_parameters_in_three_places() {
    let header = br#"OAuth realm="Example",
        oauth_consumer_key="0685bd9184jfhq22",
        oauth_token="ad180jjd733klru7",
        oauth_signature_method="HMAC-SHA1",
        oauth_signature="wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D",
        oauth_timestamp="137131200",
        oauth_nonce="4572616e48616d6d65724c61686176",
        oauth_version="1.0""#;
    let form = b"oauth_consumer_key=0685bd9184jfhq22&oauth_token=ad180jjd733klru7&oauth_signature_method=HMAC-SHA1&\
                 oauth_signature=wOJIO9A2W5mFwDgiDvZbTSMK%2FPY%3D&oauth_timestamp=137131200&\
                 oauth_nonce=4572616e48616d6d65724c61686176&oauth_version=1.0";
    let parsed = Authorization::parse(header).unwrap();
    assert_eq!(parsed.issues, []);
    assert_eq!(parsed.realm.as_deref(), Some(&b"Example"[..]));
    let decoded = |list: &[oauth1_core::parameters::Parameter<'_>]| -> Vec<_> {
        list.iter()
            .map(|one| (one.name.to_vec(), one.value.to_vec()))
            .collect()
    };
    let from_header = decoded(&parsed.parameters);
    assert_eq!(
        from_header[3],
        (
            b"oauth_signature".to_vec(),
            b"wOJIO9A2W5mFwDgiDvZbTSMK/PY=".to_vec()
        )
    );
    assert_eq!(from_header, decoded(&split_form(form, Source::Body)));
}

/// Examples of specifications, provider documentation and library tests; see `data/README.md`.
#[test]
fn published_requests() {
    let mut count = 0;
    for line in include_str!("data/published_requests.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [
            id,
            _source,
            method,
            url,
            header,
            content_type,
            body,
            client,
            token,
            name,
            expected,
            expected_signature,
        ] = fields[..]
        else {
            panic!("{line}: not twelve fields");
        };
        let mut request = Request::from_url(method.as_bytes(), url.as_bytes()).unwrap();
        request.body = body.into();
        if !content_type.is_empty() {
            request = with_header(request, "Content-Type", content_type);
        }
        let request = with_authorization(request, header);
        assert_eq!(base(&request), expected, "{id}");
        let method = SignatureMethod::from_name(name.as_bytes()).unwrap();
        assert_eq!(
            signature(&request, method, client, token),
            expected_signature,
            "{id}"
        );
        count += 1;
    }
    assert_eq!(count, 76);
}

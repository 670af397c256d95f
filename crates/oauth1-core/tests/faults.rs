//! Every protocol parameter, in every place, with every fault: what does a strict verifier say?

mod common;

use common::*;
use oauth1_core::{
    authorization::format_authorization, method::SignatureMethod, parameters::Source,
    request::Request, sign::sign, verify::Rejection,
};

type Pair = (String, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Missing,
    TwiceEqual,
    TwiceDifferent,
    InASecondPlace,
    Empty,
    WrongCase,
}

const FAULTS: [Fault; 6] = [
    Fault::Missing,
    Fault::TwiceEqual,
    Fault::TwiceDifferent,
    Fault::InASecondPlace,
    Fault::Empty,
    Fault::WrongCase,
];

const PLACES: [Source; 3] = [Source::Header, Source::Query, Source::Body];

const PARAMETERS: [(&str, &str); 6] = [
    ("oauth_consumer_key", "ck"),
    ("oauth_token", "tk"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1700000000"),
    ("oauth_nonce", "nonce"),
    ("oauth_version", "1.0"),
];

/// The pairs with the fault in one of them, and what goes to a second place.
fn faulty(pairs: &[Pair], name: &str, fault: Fault) -> (Vec<Pair>, Option<Pair>) {
    let mut pairs = pairs.to_vec();
    let Some(at) = pairs.iter().position(|pair| pair.0 == name) else {
        return (pairs, None);
    };
    let pair = pairs[at].clone();
    match fault {
        Fault::Missing => drop(pairs.remove(at)),
        Fault::TwiceEqual => pairs.push(pair),
        Fault::TwiceDifferent => pairs.push((pair.0, "other".into())),
        Fault::InASecondPlace => return (pairs, Some(pair)),
        Fault::Empty => pairs[at].1.clear(),
        Fault::WrongCase => pairs[at].0.make_ascii_uppercase(),
    }
    (pairs, None)
}

fn put(request: &mut Request, place: Source, pairs: &[Pair]) {
    if pairs.is_empty() {
        return;
    }
    let bytes: Vec<(&[u8], &[u8])> = pairs
        .iter()
        .map(|pair| (pair.0.as_bytes(), pair.1.as_bytes()))
        .collect();
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, RESERVED).to_string();
    let pieces: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{}={}", encode(&pair.0), encode(&pair.1)))
        .collect();
    match place {
        Source::Header => {
            *request = with_authorization(request.clone(), format_authorization(None, &bytes));
        }
        Source::Query => request.query = Some(pieces.join("&").into()),
        Source::Body => request.body = pieces.join("&").into(),
    }
}

fn request(place: Source, pairs: &[Pair], second: Option<&Pair>) -> Request {
    let mut request = form("");
    put(&mut request, place, pairs);
    let other = if place == Source::Header {
        Source::Query
    } else {
        Source::Header
    };
    put(
        &mut request,
        other,
        second.map_or(&[], std::slice::from_ref),
    );
    request
}

/// What is expected, by §3.1, §3.2 and §3.5.
fn expected(name: &'static str, fault: Fault) -> Result<(), u16> {
    let optional = ["oauth_token", "oauth_version"].contains(&name);
    match fault {
        Fault::Missing | Fault::WrongCase if optional => Ok(()),
        // An empty token stands for none; whether there is a client with an empty name, its server knows.
        Fault::Empty if ["oauth_token", "oauth_consumer_key"].contains(&name) => Ok(()),
        Fault::Empty if name == "oauth_signature" => Err(401),
        _ => Err(400),
    }
}

#[test]
fn p18_every_fault_of_every_parameter_in_every_place() {
    let pairs: Vec<Pair> = PARAMETERS
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let names = PARAMETERS
        .iter()
        .map(|(name, _)| *name)
        .chain(["oauth_signature"]);
    let mut count = 0;
    for name in names {
        for (place, fault) in PLACES
            .into_iter()
            .flat_map(|place| FAULTS.map(|fault| (place, fault)))
        {
            let (sent, second) = faulty(&pairs, name, fault);
            // Signed with its fault, so that nothing else can be wrong with it.
            let unsigned = request(place, &sent, second.as_ref());
            let signature = sign(&unsigned, &signing_key(SignatureMethod::HmacSha1)).unwrap();
            let with_signature = [&sent[..], &[("oauth_signature".into(), signature)]].concat();
            let (sent, second) = if name == "oauth_signature" {
                faulty(&with_signature, name, fault)
            } else {
                (with_signature, second)
            };
            let verdict = verify(&request(place, &sent, second.as_ref()));
            let status = verdict.clone().map_err(|rejection| rejection.status());
            assert_eq!(
                status,
                expected(name, fault),
                "{name} {fault:?} in the {place}: {verdict:?}"
            );
            match fault {
                Fault::TwiceEqual | Fault::TwiceDifferent => {
                    assert_eq!(verdict, Err(Rejection::Duplicate(name.into())));
                }
                Fault::InASecondPlace => {
                    assert!(matches!(verdict, Err(Rejection::SeveralPlaces(..))));
                }
                Fault::Missing | Fault::WrongCase if verdict.is_err() => {
                    assert_eq!(verdict, Err(Rejection::Missing(name)));
                }
                _ => {}
            }
            count += 1;
        }
    }
    assert_eq!(count, 7 * 3 * 6);
}

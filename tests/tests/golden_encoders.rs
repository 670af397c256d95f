//! The encoders that the search tries: do they write what the real functions wrote?
use diagnose_tests::fixtures;
use oauth1_core::encode::percent_encode;
use oauth1_diagnosis::encoders::PROFILES;
use serde::Deserialize;

#[derive(Deserialize)]
struct Measured {
    input: String,
    rfc5849: String,
    encoders: Vec<Encoder>,
}

#[derive(Deserialize)]
struct Encoder {
    name: String,
    output: String,
}

fn measured() -> Measured {
    serde_json::from_str(&fixtures::text("encoders/encoders.json")).expect("as its README says")
}

#[test]
fn the_rfc_is_what_core_writes() {
    let Measured { input, rfc5849, .. } = measured();
    assert_eq!(percent_encode(input.as_bytes()), rfc5849);
}

#[test]
fn every_measured_encoder_has_a_profile() {
    let Measured {
        input, encoders, ..
    } = measured();
    assert_eq!(encoders.len(), 26);
    let outputs: Vec<_> = PROFILES
        .iter()
        .map(|profile| profile.encode(input.as_bytes()))
        .collect();
    let missing: Vec<_> = encoders
        .iter()
        .filter(|encoder| {
            !outputs
                .iter()
                .any(|output| output == encoder.output.as_bytes())
        })
        .map(|encoder| encoder.name.as_str())
        .collect();
    assert!(
        missing.is_empty(),
        "no profile writes what these write: {missing:?}"
    );
}

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
    for Encoder { name, output } in encoders {
        let profile = PROFILES.iter().find(|profile| profile.name == name);
        let profile = profile.unwrap_or_else(|| panic!("no profile {name}"));
        let written = profile.encode(input.as_bytes());
        assert_eq!(String::from_utf8_lossy(&written), output, "{name}");
    }
}

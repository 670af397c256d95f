//! Turns the data files, which are written by hand, into `MessagePack`: it is read in a fraction of the time, each time the program
//! starts.

use std::{env, error::Error, fs, path::Path};

const FILES: [&str; 3] = ["calls", "clients/clients", "providers/profiles"];

fn main() -> Result<(), Box<dyn Error>> {
    let fixtures = Path::new("../../fixtures");
    let out = env::var("OUT_DIR")?;
    for name in FILES {
        let file = fixtures.join(name).with_extension("toml");
        println!("cargo::rerun-if-changed={}", file.display());
        let value: toml::Value = toml::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let packed = Path::new(&out)
            .join(file.file_stem().unwrap_or_default())
            .with_extension("msgpack");
        fs::write(packed, rmp_serde::to_vec(&value)?)?;
    }
    Ok(())
}

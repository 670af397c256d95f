//! What `diagnose --version` tells: of which commit, for which machine, by which compiler.

use std::{env, process::Command};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A commit moves what HEAD names; a release from crates.io has no repository.
    println!("cargo:rerun-if-changed=../../.git/HEAD");
    println!("cargo:rerun-if-changed=../../.git/logs/HEAD");
    let says = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let text = text.trim();
        (output.status.success() && !text.is_empty()).then(|| text.to_owned())
    };
    let unknown = || "unknown".to_owned();
    let commit = says("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(unknown);
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiler = says(&rustc, &["--version"]).unwrap_or_else(unknown);
    let target = env::var("TARGET").unwrap_or_else(|_| unknown());
    let version = env!("CARGO_PKG_VERSION");
    println!("cargo:rustc-env=DIAGNOSE_VERSION={version} (commit {commit}, {target}, {compiler})");
}

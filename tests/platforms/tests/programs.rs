//! The programs, built for another system.

use crate::home::succeeds;
use crate::platform::Platform;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Builds `potbridge` and `potbridge-setup`, and gives the folder that they are in.
///
/// Cargo builds what has changed, and one such command waits for another.
pub fn build(platform: Platform) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "potbridge",
            "--package",
            "potbridge-setup",
            "--target",
        ])
        .arg(platform.triple())
        .current_dir(workspace());
    let built = cargo.status().unwrap();
    assert!(built.success(), "cargo builds for {}: {built}", platform.triple());
    target().join(platform.triple()).join("debug")
}

/// Rust's own library for a system, as rustup installs it.
pub fn library(platform: Platform) -> PathBuf {
    let mut rustc = Command::new("rustc");
    let rustc =
        rustc.args(["--print", "target-libdir", "--target", platform.triple()]).current_dir(workspace());
    let printed = rustc.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    succeeds(printed).trim().into()
}

fn workspace() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../.."].iter().collect()
}

/// The folder that this very program was built in.
fn target() -> PathBuf {
    let itself = std::env::current_exe().unwrap();
    itself.ancestors().nth(3).unwrap().to_owned()
}

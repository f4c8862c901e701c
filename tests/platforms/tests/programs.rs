//! The programs, built for another system.

use crate::home::succeeds;
use crate::platform::Platform;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where Debian has ARM64's libraries. qemu's own `-L` also leads the program's paths there, if it finds them there: the root among
/// them (qemu 7.2).
const FOREIGN_LIBRARIES: &str = "-Clink-arg=-Wl,--dynamic-linker=/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 \
    -Clink-arg=-Wl,-rpath,/usr/aarch64-linux-gnu/lib";

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
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc")
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS", FOREIGN_LIBRARIES)
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

//! Runs cargo and rustup. Their own progress is shown.

use crate::error::{Error, Result};
use serde::Deserialize;
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The target that the extension is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Builds a part of the workspace.
pub(crate) fn build(workspace: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = cargo(workspace);
    command.arg("build").args(arguments);
    run(command)
}

/// The folder that cargo builds into, with the environment and the person's configuration considered.
pub(crate) fn target_folder(workspace: &Path) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let mut command = cargo(workspace);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let text = words(&command);
    let output = succeed(output(command)?, &text)?;
    serde_json::from_slice::<Metadata>(&output.stdout).map(|metadata| metadata.target_directory).map_err(
        |error| Error::Failed {
            program: text,
            status: "its output is not as expected".to_owned(),
            stderr: error.to_string(),
        },
    )
}

/// Adds the wasm target to the toolchain, if it is missing.
pub(crate) fn ensure_wasm_target(workspace: &Path) -> Result<()> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(workspace).args(["--print", "target-libdir", "--target", WASM_TARGET]);
    let text = words(&command);
    let answer = succeed(output(command)?, &text)?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    if libraries.is_dir() {
        return Ok(());
    }
    let mut command = Command::new("rustup");
    command.current_dir(workspace).args(["target", "add", WASM_TARGET]);
    match run(command) {
        Err(Error::Run { source, .. }) if source.kind() == io::ErrorKind::NotFound => Err(Error::Missing {
            what: format!("Rust's target {WASM_TARGET}, for the extension,"),
            hint: format!(
                "install Rust with rustup (https://rustup.rs), or your distribution's package for {WASM_TARGET}"
            ),
        }),
        done => done,
    }
}

fn cargo(workspace: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace);
    // The cargo that runs this program has set these for it. They must not reach the packages that are built.
    for (name, _) in env::vars_os().filter(|(name, _)| describes_a_package(name)) {
        command.env_remove(name);
    }
    command
}

fn describes_a_package(name: &OsString) -> bool {
    name.to_str().is_some_and(|name| {
        name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || name.starts_with("CARGO_BIN_EXE_")
            || name == "CARGO_CRATE_NAME"
            || name == "CARGO_PRIMARY_PACKAGE"
    })
}

/// Runs a program that shows its own progress. Its stdout goes to stderr.
fn run(mut command: Command) -> Result<()> {
    let text = words(&command);
    let status = command
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .status()
        .map_err(|source| Error::Run { program: text.clone(), source })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed { program: text, status: status.to_string(), stderr: String::new() })
}

fn output(mut command: Command) -> Result<Output> {
    let program = words(&command);
    command.stdin(Stdio::null()).output().map_err(|source| Error::Run { program, source })
}

fn succeed(output: Output, program: &str) -> Result<Output> {
    if output.status.success() {
        return Ok(output);
    }
    Err(Error::Failed {
        program: program.to_owned(),
        status: output.status.to_string(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

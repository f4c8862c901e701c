//! Runs cargo and rustup. Their own progress is shown.

use crate::error::{Error, Result};
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The target that the extension is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Runs a command of cargo's that builds, with these variables besides.
pub(crate) fn run_with(
    workspace: &Path,
    arguments: &[OsString],
    variables: &[(String, OsString)],
) -> Result<()> {
    let mut command = cargo(workspace);
    command.args(arguments);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    run(command)
}

/// What a command of cargo's prints, and the command in words.
pub(crate) fn output_of(workspace: &Path, arguments: &[&str]) -> Result<(String, Vec<u8>)> {
    let mut command = cargo(workspace);
    command.args(arguments);
    let text = words(&command);
    let output = succeed(output(command)?, &text)?;
    Ok((text, output.stdout))
}

/// What the compiler says of itself.
pub(crate) struct Compiler {
    /// The triple of the system that it runs on.
    pub(crate) host: String,
    /// Its version: `1.95.0`.
    pub(crate) version: String,
    /// The commit of Rust's source that it was built from.
    pub(crate) commit: String,
    /// The folder of the toolchain.
    pub(crate) sysroot: PathBuf,
}

impl Compiler {
    /// Asks it.
    pub(crate) fn ask(workspace: &Path) -> Result<Self> {
        let about = rustc(workspace, &["--version", "--verbose"])?;
        let value = |name: &str| {
            let line = about.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        Ok(Self {
            host: value("host"),
            version: value("release"),
            commit: value("commit-hash"),
            sysroot: PathBuf::from(rustc(workspace, &["--print", "sysroot"])?.trim()),
        })
    }
}

/// Adds a target to the toolchain, if it is missing.
pub(crate) fn ensure_target(workspace: &Path, triple: &str) -> Result<()> {
    let libraries = rustc(workspace, &["--print", "target-libdir", "--target", triple])?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    let mut command = Command::new("rustup");
    command.current_dir(workspace).args(["target", "add", triple]);
    match run(command) {
        Err(Error::Run { source, .. }) if source.kind() == io::ErrorKind::NotFound => Err(Error::Missing {
            what: format!("Rust's target {triple}"),
            hint: format!(
                "install Rust with rustup (https://rustup.rs), or your distribution's package for {triple}"
            ),
        }),
        done => done,
    }
}

fn rustc(workspace: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(workspace).args(arguments);
    let text = words(&command);
    Ok(String::from_utf8_lossy(&succeed(output(command)?, &text)?.stdout).into_owned())
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

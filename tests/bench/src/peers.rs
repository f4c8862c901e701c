//! The foreign programs that potbridge is measured against.

use crate::place::Grounds;
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// From here on Node imports without a flag what wasm-bindgen makes, and is one that yt-dlp takes.
const OLDEST_NODE: u32 = 22;

/// The peers, ready to run.
pub struct Peers {
    /// Gives back each frame.
    pub echo: PathBuf,
    /// Notes when each frame came.
    pub stamp: PathBuf,
    /// Does nothing.
    pub empty: PathBuf,
    /// The interpreters; else the reason why there is none.
    pub python: Result<Interpreter, String>,
    /// As above.
    pub node: Result<Interpreter, String>,
}

/// A program that runs scripts.
pub struct Interpreter {
    /// The program itself, not what may stand on PATH in its place.
    pub program: PathBuf,
    /// As it says it.
    pub version: String,
}

impl Peers {
    /// Compiles what is written in C, and looks for the interpreters.
    ///
    /// # Errors
    /// Where there is no C compiler, or it fails.
    pub fn prepare(grounds: &Grounds) -> Result<Self> {
        let compile = |name: &str| compile(&source(&format!("{name}.c")), &grounds.path().join(name));
        Ok(Self {
            echo: compile("echo")?,
            stamp: compile("stamp")?,
            empty: compile("empty")?,
            python: python(),
            node: node(),
        })
    }
}

/// A file of `peers/`.
#[must_use]
pub fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name)
}

fn compile(source: &Path, program: &Path) -> Result<PathBuf> {
    let status = Command::new("cc")
        .args(["-O2", "-Wall", "-Wextra", "-Werror", "-s", "-o"])
        .args([program, source])
        .status()
        .context("cannot run cc, the C compiler: install the package gcc")?;
    ensure!(status.success(), "cc could not compile {} ({status})", source.display());
    Ok(program.to_owned())
}

fn python() -> Result<Interpreter, String> {
    let tell = "import sys; print(sys.executable); print(sys.version.split()[0])";
    interpreter("python3", &["-c", tell])
}

fn node() -> Result<Interpreter, String> {
    let tell = "console.log(process.execPath); console.log(process.versions.node)";
    let node = interpreter("node", &["-e", tell])?;
    let major = node.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < OLDEST_NODE {
        return Err(format!(
            "node on PATH is {}, and {OLDEST_NODE} or newer is needed: ./tests/run installs one",
            node.version
        ));
    }
    Ok(node)
}

/// Has an interpreter print its own path and version.
fn interpreter(name: &str, tell: &[&str]) -> Result<Interpreter, String> {
    let Output { status, stdout, .. } =
        Command::new(name).args(tell).output().map_err(|error| format!("{name} cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&stdout);
    match (status.success(), said.lines().collect::<Vec<_>>().as_slice()) {
        (true, [program, version]) => {
            Ok(Interpreter { program: program.into(), version: (*version).to_owned() })
        }
        _ => Err(format!("{name} on PATH does not work ({status})")),
    }
}

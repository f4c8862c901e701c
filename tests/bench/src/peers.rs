//! The other programs that potbridge is measured against.

use crate::dirs::BenchDir;
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The first Node that imports wasm-bindgen's output without a flag. yt-dlp supports it too.
const OLDEST_NODE: u32 = 22;

/// The peers, ready to run.
pub struct Peers {
    /// Echoes each frame.
    pub echo: PathBuf,
    /// Notes the time of each frame.
    pub stamp: PathBuf,
    /// Does nothing.
    pub empty: PathBuf,
    /// The interpreter, or the reason why there is none.
    pub python: Result<Interpreter, String>,
    /// As above.
    pub node: Result<Interpreter, String>,
}

/// A program that runs scripts.
pub struct Interpreter {
    /// The program itself, not a wrapper on PATH.
    pub program: PathBuf,
    /// The version that it prints.
    pub version: String,
}

impl Peers {
    /// Compiles the programs in C, and finds the interpreters.
    ///
    /// # Errors
    /// If there is no C compiler, or it fails.
    pub fn prepare(bench_dir: &BenchDir) -> Result<Self> {
        let compile = |name: &str| compile(&source(&format!("{name}.c")), &bench_dir.path().join(name));
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

/// Has an interpreter print its path and version.
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

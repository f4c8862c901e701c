//! What cargo knows of the workspace and of its crates.

use crate::cargo;
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The workspace and all crates that anything in it uses.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// The crates.
    pub packages: Vec<Package>,
    /// The folder that cargo builds into.
    pub target_directory: PathBuf,
}

/// A crate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, an SPDX expression.
    pub license: Option<String>,
    /// Where its source is kept.
    pub repository: Option<String>,
    /// The registry that it is from. `None`: this workspace.
    pub source: Option<String>,
    /// The path of its `Cargo.toml`.
    pub manifest_path: PathBuf,
}

impl Package {
    /// The folder of its source.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new("."))
    }
}

impl Metadata {
    /// Reads them. What is missing is fetched, as `Cargo.lock` says.
    ///
    /// # Errors
    /// If cargo fails.
    pub fn read(workspace: &Path) -> Result<Self> {
        Self::asked(workspace, &["--locked"])
    }

    /// Reads them without the crates of others, which is faster and asks no registry.
    pub(crate) fn of_workspace(workspace: &Path) -> Result<Self> {
        Self::asked(workspace, &["--no-deps"])
    }

    fn asked(workspace: &Path, more: &[&str]) -> Result<Self> {
        let arguments = [&["metadata", "--format-version", "1"], more].concat();
        let (command, output) = cargo::output_of(workspace, &arguments)?;
        serde_json::from_slice(&output).map_err(|error| Error::Failed {
            program: command,
            status: "its output is not as expected".to_owned(),
            stderr: error.to_string(),
        })
    }

    /// The crates that are linked into a program or library of a package of the workspace, for a target (Rust's triple).
    ///
    /// What only runs while it is built is not among them: procedural macros, build scripts.
    ///
    /// # Errors
    /// If cargo fails.
    pub fn linked(&self, workspace: &Path, package: &str, triple: &str) -> Result<Vec<&Package>> {
        let (command, output) = cargo::output_of(
            workspace,
            &[
                "tree",
                "--locked",
                "--package",
                package,
                "--target",
                triple,
                "--edges",
                "normal,no-proc-macro",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ],
        )?;
        let known: BTreeMap<_, _> = self
            .packages
            .iter()
            .map(|package| ((package.name.as_str(), package.version.as_str()), package))
            .collect();
        let text = String::from_utf8_lossy(&output);
        // `name v1.2.3 (more)`
        let named: BTreeSet<_> = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some((words.next()?, words.next()?.strip_prefix('v')?))
            })
            .collect();
        let found: Option<Vec<_>> = named.iter().map(|name| known.get(name).copied()).collect();
        found.filter(|found| !found.is_empty()).ok_or_else(|| Error::Failed {
            program: command,
            status: "its output is not as expected".to_owned(),
            stderr: text.into_owned(),
        })
    }
}

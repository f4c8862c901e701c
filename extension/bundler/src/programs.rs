//! Builds the programs.

use crate::cargo;
use crate::error::Result;
use crate::workspace::Workspace;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

/// A program of the workspace. Its package has the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    package: &'static str,
    release: bool,
}

impl Program {
    /// The native host.
    pub const HOST: Self = Self { package: "potbridge", release: true };
    /// The installer.
    pub const SETUP: Self = Self { package: "potbridge-setup", release: true };
    /// The installer, built fast for a single run.
    pub const SETUP_FOR_NOW: Self = Self { package: "potbridge-setup", release: false };
    /// The stand-in for YouTube.
    pub const STAND_IN: Self = Self { package: "potbridge-stand-in", release: false };

    /// Its file name on this system.
    pub(crate) fn file_name(self) -> String {
        format!("{}{EXE_SUFFIX}", self.package)
    }

    /// Builds it and returns its path.
    pub(crate) fn build(self, workspace: &Workspace) -> Result<PathBuf> {
        let mut arguments = vec!["--package", self.package, "--bin", self.package];
        if self.release {
            arguments.push("--release");
        }
        cargo::build(&workspace.root, &arguments)?;
        let profile = if self.release { "release" } else { "debug" };
        Ok(workspace.target.join(profile).join(self.file_name()))
    }
}

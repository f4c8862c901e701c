//! Builds the programs.

use crate::cargo;
use crate::error::Result;
use crate::release::{self, What};
use crate::workspace::Workspace;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
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

    /// The package and the program have one name.
    pub(crate) fn package(self) -> &'static str {
        self.package
    }

    /// Its file name on this system.
    pub(crate) fn file_name(self) -> String {
        format!("{}{EXE_SUFFIX}", self.package)
    }

    /// Its file name on the system of a triple.
    pub(crate) fn file_name_on(self, triple: &str) -> String {
        format!("{}{}", self.package, if triple.contains("windows") { ".exe" } else { "" })
    }

    /// Builds it for this machine and returns its path.
    pub(crate) fn build(self, workspace: &Workspace) -> Result<PathBuf> {
        if self.release {
            return self.build_for(workspace, &cargo::Compiler::ask(&workspace.root)?.host);
        }
        let arguments = ["build", "--package", self.package, "--bin", self.package].map(OsString::from);
        cargo::run_with(&workspace.root, &arguments, &[])?;
        Ok(workspace.target.join("debug").join(self.file_name()))
    }

    /// Builds it as people are given it, for the system of a triple, and returns its path.
    pub(crate) fn build_for(self, workspace: &Workspace, triple: &str) -> Result<PathBuf> {
        let what = What { profile: "release", triple, package: self.package, is_program: true };
        let folder = release::build(workspace, &what)?;
        Ok(folder.join(self.file_name_on(triple)))
    }
}

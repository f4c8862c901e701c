//! The systems that there are packages for.

use crate::error::{Error, Result};
use clap::ValueEnum;
use std::env::consts;

/// A system that there are packages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Target {
    /// Linux on x86-64, any distribution
    #[value(name = "x86_64-unknown-linux-musl")]
    LinuxX64,
    /// Linux on ARM64 with glibc
    #[value(name = "aarch64-unknown-linux-gnu")]
    LinuxArm64,
    /// Windows on x86-64
    #[value(name = "x86_64-pc-windows-gnu")]
    WindowsX64,
    /// macOS on Apple's own processors
    #[value(name = "aarch64-apple-darwin")]
    MacArm64,
    /// macOS on Intel's processors
    #[value(name = "x86_64-apple-darwin")]
    MacX64,
}

/// What Debian knows of a target.
pub(crate) struct Debian {
    /// Its name of the processor.
    pub(crate) architecture: &'static str,
    /// The packages without which the programs do not start.
    pub(crate) depends: Option<&'static str>,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::LinuxX64, Self::LinuxArm64, Self::WindowsX64, Self::MacArm64, Self::MacX64];

    /// The target of this machine.
    ///
    /// # Errors
    /// If there are no packages for it.
    pub fn of_this_machine() -> Result<Self> {
        match (consts::OS, consts::ARCH) {
            ("linux", "x86_64") => Ok(Self::LinuxX64),
            ("linux", "aarch64") => Ok(Self::LinuxArm64),
            ("windows", "x86_64") => Ok(Self::WindowsX64),
            ("macos", "aarch64") => Ok(Self::MacArm64),
            ("macos", "x86_64") => Ok(Self::MacX64),
            (system, processor) => Err(Error::Missing {
                what: format!("a package for {system} on {processor}"),
                hint: "name another one with --target, or install from source: cargo setup install"
                    .to_owned(),
            }),
        }
    }

    /// Rust's name of it.
    #[must_use]
    pub fn triple(self) -> &'static str {
        match self {
            Self::LinuxX64 => "x86_64-unknown-linux-musl",
            Self::LinuxArm64 => "aarch64-unknown-linux-gnu",
            Self::WindowsX64 => "x86_64-pc-windows-gnu",
            Self::MacArm64 => "aarch64-apple-darwin",
            Self::MacX64 => "x86_64-apple-darwin",
        }
    }

    /// Whether its archive is a `.zip`, which Windows unpacks by itself, and no `.tar.gz`.
    pub(crate) fn has_zip(self) -> bool {
        self == Self::WindowsX64
    }

    /// What Debian knows of it, if there is a Debian package.
    pub(crate) fn debian(self) -> Option<Debian> {
        match self {
            Self::LinuxX64 => Some(Debian { architecture: "amd64", depends: None }),
            // The newest symbols that the programs ask of glibc. tests/packages compares.
            Self::LinuxArm64 => {
                Some(Debian { architecture: "arm64", depends: Some("libc6 (>= 2.34), libgcc-s1") })
            }
            Self::WindowsX64 | Self::MacArm64 | Self::MacX64 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_takes_rusts_names() {
        for target in Target::ALL {
            assert_eq!(Target::from_str(target.triple(), false), Ok(target));
        }
        assert_eq!(Target::value_variants().len(), Target::ALL.len());
    }
}

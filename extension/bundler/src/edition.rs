//! The extension's editions.
//!
//! Extension stores refuse extensions that download from YouTube. So one edition leaves downloads out.

use clap::ValueEnum;
use std::fmt;
use std::path::{Path, PathBuf};

/// Which part of the extension is in a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum)]
pub enum Edition {
    /// Everything
    #[default]
    Full,
    /// Tokens only: no downloads and none of their permissions, for extension stores
    Capture,
}

impl Edition {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Full, Self::Capture];

    /// Its name: `full`, `capture`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Capture => "capture",
        }
    }

    /// Whether a folder of `extension/web` is left out.
    #[must_use]
    pub(crate) fn leaves_out(self, folder: &Path) -> bool {
        self == Self::Capture && folder == Path::new("download")
    }

    /// The folder under `extension/editions` whose files replace those of `extension/web`, if this edition has one.
    #[must_use]
    pub(crate) fn replacements(self, editions: &Path) -> Option<PathBuf> {
        (self != Self::Full).then(|| editions.join(self.name()))
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! The two families of browsers.

use serde::{Deserialize, Serialize};

/// How a browser is started and driven, and which manifests it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Chromium and the browsers that are built from it.
    Chromium,
    /// Firefox and its forks.
    Firefox,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// The name of the family's folders: `chromium`, `firefox`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
        }
    }
}

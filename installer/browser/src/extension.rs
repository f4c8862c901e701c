//! What a browser must know of an extension before it loads it.

use crate::error::{Error, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;

const MANIFEST: &str = "manifest.json";

/// The manifest's keys that decide how the extension is loaded.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Manifest {
    background: Background,
    browser_specific_settings: BrowserSpecificSettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Background {
    service_worker: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BrowserSpecificSettings {
    gecko: Gecko,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Gecko {
    id: Option<String>,
}

impl Manifest {
    /// Reads the manifest of an extension's folder.
    pub(crate) fn read(extension: &Path) -> Result<Self> {
        let path = extension.join(MANIFEST);
        let bytes = fs_err::read(&path)?;
        serde_json::from_slice(&bytes).map_err(|error| Error::Manifest { path, problem: error.to_string() })
    }

    /// Whether Chromium starts a worker for it.
    pub(crate) fn has_service_worker(&self) -> bool {
        self.background.service_worker.is_some()
    }

    /// The id by which Firefox knows it. Firefox installs no add-on without one.
    pub(crate) fn add_on_id(self, extension: &Path) -> Result<String> {
        self.browser_specific_settings.gecko.id.ok_or_else(|| Error::Manifest {
            path: extension.join(MANIFEST),
            problem: "browser_specific_settings.gecko.id is missing".to_owned(),
        })
    }
}

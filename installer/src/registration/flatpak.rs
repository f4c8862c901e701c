//! A flatpak's sandbox, and how it is opened so that the browser in it can start the host.

use crate::browsers::{Entry, Machine};
use std::path::{Path, PathBuf};

/// The name on the session bus by which a sandbox starts programs outside of it.
const BUS_NAME: &str = "org.freedesktop.Flatpak";

/// The sandbox of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// The application's id.
    pub app: String,
    /// The application's own folder, which it sees under the same path: `~/.var/app/ID`.
    folder: PathBuf,
}

impl Sandbox {
    pub(super) fn new(app: &str, machine: &Machine) -> Self {
        Self { app: app.to_owned(), folder: machine.home.join(".var").join("app").join(app) }
    }

    /// The script that the browser starts in place of the host.
    #[must_use]
    pub fn wrapper(&self) -> PathBuf {
        self.folder.join("data").join("potbridge").join("potbridge")
    }

    /// The text of the wrapper: it starts the host outside of the sandbox.
    ///
    /// # Errors
    /// If the path of the host is not UTF-8.
    pub fn wrapper_text(&self, host: &Path) -> crate::error::Result<String> {
        let host = host.to_str().ok_or_else(|| crate::error::Error::NotUtf8(host.to_owned()))?;
        // In single quotes a shell takes every character as it stands but the quote.
        let quoted = host.replace('\'', r"'\''");
        Ok(format!("#!/bin/sh\nexec flatpak-spawn --host '{quoted}' \"$@\"\n"))
    }

    /// The arguments of `flatpak` that let the sandbox start programs outside of it.
    #[must_use]
    pub fn override_arguments(&self) -> Vec<String> {
        ["override", "--user", &format!("--talk-name={BUS_NAME}"), &self.app].map(str::to_owned).to_vec()
    }

    /// What that opens, in words.
    #[must_use]
    pub fn opens(&self, browser: &str) -> String {
        format!(
            "{browser} may now start any program of yours outside of its sandbox (flatpak {}); uninstall takes that back",
            self.override_arguments().join(" ")
        )
    }

    /// The folders of native manifests, as they are outside of the sandbox.
    #[must_use]
    pub fn manifest_folders(&self, entry: &Entry, machine: &Machine) -> Vec<PathBuf> {
        let inside =
            Machine { home: self.folder.clone(), config: self.folder.join("config"), ..machine.clone() };
        let own = entry.on(machine.system).and_then(|places| places.flatpak.as_ref()?.manifests.as_ref());
        match own {
            Some(patterns) => patterns.iter().flat_map(|pattern| inside.expand(pattern)).collect(),
            None => entry.manifest_folders(&inside),
        }
    }
}

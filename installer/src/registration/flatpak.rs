//! A flatpak's sandbox, and how it is opened so that the browser in it can start the host.

use super::flatpak_allows::{Allowed, CONTEXT, PERSISTENT, SESSION_BUS};
use super::permission::Permission;
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
    /// A folder of the home folder that has to be kept, and is not by itself.
    persist: Option<String>,
}

impl Sandbox {
    pub(super) fn new(entry: &Entry, app: &str, machine: &Machine) -> Self {
        let package = entry.on(machine.system).and_then(|places| places.flatpak.as_ref());
        Self {
            app: app.to_owned(),
            folder: machine.home.join(".var").join("app").join(app),
            persist: package.and_then(|package| package.persist.clone()),
        }
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

    /// What `flatpak override` has to add to the application's file.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        let talk = Permission::new(SESSION_BUS, BUS_NAME, "talk");
        let persist = self.persist.iter().map(|folder| Permission::new(CONTEXT, PERSISTENT, folder));
        std::iter::once(talk).chain(persist).collect()
    }

    /// Those of them that the sandbox has not, whoever gave the others.
    #[must_use]
    pub fn missing(&self, machine: &Machine) -> Vec<Permission> {
        let allowed = Allowed::read(&self.app, machine);
        self.permissions().into_iter().filter(|one| !allowed.has(one)).collect()
    }

    /// The arguments of `flatpak` that let the sandbox start programs outside of it.
    #[must_use]
    pub fn override_arguments(&self) -> Vec<String> {
        let persist = self.persist.iter().map(|folder| format!("--persist={folder}"));
        let first = ["override", "--user"].map(str::to_owned).into_iter();
        first.chain([format!("--talk-name={BUS_NAME}")]).chain(persist).chain([self.app.clone()]).collect()
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

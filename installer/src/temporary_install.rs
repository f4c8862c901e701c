//! A temporary folder with everything for one run in one browser. Nothing is installed.

use crate::config_file::{Config, Sink};
use crate::error::{Error, Result};
use fs_err as fs;
use potbridge_browser::Family;
use potbridge_system::browser::{TEMPORARY, home, native_manifest};
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The browser's profile, and the host's configuration and state. It is removed when it is dropped.
///
/// The `.env` is not in it.
pub struct TemporaryInstall {
    folder: TempDir,
    family: Family,
}

impl TemporaryInstall {
    /// Makes the folder. Its configuration writes `env_file`, and a browser of the family finds `host`.
    ///
    /// # Errors
    /// If something cannot be written.
    pub fn new(family: Family, host: &Path, env_file: &Path) -> Result<Self> {
        let folder = private_folder()?;
        let this = Self { folder, family };
        for path in [this.profile(), this.home(), this.state(), this.runtime()] {
            fs::create_dir(&path)?;
        }
        let mut config = Config::new(&this.config());
        let env_file = env_file.to_str().ok_or_else(|| Error::NotUtf8(env_file.to_owned()))?;
        config.add_sink(Sink::EnvFile(env_file))?;
        fs::write(this.config(), config.text())?;

        fs::create_dir_all(this.manifests())?;
        fs::write(this.native_manifest(), native_manifest::text(family, host, &[])?)?;
        Ok(this)
    }

    /// The folder of the browser's profile.
    #[must_use]
    pub fn profile(&self) -> PathBuf {
        self.path("profile")
    }

    /// The file for the browser's output.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.path("browser.log")
    }

    /// The host's state folder, with its token store.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Variables that make `potbridge` use this folder.
    #[must_use]
    pub fn host_environment(&self) -> Vec<(OsString, OsString)> {
        vec![
            ("POTBRIDGE_CONFIG".into(), self.config().into()),
            ("POTBRIDGE_STATE_DIR".into(), self.state().into()),
            ("POTBRIDGE_RUNTIME_DIR".into(), self.runtime().into()),
        ]
    }

    /// Variables for the browser. The host inherits them.
    #[must_use]
    pub fn browser_environment(&self) -> Vec<(OsString, OsString)> {
        let mut variables = self.host_environment();
        variables.push((TEMPORARY.into(), "1".into()));
        // Without a runtime folder of the user's, PulseAudio's library (16) leaves one of its own in TMPDIR.
        if ["XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"].into_iter().all(|name| env::var_os(name).is_none()) {
            variables.push(("PULSE_RUNTIME_PATH".into(), self.path("pulse").into()));
        }
        if self.family == Family::Firefox {
            variables.extend(home::files_of_the_real_home());
            variables.push(("HOME".into(), self.home().into()));
        }
        variables
    }

    /// The native manifest, by which the browser finds the host.
    #[must_use]
    pub fn native_manifest(&self) -> PathBuf {
        self.manifests().join(native_manifest::file_name())
    }

    /// Chromium reads manifests in its profile, Firefox only in the home folder.
    fn manifests(&self) -> PathBuf {
        match self.family {
            Family::Chromium => self.profile().join("NativeMessagingHosts"),
            Family::Firefox => self.home().join(".mozilla/native-messaging-hosts"),
        }
    }

    fn home(&self) -> PathBuf {
        self.path("home")
    }

    fn config(&self) -> PathBuf {
        self.path("config.toml")
    }

    /// The host's runtime folder, with its control sockets.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.path("run")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A temporary folder that no other user may look into, since it will hold tokens.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("potbridge-");
    // On Windows the folder for temporary files is in the user's profile, which others may not read.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

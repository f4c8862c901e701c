//! A temporary folder that holds all that one run in one browser needs, so that nothing is installed.

use crate::artifacts::Artifacts;
use crate::browsers::{Family, Found};
use crate::config_file::{Config, Sink};
use crate::error::{Error, Named as _, Result};
use crate::native_manifest;
use std::env;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The folder, removed when dropped. The person's `.env` is not in it.
pub struct Stage {
    folder: TempDir,
    family: Family,
}

impl Stage {
    /// Makes the folder, with a configuration that writes `env_file`, and a host that the browser finds.
    ///
    /// # Errors
    /// Where something cannot be written.
    pub fn set(browser: &Found, artifacts: &Artifacts, env_file: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("potbridge-")
            // The state in it holds tokens.
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .named("make a folder in", &env::temp_dir())?;
        let stage = Self { folder, family: browser.entry.family };
        for path in [stage.profile(), stage.home(), stage.state(), stage.runtime()] {
            fs::create_dir(&path).named("make the folder", &path)?;
        }
        let mut config = Config::new(&stage.config());
        let env_file = env_file.to_str().ok_or_else(|| Error::NotUtf8(env_file.to_owned()))?;
        config.add_sink(Sink::EnvFile(env_file))?;
        write(&stage.config(), &config.text())?;

        let manifests = stage.manifests();
        fs::create_dir_all(&manifests).named("make the folder", &manifests)?;
        write(&stage.native_manifest(), &native_manifest::text(stage.family, &artifacts.host, &[])?)?;
        Ok(stage)
    }

    /// For the browser's profile: empty, but for what Chromium must find in it.
    #[must_use]
    pub fn profile(&self) -> PathBuf {
        self.path("profile")
    }

    /// For the browser's output.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.path("browser.log")
    }

    /// Where the host keeps the shelf.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Leads the host, and whoever asks it, to this folder.
    #[must_use]
    pub fn host_environment(&self) -> Vec<(OsString, OsString)> {
        vec![
            ("POTBRIDGE_CONFIG".into(), self.config().into()),
            ("POTBRIDGE_STATE_DIR".into(), self.state().into()),
            ("POTBRIDGE_RUNTIME_DIR".into(), self.runtime().into()),
        ]
    }

    /// The same for the browser, from which the host inherits it.
    #[must_use]
    pub fn browser_environment(&self) -> Vec<(OsString, OsString)> {
        let mut variables = self.host_environment();
        if self.family == Family::Firefox {
            variables.extend(beside_the_home());
            variables.push(("HOME".into(), self.home().into()));
        }
        variables
    }

    /// By which the browser finds the host.
    #[must_use]
    pub fn native_manifest(&self) -> PathBuf {
        self.manifests().join(native_manifest::file_name())
    }

    /// Where a browser of this family looks: Chromium in its profile, Firefox only in the home.
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

    /// Where the host says who is connected.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.path("run")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// What programs look for in the home folder and is still wanted when another folder plays it: the
/// key of the X server, that of the sound server, and git's settings, by which the host tells
/// whether a file is ignored.
fn beside_the_home() -> Vec<(OsString, OsString)> {
    let Some(home) = dirs::home_dir() else {
        return Vec::new();
    };
    [
        ("XAUTHORITY", ".Xauthority"),
        ("PULSE_COOKIE", ".config/pulse/cookie"),
        ("GIT_CONFIG_GLOBAL", ".gitconfig"),
    ]
    .into_iter()
    .map(|(name, file)| (name, home.join(file)))
    .filter(|(name, file)| env::var_os(name).is_none() && file.exists())
    .map(|(name, file)| (name.into(), file.into()))
    .collect()
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).named("write", path)
}

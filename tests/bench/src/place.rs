//! Folders of its own for each potbridge that is measured, on the disk on which the workspace is built.

use anyhow::{Context as _, Result};
use potbridge_protocol::names::CHROMIUM_ID;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Lines as a backend has them around its own variable.
const ENV_FILE: &str = "# yt-dl-backend\nNODE_ENV=production\nPORT=3000\nLOG_LEVEL=info\n\
    DOWNLOAD_DIR=/srv/downloads\nMAX_CONCURRENT=2\nYT_DLP_PATH=/usr/local/bin/yt-dlp\n\
    # taken from the browser\nYT_DLP_PO_TOKEN=\nRATE_LIMIT_WINDOW_MS=60000\n";

/// Where everything of one run lies; removed at its end.
pub struct Grounds {
    folder: TempDir,
}

impl Grounds {
    /// In the target folder that a built program lies in: on a real disk, where `/tmp` may be memory.
    ///
    /// # Errors
    /// Where no folder can be made there.
    pub fn beside(program: &Path) -> Result<Self> {
        let target = program.ancestors().nth(2).context("the host lies in no target folder")?;
        let folder = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(target)
            .with_context(|| format!("cannot make a folder in {}", target.display()))?;
        Ok(Self { folder })
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A place for a potbridge that keeps tokens and writes them nowhere.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn place(&self, name: &str) -> Result<Place> {
        let folder = self.path().join(name);
        let place = Place { folder };
        fs::create_dir_all(place.backend())
            .with_context(|| format!("cannot make the folder {}", place.backend().display()))?;
        Ok(place)
    }

    /// A place for a potbridge that also writes them to a backend's `.env`.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn place_with_env_file(&self, name: &str) -> Result<Place> {
        let place = self.place(name)?;
        let config = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", place.env_file());
        for (path, text) in [(place.env_file(), ENV_FILE), (place.folder.join("config.toml"), &config)] {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(place)
    }
}

/// The folders of one potbridge.
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// A folder or file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder of the backend, in which nothing but its `.env` lies.
    #[must_use]
    pub fn backend(&self) -> PathBuf {
        self.path("backend")
    }

    /// The file that the backend reads.
    #[must_use]
    pub fn env_file(&self) -> PathBuf {
        self.backend().join(".env")
    }

    /// What leads potbridge here.
    #[must_use]
    pub fn environment(&self) -> [(OsString, OsString); 3] {
        [
            ("POTBRIDGE_CONFIG".into(), self.path("config.toml").into()),
            ("POTBRIDGE_STATE_DIR".into(), self.path("state").into()),
            ("POTBRIDGE_RUNTIME_DIR".into(), self.path("run").into()),
        ]
    }

    /// The host as Chromium starts it.
    #[must_use]
    pub fn host(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg(format!("chrome-extension://{CHROMIUM_ID}/")).envs(self.environment());
        command
    }
}

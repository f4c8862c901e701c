//! Folders for each measured potbridge, on the disk of the target folder.

use anyhow::{Context as _, Result};
use potbridge_protocol::identifiers::CHROMIUM_ID;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The lines of a backend's `.env` around its own variable.
const ENV_FILE: &str = "# yt-dl-backend\nNODE_ENV=production\nPORT=3000\nLOG_LEVEL=info\n\
    DOWNLOAD_DIR=/srv/downloads\nMAX_CONCURRENT=2\nYT_DLP_PATH=/usr/local/bin/yt-dlp\n\
    # taken from the browser\nYT_DLP_PO_TOKEN=\nRATE_LIMIT_WINDOW_MS=60000\n";

/// The folder of one run. It is removed at the end.
pub struct BenchDir {
    folder: TempDir,
}

impl BenchDir {
    /// In the target folder of a built program, which is on a real disk. `/tmp` can be memory.
    ///
    /// # Errors
    /// If the folder cannot be made.
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

    /// The folders of a potbridge that stores tokens and has no sink.
    ///
    /// # Errors
    /// If they cannot be made.
    pub fn host_dirs(&self, name: &str) -> Result<HostDirs> {
        let folder = self.path().join(name);
        let dirs = HostDirs { folder };
        fs::create_dir_all(dirs.backend())
            .with_context(|| format!("cannot make the folder {}", dirs.backend().display()))?;
        Ok(dirs)
    }

    /// The folders of a potbridge that writes to a backend's `.env`.
    ///
    /// # Errors
    /// If they cannot be made.
    pub fn host_dirs_with_env_file(&self, name: &str) -> Result<HostDirs> {
        let dirs = self.host_dirs(name)?;
        let config = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", dirs.env_file());
        for (path, text) in [(dirs.env_file(), ENV_FILE), (dirs.folder.join("config.toml"), &config)] {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(dirs)
    }
}

/// The folders of one potbridge.
pub struct HostDirs {
    folder: PathBuf,
}

impl HostDirs {
    /// A folder or file of this potbridge.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The backend's folder, which holds only its `.env`.
    #[must_use]
    pub fn backend(&self) -> PathBuf {
        self.path("backend")
    }

    /// The file that the backend reads.
    #[must_use]
    pub fn env_file(&self) -> PathBuf {
        self.backend().join(".env")
    }

    /// The environment that names these folders to potbridge.
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

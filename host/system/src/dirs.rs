//! The paths of the configuration, the state and the runtime files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "potbridge";

const CONFIG: &str = "POTBRIDGE_CONFIG";
const STATE: &str = "POTBRIDGE_STATE_DIR";
const RUNTIME: &str = "POTBRIDGE_RUNTIME_DIR";

/// The places of one potbridge.
///
/// `POTBRIDGE_CONFIG`, `POTBRIDGE_STATE_DIR` and `POTBRIDGE_RUNTIME_DIR` move them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// The configuration file: `~/.config/potbridge/config.toml` on Linux.
    pub config: PathBuf,
    /// What is kept: the store. `~/.local/state/potbridge` on Linux.
    pub state: PathBuf,
    /// What lives as long as the login: who is connected. `$XDG_RUNTIME_DIR/potbridge` on Linux.
    pub runtime: PathBuf,
}

/// The platform names no such folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this account has no {what} folder")]
pub struct NoDir {
    what: &'static str,
    variable: &'static str,
}

impl NoDir {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("set {} to a folder", self.variable)
    }
}

impl Dirs {
    /// The places that this process's environment names, or else the platform.
    ///
    /// # Errors
    /// [`NoDir`] if neither the environment nor the platform names one.
    pub fn of_environment() -> Result<Self, NoDir> {
        let of = |variable: &'static str, what, platform: Option<PathBuf>| {
            std::env::var_os(variable)
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
                .or(platform)
                .ok_or(NoDir { what, variable })
        };
        let state =
            of(STATE, "state", dirs::state_dir().or_else(dirs::data_local_dir).map(|dir| dir.join(NAME)))?;
        Ok(Self {
            config: of(
                CONFIG,
                "configuration",
                dirs::config_dir().map(|dir| dir.join(NAME).join("config.toml")),
            )?,
            runtime: of(
                RUNTIME,
                "runtime",
                Some(dirs::runtime_dir().map_or_else(|| state.join("run"), |dir| dir.join(NAME))),
            )?,
            state,
        })
    }

    /// Variables by which another process has the same places, wherever it is started.
    ///
    /// # Errors
    /// A path is relative, and the system does not say to which folder.
    pub fn variables(&self) -> io::Result<[(&'static str, PathBuf); 3]> {
        Ok([
            (CONFIG, std::path::absolute(&self.config)?),
            (STATE, std::path::absolute(&self.state)?),
            (RUNTIME, std::path::absolute(&self.runtime)?),
        ])
    }
}

/// Makes a folder that only its owner may open (0700), and the folders above it.
///
/// # Errors
/// It cannot be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Opens a file to be written, as it stands. If it is missing, it is made: its owner's alone.
///
/// # Errors
/// What the system says.
pub fn open_private(path: &Path) -> io::Result<File> {
    open_with(path, OpenOptions::new().write(true).truncate(false))
}

/// Opens a file to be read, and to be written at its end. If it is missing, it is made: its owner's alone.
///
/// It can be read too, because Windows locks no file that can only be appended to.
///
/// # Errors
/// What the system says.
pub fn open_private_to_append(path: &Path) -> io::Result<File> {
    open_with(path, OpenOptions::new().read(true).append(true))
}

fn open_with(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

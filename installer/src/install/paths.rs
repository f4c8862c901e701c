//! Where `install` puts things.

use crate::artifacts::YT_DLP_PLUGIN;
use crate::error::{Error, Result};
use potbridge_browser::Family;
use potbridge_system::browser::extension::{self, data_folder};
use potbridge_system::dirs::Dirs;
use std::path::PathBuf;

/// Where `install` puts things.
#[derive(Debug, Clone)]
pub(crate) struct InstallPaths {
    /// The folder of the programs: on Linux `~/.local/bin`.
    pub(crate) programs: PathBuf,
    /// The folder of the extensions, the plugin and the receipts: on Linux `~/.local/share/potbridge`.
    pub(crate) data: PathBuf,
    /// The host's configuration.
    pub(crate) config: PathBuf,
    /// The host's state folder, with its token store. `install` puts nothing there.
    pub(crate) state: PathBuf,
    /// The plugin in yt-dlp's folder of plugins.
    pub(crate) yt_dlp_plugin: PathBuf,
}

impl InstallPaths {
    /// The paths of the current user.
    pub(crate) fn of_user() -> Result<Self> {
        let host = Dirs::of_environment()?;
        Ok(Self {
            // Windows and macOS have no such folder.
            programs: dirs::executable_dir()
                .or_else(|| Some(dirs::home_dir()?.join(".local/bin")))
                .ok_or_else(Error::no_home)?,
            data: data_folder(&dirs::data_dir().ok_or_else(Error::no_home)?),
            config: host.config,
            state: host.state,
            yt_dlp_plugin: yt_dlp_plugins().ok_or_else(Error::no_home)?.join(YT_DLP_PLUGIN),
        })
    }

    /// The folder of the extensions.
    pub(crate) fn extensions(&self) -> PathBuf {
        self.data.join(extension::FOLDER)
    }

    /// The folder of the extension of a family.
    pub(crate) fn extension(&self, family: Family) -> PathBuf {
        self.extensions().join(family.name())
    }
}

/// The user's folder of yt-dlp plugins.
///
/// It is `yt-dlp/plugins` in `$XDG_CONFIG_HOME` or `~/.config`, also on macOS, and in `%APPDATA%` on Windows (yt-dlp
/// 2026.10.26, `get_user_config_dirs`).
fn yt_dlp_plugins() -> Option<PathBuf> {
    let config = if cfg!(target_os = "macos") {
        std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(dirs::home_dir()?.join(".config")))
    } else {
        dirs::config_dir()
    };
    Some(config?.join("yt-dlp/plugins"))
}

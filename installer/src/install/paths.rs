//! Where `install` puts things.

use crate::artifacts::{Artifacts, YT_DLP_PLUGIN, program};
use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::registration::Scope;
use crate::shared_programs::{SharedPrograms, under};
use potbridge_browser::Family;
use potbridge_system::browser::extension::{self, data_folder};
use potbridge_system::browser::receipts;
use potbridge_system::dirs::Dirs;
use std::path::PathBuf;

/// Where `install` puts things, and where it finds what is there already.
#[derive(Debug, Clone)]
pub(crate) struct InstallPaths {
    /// The folder of the programs: `~/.local/bin`, for all users `/usr/local/bin`.
    pub(crate) programs: PathBuf,
    /// The folder of the plugin and the extensions: `~/.local/share/potbridge`, for all users `/usr/local/share/potbridge`.
    pub(crate) data: PathBuf,
    /// The receipts.
    pub(crate) receipts: PathBuf,
    /// The folder of the extensions.
    pub(crate) extensions: PathBuf,
    /// Whether programs and extensions are there for all users already, so that nothing is copied.
    pub(crate) is_shared: bool,
    /// This user's folders of the host. `None` if it is for all users: each has folders of their own.
    pub(crate) own: Option<Dirs>,
    /// This user's configuration of the host.
    pub(crate) config: PathBuf,
    /// This user's state folder of the host, with its token store. `install` puts nothing there.
    pub(crate) state: PathBuf,
    /// The plugin in yt-dlp's folder of plugins.
    pub(crate) yt_dlp_plugin: PathBuf,
}

impl InstallPaths {
    /// The paths for this user or for all users.
    ///
    /// # Errors
    /// If this user has no home folder.
    pub(crate) fn find(scope: Scope, machine: &Machine) -> Result<Self> {
        match scope {
            Scope::User => Self::of_this_user(machine),
            Scope::System => Self::of_all_users(machine),
        }
    }

    /// The paths of this user.
    ///
    /// # Errors
    /// If this user has no home folder.
    pub(crate) fn of_user() -> Result<Self> {
        Self::of_this_user(&Machine::this()?)
    }

    /// The same, if the programs are there for all users already: they stay where they are.
    ///
    /// # Errors
    /// If a package of the system is told to install itself for all users, which it is.
    pub(crate) fn with_shared(self, artifacts: &Artifacts, machine: &Machine) -> Result<Self> {
        let Some(programs) = artifacts.host.parent() else { return Ok(self) };
        match SharedPrograms::of(programs, machine) {
            Some(SharedPrograms::Package) if self.own.is_none() => Err(Error::Usage {
                message:
                    "this potbridge is a package of the system, which registers browsers for all users itself"
                        .to_owned(),
                hint: "see the package's own files, or run install without --system for this user alone",
            }),
            Some(_) if self.own.is_some() => Ok(self.of_shared(artifacts)),
            _ => Ok(self),
        }
    }

    /// The same with programs that are there for all users.
    pub(crate) fn of_shared(self, artifacts: &Artifacts) -> Self {
        let programs = artifacts.host.parent().map_or_else(|| self.programs.clone(), Into::into);
        Self { programs, extensions: artifacts.extensions.clone(), is_shared: true, ..self }
    }

    fn of_this_user(machine: &Machine) -> Result<Self> {
        let own = Dirs::of_environment()?;
        let data = data_folder(&machine.data);
        Ok(Self {
            // Windows and macOS have no such folder.
            programs: dirs::executable_dir().unwrap_or_else(|| machine.home.join(".local").join("bin")),
            extensions: data.join(extension::FOLDER),
            data,
            receipts: receipts::of_user().ok_or_else(Error::no_home)?,
            is_shared: false,
            config: own.config.clone(),
            state: own.state.clone(),
            own: Some(own),
            yt_dlp_plugin: yt_dlp_plugins().ok_or_else(Error::no_home)?.join(YT_DLP_PLUGIN),
        })
    }

    fn of_all_users(machine: &Machine) -> Result<Self> {
        let Dirs { config, state, .. } = Dirs::of_environment()?;
        let data = SharedPrograms::data(machine);
        Ok(Self {
            programs: SharedPrograms::Installed.folder(machine).unwrap_or_else(|| data.clone()),
            extensions: data.join(extension::FOLDER),
            receipts: receipts::path(&data),
            data,
            is_shared: false,
            own: None,
            config,
            state,
            // yt-dlp 2026.10.26, `get_system_config_dirs`.
            yt_dlp_plugin: under(machine, "etc/yt-dlp/plugins").join(YT_DLP_PLUGIN),
        })
    }

    /// The program `potbridge`.
    pub(crate) fn host(&self) -> PathBuf {
        self.programs.join(program("potbridge"))
    }

    /// The folder of the extension of a family.
    pub(crate) fn extension(&self, family: Family) -> PathBuf {
        self.extensions.join(family.name())
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
    Some(config?.join("yt-dlp").join("plugins"))
}

//! A machine as the table's patterns see it: its system, its folders, its PATH.

use crate::error::{Error, Result};
use crate::registration::registry;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the file system begins, if that is not `/`: in an image that is being built, and in tests.
///
/// Everything that `potbridge-setup` looks for or writes outside the user's folders and PATH is under it.
const ROOT: &str = "POTBRIDGE_SETUP_ROOT";

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux, and what is like it.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl System {
    /// That of this program.
    #[must_use]
    pub fn this() -> Self {
        match env::consts::OS {
            "macos" => Self::Macos,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }
}

/// A machine as the table's patterns see it. Tests make one for each system.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The kind of system.
    pub system: System,
    /// Where `/` is.
    pub root: PathBuf,
    /// `{home}`: the user's home folder.
    pub home: PathBuf,
    /// `{config}`: Linux `$XDG_CONFIG_HOME` or `~/.config`, macOS `~/Library/Application Support`, Windows `%APPDATA%`.
    pub config: PathBuf,
    /// `{data}`: the user's data folder: Linux `$XDG_DATA_HOME` or `~/.local/share`; Windows `%APPDATA%`.
    pub data: PathBuf,
    /// flatpak's installation of this user: `$FLATPAK_USER_DIR` or `flatpak` in the data folder.
    pub flatpaks: PathBuf,
    /// `{local}`: Windows `%LOCALAPPDATA%`.
    pub local: PathBuf,
    /// `{programs}`: the folders of programs, on Windows `%ProgramFiles%` and `%ProgramFiles(x86)%`, on macOS
    /// `/Applications` and `~/Applications`.
    pub programs: Vec<PathBuf>,
    /// PATH.
    pub path: OsString,
    /// Windows' "App Paths": from the file name in lower case to the program.
    pub app_paths: BTreeMap<String, PathBuf>,
}

impl Machine {
    /// This machine, as the current user sees it.
    ///
    /// # Errors
    /// If the user has no home folder.
    pub fn this() -> Result<Self> {
        let system = System::this();
        let root = env::var_os(ROOT).map_or_else(|| PathBuf::from("/"), PathBuf::from);
        let home = dirs::home_dir().ok_or_else(Error::no_home)?;
        let programs = match system {
            System::Linux => Vec::new(),
            System::Macos => vec![root.join("Applications"), home.join("Applications")],
            System::Windows => {
                let mut folders: Vec<_> = ["ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"]
                    .into_iter()
                    .filter_map(|name| env::var_os(name).map(PathBuf::from))
                    .collect();
                folders.sort();
                folders.dedup();
                folders
            }
        };
        let data = dirs::data_dir().ok_or_else(Error::no_home)?;
        Ok(Self {
            system,
            root,
            config: dirs::config_dir().ok_or_else(Error::no_home)?,
            flatpaks: env::var_os("FLATPAK_USER_DIR").map_or_else(|| data.join("flatpak"), PathBuf::from),
            data,
            local: dirs::data_local_dir().ok_or_else(Error::no_home)?,
            programs,
            path: env::var_os("PATH").unwrap_or_default(),
            app_paths: registry::app_paths(),
            home,
        })
    }

    /// The paths that a pattern of the table stands for.
    ///
    /// `{home}`, `{config}`, `{data}`, `{local}` and `{programs}` are folders of this machine, and `{programs}` may be
    /// several. `{arch}` is its processor: `x86_64`, `aarch64`.
    #[must_use]
    pub fn expand(&self, pattern: &str) -> Vec<PathBuf> {
        let pattern = pattern.replace("{arch}", env::consts::ARCH);
        let under = |folder: &Path, rest: &str| {
            let mut path = folder.to_owned();
            // Not joined as one text: "/" is not Windows' separator.
            path.extend(rest.split('/').filter(|part| !part.is_empty()));
            path
        };
        if let Some(rest) = pattern.strip_prefix("{config}") {
            vec![under(&self.config, rest)]
        } else if let Some(rest) = pattern.strip_prefix("{home}") {
            vec![under(&self.home, rest)]
        } else if let Some(rest) = pattern.strip_prefix("{data}") {
            vec![under(&self.data, rest)]
        } else if let Some(rest) = pattern.strip_prefix("{local}") {
            vec![under(&self.local, rest)]
        } else if let Some(rest) = pattern.strip_prefix("{programs}") {
            self.programs.iter().map(|folder| under(folder, rest)).collect()
        } else {
            vec![under(&self.root, &pattern)]
        }
    }

    /// The config folder of a program that the desktop starts, if it differs from that of this shell.
    ///
    /// `XDG_CONFIG_HOME` may be set in the shell's own files alone, which a desktop does not read.
    #[must_use]
    pub fn config_of_desktop(&self) -> Option<PathBuf> {
        let plain = self.home.join(".config");
        (self.system == System::Linux && self.config != plain).then_some(plain)
    }
}

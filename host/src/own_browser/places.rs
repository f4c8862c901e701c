//! The files of potbridge's own browser.

#[cfg(target_os = "linux")]
use potbridge_system::browser::Family;
use potbridge_system::dirs::{self, Dirs};
use std::io;
use std::path::PathBuf;

/// The folder with all files of the browser.
#[derive(Clone, Debug)]
pub(super) struct Places {
    folder: PathBuf,
}

impl Places {
    /// The places in the state folder. Nothing is made.
    pub(super) fn of(dirs: &Dirs) -> Self {
        let state = std::path::absolute(&dirs.state).unwrap_or_else(|_| dirs.state.clone());
        Self { folder: state.join("browser") }
    }

    /// Makes the folder, its owner's alone. One that is open to others is closed.
    pub(super) fn make(&self) -> io::Result<()> {
        dirs::make_private(&self.folder)?;
        dirs::close_to_others(&self.folder)
    }

    /// Locked by all that have a request under way; written when one begins or ends.
    pub(super) fn in_use(&self) -> PathBuf {
        self.folder.join("in-use")
    }
}

#[cfg(target_os = "linux")]
impl Places {
    /// Makes the folder of the profile.
    pub(super) fn make_profile(&self, family: Family) -> io::Result<PathBuf> {
        let profile = self.profile(family);
        dirs::make_private(&profile)?;
        dirs::close_to_others(&profile)?;
        Ok(profile)
    }

    /// The browser's profile. Each family has one of its own.
    pub(super) fn profile(&self, family: Family) -> PathBuf {
        self.folder.join(family.name())
    }

    /// The home folder that Firefox is given, with its native manifest.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// Locked by whoever looks at the lock, for a moment.
    pub(super) fn gate(&self) -> PathBuf {
        self.folder.join("gate")
    }

    /// Locked by the one process that may have the browser run.
    pub(super) fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// Written each time that somebody wants the browser to run.
    pub(super) fn wanted(&self) -> PathBuf {
        self.folder.join("wanted")
    }

    /// Locked by every process of the browser, for it is their standard input.
    pub(super) fn members(&self) -> PathBuf {
        self.folder.join("members")
    }

    /// What runs.
    pub(super) fn running(&self) -> PathBuf {
        self.folder.join("running.json")
    }

    /// Why it does not run any more.
    pub(super) fn failure(&self) -> PathBuf {
        self.folder.join("failure.json")
    }

    /// When it ended without being asked to.
    pub(super) fn crashes(&self) -> PathBuf {
        self.folder.join("crashes.json")
    }

    /// What the browser printed.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("browser.log")
    }

    /// The key of the Xvfb that is started with the browser.
    pub(super) fn display_key(&self) -> PathBuf {
        self.folder.join("xauthority")
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn only_the_owner_may_open_the_folders() {
        let state = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: state.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        fs::create_dir(state.path().join("browser")).unwrap();
        fs::set_permissions(state.path().join("browser"), fs::Permissions::from_mode(0o755)).unwrap();
        places.make().unwrap();
        let profile = places.make_profile(Family::Chromium).unwrap();
        for folder in [profile.parent().unwrap(), &profile] {
            assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700, "{folder:?}");
        }
    }
}

use std::{path::PathBuf, time::Duration};

/// How long a live writer in place is waited for. It needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a file is replaced.
///
/// ```
/// use atomic_file::Options;
///
/// const SECRET: Options = Options::new().private().durable();
/// const PROGRAM: Options = Options::new().mode(0o755);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub(crate) durable: bool,
    pub(crate) mode: Mode,
    pub(crate) prefix: &'static str,
    pub(crate) suffix: &'static str,
    pub(crate) journal_folder: Option<PathBuf>,
    pub(crate) patience: Duration,
    pub(crate) full_without_journal: bool,
}

/// The mode of the file afterwards. Without effect on systems other than Unix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// An existing file keeps its mode, a new one gets what the umask leaves of 0666.
    Usual,
    /// An existing file keeps its mode, a new one gets 0600.
    Private,
    /// The file gets this mode, existing or new.
    Exact(u32),
}

impl Mode {
    /// The mode that a new file is opened with. The umask takes bits away.
    #[cfg(unix)]
    pub(crate) fn at_first(self) -> u32 {
        self.exact().map_or(0o666, |mode| mode & 0o777)
    }

    /// The mode that a new file is to have whatever the umask says.
    pub(crate) fn exact(self) -> Option<u32> {
        match self {
            Self::Usual => None,
            Self::Private => Some(0o600),
            Self::Exact(mode) => Some(mode),
        }
    }
}

impl Options {
    /// Keeps the mode of an existing file, creates a new one as the umask says, and does not wait for the disk.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            durable: false,
            mode: Mode::Usual,
            prefix: ".atomic-file-",
            suffix: ".tmp",
            journal_folder: None,
            patience: PATIENCE,
            full_without_journal: false,
        }
    }

    /// Creates an absent file with mode 0600. An existing file keeps its mode.
    #[must_use]
    pub const fn private(mut self) -> Self {
        self.mode = Mode::Private;
        self
    }

    /// Gives the file this mode, whether it exists or not.
    ///
    /// A file system that has no modes (FAT, CIFS, drives of Windows in WSL) is not fought: the file is written, with the
    /// mode that all files have there. Whoever needs the mode looks at the file afterwards.
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = Mode::Exact(mode);
        self
    }

    /// Waits until the disk has the new content (`fsync` of the file and of its folder).
    ///
    /// Without this the new content may be lost if the machine stops within the next seconds. A folder that may not be
    /// read, and one on a file system that cannot do it, is not waited for.
    #[must_use]
    pub const fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Names the temporary file: `prefix`, twelve random letters and digits, `suffix`.
    ///
    /// The journal of a write in place has `journal-` and a digest of the file's name in their place.
    ///
    /// Choose a name that the ignore rules for the real file cover too, if its content is secret.
    #[must_use]
    pub const fn temporary_name(mut self, prefix: &'static str, suffix: &'static str) -> Self {
        self.prefix = prefix;
        self.suffix = suffix;
        self
    }

    /// Where the journal of a write in place may be if the folder of the file takes none.
    ///
    /// It should exist, belong to this user alone, and be the same for every program that writes the file.
    #[must_use]
    pub fn journal_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.journal_folder = Some(folder.into());
        self
    }

    /// How long to wait for another program that is writing the file in place. Usually five seconds.
    ///
    /// It needs milliseconds, unless it is stopped, or the disk hangs. After that time, [`Error::KeepsChanging`] comes. If it is
    /// zero, that comes at once.
    ///
    /// [`Error::KeepsChanging`]: crate::Error::KeepsChanging
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Overwrites a file with bytes that are not longer, also if every folder for a journal is full.
    ///
    /// For bytes that have to leave the file at once. A process that is killed in that millisecond leaves it torn.
    #[must_use]
    pub const fn without_journal_if_full(mut self) -> Self {
        self.full_without_journal = true;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

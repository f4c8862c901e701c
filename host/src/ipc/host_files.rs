//! The files by which a live host is found.
//!
//! They are in a runtime folder and share a random stem. A process id would not do: two hosts that have PID namespaces of their
//! own (firejail, containers) may have the same.

use super::socket;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::{self, Dirs};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A host keeps its file of this ending locked for as long as it lives.
pub(super) const CONNECTION: &str = "connection";

/// A file that is not yet to be found.
const NEW: &str = "new";

/// A file that says why a host has no control socket.
const UNREACHABLE: &str = "unreachable";

/// How old a file must be that no host finished, or that no host needs, to be removed.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// The files by which a live host is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFiles {
    folder: PathBuf,
    stem: String,
}

impl HostFiles {
    /// Files in a runtime folder whose names no other host has.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random)?;
        Ok(Self { folder: folder.to_owned(), stem: format!("{:016x}", u64::from_ne_bytes(random)) })
    }

    /// The files of the host whose connection is at this path.
    pub(super) fn of_connection(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_str()?.to_owned();
        Some(Self { folder: path.parent()?.to_owned(), stem })
    }

    /// The files of the host whose control socket is at this path.
    pub(super) fn of_socket(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_str()?.to_owned();
        Some(Self { folder: path.parent()?.parent()?.to_owned(), stem })
    }

    /// The runtime folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that says that the host lives, and what its browser is.
    pub(super) fn connection(&self) -> PathBuf {
        self.folder.join(format!("{}.{CONNECTION}", self.stem))
    }

    /// The same before it is locked.
    pub(super) fn new_connection(&self) -> PathBuf {
        self.folder.join(format!("{}.{NEW}", self.stem))
    }

    /// The socket that says that the host lives, if its file cannot be locked.
    pub(super) fn sign_of_life(&self) -> PathBuf {
        self.folder.join(format!("{}.alive", self.stem))
    }

    /// The file that says why the host has no control socket, if it cannot have one.
    pub(super) fn unreachable(&self) -> PathBuf {
        self.folder.join(format!("{}.{UNREACHABLE}", self.stem))
    }

    /// The control socket. On Windows a file of that name says that there is a pipe.
    pub(super) fn socket(&self) -> PathBuf {
        socket::folder(&self.folder).join(format!("{}.{}", self.stem, socket::EXTENSION))
    }
}

/// The files of a folder that have this ending. A folder that is missing has none.
pub(super) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let paths = entries(folder).into_iter().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

fn entries(folder: &Path) -> Vec<DirEntry> {
    match fs::read_dir(folder) {
        // `problems` names a folder that cannot be read.
        Err(_) => Vec::new(),
        Ok(entries) => entries.flatten().collect(),
    }
}

/// Removes what killed hosts left unfinished.
pub(super) fn sweep(folder: &Path) {
    let now = SystemTime::now();
    for entry in entries(folder).into_iter().chain(entries(&socket::folder(folder))) {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_needless = match ending {
            NEW | socket::OPENING => true,
            "alive" | UNREACHABLE => {
                HostFiles::of_connection(&path).is_none_or(|files| !files.connection().exists())
            }
            _ => false,
        };
        let age = || now.duration_since(entry.metadata()?.modified()?).map_err(io::Error::other);
        if is_needless && age().is_ok_and(|age| age > FORGOTTEN) {
            // The next host tries it again.
            let _ = fs::remove_file(path);
        }
    }
}

/// Why browsers are not found, or cannot make themselves found: the folders of the runtime files that cannot be used.
#[must_use]
pub fn problems(dirs: &Dirs) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut found = |folder: &Path, error: &io::Error| {
        let message = format!(
            "{} cannot be used, so commands and browsers do not find each other: {error}",
            folder.display()
        );
        problems.push(Problem::new(Code::RuntimeDirUnusable, message).with_hint(
            "make it a folder of yours that you may write, or set POTBRIDGE_RUNTIME_DIR to one, for the browser too",
        ));
    };
    if let Err(error) = dirs.in_first_runtime(try_out) {
        found(&dirs.runtime, &error);
        return problems;
    }
    if let Some(user) = another_user(&dirs.runtime) {
        found(&dirs.runtime, &io::Error::other(format!("it is of the user {user}")));
    }
    for place in dirs.runtime_places() {
        for folder in [socket::folder(&place), place] {
            match fs::read_dir(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => found(&folder, &error),
                _ => {}
            }
        }
    }
    problems
}

/// The user of a folder that is another's. Root works in the folders of others.
#[cfg(unix)]
fn another_user(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::geteuid();
    // What is wrong with a folder that cannot be looked at is said too.
    let user = fs::metadata(folder).ok()?.uid();
    (!own.is_root() && user != own.as_raw()).then_some(user)
}

#[cfg(not(unix))]
fn another_user(_: &Path) -> Option<u32> {
    None
}

/// Writes a file into a folder, and removes it.
fn try_out(folder: &Path) -> io::Result<()> {
    dirs::make_private(folder)?;
    let path = HostFiles::new(folder)?.new_connection();
    let written = dirs::open_private(&path).and_then(|mut file| io::Write::write_all(&mut file, b"{}"));
    // It fails if the file could not be made.
    let _ = fs::remove_file(&path);
    written
}

//! Changes the file of the configuration: one program at a time, and the file behind a link.

use crate::config::ConfigError;
use crate::error::Error;
use atomic_file::{Options, Snapshot, Swap, Target, repair};
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::file_lock::FileLock;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

const OPTIONS: Options = Options::new().private().durable();

/// The most bytes that a configuration may have. Real ones are a thousand times smaller.
const LARGEST: usize = 16 << 20;

/// How long another program that changes it is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often to begin again if a program that takes no lock changes the file in between.
const ATTEMPTS: usize = 20;

/// Gives the configuration the text that `change` makes of its text. An absent one has none.
///
/// # Errors
/// Those of `change`, and why the file cannot be read or written. It is as it was then.
pub(in crate::cli) fn change(
    dirs: &Dirs,
    change: impl Fn(&str) -> Result<String, Error>,
) -> Result<(), Error> {
    let path = &dirs.config;
    make_folder(path)?;
    let _lock = lock(dirs)?;
    for _ in 0..ATTEMPTS {
        let target = Target::find(path)?;
        repair(&target, &OPTIONS)?;
        let snapshot = Snapshot::read(&target, LARGEST)?;
        let text = str::from_utf8(snapshot.bytes()).map_err(|error| ConfigError::Unreadable {
            path: path.clone(),
            source: io::Error::new(ErrorKind::InvalidData, error),
        })?;
        let changed = change(text)?;
        if changed == text {
            return Ok(());
        }
        match snapshot
            .replace(changed.as_bytes(), &OPTIONS)
            .map_err(|error| behind_link(path, &target, error))?
        {
            Swap::Swapped => return Ok(()),
            Swap::Stale => {}
        }
    }
    Err(atomic_file::Error::KeepsChanging { path: path.clone() }.into())
}

/// The lock that one program holds while it changes the configuration; `None` if there can be none.
fn lock(dirs: &Dirs) -> Result<Option<FileLock>, Error> {
    let folder = dirs.state.join("locks");
    let path = folder.join("config");
    match dirs::make_private(&folder).and_then(|()| FileLock::take_within(&path, PATIENCE)) {
        Ok(Some(lock)) => Ok(Some(lock)),
        Ok(None) => {
            let what = format!(
                "another potbridge changes {}: it holds the lock {}",
                dirs.config.display(),
                path.display()
            );
            let hint = "try again when it is done; `fuser` on that file names its process";
            Err(Error::Problem(Problem::new(Code::Busy, what).with_hint(hint)))
        }
        Err(error) => {
            // Without it a change is lost only if two are made within a moment.
            log::warn!("the configuration is changed without a lock in {}: {error}", folder.display());
            Ok(None)
        }
    }
}

fn make_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    if folder.is_symlink() && !folder.exists() {
        // One that was not cloned or mounted yet: a new one would stand in its way.
        let to = fs::read_link(folder).unwrap_or_default();
        let what = format!("{} is a link to {}, which does not exist", folder.display(), to.display());
        let problem = Problem::new(Code::FolderMissing, what);
        return Err(Error::Problem(problem.with_hint("create that folder, or remove the link")));
    }
    dirs::make(folder)
        .map_err(|source| Error::Io { what: format!("cannot create {}", folder.display()), source })
}

/// What to do if the file behind a link may not be written, as in the store of Nix.
fn behind_link(path: &Path, target: &Target, error: atomic_file::Error) -> Error {
    let real = target.path();
    let is_link = dunce::canonicalize(path).is_ok_and(|real| real != path);
    let may_not = matches!(&error, atomic_file::Error::Io { source, .. }
        if matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem));
    let error = Error::from(error);
    if !(is_link && may_not) {
        return error;
    }
    let message = format!("{} is a link to {}: {error}", path.display(), real.display());
    let hint = format!(
        "change it where that file is made (home-manager, a package), or replace the link by a copy of your own: \
         `install -m 600 {real:?} {path:?}`"
    );
    Error::Problem(Problem::new(error.code(), message).with_hint(hint))
}

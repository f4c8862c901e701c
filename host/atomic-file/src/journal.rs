//! What a write in place leaves beside the file until it is done, so that it can be finished if it is interrupted.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use crate::{Error, Options, Target, open_no_follow, original::Original, owner, refusal::is_full, sync};

mod format;
mod left;

pub use left::{LeftJournal, journals_in};

use format::{Checksum, Content};

/// In the name of each journal, before the digest of the name of its file.
const WORD: &str = "journal-";
const PAUSE: Duration = Duration::from_millis(5);

/// A journal, locked so that nobody takes its writer for dead. It is removed on drop.
pub(crate) struct Journal {
    path: PathBuf,
    file: Option<File>,
}

/// Whether a journal is kept.
pub(crate) enum Kept {
    Journal(Journal),
    /// No folder takes one.
    Nowhere,
    /// Another program is writing the file.
    Busy,
}

/// A journal that was found, and what it holds.
pub(crate) struct Found {
    pub(crate) journal: Journal,
    pub(crate) metadata: fs::Metadata,
    bytes: Zeroizing<Vec<u8>>,
    name: Vec<u8>,
}

impl Found {
    /// The old and the new bytes. `None` if the writer was stopped before it began to write the file itself.
    pub(crate) fn old_and_new(&self) -> Option<(Option<&[u8]>, &[u8])> {
        let content = Content::parse(&self.bytes)?;
        (content.name == self.name).then_some((content.old, content.new))
    }
}

impl Journal {
    /// Writes down what the file holds, and what it is to hold.
    pub(crate) fn keep(
        target: &Target,
        original: Option<&Original>,
        new: &[u8],
        options: &Options,
    ) -> Result<Kept, Error> {
        let mut full = None;
        for place in places(target, options) {
            match Self::create(&place, target, original, new, options) {
                Ok(kept) => return Ok(kept),
                // There the file itself may lack the room.
                Err(error) if is_full(&error) && place.is_beside => full = Some(error),
                // The next place may take it. That none may do so is told in the documentation of the crate.
                Err(_) => {}
            }
        }
        let needs_room = original.is_none_or(|original| original.bytes.len() < new.len());
        match full {
            Some(error) if needs_room || !options.full_without_journal => {
                Err(Error::io(error, "keep a journal for", target.path()))
            }
            _ => Ok(Kept::Nowhere),
        }
    }

    fn create(
        place: &Place,
        target: &Target,
        original: Option<&Original>,
        new: &[u8],
        options: &Options,
    ) -> io::Result<Kept> {
        let mut open = OpenOptions::new();
        open.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let file = match open_no_follow(&place.path, &mut open) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(&place.path)?;
                let is_in_use = may_be_journal(&found, target) && !is_closed(&place.path);
                return if is_in_use { Ok(Kept::Busy) } else { Err(error) };
            }
            opened => opened?,
        };
        let journal = Self { path: place.path.clone(), file: Some(file) };
        let Some(file) = &journal.file else { return Ok(Kept::Nowhere) };
        // Only who has the file anyway may see the bytes. The folder may be somebody else's.
        match original {
            Some(original) => owner::give_to(file, &original.metadata)?,
            None => owner::give(file, target.folder())?,
        }
        // Whoever came first takes it for the journal of a dead writer, and removes it.
        if !lock(file, options.patience)? || !is_at(&place.path, file) {
            return Ok(Kept::Busy);
        }
        let old = original.map(|original| original.bytes.as_slice());
        Content { name: &place.name, old, new }.write(file)?;
        sync::file(file)?;
        sync::folder(place.folder())?;
        Ok(Kept::Journal(journal))
    }

    /// The journals that writers of this file left.
    pub(crate) fn find(target: &Target, options: &Options) -> Result<Vec<Found>, Error> {
        let mut all = Vec::new();
        for place in places(target, options) {
            // A folder that cannot be looked into took no journal either.
            let Ok(found) = fs::symlink_metadata(&place.path) else { continue };
            // Anyone may have put something else there. It is no reason not to read the file.
            if may_be_journal(&found, target) {
                if is_closed(&place.path) {
                    log::warn!(
                        "{} is the journal of another user, whom it is left to; {} is read and written without it",
                        place.path.display(),
                        target.path().display()
                    );
                    continue;
                }
                let is_ours = |found: &fs::Metadata| may_be_journal(found, target);
                all.extend(Self::open(place, target.path(), is_ours, options.patience)?);
            }
        }
        Ok(all)
    }

    /// `None` if it vanished meanwhile.
    fn open(
        place: Place,
        of: &Path,
        is_ours: impl Fn(&fs::Metadata) -> bool,
        patience: Duration,
    ) -> Result<Option<Found>, Error> {
        let Place { path, name, .. } = place;
        let failed = |error| Error::io(error, "read", &path);
        let file = match open_no_follow(&path, OpenOptions::new().read(true).write(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        // What was looked at may have been replaced before it was opened.
        if !is_ours(&file.metadata().map_err(failed)?) {
            return Ok(None);
        }
        if !lock(&file, patience).map_err(failed)? {
            return Err(Error::KeepsChanging { path: of.into() });
        }
        if !is_at(&path, &file) {
            return Ok(None);
        }
        // Its writer may have written it until it was locked.
        let metadata = file.metadata().map_err(failed)?;
        let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let mut bytes = Zeroizing::new(Vec::new());
        // With its full capacity from the start: growing would leave copies behind in memory.
        bytes.try_reserve_exact(size.saturating_add(1)).map_err(|error| failed(error.into()))?;
        (&file).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(Found { journal: Self { path, file: Some(file) }, metadata, bytes, name }))
    }

    /// Leaves the journal where it is: it is still needed.
    pub(crate) fn leave(mut self) {
        self.file = None;
    }

    /// Removes the journal.
    pub(crate) fn remove(mut self) -> Result<(), Error> {
        self.discard().map_err(|error| Error::io(error, "remove", &self.path))
    }

    fn discard(&mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        // Should it be impossible to remove, it holds nothing any more.
        let emptied = file.set_len(0);
        if !is_at(&self.path, &file) || fs::remove_file(&self.path).is_ok() {
            return Ok(());
        }
        // Folders that are shared by VirtualBox, and Windows, remove no open file.
        drop(file);
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => emptied.map_err(|_| error),
            _ => Ok(()),
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // A drop is on the way of another error, which is told. The next repair removes what stays.
        let _ = self.discard();
    }
}

/// Where a journal may be.
struct Place {
    path: PathBuf,
    /// What the journal says of whose it is: the name of a file beside it, or the path of one elsewhere.
    name: Vec<u8>,
    is_beside: bool,
}

impl Place {
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// Beside the file, then in the folder that the options name.
fn places(target: &Target, options: &Options) -> Vec<Place> {
    let place = |folder: &Path, name: &OsStr, is_beside| {
        let name = name.as_encoded_bytes();
        let mut digest = Checksum::new();
        digest.add(name);
        let (Options { prefix, suffix, .. }, digest) = (options, digest.0);
        // No temporary file has a name like this: those have letters and digits only.
        let path = folder.join(format!("{prefix}{WORD}{digest:016x}{suffix}"));
        Place { path, name: name.to_vec(), is_beside }
    };
    let beside = place(target.folder(), target.path().file_name().unwrap_or_default(), true);
    let elsewhere = options.journal_folder.as_deref();
    let elsewhere = elsewhere.map(|folder| place(folder, target.path().as_os_str(), false));
    [beside].into_iter().chain(elsewhere).collect()
}

/// Whether whoever made `found` may say what `target` is to hold.
///
/// A journal has one name. What has more is perhaps somebody's file, and would be emptied.
fn may_be_journal(found: &fs::Metadata, target: &Target) -> bool {
    is_plain(found) && owner::is_trusted(found, target)
}

/// Whether this user may not open the journal. Its owner, or root, finishes that write.
fn is_closed(path: &Path) -> bool {
    open_no_follow(path, OpenOptions::new().read(true).write(true))
        .is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

fn is_plain(found: &fs::Metadata) -> bool {
    found.is_file() && has_one_name(found)
}

#[cfg(unix)]
fn has_one_name(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) == 1
}

#[cfg(not(unix))]
fn has_one_name(_: &fs::Metadata) -> bool {
    true
}

/// Waits for the lock of a journal. `false` if a live writer keeps it.
fn lock(file: &File, patience: Duration) -> io::Result<bool> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if start.elapsed() >= patience => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            // A file system without locks. The caller has one, or writes alone.
            Err(TryLockError::Error(_)) => return Ok(true),
        }
    }
}

/// Whether the name still leads to this open file.
fn is_at(path: &Path, file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let same =
            |one: &fs::Metadata, other: &fs::Metadata| (one.dev(), one.ino()) == (other.dev(), other.ino());
        matches!((&fs::symlink_metadata(path), &file.metadata()), (Ok(one), Ok(other)) if same(one, other))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

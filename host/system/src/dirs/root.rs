//! What root makes in a folder of somebody else.
//!
//! It is given to the folder's owner: after `sudo potbridge put` the user's own commands still work. That owner may plant
//! links to files of others, and change them at any moment. So each folder on the way is opened by itself, a link is followed only
//! if its owner owns what it leads to, and owners are changed by open files alone.

use super::access::Access;
use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Uid, fchown, fstat, mkdirat, open, openat, readlinkat,
    statat,
};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

/// The mode of a folder, from which the umask takes.
const USUAL: Mode = Mode::RWXU.union(Mode::RWXG).union(Mode::RWXO);

/// As many links as the system follows.
const MOST_LINKS: usize = 40;

/// How a folder is opened that is only passed through. On Linux that needs no permission to read it.
#[cfg(target_os = "linux")]
const PASS: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const PASS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

/// Whether this process is root.
///
/// In a user namespace that has no root of the machine, it has only its own user's rights, under another number.
pub(crate) fn is_root() -> bool {
    static IS_ROOT: OnceLock<bool> = OnceLock::new();
    let is_machines = || std::fs::metadata("/").is_ok_and(|found| found.uid() == 0);
    *IS_ROOT.get_or_init(|| rustix::process::geteuid().is_root() && is_machines())
}

/// Opens a folder. Makes it (0700) if it is missing, and those above it: each is given to the owner of the one that it is in.
pub(crate) fn make_folder(path: &Path) -> io::Result<File> {
    readable(&walk(path, Some(Mode::RWXU))?)
}

/// Makes a folder with the usual mode, and those above it.
pub(crate) fn make_usual_folder(path: &Path) -> io::Result<()> {
    walk(path, Some(USUAL)).map(drop)
}

/// Opens a folder.
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    readable(&walk(path, None)?)
}

fn readable(folder: &OwnedFd) -> io::Result<File> {
    Ok(openat(folder, ".", OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?.into())
}

/// Opens a file, and makes it (0600) if it is missing: its folder's owner's.
pub(crate) fn open_file(path: &Path, access: Access) -> io::Result<File> {
    let name = path.file_name().ok_or(Errno::ISDIR)?;
    let folder = walk(path.parent().unwrap_or(Path::new("")), None)?;
    let of_folder = fstat(&folder)?;
    let access = match access {
        Access::Write => OFlags::WRONLY,
        Access::Append => OFlags::RDWR | OFlags::APPEND,
    };
    if of_folder.st_uid == 0 && Mode::from_raw_mode(of_folder.st_mode) & Mode::WOTH == Mode::empty() {
        // In this folder, since its path may lead into another one by now.
        let flags = access | OFlags::CREATE | OFlags::CLOEXEC;
        return Ok(openat(&folder, name, flags, Mode::RUSR | Mode::WUSR)?.into());
    }
    // Neither may a link be followed, nor a pipe be waited for, that somebody planted here.
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    // Another process may make or remove it in between.
    for _ in 0..10 {
        match openat(&folder, name, flags | OFlags::CREATE | OFlags::EXCL, Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                give(&file, &of_folder, path);
                return Ok(file.into());
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        match openat(&folder, name, flags, Mode::empty()) {
            Ok(file) => return may_be_written(&file, &of_folder).map(|()| file.into()),
            Err(Errno::NOENT) => {}
            Err(Errno::LOOP) => return Err(planted()),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::AGAIN.into())
}

/// Whether a file that stands in somebody's folder is that owner's, or left there by root.
fn may_be_written(file: &OwnedFd, of_folder: &Stat) -> io::Result<()> {
    let found = fstat(file)?;
    let is_plain = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    // A second name may be one of root's own files.
    let is_theirs = found.st_uid == of_folder.st_uid || found.st_uid == 0 && found.st_nlink < 2;
    if is_plain && is_theirs { Ok(()) } else { Err(planted()) }
}

fn planted() -> io::Error {
    let message =
        "it is a link or a file of somebody else, in a folder that is not root's: root does not use it";
    io::Error::new(io::ErrorKind::PermissionDenied, message)
}

/// The owner and the group of the first folder on the way to a file that is not root's, as far as there are folders. A link that
/// a user made is the user's too.
pub(crate) fn owner_on_the_way(path: &Path) -> io::Result<Option<(u32, u32)>> {
    let mut folder = start(path)?;
    let mut steps = steps(path);
    let mut links = Links::default();
    loop {
        let found = fstat(&folder)?;
        if found.st_uid != 0 {
            return Ok(Some((found.st_uid, found.st_gid)));
        }
        let Some(step) = steps.pop() else { return Ok(None) };
        match openat(&folder, &step, PASS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(next) => folder = next,
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let found = statat(&folder, &step, AtFlags::SYMLINK_NOFOLLOW)?;
                if FileType::from_raw_mode(found.st_mode) != FileType::Symlink {
                    return Ok(None);
                }
                if found.st_uid != 0 {
                    return Ok(Some((found.st_uid, found.st_gid)));
                }
                let target = links.follow(&folder, &step)?;
                if target.is_absolute() {
                    folder = start(&target)?;
                }
                steps.extend(self::steps(&target));
            }
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens the folder of a path, step by step. If there is a mode for it, makes what is missing.
fn walk(path: &Path, make: Option<Mode>) -> io::Result<OwnedFd> {
    let mut folder = start(path)?;
    let mut steps = steps(path);
    let mut way = PathBuf::new();
    let mut links = Links::default();
    while let Some(step) = steps.pop() {
        way.push(&step);
        match openat(&folder, &step, PASS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(next) => folder = next,
            Err(Errno::NOENT) if let Some(mode) = make => {
                links.may_lead_to(&folder)?;
                let mode = if steps.is_empty() { mode } else { USUAL };
                folder = make_in(&folder, &step, mode, &way)?;
            }
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let target = links.follow(&folder, &step)?;
                if target.is_absolute() {
                    folder = start(&target)?;
                }
                steps.extend(self::steps(&target));
            }
            Err(error) => return Err(error.into()),
        }
    }
    links.may_lead_to(&folder)?;
    Ok(folder)
}

fn start(path: &Path) -> io::Result<OwnedFd> {
    Ok(open(if path.is_absolute() { "/" } else { "." }, PASS, Mode::empty())?)
}

/// The steps of a path, the last one first.
fn steps(path: &Path) -> Vec<OsString> {
    let step = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        _ => None,
    };
    path.components().rev().filter_map(step).collect()
}

/// The links that a path led through.
#[derive(Default)]
struct Links {
    count: usize,
    /// The users who could have planted one, other than root.
    owners: Vec<u32>,
}

impl Links {
    /// Where a link leads.
    fn follow(&mut self, folder: &OwnedFd, name: &OsStr) -> io::Result<PathBuf> {
        let link = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if FileType::from_raw_mode(link.st_mode) != FileType::Symlink {
            return Err(Errno::NOTDIR.into());
        }
        self.count += 1;
        if self.count > MOST_LINKS {
            return Err(Errno::LOOP.into());
        }
        // Whoever owns the folder may change any link in it.
        let of_folder = fstat(folder)?.st_uid;
        let owner = if of_folder == 0 { link.st_uid } else { of_folder };
        if owner != 0 {
            self.owners.push(owner);
        }
        let target = readlinkat(folder, name, Vec::new())?;
        Ok(OsString::from_vec(target.into_bytes()).into())
    }

    fn may_lead_to(&self, folder: &OwnedFd) -> io::Result<()> {
        let owner = fstat(folder)?.st_uid;
        if self.owners.iter().all(|by| *by == owner) { Ok(()) } else { Err(planted()) }
    }
}

fn make_in(folder: &OwnedFd, name: &OsStr, mode: Mode, path: &Path) -> io::Result<OwnedFd> {
    let is_new = match mkdirat(folder, name, mode) {
        Ok(()) => true,
        Err(Errno::EXIST) => false,
        Err(error) => return Err(error.into()),
    };
    let readable = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let made = openat(folder, name, readable, Mode::empty())?;
    // The owner of the folder may have put another of root's in its place.
    if is_new && fstat(&made)?.st_uid == 0 && is_empty(&made)? {
        give(&made, &fstat(folder)?, path);
    }
    Ok(made)
}

fn is_empty(folder: &OwnedFd) -> io::Result<bool> {
    for entry in Dir::read_from(folder)? {
        if !matches!(entry?.file_name().to_bytes(), b"." | b"..") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives what was just made to the owner of the folder that it is in. A folder in which everybody may make files, such as
/// `/tmp`, is everybody's: what root makes there stays root's.
fn give(made: &impl AsFd, of_folder: &Stat, path: &Path) {
    let is_everybodys = Mode::from_raw_mode(of_folder.st_mode) & Mode::WOTH != Mode::empty();
    // As the user (`as_owner.rs`) it makes what is the user's.
    if of_folder.st_uid == 0 || is_everybodys || !rustix::process::geteuid().is_root() {
        return;
    }
    let (uid, gid) = (Uid::from_raw(of_folder.st_uid), Gid::from_raw(of_folder.st_gid));
    // In a container the owner may be one that does not exist there.
    if let Err(error) = fchown(made, Some(uid), Some(gid)) {
        log::warn!("{} stays root's, in a folder of the user {uid:?}: {error}", path.display());
    }
}

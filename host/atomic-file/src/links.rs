//! Symbolic links: how many are followed, and whither they may lead root.
//!
//! Who may write a folder may put a link there, to any file of the machine. Root would follow it and write that file. So for root
//! a link counts only if its owner could have written the file without it.

#[cfg(unix)]
use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Component, Path, PathBuf},
};

#[cfg(unix)]
use crate::Error;

/// As many links in a row as Linux follows (path_resolution(7)).
pub(crate) const MOST_LINKS: usize = 40;

/// An error if this is root, and a link of another user on the way of `path` leads to what is not that user's.
///
/// `real` is the file behind `path`, or the folder that it would be in. It is asked once. Whoever exchanges a folder for a link afterwards is not noticed.
#[cfg(unix)]
pub(crate) fn check(path: &Path, real: &Path) -> Result<(), Error> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let mut owners = Vec::new();
    collect(path, &mut owners).map_err(|error| Error::io(error, "look at", path))?;
    if owners.is_empty() {
        return Ok(());
    }
    let owner = fs::symlink_metadata(real).map_err(|error| Error::io(error, "look at", real))?.uid();
    if owners.into_iter().all(|of_link| of_link == owner) {
        return Ok(());
    }
    let why = "a link of another user leads there, and the file is not that user's: root does not follow it";
    Err(Error::io(io::Error::new(io::ErrorKind::PermissionDenied, why), "use", real))
}

/// Adds the owner of each link on the way of `path`, unless it is root's.
#[cfg(unix)]
fn collect(path: &Path, owners: &mut Vec<u32>) -> io::Result<()> {
    // What is still to be walked, the next part last.
    let parts =
        |path: &Path| path.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect::<Vec<_>>();
    let (mut walked, mut left, mut links) = (PathBuf::new(), parts(path), 0);
    while let Some(part) = left.pop() {
        match part.components().next() {
            Some(Component::RootDir) => {
                walked = PathBuf::from("/");
                continue;
            }
            // What is walked has no link in it, so its parent is the folder that it is in.
            Some(Component::ParentDir) => {
                if !walked.pop() {
                    walked.push("..");
                }
                continue;
            }
            _ => {}
        }
        let here = walked.join(&part);
        match fs::symlink_metadata(&here) {
            Ok(found) if found.is_symlink() => {
                if found.uid() != 0 {
                    owners.push(found.uid());
                }
                links += 1;
                if links > MOST_LINKS {
                    return Err(rustix::io::Errno::LOOP.into());
                }
                left.extend(parts(&fs::read_link(&here)?));
            }
            Ok(_) => walked = here,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

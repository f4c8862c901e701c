//! Folders and files that this user may not write, or not read.

use crate::support::{ORDINARY, as_ordinary_user, inode, names, read, set};
use env_file::{Change, Error};
use rustix::process::{geteuid, getgid};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use tempfile::TempDir;

const OLD: &str = "A=1\nTOKEN=\"Mold, rather longer than the new one\"\nB=2\n";
const NEW: &str = "A=1\nTOKEN=Mnew-token_==\nB=2\n";

fn write(path: &Path) -> Result<Change, Error> {
    set(path, "Mnew-token_==")
}

/// A folder of the given mode that the ordinary user can reach, with `OLD` in `.env` of the given owner and mode.
fn folder_of_ordinary_user(folder_mode: u32, owner: u32, mode: u32) -> TempDir {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(".env");
    fs::write(&file, OLD).unwrap();
    if geteuid().is_root() {
        chown(&file, Some(owner), Some(owner)).unwrap();
        chown(folder.path(), Some(ORDINARY), Some(ORDINARY)).unwrap();
    }
    fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(folder_mode)).unwrap();
    folder
}

#[test]
fn a_file_in_a_folder_without_write_permission_is_overwritten() {
    let folder = folder_of_ordinary_user(0o555, ORDINARY, 0o640);
    let path = folder.path().join(".env");
    let before = inode(&path);
    assert_eq!(as_ordinary_user(|| write(&path)).unwrap(), Change::Written);
    assert_eq!((read(&path).as_str(), inode(&path)), (NEW, before));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
    let absent = folder.path().join("absent");
    let error = as_ordinary_user(|| write(&absent)).unwrap_err();
    assert_eq!(error.code(), "permission-denied");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_folder_that_may_not_be_listed_is_no_obstacle() {
    let folder = folder_of_ordinary_user(0o333, ORDINARY, 0o600);
    let (path, absent) = (folder.path().join(".env"), folder.path().join("absent"));
    as_ordinary_user(|| {
        assert_eq!(write(&path).unwrap(), Change::Written);
        assert_eq!(write(&absent).unwrap(), Change::Written);
    });
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(read(&path), NEW);
    assert_eq!(read(&absent), "TOKEN=Mnew-token_==\n");
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_file_that_would_change_its_owner_is_overwritten() {
    let owner = if geteuid().is_root() { 0 } else { ORDINARY };
    let folder = folder_of_ordinary_user(0o755, owner, 0o666);
    let path = folder.path().join(".env");
    let before = fs::metadata(&path).unwrap();
    assert_eq!(as_ordinary_user(|| write(&path)).unwrap(), Change::Written);
    let after = fs::metadata(&path).unwrap();
    assert_eq!(read(&path), NEW);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_eq!(names(folder.path()), [".env"]);
    if geteuid().is_root() {
        assert_eq!(after.ino(), before.ino());
    } else {
        assert_eq!(after.gid(), getgid().as_raw());
    }
}

#[test]
fn a_file_that_may_not_be_read_is_refused() {
    let folder = folder_of_ordinary_user(0o755, ORDINARY, 0o200);
    let path = folder.path().join(".env");
    let error = as_ordinary_user(|| write(&path)).unwrap_err();
    assert_eq!(error.code(), "permission-denied");
    assert!(error.to_string().contains(".env"), "{error}");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(read(&path), OLD);
}

#[test]
fn a_file_of_another_user_is_refused() {
    if !geteuid().is_root() {
        // Without root there is no file of another user to make; one that root made serves as well.
        let code = write(Path::new("/etc/hostname")).unwrap_err().code();
        assert_eq!(code, "permission-denied");
        return;
    }
    let folder = folder_of_ordinary_user(0o755, 0, 0o644);
    let path = folder.path().join(".env");
    let before = inode(&path);
    let error = as_ordinary_user(|| write(&path)).unwrap_err();
    assert_eq!(error.code(), "permission-denied");
    assert_eq!((read(&path).as_str(), inode(&path)), (OLD, before));
    assert_eq!(names(folder.path()), [".env"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_flag_that_forbids_writing_is_named() {
    use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
    for (flag, letter) in [(IFlags::IMMUTABLE, "+i"), (IFlags::APPEND, "+a")] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, OLD).unwrap();
        let file = fs::File::open(&path).unwrap();
        let before = ioctl_getflags(&file);
        if before.and_then(|flags| ioctl_setflags(&file, flags | flag)).is_err() {
            let test = "a_flag_that_forbids_writing_is_named";
            return potbridge_test_support::skip::skip(test, "this user may set no such flag here");
        }
        let error = write(&path);
        ioctl_setflags(&file, before.unwrap()).unwrap();
        let error = error.unwrap_err();
        assert_eq!(error.code(), "permission-denied");
        assert!(error.to_string().contains(&format!("`chattr {letter}`")), "{error}");
        assert!(error.hint().unwrap().contains("`chattr`"), "{error:?}");
        assert_eq!(read(&path), OLD);
    }
}

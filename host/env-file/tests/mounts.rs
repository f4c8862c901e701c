//! Files that are mounts, and full disks.
//!
//! Each test runs in a mount namespace of its own, so that nothing stays mounted.

use crate::support::{inode, names, read, set};
use env_file::{Change, Error};
use potbridge_test_support::namespace::{bind, may_mount, mount, small_disk};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use tempfile::TempDir;

const OLD: &str = "A=1\nTOKEN=\"Mold, rather longer than the new one\"\nB=2\n";
const NEW: &str = "A=1\nTOKEN=Mnew-token_==\nB=2\n";

fn write(path: &Path) -> Result<Change, Error> {
    set(path, "Mnew-token_==")
}

#[test]
fn a_mounted_file_is_overwritten() {
    if !may_mount(module_path!(), "a_mounted_file_is_overwritten") {
        return;
    }
    let (outside, inside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (real, path) = (outside.path().join("real"), inside.path().join(".env"));
    fs::write(&real, OLD).unwrap();
    fs::write(&path, "").unwrap();
    bind(&real, &path);
    let before = inode(&real);
    assert_eq!(write(&path).unwrap(), Change::Written);
    assert_eq!(read(&real), NEW);
    assert_eq!(inode(&real), before);
    assert_eq!(names(inside.path()), [".env"]);
    assert_eq!(write(&path).unwrap(), Change::Unchanged);
}

#[test]
fn in_a_read_only_file_system_only_a_mounted_file_is_written() {
    if !may_mount(module_path!(), "in_a_read_only_file_system_only_a_mounted_file_is_written") {
        return;
    }
    let (outside, inside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (real, path) = (outside.path().join("real"), inside.path().join(".env"));
    fs::write(&real, OLD).unwrap();
    fs::write(&path, "").unwrap();
    fs::write(inside.path().join("fixed"), OLD).unwrap();
    bind(inside.path(), inside.path());
    bind(&real, &path);
    mount(&["--options", "remount,bind,ro"], inside.path());
    assert_eq!(write(&path).unwrap(), Change::Written);
    assert_eq!(read(&real), NEW);
    let fixed = inside.path().join("fixed");
    assert_eq!(write(&fixed).unwrap_err().code(), "permission-denied");
    assert_eq!(read(&fixed), OLD);
    assert_eq!(write(&inside.path().join("absent")).unwrap_err().code(), "permission-denied");
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    if !may_mount(module_path!(), "a_full_disk_leaves_the_file_as_it_was") {
        return;
    }
    let folder = TempDir::new().unwrap();
    small_disk("64k", folder.path());
    let path = folder.path().join(".env");
    fs::write(&path, OLD).unwrap();
    let mut filler = File::create(folder.path().join("filler")).unwrap();
    while filler.write_all(&[b'x'; 1024]).is_ok() {}
    let before = inode(&path);
    assert_eq!(write(&path).unwrap_err().code(), "disk-full");
    assert_eq!((read(&path).as_str(), inode(&path)), (OLD, before));
    assert_eq!(names(folder.path()), [".env", "filler"]);
    assert_eq!(write(&folder.path().join("absent")).unwrap_err().code(), "disk-full");
    drop(filler);
    fs::remove_file(folder.path().join("filler")).unwrap();
    assert_eq!(write(&path).unwrap(), Change::Written);
    assert_eq!(read(&path), NEW);
}

#[test]
fn a_mounted_file_on_a_full_disk_is_not_begun() {
    if !may_mount(module_path!(), "a_mounted_file_on_a_full_disk_is_not_begun") {
        return;
    }
    let (outside, inside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    small_disk("64k", outside.path());
    let (real, path) = (outside.path().join("real"), inside.path().join(".env"));
    fs::write(&real, OLD).unwrap();
    fs::write(&path, "").unwrap();
    bind(&real, &path);
    let mut filler = File::create(outside.path().join("filler")).unwrap();
    while filler.write_all(&[b'x'; 1024]).is_ok() {}
    let error = set(&path, &"M".repeat(5000)).unwrap_err();
    assert_eq!(error.code(), "disk-full");
    assert_eq!(read(&real), OLD);
    assert_eq!(names(inside.path()), [".env"]);
}

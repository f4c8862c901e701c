//! Files that are mounts, and full disks.
//!
//! Each test runs in a mount namespace of its own (`unshare`), so that nothing stays mounted. If the tests do not run as
//! root, it is in a user namespace too.

use crate::support::{again, inode, names, read, role, set};
use env_file::{Change, Error};
use rustix::process::geteuid;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const OLD: &str = "A=1\nTOKEN=\"Mold, rather longer than the new one\"\nB=2\n";
const NEW: &str = "A=1\nTOKEN=Mnew-token_==\nB=2\n";

fn write(path: &Path) -> Result<Change, Error> {
    set(path, "Mnew-token_==")
}

/// Runs the test `name` again in a namespace where it may mount. Returns `true` inside of it.
fn in_namespace(name: &str) -> bool {
    if role().is_some() {
        return true;
    }
    let inside = again(module_path!(), name, "in a namespace");
    let mut unshare = Command::new("unshare");
    unshare.arg("--mount");
    if !geteuid().is_root() {
        unshare.args(["--user", "--map-root-user"]);
    }
    unshare.arg(inside.get_program()).args(inside.get_args());
    for (name, value) in inside.get_envs() {
        unshare.env(name, value.unwrap());
    }
    let output = unshare.output().expect("this test needs `unshare` (util-linux)");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    false
}

fn mount(arguments: &[&str], at: &Path) {
    let status = Command::new("mount").args(arguments).arg(at).status().unwrap();
    assert!(status.success(), "mount {arguments:?} {}", at.display());
}

fn bind(from: &Path, to: &Path) {
    mount(&["--bind", from.to_str().unwrap()], to);
}

#[test]
fn a_mounted_file_is_overwritten() {
    if !in_namespace("a_mounted_file_is_overwritten") {
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
    if !in_namespace("in_a_read_only_file_system_only_a_mounted_file_is_written") {
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
    if !in_namespace("a_full_disk_leaves_the_file_as_it_was") {
        return;
    }
    let folder = TempDir::new().unwrap();
    mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], folder.path());
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
    if !in_namespace("a_mounted_file_on_a_full_disk_is_not_begun") {
        return;
    }
    let (outside, inside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], outside.path());
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

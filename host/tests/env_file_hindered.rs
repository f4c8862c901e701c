//! `.env` files that cannot simply be replaced: mounts, folders without permission, other owners, full disks.
//!
//! What needs a mount runs in a mount namespace of its own (`unshare`, in a user namespace where the tests do not run as
//! root), so that nothing stays behind.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::Command,
    thread,
};

use potbridge::sink::{
    Change, Variable,
    env_file::{EnvFile, EnvFileError},
};
use rustix::process::{geteuid, getgid};
use tempfile::TempDir;

const OLD: &str = "A=1\nYT_DLP_PO_TOKEN=\"Mold, rather longer than the new one\"\nB=2\n";
const NEW: &str = "A=1\nYT_DLP_PO_TOKEN=Mnew-token_==\nB=2\n";
const IN_NAMESPACE: &str = "POTBRIDGE_TEST_IN_NAMESPACE";

fn set(path: &Path, value: &str) -> Result<Change, EnvFileError> {
    let variables = [Variable { name: "YT_DLP_PO_TOKEN", value }];
    let path = path.into();
    let file = EnvFile { path, allow_tracked: false, reader: None };
    file.set(&variables).map(|done| done.change)
}

fn write(path: &Path) -> Result<Change, EnvFileError> {
    set(path, "Mnew-token_==")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Runs the test `name` again, in a namespace where it may mount. `true` once inside.
fn may_mount(name: &str) -> bool {
    if std::env::var_os(IN_NAMESPACE).is_some() {
        return true;
    }
    let mut unshare = Command::new("unshare");
    unshare.arg("--mount");
    if !geteuid().is_root() {
        unshare.args(["--user", "--map-root-user"]);
    }
    let output = unshare
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(IN_NAMESPACE, "1")
        .output()
        .expect("this test needs `unshare` (util-linux)");
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

/// Runs `act` in a thread of an ordinary user: `nobody`, where the tests run as root.
fn as_ordinary_user<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    use rustix::thread::{Gid, Uid, set_thread_groups, set_thread_res_gid, set_thread_res_uid};
    thread::scope(|scope| {
        let run = scope.spawn(|| {
            if geteuid().is_root() {
                let (uid, gid) = (Uid::from_raw(ORDINARY), Gid::from_raw(ORDINARY));
                set_thread_groups(&[]).unwrap();
                set_thread_res_gid(gid, gid, gid).unwrap();
                set_thread_res_uid(uid, uid, uid).unwrap();
            }
            act()
        });
        run.join().unwrap()
    })
}

const ORDINARY: u32 = 65_534;

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
fn a_file_that_is_a_mount_is_written_in_place() {
    if !may_mount("a_file_that_is_a_mount_is_written_in_place") {
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
fn a_file_in_a_read_only_file_system_is_written_in_place_if_it_is_a_mount_and_else_refused() {
    if !may_mount("a_file_in_a_read_only_file_system_is_written_in_place_if_it_is_a_mount_and_else_refused") {
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
    if !may_mount("a_full_disk_leaves_the_file_as_it_was") {
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
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, [".env", "filler"]);
    assert_eq!(write(&folder.path().join("absent")).unwrap_err().code(), "disk-full");
    drop(filler);
    fs::remove_file(folder.path().join("filler")).unwrap();
    assert_eq!(write(&path).unwrap(), Change::Written);
    assert_eq!(read(&path), NEW);
}

#[test]
fn a_mount_on_a_full_disk_is_not_begun_in_place() {
    if !may_mount("a_mount_on_a_full_disk_is_not_begun_in_place") {
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

#[test]
fn a_folder_without_write_permission_has_its_file_written_in_place() {
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
    assert_eq!(read(&absent), "YT_DLP_PO_TOKEN=Mnew-token_==\n");
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_file_whose_owner_could_not_be_kept_is_written_in_place() {
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
fn another_users_file_that_may_not_be_written_is_refused() {
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

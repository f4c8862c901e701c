//! What stays, and what a new file gets.

use crate::{Folder, inode, mode};
use atomic_file::{Change, Options, replace};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

#[test]
fn an_existing_file_keeps_its_mode() {
    for options in [Options::new(), Options::new().private(), Options::new().durable()] {
        for kept in [0o600, 0o644, 0o640, 0o400, 0o4755] {
            let folder = Folder::with("a", "old");
            fs::set_permissions(folder.path("a"), Permissions::from_mode(kept)).unwrap();
            let before = inode(&folder.path("a"));
            assert_eq!(replace(&folder.path("a"), b"new", &options).unwrap(), Change::Written);
            assert_eq!((folder.read("a").as_str(), mode(&folder.path("a"))), ("new", kept));
            assert_ne!(inode(&folder.path("a")), before, "replaced by a rename");
            assert_eq!(folder.names(), ["a"]);
        }
    }
}

#[test]
fn a_new_file_gets_the_mode_that_any_program_would_give_it() {
    let folder = Folder::with("usual", "");
    replace(&folder.path("a"), b"new", &Options::new()).unwrap();
    assert_eq!(mode(&folder.path("a")), mode(&folder.path("usual")));
}

#[test]
fn a_new_private_file_is_for_its_owner_alone() {
    let folder = Folder::new();
    replace(&folder.path("a"), b"new", &Options::new().private()).unwrap();
    assert_eq!((folder.read("a").as_str(), mode(&folder.path("a"))), ("new", 0o600));
}

#[test]
fn an_exact_mode_is_set_on_a_new_old_or_unchanged_file() {
    let folder = Folder::with("old", "old");
    let before = inode(&folder.path("old"));
    for (name, content, wanted) in
        [("new", "x", 0o755), ("old", "old", 0o700), ("old", "x", 0o644), ("old", "x", 0o755)]
    {
        replace(&folder.path(name), content.as_bytes(), &Options::new().mode(wanted)).unwrap();
        assert_eq!((folder.read(name).as_str(), mode(&folder.path(name))), (content, wanted));
        assert_eq!(inode(&folder.path("old")) == before, content == "old" || name == "new", "{content}");
    }
}

#[test]
fn the_owner_and_the_group_stay() {
    let folder = Folder::with("a", "old");
    if rustix::process::geteuid().is_root() {
        chown(folder.path("a"), Some(12_345), Some(23_456)).unwrap();
    }
    let before = fs::metadata(folder.path("a")).unwrap();
    replace(&folder.path("a"), b"new", &Options::new()).unwrap();
    let after = fs::metadata(folder.path("a")).unwrap();
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_ne!(after.ino(), before.ino(), "replaced by a rename");
}

#[cfg(target_os = "linux")]
#[test]
fn the_access_list_stays() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    const NAME: &str = "system.posix_acl_access";
    // acl(5) in the kernel's form: version 2, then tag, permissions, id: owner rw, user 12345 r, group none, mask r.
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 6, u32::MAX),
        (0x02, 4, 12_345),
        (0x04, 0, u32::MAX),
        (0x10, 4, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut list = 2u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    let folder = Folder::with("a", "old");
    let path = folder.path("a");
    setxattr(&path, NAME, &list, XattrFlags::empty()).unwrap();
    assert_eq!(mode(&path), 0o640);
    replace(&path, b"new", &Options::new()).unwrap();
    let mut kept = vec![0; 100];
    let length = getxattr(&path, NAME, kept.as_mut_slice()).unwrap();
    assert_eq!(kept[..length], list);
    assert_eq!(mode(&path), 0o640);
}

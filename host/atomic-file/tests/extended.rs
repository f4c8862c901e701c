//! Extended attributes and flags: what programs and the system keep with a file.

use crate::{Folder, inode};
use atomic_file::{Change, Options, replace};
use potbridge_test_support::namespace::{may_mount, small_disk};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use potbridge_test_support::skip::skip;
use rustix::fs::{IFlags, XattrFlags, getxattr, ioctl_getflags, ioctl_setflags, setxattr};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io;
use std::path::Path;

const NAMES: [&str; 4] = ["user.backup", "user.other", "trusted.kept", "security.kept"];

/// The names of those that this user may set here.
fn set(path: &Path, names: &[&'static str]) -> Vec<&'static str> {
    let is_set = |name: &&&str| setxattr(path, **name, name.as_bytes(), XattrFlags::empty()).is_ok();
    names.iter().filter(is_set).copied().collect()
}

fn value(path: &Path, name: &str) -> Result<Vec<u8>, Errno> {
    let mut value = vec![0; 100];
    let length = getxattr(path, name, value.as_mut_slice())?;
    value.truncate(length);
    Ok(value)
}

fn are_kept(path: &Path, names: &[&str]) {
    for name in names {
        assert_eq!(value(path, name).as_deref(), Ok(name.as_bytes()), "{name}");
    }
}

#[test]
fn attributes_stay() {
    let folder = Folder::with("a", "old");
    let path = folder.path("a");
    let names = set(&path, &NAMES);
    if names.is_empty() {
        return skip("attributes_stay", "this file system has no extended attributes");
    }
    let before = inode(&path);
    assert_eq!(replace(&path, b"new", &Options::new()).unwrap(), Change::Written);
    assert_ne!(inode(&path), before, "replaced by a rename");
    are_kept(&path, &names);
}

#[test]
fn attributes_stay_on_a_file_system_in_memory() {
    if !may_mount(module_path!(), "attributes_stay_on_a_file_system_in_memory") {
        return;
    }
    let folder = Folder::new();
    small_disk("1m", folder.0.path());
    let path = folder.path("a");
    fs::write(&path, "old").unwrap();
    let names = set(&path, &NAMES);
    assert_eq!(replace(&path, b"new", &Options::new()).unwrap(), Change::Written);
    are_kept(&path, &names);
}

#[test]
fn a_file_whose_attributes_cannot_be_copied_is_overwritten() {
    for errno in [Errno::PERM, Errno::OPNOTSUPP, Errno::INVAL, Errno::ACCESS, Errno::NOSPC, Errno::DQUOT] {
        for name in NAMES {
            let folder = Folder::with("a", "old");
            let path = folder.path("a");
            if set(&path, &[name]).is_empty() {
                continue;
            }
            let before = inode(&path);
            let change = with_refused_calls(&[(Call::SetAttribute, errno.raw_os_error())], || {
                replace(&path, b"new", &Options::new().private().durable())
            });
            assert_eq!(change.unwrap(), Change::Written);
            assert_eq!((folder.read("a").as_str(), inode(&path)), ("new", before), "{name} {errno}");
            are_kept(&path, &[name]);
            assert_eq!(folder.names(), ["a"]);
        }
    }
}

#[test]
fn the_system_takes_capabilities_away_at_every_write() {
    // linux/capability.h, version 2: effective, and CAP_NET_BIND_SERVICE.
    let mut capability = 0x0200_0001_u32.to_le_bytes().to_vec();
    capability.extend([0, 4, 0, 0].iter().chain(&[0; 12]));
    for names in [1, 2] {
        let folder = Folder::with("a", "old");
        let path = folder.path("a");
        if names == 2 {
            fs::hard_link(&path, folder.path("b")).unwrap();
        }
        if setxattr(&path, "security.capability", &capability, XattrFlags::empty()).is_err() {
            return skip("the_system_takes_capabilities_away_at_every_write", "only root sets capabilities");
        }
        assert_eq!(replace(&path, b"new", &Options::new()).unwrap(), Change::Written);
        assert_eq!(value(&path, "security.capability"), Err(Errno::NODATA));
    }
}

#[test]
fn flags_stay() {
    let folder = Folder::with("a", "old");
    let path = folder.path("a");
    let kept = IFlags::NODUMP | IFlags::NOATIME | IFlags::SYNC;
    let file = File::open(&path).unwrap();
    let Ok(flags) = ioctl_getflags(&file) else {
        return skip("flags_stay", "this file system has no flags");
    };
    if ioctl_setflags(&file, flags | kept).is_err() {
        return skip("flags_stay", "this file system has other flags");
    }
    let before = inode(&path);
    replace(&path, b"new", &Options::new()).unwrap();
    assert_ne!(inode(&path), before, "replaced by a rename");
    assert!(ioctl_getflags(File::open(&path).unwrap()).unwrap().contains(kept));
    assert_eq!(folder.read("a"), "new");
}

#[test]
fn a_flag_that_forbids_writing_is_named() {
    for (flag, letter) in [(IFlags::IMMUTABLE, "+i"), (IFlags::APPEND, "+a")] {
        for names in [1, 2] {
            let folder = Folder::with("a", "old");
            if names == 2 {
                fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
            }
            let file = File::open(folder.path("a")).unwrap();
            let set = ioctl_getflags(&file).and_then(|flags| {
                ioctl_setflags(&file, flags | flag)?;
                Ok(flags)
            });
            let Ok(flags) = set else {
                return skip("a_flag_that_forbids_writing_is_named", "this user may set no such flag here");
            };
            let result = replace(&folder.path("a"), b"new", &Options::new().private().durable());
            ioctl_setflags(&file, flags).unwrap();
            let error = result.unwrap_err();
            assert!(error.to_string().contains(&format!("`chattr {letter}`")), "{error}");
            assert!(error.hint().unwrap().contains("chattr"), "{error:?}");
            assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
            assert_eq!((folder.read("a").as_str(), folder.names().len()), ("old", names));
        }
    }
}

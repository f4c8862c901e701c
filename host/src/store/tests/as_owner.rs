//! Root works on a store in a user's folder as that user.

use super::*;
use potbridge_test_support::ordinary_user::ORDINARY;
use potbridge_test_support::skip::skip;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};

/// A folder of an ordinary user's. `None` if the tests do not run as root.
fn of_ordinary_user(test: &str) -> Option<tempfile::TempDir> {
    if !rustix::process::geteuid().is_root() {
        skip(test, "only root can be another user");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    chown(folder.path(), Some(ORDINARY), Some(ORDINARY)).unwrap();
    Some(folder)
}

/// Whatever the user plants between a look and a use.
#[test]
fn root_opens_in_a_users_folder_what_the_user_may_open() {
    let Some(folder) = of_ordinary_user("root_opens_in_a_users_folder_what_the_user_may_open") else {
        return;
    };
    let roots = tempfile::NamedTempFile::new().unwrap();
    let planted = folder.path().join("tokens.db-journal");
    symlink(roots.path(), &planted).unwrap();
    let store = at(&folder.path().join("tokens.db"));
    within(&store, |_| {
        let (read, written) = (fs::read(&planted), fs::OpenOptions::new().write(true).open(&planted));
        assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
        Ok(())
    });
    fs::read(&planted).unwrap();
    drop(store);
    assert!(rustix::process::geteuid().is_root());
    fs::remove_file(planted).unwrap();
    for file in fs::read_dir(folder.path()).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().uid(), ORDINARY);
    }
}

#[test]
fn a_store_that_root_opens_again_and_again_keeps_no_file_open() {
    let test = "a_store_that_root_opens_again_and_again_keeps_no_file_open";
    let Some(folder) = of_ordinary_user(test) else { return };
    for seed in 0..20 {
        at(&folder.path().join("tokens.db")).put(&capture(seed, "aaaaaaaaaaa", clock::now_ms())).unwrap();
    }
    let open = fs::read_dir("/proc/self/fd").unwrap().filter(|file| {
        let leads_to = file.as_ref().ok().and_then(|file| fs::read_link(file.path()).ok());
        leads_to.is_some_and(|path| path.starts_with(folder.path()))
    });
    assert!(open.count() <= 1);
}

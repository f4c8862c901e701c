//! Repositories of git's that cannot be read.

use crate::repository::Repository;
use crate::support::{SET, as_ordinary_user};
use env_file::{Change, EnvFile};
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

const OLD: &str = "A=1\nTOKEN=Mold\n";

/// Checks that nothing is put into the file without leave, that the repository is named, and that values can be taken out.
fn check(path: &Path, named: &str) {
    let file = EnvFile::new(path);
    let error = file.set(SET).unwrap_err();
    assert_eq!(error.code(), "git-unreadable", "{named}");
    assert!(error.is_unsafe());
    assert!(error.to_string().contains(named), "{error}");
    assert!(error.hint().unwrap().contains("allow_tracked = true"));
    assert_eq!(fs::read_to_string(path).unwrap(), OLD);
    assert_eq!(file.clear(&["TOKEN"]).unwrap().change, Change::Written);
    assert_eq!(fs::read_to_string(path).unwrap(), "A=1\nTOKEN=\n");
    let allowed = EnvFile { allow_tracked: true, ..file };
    assert_eq!(allowed.set(SET).unwrap().change, Change::Written);
}

#[test]
fn a_repository_that_this_user_may_not_look_into() {
    for (shut, named) in [(".git", ".git/HEAD"), (".git/index", ".git/index"), (".git/config", ".git/config")]
    {
        let repository = Repository::new().with("sub/.env", OLD);
        repository.commit();
        // The work tree is the user's, the repository root's; or nobody's, if the tests do not run as root.
        for name in ["", "sub", "sub/.env"] {
            fs::set_permissions(repository.path(name), Permissions::from_mode(0o777)).unwrap();
        }
        fs::set_permissions(repository.path(shut), Permissions::from_mode(0o000)).unwrap();
        as_ordinary_user(|| check(&repository.path("sub/.env"), named));
        fs::set_permissions(repository.path(shut), Permissions::from_mode(0o700)).unwrap();
    }
}

/// What breaks a repository, given its `.git`, and what the message says of it then.
type Break = (fn(&Path), &'static str);

#[test]
fn a_repository_that_is_broken() {
    let breaks: &[Break] = &[
        (|git| fs::write(git.join("index"), "DIRC nonsense").unwrap(), ".git/index"),
        (|git| fs::write(git.join("config"), "[core\nnonsense").unwrap(), ".git/config"),
        (|git| fs::remove_file(git.join("HEAD")).unwrap(), ".git/HEAD"),
        (|git| fs::remove_dir_all(git.join("objects")).unwrap(), ".git/objects"),
        (
            |git| {
                fs::remove_dir_all(git).unwrap();
                fs::create_dir(git).unwrap();
            },
            ".git/HEAD",
        ),
        (
            |git| {
                fs::remove_dir_all(git).unwrap();
                fs::write(git, "gitdir: /nonexistent\n").unwrap();
            },
            "/nonexistent/HEAD",
        ),
        (
            |git| {
                fs::remove_dir_all(git).unwrap();
                fs::write(git, "no repository\n").unwrap();
            },
            "does not say where",
        ),
        (
            |git| {
                fs::remove_dir_all(git).unwrap();
                symlink("/nonexistent", git).unwrap();
            },
            "/.git",
        ),
    ];
    for (break_it, named) in breaks {
        let repository = Repository::new().with(".env", OLD);
        repository.commit();
        break_it(&repository.path(".git"));
        check(&repository.path(".env"), named);
    }
}

#[test]
fn the_owner_of_a_repository_does_not_matter() {
    if !geteuid().is_root() {
        // There is nobody else who could own one.
        return;
    }
    let repository = Repository::new().with(".env", OLD);
    repository.commit();
    for name in ["", ".env"] {
        fs::set_permissions(repository.path(name), Permissions::from_mode(0o777)).unwrap();
    }
    let error = as_ordinary_user(|| EnvFile::new(repository.path(".env")).set(SET).unwrap_err());
    assert_eq!(error.code(), "tracked-by-git");
}

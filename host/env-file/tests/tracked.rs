//! Files that git tracks.

use crate::repository::{Repository, git, refused, warned};
use crate::support::SET;
use env_file::{Change, EnvFile};
use std::fs;
use tempfile::TempDir;

#[test]
fn a_tracked_file_is_refused() {
    let repository = Repository::new().with(".env", "A=1\n").with("deep/er/.env", "TOKEN=old\n");
    repository.git(&["add", "--all"]);
    assert!(refused(&repository.path(".env")));
    assert!(refused(&repository.path("deep/er/.env")));
    repository.commit();
    assert!(refused(&repository.path(".env")));
    assert!(!refused(&repository.path("deep/.env")));
}

#[test]
fn clearing_a_tracked_file_is_refused_only_if_it_would_change() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.commit();
    let path = repository.path(".env");
    assert_eq!(EnvFile::new(&path).clear(&["B"]).unwrap().change, Change::Unchanged);
    assert_eq!(EnvFile::new(&path).clear(&["A"]).unwrap_err().code(), "tracked-by-git");
    assert_eq!(fs::read(&path).unwrap(), b"A=1\n");
}

#[test]
fn a_tracked_file_is_written_if_that_is_allowed() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.commit();
    let allowed = EnvFile { allow_tracked: true, ..EnvFile::new(repository.path(".env")) };
    let edited = allowed.set(SET).unwrap();
    assert_eq!((edited.change, edited.warnings.len()), (Change::Written, 0));
}

#[test]
fn a_file_that_is_tracked_but_deleted_is_refused() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.commit();
    fs::remove_file(repository.path(".env")).unwrap();
    assert!(refused(&repository.path(".env")));
    assert!(!repository.path(".env").exists());
}

#[test]
fn a_file_that_is_to_be_added_is_refused() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.git(&["add", "--intent-to-add", ".env"]);
    assert!(refused(&repository.path(".env")));
    repository.git(&["rm", "--quiet", "--cached", "--force", ".env"]);
    assert!(!refused(&repository.path(".env")));
}

#[test]
fn the_real_file_behind_a_link_is_what_counts() {
    let repository = Repository::new().with("tracked", "A=1\n");
    repository.commit();
    let elsewhere = TempDir::new().unwrap();
    let link = elsewhere.path().join(".env");
    std::os::unix::fs::symlink(repository.path("tracked"), &link).unwrap();
    assert!(refused(&link));
}

#[test]
fn every_form_of_the_index_is_understood() {
    for (format, change) in [
        ("sha1", &["update-index", "--index-version", "2"][..]),
        ("sha1", &["update-index", "--index-version", "4"]),
        ("sha1", &["update-index", "--split-index"]),
        ("sha256", &["update-index", "--index-version", "2"]),
        ("sha256", &["update-index", "--index-version", "4"]),
        ("sha256", &["update-index", "--split-index"]),
    ] {
        let repository = Repository::with_format(format).with("a/.env", "A=1\n").with("b", "");
        repository.commit();
        repository.git(change);
        assert!(refused(&repository.path("a/.env")), "{format} {change:?}");
        assert!(!refused(&repository.path(".env")), "{format} {change:?}");
    }
}

#[test]
fn a_file_in_a_folder_that_the_index_folds_is_tracked() {
    let repository = Repository::new().with("in/a", "").with("out/.env", "A=1\n");
    repository.commit();
    repository.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    fs::create_dir_all(repository.path("out")).unwrap();
    assert!(refused(&repository.path("out/.env")));
    assert!(!refused(&repository.path("in/.env")));
}

#[test]
fn a_linked_work_tree_has_its_own_index() {
    let repository = Repository::new().with("main/.env", "A=1\n").with("main/.gitignore", "ignored\n");
    repository.commit();
    repository.git(&["worktree", "add", "--quiet", "-b", "other", "linked"]);
    let linked = repository.path("linked");
    assert!(linked.join(".git").is_file());
    assert!(refused(&linked.join("main/.env")));
    git(&linked, &["rm", "--quiet", "--cached", "main/.env"]);
    assert!(!refused(&linked.join("main/.env")));
    assert!(refused(&repository.path("main/.env")));
    assert!(warned(&linked.join("new")));
    assert!(!warned(&linked.join("main/ignored")));
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = Repository::new().with(".env", "A=1\n");
    inner.commit();
    let outer = Repository::new();
    let from = inner.path("");
    outer.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        from.to_str().unwrap(),
        "sub",
    ]);
    outer.commit();
    assert!(outer.path("sub/.git").is_file());
    assert!(refused(&outer.path("sub/.env")));
    assert!(!refused(&outer.path("sub/other.env")));
    assert!(!refused(&outer.path(".env")));
}

#[test]
fn a_file_is_refused_if_the_index_cannot_be_read() {
    let repository = Repository::new().with(".env", "A=1\n");
    fs::write(repository.path(".git/index"), "DIRC nonsense").unwrap();
    let path = repository.path(".env");
    let error = EnvFile::new(&path).set(SET).unwrap_err();
    assert_eq!(error.code(), "git-unreadable");
    assert!(error.to_string().contains(".git/index"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"A=1\n");
    let allowed = EnvFile { allow_tracked: true, ..EnvFile::new(path) };
    assert_eq!(allowed.set(SET).unwrap().change, Change::Written);
}

#[test]
fn what_only_looks_like_a_repository_is_none() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(EnvFile::new(folder.path().join(".env")).set(SET).unwrap().warnings, []);
    fs::remove_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join(".git"), "gitdir: /nonexistent\n").unwrap();
    assert_eq!(EnvFile::new(folder.path().join("2.env")).set(SET).unwrap().warnings, []);
}

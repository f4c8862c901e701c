//! Files that git tracks.

use crate::repository::{Repository, git, refused, warned};
use crate::support::SET;
use env_file::{Change, EnvFile, Variable};
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
fn values_are_taken_out_of_a_tracked_file() {
    let repository = Repository::new().with(".env", "A=1\nTOKEN=Mold\n");
    repository.commit();
    let path = repository.path(".env");
    let file = EnvFile::new(&path);
    assert_eq!(file.clear(&["B"]).unwrap().change, Change::Unchanged);
    assert_eq!(file.clear(&["TOKEN"]).unwrap().change, Change::Written);
    assert_eq!(fs::read(&path).unwrap(), b"A=1\nTOKEN=\n");
    let empty = |name| Variable { name, value: "" };
    assert_eq!(file.set(&[empty("A"), empty("B")]).unwrap().change, Change::Written);
    assert_eq!(fs::read(&path).unwrap(), b"A=\nTOKEN=\nB=\n");
    let mixed = [empty("A"), Variable { name: "TOKEN", value: "Mnew" }];
    assert_eq!(file.set(&mixed).unwrap_err().code(), "tracked-by-git");
    assert_eq!(fs::read(&path).unwrap(), b"A=\nTOKEN=\nB=\n");
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

//! Version control other than git.

use crate::repository::git;
use crate::support::SET;
use env_file::{Change, EnvFile, Warning};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn warnings(path: &Path) -> Vec<Warning> {
    let edited = EnvFile::new(path).set(SET).unwrap();
    assert!(edited.warnings.iter().all(|warning| warning.hint().is_some()));
    edited.warnings
}

fn codes(path: &Path) -> Vec<&'static str> {
    warnings(path).iter().map(Warning::code).collect()
}

#[test]
fn under_jj_the_rules_of_git_count() {
    let folder = TempDir::new().unwrap();
    let top = dunce::canonicalize(folder.path()).unwrap();
    let path = top.join("deep/.env");
    fs::create_dir_all(top.join(".jj/repo/store")).unwrap();
    fs::create_dir(top.join("deep")).unwrap();
    // jj keeps its repository of git's there.
    git(&top.join(".jj/repo/store"), &["init", "--quiet", "--bare", "git"]);
    let repository = top.clone();
    assert_eq!(warnings(&path), [Warning::NotIgnoredByJj { path: path.clone(), repository }]);
    fs::write(top.join(".gitignore"), ".env\n").unwrap();
    assert_eq!(codes(&path), [""; 0]);
    fs::write(top.join("deep/.gitignore"), "!.env\n").unwrap();
    assert_eq!(codes(&path), ["not-ignored-by-jj"]);
    fs::remove_file(top.join("deep/.gitignore")).unwrap();
    fs::write(top.join(".gitignore"), "").unwrap();
    fs::write(top.join(".jj/repo/store/git/info/exclude"), "/deep\n").unwrap();
    assert_eq!(codes(&path), [""; 0]);
    // Without anything that is known of it, too.
    fs::remove_dir_all(top.join(".jj/repo")).unwrap();
    assert_eq!(codes(&path), ["not-ignored-by-jj"]);
}

#[test]
fn of_jj_and_git_in_one_folder_gits_counts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    fs::create_dir(folder.path().join(".jj")).unwrap();
    git(folder.path(), &["init", "--quiet"]);
    assert_eq!(codes(&path), ["not-ignored-by-git"]);
    git(folder.path(), &["add", ".env"]);
    assert_eq!(EnvFile::new(&path).clear(&["TOKEN"]).unwrap().change, Change::Written);
    assert_eq!(EnvFile::new(&path).set(SET).unwrap_err().code(), "tracked-by-git");
}

#[test]
fn a_system_whose_rules_are_not_known_is_named() {
    for (mark, system) in [
        (".hg", "Mercurial"),
        (".svn", "Subversion"),
        (".bzr", "Bazaar or Breezy"),
        (".pijul", "Pijul"),
        ("_darcs", "Darcs"),
        (".fslckout", "Fossil"),
        ("_FOSSIL_", "Fossil"),
        ("CVS", "CVS"),
        (".sl", "Sapling"),
    ] {
        let folder = TempDir::new().unwrap();
        let repository = dunce::canonicalize(folder.path()).unwrap();
        let path = repository.join("deep/.env");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if system == "Fossil" {
            fs::write(repository.join(mark), "").unwrap();
        } else {
            fs::create_dir(repository.join(mark)).unwrap();
        }
        let [warning @ Warning::IgnoreUnknown { path: named, repository: top, .. }] = &warnings(&path)[..]
        else {
            panic!("{mark}");
        };
        assert_eq!((named, top), (&path, &repository));
        assert!(warning.to_string().contains(system), "{warning}");
        let allowed = EnvFile { allow_tracked: true, ..EnvFile::new(&path) };
        assert_eq!(allowed.set(SET).unwrap().warnings, []);
    }
}

#[test]
fn the_nearest_repository_counts() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir_all(inner.join("deep")).unwrap();
    fs::create_dir(folder.path().join(".hg")).unwrap();
    git(&inner, &["init", "--quiet"]);
    assert_eq!(codes(&inner.join("deep/.env")), ["not-ignored-by-git"]);
    assert_eq!(codes(&folder.path().join(".env")), ["ignore-unknown"]);
    fs::create_dir(inner.join("deep/.jj")).unwrap();
    assert_eq!(codes(&inner.join("deep/.env")), ["not-ignored-by-jj"]);
}

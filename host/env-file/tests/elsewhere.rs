//! Repositories that are not at the top of their work tree.

use crate::repository::git;
use crate::support::{SET, again, role};
use env_file::{EnvFile, Warning};
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A home folder with a `.env`, and a bare repository of its files.
struct Home(TempDir);

impl Home {
    fn with(git_dir: &str) -> Self {
        let home = Self(TempDir::new().unwrap());
        fs::create_dir_all(home.path(git_dir).parent().unwrap()).unwrap();
        git(&home.path(""), &["init", "--quiet", "--bare", git_dir]);
        fs::create_dir(home.path("app")).unwrap();
        fs::write(home.path("app/.env"), "A=1\n").unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        dunce::canonicalize(self.0.path()).unwrap().join(name)
    }

    fn add(&self, git_dir: &str) {
        let (git_dir, work_tree) = (self.path(git_dir), self.path(""));
        let (git_dir, work_tree) = (git_dir.to_str().unwrap(), work_tree.to_str().unwrap());
        git(&self.path(""), &["--git-dir", git_dir, "--work-tree", work_tree, "add", "app/.env"]);
    }

    /// What comes of writing `app/.env` with this home folder and this environment: `tracked-by-git`, or the warnings.
    fn outcome(&self, environment: &[(&str, &Path)]) -> String {
        let mut command = again(module_path!(), "writes_a_file", self.path("app/.env").to_str().unwrap());
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        command.env("HOME", self.0.path()).envs(environment.iter().copied());
        said(&mut command)
    }
}

fn said(command: &mut Command) -> String {
    let output = command.current_dir("/").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("outcome: "));
    line.expect("the process says what came of it").1.to_owned()
}

/// Run by the other tests, in a process of its own.
#[test]
fn writes_a_file() {
    let Some(path) = role() else { return };
    let outcome = EnvFile::new(path).set(SET);
    let shown = match &outcome {
        Ok(edited) => format!("{:?}", edited.warnings.iter().map(Warning::code).collect::<Vec<_>>()),
        Err(error) => error.code().to_owned(),
    };
    writeln!(std::io::stdout(), "outcome: {shown}").unwrap();
}

#[test]
fn what_the_repository_of_a_home_folder_tracks_is_refused() {
    for git_dir in [
        ".local/share/yadm/repo.git",
        ".config/yadm/repo.git",
        ".yadm/repo.git",
        ".config/vcsh/repo.d/mine.git",
        ".dotfiles",
        ".cfg",
    ] {
        let home = Home::with(git_dir);
        assert_eq!(home.outcome(&[]), "[]", "{git_dir}");
        home.add(git_dir);
        assert_eq!(home.outcome(&[]), "tracked-by-git", "{git_dir}");
    }
}

#[test]
fn the_work_tree_of_such_a_repository_may_be_another() {
    let (home, other) = (Home::with(".cfg"), TempDir::new().unwrap());
    home.add(".cfg");
    git(&home.path(".cfg"), &["config", "core.bare", "false"]);
    git(&home.path(".cfg"), &["config", "core.worktree", other.path().to_str().unwrap()]);
    assert_eq!(home.outcome(&[]), "[]");
    git(&home.path(".cfg"), &["config", "core.worktree", ".."]);
    assert_eq!(home.outcome(&[]), "tracked-by-git");
}

#[test]
fn folders_of_other_places_and_names_count_if_the_environment_names_them() {
    let home = Home::with("data/yadm/repo.git");
    home.add("data/yadm/repo.git");
    assert_eq!(home.outcome(&[]), "[]");
    assert_eq!(home.outcome(&[("XDG_DATA_HOME", &home.path("data"))]), "tracked-by-git");
    let (git_dir, work_tree) = (home.path("data/yadm/repo.git"), home.path(""));
    let named = [("GIT_DIR", &*git_dir), ("GIT_WORK_TREE", &*work_tree)];
    assert_eq!(home.outcome(&named), "tracked-by-git");
    assert_eq!(home.outcome(&[named[0], ("GIT_WORK_TREE", &home.path("data"))]), "[]");
    assert_eq!(home.outcome(&[("GIT_DIR", &home.path("nothing"))]), "[]");
}

#[test]
fn an_index_counts_that_the_environment_names() {
    let home = Home::with("repo.git");
    home.add("repo.git");
    let (git_dir, work_tree, index) = (home.path("repo.git"), home.path(""), home.path("elsewhere"));
    fs::rename(git_dir.join("index"), &index).unwrap();
    let named = [("GIT_DIR", &*git_dir), ("GIT_WORK_TREE", &*work_tree), ("GIT_INDEX_FILE", &*index)];
    assert_eq!(home.outcome(&named[..2]), "[]");
    assert_eq!(home.outcome(&named), "tracked-by-git");
    fs::write(&index, "DIRC nonsense").unwrap();
    assert_eq!(home.outcome(&named), "git-unreadable");
}

#[test]
fn a_repository_around_the_file_does_not_hide_one_elsewhere() {
    let home = Home::with(".cfg");
    home.add(".cfg");
    git(&home.path("app"), &["init", "--quiet"]);
    assert_eq!(home.outcome(&[]), "tracked-by-git");
    git(&home.path(""), &["--git-dir", ".cfg", "rm", "--quiet", "--cached", "app/.env"]);
    assert_eq!(home.outcome(&[]), "[\"not-ignored-by-git\"]");
}

#[test]
fn a_repository_of_a_home_folder_that_cannot_be_read_is_not_passed_over() {
    let home = Home::with(".cfg");
    home.add(".cfg");
    fs::write(home.path(".cfg/index"), "DIRC nonsense").unwrap();
    assert_eq!(home.outcome(&[]), "git-unreadable");
    // A folder of that name that is no repository is nothing to wonder at.
    fs::remove_dir_all(home.path(".cfg")).unwrap();
    fs::create_dir(home.path(".cfg")).unwrap();
    fs::set_permissions(home.path(".cfg"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(home.outcome(&[]), "[]");
}

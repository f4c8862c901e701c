//! `.env` files in git work trees, made by the real `git`.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use potbridge::sink::{
    Change, Variable,
    env_file::{EnvFile, Warning},
};
use tempfile::TempDir;

const SET: &[Variable<'_>] = &[Variable { name: "YT_DLP_PO_TOKEN", value: "Mnew-token_==" }];

/// A folder with a repository in it, which does not see this machine's own ignore rules.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Self {
        Self::with_format("sha1")
    }

    fn with_format(format: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let format = format!("--object-format={format}");
        git(folder.path(), &["init", "--quiet", &format]);
        git(folder.path(), &["config", "core.excludesFile", "/dev/null"]);
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn with(self, name: &str, content: &str) -> Self {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
        self
    }

    fn git(&self, arguments: &[&str]) {
        git(self.folder.path(), arguments);
    }

    fn commit(&self) {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--message", "all"]);
    }

    fn ignores(&self, name: &str) -> bool {
        let status = command(self.folder.path(), &["check-ignore", "--quiet", "--no-index", name]).status();
        match status.unwrap().code() {
            Some(0) => true,
            Some(1) => false,
            other => panic!("git check-ignore {name}: {other:?}"),
        }
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    command.env("HOME", folder).env_remove("XDG_CONFIG_HOME").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.org");
    }
    command
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = command(folder, arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

fn file(path: &Path) -> EnvFile {
    EnvFile { path: path.into(), allow_tracked: false, reader: None }
}

/// Whether the file is refused as tracked, by both operations, and left as it is.
fn refused(path: &Path) -> bool {
    let before = fs::read(path).ok();
    let code = file(path).set(SET).map_err(|error| error.code());
    if code == Err("tracked-by-git") {
        assert_eq!(fs::read(path).ok(), before);
        return true;
    }
    assert_eq!(code.unwrap().change, Change::Written);
    false
}

fn warned(path: &Path) -> bool {
    let done = file(path).set(SET).unwrap();
    let repository = path.ancestors().find(|folder| folder.join(".git").exists());
    match &done.warnings[..] {
        [] => false,
        [Warning::NotIgnoredByGit { path: named, repository: top }] => {
            assert_eq!((named.as_path(), Some(top.as_path())), (path, repository));
            true
        }
        more => panic!("{more:?}"),
    }
}

#[test]
fn a_tracked_file_is_refused() {
    let repository = Repository::new().with(".env", "A=1\n").with("deep/er/.env", "YT_DLP_PO_TOKEN=old\n");
    repository.git(&["add", "--all"]);
    assert!(refused(&repository.path(".env")));
    assert!(refused(&repository.path("deep/er/.env")));
    repository.commit();
    assert!(refused(&repository.path(".env")));
    assert!(!refused(&repository.path("deep/.env")));
}

#[test]
fn clearing_a_tracked_file_is_refused_only_where_it_would_change() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.commit();
    let path = repository.path(".env");
    assert_eq!(file(&path).clear(&["B"]).unwrap().change, Change::Unchanged);
    assert_eq!(file(&path).clear(&["A"]).unwrap_err().code(), "tracked-by-git");
    assert_eq!(fs::read(&path).unwrap(), b"A=1\n");
}

#[test]
fn a_tracked_file_is_written_where_that_is_allowed() {
    let repository = Repository::new().with(".env", "A=1\n");
    repository.commit();
    let allowed = EnvFile { path: repository.path(".env"), allow_tracked: true, reader: None };
    let done = allowed.set(SET).unwrap();
    assert_eq!((done.change, done.warnings.len()), (Change::Written, 0));
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
fn what_is_in_a_folder_that_the_index_folds_counts_as_tracked() {
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
fn an_index_that_cannot_be_read_is_a_reason_to_refuse() {
    let repository = Repository::new().with(".env", "A=1\n");
    fs::write(repository.path(".git/index"), "DIRC nonsense").unwrap();
    let path = repository.path(".env");
    let error = file(&path).set(SET).unwrap_err();
    assert_eq!(error.code(), "git-unreadable");
    assert!(error.to_string().contains(".git/index"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"A=1\n");
    let allowed = EnvFile { path, allow_tracked: true, reader: None };
    assert_eq!(allowed.set(SET).unwrap().change, Change::Written);
}

#[test]
fn what_only_looks_like_a_repository_is_none() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(file(&folder.path().join(".env")).set(SET).unwrap().warnings, []);
    fs::remove_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join(".git"), "gitdir: /nonexistent\n").unwrap();
    assert_eq!(file(&folder.path().join("2.env")).set(SET).unwrap().warnings, []);
}

#[test]
fn git_agrees_on_what_is_ignored() {
    let rules =
        "# comment\n.env\n!keep/.env\n*.secret\n/top\nfolder/\ndeep/**/x\nsp\\ ace \n!again.secret\n[ab].c\n";
    let names = [
        ".env",
        "keep/.env",
        "other/.env",
        "a.secret",
        "again.secret",
        "deep/again.secret",
        "top",
        "deep/top",
        "folder/y",
        "deep/folder/y",
        "folders",
        "deep/x",
        "deep/1/2/x",
        "sp ace",
        "a.c",
        "c.c",
        "nested/.env",
        "nested/n",
        "nested/below/.env",
        "shut/in",
        "excluded",
        "plain",
        ".env.local",
    ];
    let repository = Repository::new()
        .with(".gitignore", rules)
        .with("nested/.gitignore", "!.env\n/n\n")
        .with("shut/.gitignore", "*\n")
        .with(".git/info/exclude", "excluded\n")
        .with("keep/.gitignore", "");
    for name in names {
        fs::create_dir_all(repository.path(name).parent().unwrap()).unwrap();
    }
    let ignored: Vec<&str> = names.into_iter().filter(|name| repository.ignores(name)).collect();
    let silent: Vec<&str> = names.into_iter().filter(|name| !warned(&repository.path(name))).collect();
    assert_eq!(silent, ignored);
    assert!(ignored.len() > 5 && ignored.len() < names.len() - 5, "{ignored:?}");
}

#[test]
fn the_name_of_the_temporary_file_is_covered_by_the_usual_rules() {
    for rule in [".env*", ".env.*", "*.env"] {
        let repository = Repository::new().with(".gitignore", rule);
        assert!(repository.ignores(".env.potbridge-aB3dE5gH7jK9.env"), "{rule}");
    }
}

#[test]
fn a_link_for_a_gitignore_is_not_followed() {
    let repository = Repository::new().with("rules", ".env\n");
    std::os::unix::fs::symlink("rules", repository.path(".gitignore")).unwrap();
    assert!(warned(&repository.path(".env")));
}

#[test]
fn the_users_own_ignore_rules_count() {
    let repository = Repository::new();
    repository.git(&["config", "--unset", "core.excludesFile"]);
    let home = TempDir::new().unwrap();
    let path = repository.path(".env");
    let warned_with_home = || {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "prints_its_warnings", "--ignored", "--nocapture"])
            .env("HOME", home.path())
            .env("TRIED_ENV_FILE", &path)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("GIT_CONFIG_GLOBAL")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success());
        let output = String::from_utf8(output.stdout).unwrap();
        assert!(output.contains("warnings:"), "{output}");
        output.contains("not-ignored-by-git")
    };
    assert!(warned_with_home());
    fs::create_dir_all(home.path().join(".config/git")).unwrap();
    fs::write(home.path().join(".config/git/ignore"), ".env\n").unwrap();
    assert!(!warned_with_home());
    fs::write(home.path().join(".gitconfig"), "[core]\nexcludesFile = ~/mine\n").unwrap();
    assert!(warned_with_home());
    fs::write(home.path().join("mine"), "*.env\n.env\n").unwrap();
    assert!(!warned_with_home());
    fs::write(home.path().join(".gitconfig"), "[include]\npath = more\n").unwrap();
    fs::write(home.path().join("more"), "[core]\nexcludesFile = ~/none\n").unwrap();
    assert!(warned_with_home());
}

#[test]
#[ignore = "a part of the_users_own_ignore_rules_count, in a process of its own"]
fn prints_its_warnings() {
    use std::io::Write as _;
    let Some(path) = std::env::var_os("TRIED_ENV_FILE") else {
        return;
    };
    let codes: Vec<_> = file(Path::new(&path)).set(SET).unwrap().warnings.iter().map(Warning::code).collect();
    writeln!(std::io::stdout(), "warnings: {codes:?}").unwrap();
}

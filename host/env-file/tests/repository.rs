//! Git work trees, made by the real `git`.

use env_file::{Change, EnvFile, Warning};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

use crate::support::SET;

/// A folder with a repository in it. It does not see the ignore rules of this machine's user.
pub struct Repository {
    pub folder: TempDir,
}

impl Repository {
    pub fn new() -> Self {
        Self::with_format("sha1")
    }

    pub fn with_format(format: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let format = format!("--object-format={format}");
        git(folder.path(), &["init", "--quiet", &format]);
        git(folder.path(), &["config", "core.excludesFile", "/dev/null"]);
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        dunce::canonicalize(self.folder.path()).unwrap().join(name)
    }

    pub fn with(self, name: &str, content: &str) -> Self {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn git(&self, arguments: &[&str]) {
        git(self.folder.path(), arguments);
    }

    pub fn commit(&self) {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--message", "all"]);
    }

    pub fn ignores(&self, name: &str) -> bool {
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

pub fn git(folder: &Path, arguments: &[&str]) {
    let output = command(folder, arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

/// Whether the file is refused as tracked. Checks that it is then as it was.
pub fn refused(path: &Path) -> bool {
    let before = fs::read(path).ok();
    let code = EnvFile::new(path).set(SET).map_err(|error| error.code());
    if code == Err("tracked-by-git") {
        assert_eq!(fs::read(path).ok(), before);
        return true;
    }
    assert_eq!(code.unwrap().change, Change::Written);
    false
}

/// Whether writing to the file warns that git does not ignore it.
pub fn warned(path: &Path) -> bool {
    let edited = EnvFile::new(path).set(SET).unwrap();
    let repository = path.ancestors().find(|folder| folder.join(".git").exists());
    match &edited.warnings[..] {
        [] => false,
        [Warning::NotIgnoredByGit { path: named, repository: top }] => {
            assert_eq!((named.as_path(), Some(top.as_path())), (path, repository));
            true
        }
        more => panic!("{more:?}"),
    }
}

//! What several test files use.

use env_file::{Change, EnvFile, Error, Variable};
pub use potbridge_test_support::itself::{again, role};
#[cfg(target_os = "linux")]
pub use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use std::fs;
use std::io::{BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

pub const SET: &[Variable<'_>] = &[Variable { name: "TOKEN", value: "Mnew-token_==" }];
/// The line that [`SET`] writes.
pub const LINE: &str = "TOKEN=Mnew-token_==\n";

/// A folder for one test.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn file(&self, name: &str) -> EnvFile {
        EnvFile::new(self.path(name))
    }

    pub fn read(&self, name: &str) -> String {
        read(&self.path(name))
    }

    pub fn names(&self) -> Vec<String> {
        names(self.0.path())
    }
}

/// Sets `TOKEN` in the file at `path`.
pub fn set(path: &Path, value: &str) -> Result<Change, Error> {
    EnvFile::new(path).set(&[Variable { name: "TOKEN", value }]).map(|edited| edited.change)
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

pub fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[track_caller]
pub fn code(result: Result<impl std::fmt::Debug, Error>) -> &'static str {
    result.unwrap_err().code()
}

/// A process that is killed at the latest when the test ends.
pub struct Process(Child);

impl Process {
    pub fn start(command: &mut Command) -> Self {
        Self(command.stdout(Stdio::piped()).spawn().unwrap())
    }

    pub fn output(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().unwrap())
    }

    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Checks that the process ended well, in one test.
    pub fn assert_passed(mut self) {
        let mut text = String::new();
        self.output().read_to_string(&mut text).unwrap();
        assert!(self.0.wait().unwrap().success() && text.contains("1 passed"), "{text}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

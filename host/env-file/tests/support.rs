//! What several test files use.

use env_file::{Change, EnvFile, Error, Variable};
use rustix::process::geteuid;
use std::fs;
use std::io::{BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use tempfile::TempDir;

pub const SET: &[Variable<'_>] = &[Variable { name: "TOKEN", value: "Mnew-token_==" }];
/// The line that [`SET`] writes.
pub const LINE: &str = "TOKEN=Mnew-token_==\n";

/// The user that files belong to if the tests run as root: `nobody`.
pub const ORDINARY: u32 = 65_534;

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

/// Runs `act` in a thread of an ordinary user: `nobody`, if the tests run as root.
#[cfg(target_os = "linux")]
pub fn as_ordinary_user<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    use rustix::thread::{Gid, Uid, set_thread_groups, set_thread_res_gid, set_thread_res_uid};
    thread::scope(|scope| {
        let run = scope.spawn(|| {
            if geteuid().is_root() {
                let (uid, gid) = (Uid::from_raw(ORDINARY), Gid::from_raw(ORDINARY));
                set_thread_groups(&[]).unwrap();
                set_thread_res_gid(gid, gid, gid).unwrap();
                set_thread_res_uid(uid, uid, uid).unwrap();
            }
            act()
        });
        run.join().unwrap()
    })
}

/// Where a process that [`again`] started is told what to do.
const ROLE: &str = "ENV_FILE_TEST_ROLE";

/// The command that runs one test of this program in a process of its own. There [`role()`] returns `role`.
///
/// `module` is the caller's `module_path!()`.
pub fn again(module: &str, test: &str, role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &full_name(module, test), "--nocapture"]).env(ROLE, role);
    command
}

/// The name that the test program has for a test.
pub fn full_name(module: &str, test: &str) -> String {
    let (_, module) = module.split_once("::").unwrap();
    format!("{module}::{test}")
}

/// What [`again`] was given, in the process that it started.
pub fn role() -> Option<String> {
    std::env::var(ROLE).ok()
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

//! A home folder, an unpacked archive with the real `potbridge-setup`, and a PATH, all for one test.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub const CHROMIUM: &str = ".config/chromium/NativeMessagingHosts/dev.potbridge.host.json";
pub const FIREFOX: &str = ".mozilla/native-messaging-hosts/dev.potbridge.host.json";
pub const CONFIG: &str = ".config/potbridge/config.toml";
pub const RECEIPTS: &str = ".local/share/potbridge/receipts.toml";
/// The id of another Chromium extension.
pub const STORE_ID: &str = "abcdefghijklmnopabcdefghijklmnop";

/// `.` is the home and the working folder. `archive` holds the programs, `bin` is the PATH, `tmp` is for temporary files,
/// `root` is what `/` is to browsers of the machine.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// A home with empty programs of these names on PATH.
    pub fn new(programs: &[&str]) -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["app", "bin", "tmp", "root", "archive/extension/chromium", "archive/extension/firefox"]
        {
            fs::create_dir_all(home.path(folder)).unwrap();
        }
        for name in programs {
            home.program(&format!("bin/{name}"), "");
        }
        let setup = home.path("archive/potbridge-setup");
        let built = env!("CARGO_BIN_EXE_potbridge-setup");
        if fs::hard_link(built, &setup).is_err() {
            fs::copy(built, &setup).unwrap();
        }
        home.program("archive/potbridge", "echo 1");
        for family in ["chromium", "firefox"] {
            let folder = home.path("archive/extension").join(family);
            fs::write(folder.join("manifest.json"), format!("{{\"name\":\"{family}\"}}")).unwrap();
            fs::write(folder.join("old.js"), "old").unwrap();
        }
        fs::write(home.path("archive/extension/firefox.xpi"), "packed").unwrap();
        let plugin = potbridge_bundler::yt_dlp_plugin::archive().unwrap();
        fs::write(home.path("archive/potbridge-yt-dlp-plugin.zip"), plugin).unwrap();
        home
    }

    /// Writes a shell script.
    pub fn program(&self, path: &str, script: &str) {
        let path = self.path(path);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The host's configuration.
    pub fn config(&self) -> toml::Table {
        toml::from_str(&self.read(CONFIG)).unwrap()
    }

    /// Writes the host's configuration, as a person does.
    pub fn configure(&self, text: &str) {
        let path = self.path(CONFIG);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file and folder under the home, with the files' contents.
    pub fn tree(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        walkdir::WalkDir::new(self.folder.path())
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_name() != "potbridge-setup")
            .map(|entry| {
                let contents = entry.file_type().is_file().then(|| fs::read(entry.path()).unwrap());
                (entry.into_path(), contents)
            })
            .collect()
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_program(&self.path("archive/potbridge-setup"), arguments)
    }

    pub fn run_program(&self, program: &Path, arguments: &[&str]) -> Ran {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.path("."))
            .env_clear()
            .env("HOME", self.path(""))
            .env("PATH", self.path("bin"))
            .env("TMPDIR", self.path("tmp"))
            // What is installed on the machine of the test is not found.
            .env("POTBRIDGE_SETUP_ROOT", self.path("root"))
            .output()
            .unwrap();
        Ran { output }
    }

    /// What a terminal shows of a command. The home folder is shown as `HOME`.
    pub fn transcript(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.run(arguments).output;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let shown = format!(
            "$ potbridge-setup {}\n{}{}[exit code {}]\n",
            arguments.join(" "),
            text(stdout),
            text(stderr),
            status.code().unwrap()
        );
        shown.replace(self.path("").to_str().unwrap(), "HOME/")
    }
}

pub struct Ran {
    output: Output,
}

impl Ran {
    /// The stdout of a command that ended with 0.
    pub fn success(self) -> String {
        self.ended(0);
        String::from_utf8(self.output.stdout).unwrap()
    }

    /// The stderr of a command that ended with this code.
    pub fn failure(self, code: i32) -> String {
        self.ended(code);
        String::from_utf8(self.output.stderr).unwrap()
    }

    fn ended(&self, code: i32) {
        let stderr = String::from_utf8_lossy(&self.output.stderr);
        assert_eq!(self.output.status.code(), Some(code), "{stderr}");
    }
}

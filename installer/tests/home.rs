//! A home folder, an unpacked archive with the real `potbridge-setup`, and a PATH, all for one test.

use potbridge_test_support::executable;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
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
    /// A home with programs of these names on PATH, which say a version and nothing else.
    pub fn new(programs: &[&str]) -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["app", "bin", "tmp", "root", "archive/extension/chromium", "archive/extension/firefox"]
        {
            fs::create_dir_all(home.path(folder)).unwrap();
        }
        for name in programs {
            home.program(&format!("bin/{name}"), YT_DLP);
        }
        let setup = home.path("archive/potbridge-setup");
        let built = env!("CARGO_BIN_EXE_potbridge-setup");
        if fs::hard_link(built, &setup).is_err() {
            executable::copy(built, &setup);
        }
        home.program("archive/potbridge", &host());
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
        executable::write(&path, format!("#!/bin/sh\n{script}\n"));
    }

    pub fn path(&self, path: &str) -> PathBuf {
        dunce::canonicalize(self.folder.path()).unwrap().join(path)
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

    /// Every file, folder and link under the home: its mode, and its contents or where it leads.
    pub fn tree(&self) -> Tree {
        walkdir::WalkDir::new(self.folder.path())
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_name() != "potbridge-setup")
            .map(|entry| {
                let contents = if entry.path_is_symlink() {
                    Some(fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes())
                } else {
                    entry.file_type().is_file().then(|| fs::read(entry.path()).unwrap())
                };
                let mode = entry.path().symlink_metadata().unwrap().permissions().mode();
                (entry.into_path(), (mode, contents))
            })
            .collect()
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_program(&self.path("archive/potbridge-setup"), arguments)
    }

    pub fn run_program(&self, program: &Path, arguments: &[&str]) -> Ran {
        Ran { output: self.command(program, arguments).output().unwrap() }
    }

    /// A command in this home, and with nothing of the test's own environment.
    pub fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path("."))
            .env_clear()
            .env("HOME", self.path(""))
            .env("PATH", self.path("bin"))
            .env("TMPDIR", self.path("tmp"))
            // What is installed on the machine of the test is not found.
            .env("POTBRIDGE_SETUP_ROOT", self.path("root"));
        command
    }

    /// Runs a command with more variables.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(&self.path("archive/potbridge-setup"), arguments);
        Ran { output: command.envs(variables.iter().copied()).output().unwrap() }
    }

    /// What a terminal shows of a command. The home folder is shown as `HOME`.
    pub fn transcript(&self, arguments: &[&str]) -> String {
        self.shown(arguments, self.run(arguments))
    }

    /// The same of a command that ran.
    pub fn shown(&self, arguments: &[&str], ran: Ran) -> String {
        let Output { status, stdout, stderr } = ran.output;
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

/// What [`Home::tree`] gives.
pub type Tree = BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>;

/// What a yt-dlp does that is asked for its version.
const YT_DLP: &str = "echo 2026.10.26";

/// A host that says its version, and answers a hello.
pub fn host() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let hello = format!(
        "{{\"type\":\"hello\",\"protocol\":{},\"version\":\"{version}\",\"unattended\":false}}",
        potbridge_protocol::PROTOCOL_VERSION
    );
    let length: String =
        (hello.len() as u32).to_ne_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
    // `read` waits until the connection is closed.
    format!(
        "[ \"$1\" = --version ] && echo potbridge {version} && exit\nprintf '{length}%s' '{hello}'; read -r _; exit 0"
    )
}

/// Runs a command on a terminal, and types an answer. Gives what the terminal shows.
pub fn terminal(mut command: Command, typed: &str) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = || fs::OpenOptions::new().read(true).write(true).open(&name).unwrap();
    let mut child = command.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().unwrap();
    // Otherwise this process keeps the terminal open.
    drop(command);
    let mut ours = fs::File::from(ours);
    ours.write_all(typed.as_bytes()).unwrap();
    let mut shown = Vec::new();
    // Linux says EIO when the last one has closed the terminal.
    let _ = ours.read_to_end(&mut shown);
    assert!(child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&shown));
    String::from_utf8(shown).unwrap()
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

    /// The JSON object of a command that ended with this code.
    pub fn json(self, code: i32) -> serde_json::Value {
        self.ended(code);
        serde_json::from_slice(&self.output.stdout).unwrap()
    }

    /// Both outputs of a command that ended with this code.
    pub fn both(self, code: i32) -> (String, String) {
        self.ended(code);
        let Output { stdout, stderr, .. } = self.output;
        (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
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

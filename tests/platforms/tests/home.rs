//! A home folder on another system, with the programs in an unpacked archive, for one test.

use crate::platform::{Machine, Platform};
use crate::programs;
use potbridge_test_support::browser::Browser;
use potbridge_test_support::deadline;
use potbridge_test_support::executable;
use potbridge_test_support::skip::skip;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use walkdir::WalkDir;

/// How Firefox starts a host.
const FIREFOX: [&str; 2] = ["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"];

/// A busy machine needs half a minute for what an idle one does in Wine in two seconds.
const LIMIT: Duration = Duration::from_secs(180);

/// Every file and folder of a home, and what is in the files.
pub type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A home folder with the folder `archive` in it.
pub struct Home {
    platform: Platform,
    pub machine: Machine,
}

impl Home {
    /// Builds the programs, if they are not built. `None` if this machine cannot: then `test` is skipped.
    pub fn new(platform: Platform, test: &str) -> Option<Self> {
        if let Some(lacks) = platform.lacks() {
            skip(test, &format!("{lacks} is missing; tests/platforms/run installs it"));
            return None;
        }
        let built = programs::build(platform);
        let home = Self { platform, machine: Machine::new(platform) };
        for file in [
            "extension/chromium/manifest.json",
            "extension/firefox/manifest.json",
            "extension/firefox.xpi",
            "potbridge-yt-dlp-plugin.zip",
        ] {
            home.write(&format!("archive/{file}"), "{}");
        }
        for program in ["potbridge", "potbridge-setup"] {
            let name = platform.file_name(program);
            executable::copy(built.join(&name), home.path("archive").join(&name));
        }
        Some(home)
    }

    /// A file of the home, as this machine sees it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.machine.home().join(name)
    }

    /// The same file, as the other system calls it.
    pub fn name(&self, name: &str) -> String {
        self.machine.name(&self.path(name))
    }

    /// Writes a file, and makes the folders that it is in.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// One sink, a `.env` of this name in the home.
    pub fn configure(&self, env_file: &str) {
        let text = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", self.name(env_file));
        self.write(self.machine.configuration(), &text);
    }

    /// All that is in the home.
    pub fn tree(&self) -> Tree {
        let entries = WalkDir::new(self.path("")).into_iter().map(Result::unwrap);
        entries
            .map(|entry| {
                let content = entry.file_type().is_file().then(|| fs::read(entry.path()).unwrap());
                (entry.into_path(), content)
            })
            .collect()
    }

    /// Where a program of the archive is.
    pub fn unpacked(&self, program: &str) -> PathBuf {
        self.path("archive").join(self.platform.file_name(program))
    }

    /// A program of the archive.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        self.command_at(&self.unpacked(program), arguments)
    }

    /// A program of the home.
    pub fn command_at(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.machine.start(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a program to its end, and gives what it printed.
    #[track_caller]
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        succeeds(self.command(program, arguments).spawn().unwrap())
    }

    /// The host, as Firefox starts it.
    pub fn browser(&self) -> Browser {
        Browser::new(self.command("potbridge", &FIREFOX))
    }
}

/// Waits for the end of a program that has to succeed, and gives what it printed.
#[track_caller]
pub fn succeeds(program: Child) -> String {
    ends_with(0, program)
}

/// Waits for the end of a program with this exit code, and gives what it printed.
#[track_caller]
pub fn ends_with(code: i32, program: Child) -> String {
    let output = deadline::output_within(LIMIT, program);
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(code), "{stdout}{stderr}");
    // Windows' own name for every path, which people and many programs cannot read.
    assert!(!stdout.contains(r"?\") && !stderr.contains(r"?\"), "{stdout}{stderr}");
    stdout
}

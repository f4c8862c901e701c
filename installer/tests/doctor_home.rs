//! A home in which potbridge is installed with the real host, and `doctor` in it.

use crate::home::{Home, Tree};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A home in which the doctor finds nothing of this machine.
pub struct DoctorHome {
    pub home: Home,
}

/// The real `potbridge`, as cargo has built it with the other tests. If it has not, it is built.
pub fn real_host() -> &'static Path {
    static HOST: OnceLock<PathBuf> = OnceLock::new();
    HOST.get_or_init(|| {
        let host = Path::new(env!("CARGO_BIN_EXE_potbridge-setup")).with_file_name("potbridge");
        if !host.exists() {
            let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
            let build = ["build", "--quiet", "--package", "potbridge", "--bin", "potbridge"];
            let status = Command::new(env!("CARGO")).args(build).current_dir(workspace).status().unwrap();
            assert!(status.success());
        }
        host
    })
}

/// A program that the tests install.
pub fn which(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut found =
        std::env::split_paths(&path).map(|folder| folder.join(name)).filter(|file| file.is_file());
    found.next().unwrap_or_else(|| panic!("{name} is not on PATH, as tests/tools/install puts it"))
}

impl DoctorHome {
    /// A home with these browsers, in which nothing is installed yet. Its host is the real one.
    pub fn new(browsers: &[&str]) -> Self {
        let home = Home::new(browsers);
        // A script, since receipts take the hash of the whole program.
        home.program("archive/potbridge", &format!("exec {} \"$@\"", real_host().display()));
        Self { home }
    }

    /// The same after `install`.
    pub fn installed(browsers: &[&str]) -> Self {
        let doctor = Self::new(browsers);
        doctor.home.run(&["install", "--env-file", "app/.env"]).success();
        doctor
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.home.path(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Checks that every file and folder is as it was.
    #[track_caller]
    pub fn is_as(&self, before: &Tree) {
        let now = self.home.tree();
        let differs = |path: &&PathBuf| now.get(*path) != before.get(*path);
        let changed: BTreeSet<_> = now.keys().chain(before.keys()).filter(differs).collect();
        assert!(changed.is_empty(), "changed: {changed:?}");
    }

    /// The doctor, with what a test may add to its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path("archive/potbridge-setup"));
        command.arg("doctor").args(arguments).current_dir(self.path(".")).env_clear();
        command.env("HOME", self.path("")).env("PATH", self.path("bin")).env("TMPDIR", self.path("tmp"));
        command.env("POTBRIDGE_SETUP_ROOT", self.path("root")).env("POTBRIDGE_RUNTIME_DIR", self.path("run"));
        command
    }

    pub fn doctor(&self) -> Report {
        Report::of(self.command(&["--json"]).output().unwrap())
    }

    pub fn fix(&self) -> Report {
        Report::of(self.command(&["--json", "--fix"]).output().unwrap())
    }
}

/// What `doctor --json` said.
pub struct Report {
    pub code: i32,
    pub json: Value,
}

impl Report {
    pub fn of(output: Output) -> Self {
        let text = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{stderr}"));
        Self { code: output.status.code().unwrap(), json }
    }

    pub fn rows(&self) -> &[Value] {
        self.json["rows"].as_array().unwrap()
    }

    /// The one row with this code.
    #[track_caller]
    pub fn row(&self, code: &str) -> &Value {
        let mut found = self.rows().iter().filter(|row| row["code"] == code);
        let row = found.next().unwrap_or_else(|| panic!("no {code} in {:#}", self.json));
        assert!(found.next().is_none(), "{code} twice in {:#}", self.json);
        row
    }

    /// The faults with this code.
    pub fn faults(&self, code: &str) -> Vec<&Value> {
        self.rows().iter().filter(|row| row["code"] == code && row["state"] == "fault").collect()
    }

    pub fn has(&self, code: &str) -> bool {
        self.rows().iter().any(|row| row["code"] == code)
    }

    /// Checks that this is a fault with this name and this command to fix it.
    #[track_caller]
    pub fn names(&self, code: &str, name: &str, hint: &str) {
        let row = self.row(code);
        assert_eq!(
            (&row["state"], &row["name"], &row["hint"]),
            (&"fault".into(), &name.into(), &hint.into()),
            "{row}"
        );
        assert_eq!(self.code, 1);
    }
}

//! The systems that the programs are built for here.

use crate::programs;
use crate::wine::Wine;
use potbridge_test_support::executable;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const QEMU: &str = "/usr/bin/qemu-aarch64-static";

/// A system whose programs this machine can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux on this processor, with the C library in the program.
    StaticLinux,
    /// Linux on ARM64, as qemu plays it.
    ArmLinux,
    /// Windows, as Wine plays it.
    Windows,
}

impl Platform {
    /// Rust's triple.
    pub fn triple(self) -> &'static str {
        match self {
            Self::StaticLinux => "x86_64-unknown-linux-musl",
            Self::ArmLinux => "aarch64-unknown-linux-gnu",
            Self::Windows => "x86_64-pc-windows-gnu",
        }
    }

    /// What is missing on this machine to build its programs or to start them.
    pub fn lacks(self) -> Option<String> {
        let programs: &[&str] = match self {
            Self::StaticLinux => &["musl-gcc"],
            Self::ArmLinux => &["aarch64-linux-gnu-gcc", QEMU],
            Self::Windows => &["x86_64-w64-mingw32-gcc", crate::wine::PROGRAM],
        };
        let program = programs.iter().find(|program| which::which(program).is_err());
        let library = programs::library(self);
        let library = (!library.is_dir()).then(|| format!("rustup's target {}", self.triple()));
        program.map(|program| (*program).to_owned()).or(library)
    }

    /// The file name of a program.
    pub fn file_name(self, program: &str) -> String {
        let suffix = if self == Self::Windows { ".exe" } else { "" };
        format!("{program}{suffix}")
    }
}

/// A machine with that system, for one test.
pub enum Machine {
    /// A home folder on this machine, and what starts programs of another processor.
    Linux { home: TempDir, emulator: Option<&'static str> },
    /// Wine's folders, which hold a home folder.
    Windows(Wine),
}

impl Machine {
    pub fn new(platform: Platform) -> Self {
        match platform {
            Platform::StaticLinux => Self::Linux { home: TempDir::new().unwrap(), emulator: None },
            Platform::ArmLinux => Self::Linux { home: TempDir::new().unwrap(), emulator: Some(QEMU) },
            Platform::Windows => Self::Windows(Wine::new()),
        }
    }

    /// The home folder, as this machine sees it.
    pub fn home(&self) -> PathBuf {
        match self {
            Self::Linux { home, .. } => home.path().to_owned(),
            Self::Windows(wine) => wine.home(),
        }
    }

    /// What the system calls a file.
    pub fn name(&self, file: &Path) -> String {
        match self {
            Self::Linux { .. } => file.to_str().unwrap().to_owned(),
            Self::Windows(wine) => wine.name(file),
        }
    }

    /// The host's configuration, from the home folder.
    pub fn configuration(&self) -> &'static str {
        match self {
            Self::Linux { .. } => ".config/potbridge/config.toml",
            Self::Windows(_) => "AppData/Roaming/potbridge/config.toml",
        }
    }

    /// Puts browsers on the machine, as far as their programs go, and gives their names.
    pub fn add_browsers(&self) -> &'static [&'static str] {
        match self {
            Self::Linux { home, .. } => {
                for program in ["chromium", "firefox"] {
                    put_program(&home.path().join("bin").join(program));
                }
                &["Chromium", "Firefox"]
            }
            Self::Windows(wine) => {
                for program in [
                    "users/USER/AppData/Local/Chromium/Application/chrome.exe",
                    "Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
                    "Program Files/BraveSoftware/Brave-Browser/Application/brave.exe",
                    "Elsewhere/firefox.exe",
                ] {
                    let user = wine.home().file_name().unwrap().to_str().unwrap().to_owned();
                    put_program(&wine.c().join(program.replace("USER", &user)));
                }
                let key = r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\firefox.exe";
                wine.runs(&["reg", "add", key, "/ve", "/d", r"C:\Elsewhere\firefox.exe"]);
                &["Chromium", "Microsoft Edge", "Brave", "Firefox"]
            }
        }
    }

    /// What is in the registry of this user. Linux has none.
    pub fn registry(&self) -> String {
        match self {
            Self::Linux { .. } => String::new(),
            Self::Windows(wine) => wine.registry(),
        }
    }

    /// What starts a program, in the home folder, and with no other variables than a login has.
    pub fn start(&self, program: &Path) -> Command {
        match self {
            Self::Linux { home, emulator } => {
                let mut words = emulator.map(OsStr::new).into_iter().chain([program.as_os_str()]);
                let mut command = Command::new(words.next().unwrap());
                command.args(words);
                command.env_clear().env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
                command
                    .env("PATH", home.path().join("bin"))
                    .env("POTBRIDGE_SETUP_ROOT", home.path().join("root"))
                    .current_dir(home.path());
                command
            }
            Self::Windows(wine) => wine.start(program),
        }
    }
}

fn put_program(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    executable::write(path, "#!/bin/sh\n");
}

//! Windows for one test, played by Wine.

use crate::home::succeeds;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Debian's Wine, which its package does not put on PATH.
pub const PROGRAM: &str = "/usr/lib/wine/wine64";

const SERVER: &str = "/usr/lib/wine/wineserver64";

/// The library that Wine 8 lacks. It is in Wine's own folder, since the product is to have no such file.
const LIBRARY: &str = "windows/system32/bcryptprimitives.dll";

/// Folders that hold a `C:` and a registry. What runs in them ends when this is dropped.
pub struct Wine {
    prefix: TempDir,
}

impl Wine {
    /// Takes some seconds.
    pub fn new() -> Self {
        let wine = Self { prefix: TempDir::new().unwrap() };
        wine.runs(&["wineboot", "--init"]);
        let source: PathBuf = [env!("CARGO_MANIFEST_DIR"), "bcryptprimitives.c"].iter().collect();
        let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
        compiler.arg("-shared").arg("-o").arg(wine.c().join(LIBRARY)).arg(source).arg("-ladvapi32");
        succeeds(compiler.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        wine
    }

    /// What Windows calls `C:`.
    pub fn c(&self) -> PathBuf {
        self.prefix.path().join("drive_c")
    }

    /// The home folder of the one user.
    pub fn home(&self) -> PathBuf {
        let users = fs::read_dir(self.c().join("users")).unwrap().map(|entry| entry.unwrap().path());
        users.into_iter().find(|folder| !folder.ends_with("Public")).unwrap()
    }

    /// What Windows calls a file in `C:`.
    pub fn name(&self, file: &Path) -> String {
        format!(r"C:\{}", file.strip_prefix(self.c()).unwrap().to_str().unwrap().replace('/', r"\"))
    }

    pub fn start(&self, program: &Path) -> Command {
        let mut command = self.wine();
        command.arg(self.name(program)).current_dir(self.home());
        command
    }

    fn wine(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear();
        command.env("WINEPREFIX", self.prefix.path()).env("WINEDEBUG", "-all").env("PATH", "/usr/bin:/bin");
        // Otherwise it offers to download what runs programs of .NET and pages.
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml=");
        command
    }

    /// Runs a program of Wine's own to its end, and gives what it printed.
    #[track_caller]
    pub fn runs(&self, arguments: &[&str]) -> String {
        let mut command = self.wine();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        succeeds(command.spawn().unwrap())
    }

    /// The keys of the user under `Software`, with their values, but for Wine's own, which it makes as it needs them.
    pub fn registry(&self) -> String {
        let all = self.runs(&["reg", "query", r"HKCU\Software", "/s"]);
        let keys = all.split("\r\n\r\n").map(str::trim);
        let others = keys.filter(|key| !key.starts_with(r"HKEY_CURRENT_USER\Software\Wine"));
        others.collect::<Vec<_>>().join("\n\n").trim_end().to_owned()
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        for option in ["-k", "-w"] {
            // It fails if nothing runs any more.
            let _ = Command::new(SERVER).arg(option).env("WINEPREFIX", self.prefix.path()).status();
        }
    }
}

//! The limit on the browser's memory, if systemd runs for this user.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most memory that the browser takes before the system ends one of its processes. It needs 200 to 400 MB.
const MEMORY: &str = "MemoryMax=1G";

/// The words before a command that bound its memory. None if there is no systemd that could.
pub(super) fn words() -> Vec<OsString> {
    let Some(systemd_run) = systemd_run() else { return Vec::new() };
    let mut words: Vec<OsString> = vec![systemd_run.into_os_string()];
    words.extend(["--user", "--scope", "--quiet", "--collect", "-p", MEMORY, "--"].map(OsString::from));
    // It may not be allowed to, as in some containers.
    let mut trial = Command::new(&words[0]);
    trial.args(&words[1..]).arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match trial.status() {
        Ok(status) if status.success() => words,
        refused => {
            log::info!("nothing bounds the browser's memory: {} says {refused:?}", words[0].display());
            Vec::new()
        }
    }
}

/// The program, if systemd runs for this user.
fn systemd_run() -> Option<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR")?;
    Path::new(&runtime).join("systemd/private").exists().then(|| which::which("systemd-run").ok())?
}

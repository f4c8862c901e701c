//! Installs a browser from Debian's packages.

use crate::error::{Error, Result};
use crate::progress::note;
use potbridge_protocol::Code;
use potbridge_system::user::is_root;
use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};
use std::process::{Command, Stdio};

/// Installs a package if the person agrees, by `yes` or on a terminal. Returns whether it did.
///
/// # Errors
/// If apt-get fails.
pub(crate) fn offer(package: &str, yes: bool) -> Result<bool> {
    if which::which("apt-get").is_err() {
        return Ok(false);
    }
    if !(yes || ask(package)) {
        return Ok(false);
    }
    if !is_known(package) {
        note("fetching Debian's list of packages");
        apt_get(&["update"])?;
    }
    note(&format!("installing Debian's package {package}"));
    let install = ["install", "--yes", "--no-install-recommends", package];
    if apt_get(&install).is_err() {
        // An old list may name files that the archive no longer has.
        note("fetching Debian's list of packages again");
        apt_get(&["update"])?;
        apt_get(&install)?;
    }
    Ok(true)
}

fn ask(package: &str) -> bool {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return false;
    }
    let asked = write!(stderr(), "Install Debian's package {package} now? [Y/n] ");
    let mut answer = String::new();
    asked.is_ok()
        && stdin().lock().read_line(&mut answer).is_ok_and(|read| read > 0)
        && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn is_known(package: &str) -> bool {
    Command::new("apt-cache")
        .args(["show", "--no-all-versions", package])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root() {
        Command::new("env")
    } else if which::which("sudo").is_ok() {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    } else {
        return Err(Error::Missing {
            code: Code::PermissionDenied,
            what: "the right to install packages".to_owned(),
            hint: format!("run as root: apt-get {}", arguments.join(" ")),
        });
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    let program = format!("apt-get {}", arguments.join(" "));
    // apt-get shows its own progress. Standard output is for results.
    let status = command
        .stdin(Stdio::null())
        .stdout(stderr())
        .status()
        .map_err(|source| Error::Run { program: program.clone(), source })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed { program, status: status.to_string(), stderr: String::new() })
}

//! What `--fix` does: what is safe, and nothing to files of others.

use super::row::{Fix, Row};
use crate::checks::quoted;
use potbridge_system::own_program::own_program;
use potbridge_system::subprocess::ask;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(300);

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fixed {
    /// As a person could have done it.
    pub(crate) command: String,
    pub(crate) ok: bool,
    /// Why it failed.
    pub(crate) message: Option<String>,
}

/// Does what is safe about these rows.
pub(crate) fn fix(rows: &[Row]) -> Vec<Fixed> {
    let mut done: Vec<Fixed> = Vec::new();
    let fixes = || rows.iter().filter_map(|row| row.fix.as_ref());
    for fix in fixes() {
        if let Fix::Mode(path, mode) = fix {
            done.push(Fixed::of(format!("chmod {mode:o} {}", quoted(path)), set_mode(path, *mode)));
        }
    }
    let mut browsers: Vec<&str> = Vec::new();
    let mut wanted = false;
    for fix in fixes() {
        if let Fix::Install(browser) = fix {
            wanted = true;
            browsers.extend(browser.as_deref().filter(|browser| !browsers.contains(browser)));
        }
    }
    if wanted {
        done.push(install(rows, &browsers));
    }
    done
}

/// Runs `install` for these browsers, without a terminal, so that it asks nothing.
fn install(rows: &[Row], browsers: &[&str]) -> Fixed {
    let mut arguments = vec!["install"];
    // Without a name it would register with every browser that is here.
    let named = if browsers.is_empty() { super::browsers::registered(rows) } else { browsers.to_vec() };
    for browser in named {
        arguments.extend(["--browser", browser]);
    }
    let shown = format!("potbridge-setup {}", arguments.join(" "));
    let run = || -> Result<(), String> {
        let program = own_program().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        let answer = ask(command.args(&arguments), b"", LIMIT).map_err(|error| error.to_string())?;
        if answer.how.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&answer.err).trim().to_owned())
    };
    Fixed::of(shown, run())
}

impl Fixed {
    fn of(command: String, result: Result<(), String>) -> Self {
        Self { command, ok: result.is_ok(), message: result.err() }
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(|error| error.to_string())
}

/// No row asks for it.
#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), String> {
    Err("Windows has no modes".to_owned())
}

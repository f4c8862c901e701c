//! What `--fix` does: what is safe, and nothing to files of others.

use super::row::{Fix, Registered, Row};
use crate::checks::quoted;
use potbridge_browser::Family;
use potbridge_system::own_program::own_program;
use potbridge_system::subprocess::ask;
use serde::Serialize;
use std::ffi::OsString;
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
    let mut wanted: Vec<&Registered> = Vec::new();
    let mut restores = false;
    for fix in fixes() {
        match fix {
            Fix::Install(Some(browser)) if !wanted.contains(&browser) => wanted.push(browser),
            Fix::Install(None) => restores = true,
            _ => {}
        }
    }
    // Without a name `install` would register every browser that is here.
    if restores && wanted.is_empty() {
        wanted = super::browsers::registered(rows);
    }
    let of_tables = |wanted: &[&Registered], flatpak: bool| {
        let mut arguments = Vec::new();
        for one in wanted {
            match one {
                Registered::Browser(id) if !flatpak => arguments.extend(["--browser".into(), id.into()]),
                Registered::Flatpak(id) if flatpak => arguments.extend(["--browser".into(), id.into()]),
                _ => {}
            }
        }
        if flatpak && !arguments.is_empty() {
            arguments.push("--flatpak".into());
        }
        arguments
    };
    let mut runs: Vec<Vec<OsString>> = vec![of_tables(&wanted, false), of_tables(&wanted, true)];
    for one in &wanted {
        if let Registered::Folder(folder, family) = one {
            let mut arguments: Vec<OsString> = vec!["--manifest-dir".into(), folder.into()];
            if *family == Family::Firefox {
                arguments.extend(["--browser".into(), "firefox".into()]);
            }
            runs.push(arguments);
        }
    }
    runs.retain(|arguments| !arguments.is_empty());
    if runs.is_empty() && restores {
        runs.push(Vec::new());
    }
    done.extend(runs.iter().map(|arguments| install(arguments)));
    done
}

/// Runs `install`, without a terminal, so that it asks nothing.
fn install(arguments: &[OsString]) -> Fixed {
    let words: Vec<_> = arguments.iter().map(|argument| quoted(Path::new(argument))).collect();
    let shown = ["potbridge-setup", "install"].into_iter().chain(words.iter().map(String::as_str));
    let shown = shown.collect::<Vec<_>>().join(" ");
    let run = || -> Result<(), String> {
        let program = own_program().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        let answer =
            ask(command.arg("install").args(arguments), b"", LIMIT).map_err(|error| error.to_string())?;
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

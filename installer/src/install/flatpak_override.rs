//! Opens a flatpak's sandbox for the host, and closes it again.
//!
//! flatpak keeps what a user allows in a file for each application. It has a command that adds a permission and none that
//! takes back just that one (flatpak 1.16, `flatpak override`), so that is done in the file.

use crate::browsers::Machine;
use crate::error::{Error, Result};
use crate::install::files::WRITING;
use crate::receipts::{FlatpakReceipt, Receipts};
use crate::registration::flatpak::Sandbox;
use fs_err as fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const GROUP: &str = "[Session Bus Policy]";
const BUS_NAME: &str = "org.freedesktop.Flatpak";

/// Lets a sandbox start programs outside of it, unless it may already. The receipt comes first.
pub(super) fn open(
    sandbox: &Sandbox,
    machine: &Machine,
    receipts: &mut Receipts,
    receipts_path: &Path,
) -> Result<()> {
    let file = file(&sandbox.app, machine);
    let text = read(&file)?;
    if text.as_deref().is_some_and(is_open) {
        return Ok(());
    }
    let receipt = FlatpakReceipt {
        app: sandbox.app.clone(),
        talk_name: BUS_NAME.to_owned(),
        made_file: text.is_none(),
        file,
    };
    receipts.flatpak_overrides.retain(|known| known.app != receipt.app);
    receipts.flatpak_overrides.push(receipt);
    receipts.write(receipts_path)?;
    let arguments = sandbox.override_arguments();
    let program = format!("flatpak {}", arguments.join(" "));
    let output = Command::new("flatpak")
        .args(&arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Run { program: program.clone(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::Failed { program, status: output.status.to_string(), stderr })
}

/// The text of the file without the permission. `None` if it is not there any more.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn closed(receipt: &FlatpakReceipt) -> Result<Option<String>> {
    let Some(text) = read(&receipt.file)?.filter(|text| is_open(text)) else { return Ok(None) };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(at) = position(&lines) else { return Ok(None) };
    lines.remove(at);
    // The group's own line goes with its last key.
    let is_group =
        |line: Option<&&str>| line.is_none_or(|line| line.trim().is_empty() || line.starts_with('['));
    if at > 0 && lines[at - 1].trim() == GROUP && is_group(lines.get(at)) {
        lines.remove(at - 1);
    }
    Ok(Some(lines.concat()))
}

/// Writes the text that [`closed`] gave. A file that the permission made is removed if nothing else is in it.
pub(crate) fn close(receipt: &FlatpakReceipt, text: &str) -> Result<()> {
    if receipt.made_file && text.trim().is_empty() {
        fs::remove_file(&receipt.file)?;
    } else {
        atomic_file::replace(&receipt.file, text.as_bytes(), &WRITING)?;
    }
    Ok(())
}

fn is_open(text: &str) -> bool {
    position(&text.lines().collect::<Vec<_>>()).is_some()
}

/// The line of the permission.
fn position(lines: &[&str]) -> Option<usize> {
    let group = lines.iter().position(|line| line.trim() == GROUP)?;
    let rest = lines.iter().enumerate().skip(group + 1).take_while(|(_, line)| !line.starts_with('['));
    rest.into_iter().find_map(|(at, line)| {
        let (name, policy) = line.split_once('=')?;
        (name.trim() == BUS_NAME && policy.trim() == "talk").then_some(at)
    })
}

fn read(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where flatpak keeps what this user allows an application.
fn file(app: &str, machine: &Machine) -> PathBuf {
    let user = std::env::var_os("FLATPAK_USER_DIR").map(PathBuf::from);
    user.unwrap_or_else(|| machine.data.join("flatpak")).join("overrides").join(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app");
        fs::write(&file, text).unwrap();
        let (app, talk_name) = ("app".to_owned(), BUS_NAME.to_owned());
        closed(&FlatpakReceipt { app, talk_name, file, made_file: true }).unwrap()
    }

    #[test]
    fn only_the_permission_is_taken_back() {
        for (text, rest) in [
            ("[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n", Some("")),
            (
                "[Context]\nsockets=x11;\n\n[Session Bus Policy]\norg.a.B=talk\norg.freedesktop.Flatpak=talk\n",
                Some("[Context]\nsockets=x11;\n\n[Session Bus Policy]\norg.a.B=talk\n"),
            ),
            (
                "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n\n[Context]\nshared=network;\n",
                Some("\n[Context]\nshared=network;\n"),
            ),
            ("[Session Bus Policy]\norg.freedesktop.Flatpak=none\n", None),
            ("[System Bus Policy]\norg.freedesktop.Flatpak=talk\n", None),
            ("", None),
        ] {
            assert_eq!(without(text).as_deref(), rest, "{text}");
        }
    }
}

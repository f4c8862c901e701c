//! Opens a flatpak's sandbox for the host, and closes it again.

use crate::browsers::Machine;
use crate::edit::edit;
use crate::error::{Error, Result};
use crate::reading::read_text;
use crate::receipts::{FlatpakReceipt, Receipts};
use crate::registration::flatpak::Sandbox;
use fs_err as fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Lets a sandbox start programs outside of it, unless it may already. The receipt comes first.
pub(super) fn open(
    sandbox: &Sandbox,
    machine: &Machine,
    receipts: &mut Receipts,
    receipts_path: &Path,
) -> Result<()> {
    let file = machine.flatpaks.join("overrides").join(&sandbox.app);
    let mut before = read_text(&file)?;
    let text = before.clone().unwrap_or_default();
    let mut added = sandbox.missing(machine);
    if added.is_empty() {
        return Ok(());
    }
    let is_it = |receipt: &&FlatpakReceipt| receipt.app == sandbox.app;
    if let Some(known) = receipts.flatpak_overrides.iter().find(is_it) {
        // Somebody took a part of it back since.
        match closed(known)? {
            Some(Closed::Removed) => before = None,
            Some(Closed::Text(text)) => before = Some(text),
            None => {}
        }
        added.extend(known.permissions.iter().filter(|one| one.is_in(&text)).cloned());
    }
    file.parent().into_iter().for_each(|folder| receipts.expect_folder(folder));
    let receipt = FlatpakReceipt { app: sandbox.app.clone(), permissions: added, file, before, after: None };
    receipts.flatpak_overrides.retain(|known| known.app != sandbox.app);
    receipts.flatpak_overrides.push(receipt);
    receipts.write(receipts_path)?;
    run(sandbox)?;
    let is_it = |receipt: &&mut FlatpakReceipt| receipt.app == sandbox.app;
    if let Some(receipt) = receipts.flatpak_overrides.iter_mut().find(is_it) {
        receipt.after = read_text(&receipt.file)?;
    }
    receipts.write(receipts_path)
}

fn run(sandbox: &Sandbox) -> Result<()> {
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

/// What becomes of flatpak's file without the permissions. `None` if it holds none of them any more.
///
/// A file that nobody changed since is as it was before, to the byte. Otherwise only the permissions are taken out.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn closed(receipt: &FlatpakReceipt) -> Result<Option<Closed>> {
    Ok(read_text(&receipt.file)?.and_then(|text| without(receipt, &text)))
}

fn without(receipt: &FlatpakReceipt, text: &str) -> Option<Closed> {
    if receipt.after.as_deref() == Some(text) {
        return Some(receipt.before.clone().map_or(Closed::Removed, Closed::Text));
    }
    let before = receipt.before.as_deref().unwrap_or_default();
    let rest = receipt.permissions.iter().fold(text.to_owned(), |text, one| one.taken_from(&text, before));
    if rest == text {
        return None;
    }
    let is_gone = receipt.before.is_none() && rest.trim().is_empty();
    Some(if is_gone { Closed::Removed } else { Closed::Text(rest) })
}

/// What becomes of flatpak's file.
pub(crate) enum Closed {
    /// There was none.
    Removed,
    /// Its text.
    Text(String),
}

/// Does what [`closed`] says of the file as it is then.
///
/// # Errors
/// If the file cannot be read, written or removed.
pub(crate) fn close(receipt: &FlatpakReceipt) -> Result<()> {
    edit(&receipt.file, |text| match without(receipt, text) {
        Some(Closed::Text(rest)) => Ok(Some(rest)),
        Some(Closed::Removed) => {
            fs::remove_file(&receipt.file)?;
            Ok(None)
        }
        None => Ok(None),
    })?;
    Ok(())
}

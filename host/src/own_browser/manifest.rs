//! The native manifest, by which the browser finds this program.

use super::plan::Plan;
use potbridge_system::browser::native_manifest;
use std::fs;
use std::io;
use std::path::Path;

/// Writes it into the folder in which the browser looks, or, unless the browser is to have a host, removes it.
pub(super) fn prepare(folder: &Path, plan: &Plan, host: bool) -> io::Result<()> {
    let manifest = folder.join(native_manifest::file_name());
    if !host {
        return remove(&manifest);
    }
    fs::create_dir_all(folder)?;
    let text = native_manifest::text(plan.family, &plan.host, &[]).map_err(io::Error::other)?;
    fs::write(manifest, text)
}

/// Removes a file that may be missing.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

//! `uninstall`: removes what the receipts say `install` made, and nothing else.

use crate::config_file::{Config, Sink};
use crate::error::{Named as _, Result};
use crate::install::Places;
use crate::receipts::{self, Addition, Condition, Receipts};
use crate::replace::replace;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Removes what is as it was made; leaves and names what somebody changed. No `.env` is touched.
///
/// # Errors
/// What the system refuses; the receipts stay then, so that it can be run again.
pub fn run(out: &mut dyn Write) -> Result<()> {
    let places = Places::of_this_person()?;
    let path = receipts::place(&places.data);
    let receipts = Receipts::read(&path)?;
    let mut removed = 0;
    let mut left = Vec::new();
    // The manifests were made last: without them no browser starts a host that is going away.
    for file in receipts.files.iter().rev() {
        match file.condition()? {
            Condition::AsMade => {
                fs::remove_file(&file.path).named("remove", &file.path)?;
                removed += 1;
            }
            Condition::Changed => left.push(file.path.clone()),
            Condition::Gone => {}
        }
    }
    let mut taken_back: Vec<PathBuf> = Vec::new();
    for addition in &receipts.additions {
        if take_back(addition)? && !taken_back.contains(&addition.config) {
            taken_back.push(addition.config.clone());
        }
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).named("remove", &path)?,
        _ => {}
    }
    for folder in receipts.folders.iter().rev() {
        // Whoever has put something in it keeps it.
        let _kept_unless_empty = fs::remove_dir(&folder.path);
    }
    report(&receipts, &path, removed, &taken_back, &left, out).named("write to", Path::new("stdout"))
}

/// Takes an addition out of a person's configuration; says whether it was still there.
fn take_back(addition: &Addition) -> Result<bool> {
    let path = &addition.config;
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).named("read", path),
    };
    let mut config = Config::parse(path, &text)?;
    let env_file = addition.env_file.as_deref().map(Sink::EnvFile);
    let keyring = addition.keyring.then_some(Sink::Keyring);
    let of_sinks = env_file.into_iter().chain(keyring).filter(|sink| config.remove_sink(*sink)).count() > 0;
    let of_id = addition.extension_id.as_deref().is_some_and(|id| config.remove_extension_id(id));
    let of_yt_dlp = addition
        .yt_dlp
        .as_deref()
        .is_some_and(|program| config.remove_yt_dlp(program, addition.download_table));
    if !(of_sinks || of_id || of_yt_dlp) {
        return Ok(false);
    }
    let mode = fs::metadata(path).named("read", path)?.permissions().mode() & 0o777;
    replace(path, config.text().as_bytes(), mode)?;
    Ok(true)
}

fn report(
    receipts: &Receipts,
    path: &Path,
    removed: usize,
    taken_back: &[PathBuf],
    left: &[PathBuf],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    if *receipts == Receipts::default() {
        return writeln!(out, "nothing to remove: there are no receipts in {}", path.display());
    }
    writeln!(out, "removed {removed} files")?;
    for config in taken_back {
        writeln!(out, "took back what install had added to {}", config.display())?;
    }
    for file in left {
        writeln!(out, "left {}: it was changed since", file.display())?;
    }
    if let Some(state) = dirs::state_dir().map(|folder| folder.join("potbridge"))
        && state.exists()
    {
        writeln!(
            out,
            "left {}: the tokens that the host keeps; delete it if you want them gone",
            state.display()
        )?;
    }
    writeln!(out, "your .env files are as they were")
}

//! Whose the files of the store are, and the command that gives them back.

use std::path::Path;

/// The command that gives this user what another one owns, most often root after one `sudo`.
///
/// `None` if the file and its folder are this user's, or the system does not say.
#[cfg(unix)]
pub(super) fn give_back(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::geteuid().as_raw();
    let folder = path.parent()?;
    // What may not even be looked at is named by the folder that hides it.
    let foreign = |at: &Path| at.metadata().is_ok_and(|found| found.uid() != own);
    let hidden = folder.ancestors().find(|above| above.metadata().is_ok())?;
    let what = if foreign(hidden) {
        hidden
    } else if std::fs::read_dir(folder).ok()?.flatten().any(|entry| foreign(&entry.path())) {
        folder
    } else {
        return None;
    };
    Some(format!("it belongs to another user; give it back: sudo chown -R {} {}", user(own), quoted(what)))
}

#[cfg(not(unix))]
pub(super) fn give_back(_path: &Path) -> Option<String> {
    None
}

/// The user as `chown` takes one, with the group: by name, or by numbers if the system's list has no name.
#[cfg(unix)]
fn user(id: u32) -> String {
    let list = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(id)).then_some(name)
    });
    match named {
        Some(name) => format!("{name}:"),
        None => format!("{id}:{}", rustix::process::getegid().as_raw()),
    }
}

/// A path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+@:,".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

//! Whose the files of the store are, and what gives them to this user.

#[cfg(unix)]
use potbridge_system::dirs::{self, Dirs};
#[cfg(unix)]
use std::io::ErrorKind;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

/// What to do about a store that this user may not write because of another one's files, most often root's after one `sudo`.
///
/// Only a folder of potbridge's own is to be given away. `None` if none of another user is in the way, or the system does not say.
#[cfg(unix)]
pub(super) fn give_back(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid();
    let folder = path.parent()?;
    // Root takes nothing from anybody.
    if user.is_root() {
        return None;
    }
    let own = user.as_raw();
    let foreign = |at: &Path| at.symlink_metadata().is_ok_and(|found| found.uid() != own);
    match folder.metadata() {
        Ok(found) => {
            let holds_foreign = || {
                std::fs::read_dir(folder).is_ok_and(|all| all.flatten().any(|entry| foreign(&entry.path())))
            };
            if found.uid() == own && !holds_foreign() {
                return None;
            }
            Some(match may_be_given(folder, own) {
                Some(real) => {
                    format!(
                        "it belongs to another user; give it back: sudo chown -R {} {}",
                        name(own, ":"),
                        quoted(&real)
                    )
                }
                None => elsewhere(folder),
            })
        }
        Err(error) if error.kind() == ErrorKind::NotFound && folder.symlink_metadata().is_err() => {
            Some(format!(
                "make its folder and give it to this user: sudo install -d -m 700 -o {} {}; or {}",
                name(own, ""),
                quoted(folder),
                elsewhere(folder)
            ))
        }
        Err(_) => Some(elsewhere(folder)),
    }
}

#[cfg(not(unix))]
pub(super) fn give_back(_path: &Path) -> Option<String> {
    None
}

/// How another folder is used.
#[cfg(unix)]
fn elsewhere(folder: &Path) -> String {
    let is_state = Dirs::of_environment().is_ok_and(|dirs| dirs.state == folder);
    let how = if is_state {
        "set POTBRIDGE_STATE_DIR to a folder of this user's"
    } else {
        "name a file in a folder of this user's: potbridge config set store.path PATH"
    };
    how.to_owned()
}

/// Where a folder really is, if it is potbridge's own: its state folder, or that of its other files. It must be called so, or be in the
/// user's home. A folder of the system is not, whoever named it.
#[cfg(unix)]
fn may_be_given(folder: &Path, own: u32) -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let all = Dirs::of_environment().ok()?;
    let is_place =
        [Some(all.state.as_path()), Some(&all.runtime), all.config.parent()].contains(&Some(folder));
    let real = dunce::canonicalize(folder).ok()?;
    let is_called_so = real.file_name()?.to_string_lossy().contains(dirs::NAME);
    let in_home = || {
        let home = dunce::canonicalize(dirs::home()?).ok()?;
        let is_own = home.metadata().is_ok_and(|found| found.uid() == own);
        Some(is_own && real != home && real.starts_with(&home))
    };
    (is_place && (is_called_so || in_home() == Some(true))).then_some(real)
}

/// The user as `chown` and `install` take one: by name, or by number if the system's list has no name. `chown` takes the user's
/// group with it if a `:` follows a name.
#[cfg(unix)]
fn name(id: u32, end: &str) -> String {
    let list = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(id)).then_some(name)
    });
    match named {
        Some(name) => format!("{name}{end}"),
        None if end.is_empty() => id.to_string(),
        None => format!("{id}{end}{}", rustix::process::getegid().as_raw()),
    }
}

/// A path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+@:,".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

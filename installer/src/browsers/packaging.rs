//! How a program was packaged: natively, as a snap or as a flatpak.

use crate::browsers::machine::Machine;
use potbridge_system::regular_file;
use serde::Serialize;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// How a browser was packaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Packaging {
    /// It runs as any program does.
    Native,
    /// It runs in snap's sandbox.
    Snap,
    /// It runs in flatpak's sandbox.
    Flatpak {
        /// The application's id.
        app: String,
    },
}

/// A script that is longer than this starts no sandbox. Debian's for Chromium (156) has 5 KB.
const LONGEST_SCRIPT: u64 = 64 * 1024;
/// As many links as Linux follows.
const LINKS: usize = 40;

impl Packaging {
    /// How a program was packaged. `None` if it only leads to a snap that is not here.
    ///
    /// Links are followed. A snap's command is a link to the program `snap`. Ubuntu's `/usr/bin/chromium-browser` and
    /// `/usr/bin/firefox` are scripts that run the snap's command, and tell the person to install it if it is missing;
    /// flatpak's commands are scripts that call `flatpak run`.
    #[must_use]
    pub fn of(program: &Path, machine: &Machine) -> Option<Self> {
        let mut path = program.to_owned();
        for _ in 0..LINKS {
            if is_snaps(&path, machine) {
                return Some(Self::Snap);
            }
            match std::fs::read_link(&path) {
                Ok(target) => path = path.parent().unwrap_or(Path::new("/")).join(target),
                Err(_) => break,
            }
        }
        Self::of_script(&path, machine)
    }

    fn of_script(path: &Path, machine: &Machine) -> Option<Self> {
        for command in script_commands(path) {
            let mut words = command.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
            let Some(program) = words.find(|word| *word != "exec" && !word.contains('=')) else { continue };
            let name = Path::new(program).file_name().and_then(|name| name.to_str());
            match name {
                _ if program.starts_with("/snap/bin/") => {
                    return is_there(&machine.expand(program)).then_some(Self::Snap);
                }
                Some("snap") if words.next() == Some("run") => {
                    let snap = words.find(|word| !word.starts_with('-'))?;
                    return snap_commands(snap, machine)
                        .any(|command| command.symlink_metadata().is_ok())
                        .then_some(Self::Snap);
                }
                Some("flatpak") if words.next() == Some("run") => {
                    let app = words.find(|word| !word.starts_with('-') && word.split('.').count() > 2)?;
                    return Some(Self::Flatpak { app: app.to_owned() });
                }
                _ => {}
            }
        }
        Some(Self::Native)
    }

    /// Whether it can start any program of the user.
    #[must_use]
    pub fn is_native(&self) -> bool {
        *self == Self::Native
    }
}

/// The folders of the snaps' commands: where snapd puts them, and where it does on Fedora and Arch.
const SNAP_FOLDERS: [&str; 2] = ["/snap/bin", "/var/lib/snapd/snap/bin"];

/// Where the command of a snap would be.
pub(super) fn snap_commands(name: &str, machine: &Machine) -> impl Iterator<Item = PathBuf> {
    SNAP_FOLDERS.iter().flat_map(|folder| machine.expand(folder)).map(move |folder| folder.join(name))
}

/// Where the command of a flatpak would be, and the folder that the application has if its command was not exported.
///
/// The folders are the user's installation and the machine's. Neither need be on PATH.
pub(super) fn flatpak_places(app: &str, machine: &Machine) -> Vec<(PathBuf, PathBuf)> {
    let mut installations = vec![machine.flatpaks.clone()];
    installations.extend(machine.expand("/var/lib/flatpak"));
    installations
        .into_iter()
        .map(|folder| (folder.join("exports").join("bin").join(app), folder.join("app").join(app)))
        .collect()
}

fn is_snaps(path: &Path, machine: &Machine) -> bool {
    let is_snap = path.file_name().is_some_and(|name| name == "snap");
    let folder = path.parent();
    is_snap
        || SNAP_FOLDERS
            .iter()
            .any(|snaps| folder.is_some_and(|folder| machine.expand(snaps).iter().any(|one| one == folder)))
}

fn is_there(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path.symlink_metadata().is_ok())
}

/// The lines of a script. Empty if the file is none.
fn script_commands(path: &Path) -> Vec<String> {
    let mut text = Vec::new();
    let Ok(file) = regular_file::open(path) else { return Vec::new() };
    // A program of many megabytes is not read whole.
    if file.take(LONGEST_SCRIPT).read_to_end(&mut text).is_err() || !text.starts_with(b"#!") {
        return Vec::new();
    }
    String::from_utf8_lossy(&text).lines().map(|line| line.trim().to_owned()).collect()
}

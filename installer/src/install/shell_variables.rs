//! Variables that move folders, and that a browser may not know.
//!
//! A shell's own files may set them. A desktop does not read those, so neither does a browser that it starts, nor its host.

use crate::browsers::{Machine, System};
use std::path::{Path, PathBuf};

/// A variable, where its folder is without it, and what another process without it does.
const VARIABLES: [(&str, Option<&str>, &str); 6] = [
    ("XDG_CONFIG_HOME", Some(".config"), "its host would read another configuration"),
    (
        "XDG_DATA_HOME",
        Some(".local/share"),
        "another shell's `install` would put a second copy of the extension elsewhere",
    ),
    (
        "XDG_STATE_HOME",
        Some(".local/state"),
        "its host would keep tokens where this shell's potbridge does not look",
    ),
    ("POTBRIDGE_CONFIG", None, "its host would read another configuration"),
    ("POTBRIDGE_STATE_DIR", None, "its host would keep tokens where this shell's potbridge does not look"),
    ("POTBRIDGE_RUNTIME_DIR", None, "this shell's potbridge would not find its host"),
];

/// What a person has to know of each that is set to other than the usual.
pub(crate) fn notes(machine: &Machine) -> Vec<String> {
    let set = |variable: &str, usual: Option<&str>| -> Option<PathBuf> {
        let folder = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)?;
        let is_usual = |usual: &str| folder == machine.home.join(usual);
        // Other systems do not know those of XDG.
        let counts = usual.is_none() || machine.system == System::Linux && folder.is_absolute();
        (counts && !usual.is_some_and(is_usual)).then_some(folder)
    };
    let note = |variable: &str, folder: &Path, otherwise: &str| {
        let hint = if machine.system == System::Linux {
            "for the whole session, in ~/.config/environment.d/potbridge.conf, or not at all"
        } else {
            "for the whole session, or not at all"
        };
        format!(
            "{variable} is {} in this shell. What the desktop starts may not know that: {otherwise}. Set the variable {hint}",
            folder.display()
        )
    };
    VARIABLES
        .iter()
        .filter_map(|(variable, usual, otherwise)| Some(note(variable, &set(variable, *usual)?, otherwise)))
        .collect()
}

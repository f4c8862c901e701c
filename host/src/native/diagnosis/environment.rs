//! The environment in which `potbridge-setup doctor` is run: a terminal's, without what a browser adds for itself.

use std::env;
use std::ffi::{OsStr, OsString};

/// What programs need to find the user's files and programs, on every system.
const NAMES: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PATH",
    "TMPDIR",
    "TZ",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "FLATPAK_USER_DIR",
    // Windows.
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
];

/// The same, of which there are several.
const PREFIXES: &[&str] = &["XDG_", "POTBRIDGE_"];

pub(super) fn of_doctor() -> impl Iterator<Item = (OsString, OsString)> {
    env::vars_os().filter(|(name, _)| is_handed_on(name))
}

fn is_handed_on(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    // Windows does not tell capital letters from small ones.
    let name = if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() };
    NAMES.contains(&&*name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_program_load_code_or_holds_secrets_is_not_handed_on() {
        for name in ["HOME", "PATH", "XDG_RUNTIME_DIR", "POTBRIDGE_CONFIG"] {
            assert!(is_handed_on(OsStr::new(name)), "{name}");
        }
        for name in
            ["LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "HTTPS_PROXY", "MOZ_LOG", "YT_DLP_PO_TOKEN"]
        {
            assert!(!is_handed_on(OsStr::new(name)), "{name}");
        }
    }
}

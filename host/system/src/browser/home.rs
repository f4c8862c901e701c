//! A browser with a home folder of its own.

use std::env;
use std::ffi::OsString;

/// Variables for files that programs need from the real home folder.
///
/// They are the keys of the X server and of the sound server, and git's settings, by which the host knows whether git
/// ignores a file.
#[must_use]
pub fn files_of_the_real_home() -> Vec<(OsString, OsString)> {
    let Some(home) = dirs::home_dir() else {
        return Vec::new();
    };
    [
        ("XAUTHORITY", ".Xauthority"),
        ("PULSE_COOKIE", ".config/pulse/cookie"),
        ("GIT_CONFIG_GLOBAL", ".gitconfig"),
    ]
    .into_iter()
    .map(|(name, file)| (name, home.join(file)))
    .filter(|(name, file)| env::var_os(name).is_none() && file.exists())
    .map(|(name, file)| (name.into(), file.into()))
    .collect()
}

//! The registry of Windows, by which browsers there find native manifests.
//!
//! A key is named whole: `HKCU\Software\…`, or `HKLM\Software\…` for all users. Other systems have no registry, so there every
//! call is an error.

use crate::error::Result;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[cfg(windows)]
use of_windows as system;
#[cfg(not(windows))]
use without as system;

/// The default value of a key. `None` if there is no such key, or no text in it.
///
/// # Errors
/// If it cannot be read.
pub fn read(key: &str) -> Result<Option<PathBuf>> {
    Ok(system::read(key)?)
}

/// The keys that have to be made before this one has a value, the outermost first.
///
/// # Errors
/// If they cannot be read.
pub fn missing(key: &str) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    let mut above = Some(key);
    // The name of a hive alone is no key.
    while let Some(key) = above.filter(|key| key.contains('\\')) {
        if !system::exists(key)? {
            missing.insert(0, key.to_owned());
        }
        above = key.rsplit_once('\\').map(|(above, _)| above);
    }
    Ok(missing)
}

/// Sets the default value of a key. Makes the key, and those above it, if they are missing.
///
/// # Errors
/// If that is refused.
pub fn write(key: &str, value: &Path) -> Result<()> {
    Ok(system::write(key, value)?)
}

/// Removes the default value of a key, and those of the keys that were `made` for it, the outermost first, that are empty then.
///
/// What is gone already is no error.
///
/// # Errors
/// If that is refused.
pub fn delete(key: &str, made: &[String]) -> Result<()> {
    system::delete_value(key)?;
    for made in made.iter().rev() {
        system::delete_if_empty(made)?;
    }
    Ok(())
}

/// Where programs are that "App Paths" names: from their file names in lower case. Empty on other systems.
#[must_use]
pub fn app_paths() -> BTreeMap<String, PathBuf> {
    #[cfg(windows)]
    return of_windows::app_paths();
    #[cfg(not(windows))]
    BTreeMap::new()
}

#[cfg(windows)]
mod of_windows {
    use super::{BTreeMap, Path, PathBuf};
    use std::ffi::OsString;
    use std::io::{Error, ErrorKind, Result};
    use winreg::RegKey;
    use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_SET_VALUE};

    /// The default value has no name.
    const DEFAULT: &str = "";

    pub(super) fn read(key: &str) -> Result<Option<PathBuf>> {
        let value = open(key, KEY_READ).and_then(|key| key.get_value::<OsString, _>(DEFAULT));
        match value {
            Ok(value) => Ok(Some(value.into())),
            // Winreg says the last of a value that is no text.
            Err(error) if is_missing(&error) || error.raw_os_error() == Some(BAD_FILE_TYPE) => Ok(None),
            Err(error) => Err(named(key, &error)),
        }
    }

    pub(super) fn exists(key: &str) -> Result<bool> {
        match open(key, KEY_READ) {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(named(key, &error)),
        }
    }

    pub(super) fn write(key: &str, value: &Path) -> Result<()> {
        let (hive, rest) = split(key)?;
        let written = hive.create_subkey_with_flags(rest, KEY_SET_VALUE);
        written
            .and_then(|(key, _)| key.set_value(DEFAULT, &value.as_os_str()))
            .map_err(|error| named(key, &error))
    }

    pub(super) fn delete_value(key: &str) -> Result<()> {
        let deleted = open(key, KEY_SET_VALUE).and_then(|key| key.delete_value(DEFAULT));
        deleted.or_else(|error| if is_missing(&error) { Ok(()) } else { Err(named(key, &error)) })
    }

    pub(super) fn delete_if_empty(key: &str) -> Result<()> {
        let deleted = open(key, KEY_READ).and_then(|opened| {
            let found = opened.query_info()?;
            if found.values > 0 || found.sub_keys > 0 {
                return Ok(());
            }
            let (hive, rest) = split(key)?;
            hive.delete_subkey(rest)
        });
        deleted.or_else(|error| if is_missing(&error) { Ok(()) } else { Err(named(key, &error)) })
    }

    pub(super) fn app_paths() -> BTreeMap<String, PathBuf> {
        const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\App Paths";
        let mut found = BTreeMap::new();
        // The user's own count before the machine's.
        for hive in [HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER] {
            let Ok(paths) = RegKey::predef(hive).open_subkey(KEY) else { continue };
            for name in paths.enum_keys().flatten() {
                let program = paths.open_subkey(&name).and_then(|key| key.get_value::<OsString, _>(DEFAULT));
                if let Some(program) = program.ok().and_then(|program| unquoted(&program)) {
                    found.insert(name.to_lowercase(), program);
                }
            }
        }
        found
    }

    /// Some installers put the path into quotation marks.
    fn unquoted(program: &OsString) -> Option<PathBuf> {
        let text = program.to_str()?.trim().trim_matches('"');
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    const BAD_FILE_TYPE: i32 = 222;

    fn open(key: &str, access: u32) -> Result<RegKey> {
        let (hive, rest) = split(key)?;
        hive.open_subkey_with_flags(rest, access)
    }

    fn split(key: &str) -> Result<(RegKey, &str)> {
        let hive = match key.split_once('\\') {
            Some(("HKCU", rest)) => (HKEY_CURRENT_USER, rest),
            Some(("HKLM", rest)) => (HKEY_LOCAL_MACHINE, rest),
            _ => return Err(Error::new(ErrorKind::InvalidInput, format!("{key:?} is no whole key"))),
        };
        Ok((RegKey::predef(hive.0), hive.1))
    }

    fn is_missing(error: &Error) -> bool {
        error.kind() == ErrorKind::NotFound
    }

    fn named(key: &str, error: &Error) -> Error {
        Error::new(error.kind(), format!("the key {key} of the registry: {error}"))
    }
}

#[cfg(not(windows))]
mod without {
    use super::{Path, PathBuf};
    use std::io::{Error, ErrorKind, Result};

    pub(super) fn read(_: &str) -> Result<Option<PathBuf>> {
        Err(none())
    }

    pub(super) fn exists(_: &str) -> Result<bool> {
        Err(none())
    }

    pub(super) fn write(_: &str, _: &Path) -> Result<()> {
        Err(none())
    }

    pub(super) fn delete_value(_: &str) -> Result<()> {
        Err(none())
    }

    pub(super) fn delete_if_empty(_: &str) -> Result<()> {
        Err(none())
    }

    fn none() -> Error {
        Error::new(ErrorKind::Unsupported, "this system has no registry")
    }
}

//! The temporary file that becomes the new one.

use std::{fs, io, path::Path};

use tempfile::{Builder, NamedTempFile};

use crate::{Options, options::Mode};

/// How many random letters and digits are in the name.
const RANDOM: usize = 12;

/// Creates the temporary file. It is removed on drop.
pub(crate) fn create(folder: &Path, replaces: bool, options: &Options) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(options.prefix).suffix(options.suffix).rand_bytes(RANDOM);
    if !replaces && options.mode == Mode::Usual {
        #[cfg(unix)]
        builder.permissions(permissions(0o666));
        return builder.tempfile_in(folder);
    }
    #[cfg(unix)]
    builder.permissions(permissions(0o600));
    let file = builder.tempfile_in(folder)?;
    // The umask may have taken bits away.
    #[cfg(unix)]
    file.as_file().set_permissions(permissions(0o600))?;
    Ok(file)
}

#[cfg(unix)]
fn permissions(mode: u32) -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(mode)
}

/// Removes the temporary files that killed writers left in `folder`.
///
/// Only files are removed whose names [`Options::temporary_name`] would give. Call this only while no other program can
/// be replacing a file in the folder, for instance under a lock. What cannot be removed stays.
pub fn remove_leftovers(folder: &Path, options: &Options) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_leftover = entry.file_name().to_str().is_some_and(|name| is_temporary_name(name, options));
        if is_leftover && entry.file_type().is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary_name(name: &str, options: &Options) -> bool {
    let random = name.strip_prefix(options.prefix).and_then(|name| name.strip_suffix(options.suffix));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

//! The temporary file that becomes the new one.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use tempfile::{Builder, NamedTempFile};

use crate::{Options, attributes, options::Mode};

/// How many random letters and digits are in the name.
const RANDOM: usize = 12;

/// A temporary file. It is removed on drop.
pub(crate) struct Temporary(Option<NamedTempFile>);

impl Temporary {
    pub(crate) fn create(folder: &Path, replaces: bool, options: &Options) -> io::Result<Self> {
        let is_usual = !replaces && options.mode == Mode::Usual;
        let mut builder = Builder::new();
        builder.prefix(options.prefix).suffix(options.suffix).rand_bytes(RANDOM);
        #[cfg(unix)]
        builder.permissions(permissions(if is_usual { 0o666 } else { 0o600 }));
        let temporary = Self(Some(builder.tempfile_in(folder)?));
        // The umask may have taken bits away.
        if !is_usual {
            attributes::ask_mode_of_made(temporary.file()?, 0o600)?;
        }
        Ok(temporary)
    }

    pub(crate) fn file(&self) -> io::Result<&File> {
        self.0.as_ref().map(NamedTempFile::as_file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Renames it to `path`. Fails if the name is taken, unless it `replaces`.
    pub(crate) fn persist(mut self, path: &Path, replaces: bool) -> io::Result<()> {
        let Some(file) = self.0.take() else { return Err(io::ErrorKind::NotFound.into()) };
        let persisted = if replaces { file.persist(path) } else { file.persist_noclobber(path) };
        match persisted {
            Ok(_) => Ok(()),
            Err(refused) => {
                self.0 = Some(refused.file);
                Err(refused.error)
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let Some(temporary) = self.0.take() else { return };
        let (file, path) = temporary.into_parts();
        // Should it be impossible to remove, as in a folder that is append-only, it holds nothing any more. If that fails
        // too, the next `remove_leftovers` takes it away.
        let _ = file.set_len(0);
        // Folders that are shared by VirtualBox remove no open file.
        drop(file);
        drop(path);
    }
}

#[cfg(unix)]
fn permissions(mode: u32) -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(mode)
}

/// Removes the temporary files that killed writers left in `folder`.
///
/// Only files are removed whose names [`Options::temporary_name`] would give. Call this only while no other program can
/// be replacing a file in the folder, for instance under a lock. What cannot be removed stays. Journals stay too:
/// [`crate::repair`] removes them when they are not needed any more.
pub fn remove_leftovers(folder: &Path, options: &Options) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_leftover = entry.file_name().to_str().is_some_and(|name| is_temporary_name(name, options));
        if is_leftover && entry.file_type().is_ok_and(|found| found.is_file()) {
            // Documented above.
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

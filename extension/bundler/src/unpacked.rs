//! Makes the folder that a release archive unpacks to.
//!
//! ```text
//! target/potbridge/
//!   potbridge  potbridge-setup  potbridge-stand-in     those that were asked for
//!   extension/{chromium,firefox,firefox.xpi}           the full edition
//!   potbridge-yt-dlp-plugin.zip
//! ```
//!
//! `potbridge-setup` takes everything it needs from the folder that holds it.

use crate::edition::Edition;
use crate::error::Result;
use crate::programs::Program;
use crate::workspace::Workspace;
use crate::{extension, yt_dlp_plugin};
use fs_err as fs;
use std::path::{Path, PathBuf};

/// Builds the extension, yt-dlp's plugin and these programs. Returns the folder that holds them.
///
/// # Errors
/// If a build fails or the folder cannot be written.
pub fn build(workspace: &Workspace, programs: &[Program]) -> Result<PathBuf> {
    let folder = build_programs(workspace, programs)?;
    let bundles = extension::build(workspace, Edition::Full)?;
    put(&folder.join("extension"), |new| link_folder(&bundles, new))?;
    put(&folder.join(yt_dlp_plugin::FILE), |new| Ok(fs::write(new, yt_dlp_plugin::archive()?)?))?;
    Ok(folder)
}

/// Builds these programs alone. Returns the folder that holds them.
pub(crate) fn build_programs(workspace: &Workspace, programs: &[Program]) -> Result<PathBuf> {
    let folder = workspace.target.join("potbridge");
    fs::create_dir_all(&folder)?;
    for program in programs {
        let built = program.build(workspace)?;
        // A link costs nothing. A symbolic one would lead the program back to where it was built.
        put(&folder.join(program.file_name()), |new| Ok(fs::hard_link(&built, new)?))?;
    }
    Ok(folder)
}

#[cfg(unix)]
fn link_folder(to: &Path, link: &Path) -> Result<()> {
    Ok(fs_err::os::unix::fs::symlink(to, link)?)
}

/// Windows lets not everybody make links.
#[cfg(not(unix))]
fn link_folder(from: &Path, copy: &Path) -> Result<()> {
    for (path, name) in crate::files::files(from)? {
        let to = copy.join(name);
        fs::create_dir_all(to.parent().unwrap_or(copy))?;
        fs::copy(path, to)?;
    }
    Ok(())
}

/// Replaces `path` in one step with what `make` makes at the path it is given.
fn put(path: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::tempdir_in(parent)?;
    let new = temporary.path().join("new");
    make(&new)?;
    // On Windows a folder cannot be renamed over.
    if cfg!(windows) && path.is_dir() {
        fs::remove_dir_all(path)?;
    }
    Ok(fs::rename(new, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_even_if_it_is_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let (built, path) = (folder.path().join("built"), folder.path().join("program"));
        for text in ["one", "two"] {
            fs::write(&built, text).unwrap();
            for _ in 0..2 {
                put(&path, |new| Ok(fs::hard_link(&built, new)?)).unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
            }
            fs::remove_file(&built).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

//! Our own plugin for yt-dlp, for the runs of downloads.
//!
//! A yt-dlp that fetches SABR media asks for another token in the middle of a run. So a run that has a token is given the plugin
//! too, which asks this potbridge. It is a part of this program, since an installed one may be missing or of another version.

use potbridge_system::dirs::{self, Dirs};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The plugin in an archive, as yt-dlp (2026.10.26, `plugins.py`) loads it.
const ARCHIVE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plugin.zip"));

/// In the state folder: what yt-dlp takes for a folder of plugins.
const FOLDER: &str = "yt-dlp-plugins";
const FILE: &str = "potbridge.zip";

/// The plugin, and what it has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// The folder that yt-dlp is to look into.
    pub dir: PathBuf,
    /// The value of its `--extractor-args`. It holds no secret.
    pub extractor_args: String,
}

impl Plugin {
    /// Writes the plugin into the state folder, if it is not there as it should be.
    ///
    /// It will ask `program`, which must be a path that `--extractor-args` can hold.
    ///
    /// # Errors
    /// The file cannot be written, or the path cannot be passed.
    pub fn place(program: &Path, dirs: &Dirs) -> io::Result<Self> {
        let extractor_args = settings(program).ok_or(io::ErrorKind::InvalidFilename)?;
        let dir = dirs.state.join(FOLDER);
        let file = dir.join(FILE);
        // One that cannot be read is written anew.
        if fs::read(&file).ok().as_deref() != Some(ARCHIVE) {
            dirs::make_private(&dirs.state)?;
            dirs::make_private(&dir)?;
            let options = atomic_file::Options::new().mode(0o600);
            atomic_file::replace(&file, ARCHIVE, &options).map_err(io::Error::other)?;
        }
        Ok(Self { dir, extractor_args })
    }

    /// The options that have yt-dlp load it before the plugins of the user, of which it loads none of the same name then.
    pub(super) fn options(&self) -> [String; 5] {
        let dir = self.dir.display().to_string();
        ["--no-plugin-dirs", "--plugin-dirs", &dir, "--plugin-dirs", "default"].map(str::to_owned)
    }
}

/// The setting that names the program. A semicolon would end it, and nothing can keep it from that.
fn settings(program: &Path) -> Option<String> {
    let path = program.to_str().filter(|path| !path.contains([';', '\n', '\r']))?;
    Some(format!("youtubepot-potbridge:program={}", path.replace(',', "\\,")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plugin_is_written_once_and_anew_if_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let dirs = Dirs { config: at("c.toml"), state: at("state"), runtime: at("run") };
        let place = || Plugin::place(Path::new("/opt/a, b/potbridge"), &dirs).unwrap();
        let plugin = place();
        let file = plugin.dir.join(FILE);
        assert_eq!(plugin.extractor_args, r"youtubepot-potbridge:program=/opt/a\, b/potbridge");
        assert_eq!(fs::read(&file).unwrap(), ARCHIVE);
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        assert_eq!(place(), plugin);
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written);
        fs::write(&file, &ARCHIVE[..100]).unwrap();
        assert_eq!(place(), plugin);
        assert_eq!(fs::read(&file).unwrap(), ARCHIVE);
    }

    #[test]
    fn a_path_that_cannot_be_passed_is_not() {
        assert_eq!(settings(Path::new("/a;wait=0/potbridge")), None);
        assert_eq!(settings(Path::new("/a\nb/potbridge")), None);
    }
}

//! The plugin by which yt-dlp asks potbridge for tokens, as one file that yt-dlp loads.

use crate::archive::{self, Entry};
use crate::error::Result;
use std::path::{Path, PathBuf};

/// The file's name. yt-dlp takes any that ends in `.zip`.
pub const FILE: &str = "potbridge-yt-dlp-plugin.zip";

/// In the archive. yt-dlp (2026.10.26, `plugins.py`) imports what it finds in `yt_dlp_plugins/extractor`.
const MODULE: &str = "yt_dlp_plugins/extractor/getpot_potbridge.py";
/// So that an installed `potbridge-setup` needs no source beside it.
const SOURCE: &[u8] = include_bytes!("../../yt-dlp-plugin/yt_dlp_plugins/extractor/getpot_potbridge.py");

/// The archive, always the same bytes.
///
/// # Errors
/// Where it cannot be packed.
pub fn archive() -> Result<Vec<u8>> {
    archive::pack(Path::new(MODULE), vec![Entry { name: MODULE.to_owned(), bytes: SOURCE }])
}

/// Where yt-dlp looks for it, for this person: `yt-dlp/plugins` in `$XDG_CONFIG_HOME` or `~/.config`, on macOS too, and
/// in `%APPDATA%` on Windows (yt-dlp 2026.10.26, `get_user_config_dirs`).
#[must_use]
pub fn place() -> Option<PathBuf> {
    let config = if cfg!(target_os = "macos") {
        std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(dirs::home_dir()?.join(".config")))
    } else {
        dirs::config_dir()
    };
    Some(config?.join("yt-dlp/plugins").join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read as _};

    #[test]
    fn the_archive_holds_the_plugin_where_yt_dlp_looks() {
        let archive = archive().unwrap();
        assert_eq!(archive, super::archive().unwrap());
        let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        assert_eq!(zip.len(), 1);
        let mut text = String::new();
        zip.by_name(MODULE).unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("class PotbridgePTP(PoTokenProvider)"));
        assert!(text.contains(&format!("__version__ = '{}'", env!("CARGO_PKG_VERSION"))));
    }
}

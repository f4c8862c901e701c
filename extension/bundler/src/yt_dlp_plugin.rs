//! The plugin by which yt-dlp asks potbridge for tokens, packed as one file that yt-dlp loads.

use crate::archive::{File, zip};
use crate::error::Result;

/// The file's name. yt-dlp loads any that ends in `.zip`.
pub const FILE: &str = "potbridge-yt-dlp-plugin.zip";

/// yt-dlp (2026.10.26, `plugins.py`) imports what it finds in `yt_dlp_plugins/extractor`.
const MODULE: &str = "yt_dlp_plugins/extractor/getpot_potbridge.py";
const SOURCE: &[u8] = include_bytes!("../../../yt-dlp-plugin/yt_dlp_plugins/extractor/getpot_potbridge.py");

/// The packed plugin. The bytes are always the same.
///
/// # Errors
/// If it cannot be packed.
pub fn archive() -> Result<Vec<u8>> {
    zip::pack(FILE, &[File::new(MODULE, SOURCE)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read as _};

    #[test]
    fn the_archive_has_the_plugin_where_yt_dlp_looks() {
        let archive = archive().unwrap();
        assert_eq!(archive, super::archive().unwrap());
        let mut zip = ::zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        assert_eq!(zip.len(), 1);
        let mut text = String::new();
        zip.by_name(MODULE).unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("class PotbridgePTP(PoTokenProvider)"));
        assert!(text.contains(&format!("__version__ = '{}'", env!("CARGO_PKG_VERSION"))));
    }
}

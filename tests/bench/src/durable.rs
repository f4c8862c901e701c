//! What the disk takes for one small file to be replaced for good.

use anyhow::Result;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A file, and bytes to put in its place.
pub struct Replacing {
    folder: File,
    file: PathBuf,
    temporary: PathBuf,
    bytes: Vec<u8>,
}

impl Replacing {
    /// A file in the folder of another one, of the size of that one.
    ///
    /// # Errors
    /// Where the other one cannot be read.
    pub fn beside(other: &Path) -> Result<Self> {
        let folder = other.parent().unwrap_or(Path::new("/"));
        let bytes = fs::read(other)?;
        Ok(Self {
            folder: File::open(folder)?,
            file: folder.join("replaced"),
            temporary: folder.join("replaced.new"),
            bytes,
        })
    }

    /// Writes, syncs, renames and syncs the folder; gives the seconds that took.
    ///
    /// # Errors
    /// Where the system does.
    pub fn once(&mut self) -> Result<f64> {
        // Another content each time, as with tokens.
        self.bytes.rotate_left(1);
        let start = Instant::now();
        let mut file = File::create(&self.temporary)?;
        file.write_all(&self.bytes)?;
        file.sync_all()?;
        fs::rename(&self.temporary, &self.file)?;
        self.folder.sync_all()?;
        Ok(start.elapsed().as_secs_f64())
    }
}

//! The time that the disk takes to replace one small file durably.

use anyhow::Result;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A file, and the bytes that replace it.
pub struct FileReplacement {
    folder: File,
    file: PathBuf,
    temporary: PathBuf,
    bytes: Vec<u8>,
}

impl FileReplacement {
    /// A file beside another one, of the same size.
    ///
    /// # Errors
    /// If the other one cannot be read.
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

    /// Writes, syncs, renames, and syncs the folder. Returns the seconds.
    ///
    /// # Errors
    /// If the system fails.
    pub fn once(&mut self) -> Result<f64> {
        // Another content each time, as another token is.
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

//! The files of a download: where they are while it lasts, and how they come into the folder for downloads.
//!
//! yt-dlp works in a folder of its own, which is beside them and holds no file of anybody else's. So it can neither delete
//! nor overwrite what was there before, and names that it cannot write do not matter to it. What is whole is moved out of
//! there, to names that are free.

use super::entries_of::entries_of;
use super::file_name::{self, TITLE_BYTES, is_sound};
use crate::yt_dlp::output::Name;
use potbridge_protocol::{Preset, VideoId};
use std::cell::Cell;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// No name is tried more often with another number.
const MOST_NUMBERS: u32 = 1000;

/// The folder that yt-dlp works in.
pub(super) struct WorkFolder<'a> {
    path: PathBuf,
    /// How the names of all work folders begin of this video in this form.
    beginning: String,
    video_id: &'a VideoId,
    /// Whether something in it could not be moved out. Then it stays.
    is_stuck: Cell<bool>,
}

impl<'a> WorkFolder<'a> {
    /// Its name says what it is, and ends as unfinished files do.
    ///
    /// An attempt that must not go on from what another has left has a folder `apart`.
    pub(super) fn new(dir: &Path, video_id: &'a VideoId, preset: Preset, apart: Option<&str>) -> Self {
        let beginning = format!("potbridge-{video_id}-{preset}");
        let apart = apart.map_or(String::new(), |apart| format!("-{apart}"));
        Self {
            path: dir.join(format!("{beginning}{apart}.part")),
            beginning,
            video_id,
            is_stuck: Cell::new(false),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves a file of the video out of here with those beside it, and gives its new path.
    ///
    /// `sound` says that it has no picture. `keep_parts` says that the parts it was joined from are wanted too.
    pub(super) fn move_out(
        &self,
        file: &Path,
        name: &Name,
        sound: bool,
        keep_parts: bool,
    ) -> io::Result<PathBuf> {
        let (Some(dir), Some(stem)) = (self.path.parent(), file.file_stem().and_then(|stem| stem.to_str()))
        else {
            return Ok(file.to_owned());
        };
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        let sound = sound || is_sound(&extension) == Some(true);
        let beside = self.beside(|rest| rest.strip_prefix(stem), file, keep_parts);
        let longest =
            beside.iter().map(|(_, suffix)| suffix.len()).max().unwrap_or(0).max(extension.len() + 1);
        for title_bytes in TITLE_BYTES {
            let stem = |number| file_name::stem(name, self.video_id, sound, title_bytes, number);
            let probe = dir.join(format!("{} (2){}", stem(1), "x".repeat(longest)));
            if title_bytes != TITLE_BYTES[TITLE_BYTES.len() - 1] && is_too_long(&probe) {
                continue;
            }
            for number in 1..MOST_NUMBERS {
                let stem = stem(number);
                let to = dir.join(format!("{stem}.{extension}"));
                match move_to_free(file, &to) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                    Ok(()) => {
                        self.move_all_beside(&beside, dir, &stem);
                        return Ok(to);
                    }
                }
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    /// Moves the files beside a video that was there already to it.
    pub(super) fn move_beside(&self, file: &Path) {
        if let (Some(dir), Some(stem)) = (file.parent(), file.file_stem().and_then(|stem| stem.to_str())) {
            self.move_all_beside(&self.beside(|name| self.after_formats(name), file, false), dir, stem);
        }
    }

    /// What follows the id and the formats in a name that yt-dlp gives. No full stop is in either.
    fn after_formats<'n>(&self, name: &'n str) -> Option<&'n str> {
        let formats = name.strip_prefix(self.video_id.as_str())?.strip_prefix('.')?;
        Some(&formats[formats.find('.')?..])
    }

    /// The files here but for `file` and unfinished ones, each with what follows the stem in its name.
    fn beside(
        &self,
        rest: impl for<'n> Fn(&'n str) -> Option<&'n str>,
        file: &Path,
        keep_parts: bool,
    ) -> Vec<(PathBuf, String)> {
        entries_of(&self.path)
            .filter_map(|entry| {
                let name = entry.file_name();
                let rest = rest(name.to_str()?).filter(|rest| rest.starts_with(['.', ' ']))?;
                let path = entry.path();
                let is_result = path.is_file() && path != file && !file_name::is_unfinished(rest, keep_parts);
                is_result.then(|| (path, file_name::suffix(rest)))
            })
            .collect()
    }

    /// Removes what is left of all attempts, since one went well.
    pub(super) fn remove(&self) {
        if self.is_stuck.get() {
            return;
        }
        let begins = |entry: &fs::DirEntry, with: &str| {
            entry.file_name().to_str().is_some_and(|name| name.starts_with(with))
        };
        let folders = self.path.parent().into_iter().flat_map(entries_of);
        for folder in folders.filter(|folder| begins(folder, &self.beginning)) {
            let path = folder.path();
            if path.extension().is_some_and(|ending| ending == "part") {
                for entry in entries_of(&path).filter(|entry| begins(entry, self.video_id.as_str())) {
                    tell_unless_gone(&entry.path(), fs::remove_file(entry.path()));
                }
                remove_empty(&path);
            }
        }
    }

    /// Removes it if nothing is in it.
    pub(super) fn remove_if_empty(&self) {
        remove_empty(&self.path);
    }

    /// A file beside the video that is there already stays as it is.
    fn move_all_beside(&self, beside: &[(PathBuf, String)], dir: &Path, stem: &str) {
        for (path, suffix) in beside {
            match move_to_free(path, &dir.join(format!("{stem}{suffix}"))) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    self.is_stuck.set(true);
                    log::warn!("{} cannot be moved to {}, and stays: {error}", path.display(), dir.display());
                }
                _ => {}
            }
        }
    }
}

/// Files of somebody else's keep a folder.
fn remove_empty(folder: &Path) {
    let removed = fs::remove_dir(folder);
    if !removed.as_ref().is_err_and(|error| error.kind() == ErrorKind::DirectoryNotEmpty) {
        tell_unless_gone(folder, removed);
    }
}

fn tell_unless_gone(path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            log::warn!("{} is left, since it cannot be removed: {error}", path.display());
        }
        _ => {}
    }
}

fn is_too_long(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::InvalidFilename)
}

/// Moves a file to a name that nobody has: of two who want it one gets it.
fn move_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Some file systems have no hard links.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

#[cfg(test)]
mod tests;

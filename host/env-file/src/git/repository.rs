use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use atomic_file::open_no_follow;
use gix_config::file::Metadata;
use gix_index::{File, decode::Options, entry::Mode, hash::Kind};

/// More than any `.gitignore` or configuration file has.
const LARGEST: u64 = 8 << 20;

/// A repository with a work tree.
pub(super) struct Repository {
    /// The top folder of the work tree, without symbolic links.
    pub(super) work_tree: PathBuf,
    /// What `.git` is or points to: the folder with `HEAD` and `index`.
    git_dir: PathBuf,
    /// The folder with `config`, `info` and `objects`. Linked work trees share it.
    pub(super) common_dir: PathBuf,
    config: gix_config::File,
}

impl Repository {
    /// The repository that git finds from `folder`: the nearest one at or above it with a valid `.git`.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        folder.ancestors().find_map(Self::at)
    }

    fn at(top: &Path) -> Option<Self> {
        let dot_git = top.join(".git");
        let git_dir = match fs::metadata(&dot_git) {
            Ok(found) if found.is_dir() => dot_git,
            Ok(found) if found.is_file() => pointed_to(&dot_git, b"gitdir: ")?,
            _ => return None,
        };
        let common_dir = pointed_to(&git_dir.join("commondir"), b"").unwrap_or(git_dir.clone());
        if fs::symlink_metadata(git_dir.join("HEAD")).is_err() || !common_dir.join("objects").is_dir() {
            return None;
        }
        let config = read_config(&common_dir.join("config"));
        let work_tree = config
            .string("core.worktree")
            // git-config(1): of no effect in a linked work tree.
            .filter(|_| git_dir == common_dir)
            .and_then(|path| gix_path::from_bstring(path).ok())
            .and_then(|path| fs::canonicalize(git_dir.join(path)).ok())
            .unwrap_or_else(|| top.to_path_buf());
        Some(Self { work_tree, git_dir, common_dir, config })
    }

    /// The name that git has for `file`: from the top of the work tree, with slashes. `None` if it is outside.
    pub(super) fn path_of(&self, file: &Path) -> Option<Vec<u8>> {
        let path = gix_path::into_bstr(file.strip_prefix(&self.work_tree).ok()?).ok()?;
        Some(gix_path::to_unix_separators_on_windows(path).to_vec())
    }

    pub(super) fn index(&self) -> PathBuf {
        self.git_dir.join("index")
    }

    /// Whether file names that differ only in case are the same file.
    pub(super) fn ignores_case(&self) -> bool {
        matches!(self.config.boolean("core.ignoreCase"), Ok(Some(true)))
    }

    pub(super) fn config(&self) -> &gix_config::File {
        &self.config
    }

    /// Whether `path` is in the index, in whatever stage of a merge.
    pub(super) fn tracks(&self, path: &[u8]) -> Result<bool, String> {
        match fs::metadata(self.index()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.to_string()),
            Ok(found) if !found.is_file() => return Err("not a file".into()),
            Ok(_) => {}
        }
        let hash = match self.config.string("extensions.objectFormat") {
            Some(format) if format.eq_ignore_ascii_case(b"sha256") => Kind::Sha256,
            _ => Kind::Sha1,
        };
        let options = Options { thread_limit: Some(1), ..Options::default() };
        let index = File::at(self.index(), hash, true, options).map_err(|error| error.to_string())?;
        if index.entry_index_by_path(path.into()).is_ok() {
            return Ok(true);
        }
        // In a sparse index one entry can mean a whole folder. Only the objects say which files are in it.
        let in_folded_folder = index.is_sparse()
            && index
                .entries()
                .iter()
                .any(|entry| entry.mode == Mode::DIR && path.starts_with(entry.path(&index)));
        let in_other_case = self.ignores_case()
            && index.entries().iter().any(|entry| {
                let entry: &[u8] = entry.path(&index);
                entry.eq_ignore_ascii_case(path)
            });
        Ok(in_folded_folder || in_other_case)
    }
}

/// The path that the only line of `file` names after `prefix`. It is relative to the folder of `file`.
fn pointed_to(file: &Path, prefix: &[u8]) -> Option<PathBuf> {
    let line = read_regular(file)?;
    let path = line.strip_prefix(prefix)?.trim_ascii_end();
    Some(file.parent()?.join(gix_path::from_byte_slice(path).ok()?))
}

/// The repository's own configuration, or an empty one if it cannot be read.
///
/// Includes are not followed: a repository may come from anybody, and the files that it names could be anything.
fn read_config(path: &Path) -> gix_config::File {
    let bytes = read_regular(path).unwrap_or_default();
    let metadata = Metadata::from(gix_config::Source::Local);
    gix_config::File::from_bytes_no_includes(&bytes, metadata.clone(), Default::default())
        .unwrap_or_else(|_| gix_config::File::new(metadata))
}

/// The bytes of a regular file of at most [`LARGEST`] bytes. Links are followed.
pub(super) fn read_regular(path: &Path) -> Option<Vec<u8>> {
    read_unlinked(&fs::canonicalize(path).ok()?)
}

/// The bytes of a regular file of at most [`LARGEST`] bytes. A link is not followed, a FIFO is not waited for.
pub(super) fn read_unlinked(path: &Path) -> Option<Vec<u8>> {
    let file = open_no_follow(path, OpenOptions::new().read(true)).ok()?;
    let found = file.metadata().ok()?;
    if !found.is_file() || found.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

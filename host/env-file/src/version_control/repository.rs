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
const NOT_A_FILE: &str = "it is not a file";

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

/// What of a repository cannot be read, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) at: PathBuf,
    pub(crate) reason: String,
}

impl Unreadable {
    fn new(at: &Path, reason: &impl ToString) -> Self {
        Self { at: at.into(), reason: reason.to_string() }
    }
}

/// Where the work tree of a repository is.
#[derive(Clone, Copy)]
enum WorkTree<'a> {
    /// Whatever the configuration says.
    Here(&'a Path),
    /// Unless the configuration names another one.
    Usually(&'a Path),
}

impl Repository {
    /// The repository of the `.git` in the folder `top`.
    ///
    /// git takes some of what is broken for nothing, and looks further above. But whatever broke it, the files may be
    /// tracked.
    pub(super) fn at(top: &Path) -> Result<Option<Self>, Unreadable> {
        let dot_git = top.join(".git");
        match fs::symlink_metadata(&dot_git) {
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(Unreadable::new(&dot_git, &error)),
            Ok(_) => {}
        }
        let found = fs::metadata(&dot_git).map_err(|error| Unreadable::new(&dot_git, &error))?;
        if found.is_dir() {
            return Self::open(dot_git, WorkTree::Usually(top)).map(Some);
        }
        let git_dir = pointed_to(&dot_git, b"gitdir: ")?
            .ok_or_else(|| Unreadable::new(&dot_git, &"it does not say where the repository is"))?;
        Self::open(git_dir, WorkTree::Usually(top)).map(Some)
    }

    /// The repository in `git_dir`, if there is one.
    pub(super) fn elsewhere(
        git_dir: &Path,
        work_tree: &Path,
        named: bool,
    ) -> Result<Option<Self>, Unreadable> {
        match fs::symlink_metadata(git_dir.join("HEAD")) {
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(Unreadable::new(git_dir, &error)),
            Ok(_) => {}
        }
        let work_tree = if named { WorkTree::Here(work_tree) } else { WorkTree::Usually(work_tree) };
        Self::open(git_dir.into(), work_tree).map(Some)
    }

    /// What git would make of the files of jj's repository at `top`. It has no index.
    pub(super) fn of_jj(top: &Path) -> Self {
        let git_dir = top.join(".jj/repo/store/git");
        // Of the configuration only the ignore rules matter, and without them less is ignored.
        let config = read_config(&git_dir.join("config")).unwrap_or_default();
        Self { work_tree: top.into(), common_dir: git_dir.clone(), git_dir, config }
    }

    fn open(git_dir: PathBuf, work_tree: WorkTree<'_>) -> Result<Self, Unreadable> {
        let head = git_dir.join("HEAD");
        fs::symlink_metadata(&head).map_err(|error| Unreadable::new(&head, &error))?;
        let common_dir = pointed_to(&git_dir.join("commondir"), b"")?.unwrap_or(git_dir.clone());
        let objects = common_dir.join("objects");
        fs::metadata(&objects).map_err(|error| Unreadable::new(&objects, &error))?;
        let config = read_config(&common_dir.join("config"))?;
        let work_tree = match work_tree {
            WorkTree::Here(folder) => folder.to_path_buf(),
            WorkTree::Usually(folder) => config
                .string("core.worktree")
                // git-config(1): of no effect in a linked work tree.
                .filter(|_| git_dir == common_dir)
                .and_then(|path| gix_path::from_bstring(path).ok())
                // One that is not there holds no file.
                .and_then(|path| dunce::canonicalize(git_dir.join(path)).ok())
                .unwrap_or_else(|| folder.to_path_buf()),
        };
        Ok(Self { work_tree, git_dir, common_dir, config })
    }

    /// The name that git has for `file`: from the top of the work tree, with slashes. `None` if it is outside.
    pub(super) fn path_of(&self, file: &Path) -> Option<Vec<u8>> {
        // Only Windows has names that git has none for.
        let path = gix_path::into_bstr(file.strip_prefix(&self.work_tree).ok()?).ok()?;
        Some(gix_path::to_unix_separators_on_windows(path).to_vec())
    }

    /// Whether file names that differ only in case are the same file.
    pub(super) fn ignores_case(&self) -> bool {
        matches!(self.config.boolean("core.ignoreCase"), Ok(Some(true)))
    }

    pub(super) fn config(&self) -> &gix_config::File {
        &self.config
    }

    /// Whether `path` is in the index, in whatever stage of a merge.
    pub(super) fn tracks(&self, path: &[u8]) -> Result<bool, Unreadable> {
        self.has_in(&self.git_dir.join("index"), path)
    }

    /// The same for an index that is elsewhere.
    pub(super) fn has_in(&self, index: &Path, path: &[u8]) -> Result<bool, Unreadable> {
        match fs::metadata(index) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Unreadable::new(index, &error)),
            Ok(found) if !found.is_file() => return Err(Unreadable::new(index, &NOT_A_FILE)),
            Ok(_) => {}
        }
        let hash = match self.config.string("extensions.objectFormat") {
            Some(format) if format.eq_ignore_ascii_case(b"sha256") => Kind::Sha256,
            _ => Kind::Sha1,
        };
        let options = Options { thread_limit: Some(1), ..Options::default() };
        let index = File::at(index, hash, true, options).map_err(|error| Unreadable::new(index, &error))?;
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
///
/// `None` if there is no such file, or if it names nothing.
fn pointed_to(file: &Path, prefix: &[u8]) -> Result<Option<PathBuf>, Unreadable> {
    let line = read_regular(file).map_err(|error| Unreadable::new(file, &error))?;
    let path = line.as_ref().and_then(|line| line.strip_prefix(prefix)).map(<[u8]>::trim_ascii_end);
    let path = path.and_then(|path| gix_path::from_byte_slice(path).ok());
    Ok(path.zip(file.parent()).map(|(path, folder)| folder.join(path)))
}

/// The repository's own configuration. An empty one if there is none.
///
/// Includes are not followed: a repository may come from anybody, and the files that it names could be anything.
fn read_config(path: &Path) -> Result<gix_config::File, Unreadable> {
    let bytes = read_regular(path).map_err(|error| Unreadable::new(path, &error))?.unwrap_or_default();
    let metadata = Metadata::from(gix_config::Source::Local);
    gix_config::File::from_bytes_no_includes(&bytes, metadata, Default::default())
        // The error holds parts of the file, which may have passwords in it.
        .map_err(|_| Unreadable::new(path, &"it is no configuration of git's"))
}

/// The bytes of a regular file of at most [`LARGEST`] bytes, if there is one. Links are followed.
pub(super) fn read_regular(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match dunce::canonicalize(path) {
        Err(error) if is_absent(&error) => Ok(None),
        path => read_unlinked(&path?),
    }
}

/// The bytes of a regular file of at most [`LARGEST`] bytes, if there is one. A link is not followed, a FIFO is not waited
/// for.
pub(super) fn read_unlinked(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match open_no_follow(path, OpenOptions::new().read(true)) {
        Err(error) if is_absent(&error) => return Ok(None),
        opened => opened?,
    };
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other(NOT_A_FILE));
    }
    if found.len() > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

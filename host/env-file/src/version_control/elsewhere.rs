//! Repositories that are not at the top of their work tree, as people have them for the files of their home folder.
//!
//! They ignore by `status.showUntrackedFiles = no`, so only what they track matters.

use std::{
    env::{home_dir, var_os},
    fs, io,
    path::{Path, PathBuf},
};

use super::repository::{Repository, Unreadable};

/// Where such repositories are in the home folder: yadm's, and bare ones by the names that guides give them.
const IN_HOME: &[&str] = &[
    ".local/share/yadm/repo.git",
    ".config/yadm/repo.git",
    ".yadm/repo.git",
    ".dotfiles",
    ".dotfiles.git",
    ".cfg",
    ".myconf",
];
/// Where vcsh has them, each with a name of its own that ends in `.git`.
const VCSH: &str = "vcsh/repo.d";

/// A repository, and the work tree that it has unless its configuration says otherwise.
struct Place {
    git_dir: PathBuf,
    work_tree: PathBuf,
    /// By the environment, which the configuration does not override.
    named: bool,
    /// An index beside its own.
    index: Option<PathBuf>,
}

/// The repository that tracks `file`, if one of them does.
pub(super) fn tracking(file: &Path) -> Result<Option<PathBuf>, Unreadable> {
    for place in by_environment().into_iter().chain(in_home()) {
        // Where the work tree is cannot be told then. It is most probably the usual one.
        let may_hold =
            |unreadable| if file.starts_with(&place.work_tree) { Err(unreadable) } else { Ok(None) };
        let opened = Repository::elsewhere(&place.git_dir, &place.work_tree, place.named);
        let Some(repository) = opened.or_else(may_hold)? else { continue };
        let Some(path) = repository.path_of(file) else { continue };
        let other = place.index.as_deref();
        if repository.tracks(&path)? || other.map_or(Ok(false), |index| repository.has_in(index, &path))? {
            return Ok(Some(place.git_dir));
        }
    }
    Ok(None)
}

/// The repository that `GIT_DIR` names, which git takes before any other, and the index that `GIT_INDEX_FILE` names.
fn by_environment() -> Option<Place> {
    let git_dir = PathBuf::from(var_os("GIT_DIR")?);
    let work_tree = var_os("GIT_WORK_TREE");
    let named = work_tree.is_some();
    let work_tree = dunce::canonicalize(work_tree.unwrap_or_else(|| ".".into()));
    // Without a work tree nothing can be tracked in it.
    let index = var_os("GIT_INDEX_FILE").map(PathBuf::from);
    Some(Place { git_dir, work_tree: work_tree.ok()?, named, index })
}

fn in_home() -> Vec<Place> {
    // Without a home folder there are none in it.
    let Some(home) = home_dir().and_then(|home| dunce::canonicalize(home).ok()) else { return Vec::new() };
    let config = var_os("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let mut found: Vec<PathBuf> = IN_HOME.iter().map(|name| home.join(name)).collect();
    found.extend(var_os("XDG_DATA_HOME").map(|folder| Path::new(&folder).join("yadm/repo.git")));
    found.push(config.join("yadm/repo.git"));
    found.extend(vcsh(&config.join(VCSH)));
    found
        .into_iter()
        .map(|git_dir| Place { git_dir, work_tree: home.clone(), named: false, index: None })
        .collect()
}

fn vcsh(folder: &Path) -> Vec<PathBuf> {
    match fs::read_dir(folder) {
        // Those that cannot be listed are not repositories either that can be looked into.
        Ok(entries) => entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "git"))
            .collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        // It is looked at as if it were one, and refused for what is said then.
        Err(_) => vec![folder.to_path_buf()],
    }
}

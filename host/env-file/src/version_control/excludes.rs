use std::path::{Path, PathBuf};

use gix_config::{Source, file::includes, file::init, path::interpolate};
use gix_ignore::{Search, glob::pattern::Case, search::Ignore};

use super::repository::{Repository, read_regular, read_unlinked};

/// Whether an ignore rule covers the file `path` (from the top of the work tree, with slashes).
///
/// The rules of gitignore(5): the `.gitignore` nearest to the file wins. After all of them come the repository's
/// `info/exclude`, then the user's `core.excludesFile`. A file in an ignored folder is ignored.
pub(super) fn cover(repository: &Repository, path: &[u8]) -> bool {
    let top = &repository.work_tree;
    let case = if repository.ignores_case() { Case::Fold } else { Case::Sensitive };
    let mut rules = Search::default();
    if let Some(file) = users_excludes(repository) {
        add(&mut rules, &file, None);
    }
    add(&mut rules, &repository.common_dir.join("info/exclude"), None);
    add(&mut rules, &top.join(".gitignore"), Some(top));

    let excluded = |rules: &Search, path: &[u8], folder| {
        rules
            .pattern_matching_relative_path(path.into(), Some(folder), case)
            .is_some_and(|rule| !rule.pattern.is_negative())
    };
    for (slash, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let folder = &path[..slash];
        if excluded(&rules, folder, true) {
            return true;
        }
        if let Ok(folder) = gix_path::from_byte_slice(folder) {
            add(&mut rules, &top.join(folder).join(".gitignore"), Some(top));
        }
    }
    excluded(&rules, path, false)
}

/// Adds the rules in `file`. They win over those added before.
fn add(rules: &mut Search, file: &Path, top: Option<&Path>) {
    // In the work tree git follows no link to a `.gitignore` (gitignore(5), since 2.32).
    let bytes = match top {
        None => read_regular(file),
        Some(_) => read_unlinked(file),
    };
    // As for git, a file that cannot be read has no rules. Then the warning comes once too often.
    if let Ok(Some(bytes)) = bytes {
        let _ = rules.add_patterns_buffer(&bytes, file, top, Ignore::default());
    }
}

/// The user's own ignore file: what `core.excludesFile` names in the last configuration that has it, or its default.
///
/// `None` if a configuration that could name it cannot be read.
fn users_excludes(repository: &Repository) -> Option<PathBuf> {
    let home = std::env::home_dir();
    let mut named = repository.config().path("core.excludesFile");
    for source in [Source::User, Source::Git, Source::System] {
        // Only Git for Windows itself knows where its system configuration is.
        if named.is_none() && !(cfg!(windows) && source == Source::System) {
            named = configured(source, home.as_deref())?;
        }
    }
    match named {
        Some(path) => {
            let context =
                interpolate::Context { home_dir: home.as_deref(), home_for_user: None, ..Default::default() };
            let path = path.interpolate(context).ok()?;
            Some(repository.work_tree.join(path))
        }
        None => gix_path::env::xdg_config("ignore", &mut |name| std::env::var_os(name)),
    }
}

/// What one configuration names, if it names one. `None` if it cannot be read.
#[expect(clippy::option_option, reason = "not known is another thing than not named")]
fn configured(source: Source, home: Option<&Path>) -> Option<Option<gix_config::Path>> {
    let Some(path) = source.storage_location(&mut |name| std::env::var_os(name)) else { return Some(None) };
    let Some(mut bytes) = read_regular(&path).ok()? else { return Some(None) };
    let metadata = gix_config::file::Metadata::from(source).at(path);
    let options =
        init::Options { includes: includes::Options::follow_without_conditional(home), ..Default::default() };
    let file = gix_config::File::from_bytes_owned(&mut bytes, metadata, options).ok()?;
    Some(file.path("core.excludesFile"))
}

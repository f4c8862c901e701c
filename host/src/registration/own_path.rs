//! The path by which a browser can start this program.

use potbridge_system::browser::Family;
use potbridge_system::browser::native_manifest::NativeManifest;
use potbridge_system::regular_file;
use std::env;
use std::path::{self, Path, PathBuf};

/// The path of this program, if it is one that lasts.
pub(super) struct OwnPath(PathBuf);

impl OwnPath {
    /// Finds it, or says why no manifest is to lead to this program.
    ///
    /// A path by which it was started comes before the file itself: a package manager's link outlasts an update. Firefox
    /// names the manifest by which it started this program.
    pub(super) fn find(started_by: Option<&Path>) -> Result<Self, String> {
        let cannot_be_told = |error| format!("where this program is cannot be told: {error}");
        let program = env::current_exe().map_err(cannot_be_told)?;
        let running = dunce::canonicalize(&program).map_err(cannot_be_told)?;
        let in_manifest = started_by.and_then(|file| {
            Some(NativeManifest::read(&regular_file::read_to_string(file).ok()?, Family::Firefox)?.host)
        });
        let called = env::args_os().next().and_then(|name| path::absolute(which::which(name).ok()?).ok());
        let is_this = |path: &PathBuf| dunce::canonicalize(path).is_ok_and(|real| real == running);
        // Not the resolved one, which on Windows is one that cmd.exe does not take.
        let path = in_manifest.into_iter().chain(called).find(is_this).unwrap_or(program);
        if [&running, &path].into_iter().any(|path| is_passing(path)) {
            return Err(format!("{} does not stay where it is", path.display()));
        }
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

/// Whether a program is in a folder of temporary files, or in one that a build makes (<https://bford.info/cachedir>).
fn is_passing(program: &Path) -> bool {
    let temporary = env::temp_dir();
    let temporary = dunce::canonicalize(&temporary).unwrap_or(temporary);
    program.starts_with(temporary)
        || program.ancestors().skip(1).any(|folder| folder.join("CACHEDIR.TAG").exists())
}

//! Where `potbridge-setup` is.

use potbridge_system::dirs::home;
use std::env;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

/// The program: beside this one, beside the path by which the browser started this one, or where `install` puts it.
///
/// It is not looked for on PATH, where another program may have its name.
pub(super) fn find() -> Option<PathBuf> {
    let name = format!("potbridge-setup{EXE_SUFFIX}");
    let running = env::current_exe().ok();
    let real = running.as_deref().and_then(|program| dunce::canonicalize(program).ok());
    let called = env::args_os().next().map(PathBuf::from).filter(|path| path.is_absolute());
    let beside = [real, running, called].into_iter().flatten();
    let folders = beside.filter_map(|program| program.parent().map(Path::to_owned));
    let installed = dirs::executable_dir().or_else(|| Some(home()?.join(".local").join("bin")));
    folders.chain(installed).map(|folder| folder.join(&name)).find(|program| program.is_file())
}

//! This program's own file, to start it once more.

use std::io;
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::{
    env,
    ffi::OsStr,
    os::unix::ffi::OsStrExt as _,
    path::{self, Path},
};

/// Its path. On Linux this is the program that runs, even if an update has replaced the file.
///
/// Without /proc it is the file by which it was started.
///
/// # Errors
/// The system does not know it.
pub fn own_program() -> io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        // The link leads to a file that may have no name any more.
        let running = Path::new("/proc/self/exe");
        if running.symlink_metadata().is_ok() { Ok(running.to_owned()) } else { started_by() }
    }
    #[cfg(not(target_os = "linux"))]
    std::env::current_exe()
}

/// The file by which this program was started, as the kernel or the caller named it.
#[cfg(target_os = "linux")]
fn started_by() -> io::Result<PathBuf> {
    let named_by_kernel = OsStr::from_bytes(rustix::param::linux_execfn().to_bytes()).to_owned();
    let named_by_caller = env::args_os().next().unwrap_or_default();
    let is_path = |name: &OsStr| name.as_bytes().contains(&b'/');
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = (!named_by_caller.is_empty() && !is_path(&named_by_caller))
        .then(|| env::split_paths(&path).map(|folder| folder.join(&named_by_caller)))
        .into_iter()
        .flatten();
    [&named_by_kernel, &named_by_caller]
        .into_iter()
        .filter(|name| is_path(name))
        .map(PathBuf::from)
        .chain(on_path)
        .find(|file| file.is_file())
        .and_then(|file| path::absolute(file).ok())
        .ok_or_else(|| {
            let why = "/proc is not mounted, and nothing else tells where potbridge's own program is";
            io::Error::new(io::ErrorKind::NotFound, why)
        })
}

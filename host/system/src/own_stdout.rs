//! The real standard output, kept for frames.

use std::fs::File;
use std::io;

/// Takes the standard output, and points descriptor 1 at the standard error.
///
/// So nothing that a library prints can break into the frames.
///
/// # Errors
/// The descriptors cannot be duplicated.
#[cfg(unix)]
pub fn take() -> io::Result<File> {
    // Not inherited: a child that had it would keep the browser's end of the pipe open.
    let own = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(own.into())
}

/// Takes a duplicate of the standard output. Windows has no descriptor that a library would print to.
///
/// # Errors
/// The handle cannot be duplicated.
#[cfg(windows)]
pub fn take() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}

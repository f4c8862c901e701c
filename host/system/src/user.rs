//! Who runs this program.

/// Whether this process has root's rights, if only in its own user namespace. Windows has no such user.
#[must_use]
pub fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

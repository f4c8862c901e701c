//! Opens a downloaded file, or shows it in its folder.

use std::io;
use std::path::Path;

/// Opens a file with the program that the desktop names for it.
///
/// # Errors
/// There is no such program, or it cannot be started.
pub fn open(file: &Path) -> io::Result<()> {
    opener::open(file).map_err(io::Error::other)
}

/// Shows a file in its folder. If no file manager can do that, opens the folder.
///
/// # Errors
/// The folder cannot be opened either.
pub fn show(file: &Path) -> io::Result<()> {
    if point_out(file) {
        return Ok(());
    }
    open(file.parent().unwrap_or(file))
}

/// Uses the interface that file managers share: <https://www.freedesktop.org/wiki/Specifications/file-manager-interface/>.
#[cfg(target_os = "linux")]
fn point_out(file: &Path) -> bool {
    use dbus::blocking::Connection;
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
    use std::os::unix::ffi::OsStrExt as _;
    use std::time::Duration;

    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let address = format!("file://{}", percent_encode(file.as_os_str().as_bytes(), KEPT));
    // Then the folder is opened.
    let Ok(bus) = Connection::new_session() else { return false };
    let manager = "org.freedesktop.FileManager1";
    let proxy = bus.with_proxy(manager, "/org/freedesktop/FileManager1", Duration::from_secs(5));
    let shown: Result<(), dbus::Error> = proxy.method_call(manager, "ShowItems", (vec![address], ""));
    shown.is_ok()
}

#[cfg(target_os = "macos")]
fn point_out(file: &Path) -> bool {
    std::process::Command::new("open").arg("-R").arg(file).status().is_ok_and(|status| status.success())
}

#[cfg(windows)]
fn point_out(file: &Path) -> bool {
    use std::os::windows::process::CommandExt as _;
    // One argument, quoted in its second half: explorer reads its command line by rules of its own.
    let argument = format!("/select,\"{}\"", file.display());
    std::process::Command::new("explorer").raw_arg(argument).spawn().is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn point_out(_: &Path) -> bool {
    false
}

//! Namespaces of their own for one test (`unshare`): mounts that vanish with it, process ids that begin at 1.

use crate::itself::{again, role};
use crate::skip::skip;
use rustix::process::geteuid;
use std::path::Path;
use std::process::Command;

/// Runs the test `name` again in a mount namespace of its own. Returns `true` inside of it.
///
/// `module` is the caller's `module_path!()`. If the tests do not run as root, the test is root in a user namespace. If the
/// system allows neither, the test is skipped.
///
/// ```ignore
/// if !may_mount(module_path!(), "a_full_disk_is_named") {
///     return;
/// }
/// ```
#[must_use]
pub fn may_mount(module: &str, name: &str) -> bool {
    if role().is_some() {
        return true;
    }
    if !unshare(&["--mount"]).arg("true").output().is_ok_and(|output| output.status.success()) {
        skip(name, "this system lets no test mount (`unshare --mount`)");
        return false;
    }
    let inside = again(module, name, "in a namespace");
    let mut outside = unshare(&["--mount"]);
    outside.arg(inside.get_program()).args(inside.get_args());
    outside.envs(inside.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = outside.output().expect("this test needs `unshare` (util-linux)");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    false
}

/// `unshare` with these options, and in a user namespace if the tests do not run as root. The program follows.
#[must_use]
pub fn unshare(options: &[&str]) -> Command {
    let mut unshare = Command::new("unshare");
    unshare.args(options);
    if !geteuid().is_root() {
        unshare.args(["--user", "--map-root-user"]);
    }
    unshare
}

/// Mounts something, by the arguments of `mount`.
///
/// # Panics
/// If the system refuses.
pub fn mount(arguments: &[&str], at: &Path) {
    let status = Command::new("mount").args(arguments).arg(at).status().unwrap();
    assert!(status.success(), "mount {arguments:?} {}", at.display());
}

/// Mounts one file or folder over another.
pub fn bind(from: &Path, to: &Path) {
    mount(&["--bind", from.to_str().unwrap()], to);
}

/// Mounts an empty file system of this size (`64k`).
pub fn small_disk(size: &str, at: &Path) {
    mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], at);
}

/// Mounts a folder over itself, read-only.
pub fn read_only(folder: &Path) {
    bind(folder, folder);
    mount(&["--options", "remount,bind,ro"], folder);
}

//! Programs that a test writes, and then runs.
//!
//! Linux runs no file that any process has open for writing (`ETXTBSY`). If this process wrote the file itself, and another
//! thread started a process at that moment, the new process would have inherited the open file until it becomes its own
//! program. A child of this process writes it instead: nobody inherits from that, and its file is closed when it has ended.

use std::path::Path;

/// Writes a file that everybody may run.
#[cfg(unix)]
pub fn write(path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::{Command, Stdio};
    let path = path.as_ref();
    let mut tee = Command::new("tee");
    let tee = tee.arg("--").arg(path).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut tee = tee.spawn().unwrap();
    tee.stdin.take().unwrap().write_all(text.as_ref()).unwrap();
    assert!(tee.wait().unwrap().success(), "{}", path.display());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Copies a program with its mode.
#[cfg(unix)]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let mut cp = std::process::Command::new("cp");
    let status = cp.args(["-p", "--"]).arg(from.as_ref()).arg(to.as_ref()).status().unwrap();
    assert!(status.success(), "{}", to.as_ref().display());
}

/// Windows has no such inheritance.
#[cfg(not(unix))]
pub fn write(path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
    std::fs::write(path, text).unwrap();
}

/// Windows has no such inheritance.
#[cfg(not(unix))]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    std::fs::copy(from, to).unwrap();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    /// Who writes with [`std::fs::write`] may lose some of these, and seldom does.
    #[test]
    fn a_program_that_was_written_can_be_run_while_others_are_started() {
        let folder = tempfile::tempdir().unwrap();
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !is_done.load(Ordering::Relaxed) {
                        assert!(Command::new("true").status().unwrap().success());
                    }
                });
            }
            for number in 0..200 {
                let [program, copied] =
                    ["program", "copy"].map(|name| folder.path().join(format!("{name}{number}")));
                write(&program, "#!/bin/sh\n");
                copy(&program, &copied);
                for program in [program, copied] {
                    let started = Command::new(&program).status();
                    is_done.store(started.is_err(), Ordering::Relaxed);
                    assert!(started.unwrap().success());
                }
            }
            is_done.store(true, Ordering::Relaxed);
        });
    }
}

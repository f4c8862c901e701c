//! System calls that fail, as on file systems and kernels that this machine does not have (seccomp).

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::thread;

/// A kind of system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A rename that may replace the file of that name.
    Rename,
    /// A rename that fails if the name is taken (`RENAME_NOREPLACE`).
    RenameNoReplace,
    /// A hard link.
    Link,
    /// A change of the mode.
    Chmod,
    /// A change of the owner.
    Chown,
    /// A new thread, as `clone` makes it. glibc calls `clone3` first.
    Thread,
    /// A new process or thread by `clone3`, whose kind is in its memory.
    Clone3,
    /// A name for a socket.
    Bind,
    /// The lock of a whole file by `flock`.
    Flock,
    /// The lock of a range of a file by `fcntl`, as SQLite locks.
    RecordLock,
    /// Space that is claimed before it is written.
    Fallocate,
    /// A change of an extended attribute of an open file.
    SetAttribute,
    /// A wait until the disk has a file.
    Sync,
    /// A signal to another process.
    Kill,
    /// Memory over a file that processes share, as SQLite has for the index of its log.
    SharedMemory,
    /// The removal of a file.
    Unlink,
    /// A change of the length of an open file.
    Truncate,
}

/// The number of a system call. It is refused if this argument has one of these values; always, if none is named.
type Numbered = (i64, Option<(u8, Vec<u64>)>);

impl Call {
    /// The system calls of this kind.
    fn numbers(self) -> Vec<Numbered> {
        use libc::{
            F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW, RENAME_NOREPLACE, SYS_fallocate, SYS_fchmod,
            SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_fcntl, SYS_fdatasync, SYS_flock, SYS_fsetxattr,
            SYS_fsync, SYS_ftruncate, SYS_kill, SYS_linkat, SYS_pidfd_send_signal, SYS_renameat,
            SYS_renameat2, SYS_setxattr, SYS_tgkill, SYS_unlinkat,
        };
        let locks =
            || [F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW].map(|command| command.unsigned_abs().into());
        match self {
            Self::Rename => {
                let mut calls = whole(&[SYS_renameat]);
                #[cfg(target_arch = "x86_64")]
                calls.push((libc::SYS_rename, None));
                calls.push((SYS_renameat2, Some((4, vec![0]))));
                calls
            }
            Self::RenameNoReplace => vec![(SYS_renameat2, Some((4, vec![RENAME_NOREPLACE.into()])))],
            Self::Link => {
                let mut calls = whole(&[SYS_linkat]);
                #[cfg(target_arch = "x86_64")]
                calls.push((libc::SYS_link, None));
                calls
            }
            Self::Chmod => {
                let mut calls = whole(&[SYS_fchmod, SYS_fchmodat]);
                #[cfg(target_arch = "x86_64")]
                calls.push((libc::SYS_chmod, None));
                calls
            }
            Self::Chown => {
                let mut calls = whole(&[SYS_fchown, SYS_fchownat]);
                #[cfg(target_arch = "x86_64")]
                calls.extend(whole(&[libc::SYS_chown, libc::SYS_lchown]));
                calls
            }
            // The flags of glibc's `pthread_create` (2.36).
            Self::Thread => vec![(libc::SYS_clone, Some((0, vec![0x003d_0f00])))],
            Self::Clone3 => whole(&[libc::SYS_clone3]),
            Self::Bind => whole(&[libc::SYS_bind]),
            Self::Flock => whole(&[SYS_flock]),
            Self::RecordLock => vec![(SYS_fcntl, Some((1, locks().to_vec())))],
            Self::Fallocate => whole(&[SYS_fallocate]),
            Self::SetAttribute => whole(&[SYS_fsetxattr, SYS_setxattr]),
            Self::Sync => whole(&[SYS_fsync, SYS_fdatasync]),
            Self::SharedMemory => {
                vec![(libc::SYS_mmap, Some((3, vec![libc::MAP_SHARED.unsigned_abs().into()])))]
            }
            Self::Kill => whole(&[SYS_kill, SYS_tgkill, SYS_pidfd_send_signal]),
            Self::Unlink => {
                let mut calls = whole(&[SYS_unlinkat]);
                #[cfg(target_arch = "x86_64")]
                calls.push((libc::SYS_unlink, None));
                calls
            }
            Self::Truncate => whole(&[SYS_ftruncate]),
        }
    }
}

fn whole(numbers: &[i64]) -> Vec<Numbered> {
    numbers.iter().map(|number| (*number, None)).collect()
}

/// Runs `act` in a thread whose system calls fail with these error numbers (`libc::EPERM`).
///
/// Programs that are started in it inherit that. It needs no permission.
pub fn with_refused_calls<T: Send>(refused: &[(Call, i32)], act: impl FnOnce() -> T + Send) -> T {
    // A filter has one errno. Several filters of a thread all count.
    let filters: Vec<BpfProgram> = refused
        .iter()
        .map(|(call, errno)| filter(*call, SeccompAction::Errno(errno.unsigned_abs())))
        .collect();
    thread::scope(|scope| {
        let run = scope.spawn(move || {
            for filter in &filters {
                seccompiler::apply_filter(filter).unwrap();
            }
            act()
        });
        run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Has the whole process killed when this thread makes such a call. It needs no permission.
pub fn die_at(call: Call) {
    seccompiler::apply_filter(&filter(call, SeccompAction::KillProcess)).unwrap();
}

fn filter(call: Call, action: SeccompAction) -> BpfProgram {
    let rules: BTreeMap<i64, Vec<SeccompRule>> = call
        .numbers()
        .into_iter()
        .map(|(number, condition)| {
            let rules = condition.into_iter().flat_map(|(argument, values)| {
                values.into_iter().map(move |value| {
                    let equals =
                        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value);
                    SeccompRule::new(vec![equals.unwrap()]).unwrap()
                })
            });
            (number, rules.collect())
        })
        .collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, ARCH.try_into().unwrap()).unwrap();
    filter.try_into().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::process::Command;

    #[test]
    fn calls_fail_in_the_thread_and_in_what_it_starts() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "").unwrap();
        let refused = [(Call::Rename, libc::ETXTBSY), (Call::Link, libc::EPERM)];
        with_refused_calls(&refused, || {
            assert_eq!(fs::rename(&from, &to).unwrap_err().raw_os_error(), Some(libc::ETXTBSY));
            assert_eq!(fs::hard_link(&from, &to).unwrap_err().raw_os_error(), Some(libc::EPERM));
            let moved = Command::new("python3")
                .args(["-c", "import os, sys; os.rename(*sys.argv[1:])"])
                .args([&from, &to])
                .output()
                .unwrap();
            assert!(String::from_utf8_lossy(&moved.stderr).contains("Text file busy"), "{moved:?}");
        });
        fs::rename(&from, &to).unwrap();
    }

    #[test]
    fn a_call_with_other_arguments_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("a")).unwrap();
        with_refused_calls(
            &[(Call::RecordLock, libc::ENOLCK), (Call::RenameNoReplace, libc::EINVAL)],
            || {
                file.lock().unwrap();
                let copy = file.try_clone().unwrap();
                drop(copy);
                fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
            },
        );
    }
}

//! Whether programs in a folder can be run, and files be written there.

use super::quoted;
use potbridge_protocol::{Code, Problem};
use std::path::{Path, PathBuf};

const ANOTHER_PLACE: &str = "choose a place in a folder of your own";

/// Whether programs in this folder, or in the folder that it will be made in, can be run.
///
/// # Errors
/// [`Code::FolderNoexec`].
pub fn runs_programs(folder: &Path) -> Result<(), Problem> {
    if !mount::flags(existing(folder)).noexec {
        return Ok(());
    }
    let mount = mount::point(existing(folder));
    let message = format!(
        "no program in {} can be run: the file system at {} is mounted noexec",
        folder.display(),
        mount.display()
    );
    let fix = format!("sudo mount -o remount,exec {}", quoted(&mount));
    Err(Problem::new(Code::FolderNoexec, message).with_hint(fix))
}

/// Whether this user may write into this folder, or make it.
///
/// # Errors
/// [`Code::FolderReadOnly`], [`Code::PermissionDenied`].
pub fn takes_files(folder: &Path) -> Result<(), Problem> {
    let existing = existing(folder);
    if mount::flags(existing).read_only {
        let mount = mount::point(existing);
        let message = format!(
            "nothing can be written into {}: the file system at {} is read-only",
            folder.display(),
            mount.display()
        );
        let fix = format!("sudo mount -o remount,rw {}", quoted(&mount));
        return Err(Problem::new(Code::FolderReadOnly, message).with_hint(fix));
    }
    if mount::may_write(existing) {
        return Ok(());
    }
    let shown = existing.display();
    let problem = |message: String| Problem::new(Code::PermissionDenied, message);
    // What belongs to somebody else is never taken over: a system folder may be among it.
    Err(match mount::whose(existing) {
        mount::Whose::Ours => problem(format!("this user may not write into {shown}"))
            .with_hint(format!("chmod u+wx {}", quoted(existing))),
        mount::Whose::Roots => {
            problem(format!("this user may not write into {shown}, which is root's")).with_hint(ANOTHER_PLACE)
        }
        mount::Whose::Others => {
            problem(format!("this user may not write into {shown}, which is another user's"))
                .with_hint(ANOTHER_PLACE)
        }
    })
}

/// Whether a folder belongs to this user.
pub(crate) fn is_own(folder: &Path) -> bool {
    matches!(mount::whose(folder), mount::Whose::Ours)
}

/// The folder itself, or the nearest one above it that is there.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"))
}

/// What the system says of a mounted file system.
#[cfg(unix)]
mod mount {
    use super::{Path, PathBuf};
    use rustix::fs::{Access, StatVfsMountFlags, access, statvfs};
    use std::os::unix::fs::MetadataExt as _;

    #[derive(Default)]
    pub(super) struct Flags {
        pub(super) noexec: bool,
        pub(super) read_only: bool,
    }

    /// What cannot be told is not so.
    pub(super) fn flags(folder: &Path) -> Flags {
        statvfs(folder).map_or_else(
            |_| Flags::default(),
            |found| Flags {
                // macOS has no such flag here.
                #[cfg(target_os = "linux")]
                noexec: found.f_flag.contains(StatVfsMountFlags::NOEXEC),
                #[cfg(not(target_os = "linux"))]
                noexec: false,
                read_only: found.f_flag.contains(StatVfsMountFlags::RDONLY),
            },
        )
    }

    /// The outermost folder of the file system that a folder is in.
    pub(super) fn point(folder: &Path) -> PathBuf {
        let folder = dunce::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let device = |folder: &Path| folder.metadata().map(|found| found.dev()).ok();
        let own = device(&folder);
        // A bind mount of a folder of the same file system is not told apart.
        folder.ancestors().take_while(|above| device(above) == own).last().unwrap_or(&folder).to_owned()
    }

    /// Whom a folder belongs to.
    pub(super) enum Whose {
        Ours,
        Roots,
        Others,
    }

    pub(super) fn whose(folder: &Path) -> Whose {
        match folder.metadata().map(|found| found.uid()) {
            Ok(owner) if owner == rustix::process::geteuid().as_raw() => Whose::Ours,
            Ok(0) => Whose::Roots,
            _ => Whose::Others,
        }
    }

    pub(super) fn may_write(folder: &Path) -> bool {
        access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
    }
}

/// Windows mounts nothing so, and only an attempt tells whether a folder may be written.
#[cfg(not(unix))]
mod mount {
    use super::{Path, PathBuf};

    #[derive(Default)]
    pub(super) struct Flags {
        pub(super) noexec: bool,
        pub(super) read_only: bool,
    }

    pub(super) fn flags(_: &Path) -> Flags {
        Flags::default()
    }

    pub(super) fn point(folder: &Path) -> PathBuf {
        folder.to_owned()
    }

    #[expect(dead_code, reason = "no folder is found to be closed here")]
    pub(super) enum Whose {
        Ours,
        Roots,
        Others,
    }

    pub(super) fn whose(_: &Path) -> Whose {
        Whose::Others
    }

    pub(super) fn may_write(_: &Path) -> bool {
        true
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use potbridge_test_support::namespace::{may_mount, mount, read_only};
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_that_is_closed_takes_no_files() {
        as_ordinary_user(|| {
            let folder = tempfile::tempdir().unwrap();
            assert_eq!(takes_files(folder.path()), Ok(()));
            assert_eq!(takes_files(&folder.path().join("to/be/made")), Ok(()));
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
            let problem = takes_files(&folder.path().join("to/be/made")).unwrap_err();
            assert_eq!(problem.code, Code::PermissionDenied);
            assert_eq!(problem.hint.unwrap(), format!("chmod u+wx {}", folder.path().display()));
        });
    }

    #[test]
    fn nobody_is_told_to_take_a_folder_that_is_not_theirs() {
        as_ordinary_user(|| {
            for folder in ["/etc", "/usr/share/potbridge-of-a-test", "/"] {
                let problem = takes_files(Path::new(folder)).unwrap_err();
                assert_eq!(problem.code, Code::PermissionDenied, "{folder}");
                assert!(problem.message.ends_with(", which is root's"), "{}", problem.message);
                assert_eq!(problem.hint.as_deref(), Some(ANOTHER_PLACE), "{folder}");
            }
        });
    }

    #[test]
    fn what_a_mount_forbids_is_named_with_its_place() {
        if !may_mount(module_path!(), "what_a_mount_forbids_is_named_with_its_place") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let [quiet, still] = ["noexec", "read only"].map(|name| folder.path().join(name));
        std::fs::create_dir(&quiet).unwrap();
        std::fs::create_dir(&still).unwrap();
        mount(&["-t", "tmpfs", "-o", "noexec", "tmpfs"], &quiet);
        let problem = runs_programs(&quiet.join("bin")).unwrap_err();
        assert_eq!((problem.code, takes_files(&quiet)), (Code::FolderNoexec, Ok(())));
        assert_eq!(problem.hint.unwrap(), format!("sudo mount -o remount,exec {}", quiet.display()));
        mount(&["-t", "tmpfs", "tmpfs"], &still);
        read_only(&still);
        let problem = takes_files(&still.join("bin")).unwrap_err();
        assert_eq!((problem.code, runs_programs(&still)), (Code::FolderReadOnly, Ok(())));
        assert_eq!(problem.hint.unwrap(), format!("sudo mount -o remount,rw '{}'", still.display()));
    }
}

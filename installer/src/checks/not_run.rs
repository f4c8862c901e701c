//! Why the system does not run a program.

use super::{folder, moved_away, quoted};
use potbridge_protocol::{Code, Problem};
use potbridge_system::regular_file;
use std::env::consts::{ARCH, OS};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::Path;

/// The longest first line of a script that Linux reads, in bytes.
const LONGEST_FIRST_LINE: u64 = 255;

/// Says why the system did not start `program`, by its error.
///
/// If the program itself is not there, the code is `missing`.
#[must_use]
pub fn why_not_run(program: &Path, error: &io::Error, missing: Code) -> Problem {
    let shown = program.display();
    let fix_by_install = "potbridge-setup install";
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if !program.exists() => {
            Problem::new(missing, format!("{shown} is not there")).with_hint(fix_by_install)
        }
        // The system says "not found" of a program that is there if what would load or read it is not.
        ErrorKind::NotFound => match interpreter(program) {
            Some(interpreter) => {
                let message =
                    format!("{shown} cannot be run: {interpreter}, which its first line names, is not there");
                let hint = format!("install {interpreter}, or change the first line of {shown}");
                Problem::new(Code::InterpreterMissing, message).with_hint(hint)
            }
            None => {
                let message = format!("{shown} cannot be run: the loader that it was built for is not there");
                let hint = format!("get the build for this system: {OS} on {ARCH}");
                Problem::new(Code::InterpreterMissing, message).with_hint(hint)
            }
        },
        ErrorKind::PermissionDenied => refused(program, missing),
        _ if is_no_program(error) => {
            let message = format!("{shown} is no program that this machine can run: {OS} on {ARCH}");
            Problem::new(Code::WrongArchitecture, message)
                .with_hint(format!("get the build for this system: {OS} on {ARCH}"))
        }
        _ => Problem::new(Code::RunRefused, format!("{shown} cannot be run: {error}"))
            .with_hint("mend what the system says"),
    }
}

/// Why a program that is there may not be run.
fn refused(program: &Path, missing: Code) -> Problem {
    let shown = program.display();
    let instead = || match missing {
        Code::HostMissing => format!("{} && potbridge-setup install", moved_away(program)),
        _ => format!("name a program in place of {shown}"),
    };
    if program.is_dir() {
        return Problem::new(Code::NotExecutable, format!("{shown} is a folder, and no program"))
            .with_hint(instead());
    }
    if program.metadata().is_ok_and(|found| !found.is_file()) {
        return Problem::new(Code::NotExecutable, format!("{shown} is no file, and no program"))
            .with_hint(instead());
    }
    if !may_execute(program) {
        return Problem::new(
            Code::NotExecutable,
            format!("{shown} may not be run: it lacks the execute bit"),
        )
        .with_hint(format!("chmod +x {}", quoted(program)));
    }
    // A link leads to where the program really is.
    let real = dunce::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    if let Some(folder) = real.parent()
        && let Err(problem) = folder::runs_programs(folder)
    {
        return problem;
    }
    if let Some(interpreter) = interpreter(program).filter(|named| named.starts_with('/')) {
        let interpreter = Path::new(&interpreter);
        if interpreter.is_dir() || !may_execute(interpreter) {
            return refused(interpreter, Code::InterpreterMissing);
        }
    }
    let by = match security_modules() {
        modules if modules.is_empty() => "another rule of this system".to_owned(),
        modules => modules.join(" or "),
    };
    Problem::new(Code::RunRefused, format!("the system refuses to run {shown}, probably {by}"))
        .with_hint("sudo dmesg | grep -iE 'apparmor|avc|denied'")
}

/// What the first line of a script names.
fn interpreter(program: &Path) -> Option<String> {
    let file = regular_file::open(program).ok()?;
    let mut line = Vec::new();
    BufReader::new(file.take(LONGEST_FIRST_LINE)).read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8_lossy(line.strip_prefix(b"#!")?).into_owned();
    let named = line.trim_start().split([' ', '\t', '\n']).next()?;
    // A carriage return would be taken for a part of the name, as the system takes it.
    Some(named.replace('\r', "\\r"))
}

/// Whether the file's mode lets this user run it. What a mount forbids is told apart.
#[cfg(unix)]
fn may_execute(program: &Path) -> bool {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let Ok(found) = program.metadata() else { return true };
    let mode = found.permissions().mode();
    let (user, is_owner) = (rustix::process::geteuid(), found.uid() == rustix::process::geteuid().as_raw());
    if is_owner && !user.is_root() { mode & 0o100 != 0 } else { mode & 0o111 != 0 }
}

#[cfg(not(unix))]
fn may_execute(_: &Path) -> bool {
    true
}

/// Whether the system's error says that the file is none of its programs.
fn is_no_program(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error());
    // ERROR_BAD_EXE_FORMAT, ERROR_EXE_MACHINE_TYPE_MISMATCH
    #[cfg(not(unix))]
    return matches!(error.raw_os_error(), Some(193 | 216));
}

/// The modules of Linux that refuse by rules of their own, and are on.
fn security_modules() -> Vec<&'static str> {
    let says = |file: &str, yes: char| std::fs::read_to_string(file).is_ok_and(|text| text.starts_with(yes));
    let mut found = Vec::new();
    if says("/sys/module/apparmor/parameters/enabled", 'Y') {
        found.push("AppArmor");
    }
    if says("/sys/fs/selinux/enforce", '1') {
        found.push("SELinux");
    }
    found
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn why(text: &str, mode: u32, kind: ErrorKind) -> Problem {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("a");
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(mode)).unwrap();
        why_not_run(&program, &kind.into(), Code::HostMissing)
    }

    #[test]
    fn a_refusal_without_a_reason_is_another_rules() {
        let problem = why("#!/bin/sh\n", 0o755, ErrorKind::PermissionDenied);
        assert_eq!(problem.code, Code::RunRefused);
        assert!(problem.message.contains("refuses to run"), "{}", problem.message);
    }

    #[test]
    fn what_a_script_names_may_be_what_cannot_be_run() {
        let problem = why("#!/etc/passwd -x\n", 0o755, ErrorKind::PermissionDenied);
        assert_eq!(
            (problem.code, problem.hint.as_deref()),
            (Code::NotExecutable, Some("chmod +x /etc/passwd"))
        );
        let problem = why("#!/bin/sh\r\n", 0o755, ErrorKind::NotFound);
        assert_eq!(problem.code, Code::InterpreterMissing);
        assert!(problem.message.contains(r"/bin/sh\r"), "{}", problem.message);
        let problem = why("\x7fELF", 0o755, ErrorKind::NotFound);
        assert!(problem.message.contains("loader"), "{}", problem.message);
    }

    #[test]
    fn a_pipe_is_no_program_and_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for kind in [ErrorKind::PermissionDenied, ErrorKind::NotFound] {
            let problem = why_not_run(&pipe, &kind.into(), Code::HostMissing);
            assert!(problem.message.contains("pipe"), "{}", problem.message);
        }
        let problem = why_not_run(&pipe, &ErrorKind::PermissionDenied.into(), Code::HostMissing);
        assert_eq!(problem.code, Code::NotExecutable);
    }

    #[test]
    fn a_program_that_is_not_there_has_the_code_of_its_kind() {
        let error = ErrorKind::NotFound.into();
        let problem = why_not_run(Path::new("/nowhere/potbridge"), &error, Code::YtDlpMissing);
        assert_eq!(problem.code, Code::YtDlpMissing);
    }
}

//! Why the system does not run a program.

use super::{folder, quoted};
use potbridge_protocol::{Code, Problem};
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
        ErrorKind::PermissionDenied => refused(program),
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
fn refused(program: &Path) -> Problem {
    let shown = program.display();
    if program.is_dir() {
        return Problem::new(Code::NotExecutable, format!("{shown} is a folder, and no program"))
            .with_hint("potbridge-setup install");
    }
    if !has_execute_bit(program) {
        return Problem::new(
            Code::NotExecutable,
            format!("{shown} may not be run: it lacks the execute bit"),
        )
        .with_hint(format!("chmod +x {}", quoted(program)));
    }
    // A link leads to where the program really is.
    let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    if let Some(folder) = real.parent()
        && let Err(problem) = folder::runs_programs(folder)
    {
        return problem;
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
    let file = std::fs::File::open(program).ok()?;
    let mut line = Vec::new();
    BufReader::new(file.take(LONGEST_FIRST_LINE)).read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8_lossy(line.strip_prefix(b"#!")?).into_owned();
    let named = line.trim_start().split([' ', '\t', '\n']).next()?;
    // A carriage return would be taken for a part of the name, as the system takes it.
    Some(named.replace('\r', "\\r"))
}

#[cfg(unix)]
fn has_execute_bit(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    program.metadata().is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn has_execute_bit(_: &Path) -> bool {
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

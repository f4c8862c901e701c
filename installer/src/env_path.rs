//! The path of a `.env` file.

use crate::error::{Error, Result, of_system};
use crate::folders;
use potbridge_protocol::{Code, Problem};
use potbridge_system::regular_file;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The largest file that is looked into, in bytes.
const LARGEST: u64 = 1 << 20;

/// The absolute path of a `.env` file, which need not exist. Its folder must exist.
///
/// If the file is a symbolic link, the path is the link's: the host follows it.
///
/// # Errors
/// If its folder does not exist, the path is a folder, it is not UTF-8, or a file is there that is none of assignments, or that
/// this user may not change.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(Error::IsFolder(path.to_owned()));
    };
    if whole.is_dir() {
        return Err(Error::IsFolder(whole));
    }
    if !folder.is_dir() {
        return Err(Error::Missing {
            code: Code::FolderMissing,
            what: format!("the folder {}", folder.display()),
            hint: format!("make it: mkdir -p {}", folder.display()),
        });
    }
    let found = folders::real(folder)?.join(name);
    if found.to_str().is_none() {
        return Err(Error::NotUtf8(found));
    }
    check(&found)?;
    Ok(found)
}

/// Refuses a file that is there and cannot be the person's `.env` file.
fn check(file: &Path) -> Result<()> {
    let shown = file.display();
    let refused = |code, message: String| {
        let hint = "name the .env file that your backend reads, or a new file in a folder of yours";
        Err(Error::Problem(Problem::new(code, message).with_hint(hint)))
    };
    let cannot_be_read = |error: &std::io::Error| refused(of_system(error), format!("{shown}: {error}"));
    match file.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = file.parent().unwrap_or(file);
            return match may_write(folder) {
                true => Ok(()),
                false => refused(
                    Code::PermissionDenied,
                    format!("this user may not write into {}", folder.display()),
                ),
            };
        }
        // Who writes the file says more.
        Err(error) if error.kind() != ErrorKind::PermissionDenied => return Ok(()),
        Err(error) => return cannot_be_read(&error),
        Ok(found) if !found.is_file() => {
            return refused(Code::NotARegularFile, format!("{shown} is no regular file"));
        }
        // Who writes the file says more.
        Ok(found) if found.len() > LARGEST => return Ok(()),
        Ok(_) => {}
    }
    if !may_write(file) {
        return refused(Code::PermissionDenied, format!("this user may not change {shown}"));
    }
    match regular_file::read(file) {
        Ok(text) if !is_env_text(&text) => {
            refused(Code::Usage, format!("{shown} is no .env file: it has lines, and none is NAME=value"))
        }
        Ok(_) => Ok(()),
        Err(error) => cannot_be_read(&error),
    }
}

/// Whether a text has an assignment, or nothing but comments.
fn is_env_text(text: &[u8]) -> bool {
    let is_comment = |line: &[u8]| {
        let line = line.trim_ascii();
        line.is_empty() || line.starts_with(b"#")
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    env_file::assignments(text, None).next().is_some() || text.split(|&byte| byte == b'\n').all(is_comment)
}

#[cfg(unix)]
fn may_write(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(path, Access::WRITE_OK).is_ok()
}

/// Whether the system lets this user write is known when the file is written.
#[cfg(not(unix))]
fn may_write(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_exist_has_an_absolute_path() {
        let folder = tempfile::tempdir().unwrap();
        let real = dunce::canonicalize(folder.path()).unwrap();
        std::fs::create_dir(real.join("a")).unwrap();
        assert_eq!(absolute(&real.join("a/../.env")).unwrap(), real.join(".env"));
    }

    #[test]
    fn a_folder_and_a_file_in_no_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let error = absolute(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("is a folder"), "{error}");
        assert!(error.hint().unwrap().ends_with(".env"));
        let error = absolute(&folder.path().join("no/.env")).unwrap_err().to_string();
        assert!(error.contains("/no"), "{error}");
    }

    #[test]
    fn a_file_that_is_none_of_assignments_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        for text in ["", "# none yet\n\n", "\u{feff}A=1\n", "export A='x\ny'\nother words\n"] {
            std::fs::write(&file, text).unwrap();
            absolute(&file).unwrap();
        }
        for text in ["root:x:0:0:root:/root:/bin/bash\n", "{\"a\": 1}\n", "\x7fELF\0\0"] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(absolute(&file).unwrap_err().code(), Code::Usage, "{text}");
        }
        #[cfg(unix)]
        {
            let device = absolute(Path::new("/dev/null")).unwrap_err();
            assert_eq!(device.code(), Code::NotARegularFile);
            assert!(device.hint().is_some());
        }
    }
}

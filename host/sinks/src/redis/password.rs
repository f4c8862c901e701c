//! The file that holds the password.

use super::error::RedisError;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use zeroize::Zeroizing;

/// The size in bytes that no password file may exceed.
///
/// The longest passwords are access tokens of a few KiB.
const LONGEST: u64 = 64 << 10;

/// The password in a file, without its last line break.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, RedisError> {
    let unusable =
        |why: &dyn std::fmt::Display| RedisError::PasswordFile { path: path.into(), why: why.to_string() };
    let file = File::open(path).map_err(|error| unusable(&error))?;
    if is_exposed(&file).map_err(|error| unusable(&error))? {
        return Err(RedisError::PasswordExposed { path: path.into() });
    }
    // Never grown, since growing leaves copies behind.
    let mut password = Zeroizing::new(Vec::with_capacity(LONGEST as usize + 1));
    file.take(LONGEST + 1).read_to_end(&mut password).map_err(|error| unusable(&error))?;
    if password.len() as u64 > LONGEST {
        return Err(unusable(&"it is longer than any password"));
    }
    let end = password
        .strip_suffix(b"\n")
        .map_or(password.len(), |rest| rest.strip_suffix(b"\r").unwrap_or(rest).len());
    password.truncate(end);
    if password.is_empty() {
        return Err(unusable(&"it is empty"));
    }
    Ok(password)
}

/// Whether others may read or write this user's own file.
///
/// The rule is OpenSSH's for private keys (`sshkey_perm_ok`). If a file belongs to somebody else, such as `root:redis
/// 0640` or a secret that a container was given, its owner has decided who may read it.
#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;

    let metadata = file.metadata()?;
    Ok(metadata.uid() == rustix::process::getuid().as_raw() && metadata.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;
    use std::{fs, os::unix::fs::PermissionsExt as _, os::unix::fs::chown};
    use tempfile::TempDir;

    fn read_from(content: &[u8], mode: u32) -> Result<Vec<u8>, RedisError> {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        read(&path).map(|password| password.to_vec())
    }

    #[test]
    fn the_last_line_break_is_not_a_part_of_the_password() {
        for (content, password) in [
            (&b"Hush"[..], &b"Hush"[..]),
            (b"Hush\n", b"Hush"),
            (b"Hush\r\n", b"Hush"),
            (b"Hush\n\n", b"Hush\n"),
            (b" Hush \n", b" Hush "),
            (b"Hush\r", b"Hush\r"),
        ] {
            assert_eq!(read_from(content, 0o600).unwrap(), password);
        }
    }

    #[test]
    fn a_file_of_ours_that_others_may_read_is_refused() {
        for mode in [0o640, 0o604, 0o644, 0o620, 0o666] {
            let error = read_from(b"Hush", mode).unwrap_err();
            assert_eq!(error.code(), Code::RedisPasswordExposed);
            assert!(error.hint().unwrap().contains("chmod 600"));
        }
        assert_eq!(read_from(b"Hush", 0o400).unwrap(), b"Hush");
    }

    #[test]
    fn a_file_of_somebody_elses_may_be_open_to_others() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, "Hush").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        // Only root can give files away.
        let given = chown(&path, Some(65534), None).is_ok();
        assert_eq!(read(&path).is_ok(), given);
    }

    #[test]
    fn a_file_without_a_password_is_named() {
        let absent = read(Path::new("/nowhere/password")).unwrap_err();
        let long = vec![b'x'; LONGEST as usize + 1];
        for error in [absent, read_from(b"\n", 0o600).unwrap_err(), read_from(&long, 0o600).unwrap_err()] {
            assert_eq!(error.code(), Code::RedisPasswordFile);
            assert!(error.to_string().contains("/password"));
        }
    }
}

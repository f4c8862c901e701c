//! The secret path, which a client must know.
//!
//! It is in a file of the state folder, and in no configuration, argument or log.

use crate::error::Error;
use atomic_file::{Options, Snapshot, Target};
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::{self, Dirs};
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const FILE: &str = "serve.secret";

/// The most bytes of the file that are read.
const LARGEST: usize = 256;

/// The first segment of every path that is answered.
///
/// `Debug` does not show it.
pub struct Secret {
    text: Zeroizing<String>,
    /// The file that it was read from.
    file: Option<PathBuf>,
}

/// The secret path cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error("{}: {source}", unusable(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no secret.
    #[error(
        "others than its owner may read the secret path's file {}", .0.display()
    )]
    Open(PathBuf),
    /// It holds something else.
    #[error(
        "the secret path's file {} does not hold 16 to 128 letters, digits, '-' or '_'", .0.display()
    )]
    Malformed(PathBuf),
}

fn unusable(path: &Path) -> String {
    format!("the secret path's file {} cannot be used", path.display())
}

impl From<SecretError> for Error {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Io { path, source } => Self::Io { what: unusable(&path), source },
            SecretError::Open(_) | SecretError::Malformed(_) => {
                let hint = "delete it: a new one is made";
                Self::Problem(Problem::new(Code::SecretInvalid, error.to_string()).with_hint(hint))
            }
        }
    }
}

impl Secret {
    /// Takes 16 to 128 letters, digits, `-` and `_`.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let shaped = (16..=128).contains(&text.len()) && text.bytes().all(fit);
        shaped.then(|| Self { text: Zeroizing::new(text.to_owned()), file: None })
    }

    /// The one that this state folder keeps. If there is none, it is made.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn kept(dirs: &Dirs) -> Result<Self, SecretError> {
        let path = dirs.state.join(FILE);
        match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path, &dirs.state)
                .and_then(|()| read(&path))
                .map_err(|source| SecretError::Io { path: path.clone(), source })?,
            read => read.map_err(|source| SecretError::Io { path: path.clone(), source })?,
        }
        .ok_or_else(|| SecretError::Open(path.clone()))
        .and_then(|text| Self::new(text.trim()).ok_or_else(|| SecretError::Malformed(path.clone())))
        .map(|secret| Self { file: Some(path), ..secret })
    }

    /// The file that it was read from, if that does not hold it any more: then clients may be told of another one.
    pub(super) fn left_file(&self) -> Option<&Path> {
        let file = self.file.as_deref()?;
        let is_there = read(file).is_ok_and(|text| text.is_some_and(|text| self.is(text.trim())));
        (!is_there).then_some(file)
    }

    /// The secret itself, for the one place that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether a text is the secret. The time that this takes depends on its length alone.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the file holds, unless others may read it.
fn read(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    let file = std::fs::File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if file.metadata()?.mode() & 0o077 != 0 {
            return Ok(None);
        }
    }
    let mut text = Zeroizing::new(String::with_capacity(LARGEST));
    file.take(LARGEST as u64).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Creates the file, unless another process is quicker.
fn make(path: &Path, folder: &Path) -> io::Result<()> {
    let mut random = Zeroizing::new([0; 16]);
    getrandom::fill(&mut *random)?;
    let mut text = Zeroizing::new(String::with_capacity(33));
    for byte in random.iter() {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    dirs::make_private(folder)?;
    let absent = Snapshot::read(&Target::find(path)?, LARGEST)?;
    if !absent.exists() {
        absent.replace(text.as_bytes(), &Options::new().private().durable())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(at: &Path) -> Dirs {
        Dirs { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") }
    }

    #[test]
    fn it_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let first = Secret::kept(&dirs).unwrap();
        assert_eq!(first.expose().len(), 32);
        assert!(Secret::kept(&dirs).unwrap().is(first.expose()));
        assert!(!first.is("0123456789abcdef0123456789abcdef") && !first.is(""));
        assert!(!format!("{first:?}").contains(&first.expose()[..4]));
    }

    #[cfg(unix)]
    #[test]
    fn one_that_others_may_read_is_refused_and_stays() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        Secret::kept(&dirs).unwrap();
        let file = dirs.state.join(FILE);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let before = std::fs::read(&file).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Secret::kept(&dirs), Err(SecretError::Open(_))));
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }

    #[test]
    fn a_file_with_something_else_in_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        Secret::kept(&dirs).unwrap();
        let long = "x".repeat(129);
        for text in ["", "short", "../../../../../etc/passwd", &long] {
            std::fs::write(dirs.state.join(FILE), text).unwrap();
            assert!(matches!(Secret::kept(&dirs), Err(SecretError::Malformed(_))), "{text}");
        }
    }
}

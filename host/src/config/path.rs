//! Paths in a configuration and on the command line.

use std::path::{Path, PathBuf};

/// A path that means the same file wherever it is read. `~` is the home folder.
///
/// # Errors
/// Says that the path is not absolute. `of` says whose path it is.
pub(super) fn absolute(path: PathBuf, of: &str) -> Result<PathBuf, String> {
    let path = with_home(&path, dirs::home_dir()).unwrap_or(path);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("the path {} {of} is not absolute", path.display()))
    }
}

/// Checks that a path can be one of yt-dlp's words.
///
/// # Errors
/// Says why it cannot. `key` is the path's in `[download]`.
pub(super) fn for_yt_dlp(path: &Path, key: &str) -> Result<(), String> {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(()),
        _ => Err(format!("{key} of [download] has a control character, or is not UTF-8")),
    }
}

/// A folder of the command line, made absolute. `~` is the home folder: shells leave it in `--dir=~/x` (bash).
///
/// # Errors
/// Says why it cannot be told which folder is meant.
pub fn folder_argument(path: &Path) -> Result<PathBuf, String> {
    if let Some(path) = with_home(path, dirs::home_dir()) {
        return Ok(path);
    }
    // What a shell takes for somebody's home folder. `./~x` names a folder here.
    if path.as_os_str().as_encoded_bytes().starts_with(b"~") {
        return Err(format!(
            "the folder {} begins with '~': only '~' itself and '~/' stand for a home folder, so write it whole, or \
             './' before it if it is here",
            path.display()
        ));
    }
    std::path::absolute(path).map_err(|error| format!("there is no folder {}: {error}", path.display()))
}

/// The path with the home folder in the place of `~`; `None` if it does not begin so.
fn with_home(path: &Path, home: Option<PathBuf>) -> Option<PathBuf> {
    let rest = path.strip_prefix("~").ok()?;
    // Without an empty piece at its end.
    home.map(|home| if rest.as_os_str().is_empty() { home } else { home.join(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_and_nobody_elses() {
        let home = || Some(PathBuf::from("/home/me"));
        for (path, whole) in
            [("~/x", "/home/me/x"), ("~", "/home/me"), ("~/", "/home/me"), ("~//a/b", "/home/me/a/b")]
        {
            assert_eq!(with_home(Path::new(path), home()).as_deref(), Some(Path::new(whole)), "{path}");
        }
        for path in ["~me/x", "~+", "x/~", "./~", "/~"] {
            assert_eq!(with_home(Path::new(path), home()), None, "{path}");
        }
        for path in ["~me/x", "~+"] {
            assert!(folder_argument(Path::new(path)).unwrap_err().contains("write it whole"), "{path}");
        }
        let here = std::env::current_dir().unwrap();
        assert_eq!(folder_argument(Path::new("./~x")), Ok(here.join("~x")));
        assert_eq!(folder_argument(Path::new("x/~")), Ok(here.join("x/~")));
    }
}

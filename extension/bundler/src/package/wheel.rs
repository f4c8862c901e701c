//! The plugin for yt-dlp as a wheel, which pip installs.
//!
//! Python's own tool makes it, since a wheel's metadata follow from `pyproject.toml` by rules that are not ours.

use crate::archive::TIME;
use crate::error::{Error, Result};
use fs_err as fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The version makes the bytes. `tests/tools/requirements.txt` has the same one.
const HATCHLING: &str = "1.33.0";

/// Makes the wheel of the plugin in `source`. Returns its file name and its bytes.
pub(super) fn build(source: &Path) -> Result<(String, Vec<u8>)> {
    let hint = || format!("python3 -m pip install hatchling=={HATCHLING}");
    let missing = |what: String| Error::Missing { what, hint: hint() };
    let program = "python3 -c 'import hatchling.__about__'".to_owned();
    let asked = Command::new("python3")
        .args(["-c", "import hatchling.__about__ as it; print(it.__version__)"])
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Run { program, source })?;
    let version = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if version != HATCHLING {
        let found = if version.is_empty() { String::new() } else { format!(" (there is {version})") };
        return Err(missing(format!("hatchling {HATCHLING}, which makes the wheel,{found}")));
    }
    let folder = tempfile::tempdir()?;
    let output = Command::new("python3")
        .args(["-m", "hatchling", "build", "--target", "wheel", "--directory"])
        .arg(folder.path())
        .current_dir(source)
        .env("SOURCE_DATE_EPOCH", TIME.to_string())
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(Error::Failed {
            program: "python3 -m hatchling build".to_owned(),
            status: output.status.to_string(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let wheel = fs::read_dir(folder.path())?.next().transpose()?;
    let wheel = wheel.ok_or_else(|| missing("the wheel that hatchling said it made".to_owned()))?;
    let name = wheel.file_name().into_string().map_err(|_| Error::NotUtf8(wheel.path()))?;
    Ok((name, fs::read(wheel.path())?))
}

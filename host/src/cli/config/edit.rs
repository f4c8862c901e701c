//! `potbridge config edit`

use super::change::change;
use super::read;
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::regular_file;
use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

/// Opens a copy of the configuration in the editor of the person, and takes it if it is valid. Returns whether it changed.
///
/// # Errors
/// If the editor cannot be run or fails, or the configuration is not valid: then the edited text is kept beside it.
pub(super) fn edit(dirs: &Dirs) -> Result<bool, Error> {
    let path = dirs.config.as_path();
    let cannot = |what: String| move |source: io::Error| Error::Io { what, source };
    let before = read(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    dirs::make(folder).map_err(cannot(format!("cannot create {}", folder.display())))?;
    // Editors know by the ending what it is.
    let mut copy = tempfile::Builder::new()
        .prefix("config-edited-")
        .suffix(".toml")
        .tempfile_in(folder)
        .map_err(cannot(format!("no copy can be made in {}", folder.display())))?;
    copy.write_all(before.as_bytes()).map_err(cannot("the copy cannot be written".to_owned()))?;
    // Some editors replace the file, and others want it for themselves on Windows.
    let copy = copy.into_temp_path();
    run_editor(&copy)?;
    let edited =
        regular_file::read_to_string(&copy).map_err(cannot(format!("{} cannot be read", copy.display())))?;
    if edited == before {
        return Ok(false);
    }
    let checked = Config::parse(&edited, &copy).and_then(|config| config.download.check(&copy));
    let taken = match checked {
        Err(error) => Err(Error::from(error).problem()),
        Ok(()) => change(dirs, |now| {
            if now == before {
                return Ok(edited.clone());
            }
            let what = format!("somebody else changed {} meanwhile", path.display());
            Err(Error::Problem(Problem::new(Code::Busy, what)))
        })
        .map_err(|error| error.problem()),
    };
    let Err(problem) = taken else { return Ok(true) };
    let kept =
        copy.keep().map_err(|error| cannot("the edited text cannot be kept".to_owned())(error.error))?;
    let hint = format!(
        "{}\nyour text is kept in {}, and {} is as it was",
        problem.hint.unwrap_or_else(|| "correct it".to_owned()),
        kept.display(),
        path.display()
    );
    Err(Error::Problem(Problem::new(problem.code, problem.message).with_hint(hint)))
}

/// Runs the editor on a file, with the terminal as its own, and waits for its end.
fn run_editor(file: &Path) -> Result<(), Error> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os).find(|editor| !editor.is_empty());
    let editor = named.unwrap_or_else(|| OsString::from(if cfg!(windows) { "notepad" } else { "vi" }));
    let status = command(&editor, file).status();
    let problem = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("the editor {} failed ({status}), so nothing was changed", editor.display()),
        Err(error) => format!("the editor {} cannot be run: {error}", editor.display()),
    };
    let problem = Problem::new(Code::CommandFailed, problem);
    Err(Error::Problem(problem.with_hint("name another one in VISUAL or EDITOR")))
}

/// The variables hold words for a shell, such as `code --wait`.
#[cfg(not(windows))]
fn command(editor: &OsString, file: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    let mut words = editor.clone();
    words.push(" \"$@\"");
    command.arg("-c").arg(words).arg(editor).arg(file);
    command
}

#[cfg(windows)]
fn command(editor: &OsString, file: &Path) -> Command {
    let words = editor.to_string_lossy();
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("notepad"));
    command.args(words).arg(file);
    command
}

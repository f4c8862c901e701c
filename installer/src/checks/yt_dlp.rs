//! Asks yt-dlp for its version.

use super::host::said;
use super::{why_not_run, yt_dlp_update};
use potbridge_protocol::{Code, Problem};
use potbridge_system::subprocess::{SubprocessError, ask as ask_program};
use potbridge_system::yt_dlp_version::{NEWEST, OLDEST_WITH_TOKENS, is_old, is_version, takes_tokens};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long yt-dlp may take. A packed one unpacks itself first.
const LIMIT: Duration = Duration::from_secs(30);

/// The command that gets a new one, and names it.
pub(crate) const NEW_YT_DLP: &str =
    "pipx install yt-dlp && potbridge config set download.yt_dlp \"$HOME/.local/bin/yt-dlp\"";

/// What yt-dlp says of its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// As it is printed.
    pub text: String,
    /// Whether it is older than YouTube's latest changes allow.
    pub is_old: bool,
}

/// Asks yt-dlp for its version, in the folder `/`: a version manager's shim may work in some folders only.
///
/// # Errors
/// Why it does not answer.
pub fn ask(program: &Path) -> Result<Version, Problem> {
    let root = if cfg!(windows) { std::env::temp_dir() } else { "/".into() };
    let mut command = Command::new(program);
    let answer =
        ask_program(command.arg("--version").current_dir(root), b"", LIMIT).map_err(|error| match error {
            SubprocessError::NotStarted { source, .. } => why_not_run(program, &source, Code::YtDlpMissing),
            error => not_started(error.to_string()),
        })?;
    let printed = String::from_utf8_lossy(&answer.out);
    match printed.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(version) if answer.how.success() && is_version(version) => {
            Ok(Version { text: version.to_owned(), is_old: is_old(version) })
        }
        Some(_) if answer.how.success() => {
            let (shown, printed) = (program.display(), said(printed.as_bytes()));
            Err(not_started(format!("{shown} --version printed no version of yt-dlp's{printed}")))
        }
        _ => {
            let (shown, how, said) = (program.display(), answer.how, said(&answer.err));
            Err(not_started(format!("{shown} --version, asked in the folder /, ended with {how}{said}")))
        }
    }
}

/// Why a version is too old, if it is, with the command that updates it.
#[must_use]
pub fn too_old(program: &Path, version: &Version) -> Option<Problem> {
    let Version { text, is_old } = version;
    let shown = program.display();
    let message = if !takes_tokens(text) {
        format!(
            "{shown} is yt-dlp {text}, too old: {OLDEST_WITH_TOKENS} is the first that takes PO tokens of others, and YouTube \
             needs one of the last weeks, such as {NEWEST}"
        )
    } else if *is_old {
        format!(
            "{shown} is yt-dlp {text}, too old for YouTube: {NEWEST} was the newest that this program knows, and one of the last \
             weeks is needed"
        )
    } else {
        return None;
    };
    Some(Problem::new(Code::YtDlpOld, message).with_hint(yt_dlp_update::command(program)))
}

fn not_started(message: String) -> Problem {
    let hint = "potbridge config set download.yt_dlp /path/of/yt-dlp";
    Problem::new(Code::YtDlpNotStarted, message).with_hint(hint)
}

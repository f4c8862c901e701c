//! Tells when a token has landed in the `.env`, and for what it is good.

use super::Event;
use crate::error::{Error, Named as _, Result};
use crate::progress::note;
use crate::stage::Stage;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use notify::{EventKind, RecursiveMode, Watcher as _};
use potbridge_protocol::messages::from_host::Status;
use potbridge_protocol::{Problem, SinkOutcome};
use potbridge_protocol::{TokenInfo, PoToken};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;

/// The variable of the default projection.
const VARIABLE: &str = "YT_DLP_PO_TOKEN";

/// Watches one `.env`.
pub(super) struct Landing {
    host: PathBuf,
    environment: Vec<(OsString, OsString)>,
    env_file: PathBuf,
    told: HashSet<(String, Option<String>)>,
    troubles_told: HashSet<String>,
    _watcher: notify::RecommendedWatcher,
}

impl Landing {
    /// Sends [`Event::Changed`] whenever it is worth while to [`Landing::look`].
    pub(super) fn watch(stage: &Stage, host: &Path, env_file: &Path, events: Sender<Event>) -> Result<Self> {
        // Where the .env is a link, the host replaces what it leads to.
        let real = env_file.canonicalize().unwrap_or_else(|_| env_file.to_owned());
        let state = stage.state();
        let watched_state = state.clone();
        let watched_file = real.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let worth_a_look = event.is_ok_and(|event| match event.kind {
                EventKind::Create(_) => event.paths.contains(&watched_file),
                EventKind::Modify(_) => {
                    event.paths.iter().any(|path| *path == watched_file || is_shelf(path, &watched_state))
                }
                _ => false,
            });
            if worth_a_look {
                // Nobody listens any more at the end.
                let _sent = events.send(Event::Changed);
            }
        })
        .map_err(|error| unwatchable(&real, error))?;
        for folder in [real.parent().unwrap_or(Path::new("/")), &state] {
            watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| unwatchable(folder, error))?;
        }
        Ok(Self {
            host: host.to_owned(),
            environment: stage.host_environment(),
            env_file: env_file.to_owned(),
            told: HashSet::new(),
            troubles_told: HashSet::new(),
            _watcher: watcher,
        })
    }

    /// Tells what is new; says whether a token is in the `.env` that was captured in this run.
    pub(super) fn look(&mut self, out: &mut dyn Write) -> Result<bool> {
        let status = self.status()?;
        self.tell_troubles(&status);
        let Some(held) = held(&self.env_file)? else {
            return Ok(false);
        };
        let landed: Vec<_> = status.tokens.into_iter().filter(|token| token.fingerprint == held).collect();
        for token in &landed {
            let key = (token.fingerprint.clone(), token.video_id.as_ref().map(ToString::to_string));
            if self.told.insert(key) {
                let path = Path::new("stdout");
                writeln!(out, "{}", line(token, &self.env_file))
                    .and_then(|()| out.flush())
                    .named("write to", path)?;
            }
        }
        Ok(!landed.is_empty())
    }

    /// What a person should know who waits in vain.
    ///
    /// # Errors
    /// Where the host does not answer.
    pub(super) fn what_is_missing(&self) -> Result<&'static str> {
        let status = self.status()?;
        Ok(match (status.connected.is_empty(), status.tokens.is_empty()) {
            (true, _) => " (no extension is connected to the host)",
            (false, true) => " (the extension is connected to the host, but saw none)",
            (false, false) => " (one was seen, but is not in the file)",
        })
    }

    fn tell_troubles(&mut self, status: &Status) {
        let mut tell = |Problem { message, .. }: &Problem| {
            if self.troubles_told.insert(message.clone()) {
                note(message);
            }
        };
        status.problems.iter().for_each(&mut tell);
        for report in status.sinks.iter().filter_map(|sink| sink.last.as_ref()) {
            report.warnings.iter().for_each(&mut tell);
            if let SinkOutcome::Failed(notice) = &report.outcome {
                tell(notice);
            }
        }
    }

    fn status(&self) -> Result<Status> {
        let program = format!("{} status --json", self.host.display());
        let output = Command::new(&self.host)
            .args(["status", "--json"])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            // Ctrl-C on the terminal is for this program.
            .process_group(0)
            .output()
            .map_err(|source| Error::Run { program: program.clone(), source })?;
        serde_json::from_slice(&output.stdout).map_err(|error| Error::Failed {
            program,
            status: output.status.to_string(),
            said: match String::from_utf8_lossy(&output.stderr).trim() {
                "" => error.to_string(),
                said => said.to_owned(),
            },
        })
    }
}

/// "MlN5…== for dQw4w9WgXcQ until 18:40 → /srv/app/.env"
fn line(token: &TokenInfo, env_file: &Path) -> String {
    let video = token.video_id.as_ref().map_or_else(|| "an unknown video".to_owned(), ToString::to_string);
    let until = i64::try_from(token.fresh_until).ok().and_then(|time| Timestamp::from_millisecond(time).ok());
    let until = until.map_or_else(
        || "an unknown time".to_owned(),
        |time| time.to_zoned(TimeZone::system()).strftime("%H:%M").to_string(),
    );
    format!("{} for {video} until {until} → {}", token.fingerprint, env_file.display())
}

/// The fingerprint of the token that a `.env` holds now.
fn held(env_file: &Path) -> Result<Option<String>> {
    let text = match fs::read(env_file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).named("read", env_file),
    };
    Ok(fingerprint_in(&String::from_utf8_lossy(&text)))
}

/// The last one counts, as in most parsers.
fn fingerprint_in(text: &str) -> Option<String> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start_matches('\u{feff}').trim_start();
            let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
            let value = line.strip_prefix(VARIABLE)?.trim_start().strip_prefix('=')?;
            let token: String = value
                .trim_start()
                .trim_start_matches(['"', '\''])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "-_=".contains(*c))
                .collect();
            PoToken::new(&token).ok()
        })
        .next_back()
        .map(|token| token.fingerprint())
}

/// Asking for the status is reading the shelf, which makes and removes files beside it, but writes
/// into none of these two.
fn is_shelf(path: &Path, state: &Path) -> bool {
    path.parent() == Some(state)
        && path.file_name().is_some_and(|name| name == "shelf.db" || name == "shelf.db-wal")
}

fn unwatchable(path: &Path, error: notify::Error) -> Error {
    Error::File {
        doing: "watch",
        path: path.to_owned(),
        source: match error.kind {
            notify::ErrorKind::Io(source) => source,
            _ => std::io::Error::other(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A real token's shape around this many zero bytes.
    fn token(length: u8) -> String {
        let mut bytes = vec![0; 2 + usize::from(length)];
        bytes[..2].copy_from_slice(&[0x32, length]);
        let token = PoToken::from_bytes(&bytes).unwrap();
        token.expose().to_owned()
    }

    #[test]
    fn the_held_token_is_found_in_every_way_a_line_may_be_written() {
        let (old, new) = (token(80), token(100));
        let wanted = PoToken::new(&new).unwrap().fingerprint();
        for line in [
            format!("YT_DLP_PO_TOKEN={new}"),
            format!("A=1\r\nexport YT_DLP_PO_TOKEN = \"{new}\" # mine\r\nB=2"),
            format!("\u{feff}YT_DLP_PO_TOKEN='{new}'"),
            format!("YT_DLP_PO_TOKEN={old}\nYT_DLP_PO_TOKEN={new}\n"),
        ] {
            assert_eq!(fingerprint_in(&line), Some(wanted.clone()));
        }
        assert_eq!(fingerprint_in("YT_DLP_PO_TOKEN=\n"), None);
        assert_eq!(fingerprint_in(&format!("# YT_DLP_PO_TOKEN={new}")), None);
        assert_eq!(fingerprint_in(&format!("MY_YT_DLP_PO_TOKEN={new}")), None);
    }

    #[test]
    fn a_line_says_what_the_token_is_good_for() {
        let token: TokenInfo = serde_json::from_value(serde_json::json!({
            "fingerprint": "MlN5…==",
            "video_id": "dQw4w9WgXcQ",
            "certainty": "certain",
            "context": "player",
            "client": "WEB",
            "source": "player-request",
            "captured_at": 0,
            "fresh_until": 0,
            "expires_at": 0,
        }))
        .unwrap();
        let text = line(&token, Path::new("/srv/.env"));
        assert!(text.starts_with("MlN5…== for dQw4w9WgXcQ until "), "{text}");
        assert!(text.ends_with(":00 → /srv/.env") || text.ends_with(":30 → /srv/.env"), "{text}");
    }
}

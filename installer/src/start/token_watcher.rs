//! Prints each token that arrives in the `.env`.

use super::event::Event;
use super::host::Host;
use crate::error::{Error, Result};
use crate::progress::note;
use crate::temporary_install::TemporaryInstall;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use notify::{EventKind, RecursiveMode, Watcher as _};
use potbridge_protocol::messages::from_host::Status;
use potbridge_protocol::{PoToken, Problem, SinkOutcome, TokenInfo};
use potbridge_system::regular_file;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

/// The variable of the default projection.
const VARIABLE: &str = "YT_DLP_PO_TOKEN";

/// Watches one `.env` and the host's token store.
pub(crate) struct TokenWatcher {
    host: Host,
    env_file: PathBuf,
    /// Fingerprints and videos that were printed.
    printed: HashSet<(String, Option<String>)>,
    printed_problems: HashSet<String>,
    _watcher: notify::RecommendedWatcher,
}

impl TokenWatcher {
    /// Sends [`Event::Changed`] when [`TokenWatcher::print_new`] may have something to print.
    pub(crate) fn start(
        install: &TemporaryInstall,
        host: &Path,
        env_file: &Path,
        events: Sender<Event>,
    ) -> Result<Self> {
        // If the .env is a link, the host replaces its target.
        let real = dunce::canonicalize(env_file).unwrap_or_else(|_| env_file.to_owned());
        let state = install.state();
        let watched_state = state.clone();
        let watched_file = real.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_relevant = event.is_ok_and(|event| match event.kind {
                EventKind::Create(_) => event.paths.contains(&watched_file),
                EventKind::Modify(_) => {
                    event.paths.iter().any(|path| *path == watched_file || is_store(path, &watched_state))
                }
                _ => false,
            });
            if is_relevant {
                // At the end nobody receives it.
                let _sent = events.send(Event::Changed);
            }
        })
        .map_err(|error| unwatchable(&real, &error))?;
        for folder in [real.parent().unwrap_or(Path::new("/")), &state] {
            watcher
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(|error| unwatchable(folder, &error))?;
        }
        Ok(Self {
            host: Host::of(install, host),
            env_file: env_file.to_owned(),
            printed: HashSet::new(),
            printed_problems: HashSet::new(),
            _watcher: watcher,
        })
    }

    /// Prints new tokens and problems. Returns whether the `.env` holds a token of this run.
    pub(crate) fn print_new(&mut self, out: &mut dyn Write) -> Result<bool> {
        let status = self.host.status()?;
        self.print_problems(&status);
        let Some(held) = held_fingerprint(&self.env_file)? else {
            return Ok(false);
        };
        let arrived: Vec<_> = status.tokens.into_iter().filter(|token| token.fingerprint == held).collect();
        for token in &arrived {
            let key = (token.fingerprint.clone(), token.video_id.as_ref().map(ToString::to_string));
            if self.printed.insert(key) {
                let line = line(token, &self.env_file);
                writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Error::Stdout)?;
            }
        }
        Ok(!arrived.is_empty())
    }

    /// Why no token has come.
    pub(crate) fn why_no_token(&self) -> Result<&'static str> {
        let status = self.host.status()?;
        Ok(match (status.connected.is_empty(), status.tokens.is_empty()) {
            (true, _) => "no extension is connected to the host",
            (false, true) => "the extension is connected to the host, but saw no token",
            (false, false) => "a token was seen, but it is not in the file",
        })
    }

    fn print_problems(&mut self, status: &Status) {
        let mut print = |problem: &Problem| {
            if self.printed_problems.insert(problem.message.clone()) {
                note(&problem.message);
                if let Some(hint) = &problem.hint {
                    note(&format!("hint: {hint}"));
                }
            }
        };
        status.problems.iter().for_each(&mut print);
        for report in status.sinks.iter().filter_map(|sink| sink.last.as_ref()) {
            report.warnings.iter().for_each(&mut print);
            if let SinkOutcome::Failed(problem) = &report.outcome {
                print(problem);
            }
        }
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

/// The fingerprint of the token in a `.env`.
fn held_fingerprint(env_file: &Path) -> Result<Option<String>> {
    match regular_file::read(env_file) {
        Ok(text) => Ok(fingerprint_in(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn fingerprint_in(text: &[u8]) -> Option<String> {
    let value = env_file::last_value(text, VARIABLE, None)?;
    PoToken::new(std::str::from_utf8(value).ok()?).ok().map(|token| token.fingerprint())
}

/// Whether a write to this file may be a new token: it is the SQLite database or its write-ahead log.
///
/// `potbridge status` reads the database. That creates and removes other files, but writes to neither of these.
fn is_store(path: &Path, state: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    path.parent() == Some(state) && matches!(extension, Some("db" | "db-wal"))
}

fn unwatchable(path: &Path, error: &notify::Error) -> Error {
    Error::File(io::Error::other(format!("{}: cannot watch it: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of the real shape, with this many zero bytes.
    fn token(length: u8) -> String {
        let mut bytes = vec![0; 2 + usize::from(length)];
        bytes[..2].copy_from_slice(&[0x32, length]);
        let token = PoToken::from_bytes(&bytes).unwrap();
        token.expose().to_owned()
    }

    #[test]
    fn the_held_token_is_found_in_every_notation() {
        let (old, new) = (token(80), token(100));
        let wanted = PoToken::new(&new).unwrap().fingerprint();
        for line in [
            format!("YT_DLP_PO_TOKEN={new}"),
            format!("A=1\r\nexport YT_DLP_PO_TOKEN = \"{new}\" # mine\r\nB=2"),
            format!("\u{feff}YT_DLP_PO_TOKEN='{new}'"),
            format!("YT_DLP_PO_TOKEN={old}\nYT_DLP_PO_TOKEN={new}\n"),
        ] {
            assert_eq!(fingerprint_in(line.as_bytes()), Some(wanted.clone()));
        }
        assert_eq!(fingerprint_in(b"YT_DLP_PO_TOKEN=\n"), None);
        assert_eq!(fingerprint_in(format!("# YT_DLP_PO_TOKEN={new}").as_bytes()), None);
        assert_eq!(fingerprint_in(format!("MY_YT_DLP_PO_TOKEN={new}").as_bytes()), None);
    }

    #[test]
    fn a_line_has_the_video_the_time_and_the_file() {
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

//! What a sink holds at this moment, and whether it should.

use crate::config::{Sink, SinkConfig, VariableName};
use crate::delivery::projection::Projection;
use crate::store::{StoreError, TokenQuery, TokenStore};
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::messages::from_host::SinkContent;
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, PoToken, Problem};
use potbridge_system::clock;
use potbridge_system::digest::digest;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::thread;
use zeroize::Zeroizing;

/// How long a slow sink may be written to: a program has 30 s and the keyring a minute to be unlocked. Milliseconds.
const WRITING_MS: u64 = 2 * 60 * 1000;

const WRITTEN_AGAIN: &str =
    "it is written again as soon as a browser that has the extension starts, or sends the next token";

/// Which sinks are asked what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Files alone: they answer at once.
    Files,
    /// Servers too, each with its own limit.
    Servers,
}

/// What was read from a sink.
#[derive(Debug)]
pub(super) enum Content {
    /// It was not asked, or is being written at this moment.
    NotAsked,
    /// The file is not there.
    Gone,
    /// The values of its variables.
    Values(BTreeMap<String, Zeroizing<String>>),
    /// It cannot be read.
    Unreadable(Problem),
}

/// What a sink holds, and what is wrong with that.
type Judged = (Option<SinkContent>, Option<Problem>);

/// Reads each sink: files one after the other, servers side by side.
pub(super) fn of_each(sinks: &[SinkConfig], asked: Asked) -> Vec<Content> {
    thread::scope(|scope| {
        let start = |sink| thread::Builder::new().spawn_scoped(scope, move || read(sink));
        let is_server = |sink: &SinkConfig| asked == Asked::Servers && matches!(sink.sink, Sink::Redis(_));
        let started: Vec<_> = sinks.iter().map(|sink| is_server(sink).then(|| start(sink))).collect();
        let read_now = |sink: &SinkConfig| match sink.sink {
            Sink::EnvFile(_) => read(sink),
            _ => Content::NotAsked,
        };
        sinks
            .iter()
            .zip(started)
            .map(|(sink, started)| match started {
                Some(Ok(thread)) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // There is no thread to be had.
                Some(Err(_)) => read(sink),
                None => read_now(sink),
            })
            .collect()
    })
}

fn read(sink: &SinkConfig) -> Content {
    let names: Vec<&str> = sink.vars.keys().map(VariableName::as_str).collect();
    match sink.sink.look(&names) {
        Err(failure) if failure.problem.code == Code::Busy => Content::NotAsked,
        Err(failure) => Content::Unreadable(failure.problem),
        Ok(values) if values.is_empty() && is_gone(&sink.sink) => Content::Gone,
        Ok(values) => Content::Values(values),
    }
}

fn is_gone(sink: &Sink) -> bool {
    matches!(sink, Sink::EnvFile(file)
        if file.path.metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound))
}

impl Content {
    /// What can be said if the store is not known.
    pub(super) fn alone(&self) -> Judged {
        match self {
            Self::NotAsked => (None, None),
            Self::Gone => (Some(SinkContent::Gone), None),
            Self::Unreadable(problem) => (Some(SinkContent::Unreadable), Some(problem.clone())),
            Self::Values(values) if values.values().all(|value| value.is_empty()) => {
                (Some(SinkContent::Empty), None)
            }
            Self::Values(_) => (None, None),
        }
    }
}

/// Compares what a sink holds with what the store knows.
pub(super) struct Judge<'a> {
    pub(super) store: &'a TokenStore,
    pub(super) sink: &'a SinkConfig,
    pub(super) last: Option<&'a SinkReport>,
}

impl Judge<'_> {
    pub(super) fn judge(&self, content: &Content) -> Result<Judged, StoreError> {
        let query = TokenQuery { private: self.sink.private_windows, ..TokenQuery::default() };
        let newest = self.store.newest(&query)?;
        let wanted = newest.as_ref().map(|newest| Projection::of(newest, &self.sink.vars));
        let now = match (content, &wanted) {
            (Content::Values(held), Some(wanted)) if is_same(held, wanted) => {
                return Ok((Some(SinkContent::Newest), None));
            }
            (Content::Values(held), _) if held.values().any(|value| !value.is_empty()) => {
                Some(self.judge_values(held)?)
            }
            (other, _) => {
                let (now, problem) = other.alone();
                if problem.is_some() {
                    return Ok((now, problem));
                }
                now
            }
        };
        let lacks = match (&wanted, now) {
            (None, _) => false,
            (Some(_), Some(_)) => true,
            (Some(wanted), None) => {
                !self.is_being_written() && !self.store.holds(self.sink, &wanted.digest())?
            }
        };
        let refused =
            now == Some(SinkContent::Refused) || now.is_none() && self.store.holds_refused(self.sink)?;
        // What stood in the way of the last delivery is told with it.
        let failed = self.last.is_some_and(|last| matches!(last.outcome, SinkOutcome::Failed(_)));
        let problem = match (refused, lacks) {
            (true, false) => Some(refused_alone(&self.sink.sink.place())),
            (_, true) if !failed => Some(lacking(&self.sink.sink.place(), now)),
            _ => None,
        };
        Ok((now, problem))
    }

    /// What values are that are not the newest token's.
    fn judge_values(&self, held: &BTreeMap<String, Zeroizing<String>>) -> Result<SinkContent, StoreError> {
        let now = clock::now_ms();
        for capture in self.store.known()? {
            if is_same(held, &Projection::of(&capture, &self.sink.vars)) {
                let expires_at = capture.captured_at.saturating_add(EXPIRES_MS);
                return Ok(if expires_at > now {
                    SinkContent::Older
                } else {
                    SinkContent::Expired { expires_at: Some(expires_at) }
                });
            }
        }
        let value = |name: &str| held.get(name).map_or("", |value| value.as_str());
        let names = self.sink.vars.keys().map(VariableName::as_str);
        let digest = digest(names.flat_map(|name| [name, value(name)]));
        if self.store.held_token(self.sink)?.is_some_and(|held| held.is_cleared() && held.digest == digest) {
            return Ok(SinkContent::Cleared);
        }
        for token in held.values().flat_map(|value| tokens_in(value)) {
            if self.store.is_refused(&token)? {
                return Ok(SinkContent::Refused);
            }
        }
        if !self.store.holds(self.sink, &digest)? {
            return Ok(SinkContent::Other);
        }
        // potbridge wrote it, and the store has forgotten the token by now.
        Ok(if self.store.holds_refused(self.sink)? {
            SinkContent::Refused
        } else {
            SinkContent::Expired { expires_at: None }
        })
    }

    fn is_being_written(&self) -> bool {
        self.last.is_some_and(|last| {
            last.outcome == SinkOutcome::Pending && clock::now_ms() < last.at.saturating_add(WRITING_MS)
        })
    }
}

fn is_same(held: &BTreeMap<String, Zeroizing<String>>, wanted: &Projection<'_>) -> bool {
    let value = |name: &str| held.get(name).map_or("", |value| value.as_str());
    wanted.variables().iter().all(|variable| value(variable.name) == variable.value)
}

/// The tokens in a value, whatever stands around them.
fn tokens_in(value: &str) -> impl Iterator<Item = PoToken> {
    // Padding is not needed, and `=` stands before tokens too.
    let is_part = |part: char| part.is_ascii_alphanumeric() || "-_%".contains(part);
    // What is no token is something else.
    value.split(move |part| !is_part(part)).filter_map(|part| PoToken::new(part).ok())
}

/// What is to be known of a sink that keeps a refused token, since the store has no other.
fn refused_alone(place: &str) -> Problem {
    let message = format!("YouTube refused the token that {place} holds, and the store has no other");
    Problem::new(Code::TokenRefused, message).with_hint("play a video in a browser that has the extension")
}

fn lacking(place: &str, now: Option<SinkContent>) -> Problem {
    let message = match now {
        Some(SinkContent::Gone) => format!("{place} is gone, and the newest token with it"),
        Some(SinkContent::Empty) => format!("{place} is empty, and should hold the newest token"),
        Some(SinkContent::Older) => format!("{place} holds an older token than the newest one"),
        Some(SinkContent::Refused) => {
            format!("{place} holds a token that YouTube refused, and the store has another one")
        }
        Some(SinkContent::Expired { .. }) => {
            format!("{place} holds a token that has expired, and the store has a newer one")
        }
        Some(SinkContent::Cleared) => {
            format!("{place} holds a token that was cleared, and the store has a newer one")
        }
        Some(SinkContent::Other) => format!("{place} holds another value than the newest token"),
        _ => format!("{place} was not given the newest token"),
    };
    Problem::new(Code::SinkLacksToken, message).with_hint(WRITTEN_AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;

    #[test]
    fn a_token_is_found_whatever_stands_around_it() {
        let token = capture(1, "dQw4w9WgXcQ", 0).token;
        let text = token.expose();
        let escaped = text.replace('=', "%3D");
        for value in [
            text.to_owned(),
            format!("web+{text}"),
            format!("youtube:po_token=web.gvs+{text};visitor_data=x"),
            format!("\"{text}\","),
            format!("a={text}"),
            format!("po={escaped}&x"),
        ] {
            let found: Vec<_> = tokens_in(&value).collect();
            assert!(found == std::slice::from_ref(&token), "{}", value.replace(text, "TOKEN"));
        }
        assert_eq!(tokens_in("something else").count(), 0);
    }
}

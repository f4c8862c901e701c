//! One connection, with a time limit for every wait.
//!
//! The library's own connection is not used. It waits its time-out once for each command that a stopped server was
//! sent. It resolves names without any limit. And (redis 1.8) it gives up TLS if one certificate of the system cannot be
//! read, even if it was told which CA to trust. Its encoder and parser are used. What those copy of a value is not wiped.

use super::classify::Classifier;
use super::error::{RedisError, is_closed};
use super::password;
use super::stream::{Stream, connect};
use super::url::RedisUrl;
use redis::{Cmd, Parser, Pipeline, Value, pipe};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// Where to connect, and as whom.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) url: &'a RedisUrl,
    pub(super) password_file: Option<&'a Path>,
    pub(super) ca: Option<&'a Path>,
}

/// A connection that is logged in.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    parser: Parser,
    pub(super) classifier: Classifier,
}

impl Connection {
    /// Connects, logs in and selects the database.
    pub(super) fn open(target: Target<'_>, mut classifier: Classifier) -> Result<Self, RedisError> {
        let password = match target.password_file {
            Some(path) => Some(password::read(path)?),
            None => target.url.password.as_ref().map(|password| Zeroizing::new(password.as_bytes().to_vec())),
        };
        classifier.secrets.extend(password.clone());
        let stream = connect(target.url, target.ca, &classifier)?;
        let mut connection = Self { stream, parser: Parser::new(), classifier };

        let user = target.url.user.as_deref();
        if user.is_some() || password.is_some() {
            let mut login = Cmd::new();
            login.arg("AUTH").arg(user).arg(password.as_ref().map_or(&[][..], |password| password));
            if let Value::ServerError(error) = connection.ask(&login)? {
                return Err(connection.classifier.login_reply(&error));
            }
        }
        if target.url.database != 0 {
            let mut select = Cmd::new();
            select.arg("SELECT").arg(target.url.database);
            if let Value::ServerError(error) = connection.ask(&select)? {
                return Err(connection.classifier.reply(&error));
            }
        }
        Ok(connection)
    }

    /// The reply to one command. It may be an error.
    pub(super) fn ask(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        let mut replies = self.ask_all(pipe().add_command(command.clone()))?;
        replies.pop().ok_or_else(|| self.classifier.malformed())
    }

    /// The replies to some commands, one each. Any of them may be an error.
    pub(super) fn ask_all(&mut self, commands: &Pipeline) -> Result<Vec<Value>, RedisError> {
        self.send(commands)?;
        self.replies(commands.len())
    }

    /// Runs all of the commands, or none and gives the error of the first that was refused.
    pub(super) fn transact(&mut self, commands: &mut Pipeline) -> Result<(), RedisError> {
        self.send(commands.atomic())?;
        let mut replies = self.replies(commands.len() + 2)?;
        if let Some(Value::Array(done)) = replies.last_mut() {
            replies = std::mem::take(done);
        }
        match first_error(&replies) {
            Some(error) => Err(self.classifier.reply(error)),
            None if replies.len() == commands.len() => Ok(()),
            None => Err(self.classifier.malformed()),
        }
    }

    /// Sends some commands.
    pub(super) fn send(&mut self, commands: &Pipeline) -> Result<(), RedisError> {
        let packed = Zeroizing::new(commands.get_packed_pipeline());
        let sent = self.stream.limit(self.classifier.timeout).and_then(|()| self.stream.write_all(&packed));
        let Err(failure) = sent.and_then(|()| self.stream.flush()) else { return Ok(()) };
        let failure = self.stream.explained(failure);
        Err(match self.reply_within(Duration::ZERO) {
            // A server that turns a client away says why and closes, which can be before it was asked anything.
            Ok(Some(Value::ServerError(error))) if is_closed(&failure) => self.classifier.reply(&error),
            _ => self.classifier.io(&failure),
        })
    }

    fn reply(&mut self) -> Result<Value, RedisError> {
        self.reply_within(self.classifier.timeout)?.ok_or_else(|| self.classifier.timed_out())
    }

    fn replies(&mut self, count: usize) -> Result<Vec<Value>, RedisError> {
        let mut replies = Vec::with_capacity(count);
        while replies.len() < count {
            match self.reply() {
                Ok(reply) => replies.push(reply),
                // A server that turns a client away says so once, however much it was asked, and closes.
                Err(failure) => {
                    return Err(first_error(&replies).map_or(failure, |error| self.classifier.reply(error)));
                }
            }
        }
        Ok(replies)
    }

    /// The next reply; `None` if none came in time.
    pub(super) fn reply_within(&mut self, limit: Duration) -> Result<Option<Value>, RedisError> {
        self.stream.limit(limit).map_err(|error| self.classifier.io(&error))?;
        let mut reader = FailureKeeper { stream: &mut *self.stream, failure: None };
        match (self.parser.parse_value(&mut reader), reader.failure) {
            (Ok(reply), _) => Ok(Some(reply)),
            (Err(_), Some(failure)) => match failure.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Ok(None),
                _ => Err(self.classifier.io(&failure)),
            },
            (Err(_), None) => Err(self.classifier.malformed()),
        }
    }
}

fn first_error(replies: &[Value]) -> Option<&redis::ServerError> {
    replies.iter().find_map(|reply| match reply {
        Value::ServerError(error) => Some(error),
        _ => None,
    })
}

/// Keeps the failure of a read, of which the parser gives only the text.
struct FailureKeeper<'a> {
    stream: &'a mut dyn Stream,
    failure: Option<io::Error>,
}

impl Read for FailureKeeper<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let failure = match self.stream.read(buffer) {
            Ok(0) => io::ErrorKind::UnexpectedEof.into(),
            Ok(length) => return Ok(length),
            Err(error) => error,
        };
        let kind = failure.kind();
        self.failure = Some(failure);
        Err(kind.into())
    }
}

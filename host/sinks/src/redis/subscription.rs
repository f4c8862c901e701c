//! A subscription to the channel that changes are published to.

use super::classify::Classifier;
use super::connection::{Connection, Target};
use super::error::RedisError;
use redis::{Cmd, Value, pipe};
use std::time::{Duration, Instant};

/// Hears what is published to a channel.
///
/// What was published before, or while there was no subscription, is not heard. So subscribe first, then read the keys.
pub struct Subscription {
    connection: Connection,
    /// When the server last said anything.
    heard: Instant,
    /// When it got a PING that it has not answered yet.
    pinged: Option<Instant>,
}

impl Subscription {
    pub(super) fn open(
        target: Target<'_>,
        channel: &str,
        classifier: Classifier,
    ) -> Result<Self, RedisError> {
        let mut connection = Connection::open(target, classifier)?;
        match connection.ask(Cmd::new().arg("SUBSCRIBE").arg(channel))? {
            Value::Array(_) => Ok(Self { connection, heard: Instant::now(), pinged: None }),
            Value::ServerError(error) => Err(connection.classifier.reply(&error)),
            _ => Err(connection.classifier.malformed()),
        }
    }

    /// Waits until something is published, at most for `limit`, and gives whether something was.
    ///
    /// A server that has been silent for the sink's time-out gets a PING.
    ///
    /// # Errors
    /// [`RedisError::Unreachable`] or [`RedisError::Closed`] if the server is away. The subscription is over then: open
    /// another.
    pub fn wait(&mut self, limit: Duration) -> Result<bool, RedisError> {
        let begun = Instant::now();
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            let timeout = self.connection.classifier.timeout;
            let silence = timeout.saturating_sub(self.pinged.unwrap_or(self.heard).elapsed());
            match self.connection.reply_within(left.min(silence))? {
                Some(reply) => {
                    (self.heard, self.pinged) = (Instant::now(), None);
                    if is_message(&reply) {
                        return Ok(true);
                    }
                }
                None if left <= silence => return Ok(false),
                None if self.pinged.is_some() => {
                    return Err(self.connection.classifier.timed_out());
                }
                // Any reply shows that the server lives, even that this user may not PING.
                None => {
                    self.connection.send(pipe().cmd("PING"))?;
                    self.pinged = Some(Instant::now());
                }
            }
        }
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({})", self.connection.classifier.place)
    }
}

fn is_message(reply: &Value) -> bool {
    let Value::Array(parts) = reply else { return false };
    matches!(parts.first(), Some(Value::BulkString(kind)) if kind == b"message")
}

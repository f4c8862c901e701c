use std::time::{Duration, Instant};

use redis::{Cmd, Value, pipe};

use super::{PATIENCE, Redis, RedisError, connection::Connection, verdict::Verdict};

/// Hears what is reporter to a channel. What was reporter before, or while there was no subscription, is not heard:
/// so subscribe first, then read the keys.
pub struct Subscription {
    connection: Connection,
    /// When the server last said anything.
    heard: Instant,
    /// When it was asked for a sign of life that has not come yet.
    asked: Option<Instant>,
}

impl Subscription {
    pub(super) fn open(redis: &Redis, channel: &str, verdict: Verdict) -> Result<Self, RedisError> {
        let mut connection = Connection::open(redis, verdict)?;
        match connection.ask(Cmd::new().arg("SUBSCRIBE").arg(channel))? {
            Value::Array(_) => Ok(Self { connection, heard: Instant::now(), asked: None }),
            Value::ServerError(error) => Err(connection.verdict.on_answer(&error)),
            _ => Err(connection.verdict.on_nonsense()),
        }
    }

    /// Waits until something is reporter, at most as long as given: whether something was.
    ///
    /// # Errors
    ///
    /// [`RedisError::Away`] where the server has gone, also without a word: one that has been silent for [`PATIENCE`]
    /// is asked for a sign of life. The subscription is over then; open another.
    pub fn wait(&mut self, limit: Duration) -> Result<bool, RedisError> {
        let begun = Instant::now();
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            let patience = PATIENCE.saturating_sub(self.asked.unwrap_or(self.heard).elapsed());
            match self.connection.answer_within(left.min(patience))? {
                Some(answer) => {
                    (self.heard, self.asked) = (Instant::now(), None);
                    if is_message(&answer) {
                        return Ok(true);
                    }
                }
                None if left <= patience => return Ok(false),
                None if self.asked.is_some() => {
                    return Err(self.connection.verdict.on_io(&std::io::ErrorKind::TimedOut.into()));
                }
                // Any answer is one: also that this user may not ask.
                None => {
                    self.connection.send(pipe().cmd("PING"))?;
                    self.asked = Some(Instant::now());
                }
            }
        }
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Subscription({})", self.connection.verdict.place)
    }
}

fn is_message(answer: &Value) -> bool {
    let Value::Array(parts) = answer else { return false };
    matches!(parts.first(), Some(Value::BulkString(kind)) if kind == b"message")
}

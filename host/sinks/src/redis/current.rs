//! What the keys hold before anything is written.

use super::connection::Connection;
use super::error::RedisError;
use redis::{Value, pipe};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Two times that lie at most so many milliseconds apart are the same: the server tells the time left to live a moment
/// after its time.
const SAME_MS: u64 = 1000;

/// The values of the keys, and until when they live.
pub(super) struct Current<'a> {
    /// The server's clock, in milliseconds since 1970.
    pub(super) now: u64,
    /// The value, and how many milliseconds it has left; `None` if it has no end.
    keys: BTreeMap<&'a str, (Zeroizing<String>, Option<u64>)>,
}

impl<'a> Current<'a> {
    /// Reads the keys.
    pub(super) fn read(names: &[&'a str], connection: &mut Connection) -> Result<Self, RedisError> {
        let mut commands = pipe();
        commands.cmd("TIME");
        for name in names {
            commands.cmd("GET").arg(name).cmd("PTTL").arg(name);
        }
        let mut replies = connection.ask_all(&commands)?.into_iter();
        let mut next = || replies.next().unwrap_or(Value::Nil);
        let now = match next() {
            Value::ServerError(error) => return Err(connection.classifier.reply(&error)),
            reply => redis::from_redis_value::<(u64, u64)>(reply)
                .map(|(seconds, micros)| seconds.saturating_mul(1000) + micros / 1000)
                .map_err(|_| connection.classifier.malformed())?,
        };
        let mut keys = BTreeMap::new();
        for name in names {
            let value = text(name, next(), connection)?;
            let left = match next() {
                Value::Int(left) => u64::try_from(left).ok(),
                Value::ServerError(error) => return Err(connection.classifier.reply(&error)),
                _ => return Err(connection.classifier.malformed()),
            };
            keys.extend(value.map(|value| (*name, (value, left))));
        }
        Ok(Self { now, keys })
    }

    /// Whether a key has this value until this time already.
    pub(super) fn has(&self, name: &str, value: Option<&str>, expires_at: u64) -> bool {
        match (self.keys.get(name), value) {
            (None, None) => true,
            (Some((held, Some(left))), Some(value)) => {
                held.as_str() == value && self.now.saturating_add(*left).abs_diff(expires_at) <= SAME_MS
            }
            _ => false,
        }
    }
}

/// The text in the reply to a `GET`.
pub(super) fn text(
    key: &str,
    reply: Value,
    connection: &Connection,
) -> Result<Option<Zeroizing<String>>, RedisError> {
    let place = &connection.classifier.place;
    let taken = || RedisError::KeyTaken { place: place.clone(), key: key.to_owned() };
    match reply {
        Value::Nil => Ok(None),
        Value::BulkString(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(_) => Err(taken()),
        },
        Value::ServerError(error) if error.code() == "WRONGTYPE" => Err(taken()),
        Value::ServerError(error) => Err(connection.classifier.reply(&error)),
        _ => Err(connection.classifier.malformed()),
    }
}

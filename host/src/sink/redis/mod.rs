//! Redis as a sink, for a backend on several machines: keys that hold the values for as long as the token is good,
//! and a message to those who wait for them.
//!
//! Any Redis since 2.6 will do, or what speaks its protocol (Valkey, KeyDB, Dragonfly): times to live are set by
//! `PEXPIREAT` in the same transaction, since `SET … PXAT` needs Redis 6.2. Users (ACLs) need Redis 6.
//!
//! Every call makes a connection of its own, so that a server that was away is found again. No wait is longer than
//! [`PATIENCE`].

mod connection;
mod error;
mod password;
mod subscription;
mod tls;
mod url;
mod verdict;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use redis::{Value, pipe};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Change, Variable};
use connection::Connection;
pub use error::RedisError;
pub use subscription::Subscription;
pub use url::RedisUrl;
use verdict::Verdict;

/// How long connecting, logging in, or one answer may take.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// As many milliseconds two times may lie apart and be the same: what is left to live is told a moment after the
/// time.
const SAME: u64 = 1000;

/// A Redis server to write variables to. A variable's key is the prefix and its name: any text without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redis {
    /// Where it is, and as whom to log in.
    pub url: RedisUrl,
    /// The file that holds the password, in place of one in the URL; a line break at its end is not part of it. It is
    /// refused where it belongs to this user and others may read it.
    pub password_file: Option<PathBuf>,
    /// The certificates, in PEM, of the CAs to trust in place of the system's. With `rediss://` only.
    pub ca: Option<PathBuf>,
    /// What stands before a variable's name in the name of its key.
    pub prefix: String,
    /// The channel that changes are reporter to.
    ///
    /// A message is JSON, `{"set": [KEY…], "deleted": [KEY…], "expires_at": MS}`: the keys that have a value now,
    /// those that have none, and until when the values are good, in milliseconds since 1970 (`null` where none is set).
    pub channel: Option<String>,
}

/// What is to be in each key; `None` for nothing.
type TokenQuery<'a> = BTreeMap<&'a str, Option<&'a str>>;

impl Redis {
    /// The URL without the password, for reports.
    #[must_use]
    pub fn place(&self) -> String {
        self.url.to_string()
    }

    /// Sets each key until `expires_at`, in milliseconds since 1970 by the server's clock, and tells the channel: all in
    /// one transaction. An empty value deletes its key, and a time that is over deletes all of them. Where the keys
    /// hold these very values until this very second, nothing is written and nothing reporter. Where a name is given
    /// twice, the later value counts.
    ///
    /// # Errors
    ///
    /// See [`RedisError`]; the keys are then as they were.
    pub fn set(&self, variables: &[Variable<'_>], expires_at: u64) -> Result<Change, RedisError> {
        let some = |value| Some(value).filter(|value: &&str| !value.is_empty());
        let keys: Vec<_> = variables.iter().map(|variable| self.key(variable.name)).collect();
        let values = variables.iter().map(|variable| some(variable.value));
        self.write(keys.iter().map(String::as_str).zip(values).collect(), expires_at)
    }

    /// Deletes each key, and tells the channel.
    ///
    /// # Errors
    ///
    /// See [`RedisError`]; the keys are then as they were.
    pub fn clear(&self, names: &[&str]) -> Result<Change, RedisError> {
        let keys: Vec<_> = names.iter().map(|name| self.key(name)).collect();
        self.write(keys.iter().map(|key| (key.as_str(), None)).collect(), 0)
    }

    /// What the key of each variable holds now. One whose key is not there is left out.
    ///
    /// # Errors
    ///
    /// See [`RedisError`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, RedisError> {
        let keys: BTreeMap<String, &str> = names.iter().map(|name| (self.key(name), *name)).collect();
        keys.keys().try_for_each(|key| check("key", key))?;
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let asked: Vec<&str> = keys.keys().map(String::as_str).collect();
        let mut connection = Connection::open(self, self.verdict(&asked, false, &["get"]))?;
        let mut commands = pipe();
        for key in &asked {
            commands.cmd("GET").arg(key);
        }
        let answers = connection.ask_all(&commands)?;
        let mut found = BTreeMap::new();
        for ((key, name), answer) in keys.iter().zip(answers) {
            if let Some(value) = text(key, answer, &connection)? {
                found.insert((*name).to_owned(), value);
            }
        }
        Ok(found)
    }

    /// Listens to the channel.
    ///
    /// # Errors
    ///
    /// See [`RedisError`].
    pub fn subscribe(&self) -> Result<Subscription, RedisError> {
        let channel =
            self.channel.as_deref().ok_or_else(|| RedisError::ChannelMissing { place: self.place() })?;
        check("channel", channel)?;
        Subscription::open(self, channel, self.verdict(&[], true, &["subscribe"]))
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn write(&self, wanted: TokenQuery<'_>, expires_at: u64) -> Result<Change, RedisError> {
        wanted.keys().try_for_each(|name| check("key", name))?;
        self.channel.iter().try_for_each(|channel| check("channel", channel))?;
        if wanted.is_empty() {
            return Ok(Change::Unchanged);
        }
        let names: Vec<&str> = wanted.keys().copied().collect();
        let commands = ["multi", "exec", "time", "get", "pttl", "set", "pexpireat", "del"];
        let publish = self.channel.as_ref().map(|_| "publish");
        let commands: Vec<&str> = commands.into_iter().chain(publish).collect();
        let mut verdict = self.verdict(&names, self.channel.is_some(), &commands);
        verdict
            .secrets
            .extend(wanted.values().flatten().map(|value| Zeroizing::new(value.as_bytes().to_vec())));
        let mut connection = Connection::open(self, verdict)?;

        // Redis counts with signed numbers, and would find out only after it had set the value.
        let expires_at = expires_at.min(i64::MAX as u64);
        let standing = Standing::read(&names, &mut connection)?;
        let over = expires_at <= standing.now;
        let wanted: TokenQuery<'_> =
            wanted.into_iter().map(|(name, value)| (name, value.filter(|_| !over))).collect();
        if wanted.iter().all(|(name, value)| standing.has(name, *value, expires_at)) {
            return Ok(Change::Unchanged);
        }
        let mut commands = pipe();
        for (name, value) in &wanted {
            match value {
                Some(value) => {
                    commands.cmd("SET").arg(name).arg(value);
                    commands.cmd("PEXPIREAT").arg(name).arg(expires_at);
                }
                None => {
                    commands.cmd("DEL").arg(name);
                }
            }
        }
        if let Some(channel) = &self.channel {
            commands.cmd("PUBLISH").arg(channel).arg(message(&wanted, expires_at));
        }
        connection.transact(&mut commands).map(|()| Change::Written)
    }

    fn verdict(&self, keys: &[&str], channel: bool, commands: &[&str]) -> Verdict {
        let keys = keys.iter().map(|key| rule('~', key));
        let channel = self.channel.iter().filter(|_| channel).map(|channel| rule('&', channel));
        let select = (self.url.database != 0).then_some("select");
        let commands = commands.iter().copied().chain(select).map(|command| format!("+{command}"));
        let needs = keys.chain(channel).chain(commands).collect::<Vec<_>>().join(" ");
        Verdict { place: self.place(), needs, secrets: Vec::new() }
    }
}

/// What the keys hold before anything is written.
struct Standing<'a> {
    /// The server's clock, in milliseconds since 1970.
    now: u64,
    /// The value, and how many milliseconds it has left; `None` where it stays.
    keys: BTreeMap<&'a str, (Zeroizing<String>, Option<u64>)>,
}

impl<'a> Standing<'a> {
    fn read(names: &[&'a str], connection: &mut Connection) -> Result<Self, RedisError> {
        let mut commands = pipe();
        commands.cmd("TIME");
        for name in names {
            commands.cmd("GET").arg(name).cmd("PTTL").arg(name);
        }
        let mut answers = connection.ask_all(&commands)?.into_iter();
        let mut next = || answers.next().unwrap_or(Value::Nil);
        let now = match next() {
            Value::ServerError(error) => return Err(connection.verdict.on_answer(&error)),
            answer => redis::from_redis_value::<(u64, u64)>(answer)
                .map(|(seconds, micros)| seconds.saturating_mul(1000) + micros / 1000)
                .map_err(|_| connection.verdict.on_nonsense())?,
        };
        let mut keys = BTreeMap::new();
        for name in names {
            let value = text(name, next(), connection)?;
            let left = match next() {
                Value::Int(left) => u64::try_from(left).ok(),
                Value::ServerError(error) => return Err(connection.verdict.on_answer(&error)),
                _ => return Err(connection.verdict.on_nonsense()),
            };
            keys.extend(value.map(|value| (*name, (value, left))));
        }
        Ok(Self { now, keys })
    }

    fn has(&self, name: &str, value: Option<&str>, expires_at: u64) -> bool {
        match (self.keys.get(name), value) {
            (None, None) => true,
            (Some((held, Some(left))), Some(value)) => {
                held.as_str() == value && self.now.saturating_add(*left).abs_diff(expires_at) <= SAME
            }
            _ => false,
        }
    }
}

/// The text in the answer to a `GET`.
fn text(key: &str, answer: Value, connection: &Connection) -> Result<Option<Zeroizing<String>>, RedisError> {
    let taken = || RedisError::KeyTaken { place: connection.verdict.place.clone(), key: key.to_owned() };
    match answer {
        Value::Nil => Ok(None),
        Value::BulkString(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(_) => Err(taken()),
        },
        Value::ServerError(error) if error.code() == "WRONGTYPE" => Err(taken()),
        Value::ServerError(error) => Err(connection.verdict.on_answer(&error)),
        _ => Err(connection.verdict.on_nonsense()),
    }
}

/// What subscribers are told, see [`Redis::channel`]. No value is in it.
fn message(wanted: &TokenQuery<'_>, expires_at: u64) -> String {
    let names = |held: bool| -> Vec<&&str> {
        wanted.iter().filter(|(_, value)| value.is_some() == held).map(|(name, _)| name).collect()
    };
    let expires_at = wanted.values().any(Option::is_some).then_some(expires_at);
    json!({"set": names(true), "deleted": names(false), "expires_at": expires_at}).to_string()
}

fn check(what: &'static str, name: &str) -> Result<(), RedisError> {
    match name.is_empty() || name.contains(char::is_control) {
        true => Err(RedisError::NameInvalid { what, name: name.into() }),
        false => Ok(()),
    }
}

/// An ACL rule for one name, in which `* ? [ ] \` would be a pattern's. No space may be in one (Redis 7.0, `acl.c`), and
/// a quote means something to redis-cli: `?` is any one byte.
fn rule(kind: char, name: &str) -> String {
    let mut rule = String::from(kind);
    for char in name.chars() {
        match char {
            ' ' | '"' | '\'' => rule.push('?'),
            '*' | '?' | '[' | ']' | '\\' => rule.extend(['\\', char]),
            _ => rule.push(char),
        }
    }
    rule
}

//! Redis, for a backend on several machines: keys that live as long as the token, and a message to those who wait.
//!
//! Any Redis since 2.6 serves, and what speaks its protocol (Valkey, KeyDB, Dragonfly). Times to live are set by
//! `PEXPIREAT` in the same transaction, since `SET … PXAT` needs Redis 6.2. Users (ACLs) need Redis 6.
//!
//! Every call makes a connection of its own. So a server that was away is found again.

mod acl;
mod classify;
mod connection;
mod current;
mod error;
mod password;
mod stream;
mod subscription;
mod tls;
mod url;

pub use error::RedisError;
pub use subscription::Subscription;
pub use url::RedisUrl;

use crate::{Change, Variable};
use classify::Classifier;
use connection::{Connection, Target};
use current::Current;
use redis::pipe;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long connecting, logging in, or one answer may take, unless [`Redis::timeout`] is set to something else.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3);

/// A Redis server to write variables to.
///
/// The key of a variable is the prefix and its name: any text without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redis {
    /// Where it is, and as whom to log in.
    pub url: RedisUrl,
    /// The file that holds the password, instead of one in the URL.
    ///
    /// A line break at its end is not a part of the password. A file that belongs to this user and that others may read
    /// is refused.
    pub password_file: Option<PathBuf>,
    /// The certificates, in PEM, of the CAs to trust instead of the system's. With `rediss://` only.
    pub ca: Option<PathBuf>,
    /// What stands before a variable's name in the name of its key.
    pub prefix: String,
    /// The channel that changes are published to.
    ///
    /// A message is JSON, `{"set": [KEY…], "deleted": [KEY…], "expires_at": MS}`: the keys that have a value now, those
    /// that have none, and until when the values live, in milliseconds since 1970 (`null` if no key has a value).
    pub channel: Option<String>,
    /// How long connecting, logging in, or one answer may take.
    pub timeout: Duration,
}

/// What each key is to hold; `None` for nothing.
type Wanted<'a> = BTreeMap<&'a str, Option<&'a str>>;

impl Redis {
    /// A server, with keys of no prefix, without a channel, and with the [`DEFAULT_TIMEOUT`].
    #[must_use]
    pub fn new(url: RedisUrl) -> Self {
        Self {
            url,
            password_file: None,
            ca: None,
            prefix: String::new(),
            channel: None,
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// The URL without the password, for reports.
    #[must_use]
    pub fn place(&self) -> String {
        self.url.to_string()
    }

    /// Sets each key until `expires_at`, and publishes the change, in one transaction.
    ///
    /// `expires_at` is in milliseconds since 1970 by the server's clock. An empty value deletes its key. If
    /// `expires_at` is over, all keys are deleted. If the keys hold these values until this second already, nothing is
    /// written or published. If a name is given twice, the later value counts.
    ///
    /// # Errors
    /// [`RedisError`]; the keys are then as they were.
    pub fn set(&self, variables: &[Variable<'_>], expires_at: u64) -> Result<Change, RedisError> {
        let some = |value| Some(value).filter(|value: &&str| !value.is_empty());
        let keys: Vec<_> = variables.iter().map(|variable| self.key(variable.name)).collect();
        let values = variables.iter().map(|variable| some(variable.value));
        self.write(keys.iter().map(String::as_str).zip(values).collect(), expires_at)
    }

    /// Deletes each key, and publishes the change.
    ///
    /// # Errors
    /// [`RedisError`]; the keys are then as they were.
    pub fn clear(&self, names: &[&str]) -> Result<Change, RedisError> {
        let keys: Vec<_> = names.iter().map(|name| self.key(name)).collect();
        self.write(keys.iter().map(|key| (key.as_str(), None)).collect(), 0)
    }

    /// The values of the variables that have a key.
    ///
    /// # Errors
    /// [`RedisError`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, RedisError> {
        let keys: BTreeMap<String, &str> = names.iter().map(|name| (self.key(name), *name)).collect();
        keys.keys().try_for_each(|key| check("key", key))?;
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let asked: Vec<&str> = keys.keys().map(String::as_str).collect();
        let mut connection = Connection::open(self.target(), self.classifier(&asked, false, &["get"]))?;
        let mut commands = pipe();
        for key in &asked {
            commands.cmd("GET").arg(key);
        }
        let replies = connection.ask_all(&commands)?;
        let mut found = BTreeMap::new();
        for ((key, name), reply) in keys.iter().zip(replies) {
            if let Some(value) = current::text(key, reply, &connection)? {
                found.insert((*name).to_owned(), value);
            }
        }
        Ok(found)
    }

    /// Listens to the channel.
    ///
    /// # Errors
    /// [`RedisError`].
    pub fn subscribe(&self) -> Result<Subscription, RedisError> {
        let channel =
            self.channel.as_deref().ok_or_else(|| RedisError::ChannelMissing { place: self.place() })?;
        check("channel", channel)?;
        Subscription::open(self.target(), channel, self.classifier(&[], true, &["subscribe"]))
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn target(&self) -> Target<'_> {
        let (password_file, ca) = (self.password_file.as_deref(), self.ca.as_deref());
        Target { url: &self.url, password_file, ca }
    }

    fn write(&self, wanted: Wanted<'_>, expires_at: u64) -> Result<Change, RedisError> {
        wanted.keys().try_for_each(|name| check("key", name))?;
        self.channel.iter().try_for_each(|channel| check("channel", channel))?;
        if wanted.is_empty() {
            return Ok(Change::Unchanged);
        }
        let names: Vec<&str> = wanted.keys().copied().collect();
        let commands = ["multi", "exec", "time", "get", "pttl", "set", "pexpireat", "del"];
        let publish = self.channel.as_ref().map(|_| "publish");
        let commands: Vec<&str> = commands.into_iter().chain(publish).collect();
        let mut classifier = self.classifier(&names, self.channel.is_some(), &commands);
        let values = wanted.values().flatten().map(|value| Zeroizing::new(value.as_bytes().to_vec()));
        classifier.secrets.extend(values);
        let mut connection = Connection::open(self.target(), classifier)?;

        // Redis counts with signed numbers, and would find out only after it had set the value.
        let expires_at = expires_at.min(i64::MAX as u64);
        let current = Current::read(&names, &mut connection)?;
        let over = expires_at <= current.now;
        let wanted: Wanted<'_> =
            wanted.into_iter().map(|(name, value)| (name, value.filter(|_| !over))).collect();
        if wanted.iter().all(|(name, value)| current.has(name, *value, expires_at)) {
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

    /// What makes sense of the replies to these commands.
    fn classifier(&self, keys: &[&str], channel: bool, commands: &[&str]) -> Classifier {
        let keys = keys.iter().map(|key| acl::rule('~', key));
        let channel = self.channel.iter().filter(|_| channel).map(|channel| acl::rule('&', channel));
        let select = (self.url.database != 0).then_some("select");
        let commands = commands.iter().copied().chain(select).map(|command| format!("+{command}"));
        let needs = keys.chain(channel).chain(commands).collect::<Vec<_>>().join(" ");
        Classifier { place: self.place(), timeout: self.timeout, needs, secrets: Vec::new() }
    }
}

/// What is published, see [`Redis::channel`]. It holds no value.
fn message(wanted: &Wanted<'_>, expires_at: u64) -> String {
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

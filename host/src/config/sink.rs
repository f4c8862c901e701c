//! Where tokens are written.

use super::error::Mistake;
use super::on_expire::OnExpire;
use super::path::absolute;
use super::raw::{RawCommand, RawEnvFile, RawKeyring, RawPlace, RawRedis, RawSink};
use super::variables::{Variables, default_variables};
use env_file::EnvFile;
use potbridge_sinks::command::{self, CommandSink};
use potbridge_sinks::keyring::{self, Keyring};
use potbridge_sinks::redis::Redis;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess::Subprocess;
use std::time::Duration;

/// What stands before a variable's name in the name of its key in Redis, unless the configuration says otherwise.
const DEFAULT_PREFIX: &str = "potbridge:";

/// A place to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Variables in a `.env` file.
    EnvFile(EnvFile),
    /// Entries of the system's keyring.
    Keyring(Keyring),
    /// A program.
    Command(CommandSink),
    /// Keys of a Redis server.
    Redis(Redis),
}

impl Sink {
    /// The kind: `env-file`, `keyring`, `command`, `redis`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EnvFile(_) => "env-file",
            Self::Keyring(_) => "keyring",
            Self::Command(_) => "command",
            Self::Redis(_) => "redis",
        }
    }

    /// Where it writes: a file's path, a keyring's service, a program with its arguments, a server's address.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::EnvFile(file) => file.path.display().to_string(),
            Self::Keyring(keyring) => keyring.place(),
            Self::Command(sink) => sink.command.to_string(),
            Self::Redis(redis) => redis.place(),
        }
    }

    /// Whether writing may take longer than a browser should wait for an answer.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        !matches!(self, Self::EnvFile(_))
    }

    /// Whether what it holds cannot be read back. So it is written only if there is something new.
    #[must_use]
    pub fn is_write_only(&self) -> bool {
        matches!(self, Self::Command(_))
    }
}

/// One place to write to, what to write there, and what to run then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkConfig {
    /// The place.
    pub sink: Sink,
    /// The variables and their values.
    pub vars: Variables,
    /// Run after a change.
    pub on_update: Option<Subprocess>,
    /// What becomes of a value when its token expires.
    pub on_expire: OnExpire,
    /// Whether it takes tokens of private windows.
    pub private_windows: bool,
}

impl SinkConfig {
    /// The sink as a log may name it. Of a command it is only the kind, since a secret may be among the arguments.
    #[must_use]
    pub fn log_name(&self) -> String {
        match &self.sink {
            Sink::Command(_) => self.sink.kind().to_owned(),
            sink => format!("{} {}", sink.kind(), sink.place()),
        }
    }

    /// Whether something is to be done that no browser should wait for: a delivery, the command after a change, or to empty
    /// it when its token expires.
    #[must_use]
    pub fn needs_worker(&self) -> bool {
        self.sink.is_slow() || self.on_update.is_some() || self.on_expire == OnExpire::Empty
    }
}

impl RawSink {
    /// The sink that is meant.
    pub(super) fn resolve(self) -> Result<SinkConfig, Mistake> {
        let line = self.line;
        self.resolve_keys().map_err(|why| Mistake { line, why, hint: None })
    }

    fn resolve_keys(self) -> Result<SinkConfig, String> {
        let sink = match self.place {
            RawPlace::EnvFile(raw) => Sink::EnvFile(raw.resolve()?),
            RawPlace::Keyring(raw) => Sink::Keyring(raw.resolve()),
            RawPlace::Command(raw) => Sink::Command(raw.resolve()?),
            RawPlace::Redis(raw) => Sink::Redis(raw.resolve()?),
        };
        let vars = match self.common.vars {
            Some(vars) if vars.is_empty() => {
                return Err(format!("the sink {} has no variables", sink.place()));
            }
            Some(vars) => vars,
            None => default_variables(),
        };
        let on_update = self.common.on_update.map(runnable).transpose()?;
        Ok(SinkConfig { sink, vars, on_update, on_expire: self.common.on_expire, private_windows: false })
    }
}

impl RawEnvFile {
    fn resolve(self) -> Result<EnvFile, String> {
        let path = absolute(needed(self.path, "env-file", "path")?, "of a sink")?;
        // Without a state folder there is none for journals either, and the commands say so.
        let journal_folder = Dirs::of_environment().ok().map(|dirs| dirs.state);
        let (allow_tracked, reader) = (self.allow_tracked, self.reader);
        Ok(EnvFile { allow_tracked, reader, journal_folder, ..EnvFile::new(path) })
    }
}

impl RawKeyring {
    fn resolve(self) -> Keyring {
        Keyring::new(self.service.unwrap_or_else(|| keyring::DEFAULT_SERVICE.to_owned()))
    }
}

impl RawCommand {
    fn resolve(self) -> Result<CommandSink, String> {
        let timeout =
            self.timeout.map_or(command::DEFAULT_TIMEOUT, |seconds| Duration::from_secs(seconds.max(1)));
        Ok(CommandSink { command: runnable(needed(self.command, "command", "command")?)?, timeout })
    }
}

impl RawRedis {
    fn resolve(self) -> Result<Redis, String> {
        Ok(Redis {
            password_file: self.password_file.map(|path| absolute(path, "of a password file")).transpose()?,
            ca: self.ca.map(|path| absolute(path, "of a CA file")).transpose()?,
            prefix: self.prefix.unwrap_or_else(|| DEFAULT_PREFIX.to_owned()),
            channel: self.channel,
            ..Redis::new(needed(self.url, "redis", "url")?)
        })
    }
}

fn needed<T>(value: Option<T>, kind: &str, key: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("a sink of the kind {kind} needs a {key}"))
}

fn runnable(subprocess: Subprocess) -> Result<Subprocess, String> {
    if subprocess.is_empty() {
        return Err(
            "a command is empty: give the program and its arguments as a list, or a text for the shell"
                .into(),
        );
    }
    Ok(subprocess)
}

//! What a sink's table says, word for word; and the sink that it means.

use super::{SinkConfig, Variables};
use crate::sink::Sink;
use crate::sink::command::CommandSink;
use crate::sink::keyring::{self, Keyring};
use crate::sink::redis::{Redis, RedisUrl};
use env_file::{EnvFile, Reader};
use potbridge_system::subprocess::Subprocess;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// What stands before the name of a key where nothing else is said.
const PREFIX: &str = "potbridge:";

/// How long a command may take where nothing else is said, in seconds.
const COMMAND_SECONDS: u64 = 30;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    EnvFile,
    Keyring,
    Command,
    Redis,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::EnvFile => "env-file",
            Self::Keyring => "keyring",
            Self::Command => "command",
            Self::Redis => "redis",
        }
    }
}

/// A `[[sink]]` as it is written: the keys of every kind.
#[derive(Deserialize)]
pub(super) struct RawSink {
    kind: Kind,
    vars: Option<Variables>,
    on_update: Option<Subprocess>,
    path: Option<PathBuf>,
    allow_tracked: Option<bool>,
    reader: Option<Reader>,
    service: Option<String>,
    command: Option<Subprocess>,
    timeout: Option<u64>,
    url: Option<RedisUrl>,
    password_file: Option<PathBuf>,
    ca: Option<PathBuf>,
    prefix: Option<String>,
    channel: Option<String>,
}

impl RawSink {
    /// The sink that is meant, and the keys that mean nothing for its kind.
    pub(super) fn resolve(mut self) -> Result<(SinkConfig, Vec<&'static str>), String> {
        let kind = self.kind.name();
        let sink = match self.kind {
            Kind::EnvFile => Sink::EnvFile(EnvFile {
                allow_tracked: self.allow_tracked.take().unwrap_or(false),
                reader: self.reader.take(),
                ..EnvFile::new(super::whole(needed(self.path.take(), kind, "path")?, "of a sink")?)
            }),
            Kind::Keyring => Sink::Keyring(Keyring::new(
                self.service.take().unwrap_or_else(|| keyring::SERVICE.to_owned()),
            )),
            Kind::Command => Sink::Command(CommandSink {
                command: needed(self.command.take(), kind, "command").and_then(runnable)?,
                limit: Duration::from_secs(self.timeout.take().unwrap_or(COMMAND_SECONDS).max(1)),
            }),
            Kind::Redis => Sink::Redis(Redis {
                url: needed(self.url.take(), kind, "url")?,
                password_file: whole(self.password_file.take(), "of a password file")?,
                ca: whole(self.ca.take(), "of a CA file")?,
                prefix: self.prefix.take().unwrap_or_else(|| PREFIX.to_owned()),
                channel: self.channel.take(),
            }),
        };
        let vars = match self.vars.take() {
            Some(vars) if vars.is_empty() => {
                return Err(format!("the sink {} has no variables", sink.place()));
            }
            Some(vars) => vars,
            None => super::default_variables(),
        };
        let on_update = self.on_update.take().map(runnable).transpose()?;
        Ok((SinkConfig { sink, vars, on_update }, self.rest()))
    }

    /// The keys that nobody took.
    fn rest(&self) -> Vec<&'static str> {
        let Self {
            kind: _,
            vars: _,
            on_update: _,
            path,
            allow_tracked,
            reader,
            service,
            command,
            timeout,
            url,
            password_file,
            ca,
            prefix,
            channel,
        } = self;
        let keys = [
            ("path", path.is_some()),
            ("allow_tracked", allow_tracked.is_some()),
            ("reader", reader.is_some()),
            ("service", service.is_some()),
            ("command", command.is_some()),
            ("timeout", timeout.is_some()),
            ("url", url.is_some()),
            ("password_file", password_file.is_some()),
            ("ca", ca.is_some()),
            ("prefix", prefix.is_some()),
            ("channel", channel.is_some()),
        ];
        keys.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
    }
}

fn needed<T>(value: Option<T>, kind: &str, key: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("a sink of the kind {kind} needs a {key}"))
}

fn whole(path: Option<PathBuf>, of: &str) -> Result<Option<PathBuf>, String> {
    path.map(|path| super::whole(path, of)).transpose()
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

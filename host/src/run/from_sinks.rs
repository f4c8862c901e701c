//! Values read back from the sinks, if there is no store to read: it is on another machine, or inside the browser's host.

use super::say::say;
use super::source::{Source, Wake};
use super::values::Values;
use crate::config::{Config, Sink, SinkConfig, VariableName};
use crate::error::Error;
use potbridge_sinks::redis::Redis;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How soon a subscription that ended is renewed.
const RENEWAL: Duration = Duration::from_secs(5);

/// How long one wait for a message of a subscription lasts.
const WAIT: Duration = Duration::from_secs(3600);

/// The sinks whose values can be read.
pub struct FromSinks(Vec<SinkConfig>);

impl FromSinks {
    /// Every sink of the configuration whose values can be read.
    #[must_use]
    pub fn all(config: &Config) -> Self {
        Self(config.sinks.iter().filter(|sink| !sink.sink.is_write_only()).cloned().collect())
    }

    /// Those whose values expire with their token: redis. Another sink keeps them however old they are.
    #[must_use]
    pub fn that_expire(config: &Config) -> Self {
        Self(config.sinks.iter().filter(|sink| matches!(sink.sink, Sink::Redis(_))).cloned().collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Source for FromSinks {
    /// The variables of the first sink that holds one. Those that it does not hold are empty.
    fn values(&mut self) -> Result<Option<Values>, Error> {
        for SinkConfig { sink, vars, .. } in &self.0 {
            let names: Vec<&str> = vars.keys().map(VariableName::as_str).collect();
            let mut held = sink.get(&names).map_err(|failure| Error::Sinks(vec![failure.problem]))?;
            if held.values().all(|value| value.is_empty()) {
                continue;
            }
            let variables: BTreeMap<_, _> = names
                .iter()
                .map(|name| ((*name).to_owned(), held.remove(*name).unwrap_or_default()))
                .collect();
            return Ok(Some(Values::new(variables, format!("from {}", sink.place()), None)));
        }
        Ok(None)
    }

    fn dirs(&self) -> Vec<PathBuf> {
        let file = |sink: &SinkConfig| match &sink.sink {
            // A symbolic link is followed, as by whoever writes the file.
            Sink::EnvFile(file) => {
                Some(dunce::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone()))
            }
            _ => None,
        };
        self.0.iter().filter_map(file).filter_map(|path| path.parent().map(Path::to_owned)).collect()
    }

    fn listen(&self, wake: &Wake) {
        for SinkConfig { sink, .. } in &self.0 {
            if let Sink::Redis(redis) = sink
                && redis.channel.is_some()
            {
                let (redis, wake) = (redis.clone(), Arc::clone(wake));
                thread::spawn(move || listen_to(&redis, &wake));
            }
        }
    }
}

/// Wakes whenever a message is published, for as long as the program lives.
fn listen_to(redis: &Redis, wake: &Wake) {
    let mut warned = false;
    loop {
        let ended = redis.subscribe().and_then(|mut subscription| {
            warned = false;
            // What was published before is not received.
            wake();
            loop {
                if subscription.wait(WAIT)? {
                    wake();
                }
            }
        });
        let Err::<std::convert::Infallible, _>(error) = ended;
        if !std::mem::replace(&mut warned, true) {
            say(format_args!("warning: {error}; looking every few seconds until it answers again"));
            if let Some(hint) = error.hint() {
                say(format_args!("hint: {hint}"));
            }
        }
        thread::sleep(RENEWAL);
    }
}

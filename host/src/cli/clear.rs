//! `potbridge clear`

use super::output::say;
use super::sink_reports::{say_reports, say_result};
use crate::config::{Config, ValidParts};
use crate::delivery::unnamed::remove_unnamed;
use crate::delivery::{Delivery, Emptied};
use crate::error::Error;
use crate::store::TokenStore;
use clap::Args;
use potbridge_protocol::sink_report::SinkReport;
use potbridge_system::dirs::Dirs;
use serde::Serialize;
use std::io::Write;
use std::sync::Mutex;

/// Remove every token: from the store and from every sink
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge clear")]
pub(super) struct Clear {
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Serialize)]
struct Cleared {
    sinks: Vec<SinkReport>,
}

impl Clear {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<u8, Error> {
        let dirs = Dirs::of_environment()?;
        let (config, invalid) = match Config::load(&dirs.config) {
            Ok(config) => (config, None),
            Err(error) => (valid_parts(&dirs), Some(Error::from(error).problem())),
        };
        let store = TokenStore::open(&config.store, &dirs)?;
        let Emptied { store, mut sinks } = Delivery::new(&Mutex::new(store), &dirs).clear(&config);
        // A sink that is not known may need its journal.
        if invalid.is_none() {
            sinks.extend(remove_unnamed(&config, &dirs));
        }
        let failed = store.err().map(|error| Error::from(error).problem());
        let is_empty = failed.is_none();
        let failed: Vec<_> = invalid.into_iter().chain(failed).collect();
        if self.json {
            return say_result(stdout, failed, &sinks, &Cleared { sinks: sinks.clone() });
        }
        if is_empty {
            say(stdout, "the store is empty")?;
        }
        say_reports(stdout, failed, &sinks, "emptied in")
    }
}

/// What can be emptied although the configuration is not valid. If it names no store, that is the default one.
fn valid_parts(dirs: &Dirs) -> Config {
    let ValidParts { sinks, store, .. } = ValidParts::load(&dirs.config);
    Config { sinks, store: store.unwrap_or_default(), ..Config::default() }
}

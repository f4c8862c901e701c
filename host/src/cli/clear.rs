//! `potbridge clear`

use super::open;
use super::output::say;
use super::sink_reports::{say_reports, say_result};
use crate::delivery::{Delivery, Emptied};
use crate::error::Error;
use clap::Args;
use potbridge_protocol::sink_report::SinkReport;
use serde::Serialize;
use std::io::Write;
use std::sync::Mutex;

/// Remove every token: from the store and from every sink
#[derive(Debug, Args)]
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
        let (dirs, config, store) = open()?;
        let Emptied { store, sinks } = Delivery::new(&Mutex::new(store), &dirs).clear(&config);
        let failed = store.err().map(|error| Error::from(error).problem());
        if self.json {
            return say_result(stdout, failed, &sinks, &Cleared { sinks: sinks.clone() });
        }
        if failed.is_none() {
            say(stdout, "the store is empty")?;
        }
        say_reports(stdout, failed, &sinks, "emptied in")
    }
}

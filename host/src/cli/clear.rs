//! `potbridge clear`

use super::{open, say, say_json, say_reports};
use crate::delivery::Delivery;
use crate::error::Error;
use clap::Args;
use std::io::Write;
use std::sync::Mutex;

/// Removes the token from every sink, and every token from the store.
#[derive(Debug, Args)]
pub(super) struct Clear {
    /// Print what each sink did as JSON
    #[arg(long)]
    json: bool,
}

impl Clear {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let (dirs, config, store) = open()?;
        let reports = Delivery { store: &Mutex::new(store), dirs: &dirs }.clear(&config)?;
        if self.json {
            say_json(stdout, &reports)?;
            return super::failed(&reports);
        }
        say(stdout, "the store is empty")?;
        say_reports(stdout, &reports, "emptied in")
    }
}

//! `potbridge run`

use crate::config::Template;
use crate::config::{Config, VariableName, Variables};
use crate::error::Error;
use crate::run::{self, FirstOf, FromSinks, FromStore, Plan, Source, Wait, variable};
use clap::Args;
use potbridge_system::dirs::Dirs;
use std::ffi::OsString;
use std::time::Duration;

/// Runs a command with the token in its environment.
///
/// It gets the variables of the configured sinks, or YT_DLP_PO_TOKEN where there are none, and everything else as it
/// is. Its exit code is given back: 128 + n where signal n ended it. What it leaves running in its process group is
/// ended with it.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Restart it when the values change
    #[arg(long)]
    watch: bool,
    /// Wait for the first token, no longer than SECS where that is given
    #[arg(long, value_name = "SECS", num_args = 0..=1)]
    wait: Option<Option<u32>>,
    /// The least time between two starts, in seconds
    #[arg(long, value_name = "SECS", default_value_t = 1)]
    min_interval: u32,
    /// How long it may take to end when it is asked to, in seconds, before it is killed
    #[arg(long, value_name = "SECS", default_value_t = 10)]
    grace: u32,
    /// Set this variable, and only those that are given so: PO_TOKEN={token}, VISITOR_DATA={visitor_data}, …
    #[arg(long = "var", value_name = "NAME=TEMPLATE", value_parser = variable)]
    variables: Vec<(VariableName, Template)>,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

impl Run {
    pub(super) fn run(self) -> Result<u8, Error> {
        let dirs = Dirs::of_environment()?;
        let config = Config::load(&dirs.config)?;
        let source = source(config, dirs, &self.variables.into_iter().collect())?;
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let plan = Plan {
            command: self.command,
            watch: self.watch,
            wait: match self.wait {
                None => Wait::No,
                Some(None) => Wait::ForEver,
                Some(Some(limit)) => Wait::AtMost(seconds(limit)),
            },
            min_interval: seconds(self.min_interval),
            grace: seconds(self.grace),
        };
        run::run(&plan, source)
    }
}

/// The store; and where it has nothing, the sinks whose values end with their token. A store that is kept inside the
/// browser's host cannot be read, so then all sinks. Templates of the command line's own have only the store to be
/// written from.
fn source(config: Config, dirs: Dirs, given: &Variables) -> Result<Box<dyn Source>, Error> {
    let variables = if given.is_empty() { config.environment() } else { given.clone() };
    let in_memory = config.store.is_in_memory();
    let sinks = match in_memory {
        _ if !given.is_empty() => None,
        true => Some(FromSinks::all(&config)),
        false => Some(FromSinks::that_expire(&config)),
    }
    .filter(|sinks| !sinks.is_empty());
    Ok(match (in_memory, sinks) {
        (true, None) => return Err(Error::StoreInMemory(dirs.config)),
        (true, Some(sinks)) => Box::new(sinks),
        (false, None) => Box::new(FromStore::new(config, dirs, variables)),
        (false, Some(sinks)) => {
            Box::new(FirstOf(vec![Box::new(FromStore::new(config, dirs, variables)), Box::new(sinks)]))
        }
    })
}

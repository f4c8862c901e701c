//! `potbridge run`

use crate::config::{Config, Template, VariableName, Variables};
use crate::error::Error;
use crate::run::{self, FirstOf, FromSinks, FromStore, RunOptions, Source, Wait, variable};
use clap::Args;
use potbridge_system::dirs::Dirs;
use potbridge_system::process_group::grace;
use std::ffi::OsString;
use std::time::Duration;

/// Run a command with the token in its environment
///
/// The command gets the variables of the configured sinks, or YT_DLP_PO_TOKEN if there is no sink. Without --watch, run
/// becomes the command: the same process. With --watch the command is a process below it. Then its exit code is given
/// back (128 + n if signal n ended it), and what it leaves running in its process group is ended with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge run --watch -- npm run dev
  potbridge run --wait 60 --var PO={token} -- ./backend")]
pub(super) struct Run {
    /// Restart the command when the values change
    #[arg(long)]
    watch: bool,
    /// Wait for the first token, at most SECS if given
    #[arg(long, value_name = "SECS", num_args = 0..=1)]
    wait: Option<Option<u32>>,
    /// The least time between two starts, in seconds
    #[arg(long, value_name = "SECS", default_value_t = 1)]
    min_interval: u32,
    /// How long the command may take to end after SIGTERM, in seconds, before it is killed
    #[arg(long, value_name = "SECS", default_value_t = grace::RUN.as_secs())]
    grace: u64,
    /// Set this variable, and only those given so: PO_TOKEN={token}, VISITOR_DATA={visitor_data}, …
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
        let options = RunOptions {
            command: self.command,
            watch: self.watch,
            wait: match self.wait {
                None => Wait::No,
                Some(None) => Wait::ForEver,
                Some(Some(limit)) => Wait::AtMost(seconds(limit)),
            },
            min_interval: seconds(self.min_interval),
            grace: Duration::from_secs(self.grace),
        };
        run::run(&options, source)
    }
}

/// Where the values come from: the store, and if it has none, the sinks whose values expire with their token.
///
/// A store inside the browser's host cannot be read; then all sinks are. Variables of the command line can be written
/// from the store alone.
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

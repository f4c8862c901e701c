//! `potbridge browser`

use crate::config::idle_time;
use crate::error::Error;
use clap::{Args, Subcommand};
use std::io::Write;
use std::time::Duration;
#[cfg(target_os = "linux")]
use {
    super::output::{say, say_success},
    crate::config::Config,
    crate::own_browser::{self, Status},
    potbridge_system::dirs::Dirs,
    potbridge_system::{clock, stderr},
    serde::Serialize,
};

/// Run the browser of potbridge's own, which plays videos for token requests on no screen
///
/// With `own = true` in [browser] of the configuration it is started by itself, if a token is requested and no browser
/// of a person may be asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge config set browser.own true
  potbridge browser status")]
pub(super) struct Browser {
    #[command(subcommand)]
    command: BrowserCommand,
}

#[derive(Debug, Subcommand)]
enum BrowserCommand {
    Run(Run),
    Status(ShowStatus),
    End(End),
    Login(Login),
}

/// Run the browser in the foreground, for systemd and containers
///
/// SIGINT, SIGTERM and SIGHUP end it with its cookies kept. If it crashes it is restarted, three times an hour at most.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge browser run --idle 10m")]
struct Run {
    /// End if nobody has needed it for so long: 90s, 10m, 2h
    #[arg(long, value_name = "TIME", default_value = "never", value_parser = idle_time)]
    idle: IdleTime,
}

/// `None` is for ever. The alias keeps clap from taking it for an optional argument.
type IdleTime = Option<Duration>;

/// Show whether the browser runs, and why not
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge browser status --json")]
struct ShowStatus {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// End the browser, and wait until nothing is left of it
///
/// If it crashed too often, it may be started again at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge browser end")]
struct End {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Open the browser's profile in a window, to log in
///
/// It waits until the window is closed. Meanwhile the browser gives no tokens.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge browser login")]
struct Login {}

#[cfg(target_os = "linux")]
#[derive(Serialize)]
struct Ended {
    /// Whether a browser ran.
    ended: bool,
}

impl Browser {
    pub(super) fn prints_json(&self) -> bool {
        match &self.command {
            BrowserCommand::Status(command) => command.json,
            BrowserCommand::End(command) => command.json,
            BrowserCommand::Run(_) | BrowserCommand::Login(_) => false,
        }
    }

    pub(super) fn runs_long(&self) -> bool {
        matches!(self.command, BrowserCommand::Run(_))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn run(self, _: &mut impl Write) -> Result<(), Error> {
        Err(Error::Problem(crate::own_browser::only_on_linux()))
    }

    #[cfg(target_os = "linux")]
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let dirs = Dirs::of_environment()?;
        match self.command {
            BrowserCommand::Run(command) => {
                let config = Config::load(&dirs.config)?.browser;
                own_browser::run(&config, &dirs, command.idle, |what, given_up| {
                    if let Some(given_up) = given_up {
                        stderr::warning(given_up, None);
                    }
                    // It runs if nobody reads this, too.
                    let _ = say(stdout, format!("running {what}; Ctrl-C ends it"));
                })
                .map_err(Error::Problem)
            }
            BrowserCommand::Status(command) => {
                let status = own_browser::status(&dirs).map_err(Error::Problem)?;
                if command.json { say_success(stdout, &status) } else { print(stdout, &status) }
            }
            BrowserCommand::End(command) => {
                let ended = own_browser::end(&dirs).map_err(Error::Problem)?;
                match (command.json, ended) {
                    (true, _) => say_success(stdout, &Ended { ended }),
                    (false, true) => say(stdout, "potbridge's own browser has ended"),
                    (false, false) => say(stdout, "potbridge's own browser did not run"),
                }
            }
            BrowserCommand::Login(_) => {
                let config = Config::load(&dirs.config)?.browser;
                own_browser::login(&config, &dirs, |name| {
                    // The window says it too.
                    let _ = say(stdout, format!("log in, in {name}'s window, and close it then"));
                })
                .map_err(Error::Problem)
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn print(to: &mut impl Write, status: &Status) -> Result<(), Error> {
    let now = clock::now_ms();
    let Status { role, watchdog_pid, family, program, pid, since, given_up, profile, .. } = status;
    match (role, watchdog_pid) {
        (Some(role), Some(watchdog)) => {
            say(to, format!("potbridge's own browser: {}, by process {watchdog}", role.in_words()))?;
        }
        _ => say(to, "potbridge's own browser: does not run")?,
    }
    if let (Some(family), Some(program), Some(pid), Some(since)) = (family, program, pid, since) {
        let at = clock::local(*since, now);
        let name = family.display_name();
        say(to, format!("  {name} ({}), process {pid}, since {at}", program.display()))?;
    }
    if let Some(profile) = profile {
        say(to, format!("  profile: {}", profile.display()))?;
    }
    if let Some(given_up) = given_up {
        say(to, format!("  warning: {given_up}"))?;
    }
    let last_use = status.last_use.map_or_else(|| "never".to_owned(), |at| clock::ago(at, now));
    say(to, format!("  last needed: {last_use}"))?;
    say(to, format!("  crashes within the last hour: {}", status.crashes))?;
    if let Some(problem) = &status.failure {
        say(to, format!("Problem: {}", problem.message))?;
        for hint in problem.hint.iter().flat_map(|hint| hint.lines()) {
            say(to, format!("  hint: {hint}"))?;
        }
    }
    say(to, format!("  what it printed: {}", status.log.display()))
}

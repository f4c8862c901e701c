//! `start`: opens a browser and prints its tokens. Nothing is installed.

use crate::artifacts::Artifacts;
use crate::browsers::Found;
use crate::env_path;
use crate::error::{Error, Result};
use crate::progress::{Step, note};
use crate::start::browser_choice;
use crate::start::demo::Demo;
use crate::start::event::{Event, watch_signals};
use crate::start::network;
use crate::start::token_watcher::TokenWatcher;
use crate::temporary_install::TemporaryInstall;
use clap::Args;
use potbridge_browser::{Browser, LaunchOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const YOUTUBE: &str = "https://www.youtube.com/";
/// In a demo the player sends a token within seconds. This is enough for a slow machine.
const DEMO_LIMIT: Duration = Duration::from_secs(60);

/// Opens a browser with potbridge in it, and prints each token as it arrives. Installs nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge-setup start --env-file /srv/app/.env
  potbridge-setup start --once --yes")]
pub(super) struct Start {
    /// The file for the token
    #[arg(long, value_name = "FILE", default_value = ".env")]
    env_file: PathBuf,
    /// A browser by its id, as in `potbridge-setup list`; by default the first that is found
    #[arg(long)]
    browser: Option<String>,
    /// Use a local stand-in for YouTube, in a browser without a window
    #[arg(long, alias = "rehearse")]
    demo: bool,
    /// End after the first token
    #[arg(long)]
    once: bool,
    /// Install a browser without asking, if none is found
    #[arg(long)]
    yes: bool,
}

impl Start {
    /// Runs until the first token (`--once`), until the browser is closed, or until SIGINT.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<()> {
        let env_file = env_path::absolute(&self.env_file)?;
        let browser = browser_choice::choose(self.browser.as_deref(), self.yes)?;
        let demo_reason = if self.demo { Some("--demo".to_owned()) } else { network::why_not_youtube() };
        let artifacts = Artifacts::find()?;
        let stand_in = match demo_reason {
            Some(reason) => {
                note(&format!("demo: YouTube is a local stand-in, and its tokens are made up ({reason})"));
                Some(artifacts.stand_in()?)
            }
            None => None,
        };

        // From here on there are things to remove, so signals end the loop and not the process.
        let (events, wake) = channel();
        watch_signals(events.clone())?;
        let install = TemporaryInstall::new(browser.entry.family, &artifacts.host, &env_file)?;
        let demo = stand_in.as_deref().map(Demo::start).transpose()?;
        let mut watcher = TokenWatcher::start(&install, &artifacts.host, &env_file, events.clone())?;
        let opened = open(&browser, &artifacts, &install, demo.as_ref())?;
        opened.on_closed(move || drop(events.send(Event::Closed)));
        note(&instructions(&browser, demo.is_some(), &env_file));

        let limit = (self.once && demo.is_some()).then_some(DEMO_LIMIT);
        match wait(&wake, &mut watcher, out, self.once, limit)? {
            Waited::Done => Ok(()),
            Waited::TimedOut(limit) => {
                Err(Error::NoToken { limit, reason: watcher.why_no_token()?, log: opened.log_tail() })
            }
        }
    }
}

fn open(
    browser: &Found,
    artifacts: &Artifacts,
    install: &TemporaryInstall,
    demo: Option<&Demo>,
) -> Result<Browser> {
    let _step = Step::start(format!("opening {}", browser.entry.name));
    let family = browser.entry.family;
    let options = LaunchOptions {
        program: browser.program.clone(),
        profile: install.profile(),
        extension: artifacts.extension(family),
        extensions_before: Vec::new(),
        in_private_windows: false,
        headless: demo.is_some(),
        route: demo.map(|demo| demo.route.clone()),
        env: install.browser_environment(),
        extra_prefs: Vec::new(),
        extra_args: Vec::new(),
        log: install.log(),
    };
    let opened = Browser::launch(family, &options)?;
    match demo {
        Some(demo) => drop(opened.open(&demo.start_url)?),
        // The person sees in the window whether the page is slow or fails.
        None => {
            if let Err(error) = opened.open(YOUTUBE) {
                note(&format!("{error}; open {YOUTUBE} in the window"));
            }
        }
    }
    Ok(opened)
}

fn instructions(browser: &Found, is_demo: bool, env_file: &Path) -> String {
    let (name, file) = (&browser.entry.name, env_file.display());
    if is_demo {
        format!("{name} plays a video. Its token goes to {file}. Ctrl-C ends.")
    } else {
        format!(
            "Play a video in the {name} window. Its token goes to {file}. Close the window or press Ctrl-C to end."
        )
    }
}

/// How a wait ended without an error.
enum Waited {
    Done,
    TimedOut(Duration),
}

fn wait(
    wake: &Receiver<Event>,
    watcher: &mut TokenWatcher,
    out: &mut dyn Write,
    once: bool,
    limit: Option<Duration>,
) -> Result<Waited> {
    let end = limit.map(|limit| (Instant::now() + limit, limit));
    // A token may have come while the browser was being opened.
    let mut event = Event::Changed;
    loop {
        match event {
            Event::Changed => {
                if watcher.print_new(out)? && once {
                    return Ok(Waited::Done);
                }
            }
            Event::Closed | Event::Signal if once => return Err(Error::Interrupted),
            Event::Closed => {
                note("the browser was closed");
                return Ok(Waited::Done);
            }
            Event::Signal => return Ok(Waited::Done),
        }
        event = match end {
            Some((end, limit)) => match wake.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(event) if Instant::now() < end => event,
                _ => return Ok(Waited::TimedOut(limit)),
            },
            // The watcher holds a sender as long as this runs.
            None => wake.recv().map_err(|_| Error::Interrupted)?,
        };
        // Many changes need one look. Other events end the wait at once.
        while let Event::Changed = event
            && let Ok(more) = wake.try_recv()
        {
            event = more;
        }
    }
}

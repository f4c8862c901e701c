//! `start`: the main job at once, with nothing installed.

mod landing;
mod network;
mod rehearsal;

use crate::artifacts::Artifacts;
use crate::browsers::{self, Found};
use crate::command_line::Start;
use crate::error::{Error, Result};
use crate::launch::{Browser, LaunchOptions};
use crate::progress::{Step, note};
use crate::stage::Stage;
use crate::{debian, env_file};
use landing::Landing;
use rehearsal::Rehearsal;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const YOUTUBE: &str = "https://www.youtube.com/";
/// In a rehearsal the player sends a token within seconds; this leaves room for a slow machine.
const REHEARSAL_LIMIT: Duration = Duration::from_secs(60);

/// What wakes the main loop.
enum Event {
    /// The `.env`, or what the host knows, may have changed.
    Changed,
    /// The browser has ended.
    Closed,
    /// Ctrl-C, or the system's wish to end.
    Signal,
}

/// Runs until the first token (`--once`), or until the person closes the browser or presses Ctrl-C.
///
/// # Errors
/// Where there is no browser, something cannot be built or started, or a rehearsal with `--once`
/// brings no token in time.
pub fn run(arguments: &Start, out: &mut dyn Write) -> Result<()> {
    let env_file = env_file::absolute(&arguments.env_file)?;
    let browser = choose(arguments)?;
    let why = if arguments.rehearse { Some("as asked".to_owned()) } else { network::why_not_youtube() };
    let artifacts = Artifacts::prepare()?;
    let stand_in = match &why {
        Some(why) => {
            note(&format!("rehearsing with a local stand-in for YouTube ({why}): the tokens are made up"));
            Some(artifacts.stand_in()?)
        }
        None => None,
    };

    // From here on something is to be cleared away, so a signal ends the loop and not the process.
    let (events, wake) = channel();
    watch_signals(events.clone())?;
    let stage = Stage::set(&browser, &artifacts, &env_file)?;
    let rehearsal = stand_in.as_deref().map(Rehearsal::start).transpose()?;
    let mut landing = Landing::watch(&stage, &artifacts.host, &env_file, events.clone())?;
    let opened = open(&browser, &artifacts, &stage, rehearsal.as_ref())?;
    opened.on_closed(move || drop(events.send(Event::Closed)));
    note(&invitation(&browser, rehearsal.is_some(), &env_file));

    let limit = (arguments.once && rehearsal.is_some()).then_some(REHEARSAL_LIMIT);
    let ended = wait(&wake, &mut landing, out, arguments.once, limit);
    match ended {
        Err(Error::TooLate { what, limit, .. }) => Err(Error::TooLate {
            what: format!("{what}{}", landing.what_is_missing()?),
            limit,
            log: opened.log_tail(),
        }),
        ended => ended,
    }
}

/// The browser asked for, or the first that is found; where there is none, the one that Debian can
/// provide, once the person has agreed.
fn choose(arguments: &Start) -> Result<Found> {
    let wanted = match &arguments.browser {
        Some(id) => vec![browsers::by_id(id)?],
        None => browsers::all().iter().collect(),
    };
    if let Some(found) = wanted.iter().find_map(|entry| entry.find()) {
        return Ok(found);
    }
    let names = wanted.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(" or ");
    let Some((entry, package)) =
        wanted.iter().find_map(|entry| Some((entry, entry.debian_package.as_deref()?)))
    else {
        return Err(Error::NoBrowser {
            hint: format!("install {names} from its maker, or name another with --browser"),
            wanted: names,
        });
    };
    note(&format!("{names} is not installed here; Debian has {} as the package {package}", entry.name));
    let installed = debian::offer(package, arguments.yes)?;
    entry.find().filter(|_| installed).ok_or(Error::NoBrowser {
        wanted: names,
        hint: format!("install Debian's package {package} (apt-get install {package}), or let --yes do so"),
    })
}

fn open(
    browser: &Found,
    artifacts: &Artifacts,
    stage: &Stage,
    rehearsal: Option<&Rehearsal>,
) -> Result<Browser> {
    let _step = Step::start(format!("opening {}", browser.entry.name));
    let family = browser.entry.family;
    let opened = Browser::launch(
        family,
        &LaunchOptions {
            program: browser.program.clone(),
            profile: stage.profile(),
            extension: artifacts.extension(family),
            headless: rehearsal.is_some(),
            route: rehearsal.map(|rehearsal| rehearsal.route.clone()),
            env: stage.browser_environment(),
            extra_prefs: Vec::new(),
            extra_args: Vec::new(),
            log: stage.log(),
        },
    )?;
    match rehearsal {
        Some(rehearsal) => drop(opened.open(&rehearsal.start_url)?),
        // A slow or failing page is the person's to see, in the window.
        None => {
            if let Err(error) = opened.open(YOUTUBE) {
                note(&format!("{error}; open {YOUTUBE} in its window yourself"));
            }
        }
    }
    Ok(opened)
}

fn invitation(browser: &Found, rehearsing: bool, env_file: &Path) -> String {
    let file = env_file.display();
    if rehearsing {
        format!("{} plays; the token goes to {file}. Ctrl-C ends.", browser.entry.name)
    } else {
        format!(
            "Play a video in the {} window that opened; its token goes to {file}. \
             Close the window or press Ctrl-C to end.",
            browser.entry.name
        )
    }
}

fn watch_signals(events: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|source| Error::Run { program: "the signal handler".to_owned(), source })?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if events.send(Event::Signal).is_err() {
                break;
            }
        }
    });
    Ok(())
}

fn wait(
    wake: &Receiver<Event>,
    landing: &mut Landing,
    out: &mut dyn Write,
    once: bool,
    limit: Option<Duration>,
) -> Result<()> {
    let end = limit.map(|limit| (Instant::now() + limit, limit));
    // Something may have landed while the browser was being opened.
    let mut event = Event::Changed;
    loop {
        match event {
            Event::Changed => {
                if landing.look(out)? && once {
                    return Ok(());
                }
            }
            Event::Closed | Event::Signal if once => return Err(Error::Interrupted),
            Event::Closed => {
                note("the browser was closed");
                return Ok(());
            }
            Event::Signal => return Ok(()),
        }
        event = match end {
            Some((end, limit)) => wake
                .recv_timeout(end.saturating_duration_since(Instant::now()))
                .ok()
                .filter(|_| Instant::now() < end)
                .ok_or_else(|| Error::TooLate { what: "a token".to_owned(), limit, log: String::new() })?,
            // The watcher holds a sender for as long as this runs.
            None => wake.recv().map_err(|_| Error::Interrupted)?,
        };
        // Many changes are worth one look, and an end goes before them.
        while let Event::Changed = event
            && let Ok(more) = wake.try_recv()
        {
            event = more;
        }
    }
}

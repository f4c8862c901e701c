//! The command's side of the control socket: which browsers are asked for a token, and what is waited for.
//!
//! The browsers of people are asked first, those that can be asked before those that say no. potbridge's own browser is the
//! last resort: it is started if no other can be asked, or if those that were asked could not open the video.

use super::connected::{is_starting, may_live, without_socket};
use super::greetings::Greetings;
use super::host_connection::{HELLO_TIMEOUT, HostConnection, NoAnswer, NoHello};
use super::host_files::{HostFiles, files, problems};
use super::own::OwnBrowser;
use super::patience::{GRACE, LOOK, Patience};
use super::socket::{EXTENSION, folder};
use super::unreachable::unreachable;
use crate::config::BrowserConfig;
use potbridge_protocol::messages::ipc::{IpcResponse, TokenRequest};
use potbridge_protocol::{Capture, Code, Problem};
use potbridge_system::dirs::Dirs;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Asks the live hosts, one after the other, until one gives a token. Waits for a browser that is not there yet.
///
/// If a browser is starting, it is waited for until the request's time is over. If nothing says that one is coming, it is
/// waited for as long as `patience` says.
///
/// # Errors
/// Why the hosts that were asked gave none; [`Code::NoBrowser`] if none could be asked.
pub fn ask_browsers(
    request: &TokenRequest,
    patience: &Patience,
    browser: &BrowserConfig,
    dirs: &Dirs,
) -> Result<Capture, Problem> {
    let now = Instant::now();
    let search = Search {
        request,
        patience,
        dirs,
        end: now + Duration::from_millis(request.timeout_ms),
        asked: HashSet::new(),
        absent_since: now,
        problem: None,
        is_full: false,
        greetings: Greetings::new(),
        own: OwnBrowser::new(browser, dirs),
    };
    search.run()
}

/// The problem that no browser is connected.
#[must_use]
pub fn no_browser(dirs: &Dirs) -> Problem {
    no_browser_because("no browser is connected whose extension could be asked".to_owned(), dirs)
}

fn no_browser_because(message: String, dirs: &Dirs) -> Problem {
    let hint = "open the browser that has the extension, or play the video in it";
    let hint = dirs.lacking_variable().map_or_else(
        || hint.to_owned(),
        |variable| format!("{hint}; if it is open, set {variable} as it has it"),
    );
    Problem::new(Code::NoBrowser, message).with_hint(hint)
}

struct Search<'a> {
    request: &'a TokenRequest,
    patience: &'a Patience,
    dirs: &'a Dirs,
    /// When the request's time is over.
    end: Instant,
    /// The sockets of the hosts that were asked. Each is asked once.
    asked: HashSet<PathBuf>,
    /// Since when there is no browser that could be asked.
    absent_since: Instant,
    /// The most telling of what the browsers said.
    problem: Option<Problem>,
    /// Whether a host took no more connections when it was looked for last.
    is_full: bool,
    greetings: Greetings,
    own: OwnBrowser<'a>,
}

impl Search<'_> {
    fn run(mut self) -> Result<Capture, Problem> {
        loop {
            let next = self.look();
            if self.patience.withdrawal.is_withdrawn() {
                return Err(Problem::new(Code::NoToken, "nobody waits for it any more"));
            }
            let Some((socket, host)) = next else {
                if self.left().is_zero() || !self.may_wait() {
                    return Err(self.failure());
                }
                thread::sleep(LOOK.min(self.left()));
                continue;
            };
            if let Some(capture) = self.ask(&socket, host) {
                return Ok(capture);
            }
            // Without a time limit each host is asked for what its store has.
            if self.left().is_zero() && self.request.timeout_ms > 0 {
                return Err(self.failure());
            }
        }
    }

    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Says hello to the hosts that were not asked yet. Gives the one that is to be asked next.
    fn look(&mut self) -> Option<(PathBuf, HostConnection)> {
        let mut next: Option<(PathBuf, HostConnection)> = None;
        self.is_full = false;
        let sockets = sockets(self.dirs).into_iter().filter(|socket| !self.asked.contains(socket));
        let preferred = &self.request.prefer_session.profile;
        for (socket, said) in self.greetings.greet(sockets, preferred, HELLO_TIMEOUT) {
            if self.asked.contains(&socket) {
                continue;
            }
            match said {
                Ok(host) if host.is_unattended && !self.own_may_help() => {}
                // Nobody is asked for what potbridge's own browser does unasked.
                Ok(host) if host.is_undecided && self.request.timeout_ms > 0 && self.own.may_come() => {}
                Ok(host) => {
                    if next.as_ref().is_none_or(|(_, next)| host.rank() < next.rank()) {
                        next = Some((socket, host));
                    }
                }
                Err(NoHello::Failed(problem)) => {
                    self.asked.insert(socket);
                    self.note(problem);
                }
                Err(NoHello::TurnedAway) => self.is_full = true,
                Err(NoHello::Killed) => remove_left(&socket),
                // It counts as absent too, and may be reached later.
                Err(NoHello::Unreached(problem)) => self.note(problem),
                // It may only be slow. It counts as absent.
                Err(NoHello::Silent) => {}
            }
        }
        next
    }

    fn ask(&mut self, socket: &Path, host: HostConnection) -> Option<Capture> {
        let timeout_ms = u64::try_from(self.left().as_millis()).unwrap_or(u64::MAX);
        let request = TokenRequest { timeout_ms, ..self.request.clone() };
        let is_unattended = host.is_unattended;
        if host.is_undecided && timeout_ms > 0 {
            (self.patience.on_question)();
        }
        self.asked.insert(socket.to_owned());
        match host.ask(request, &self.patience.withdrawal) {
            Ok(IpcResponse::Token { capture }) => return Some(*capture),
            Ok(IpcResponse::Failed(problem)) if problem.code == Code::Busy && !self.left().is_zero() => {
                self.asked.remove(socket);
                self.note(problem);
                thread::sleep(LOOK.min(self.left()));
            }
            Ok(IpcResponse::Failed(problem)) => {
                match (is_unattended, problem.code) {
                    (false, _) => {}
                    // Nobody is there to close a tab: the browser is ending.
                    (true, Code::TabClosed) => self.own.is_lost(),
                    (true, _) => self.own.has_answered(),
                }
                self.note(problem);
            }
            Ok(_) | Err(NoAnswer::Closed | NoAnswer::Late) => {
                if is_unattended {
                    self.own.is_lost();
                }
                self.absent_since = Instant::now();
                let message = "the browser was closed, or its host did not answer in time";
                self.note(Problem::new(Code::NoBrowser, message).with_hint("open the browser again"));
            }
            Err(NoAnswer::Withdrawn) => {}
        }
        None
    }

    /// Whether somebody who could be asked may come. Has potbridge's own browser started if nobody else comes.
    fn may_wait(&mut self) -> bool {
        let code = self.problem.as_ref().map(|problem| problem.code);
        // A browser brings tokens of videos alone.
        let of_video = self.request.video_id.is_some() && self.request.content_binding.is_none();
        if !of_video || code.is_some_and(is_final) {
            return false;
        }
        if self.is_full || without_socket(self.dirs).iter().any(is_starting) {
            return true;
        }
        if self.own_may_help() && self.own.comes() {
            return true;
        }
        let is_absent = code.is_none_or(|code| code == Code::NoBrowser);
        // Whoever relies on potbridge's own browser learns soon that it fails.
        let patience = self.patience.for_browser;
        let patience = if self.own.has_failed() { patience.min(GRACE) } else { patience };
        // The extension of a host that was killed starts another.
        let patience = if code.is_some() { patience.max(GRACE) } else { patience };
        is_absent && self.absent_since.elapsed() < patience
    }

    /// Whether potbridge's own browser may bring what the browsers of people did not.
    fn own_may_help(&self) -> bool {
        self.problem.as_ref().is_none_or(|problem| could_not_open(problem.code))
    }

    /// Keeps a problem, unless a more telling one is known.
    fn note(&mut self, problem: Problem) {
        if self.problem.as_ref().is_none_or(|known| telling(known.code) <= telling(problem.code)) {
            self.problem = Some(problem);
        }
    }

    fn failure(self) -> Problem {
        let seconds = Duration::from_millis(self.request.timeout_ms).as_secs();
        let said = self.problem.as_ref().filter(|problem| problem.code != Code::NoBrowser);
        if let Some(problem) = self.own.failure(said, seconds) {
            return problem;
        }
        if self.is_full && said.is_none() {
            let message = format!("more programs ask than the browser's host takes, since {seconds} s");
            return Problem::new(Code::Busy, message).with_hint("try again");
        }
        let waited = !self.patience.for_browser.is_zero() && self.left().is_zero() && seconds > 0;
        let is_absent = self.problem.as_ref().is_none_or(|problem| problem.code == Code::NoBrowser);
        let why = || unreachable(self.dirs).into_iter().chain(problems(self.dirs)).next();
        let why = is_absent.then(why).flatten();
        let none = self.problem.unwrap_or_else(|| match without_socket(self.dirs).first() {
            Some(browser) if waited && why.is_none() => Problem::new(
                Code::NoBrowser,
                format!(
                    "the extension in {} did not say within {seconds} s that it may be asked",
                    browser.browser
                ),
            )
            .with_hint("close the browser and open it again; the log may say more"),
            None if waited => no_browser_because(
                format!("no browser came within {seconds} s whose extension could be asked"),
                self.dirs,
            ),
            _ => no_browser(self.dirs),
        });
        let Some(why) = why else { return none };
        Problem { message: format!("{}; {}", none.message, why.message), hint: why.hint, ..none }
    }
}

fn sockets(dirs: &Dirs) -> Vec<PathBuf> {
    dirs.runtime_places().iter().flat_map(|place| files(&folder(place), EXTENSION)).collect()
}

/// Removes the socket of a killed host. One whose host lives and cannot be reached from here stays.
fn remove_left(socket: &Path) {
    if HostFiles::of_socket(socket).is_some_and(|files| !may_live(&files)) {
        // Another program may have been quicker.
        let _ = fs::remove_file(socket);
    }
}

/// Whether no other browser is waited for: it would say the same of the video.
fn is_final(code: Code) -> bool {
    matches!(code, Code::LoginNeeded | Code::NotPlayable)
}

/// Whether a browser that fails by this code could not be asked, or could not open the video.
fn could_not_open(code: Code) -> bool {
    matches!(
        code,
        Code::NoBrowser
            | Code::TurnedOff
            | Code::ConsentNeeded
            | Code::CapturePaused
            | Code::PageHidden
            | Code::TooMany
            | Code::CannotOpen
            | Code::TabClosed
            | Code::UpdateHost
            | Code::UpdateCommand
    )
}

/// How much a failure says of what was asked for: the more, the rather it is reported.
fn telling(code: Code) -> u8 {
    match code {
        code if is_final(code) => 3,
        Code::NoBrowser => 0,
        Code::TurnedOff
        | Code::ConsentNeeded
        | Code::CapturePaused
        | Code::UpdateHost
        | Code::UpdateCommand => 1,
        _ => 2,
    }
}

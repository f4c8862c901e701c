//! potbridge's own browser, as a command waits for it.

use crate::config::BrowserConfig;
use crate::own_browser;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use std::time::{Duration, Instant};

/// How often its start is asked for while it does not come. It may have ended for idleness in between.
const START_AGAIN: Duration = Duration::from_secs(1);

/// potbridge's own browser, as a command waits for it.
pub(super) struct OwnBrowser<'a> {
    config: &'a BrowserConfig,
    dirs: &'a Dirs,
    state: State,
    /// Whether it may be started once more if it fails. A watchdog that was killed holds its lock for a moment longer, so the
    /// first start may have taken it for a live one.
    may_retry: bool,
}

enum State {
    /// It is not needed, or it was lost.
    Idle,
    /// It was started at this time.
    Started(Instant),
    /// It cannot be had.
    Failed(Problem),
    /// It was asked, and has answered.
    Answered,
}

impl<'a> OwnBrowser<'a> {
    pub(super) fn new(config: &'a BrowserConfig, dirs: &'a Dirs) -> Self {
        Self { config, dirs, state: State::Idle, may_retry: true }
    }

    /// Has it started, if it may be and was not asked. Says whether its host will open a control socket.
    pub(super) fn comes(&mut self) -> bool {
        match self.state {
            State::Idle if self.config.own => self.start(),
            State::Started(at) => {
                let Some(problem) = own_browser::failure(self.dirs) else {
                    return at.elapsed() < START_AGAIN || self.start();
                };
                // Its sandbox does not come by itself.
                let again = self.may_retry && problem.code == Code::OwnBrowserFailed && self.start();
                self.may_retry = false;
                if !again {
                    self.state = State::Failed(problem);
                }
                again
            }
            State::Idle | State::Failed(_) | State::Answered => false,
        }
    }

    fn start(&mut self) -> bool {
        match own_browser::start(self.config, self.dirs) {
            Ok(()) => self.state = State::Started(Instant::now()),
            Err(problem) => self.state = State::Failed(problem),
        }
        matches!(self.state, State::Started(_))
    }

    /// Says that it has answered.
    pub(super) fn has_answered(&mut self) {
        self.state = State::Answered;
    }

    /// Says that it was killed while it was asked. It may be started again.
    pub(super) fn is_lost(&mut self) {
        (self.state, self.may_retry) = (State::Idle, true);
    }

    /// Whether it is configured, and has neither failed nor answered.
    pub(super) fn may_come(&self) -> bool {
        self.config.own && matches!(self.state, State::Idle | State::Started(_))
    }

    /// Whether it cannot be had.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Why it brought nothing, if it was to and could not be asked. `said` is what other browsers said, within so many seconds.
    pub(super) fn failure(&self, said: Option<&Problem>, seconds: u64) -> Option<Problem> {
        let problem = match &self.state {
            State::Idle | State::Answered => return None,
            State::Failed(problem) => problem.clone(),
            State::Started(_) => Problem::new(
                Code::OwnBrowserFailed,
                format!("potbridge's own browser did not come within {seconds} s"),
            )
            .with_hint("give it more time, or look into the log"),
        };
        let Some(said) = said else { return Some(problem) };
        let message = format!("{}; and the browser that is open: {}", problem.message, said.message);
        Some(Problem { message, ..problem })
    }
}

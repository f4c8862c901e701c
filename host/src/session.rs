//! One browser connection: messages come in on the standard input, answers go out on the standard output.
//!
//! Every message is done with before its answer is sent, since a browser that closes kills its host: Chromium
//! after 2 seconds without a warning, Firefox after 3. Only what no browser should wait for is left to couriers.

mod downloads;

use crate::caller;
use crate::clock;
use crate::config::{Config, SinkConfig};
use crate::connected::Presence;
use crate::courier::{Couriers, Reason};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::folders::Folders;
use crate::link;
use crate::link::listen::{Host, Link};
use crate::link::wishes::Wishes;
use crate::own_stdout;
use crate::shelf::Shelf;
use crate::status::status;
use potbridge_protocol::frame::{self, FrameError, MAX_TO_HOST};
use potbridge_protocol::from_host::Connected;
use potbridge_protocol::report::{Outcome, SinkReport};
use potbridge_protocol::{Capture, ErrorCode, FromHost, Label, PROTOCOL, Playing, ToHost, Word};
use std::fs::File;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// What a `status` message shows: the popup has no room for more, and a frame has its limit.
const TOKENS_IN_STATUS: u32 = 20;

struct Session {
    folders: Folders,
    stdout: Arc<Mutex<File>>,
    /// Opened at its first use: a hello is answered without it.
    shelf: Option<Arc<Mutex<Shelf>>>,
    couriers: Option<Couriers>,
    /// What is left for when the answer is sent.
    after: After,
    presence: Option<Presence>,
    /// The browser's profile, once it has said hello.
    profile: Word,
    /// What programs wish for.
    wishes: Arc<Wishes>,
    /// Whether the extension can be asked: the link is open, or will be as soon as it can.
    takes_wishes: bool,
    link: Option<Link>,
}

#[derive(Default)]
struct After {
    /// Who has said hello, and is announced.
    greeted: Option<Connected>,
    /// Downloads are followed from now on.
    follow: bool,
    /// Couriers are sent out: what they say of a token comes after the answer to it.
    send_out: Option<(Config, Reason)>,
}

/// Serves the browser until it closes the connection.
#[must_use]
pub fn run(extension: &str) -> ExitCode {
    let result =
        own_stdout::take().map_err(FrameError::from).and_then(|mut stdout| match let_in(extension) {
            Ok(folders) => {
                let mut session = Session {
                    folders,
                    stdout: Arc::new(Mutex::new(stdout)),
                    shelf: None,
                    couriers: None,
                    after: After::default(),
                    presence: None,
                    profile: Word::default(),
                    wishes: Arc::default(),
                    takes_wishes: false,
                    link: None,
                };
                let result = session.serve();
                if let Some(couriers) = session.couriers {
                    couriers.say_farewell();
                }
                result
            }
            Err(refusal) => frame::write(&mut stdout, &refusal).map(|()| ExitCode::from(4)),
        });
    result.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "potbridge: {error}");
        ExitCode::FAILURE
    })
}

/// Lets in our own extension, and those that the configuration names.
fn let_in(extension: &str) -> Result<Folders, Box<FromHost>> {
    let refused = |error: &Error| Box::new(failure(error.code(), error.to_string(), None));
    let folders = Folders::of_environment().map_err(|error| refused(&error.into()))?;
    if !caller::is_ours(extension) {
        let config = Config::load(&folders.config).map_err(|error| refused(&error.into()))?;
        if !config.extension_ids.iter().any(|id| id == extension) {
            return Err(Box::new(failure(
                ErrorCode::ExtensionNotAllowed,
                format!(
                    "this host does not know the extension {extension}; if it is yours, run `potbridge-setup install --extension-id {extension}`"
                ),
                None,
            )));
        }
    }
    Ok(folders)
}

impl Session {
    fn serve(&mut self) -> Result<ExitCode, FrameError> {
        let mut stdin = std::io::stdin().lock();
        loop {
            let answer = match frame::read(&mut stdin, MAX_TO_HOST) {
                Ok(None) => return Ok(ExitCode::SUCCESS),
                Ok(Some(bytes)) => {
                    // A token is in it.
                    let bytes = Zeroizing::new(bytes);
                    match serde_json::from_slice(&bytes) {
                        Ok(message) => self.answer(message),
                        Err(error) => Some(malformed(&bytes, &error)),
                    }
                }
                Err(error @ FrameError::TooLarge { .. }) => {
                    Some(failure(ErrorCode::MessageTooLarge, error.to_string(), None))
                }
                Err(error) => return Err(error),
            };
            if let Some(answer) = answer {
                frame::write(&mut *lock(&self.stdout), &answer)?;
            }
            self.do_the_rest();
        }
    }

    fn do_the_rest(&mut self) {
        let After { greeted, follow, mut send_out } = std::mem::take(&mut self.after);
        if follow {
            self.follow_downloads();
        }
        if self.takes_wishes && self.link.is_none() {
            // Without it programs find no browser to ask; the next message is another chance.
            self.link = self.open_link().ok();
        }
        if let Some(browser) = greeted {
            // `status` would not list this browser; all else works without.
            self.presence = Presence::announce(&browser, &self.folders).ok();
            send_out = Config::load(&self.folders.config).ok().map(|config| (config, Reason::Leftovers));
        }
        let Some((config, reason)) = send_out else { return };
        if self.couriers.is_none() && !config.sinks.iter().any(SinkConfig::takes_its_time) {
            return;
        }
        let Ok(shelf) = self.shelf(&config).map(Arc::clone) else { return };
        let (teller, folders) = (self.teller(), self.folders.clone());
        let tell = move |sink| teller(FromHost::Delivered { sink });
        self.couriers
            .get_or_insert_with(|| Couriers::new(shelf, folders, Arc::new(tell)))
            .wake(&config, reason);
    }

    fn answer(&mut self, message: ToHost) -> Option<FromHost> {
        match message {
            ToHost::Hello { protocol, version, browser, profile } => {
                Some(self.hello(protocol, Connected { browser, profile, version, since: clock::now_ms() }))
            }
            ToHost::Captured { id, capture } => Some(
                self.store(&id, &capture)
                    .unwrap_or_else(|error| failure(error.code(), error.to_string(), Some(id))),
            ),
            ToHost::Playing { id, playing } => Some(
                self.note(&id, &playing)
                    .unwrap_or_else(|error| failure(error.code(), error.to_string(), Some(id))),
            ),
            // Counting is not worth an error.
            ToHost::Tally { profile, tally } => {
                let config = Config::load(&self.folders.config).ok()?;
                lock(self.shelf(&config).ok()?).count(&profile, tally).ok()?;
                None
            }
            ToHost::Status => {
                let live = self.shelf.as_deref().map(lock);
                Some(FromHost::Status(status(&self.folders, live.as_deref(), TOKENS_IN_STATUS)))
            }
            ToHost::Wishes { on } => {
                self.wishes.let_ask(on);
                self.takes_wishes = true;
                None
            }
            ToHost::Downloads => {
                self.after.follow = true;
                Some(self.list_downloads())
            }
            ToHost::Download { id, ask } => Some(match self.start_download(*ask) {
                Ok(job) => FromHost::Started { id, job },
                Err(error) => failure(error.code(), error.to_string(), Some(id)),
            }),
            ToHost::Job { id, job, act, cookies } => self
                .act(&id, &job, act, cookies)
                .err()
                .map(|error| failure(error.code(), error.to_string(), Some(id))),
            ToHost::Unobtainable { id, code, message } => {
                self.wishes.refuse(&id, &code, &message);
                None
            }
            ToHost::Unknown => None,
        }
    }

    fn hello(&mut self, protocol: u32, browser: Connected) -> FromHost {
        let version = env!("CARGO_PKG_VERSION");
        let older = |side: &str, theirs: &str, ours: &str| {
            format!(
                "the extension is of version {theirs} and the host of {ours}, and they do not fit: update {side}"
            )
        };
        if protocol < PROTOCOL {
            let message = older("the extension", browser.version.as_str(), version);
            return failure(ErrorCode::UpdateExtension, message, None);
        }
        if protocol > PROTOCOL {
            let message = older("the host", browser.version.as_str(), version);
            return failure(ErrorCode::UpdateHost, message, None);
        }
        self.profile = browser.profile.clone();
        self.after.greeted = Some(browser);
        FromHost::Hello { protocol: PROTOCOL, version: version.to_owned() }
    }

    fn store(&mut self, id: &str, capture: &Capture) -> Result<FromHost, Error> {
        // Read anew each time, so that a change of the configuration counts at once.
        let config = Config::load(&self.folders.config)?;
        let wishes = Arc::clone(&self.wishes);
        let shelf = self.shelf(&config)?;
        lock(shelf).put(capture)?;
        wishes.look(&lock(shelf));
        let sinks = self.deliver(config)?;
        Ok(FromHost::Stored { id: id.to_owned(), label: Label::from(capture), sinks })
    }

    fn note(&mut self, id: &str, playing: &Playing) -> Result<FromHost, Error> {
        let config = Config::load(&self.folders.config)?;
        let wishes = Arc::clone(&self.wishes);
        let shelf = self.shelf(&config)?;
        if lock(shelf).join(playing)? {
            wishes.look(&lock(shelf));
            // Its reports are in the next `status`.
            self.deliver(config)?;
        }
        Ok(FromHost::Noted { id: id.to_owned() })
    }

    /// Delivers to the sinks that do not keep the browser waiting, and leaves the others to their couriers.
    fn deliver(&mut self, config: Config) -> Result<Vec<SinkReport>, Error> {
        let shelf = Arc::clone(self.shelf(&config)?);
        let delivery = Delivery { shelf: &shelf, folders: &self.folders };
        let mut reports = Vec::new();
        for sink in &config.sinks {
            if sink.sink.is_slow() {
                reports.push(sink.report(Outcome::Pending, Vec::new()));
            } else {
                reports.extend(delivery.deliver_to(sink)?.map(|delivered| delivered.report));
            }
        }
        self.after.send_out = Some((config, Reason::News));
        Ok(reports)
    }

    fn open_link(&mut self) -> Result<Link, Error> {
        let config = Config::load(&self.folders.config)?;
        let shelf = Arc::clone(self.shelf(&config)?);
        let host = Host {
            profile: self.profile.clone(),
            wishes: Arc::clone(&self.wishes),
            shelf,
            tell: Box::new(self.teller()),
        };
        link::listen::open(host, &self.folders).map_err(|source| Error::Io {
            what: format!("the link in {} cannot be opened", self.folders.runtime.display()),
            source,
        })
    }

    /// Sends the extension something that it did not ask for.
    fn teller(&self) -> impl Fn(FromHost) + Send + Sync + 'static {
        let stdout = Arc::clone(&self.stdout);
        move |message| {
            // The session ends by itself when nobody listens any more.
            let _ = frame::write(&mut *lock(&stdout), &message);
        }
    }

    fn shelf(&mut self, config: &Config) -> Result<&Arc<Mutex<Shelf>>, Error> {
        Ok(match &mut self.shelf {
            Some(shelf) => shelf,
            none => none.insert(Arc::new(Mutex::new(Shelf::open(&config.shelf, &self.folders)?))),
        })
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says what is wrong with a message, to whom it belongs, and nothing of what is in it.
fn malformed(bytes: &[u8], error: &serde_json::Error) -> FromHost {
    #[derive(serde::Deserialize)]
    struct Id {
        id: String,
    }
    let id = serde_json::from_slice(bytes).ok().map(|Id { id }| id);
    let what = match error.classify() {
        serde_json::error::Category::Data => "a message of another shape than this host knows",
        _ => "a message that is not JSON",
    };
    failure(ErrorCode::MalformedMessage, format!("the extension sent {what}"), id)
}

fn failure(code: ErrorCode, message: String, id: Option<String>) -> FromHost {
    FromHost::Error { code, message, id }
}

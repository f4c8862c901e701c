//! The state of everything: configuration, store, sinks, browsers.

mod content;
mod faults;
mod log_file;

pub use content::Asked;
pub use faults::{faults, has_fresh_token};

use crate::config::{Config, SinkConfig, ValidParts, consent};
use crate::error::Error;
use crate::ipc::connected::connected;
use crate::ipc::host_files;
use crate::ipc::unreachable::unreachable;
use crate::own_browser;
use crate::store::{StoreError, TokenStore};
use content::{Content, Judge};
use potbridge_protocol::messages::from_host::{ConfiguredConsent, SinkState, Status, UnknownPart};
use potbridge_protocol::{Counters, Problem};
use potbridge_system::dirs::{Dirs, NoDir};
use std::sync::{Mutex, PoisonError};

/// Gathers the state of everything, with what is wrong beside what is known.
///
/// What fails hides nothing else. `live` is the store that a connection has open, which may be in memory. Without it the
/// store is opened. `most` bounds the tokens.
#[must_use]
pub fn status(dirs: &Dirs, live: Option<&Mutex<TokenStore>>, asked: Asked, most: u32) -> Status {
    let mut status =
        Status { config: dirs.config.display().to_string(), connected: connected(dirs), ..nothing() };
    status.problems.extend(log_file::problem(dirs));
    let config = Config::load(&dirs.config);
    status.consent = consent(config.as_ref());
    let parts = match config {
        Ok(config) => {
            let options = config.download.check(&dirs.config);
            status.problems.extend(options.err().map(|error| Error::from(error).problem()));
            // In a person's browser nobody asks for potbridge's own.
            if asked == Asked::Servers && config.browser.own {
                status.problems.extend(own_browser::failure(dirs));
            }
            config.into()
        }
        Err(error) => {
            status.problems.push(Error::from(error).problem());
            ValidParts::load(&dirs.config)
        }
    };
    status.problems.extend(host_files::problems(dirs));
    for problem in unreachable(dirs) {
        tell(&mut status.problems, problem);
    }
    if !parts.all_sinks {
        status.unknown.push(UnknownPart::Sinks);
    }
    // Before the store is locked, since a server may keep its answer waiting.
    let contents = content::of_each(&parts.sinks, asked);
    match (live, parts.store) {
        (Some(live), _) => {
            let store = live.lock().unwrap_or_else(PoisonError::into_inner);
            add(&mut status, &parts.sinks, &contents, Some(&store), most);
        }
        (None, Some(config)) if !config.is_in_memory() => {
            let store = told(&mut status.problems, TokenStore::open(&config, dirs));
            add(&mut status, &parts.sinks, &contents, store.as_ref(), most);
        }
        // Another process has it in its memory, or nobody knows where it is.
        (None, _) => add(&mut status, &parts.sinks, &contents, None, most),
    }
    status
}

/// The state of an account that has no folder for potbridge.
#[must_use]
pub fn without_dirs(error: NoDir) -> Status {
    Status {
        problems: vec![Error::from(error).problem()],
        unknown: vec![UnknownPart::Sinks, UnknownPart::Tokens],
        ..nothing()
    }
}

fn nothing() -> Status {
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: String::new(),
        consent: ConfiguredConsent::Unknown,
        problems: Vec::new(),
        unknown: Vec::new(),
        sinks: Vec::new(),
        tokens: Vec::new(),
        counters: Counters::default(),
        connected: Vec::new(),
        registrations: Vec::new(),
    }
}

/// Adds what the store says, and what the sinks hold compared with it.
fn add(
    status: &mut Status,
    sinks: &[SinkConfig],
    contents: &[Content],
    store: Option<&TokenStore>,
    most: u32,
) {
    let problems = &mut status.problems;
    problems.extend(store.into_iter().flat_map(TokenStore::problems));
    for (sink, content) in sinks.iter().zip(contents) {
        let last = store.and_then(|store| told(problems, store.last_report(sink))).flatten();
        let judged =
            store.and_then(|store| told(problems, Judge { store, sink, last: last.as_ref() }.judge(content)));
        let (now, problem) = judged.unwrap_or_else(|| content.alone());
        let (kind, place) = (sink.sink.kind().to_owned(), sink.sink.place());
        status.sinks.push(SinkState { kind, place, last, now, problem });
    }
    match store.and_then(|store| told(problems, store.token_infos(most))) {
        Some(tokens) => status.tokens = tokens,
        None => status.unknown.push(UnknownPart::Tokens),
    }
    status.counters = store.and_then(|store| told(problems, store.counters())).unwrap_or_default();
}

/// What the store says, or else its problem among the others, once.
fn told<T>(problems: &mut Vec<Problem>, answer: Result<T, StoreError>) -> Option<T> {
    answer.map_err(|error| tell(problems, Error::from(error).problem())).ok()
}

/// Adds a problem that is not among the others.
fn tell(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

//! The state of everything: configuration, store, sinks, browsers.

use crate::config::Config;
use crate::error::Error;
use crate::ipc::connected::connected;
use crate::store::TokenStore;
use potbridge_protocol::messages::from_host::{SinkState, Status};
use potbridge_protocol::{Code, Counters, Problem, TokenInfo};
use potbridge_system::dirs::Dirs;

/// Gathers the state of everything, with what is wrong beside what is known.
///
/// `live` is the store that a connection has open, which may be in memory. Without it the store is opened. `most` bounds
/// the tokens.
#[must_use]
pub fn status(dirs: &Dirs, live: Option<&TokenStore>, most: u32) -> Status {
    let mut problems = Vec::new();
    let config = Config::load(&dirs.config).unwrap_or_else(|error| {
        problems.push(Error::from(error).problem());
        Config::default()
    });
    problems.extend(config.download.check(&dirs.config).err().map(|error| Error::from(error).problem()));
    let FromStore { sinks, tokens, counters } =
        from_store(&config, dirs, live, most).unwrap_or_else(|error| {
            problems.push(error.problem());
            FromStore::default()
        });
    Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: dirs.config.display().to_string(),
        problems,
        sinks,
        tokens,
        counters,
        connected: connected(dirs),
    }
}

#[derive(Default)]
struct FromStore {
    sinks: Vec<SinkState>,
    tokens: Vec<TokenInfo>,
    counters: Counters,
}

fn from_store(
    config: &Config,
    dirs: &Dirs,
    live: Option<&TokenStore>,
    most: u32,
) -> Result<FromStore, Error> {
    let opened;
    let store = match live {
        Some(store) => store,
        None => {
            opened = TokenStore::open(&config.store, dirs)?;
            &opened
        }
    };
    let sinks = config
        .sinks
        .iter()
        .map(|sink| {
            let (kind, place) = (sink.sink.kind().to_owned(), sink.sink.place());
            let holds_refused = store.holds_refused(sink)?;
            let mut last = store.last_report(sink)?;
            if let Some(report) = last.as_mut().filter(|_| holds_refused) {
                report.warnings.push(refused(&place));
            }
            Ok(SinkState { last, kind, place })
        })
        .collect::<Result<_, Error>>()?;
    Ok(FromStore { sinks, tokens: store.token_infos(most)?, counters: store.counters()? })
}

/// What is to be known of a sink that keeps a refused token, since the store has no other.
fn refused(place: &str) -> Problem {
    let message = format!("YouTube refused the token that {place} holds, and the store has no other");
    Problem::new(Code::TokenRefused, message).with_hint("play a video in a browser that has the extension")
}

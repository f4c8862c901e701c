//! Delivers after tokens have left the store because YouTube refused them, whoever removed them.

use super::Delivery;
use crate::config::Config;
use crate::error::Error;
use crate::store::TokenStore;
use potbridge_system::dirs::Dirs;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long is waited for the sinks. A slow one goes on after that, as long as this process lives; the next delivery does
/// what is left.
const LIMIT: Duration = Duration::from_secs(5);

/// A delivery that is under way. It is waited for when this is dropped, for 5 s at most.
pub struct CatchingUp {
    done: Receiver<()>,
    end: Instant,
}

impl Drop for CatchingUp {
    fn drop(&mut self) {
        // It is closed without a word if no thread could be started.
        let _ = self.done.recv_timeout(self.end.saturating_duration_since(Instant::now()));
    }
}

/// Writes the newest token to every sink, since the one that they hold was refused. What fails is in the log.
#[must_use]
pub fn catch_up(dirs: &Dirs) -> CatchingUp {
    let (send, done) = mpsc::channel();
    let dirs = dirs.clone();
    let deliver = move || {
        if let Err(error) = deliver(&dirs) {
            log::warn!("a refused token may be left in a sink: {error}");
        }
        // It fails if nobody waits any more.
        let _ = send.send(());
    };
    if let Err(error) = thread::Builder::new().name("deliver".to_owned()).spawn(deliver) {
        log::warn!("no thread can write to the sinks: {error}");
    }
    CatchingUp { done, end: Instant::now() + LIMIT }
}

fn deliver(dirs: &Dirs) -> Result<(), Error> {
    let config = Config::load(&dirs.config)?;
    let store = Mutex::new(TokenStore::open(&config.store, dirs)?);
    // What failed is in the log.
    let _ = Delivery::new(&store, dirs).deliver(&config);
    Ok(())
}

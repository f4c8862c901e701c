//! Waits for the videos of tokens that have none, and has those delivered that waited in vain.

use super::deliveries;
use super::shared::{Shared, lock};
use crate::store::TokenStore;
use potbridge_system::clock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Waits until `ends`, when a token has waited long enough for its video, and delivers then. Returns at once.
///
/// `ends` is in milliseconds since 1970. It may be over since it was asked for: then the token is delivered now.
pub(super) fn begin(shared: &Arc<Shared>, ends: u64) {
    let due = instant_of(ends);
    let mut running = lock(&shared.name_wait);
    if running.as_ref().is_some_and(|wake| wake.send(due).is_ok()) {
        return;
    }
    let (wake, woken) = mpsc::channel();
    let waiter = Arc::clone(shared);
    let waiting =
        thread::Builder::new().name("name-wait".to_owned()).spawn(move || wait(&waiter, due, &woken));
    match waiting {
        Ok(_) => *running = Some(wake),
        // It is delivered with the next token.
        Err(error) => log::error!("no thread can wait for a token's video: {error}"),
    }
}

/// Whether any token waits.
pub(super) fn is_waiting(shared: &Shared) -> bool {
    lock(&shared.name_wait).is_some()
}

/// Waits no longer. Says whether a token waited.
pub(super) fn end(shared: &Shared) -> bool {
    lock(&shared.name_wait).take().is_some()
}

/// `due` is the end of the first wait that no delivery has followed.
fn wait(shared: &Arc<Shared>, mut due: Instant, woken: &Receiver<Instant>) {
    loop {
        match woken.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(other) => {
                due = due.min(other);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let some_waited = next_due(shared).is_some();
        deliveries::deliver_unasked(shared);
        let mut running = lock(&shared.name_wait);
        // What waited at the delivery, or came since, may have waited long enough by now.
        let next = next_due(shared).or_else(|| woken.try_recv().ok());
        due = match next.or_else(|| some_waited.then(Instant::now)) {
            Some(next) => next,
            None => {
                *running = None;
                return;
            }
        };
    }
}

/// When the first token that waits has waited long enough. `None` if none waits.
fn next_due(shared: &Shared) -> Option<Instant> {
    ends(shared.open_store()?).map(instant_of)
}

/// The same, in milliseconds since 1970.
pub(super) fn ends(store: &Mutex<TokenStore>) -> Option<u64> {
    lock(store).name_wait_ends().unwrap_or_else(|error| {
        log::error!("the store cannot be asked which tokens wait for their video: {error}");
        None
    })
}

fn instant_of(ends: u64) -> Instant {
    // By then the wait is over.
    Instant::now() + Duration::from_millis(ends.saturating_sub(clock::now_ms()) + 1)
}

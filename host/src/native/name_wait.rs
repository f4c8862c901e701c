//! Waits for the videos of tokens that have none, and has those delivered that waited in vain.

use super::deliveries;
use super::shared::{Shared, lock};
use potbridge_system::clock;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Waits for the tokens of the store that wait for their video. Returns at once.
pub(super) fn begin(shared: &Arc<Shared>) {
    let mut running = lock(&shared.name_wait);
    let is_running = running.as_ref().is_some_and(|wake| wake.send(()).is_ok());
    if is_running || remaining(shared).is_none() {
        return;
    }
    let (wake, woken) = mpsc::channel();
    let waiter = Arc::clone(shared);
    let waiting = thread::Builder::new().name("name-wait".to_owned()).spawn(move || wait(&waiter, &woken));
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

/// Waits no longer.
pub(super) fn end(shared: &Shared) {
    *lock(&shared.name_wait) = None;
}

fn wait(shared: &Arc<Shared>, woken: &Receiver<()>) {
    loop {
        let Some(left) = remaining(shared) else {
            let mut running = lock(&shared.name_wait);
            // One may have come since.
            if woken.try_recv().is_ok() {
                continue;
            }
            *running = None;
            return;
        };
        match woken.recv_timeout(left) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => deliveries::deliver_unasked(shared),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// How long the first token that waits has yet to wait.
fn remaining(shared: &Shared) -> Option<Duration> {
    let ends = lock(shared.open_store()?).name_wait_ends();
    let ends = ends.unwrap_or_else(|error| {
        log::error!("the store cannot be asked which tokens wait for their video: {error}");
        None
    })?;
    // By then the wait is over.
    Some(Duration::from_millis(ends.saturating_sub(clock::now_ms()) + 1))
}

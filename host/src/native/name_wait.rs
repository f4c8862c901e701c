//! Waits for the videos of tokens that have none, and has those delivered that waited in vain.

use super::deliveries;
use super::shared::{Shared, lock};
use potbridge_system::clock;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Waits for the tokens of the store that wait for their video, and delivers then. Returns at once.
///
/// It is called after a delivery that left such a token out. Its wait may have ended since: then it is delivered now.
pub(super) fn begin(shared: &Arc<Shared>) {
    let mut running = lock(&shared.name_wait);
    if running.as_ref().is_some_and(|wake| wake.send(()).is_ok()) {
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

/// Waits no longer. Says whether a token waited.
pub(super) fn end(shared: &Shared) -> bool {
    lock(&shared.name_wait).take().is_some()
}

fn wait(shared: &Arc<Shared>, woken: &Receiver<()>) {
    // When to deliver: the end of the first wait that no delivery has followed.
    let mut due = earliest(shared);
    loop {
        match woken.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(()) => {
                due = due.min(earliest(shared));
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let some_waited = remaining(shared).is_some();
        deliveries::deliver_unasked(shared);
        let mut running = lock(&shared.name_wait);
        if let Some(left) = remaining(shared) {
            due = Instant::now() + left;
        } else if some_waited || woken.try_recv().is_ok() {
            // Its wait may have ended after the delivery.
            due = Instant::now();
        } else {
            *running = None;
            return;
        }
    }
}

/// When the first token that waits has waited long enough; now if none waits any more.
fn earliest(shared: &Shared) -> Instant {
    Instant::now() + remaining(shared).unwrap_or_default()
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

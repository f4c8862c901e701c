//! The open connections: how long each waits for its client, and which one goes if there are too many.
//!
//! A connection is always accepted. If more are open than may be, the one that has waited longest for its client is closed:
//! for a request, for the rest of one, or for its answer to be taken. So clients that never finish shut nobody out.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::sleep_until;

pub(super) struct Connections {
    most: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    connections: BTreeMap<u64, Connection>,
}

struct Connection {
    /// `None` while the client waits for its answer.
    waits: Option<Wait>,
    changed: Arc<Notify>,
}

#[derive(Clone, Copy)]
struct Wait {
    since: Instant,
    limit: Duration,
}

impl Connections {
    pub(super) fn new(most: usize) -> Self {
        Self { most, open: Mutex::default() }
    }

    /// Adds a connection that waits for its first request.
    pub(super) fn add(self: &Arc<Self>, limit: Duration) -> OpenConnection {
        let mut open = self.lock();
        if open.connections.len() >= self.most {
            open.close_longest_waiting();
        }
        open.last += 1;
        let number = open.last;
        let changed = Arc::new(Notify::new());
        let waits = Some(Wait { since: Instant::now(), limit });
        open.connections.insert(number, Connection { waits, changed: Arc::clone(&changed) });
        drop(open);
        OpenConnection { all: Arc::clone(self), number, changed }
    }

    /// Closes the connection that has waited longest for its client, if any waits.
    pub(super) fn close_longest_waiting(&self) {
        self.lock().close_longest_waiting();
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn close_longest_waiting(&mut self) {
        let waiting = self.connections.iter().filter_map(|(number, each)| Some((each.waits?.since, *number)));
        if let Some((_, number)) = waiting.min()
            && let Some(connection) = self.connections.remove(&number)
        {
            connection.changed.notify_one();
        }
    }
}

/// A connection; dropped when it is closed.
pub(super) struct OpenConnection {
    all: Arc<Connections>,
    number: u64,
    changed: Arc<Notify>,
}

impl OpenConnection {
    /// The client is waited for, for so long, from now on.
    pub(super) fn waits_for_client(&self, limit: Duration) {
        self.set(Some(Wait { since: Instant::now(), limit }));
    }

    /// The client waits.
    pub(super) fn client_waits(&self) {
        self.set(None);
    }

    fn set(&self, waits: Option<Wait>) {
        if let Some(connection) = self.all.lock().connections.get_mut(&self.number) {
            connection.waits = waits;
            self.changed.notify_one();
        }
    }

    /// Completes when the connection is to be closed: its client was waited for too long, or others need its place.
    pub(super) async fn is_to_close(&self) {
        loop {
            let Some(waits) = self.waits() else { return };
            let end = waits.map(|wait| wait.since + wait.limit);
            if end.is_some_and(|end| end <= Instant::now()) {
                return;
            }
            let is_over = async {
                match end {
                    Some(end) => sleep_until(end.into()).await,
                    // Whoever answers looks at the time.
                    None => pending().await,
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = is_over => {}
            }
        }
    }

    /// `None` if others have its place.
    fn waits(&self) -> Option<Option<Wait>> {
        self.all.lock().connections.get(&self.number).map(|connection| connection.waits)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.all.lock().connections.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    /// Whether each is to be closed at this moment.
    fn closing<const N: usize>(connections: [&OpenConnection; N]) -> [bool; N] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        connections.map(|connection| {
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = connection.is_to_close() => true,
                    () = tokio::task::yield_now() => false,
                }
            })
        })
    }

    #[test]
    fn over_the_bound_the_one_that_waited_longest_is_closed() {
        let all = Arc::new(Connections::new(3));
        let [first, second, third] = [(); 3].map(|()| all.add(LONG));
        assert_eq!(closing([&first, &second, &third]), [false; 3]);
        // Its request is there, and its answer is awaited.
        first.client_waits();
        let fourth = all.add(LONG);
        assert_eq!(closing([&first, &second, &third, &fourth]), [false, true, false, false]);
        drop(second);
        // It began to wait anew.
        third.waits_for_client(LONG);
        fourth.client_waits();
        let fifth = all.add(LONG);
        assert_eq!(closing([&first, &third, &fourth, &fifth]), [false, true, false, false]);
    }

    #[test]
    fn nobody_is_closed_who_waits_for_an_answer() {
        let all = Arc::new(Connections::new(2));
        let [first, second] = [(); 2].map(|()| all.add(LONG));
        first.client_waits();
        second.client_waits();
        let third = all.add(LONG);
        assert_eq!(closing([&first, &second, &third]), [false; 3]);
    }

    #[test]
    fn a_client_is_waited_for_as_long_as_was_said() {
        let all = Arc::new(Connections::new(2));
        let (late, answered) = (all.add(Duration::ZERO), all.add(Duration::ZERO));
        answered.client_waits();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(late.is_to_close());
        assert_eq!(closing([&answered]), [false]);
    }
}

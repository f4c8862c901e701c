//! What a connection delivers: with its answers, and unasked after other changes of the store.

use super::shared::{Shared, lock};
use crate::config::{Config, SinkConfig};
use crate::delivery::worker::Reason;
use crate::delivery::workers::DeliveryWorkers;
use crate::delivery::{Delivered, Delivery};
use crate::error::Error;
use crate::store::TokenStore;
use potbridge_protocol::{FromHost, ShortText, SinkOutcome, SinkReport};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a delivery did, and left to workers.
pub(super) struct AtOnce {
    /// What each sink did. Those that are slow, or locked by somebody else, are pending.
    pub(super) reports: Vec<SinkReport>,
    /// The sinks that are not slow and were not written, by their place in the configuration.
    pub(super) undone: Vec<usize>,
}

/// Delivers to the sinks that do not keep the browser waiting, and leaves the others to their workers.
pub(super) fn deliver(shared: &Shared, config: &Config) -> Result<AtOnce, Error> {
    let delivery = Delivery { in_haste: true, ..Delivery::new(shared.store(config)?, &shared.dirs) };
    let (mut reports, mut undone) = (Vec::new(), Vec::new());
    for (index, sink) in config.sinks.iter().enumerate() {
        if sink.sink.is_slow() {
            reports.push(sink.report(SinkOutcome::Pending, Vec::new()));
        } else if let Some(Delivered { report, .. }) = delivery.deliver_to(sink) {
            undone.extend((report.outcome == SinkOutcome::Pending).then_some(index));
            reports.push(report);
        }
    }
    Ok(AtOnce { reports, undone })
}

/// Has the slow sinks be written to, and those that are `undone`.
pub(super) fn wake_workers(shared: &Arc<Shared>, config: &Config, reason: Reason, undone: &[usize]) {
    let mut workers = lock(&shared.workers);
    if workers.is_none() && undone.is_empty() && !config.sinks.iter().any(SinkConfig::needs_worker) {
        return;
    }
    let store = match shared.store(config) {
        Ok(store) => Arc::clone(store),
        Err(error) => return log::error!("{}: {error}", error.code()),
    };
    let sender = shared.sender();
    let tell = move |sink| sender(FromHost::Delivered { sink });
    workers
        .get_or_insert_with(|| DeliveryWorkers::new(store, shared.dirs.clone(), Arc::new(tell)))
        .wake(config, reason, undone);
}

/// Delivers to every sink after something changed that no message of the extension told of, and tells it what was done.
pub(super) fn deliver_unasked(shared: &Arc<Shared>) {
    unasked(shared, |shared, config, store| {
        let undone = write_and_tell(shared, config, Delivery::new(store, &shared.dirs));
        wake_workers(shared, config, Reason::News, &undone);
        Ok(())
    });
}

/// The same, while the caller goes on.
pub(super) fn deliver_in_background(shared: &Arc<Shared>) {
    let deliver = {
        let shared = Arc::clone(shared);
        move || deliver_unasked(&shared)
    };
    if let Err(error) = thread::Builder::new().name("deliver".to_owned()).spawn(deliver) {
        log::warn!("no thread can write to the sinks: {error}");
    }
}

/// Removes the tokens of a profile's private windows from the store, and from the sinks that hold one.
pub(super) fn forget_private(shared: &Arc<Shared>, profile: &ShortText) {
    unasked(shared, |shared, _, store| {
        if lock(store).remove_private(profile)? {
            deliver_unasked(shared);
        }
        Ok(())
    });
}

/// Does something with the store, if there is one. What fails is in the log, since nobody waits for it.
pub(super) fn unasked(
    shared: &Arc<Shared>,
    act: impl FnOnce(&Arc<Shared>, &Config, &Mutex<TokenStore>) -> Result<(), Error>,
) {
    let result = shared.config().and_then(|config| {
        if shared.open_store().is_none() && !config.store.exists(&shared.dirs) {
            return Ok(());
        }
        act(shared, &config, shared.store(&config)?)
    });
    if let Err(error) = result {
        log::error!("{}: {error}", error.code());
    }
}

/// Writes to the sinks that are not slow, and tells the extension of those that changed or failed.
///
/// Each is asked what it holds, and not the store: somebody may have changed, removed or restored a file. Returns those that
/// are left to a worker, by their place in the configuration.
pub(super) fn write_and_tell(shared: &Shared, config: &Config, delivery: Delivery<'_>) -> Vec<usize> {
    let delivery = Delivery { in_haste: true, ..delivery };
    let mut undone = Vec::new();
    for (index, sink) in config.sinks.iter().enumerate().filter(|(_, sink)| !sink.sink.is_slow()) {
        let Some(Delivered { report, .. }) = delivery.deliver_to(sink) else { continue };
        undone.extend((report.outcome == SinkOutcome::Pending).then_some(index));
        if report.outcome != SinkOutcome::Unchanged {
            shared.tell(&FromHost::Delivered { sink: report });
        }
    }
    undone
}

//! What a connection delivers: with its answers, and unasked after other changes of the store.

use super::shared::{Shared, lock};
use crate::config::{Config, SinkConfig};
use crate::delivery::worker::{DeliveryWorkers, Reason};
use crate::delivery::{Delivered, Delivery};
use crate::error::Error;
use crate::store::TokenStore;
use potbridge_protocol::{FromHost, ShortText, SinkOutcome, SinkReport};
use std::sync::{Arc, Mutex};
use std::thread;

/// Delivers to the sinks that do not keep the browser waiting, and leaves the others to their workers.
pub(super) fn deliver(shared: &Shared, config: &Config) -> Result<Vec<SinkReport>, Error> {
    let delivery = Delivery::new(shared.store(config)?, &shared.dirs);
    let mut reports = Vec::new();
    for sink in &config.sinks {
        if sink.sink.is_slow() {
            reports.push(sink.report(SinkOutcome::Pending, Vec::new()));
        } else {
            reports.extend(delivery.deliver_to(sink)?.map(|delivered| delivered.report));
        }
    }
    Ok(reports)
}

/// Has the slow sinks be written to.
pub(super) fn wake_workers(shared: &Arc<Shared>, config: &Config, reason: Reason) {
    let mut workers = lock(&shared.workers);
    if workers.is_none() && !config.sinks.iter().any(SinkConfig::needs_worker) {
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
        .wake(config, reason);
}

/// Delivers to every sink after something changed that no message of the extension told of, and tells it what was done.
pub(super) fn deliver_unasked(shared: &Arc<Shared>) {
    unasked(shared, |shared, config, store| {
        write_and_tell(shared, config, Delivery::new(store, &shared.dirs), |_| Ok(true))?;
        wake_workers(shared, config, Reason::News);
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

/// Writes to the sinks that are not slow and for which `is_due`, and tells the extension of those that changed or failed.
pub(super) fn write_and_tell(
    shared: &Shared,
    config: &Config,
    delivery: Delivery<'_>,
    is_due: impl Fn(&SinkConfig) -> Result<bool, Error>,
) -> Result<(), Error> {
    for sink in config.sinks.iter().filter(|sink| !sink.sink.is_slow()) {
        if !is_due(sink)? {
            continue;
        }
        if let Some(Delivered { report, .. }) = delivery.deliver_to(sink)?
            && report.outcome != SinkOutcome::Unchanged
        {
            // If nobody listens any more, the connection ends by itself.
            let _ = shared.send(&FromHost::Delivered { sink: report });
        }
    }
    Ok(())
}

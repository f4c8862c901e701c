//! What a connection takes over from earlier ones, and how it leaves nothing to later ones.

use super::shared::{Shared, lock};
use super::{deliveries, name_wait};
use crate::config::Config;
use crate::delivery::Delivery;
use crate::delivery::sink::Failure;
use crate::delivery::unnamed::remove_unnamed;
use crate::delivery::worker::Reason;
use crate::store::TokenStore;
use potbridge_protocol::{Code, ShortText};
use std::sync::{Arc, Mutex};

/// Takes over what earlier connections of a profile left: interrupted writes, deliveries, and tokens of private windows.
pub(super) fn take_over(shared: &Arc<Shared>, profile: &ShortText) {
    let config = match shared.config() {
        Ok(config) => config,
        Err(error) => return log::error!("{}: {error}", error.code()),
    };
    repair(&config);
    // The log has what could not be removed. The next start tries again.
    remove_unnamed(&config, &shared.dirs);
    let mut undone = Vec::new();
    deliveries::unasked(shared, |shared, config, store| {
        remove_private(store, profile);
        // Asked before the delivery: a wait that ends meanwhile has its own.
        let name_wait_ends = name_wait::ends(store);
        undone = deliveries::write_and_tell(shared, config, Delivery::new(store, &shared.dirs));
        if let Some(ends) = name_wait_ends {
            name_wait::begin(shared, ends);
        }
        Ok(())
    });
    deliveries::wake_workers(shared, &config, Reason::Leftovers, &undone);
}

/// Finishes writes that were interrupted, also of files that are to get nothing now: somebody reads them.
fn repair(config: &Config) {
    for sink in &config.sinks {
        match sink.sink.repair() {
            Ok(true) => log::warn!("{}: a write that was interrupted is finished", sink.log_name()),
            Ok(false) => {}
            // Who writes it now repairs it.
            Err(Failure { problem, .. }) if problem.code == Code::Busy => {}
            Err(Failure { problem, .. }) => {
                log::warn!("{}: {}: {}", sink.log_name(), problem.code, problem.message);
            }
        }
    }
}

/// Removes the tokens of a profile's private windows from the store. Says whether there were any.
fn remove_private(store: &Mutex<TokenStore>, profile: &ShortText) -> bool {
    lock(store).remove_private(profile).unwrap_or_else(|error| {
        log::error!("tokens of private windows may be left in the store: {error}");
        false
    })
}

/// Ends the deliveries of a connection, in the time that the browser leaves: what waits for its video waits no longer.
pub(super) fn finish(shared: &Arc<Shared>, profile: &ShortText) {
    let waits = name_wait::end(shared);
    if shared.open_store().is_some() {
        deliveries::unasked(shared, |shared, config, store| {
            let private = remove_private(store, profile);
            if private || waits || name_wait::ends(store).is_some() {
                let delivery = Delivery { unnamed_at_once: true, ..Delivery::new(store, &shared.dirs) };
                let undone = deliveries::write_and_tell(shared, config, delivery);
                deliveries::wake_workers(shared, config, Reason::Last, &undone);
            }
            Ok(())
        });
    }
    let workers = lock(&shared.workers).take();
    if let Some(workers) = workers {
        workers.finish();
    }
    // What could not be written until now ends with this process.
    if let Some(store) = shared.open_store()
        && let Err(error) = lock(store).keep()
    {
        log::error!("{}: {error}; what was kept in memory is lost", error.code());
    }
}

//! What a connection takes over from earlier ones, and how it leaves nothing to later ones.

use super::shared::{Shared, lock};
use super::{deliveries, name_wait};
use crate::delivery::Delivery;
use crate::delivery::worker::Reason;
use potbridge_protocol::ShortText;
use std::sync::Arc;

/// Takes over what earlier connections of a profile left: deliveries, and tokens of private windows.
pub(super) fn take_over(shared: &Arc<Shared>, profile: &ShortText) {
    let mut undone = Vec::new();
    deliveries::unasked(shared, |shared, config, store| {
        lock(store).remove_private(profile)?;
        let delivery = Delivery::new(store, &shared.dirs);
        // Asked before the delivery: a wait that ends meanwhile has its own.
        let name_wait_ends = lock(store).name_wait_ends()?;
        undone = deliveries::write_and_tell(shared, config, delivery);
        if let Some(ends) = name_wait_ends {
            name_wait::begin(shared, ends);
        }
        Ok(())
    });
    match shared.config() {
        Ok(config) => deliveries::wake_workers(shared, &config, Reason::Leftovers, &undone),
        Err(error) => log::error!("{error}"),
    }
}

/// Ends the deliveries of a connection, in the time that the browser leaves: what waits for its video waits no longer.
pub(super) fn finish(shared: &Arc<Shared>, profile: &ShortText) {
    let waits = name_wait::end(shared);
    if shared.open_store().is_some() {
        deliveries::unasked(shared, |shared, config, store| {
            let private = lock(store).remove_private(profile)?;
            if private || waits || lock(store).name_wait_ends()?.is_some() {
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
}

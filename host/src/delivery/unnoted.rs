//! The sinks whose command is due although the store could not note that: this process alone knows of them.

use crate::config::SinkConfig;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

static UNNOTED: Mutex<BTreeSet<(&str, String)>> = Mutex::new(BTreeSet::new());

/// Remembers that the command of a sink is due.
pub(super) fn remember(sink: &SinkConfig) {
    unnoted().insert((sink.sink.kind(), sink.sink.place()));
}

/// Whether the command of a sink is remembered.
pub(super) fn is_due(sink: &SinkConfig) -> bool {
    unnoted().contains(&(sink.sink.kind(), sink.sink.place()))
}

/// Forgets it: the command was started.
pub(super) fn forget(sink: &SinkConfig) {
    unnoted().remove(&(sink.sink.kind(), sink.sink.place()));
}

fn unnoted() -> MutexGuard<'static, BTreeSet<(&'static str, String)>> {
    UNNOTED.lock().unwrap_or_else(PoisonError::into_inner)
}

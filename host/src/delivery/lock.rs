//! The lock of a sink: one process at a time delivers to it, or runs its command.

use super::sink::Failure;
use crate::config::SinkConfig;
use potbridge_protocol::Code;
use potbridge_system::digest::digest;
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::file_lock::FileLock;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

/// How long the lock of another process is waited for, while nobody waits for an answer.
pub(super) const PATIENT: Duration = Duration::from_secs(10);

/// The same, while a browser waits for an answer: as long as another host may take for a small file.
pub(super) const HASTY: Duration = Duration::from_millis(50);

/// The pause between two looks at a lock.
pub(super) const PAUSE: Duration = Duration::from_millis(5);

/// What one process at a time does with a sink.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Deliver,
    Update,
}

/// A sink's lock, or the lack of one.
pub(super) enum SinkLock {
    /// It is ours, until this is dropped. The system releases it when the process ends, however it ends.
    Held(#[expect(dead_code, reason = "held until it is dropped")] FileLock),
    /// There are no locks where the state is. What is written is compared with the store afterwards, so that the newest
    /// token ends in the sink all the same.
    Impossible,
    /// Another process holds it.
    Taken(Failure),
}

impl SinkLock {
    /// Takes the lock, and waits at most `patience` for another process that holds it.
    pub(super) fn take(dirs: &Dirs, sink: &SinkConfig, purpose: Purpose, patience: Duration) -> Self {
        let name = digest([sink.sink.kind(), &sink.sink.place()]);
        let prefix = match purpose {
            Purpose::Deliver => "sink",
            Purpose::Update => "update",
        };
        let folder = dirs.state.join("locks");
        let path = folder.join(format!("{prefix}-{}", &name[..16]));
        match dirs::make_private(&folder).and_then(|()| FileLock::take_within(&path, patience)) {
            Ok(Some(lock)) => Self::Held(lock),
            Ok(None) => Self::Taken(taken(sink, purpose, &path)),
            Err(error) => {
                static SAID: Once = Once::new();
                SAID.call_once(|| {
                    log::warn!(
                        "{} cannot be locked, so sinks are written to without locks: {error}",
                        path.display()
                    );
                });
                Self::Impossible
            }
        }
    }
}

fn taken(sink: &SinkConfig, purpose: Purpose, path: &Path) -> Failure {
    let doing = match purpose {
        Purpose::Deliver => "writes to",
        Purpose::Update => "runs the command after a change of",
    };
    let message =
        format!("another potbridge {doing} {}: it holds the lock {}", sink.sink.place(), path.display());
    let hint = "try again when it is done; `fuser` on that file names its process";
    Failure::new(Code::Busy, message, Some(hint.to_owned()))
}

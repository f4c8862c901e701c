//! What the browser asks for that takes long, each in a thread of its own: no token waits for it.

use super::shared::{Shared, failed};
use super::{diagnosis, sink_test};
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::{Code, FromHost, Problem};
use potbridge_system::subprocess;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// So many are under way at once. A browser asks for one at a time, each time that somebody presses a button.
const MOST: usize = 4;

/// Something that takes long, with the `id` of the message that asked for it.
pub(super) enum Errand {
    /// Try the only sink of this configuration.
    TestSink(String, Box<Config>),
    /// Ask `potbridge-setup doctor`.
    Diagnose(String),
}

/// How many are under way.
#[derive(Default)]
pub(super) struct Errands(AtomicUsize);

impl Errands {
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

impl Errand {
    fn id(&self) -> &str {
        match self {
            Self::TestSink(id, _) | Self::Diagnose(id) => id,
        }
    }

    fn answer(self, shared: &Shared) -> FromHost {
        match self {
            Self::TestSink(id, config) => sink_test::test(shared, id, &config),
            Self::Diagnose(id) => diagnosis::diagnose(&shared.dirs, id),
        }
    }
}

/// Begins one, and answers once it is done.
pub(super) fn begin(shared: &Arc<Shared>, errand: Errand) {
    let id = errand.id().to_owned();
    if shared.errands.0.fetch_add(1, Ordering::SeqCst) >= MOST {
        shared.errands.0.fetch_sub(1, Ordering::SeqCst);
        let problem = Problem::new(Code::Busy, "the same is under way already, more than once");
        let error = Error::Problem(problem.with_hint("try it again in a minute"));
        return shared.tell(&failed(&error, id));
    }
    let run = {
        let shared = Arc::clone(shared);
        move || {
            let answer = errand.answer(&shared);
            // First, so that who has the answer may ask for the next one.
            shared.errands.0.fetch_sub(1, Ordering::SeqCst);
            shared.tell(&answer);
        }
    };
    if let Err(error) = thread::Builder::new().name("errand".to_owned()).spawn(run) {
        shared.errands.0.fetch_sub(1, Ordering::SeqCst);
        let problem = Problem::new(Code::Io, format!("no thread can be had for it: {error}"));
        shared.tell(&failed(&Error::Problem(problem), id));
    }
}

/// Ends the programs of those that are under way: nobody waits for them any more.
pub(super) fn end(shared: &Shared) {
    if !shared.errands.is_idle() {
        subprocess::end_running();
    }
}

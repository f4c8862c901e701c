//! When each token came into the `.env`.

use crate::trial::{LIMIT, Trial};
use crate::watch;
use potbridge_stand_in::Received;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

/// The time within which a new token has to be in the `.env`, from the request that carried it.
///
/// Both ends are times of the machine: that of the whole request's arrival at the server, and the modification time of the
/// file. So a test that gets the processor late measures the same. What it allows is what potbridge promises; only the
/// patience until there is anything to measure is longer ([`LIMIT`]).
pub const SOON: Duration = Duration::from_secs(3);

/// The same for a token that the player makes anew within a playback.
pub const RENEWED: Duration = Duration::from_secs(15);

/// Notes each token of a trial's `.env`, with the file's modification time when it was first there.
pub struct Arrivals {
    first: Arc<Mutex<HashMap<String, SystemTime>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Arrivals {
    /// Begins to note.
    #[must_use]
    pub fn of(trial: &Trial) -> Self {
        let (first, ended) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (env, folder) = (trial.env(), trial.path(""));
        let (noted, end) = (Arc::clone(&first), Arc::clone(&ended));
        let thread = thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                // The folder changes at each write; the short limit only lets the thread see its end.
                let _: Result<(), _> = watch::wait_in(&folder, Duration::from_millis(200), || {
                    note(&env, &noted);
                    None
                });
            }
        });
        Self { first, ended, thread: Some(thread) }
    }

    /// How long a request's token took from that request into the `.env`. Waits for it.
    ///
    /// # Panics
    /// If it does not come.
    #[track_caller]
    #[must_use]
    pub fn wait_for(&self, trial: &Trial, request: &Received) -> Duration {
        let token = request.po_token.as_deref().expect("the request carries a token");
        let end = SystemTime::now() + LIMIT;
        loop {
            if let Some(written) = self.first.lock().unwrap().get(token) {
                return written.duration_since(request.at).unwrap_or_default();
            }
            assert!(
                SystemTime::now() < end,
                "the .env of {:?} did not get the token of {request}",
                trial.env()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Checks that a request's token came into the `.env` soon after that request.
    ///
    /// # Panics
    /// If it came late, or not at all.
    #[track_caller]
    pub fn assert_soon(&self, trial: &Trial, request: &Received) {
        let took = self.wait_for(trial, request);
        assert!(took <= SOON, "it took {took:?} until the .env had the token of {request}");
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // That thread has printed its own panic.
            let _ = thread.join();
        }
    }
}

fn note(env: &Path, first: &Mutex<HashMap<String, SystemTime>>) {
    let Ok(text) = fs::read_to_string(env) else { return };
    let Ok(written) = fs::metadata(env).and_then(|file| file.modified()) else { return };
    let tokens = text.lines().filter_map(|line| line.strip_prefix("YT_DLP_PO_TOKEN="));
    for token in tokens {
        first.lock().unwrap().entry(token.to_owned()).or_insert(written);
    }
}

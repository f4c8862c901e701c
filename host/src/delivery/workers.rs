//! The workers of a connection: one for each sink that needs one.

use super::worker::{DeliveryWorker, Reason, Tell};
use crate::config::{Config, SinkConfig};
use crate::store::TokenStore;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess;
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long the last deliveries may take when a connection ends: Chromium kills its host after 2 seconds.
const FINISH_TIMEOUT: Duration = Duration::from_millis(1500);

/// One worker for each sink that needs one.
pub struct DeliveryWorkers {
    store: Arc<Mutex<TokenStore>>,
    dirs: Dirs,
    tell: Tell,
    /// How many times workers were woken, or woke, and are not done.
    under_way: Arc<AtomicUsize>,
    running: HashMap<(&'static str, String), Worker>,
}

struct Worker {
    sink: SinkConfig,
    wake: Sender<Reason>,
    /// Disconnected when the worker has ended.
    ended: Receiver<()>,
}

impl DeliveryWorkers {
    /// Workers that are not started yet.
    #[must_use]
    pub fn new(store: Arc<Mutex<TokenStore>>, dirs: Dirs, tell: Tell) -> Self {
        Self { store, dirs, tell, under_way: Arc::default(), running: HashMap::new() }
    }

    /// Whether a worker delivers now, or is about to. A retry that is due later does not count.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) > 0
    }

    /// Wakes the worker of each sink that needs one, and starts those that do not run yet.
    ///
    /// `undone` are the sinks, by their place in the configuration, that are not slow and were not written.
    pub fn wake(&mut self, config: &Config, reason: Reason, undone: &[usize]) {
        self.running.retain(|_, running| config.sinks.contains(&running.sink));
        for (index, sink) in config.sinks.iter().enumerate() {
            let undone = undone.contains(&index);
            if !undone && !sink.needs_worker() {
                continue;
            }
            let key = (sink.sink.kind(), sink.sink.place());
            if !self.running.contains_key(&key) {
                match self.start(sink) {
                    Ok(worker) => drop(self.running.insert(key.clone(), worker)),
                    // The next time it is tried again.
                    Err(error) => {
                        log::error!("no thread can write to {}: {error}", sink.log_name());
                        continue;
                    }
                }
            }
            let Some(running) = self.running.get(&key) else { continue };
            for reason in std::iter::once(reason).chain(undone.then_some(Reason::Undone)) {
                self.under_way.fetch_add(1, Ordering::SeqCst);
                // A worker ends early only by a panic, which ends the program.
                let _ = running.wake.send(reason);
            }
        }
    }

    fn start(&self, sink: &SinkConfig) -> io::Result<Worker> {
        let (wake, woken) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let mut worker = DeliveryWorker::new(
            sink.clone(),
            Arc::clone(&self.store),
            self.dirs.clone(),
            Arc::clone(&self.tell),
            Arc::clone(&self.under_way),
        );
        thread::Builder::new().name("deliver".to_owned()).spawn(move || {
            worker.run(&woken);
            drop(end);
        })?;
        Ok(Worker { sink: sink.clone(), wake, ended })
    }

    /// Lets the workers finish, for as long as the browser leaves the host alive, and starts the commands that are due.
    ///
    /// A sink's program that still runs then is ended: the next connection delivers.
    pub fn finish(self) {
        let end = Instant::now() + FINISH_TIMEOUT;
        let ends: Vec<_> = self.running.into_values().map(|running| running.ended).collect();
        for ended in ends {
            let left = end.saturating_duration_since(Instant::now());
            if ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                log::info!("a delivery that is under way is left to the next connection");
            }
        }
        subprocess::end_running();
    }
}

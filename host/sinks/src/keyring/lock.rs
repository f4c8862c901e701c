//! One request to the keyring at a time, each with a time limit.
//!
//! Neither libdbus 1.14, while a bus does not greet it, nor macOS, while its dialog is open, can be told to give up. So
//! a request has a thread of its own, which is left behind when the time is up. Until that thread ends, no other request
//! begins. So there is never more than one such thread, and no older value is written after a newer one.

use super::error::KeyringError;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Lets one request in at a time.
pub(super) struct Lock {
    locked: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    pub(super) const fn new() -> Self {
        Self { locked: Mutex::new(false), released: Condvar::new() }
    }

    /// Makes a request on a thread of its own, after those before it have ended, and waits for it.
    ///
    /// # Errors
    /// The request's own, and [`KeyringError::NoAnswer`] if the time is up.
    pub(super) fn run<T: Send + 'static>(
        &'static self,
        limit: Duration,
        request: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let until = Instant::now() + limit;
        let (locked, waited) = self
            .released
            .wait_timeout_while(self.state(), limit, |locked| *locked)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(no_answer("an earlier request still waits"));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let guard = Guard::new(self, locked);
        let thread = thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            let _guard = guard;
            // Nobody listens any more if the time was up.
            let _ = sender.send(request());
        });
        let thread = thread.map_err(|error| no_answer(&format!("no thread for it: {error}")))?;
        match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(answer) => {
                // It ends now. The caller finds nothing running.
                let _ = thread.join();
                answer
            }
            Err(_) => Err(no_answer(&format!("not in {} seconds", limit.as_secs()))),
        }
    }

    fn state(&self) -> MutexGuard<'_, bool> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Releases the lock when its thread ends.
struct Guard(&'static Lock);

impl Guard {
    fn new(lock: &'static Lock, mut locked: MutexGuard<'_, bool>) -> Self {
        *locked = true;
        Self(lock)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        *self.0.state() = false;
        self.0.released.notify_one();
    }
}

fn no_answer(reason: &str) -> KeyringError {
    KeyringError::NoAnswer { doing: "answer", reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_request_that_hangs_is_given_up_and_keeps_the_lock() {
        static LOCK: Lock = Lock::new();
        let (end, ended) = mpsc::channel::<()>();
        let hangs = move || {
            let _ = ended.recv();
            Ok("late")
        };
        let error = LOCK.run(Duration::from_millis(10), hangs).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), (Code::KeyringNoAnswer, true));
        let error = LOCK.run(Duration::from_millis(10), || Ok("next")).unwrap_err();
        assert!(error.to_string().contains("an earlier request still waits"), "{error}");
        end.send(()).unwrap();
        assert_eq!(LOCK.run(LONG, || Ok("next")).unwrap(), "next");
    }

    #[test]
    fn a_request_that_fails_releases_the_lock() {
        static LOCK: Lock = Lock::new();
        let error = LOCK.run(LONG, || Err::<(), _>(KeyringError::NoDefault)).unwrap_err();
        assert_eq!(error.code(), Code::KeyringNoDefault);
        assert_eq!(LOCK.run(LONG, || Ok(1)).unwrap(), 1);
    }
}

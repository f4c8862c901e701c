//! One request to the keyring at a time, each with a time limit.
//!
//! Neither libdbus 1.14, while a bus does not greet it, nor macOS, while its dialog is open, can be told to give up. So
//! a request has a thread of its own, which is left behind when the time is up. Until it ends, no other request
//! begins: there is never more than one such thread, and no older value is written after a newer one.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::KeyringError;

/// Whose turn it is.
pub(super) struct Turn {
    taken: Mutex<bool>,
    given_back: Condvar,
}

impl Turn {
    pub(super) const fn new() -> Self {
        Self { taken: Mutex::new(false), given_back: Condvar::new() }
    }

    /// Does `request` on a thread of its own, when those before it have ended, and waits for it.
    ///
    /// # Errors
    ///
    /// The request's own, and [`KeyringError::NoAnswer`] when the time is up.
    pub(super) fn take<T: Send + 'static>(
        &'static self,
        limit: Duration,
        request: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let until = Instant::now() + limit;
        let (taken, waited) = self
            .given_back
            .wait_timeout_while(self.state(), limit, |taken| *taken)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(no_answer("an earlier request still waits"));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let own = Own::begin(self, taken);
        let thread = thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            let _own = own;
            // Nobody listens any more when the time was up.
            let _ = sender.send(request());
        });
        let thread = thread.map_err(|error| no_answer(&format!("no thread for it: {error}")))?;
        match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(answer) => {
                // It ends now; the caller shall find nothing running.
                let _ = thread.join();
                answer
            }
            Err(_) => Err(no_answer(&format!("not in {} seconds", limit.as_secs()))),
        }
    }

    fn state(&self) -> MutexGuard<'_, bool> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn that is given back when its thread ends.
struct Own(&'static Turn);

impl Own {
    fn begin(turn: &'static Turn, mut taken: MutexGuard<'_, bool>) -> Self {
        *taken = true;
        Self(turn)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        *self.0.state() = false;
        self.0.given_back.notify_one();
    }
}

fn no_answer(reason: &str) -> KeyringError {
    KeyringError::NoAnswer { doing: "answer", reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_request_that_hangs_is_given_up_and_keeps_its_turn() {
        static TURN: Turn = Turn::new();
        let (end, ended) = mpsc::channel::<()>();
        let hangs = move || {
            let _ = ended.recv();
            Ok("late")
        };
        let error = TURN.take(Duration::from_millis(10), hangs).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), ("keyring-no-answer", true));
        let error = TURN.take(Duration::from_millis(10), || Ok("next")).unwrap_err();
        assert!(error.to_string().contains("an earlier request still waits"), "{error}");
        end.send(()).unwrap();
        assert_eq!(TURN.take(LONG, || Ok("next")).unwrap(), "next");
    }

    #[test]
    fn a_requests_own_error_is_passed_on_and_ends_its_turn() {
        static TURN: Turn = Turn::new();
        let error = TURN.take(LONG, || Err::<(), _>(KeyringError::NoDefault)).unwrap_err();
        assert_eq!(error.code(), "keyring-no-default");
        assert_eq!(TURN.take(LONG, || Ok(1)).unwrap(), 1);
    }
}

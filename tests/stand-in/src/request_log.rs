use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::received::Received;

/// Every request so far, in the order of arrival, and a way to wait for more.
#[derive(Default)]
pub(crate) struct RequestLog {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    closed: bool,
}

/// The wanted request did not come.
#[derive(Debug, thiserror::Error)]
#[error("no such request within {limit:?}; {}", list(received))]
pub struct NotReceived {
    limit: Duration,
    received: Vec<Received>,
}

impl RequestLog {
    pub(crate) fn add(&self, received: Received) {
        self.lock().received.push(received);
        self.changed.notify_all();
    }

    /// Ends every wait: no more requests will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.lock().received.clone()
    }

    pub(crate) fn nth(&self, index: usize) -> Option<Received> {
        let state = self
            .changed
            .wait_while(self.lock(), |state| state.received.len() <= index && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.received.get(index).cloned()
    }

    pub(crate) fn wait_for(
        &self,
        limit: Duration,
        wanted: impl Fn(&Received) -> bool,
    ) -> Result<Received, NotReceived> {
        let deadline = Instant::now() + limit;
        let mut seen = 0;
        let mut state = self.lock();
        loop {
            if let Some(found) = state.received[seen..].iter().find(|received| wanted(received)) {
                return Ok(found.clone());
            }
            seen = state.received.len();
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.closed {
                return Err(NotReceived { limit, received: state.received.clone() });
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn list(received: &[Received]) -> String {
    if received.is_empty() {
        return "nothing came".to_owned();
    }
    let lines: Vec<String> = received.iter().map(|one| format!("\n  {one}")).collect();
    format!("what came:{}", lines.concat())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;
    use std::time::SystemTime;

    use super::*;
    use crate::received::BodyEncoding;
    use crate::step::RequestKind;

    fn request(video_id: &str, token: &str) -> Received {
        Received {
            kind: RequestKind::Player,
            host: "www.youtube.com".to_owned(),
            method: "POST".to_owned(),
            path: "/youtubei/v1/player".to_owned(),
            query: String::new(),
            body: token.as_bytes().to_vec(),
            encoding: BodyEncoding::Plain,
            video_id: Some(video_id.to_owned()),
            cpn: None,
            po_token: Some(token.to_owned()),
            cookies: None,
            download: None,
            at: SystemTime::now(),
        }
    }

    #[test]
    fn a_wait_finds_a_request_that_came_or_comes() {
        let log = Arc::new(RequestLog::default());
        let writer = Arc::clone(&log);
        let adding = thread::spawn(move || {
            writer.add(request("aaaaaaaaaaA", "first"));
            writer.add(request("bbbbbbbbbbA", "second"));
        });
        for wanted in ["bbbbbbbbbbA", "aaaaaaaaaaA"] {
            let found = log.wait_for(Duration::from_secs(20), |one| one.video_id.as_deref() == Some(wanted));
            assert_eq!(found.unwrap().video_id.as_deref(), Some(wanted));
        }
        adding.join().unwrap();
        assert_eq!(log.nth(1).unwrap().video_id.as_deref(), Some("bbbbbbbbbbA"));
    }

    #[test]
    fn a_failed_wait_says_what_came_and_shows_no_token() {
        let log = RequestLog::default();
        let token = "MlN5xBIfxghX3_78dLmZzIXxkKxGyLzfco5w";
        log.add(request("aaaaaaaaaaA", token));
        let failure = log.wait_for(Duration::ZERO, |_| false).unwrap_err();
        let text = format!("{failure} {failure:?}");
        assert!(text.contains("aaaaaaaaaaA") && text.contains("MlN5…5w"), "{text}");
        assert!(!text.contains(&token[..8]), "{text}");
    }

    #[test]
    fn closing_ends_every_wait() {
        let log = RequestLog::default();
        log.close();
        assert!(log.nth(0).is_none());
        assert!(log.wait_for(Duration::from_secs(600), |_| true).is_err());
    }
}

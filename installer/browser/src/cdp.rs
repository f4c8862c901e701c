//! A client of the Chrome DevTools Protocol over `--remote-debugging-pipe`.
//!
//! Each message is JSON that ends with a NUL byte.

use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a command may take.
const CALL_LIMIT: Duration = Duration::from_secs(30);
/// How many events are kept for a later [`Cdp::wait_event`]. The oldest are dropped first.
const EVENTS_KEPT: usize = 4096;

/// An event that the browser sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The session it belongs to. `None`: the browser itself.
    pub session: Option<String>,
    /// Its name, such as `Target.targetCreated`.
    pub method: String,
    /// Its parameters.
    pub params: Value,
}

/// One connection to a browser. Any thread may use it.
pub struct Cdp {
    writer: Mutex<Writer>,
    shared: Arc<Shared>,
}

struct Writer {
    pipe: PipeWriter,
    last_id: u64,
}

#[derive(Default)]
struct Shared {
    inbox: Mutex<Inbox>,
    changed: Condvar,
}

#[derive(Default)]
struct Inbox {
    answers: HashMap<u64, Value>,
    events: VecDeque<Event>,
    /// Sessions whose target is closed. Chromium sends no answer for them.
    detached: HashSet<String>,
    closed: bool,
}

impl Cdp {
    /// Connects through the pipes whose other ends are the browser's file descriptors 3 and 4.
    #[must_use]
    pub fn new(to_browser: PipeWriter, from_browser: PipeReader) -> Self {
        let shared = Arc::new(Shared::default());
        let inbox = Arc::clone(&shared);
        std::thread::spawn(move || read_all(from_browser, &inbox));
        Self { writer: Mutex::new(Writer { pipe: to_browser, last_id: 0 }), shared }
    }

    /// Runs one command and returns its result. Without a session, it runs in the browser itself.
    ///
    /// # Errors
    /// If the browser refuses the command or does not answer within 30 s, or if the browser or the session's target
    /// is closed. Each error names the method.
    pub fn call(&self, session: Option<&str>, method: &str, params: &Value) -> Result<Value> {
        let id = self.send(session, method, params)?;
        let mut answer = self.wait(method, CALL_LIMIT, |inbox| {
            let closed = session.is_some_and(|session| inbox.detached.contains(session));
            inbox
                .answers
                .remove(&id)
                .or_else(|| closed.then(|| json!({ "error": { "message": "its page or worker is closed" } })))
        })?;
        if let Some(error) = answer.get("error") {
            return Err(Error::Refused {
                method: method.to_owned(),
                message: error["message"].as_str().map_or_else(|| error.to_string(), str::to_owned),
            });
        }
        Ok(answer["result"].take())
    }

    /// Takes the oldest event that fits. If there is none, waits for one, at most `limit`.
    ///
    /// # Errors
    /// If no event comes in time or the browser is closed. Each error names `what`.
    pub fn wait_event(
        &self,
        what: &str,
        limit: Duration,
        mut fits: impl FnMut(&Event) -> bool,
    ) -> Result<Event> {
        self.wait(what, limit, |inbox| {
            let at = inbox.events.iter().position(&mut fits)?;
            inbox.events.remove(at)
        })
    }

    /// Asks the browser to end. Does not wait for it.
    pub(crate) fn quit(&self) {
        // If this fails, the caller ends the process.
        let _sent = self.send(None, "Browser.close", &json!({}));
    }

    fn send(&self, session: Option<&str>, method: &str, params: &Value) -> Result<u64> {
        let mut writer = lock(&self.writer);
        writer.last_id += 1;
        let id = writer.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        writer.pipe.write_all(&bytes).map_err(|_| Error::Disconnected { method: method.to_owned() })?;
        Ok(id)
    }

    fn wait<T>(
        &self,
        what: &str,
        limit: Duration,
        mut take: impl FnMut(&mut Inbox) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + limit;
        let mut inbox = lock(&self.shared.inbox);
        loop {
            if let Some(found) = take(&mut inbox) {
                return Ok(found);
            }
            if inbox.closed {
                return Err(Error::Disconnected { method: what.to_owned() });
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::TimedOut { what: what.to_owned(), limit });
            }
            inbox = self.shared.changed.wait_timeout(inbox, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn read_all(pipe: PipeReader, shared: &Shared) {
    let mut pipe = BufReader::new(pipe);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match pipe.read_until(0, &mut bytes) {
            Ok(n) if n > 0 && bytes.last() == Some(&0) => bytes.pop(),
            _ => break,
        };
        let Ok(message) = serde_json::from_slice::<Value>(&bytes) else {
            continue;
        };
        let mut inbox = lock(&shared.inbox);
        if let Some(id) = message["id"].as_u64() {
            inbox.answers.insert(id, message);
        } else if let Some(event) = event(message) {
            if event.method == "Target.detachedFromTarget" {
                let session = event.params["sessionId"].as_str().unwrap_or_default();
                inbox.detached.insert(session.to_owned());
            }
            if inbox.events.len() == EVENTS_KEPT {
                inbox.events.pop_front();
            }
            inbox.events.push_back(event);
        }
        drop(inbox);
        shared.changed.notify_all();
    }
    lock(&shared.inbox).closed = true;
    shared.changed.notify_all();
}

fn event(mut message: Value) -> Option<Event> {
    Some(Event {
        session: message["sessionId"].as_str().map(str::to_owned),
        method: message["method"].as_str()?.to_owned(),
        params: message["params"].take(),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::pipe;

    fn client() -> (Cdp, PipeReader, PipeWriter) {
        let (theirs_in, ours_out) = pipe().unwrap();
        let (ours_in, theirs_out) = pipe().unwrap();
        (Cdp::new(ours_out, ours_in), theirs_in, theirs_out)
    }

    fn send(to: &mut PipeWriter, message: &Value) {
        to.write_all(format!("{message}\0").as_bytes()).unwrap();
    }

    #[test]
    fn a_call_gets_its_own_answer_and_events_are_kept() {
        let (cdp, from_client, mut to_client) = client();
        send(&mut to_client, &json!({"method": "A.b", "params": {"n": 1}, "sessionId": "s"}));
        send(&mut to_client, &json!({"id": 2, "result": {"of": 2}}));
        send(&mut to_client, &json!({"id": 1, "result": {"of": 1}}));
        assert_eq!(cdp.call(None, "X.one", &json!({})).unwrap()["of"], 1);
        assert_eq!(cdp.call(Some("s"), "X.two", &json!({})).unwrap()["of"], 2);
        let event = cdp.wait_event("A.b", CALL_LIMIT, |event| event.method == "A.b").unwrap();
        assert_eq!(event.session.as_deref(), Some("s"));
        assert_eq!(event.params["n"], 1);

        let mut sent = Vec::new();
        let mut reader = BufReader::new(from_client);
        for _ in 0..2 {
            reader.read_until(0, &mut sent).unwrap();
        }
        let second: Value =
            serde_json::from_slice(sent.split(|byte| *byte == 0).nth(1).expect("two messages were sent"))
                .unwrap();
        assert_eq!(second["method"], "X.two");
        assert_eq!(second["sessionId"], "s");
    }

    #[test]
    fn a_refusal_has_the_method_and_the_browsers_words() {
        let (cdp, _from_client, mut to_client) = client();
        send(&mut to_client, &json!({"id": 1, "error": {"code": -32601, "message": "'X.y' wasn't found"}}));
        assert_eq!(
            cdp.call(None, "X.y", &json!({})).unwrap_err().to_string(),
            "the browser refused X.y: 'X.y' wasn't found"
        );
    }

    #[test]
    fn a_call_to_a_closed_target_fails_at_once() {
        let (cdp, _from_client, mut to_client) = client();
        send(&mut to_client, &json!({"method": "Target.detachedFromTarget", "params": {"sessionId": "s"}}));
        let error = cdp.call(Some("s"), "X.y", &json!({})).unwrap_err();
        assert!(error.to_string().contains("closed"), "{error}");
    }

    #[test]
    fn a_wait_ends_when_the_browser_closes() {
        let (cdp, _from_client, to_client) = client();
        drop(to_client);
        let error = cdp.wait_event("A.b", CALL_LIMIT, |_| true).unwrap_err().to_string();
        assert!(error.contains("closed its connection while A.b"), "{error}");
    }
}

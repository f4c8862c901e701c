//! The request log: a line for each request, without a secret.
//!
//! Neither paths nor bindings are shown as they came.

use super::route::Route;
use super::tokens::Subject;
use hyper::{Method, StatusCode};
use potbridge_system::clock;
use std::fmt::{self, Display};
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub(super) struct RequestLog(Mutex<Box<dyn Write + Send>>);

impl RequestLog {
    pub(super) fn new(to: Box<dyn Write + Send>) -> Self {
        Self(Mutex::new(to))
    }

    /// Writes a line, at once and whole.
    pub(super) fn line(&self, what: fmt::Arguments<'_>) {
        let text = format!("{what}").replace(char::is_control, " ");
        let line = format!("{} {text}\n", clock::iso(clock::now_ms()));
        let mut to = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // If the log cannot be written, nobody is left to tell.
        let _ = to.write_all(line.as_bytes()).and_then(|()| to.flush());
    }

    /// Begins the entry of a request.
    pub(super) fn begin(&self, method: &Method) -> LogEntry<'_> {
        let known = [Method::GET, Method::POST, Method::OPTIONS, Method::HEAD, Method::PUT, Method::DELETE];
        LogEntry {
            log: self,
            method: known.into_iter().find(|known| known == method),
            route: None,
            subject: Subject::Unknown,
            told: String::new(),
            began: Instant::now(),
            status: None,
        }
    }
}

/// What is known of a request.
///
/// The line is written when the entry is dropped, so also if the client went away.
pub(super) struct LogEntry<'a> {
    log: &'a RequestLog,
    method: Option<Method>,
    route: Option<Route>,
    subject: Subject,
    told: String,
    began: Instant,
    status: Option<StatusCode>,
}

impl LogEntry<'_> {
    pub(super) fn goes_to(&mut self, route: Route) {
        self.route = Some(route);
    }

    pub(super) fn is_for(&mut self, subject: Subject) {
        self.subject = subject;
    }

    pub(super) fn tell(&mut self, what: impl Display) {
        self.told = what.to_string();
    }

    pub(super) fn end(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for LogEntry<'_> {
    fn drop(&mut self) {
        let method = self.method.as_ref().map_or("?", Method::as_str);
        let route = self.route.map_or("?", Route::name);
        let took = self.began.elapsed().as_millis();
        let subject = match &self.subject {
            Subject::AnyVisitor => ", for whatever session".to_owned(),
            Subject::Video(id) => format!(", for {id}"),
            Subject::Session => ", for a session".to_owned(),
            Subject::Unknown => String::new(),
        };
        let (status, told) = match self.status {
            Some(status) => (status.as_str().to_owned(), self.told.as_str()),
            None => ("---".to_owned(), "not answered: the client went away, or potbridge was ended"),
        };
        let colon = if told.is_empty() { "" } else { ": " };
        self.log.line(format_args!("{method} /{route} {status} in {took} ms{subject}{colon}{told}"));
    }
}

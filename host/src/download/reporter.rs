//! A download's record, kept up to date for whoever watches, no more than four times a second.

use super::records::{Record, Records};
use potbridge_protocol::Download;
use potbridge_system::clock;
use std::io;
use std::time::{Duration, Instant};

/// The least time between two updates.
const INTERVAL: Duration = Duration::from_millis(250);

pub(super) struct Reporter<'a> {
    record: Record,
    records: &'a Records,
    /// Who is told in this process.
    tell: Box<dyn FnMut(&Download) + 'a>,
    last: Option<Instant>,
    is_news: bool,
}

impl<'a> Reporter<'a> {
    /// Publishes a record at once.
    pub(super) fn new(
        record: Record,
        records: &'a Records,
        tell: Box<dyn FnMut(&Download) + 'a>,
    ) -> io::Result<Self> {
        let mut reporter = Self { record, records, tell, last: None, is_news: true };
        reporter.publish()?;
        Ok(reporter)
    }

    pub(super) fn download(&self) -> &Download {
        &self.record.download
    }

    /// Changes it, and publishes that as soon as it may.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Download)) {
        let before = self.record.download.clone();
        change(&mut self.record.download);
        self.is_news |= self.record.download != before;
        self.tick();
    }

    /// Publishes what is due.
    pub(super) fn tick(&mut self) {
        if self.is_news && self.last.is_none_or(|last| last.elapsed() >= INTERVAL) {
            // A download does not end because nobody can be told of it; the next change says it all.
            let _ = self.publish();
        }
    }

    /// Publishes what is not yet, and waits for its turn.
    pub(super) fn settle(&mut self) {
        if let Some(last) = self.last.filter(|_| self.is_news) {
            std::thread::sleep(INTERVAL.saturating_sub(last.elapsed()));
        }
        self.tick();
    }

    fn publish(&mut self) -> io::Result<()> {
        self.record.download.at = clock::now_ms();
        self.last = Some(Instant::now());
        let written = self.records.write(&self.record);
        self.is_news = written.is_err();
        (self.tell)(&self.record.download);
        written
    }
}

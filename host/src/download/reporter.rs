//! Keeps a download's record up to date, and tells this process of every change.

use super::records::{Record, Records};
use potbridge_protocol::{Code, Download, Problem};
use potbridge_system::clock;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

pub(super) struct Reporter<'a> {
    record: Record,
    records: Records,
    /// The least time between two reports.
    interval: Duration,
    on_change: Box<dyn FnMut(&Download) + 'a>,
    last: Option<Instant>,
    is_changed: bool,
    /// Whether it was told that a record cannot be written.
    is_told: bool,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        record: Record,
        records: Records,
        interval: Duration,
        on_change: Box<dyn FnMut(&Download) + 'a>,
    ) -> Self {
        Self { record, records, interval, on_change, last: None, is_changed: true, is_told: false }
    }

    pub(super) fn download(&self) -> &Download {
        &self.record.download
    }

    /// Changes the download, and reports that as soon as it may.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Download)) {
        let before = self.record.download.clone();
        change(&mut self.record.download);
        self.is_changed |= self.record.download != before;
        self.tick();
    }

    /// Reports what is due.
    pub(super) fn tick(&mut self) {
        if self.is_changed && self.last.is_none_or(|last| last.elapsed() >= self.interval) {
            // A record that cannot be written does not end the download. The next report says it all.
            if let Err(error) = self.report()
                && !self.is_told
            {
                self.is_told = true;
                self.tell_unkept(&error);
            }
        }
    }

    /// Tells those who are told of changes by this process. Others read the record.
    fn tell_unkept(&mut self, error: &io::Error) {
        let Download { id, notices, .. } = &mut self.record.download;
        log::warn!("the record of download {id} cannot be written: {error}");
        let message = format!(
            "The list of downloads cannot be kept: {error}. Browsers and other programs do not see how this one goes on."
        );
        let hint = format!("Make {} a folder that this user may write.", self.records.folder().display());
        notices.push(Problem::new(Code::CannotWrite, message).with_hint(hint));
        (self.on_change)(&self.record.download);
    }

    /// Reports what is left, and waits until it may.
    pub(super) fn settle(&mut self) {
        if let Some(last) = self.last.filter(|_| self.is_changed) {
            thread::sleep(self.interval.saturating_sub(last.elapsed()));
        }
        self.tick();
    }

    /// Reports at once.
    pub(super) fn report(&mut self) -> io::Result<()> {
        self.record.download.at = clock::now_ms();
        self.last = Some(Instant::now());
        let written = self.records.write(&self.record);
        self.is_changed = written.is_err();
        (self.on_change)(&self.record.download);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::records::tests::{record, records};
    use potbridge_protocol::download::DownloadState;
    use std::cell::RefCell;

    #[test]
    fn changes_within_the_interval_are_reported_together_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let bytes = RefCell::new(Vec::new());
        let on_change = |download: &Download| bytes.borrow_mut().push(download.progress.bytes);
        let record = record("1", DownloadState::Done, 1);
        let interval = Duration::from_millis(50);
        let mut reporter = Reporter::new(record.clone(), records.clone(), interval, Box::new(on_change));
        let began = Instant::now();
        reporter.report().unwrap();
        for count in 1..=3 {
            reporter.change(|download| download.progress.bytes = count);
        }
        reporter.settle();
        reporter.settle();
        assert!(began.elapsed() >= interval);
        assert_eq!(bytes.borrow().last(), Some(&3));
        assert!(bytes.borrow().len() <= 4);
        assert_eq!(records.read(&record.download.id).unwrap().download.progress.bytes, 3);
    }

    #[test]
    fn a_change_that_changes_nothing_is_not_reported() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let count = RefCell::new(0);
        let record = record("1", DownloadState::Done, 1);
        let on_change = |_: &Download| *count.borrow_mut() += 1;
        let mut reporter = Reporter::new(record, records, Duration::ZERO, Box::new(on_change));
        reporter.report().unwrap();
        reporter.change(|_| {});
        assert_eq!(*count.borrow(), 1);
        reporter.change(|download| download.progress.bytes = 1);
        assert_eq!(*count.borrow(), 2);
    }
}

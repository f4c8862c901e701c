//! What the store knows of the sinks: what each did last, and what is still to be done.

use super::{StoreError, TokenStore};
use crate::config::SinkConfig;
use potbridge_protocol::sink_report::SinkReport;
use rusqlite::{OptionalExtension as _, params};

impl TokenStore {
    /// Notes what a sink did; the digest of what it holds, where that is known; and whether its command is to be run.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn note(&self, report: &SinkReport, held: Option<&str>, due: bool) -> Result<(), StoreError> {
        self.database
            .prepare_cached(
                "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET report = excluded.report, held = excluded.held, due = due OR excluded.due",
            )?
            .execute(params![report.kind, report.place, json(report), held.unwrap_or_default(), due])?;
        Ok(())
    }

    /// Puts a sink's last report in other words.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn replace_report(&self, report: &SinkReport) -> Result<(), StoreError> {
        self.database
            .prepare_cached("UPDATE delivery SET report = ?3 WHERE kind = ?1 AND place = ?2")?
            .execute([&report.kind, &report.place, &json(report)])?;
        Ok(())
    }

    /// What a sink did last.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn last_report(&self, sink: &SinkConfig) -> Result<Option<SinkReport>, StoreError> {
        let text: Option<String> = self
            .database
            .prepare_cached("SELECT report FROM delivery WHERE kind = ?1 AND place = ?2")?
            .query_row([sink.sink.kind(), &sink.sink.place()], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Whether the last delivery to a sink left the values of this digest in it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn holds(&self, sink: &SinkConfig, digest: &str) -> Result<bool, StoreError> {
        Ok(self
            .database
            .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND held = ?3")?
            .exists([sink.sink.kind(), &sink.sink.place(), digest])?)
    }

    /// Whether a sink has changed since its command was run.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn update_is_due(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        Ok(self
            .database
            .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND due")?
            .exists([sink.sink.kind(), &sink.sink.place()])?)
    }

    /// The same, and from now on it is not.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn take_due_update(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        Ok(self
            .database
            .prepare_cached("UPDATE delivery SET due = 0 WHERE kind = ?1 AND place = ?2 AND due")?
            .execute([sink.sink.kind(), &sink.sink.place()])?
            > 0)
    }
}

fn json(report: &SinkReport) -> String {
    serde_json::to_string(report).unwrap_or_default()
}

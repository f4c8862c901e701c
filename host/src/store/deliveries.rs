//! What the store knows of the sinks: the last report of each, what it holds, and whether its command is due.

use super::error::StoreError;
use super::token_store::TokenStore;
use crate::config::SinkConfig;
use potbridge_protocol::sink_report::SinkReport;
use rusqlite::{OptionalExtension as _, params};

impl TokenStore {
    /// Notes what a sink did, the digest of what it holds (if known), and whether its command is due.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn note(&self, report: &SinkReport, digest: Option<&str>, due: bool) -> Result<(), StoreError> {
        self.database
            .prepare_cached(
                "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET report = excluded.report, digest = excluded.digest, update_due = update_due OR excluded.update_due",
            )?
            .execute(params![report.kind, report.place, json(report), digest.unwrap_or_default(), due])?;
        Ok(())
    }

    /// Replaces a sink's last report.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn replace_report(&self, report: &SinkReport) -> Result<(), StoreError> {
        self.database
            .prepare_cached("UPDATE delivery SET report = ?3 WHERE kind = ?1 AND place = ?2")?
            .execute([&report.kind, &report.place, &json(report)])?;
        Ok(())
    }

    /// A sink's last report.
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
            .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND digest = ?3")?
            .exists([sink.sink.kind(), &sink.sink.place(), digest])?)
    }

    /// Whether a sink has changed since its command was run.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn update_is_due(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        Ok(self
            .database
            .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND update_due")?
            .exists([sink.sink.kind(), &sink.sink.place()])?)
    }

    /// Whether a sink has changed since its command was run. From now on it has not.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn take_due_update(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        Ok(self
            .database
            .prepare_cached(
                "UPDATE delivery SET update_due = 0 WHERE kind = ?1 AND place = ?2 AND update_due",
            )?
            .execute([sink.sink.kind(), &sink.sink.place()])?
            > 0)
    }
}

fn json(report: &SinkReport) -> String {
    serde_json::to_string(report).unwrap_or_default()
}

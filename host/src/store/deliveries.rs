//! What the store knows of the sinks: the last report of each, what it holds, and whether its command is due.

use super::error::StoreError;
use super::rows::time;
use super::token_store::TokenStore;
use crate::config::SinkConfig;
use potbridge_protocol::PoToken;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::sink_report::SinkReport;
use potbridge_system::clock;
use potbridge_system::digest::digest;
use rusqlite::{OptionalExtension as _, params};

/// What a sink holds after a delivery.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    /// The digest of its values.
    pub digest: &'a str,
    /// The token; `None` if they are empty.
    pub token: Option<&'a PoToken>,
    /// When the token expires: milliseconds since 1970; 0 if there is none.
    pub expires_at: u64,
    /// Whether they are of a private window's token.
    pub private: bool,
}

/// The token that a sink was last known to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldToken {
    /// The digest of the sink's values.
    pub digest: String,
    /// The digest of the token in them.
    pub token_digest: String,
    /// When it expires: milliseconds since 1970.
    pub expires_at: u64,
}

/// When a token expires that was cleared and is still in a sink: long ago. Milliseconds since 1970.
const CLEARED: u64 = 1;

impl HeldToken {
    /// Whether it was cleared, and the sink could not be emptied then.
    #[must_use]
    pub fn is_cleared(&self) -> bool {
        self.expires_at == CLEARED
    }
}

impl TokenStore {
    /// Notes that a sink is to be emptied as soon as it can be: it may still hold this token, which was cleared.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_cleared(&self, sink: &SinkConfig, held: &HeldToken) -> Result<(), StoreError> {
        let (kind, place, held) = (sink.sink.kind(), sink.sink.place(), held.clone());
        self.write(move |change| {
            // Otherwise it holds a token that came since.
            change
                .prepare_cached(
                    "UPDATE delivery SET digest = ?3, token_digest = ?4, expires_at = ?5
                WHERE kind = ?1 AND place = ?2 AND digest IN ('', ?3)",
                )?
                .execute(params![kind, place, held.digest, held.token_digest, time(CLEARED)])
                .map(drop)
        })
    }

    /// Notes what a sink did, what it holds (if that is known), and whether its command is due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note(&self, report: &SinkReport, held: Option<Held<'_>>, due: bool) -> Result<(), StoreError> {
        let (values, private, expires_at) =
            held.map_or(("", false, 0), |held| (held.digest, held.private, held.expires_at));
        let token =
            held.and_then(|held| held.token).map(|token| digest([token.expose()])).unwrap_or_default();
        let (report, values, is_known) = (report.clone(), values.to_owned(), held.is_some());
        self.write(move |change| {
            change
                .prepare_cached(
                    "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, NOT ?9, ?5, ?6, ?7, ?8)
                ON CONFLICT DO UPDATE SET report = excluded.report, unsure = excluded.unsure,
                    update_due = iif(excluded.update_due, 1, update_due),
                    digest = iif(?9, excluded.digest, digest), private = iif(?9, excluded.private, private),
                    token_digest = iif(?9, excluded.token_digest, token_digest),
                    expires_at = iif(?9, excluded.expires_at, expires_at)",
                )?
                .execute(params![
                    report.kind,
                    report.place,
                    json(&report),
                    values,
                    token,
                    time(expires_at),
                    due,
                    private,
                    is_known
                ])
                .map(drop)
        })
    }

    /// Notes that a sink is about to hold a token of a private window, also if it then fails or this program is killed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_private(&self, report: &SinkReport) -> Result<(), StoreError> {
        let report = report.clone();
        self.write(move |change| {
            change
                .prepare_cached(
                    "INSERT INTO delivery VALUES (?1, ?2, ?3, '', 1, '', 0, 0, 1)
                ON CONFLICT DO UPDATE SET private = 1",
                )?
                .execute(params![report.kind, report.place, json(&report)])
                .map(drop)
        })
    }

    /// Whether a sink holds a token of a private window, as far as is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holds_private(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        self.read(|database| {
            database
                .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND private")?
                .exists([sink.sink.kind(), &sink.sink.place()])
        })
    }

    /// Whether a sink holds a token that YouTube refused within the last 12 hours, as far as is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holds_refused(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        self.read(|database| database.prepare_cached(
                "SELECT 1 FROM delivery JOIN refused USING (token_digest) WHERE kind = ?1 AND place = ?2 AND at > ?3",
            )?.exists(params![
                sink.sink.kind(),
                sink.sink.place(),
                time(clock::now_ms().saturating_sub(EXPIRES_MS))
            ]))
    }

    /// Replaces a sink's last report.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn replace_report(&self, report: &SinkReport) -> Result<(), StoreError> {
        let report = report.clone();
        self.write(move |change| {
            change
                .prepare_cached("UPDATE delivery SET report = ?3 WHERE kind = ?1 AND place = ?2")?
                .execute([&report.kind, &report.place, &json(&report)])
                .map(drop)
        })
    }

    /// A sink's last report.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_report(&self, sink: &SinkConfig) -> Result<Option<SinkReport>, StoreError> {
        let text: Option<String> = self.read(|database| {
            database
                .prepare_cached("SELECT report FROM delivery WHERE kind = ?1 AND place = ?2")?
                .query_row([sink.sink.kind(), &sink.sink.place()], |row| row.get(0))
                .optional()
        })?;
        // One of another version's shape is as good as none.
        let report: Option<SinkReport> = text.and_then(|text| serde_json::from_str(&text).ok());
        // One from the future was written while the clock ran ahead.
        Ok(report.map(|report| SinkReport { at: report.at.min(clock::now_ms()), ..report }))
    }

    /// Whether the last delivery to a sink left the values of this digest in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holds(&self, sink: &SinkConfig, digest: &str) -> Result<bool, StoreError> {
        self.read(|database| {
            database
                .prepare_cached(
                    "SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND digest = ?3 AND NOT unsure",
                )?
                .exists([sink.sink.kind(), &sink.sink.place(), digest])
        })
    }

    /// The token that a sink was last known to hold. `None` if it was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn held_token(&self, sink: &SinkConfig) -> Result<Option<HeldToken>, StoreError> {
        self.read(|database| {
            database
                .prepare_cached(
                    "SELECT digest, token_digest, expires_at FROM delivery
                WHERE kind = ?1 AND place = ?2 AND token_digest != ''",
                )?
                .query_row([sink.sink.kind(), &sink.sink.place()], |row| {
                    let expires_at = row.get::<_, i64>(2)?.unsigned_abs();
                    Ok(HeldToken { digest: row.get(0)?, token_digest: row.get(1)?, expires_at })
                })
                .optional()
        })
    }

    /// Notes that a sink holds nothing of ours any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_held(&self, sink: &SinkConfig) -> Result<(), StoreError> {
        let (kind, place) = (sink.sink.kind(), sink.sink.place());
        self.write(move |change| {
            change.prepare_cached(
                "UPDATE delivery SET digest = '', token_digest = '', expires_at = 0 WHERE kind = ?1 AND place = ?2",
            )?
            .execute([kind, &place])
            .map(drop)
        })
    }

    /// Whether a sink has changed since its command was started.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn update_is_due(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        self.read(|database| {
            database
                .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND update_due")?
                .exists([sink.sink.kind(), &sink.sink.place()])
        })
    }

    /// Whether a sink has changed, and nobody has begun to start its command since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_changed(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        self.read(|database| {
            database
                .prepare_cached("SELECT 1 FROM delivery WHERE kind = ?1 AND place = ?2 AND update_due = 1")?
                .exists([sink.sink.kind(), &sink.sink.place()])
        })
    }

    /// Whether a sink has changed since its command was started. If so, the caller starts it now.
    ///
    /// It stays due until [`Self::update_started`]: a process that is killed in between loses nothing. A change that comes
    /// meanwhile makes it due anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn begin_update(&self, sink: &SinkConfig) -> Result<bool, StoreError> {
        self.set_update(
            sink,
            "UPDATE delivery SET update_due = 2 WHERE kind = ?1 AND place = ?2 AND update_due",
        )
    }

    /// Notes that the command of a sink was started, after [`Self::begin_update`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn update_started(&self, sink: &SinkConfig) -> Result<(), StoreError> {
        self.set_update(
            sink,
            "UPDATE delivery SET update_due = 0 WHERE kind = ?1 AND place = ?2 AND update_due = 2",
        )
        .map(drop)
    }

    fn set_update(&self, sink: &SinkConfig, sql: &'static str) -> Result<bool, StoreError> {
        let (kind, place) = (sink.sink.kind(), sink.sink.place());
        self.write(move |change| Ok(change.prepare_cached(sql)?.execute([kind, &place])? > 0))
    }
}

fn json(report: &SinkReport) -> String {
    // Texts and numbers are always JSON.
    serde_json::to_string(report).unwrap_or_default()
}

//! The tokens known on this machine.
//!
//! One small SQLite database, shared by every host and command. Its log is written ahead and synced only when
//! it is folded in: a killed process loses nothing, and a power cut may lose the last moments but tears nothing.

use crate::clock;
use crate::config::ShelfConfig;
use crate::folders::{self, Folders};
use potbridge_protocol::lifetime::{FRESH_MS, GONE_MS};
use potbridge_protocol::report::SinkReport;
use potbridge_protocol::{
    Binding, Capture, Client, Context, Label, PoToken, Session, Source, VideoId, VisitorData,
};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SCHEMA: i32 = 1;

/// `seen_at` ranks: a token that the player uses again is the newest again; of two in one millisecond the later
/// `turn` is. `captured_at` ages: using a token does not renew it. An empty text stands for what is not known, so that it counts as equal.
const TABLES: &str = "
    CREATE TABLE capture (
        token TEXT NOT NULL,
        context TEXT NOT NULL,
        video_id TEXT NOT NULL,
        visitor_data TEXT NOT NULL,
        certainty TEXT NOT NULL,
        client TEXT NOT NULL,
        client_version TEXT NOT NULL,
        host TEXT NOT NULL,
        source TEXT NOT NULL,
        profile TEXT NOT NULL,
        container TEXT NOT NULL,
        captured_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        turn INTEGER NOT NULL,
        PRIMARY KEY (token, context, video_id, profile, container)
    ) STRICT;
    CREATE INDEX capture_by_rank ON capture (seen_at, turn);
    CREATE TABLE delivery (
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        report TEXT NOT NULL,
        PRIMARY KEY (kind, place)
    ) STRICT;
";

/// The most that is kept; the oldest goes first.
const MOST: u32 = 1000;

/// The open shelf.
pub struct Shelf {
    database: Connection,
}

/// Which token is wanted. Everything that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Bound to this video.
    pub video_id: Option<VideoId>,
    /// Made for this kind of request.
    pub context: Option<Context>,
    /// Younger than 6 hours, where any that is not gone would do otherwise.
    pub fresh: bool,
}

/// The shelf cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// Its file or folder cannot be made.
    #[error("the shelf {} cannot be opened: {source}", path.display())]
    Unopened {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A later version of potbridge made it.
    #[error("the shelf {} was made by a newer potbridge: update this one", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// The database said no.
    #[error("the shelf {} failed: {source}; if it is damaged, delete it: it is made anew, and tokens come again", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl From<rusqlite::Error> for ShelfError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed { path: PathBuf::new(), source }
    }
}

impl Shelf {
    /// Opens the shelf that the configuration names, or makes it: 0600, in a folder that is the owner's alone.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn open(config: &ShelfConfig, folders: &Folders) -> Result<Self, ShelfError> {
        let path = config.path.clone().unwrap_or_else(|| folders.state.join("shelf.db"));
        Self::open_at(&path).map_err(|error| match error {
            ShelfError::Failed { source, .. } => ShelfError::Failed { path, source },
            other => other,
        })
    }

    fn open_at(path: &Path) -> Result<Self, ShelfError> {
        if path.as_os_str() != ":memory:" {
            make_private_file(path)
                .map_err(|source| ShelfError::Unopened { path: path.to_owned(), source })?;
        }
        let mut database = Connection::open(path)?;
        database.busy_timeout(Duration::from_secs(5))?;
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "normal")?;
        database.pragma_update(None, "secure_delete", true)?;
        let version =
            |database: &Connection| database.pragma_query_value(None, "user_version", |row| row.get(0));
        let found: i32 = version(&database)?;
        if found == 0 {
            let change = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            // Another process may have come first.
            if version(&change)? == 0 {
                change.execute_batch(TABLES)?;
                change.pragma_update(None, "user_version", SCHEMA)?;
            }
            change.commit()?;
        } else if found > SCHEMA {
            return Err(ShelfError::Newer { path: path.to_owned() });
        }
        Ok(Self { database })
    }

    /// Puts a token on the shelf, and takes off what is gone. Putting the same one again says that it was seen
    /// again. A time in the future is taken for now.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn put(&mut self, capture: &Capture) -> Result<(), ShelfError> {
        let now = clock::now_ms();
        let Capture { token, context, client, host, source, binding, session, captured_at } = capture;
        let client = client.as_ref();
        let change = self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        change.prepare_cached(
            "INSERT INTO capture VALUES (:token, :context, :video_id, :visitor_data, :certainty, :client,
                :client_version, :host, :source, :profile, :container, :at, :at,
                (SELECT coalesce(max(turn), 0) + 1 FROM capture))
            ON CONFLICT DO UPDATE SET
                captured_at = min(captured_at, excluded.captured_at), seen_at = max(seen_at, excluded.seen_at),
                turn = excluded.turn",
        )?
        .execute(named_params! {
            ":token": token.expose(),
            ":context": context.as_str(),
            ":video_id": binding.video_id.as_ref().map_or("", VideoId::as_str),
            ":visitor_data": binding.visitor_data.as_ref().map_or("", VisitorData::as_str),
            ":certainty": binding.certainty.as_str(),
            ":client": client.map_or("", Client::name),
            ":client_version": client.and_then(Client::version).unwrap_or_default(),
            ":host": host,
            ":source": source.as_str(),
            ":profile": session.profile,
            ":container": session.container.as_deref().unwrap_or_default(),
            ":at": time((*captured_at).min(now)),
        })?;
        change
            .prepare_cached("DELETE FROM capture WHERE captured_at <= ?1")?
            .execute([time(now.saturating_sub(GONE_MS))])?;
        change
            .prepare_cached(
                "DELETE FROM capture WHERE rowid IN
                    (SELECT rowid FROM capture ORDER BY seen_at DESC, turn DESC LIMIT -1 OFFSET ?1)",
            )?
            .execute([MOST])?;
        Ok(change.commit()?)
    }

    /// The newest token that fits. Where its video has several in the same session, the one made for media,
    /// since that is what `web+TOKEN` means to yt-dlp; else the player's.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn newest(&self, wanted: &Wanted) -> Result<Option<Capture>, ShelfError> {
        let age = if wanted.fresh { FRESH_MS } else { GONE_MS };
        let found = self
            .database
            .prepare_cached(
                "WITH fitting AS (
                    SELECT * FROM capture WHERE captured_at > :since
                        AND (:video_id IS NULL OR video_id = :video_id)
                        AND (:context IS NULL OR context = :context)
                ), newest AS (
                    SELECT * FROM fitting ORDER BY seen_at DESC, turn DESC LIMIT 1
                )
                SELECT fitting.* FROM fitting JOIN newest USING (video_id, profile, container)
                WHERE video_id != '' OR fitting.token = newest.token
                ORDER BY instr('gvs player subs', fitting.context), fitting.seen_at DESC, fitting.turn DESC LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":since": time(clock::now_ms().saturating_sub(age)),
                    ":video_id": wanted.video_id.as_ref().map(VideoId::as_str),
                    ":context": wanted.context.map(Context::as_str),
                },
                |row| Ok(capture_of(row)),
            )
            .optional()?
            .transpose()?;
        Ok(found)
    }

    /// What may be shown of the tokens that are not gone, the newest first, `most` at the most.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn labels(&self, most: u32) -> Result<Vec<Label>, ShelfError> {
        self.database
            .prepare_cached(
                "SELECT * FROM capture WHERE captured_at > ?1 ORDER BY seen_at DESC, turn DESC LIMIT ?2",
            )?
            .query_map(params![time(clock::now_ms().saturating_sub(GONE_MS)), most], |row| {
                Ok(capture_of(row))
            })?
            .map(|capture| Ok(Label::from(&capture??)))
            .collect()
    }

    /// Takes everything off the shelf, and out of its files.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn clear(&mut self) -> Result<(), ShelfError> {
        self.database.execute("DELETE FROM capture", [])?;
        self.database.pragma_update(None, "wal_checkpoint", "truncate")?;
        Ok(())
    }

    /// Notes what a sink did last.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn note(&self, report: &SinkReport) -> Result<(), ShelfError> {
        let text = serde_json::to_string(report).unwrap_or_default();
        self.database
            .prepare_cached("INSERT OR REPLACE INTO delivery VALUES (?1, ?2, ?3)")?
            .execute(params![report.kind, report.place, text])?;
        Ok(())
    }

    /// What a sink did last.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn last_report(&self, kind: &str, place: &str) -> Result<Option<SinkReport>, ShelfError> {
        let text: Option<String> = self
            .database
            .prepare_cached("SELECT report FROM delivery WHERE kind = ?1 AND place = ?2")?
            .query_row([kind, place], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// A row as the capture that it was. A row that is none was not written by this program.
fn capture_of(row: &Row<'_>) -> rusqlite::Result<Capture> {
    let text = |column: &str| row.get::<_, String>(column);
    let odd = |column: &str| rusqlite::Error::InvalidColumnName(column.to_owned());
    let known = |column: &str| text(column).map(|text| Some(text).filter(|text| !text.is_empty()));
    let version = known("client_version")?;
    Ok(Capture {
        token: PoToken::new(&zeroize::Zeroizing::new(text("token")?)).map_err(|_| odd("token"))?,
        context: text("context")?.parse().map_err(|_| odd("context"))?,
        client: known("client")?.and_then(|name| Client::new(&name, version.as_deref()).ok()),
        host: text("host")?,
        source: Source::from(text("source")?.as_str()),
        binding: Binding {
            video_id: known("video_id")?.and_then(|id| VideoId::new(&id).ok()),
            visitor_data: known("visitor_data")?.and_then(|data| VisitorData::new(&data).ok()),
            certainty: text("certainty")?.as_str().into(),
        },
        session: Session { profile: text("profile")?, container: known("container")? },
        captured_at: row.get::<_, i64>("captured_at")?.unsigned_abs(),
    })
}

/// SQLite's integers are signed.
fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn make_private_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        folders::make_private(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use potbridge_protocol::Certainty;

    /// A capture of a token whose payload is made of `seed`.
    pub(crate) fn capture(seed: u8, video_id: &str, captured_at: u64) -> Capture {
        let mut bytes = vec![0x32, 83];
        bytes.extend((0..83u8).map(|at| at.wrapping_mul(31).wrapping_add(seed)));
        Capture {
            token: PoToken::from_bytes(&bytes).unwrap(),
            context: Context::Player,
            client: Some(Client::new("WEB", Some("2.2026")).unwrap()),
            host: "www.youtube.com".into(),
            source: Source::PlayerRequest,
            binding: Binding {
                video_id: VideoId::new(video_id).ok(),
                visitor_data: None,
                certainty: Certainty::Certain,
            },
            session: Session { profile: "p".into(), container: None },
            captured_at,
        }
    }

    fn shelf() -> Shelf {
        Shelf::open_at(Path::new(":memory:")).unwrap()
    }

    fn newest(shelf: &Shelf) -> Option<Capture> {
        shelf.newest(&Wanted::default()).unwrap()
    }

    const A: &str = "aaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbb";

    #[test]
    fn what_was_put_on_the_shelf_is_taken_from_it_whole() {
        let mut shelf = shelf();
        let mut put = capture(1, A, clock::now_ms());
        put.binding.visitor_data = Some(VisitorData::new("CgtmSzRy").unwrap());
        put.session.container = Some("firefox-container-2".into());
        shelf.put(&put).unwrap();
        assert_eq!(newest(&shelf), Some(put));
    }

    #[test]
    fn the_newest_wins_in_whatever_order_they_come() {
        let now = clock::now_ms();
        let (older, newer) = (capture(1, A, now - 2000), capture(2, B, now - 1000));
        for order in [[&older, &newer], [&newer, &older]] {
            let mut shelf = shelf();
            for capture in order {
                shelf.put(capture).unwrap();
            }
            assert_eq!(newest(&shelf).as_ref(), Some(&newer));
        }
    }

    #[test]
    fn of_two_in_one_millisecond_the_one_that_came_later_wins() {
        let now = clock::now_ms();
        let mut shelf = shelf();
        for (seed, video) in [(9, A), (1, B), (5, A), (9, A)] {
            shelf.put(&capture(seed, video, now)).unwrap();
            assert_eq!(newest(&shelf), Some(capture(seed, video, now)));
        }
    }

    #[test]
    fn a_token_that_is_used_again_is_the_newest_and_no_younger() {
        let now = clock::now_ms();
        let mut shelf = shelf();
        shelf.put(&capture(1, A, now - 3000)).unwrap();
        shelf.put(&capture(2, B, now - 2000)).unwrap();
        shelf.put(&capture(1, A, now - 1000)).unwrap();
        assert_eq!(newest(&shelf), Some(capture(1, A, now - 3000)));
        assert_eq!(shelf.labels(10).unwrap().len(), 2);
    }

    #[test]
    fn a_token_for_media_goes_before_the_players_of_the_same_video_and_session() {
        let now = clock::now_ms();
        let gvs = Capture { context: Context::Gvs, ..capture(1, A, now - 3000) };
        let mut shelf = shelf();
        shelf.put(&gvs).unwrap();
        shelf.put(&capture(2, A, now - 2000)).unwrap();
        assert_eq!(newest(&shelf), Some(gvs));

        let elsewhere = Capture {
            session: Session { profile: "q".into(), container: None },
            ..capture(3, A, now - 1000)
        };
        shelf.put(&elsewhere).unwrap();
        assert_eq!(newest(&shelf), Some(elsewhere));
    }

    #[test]
    fn what_is_wanted_must_fit() {
        let now = clock::now_ms();
        let mut shelf = shelf();
        shelf.put(&capture(1, A, now - FRESH_MS - 1000)).unwrap();
        shelf.put(&capture(2, B, now)).unwrap();
        let of = |video: &str, context, fresh| {
            shelf.newest(&Wanted { video_id: VideoId::new(video).ok(), context, fresh }).unwrap()
        };
        assert!(of(A, None, false).is_some());
        assert!(of(A, None, true).is_none());
        assert!(of(B, Some(Context::Player), true).is_some());
        assert!(of(B, Some(Context::Subs), false).is_none());
        assert!(of("ccccccccccc", None, false).is_none());
    }

    #[test]
    fn after_twelve_hours_a_token_is_gone() {
        let mut shelf = shelf();
        shelf.put(&capture(1, A, clock::now_ms() - GONE_MS - 1)).unwrap();
        assert_eq!(newest(&shelf), None);
        assert!(shelf.labels(10).unwrap().is_empty());
    }

    #[test]
    fn a_clock_that_is_ahead_makes_no_token_the_newest_for_ever() {
        let mut shelf = shelf();
        shelf.put(&capture(1, A, u64::MAX)).unwrap();
        shelf.put(&capture(2, B, clock::now_ms())).unwrap();
        assert_eq!(newest(&shelf).unwrap().binding.video_id, VideoId::new(B).ok());
    }

    #[test]
    fn the_shelf_is_bounded() {
        let now = clock::now_ms();
        let mut shelf = shelf();
        for at in 0..u64::from(MOST) + 5 {
            let video = format!("v{at:010}");
            shelf.put(&capture(1, &video, now - 100_000 + at)).unwrap();
        }
        let labels = shelf.labels(u32::MAX).unwrap();
        assert_eq!(labels.len(), MOST as usize);
        assert_eq!(labels.last().unwrap().video_id.as_ref().unwrap().as_str(), "v0000000005");
    }

    #[test]
    fn a_cleared_shelf_leaves_no_token_in_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("shelf.db");
        let mut shelf = Shelf::open_at(&path).unwrap();
        let put = capture(1, A, clock::now_ms());
        shelf.put(&put).unwrap();
        shelf.clear().unwrap();
        assert_eq!(newest(&shelf), None);
        for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let token = put.token.expose().as_bytes();
            assert!(!bytes.windows(token.len()).any(|window| window == token));
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_shelf_and_all_beside_it_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("shelf.db");
        let mut shelf = Shelf::open_at(&path).unwrap();
        shelf.put(&capture(1, A, clock::now_ms())).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn a_shelf_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf.db");
        let shelf = Shelf::open_at(&path).unwrap();
        shelf.database.pragma_update(None, "user_version", SCHEMA + 1).unwrap();
        drop(shelf);
        assert!(matches!(Shelf::open_at(&path), Err(ShelfError::Newer { .. })));
    }
}

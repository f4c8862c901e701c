//! A download that needs a token asks the browsers for one.
//!
//! The wish stands in the download's record. Of the sessions that watch the records, the first one that makes the file
//! `JOB.wish-N` in the runtime folder takes it up and passes it on to its extension. The token comes over the shelf
//! as every other; that none can be had is written into that file.

use super::store::{self, Record, Store};
use crate::clock;
use potbridge_protocol::{JobId, VideoId, Word};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

/// How long a browser may take to bring a token.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// How long a session may take to take a wish up, where one is there that can.
pub const TAKEN_UP: Duration = Duration::from_secs(3);

/// How long sessions of other profiles leave a wish to the one that it is meant for.
pub const PRECEDENCE: Duration = Duration::from_millis(700);

/// A token that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Counts the wishes of one process.
    pub number: u32,
    /// Tells the wishes of one process from those of another for the same download.
    pub process: u32,
    /// The video.
    pub video_id: VideoId,
    /// When it was said: milliseconds since 1970.
    pub at: u64,
}

impl Wish {
    fn file(&self, store: &Store, job: &JobId) -> PathBuf {
        store.runtime_file(job, &format!("wish-{}-{}", self.process, self.number))
    }

    /// The name that it has in messages: the download's, and its own.
    #[must_use]
    pub fn name(&self, job: &JobId) -> Word {
        Word::new(&format!("{job}.wish-{}-{}", self.process, self.number)).unwrap_or_default()
    }

    /// Takes it up. Says whether nobody had before.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn take_up(&self, store: &Store, job: &JobId) -> io::Result<bool> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(self.file(store, job)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether somebody has taken it up, and why no token can be had where that was said.
    #[must_use]
    pub fn answer(&self, store: &Store, job: &JobId) -> Option<Option<String>> {
        let said = fs::read_to_string(self.file(store, job)).ok()?;
        Some(Some(said).filter(|said| !said.is_empty()))
    }

    /// It is of no interest any more.
    pub fn end(&self, store: &Store, job: &JobId) {
        // What stays is swept.
        let _ = store::remove(&self.file(store, job));
    }

    /// How long ago it was said.
    #[must_use]
    pub fn age(&self) -> Duration {
        Duration::from_millis(clock::now_ms().saturating_sub(self.at))
    }

    /// How long it still has.
    #[must_use]
    pub fn left(&self) -> Duration {
        PATIENCE.saturating_sub(self.age())
    }
}

/// Writes down that the token of a wish, by its name in messages, cannot be had. A wish that has ended is left alone.
pub fn cannot_be_had(store: &Store, name: &str, why: &str) {
    let Some((job, number)) = name.rsplit_once(".wish-") else { return };
    let Ok(job) = JobId::new(job) else { return };
    let is_wished =
        |record: &Record| record.wish.as_ref().is_some_and(|wish| wish.name(&job).as_str() == name);
    if !store.read(&job).is_some_and(|record| is_wished(&record)) {
        return;
    }
    let why: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
    // The download waits no longer than its patience even where this fails.
    let _ = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(store.runtime_file(&job, &format!("wish-{number}")))
        .and_then(|mut file| file.write_all(why.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::store::tests::{record, store};
    use potbridge_protocol::download::State;

    #[test]
    fn one_session_takes_a_wish_up_and_says_why_there_is_no_token() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let mut record = record("1a", State::WaitingForToken, 1);
        let job = record.download.job.clone();
        let video_id = VideoId::new("dQw4w9WgXcQ").unwrap();
        let wish = Wish { number: 1, process: 7, video_id, at: clock::now_ms() };
        record.wish = Some(wish.clone());
        let _tenure = store.take(&job).unwrap().unwrap();
        store.write(&record).unwrap();

        assert_eq!(wish.answer(&store, &job), None);
        assert!(wish.take_up(&store, &job).unwrap());
        assert!(!wish.take_up(&store, &job).unwrap(), "another session has it");
        assert_eq!(wish.answer(&store, &job), Some(None));
        for stranger in ["1a.wish-7-2", "../x.wish-7-1", "", "1a"] {
            cannot_be_had(&store, stranger, "no");
        }
        assert_eq!(wish.answer(&store, &job), Some(None));
        cannot_be_had(&store, wish.name(&job).as_str(), "the tab was\nclosed");
        assert_eq!(wish.answer(&store, &job), Some(Some("the tab wasclosed".to_owned())));
        wish.end(&store, &job);
        assert_eq!(wish.answer(&store, &job), None);
    }
}

//! Clocks that run ahead, and what expires.

use super::super::tidy::KEPT_EXPIRED_MS;
use super::*;
use crate::config::Config;
use crate::store::Held;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::{SinkOutcome, SinkReport};

/// An hour.
const AHEAD: u64 = 3_600_000;

/// Moves every row as a clock that ran ahead would have written it.
fn run_ahead(store: &TokenStore, ms: u64) {
    let sql = format!(
        "UPDATE capture SET seen_at = seen_at + {ms}, captured_at = captured_at + {ms};
        UPDATE playing SET at = at + {ms}; UPDATE counters SET at = at + {ms}"
    );
    within(store, |database| database.execute_batch(&sql));
}

#[test]
fn a_token_expires_after_twelve_hours() {
    let mut store = store();
    store.put(&capture(1, A, clock::now_ms() - EXPIRES_MS - 1)).unwrap();
    assert_eq!(newest(&store), None);
    assert!(store.token_infos(10).unwrap().is_empty());
}

#[test]
fn a_token_whose_browser_is_ahead_counts_as_one_of_now() {
    let mut store = store();
    store.put(&capture(1, A, u64::MAX)).unwrap();
    store.put(&capture(2, B, clock::now_ms())).unwrap();
    assert_eq!(newest(&store).unwrap().binding.video_id, VideoId::new(B).ok());
}

#[test]
fn a_row_from_the_future_is_no_newer_than_what_comes_next() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now)).unwrap();
    run_ahead(&store, AHEAD);
    let read = newest(&store).unwrap();
    assert!((now..now + AHEAD).contains(&read.captured_at), "it counts as of now");
    assert!(store.token_infos(1).unwrap()[0].expires_at < now + AHEAD + EXPIRES_MS);

    let later = capture(2, B, clock::now_ms() - 10);
    store.put(&later).unwrap();
    assert_eq!(newest(&store), Some(later));
    let of_a = TokenQuery { video_id: VideoId::new(A).ok(), ..TokenQuery::default() };
    assert!(store.newest(&of_a).unwrap().unwrap().captured_at <= clock::now_ms());
}

#[test]
fn a_row_from_the_future_is_superseded() {
    let mut store = store();
    store.put(&capture(1, A, clock::now_ms())).unwrap();
    run_ahead(&store, AHEAD);
    let later = capture(2, A, clock::now_ms());
    store.put(&later).unwrap();
    assert_eq!(store.all(true).unwrap(), [later]);
}

#[test]
fn a_token_from_the_future_does_not_wait_for_its_video() {
    let mut store = store();
    store.put(&capture(1, A, clock::now_ms() - 1000)).unwrap();
    store.put(&media(2, clock::now_ms())).unwrap();
    run_ahead(&store, AHEAD);
    assert_eq!(newest(&store).unwrap().binding.video_id, None);
    assert_eq!(store.name_wait_ends().unwrap(), None);
}

#[test]
fn a_clock_that_is_ahead_for_a_while_removes_nothing() {
    let now = clock::now_ms();
    let mut store = store();
    let put = capture(1, A, now);
    store.put(&put).unwrap();
    // Twelve hours and a half by the wrong clock.
    within(&store, |database| {
        database.execute_batch("UPDATE capture SET captured_at = captured_at - 45000000")
    });
    store.put(&capture(2, B, now)).unwrap();
    within(&store, |database| {
        database
            .execute("UPDATE capture SET captured_at = captured_at + ?1 WHERE video_id = ?2", (45_000_000, A))
    });
    let of_a = TokenQuery { video_id: VideoId::new(A).ok(), ..TokenQuery::default() };
    assert_eq!(store.newest(&of_a).unwrap(), Some(put));
}

#[test]
fn what_expired_long_ago_is_removed() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - EXPIRES_MS - KEPT_EXPIRED_MS - 1)).unwrap();
    store.put(&capture(2, B, now)).unwrap();
    let rows: u32 =
        within(&store, |database| database.query_row("SELECT count(*) FROM capture", [], |row| row.get(0)));
    assert_eq!(rows, 1);
}

#[test]
fn counters_and_playbacks_from_the_future_age_from_now_on() {
    let mut store = store();
    store.count(&word("p"), Counters::default()).unwrap();
    store.join(&playing(A, "p")).unwrap();
    run_ahead(&store, AHEAD);
    store.put(&capture(1, A, clock::now_ms())).unwrap();
    for table in ["counters", "playing"] {
        let sql = format!("SELECT at FROM {table}");
        let at: i64 = within(&store, |database| database.query_row(&sql, [], |row| row.get(0)));
        assert!(at.unsigned_abs() <= clock::now_ms(), "{table}");
    }
}

#[test]
fn a_report_from_the_future_is_shown_as_of_now() {
    let text = "[[sink]]\nkind = \"env-file\"\npath = \"/x\"";
    let config = Config::parse(text, Path::new("/c.toml")).unwrap();
    let sink = &config.sinks[0];
    let store = store();
    let at = clock::now_ms() + AHEAD;
    store.note(&SinkReport { at, ..sink.report(SinkOutcome::Written, Vec::new()) }, None, true).unwrap();
    assert!(store.last_report(sink).unwrap().unwrap().at < at);
    assert!(store.begin_update(sink).unwrap(), "its command is due all the same");
}

#[test]
fn what_a_sink_holds_from_the_future_expires_with_its_token() {
    let text = "[[sink]]\nkind = \"env-file\"\npath = \"/x\"";
    let config = Config::parse(text, Path::new("/c.toml")).unwrap();
    let sink = &config.sinks[0];
    let mut store = store();
    let token = capture(1, A, 0).token;
    let expires_at = clock::now_ms() + AHEAD + EXPIRES_MS;
    let held = Held { digest: "d", token: Some(&token), expires_at, private: false };
    store.note(&sink.report(SinkOutcome::Written, Vec::new()), Some(held), false).unwrap();
    store.put(&capture(2, A, clock::now_ms())).unwrap();
    assert!(store.held_token(sink).unwrap().unwrap().expires_at <= clock::now_ms() + EXPIRES_MS);
}

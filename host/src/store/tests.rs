use super::schema::SCHEMA;
use super::tidy::MAX_ROWS;
use super::*;
use potbridge_protocol::lifetime::FRESH_MS;
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Code, Context, Counters, Cpn, Playing, PoToken, Session, ShortText,
    Source, VideoId, VisitorData,
};
use potbridge_system::clock;
use std::path::Path;

/// A capture of a token whose payload is made of `seed`.
pub(crate) fn capture(seed: u8, video_id: &str, captured_at: u64) -> Capture {
    let mut bytes = vec![0x32, 83];
    bytes.extend((0..83u8).map(|at| at.wrapping_mul(31).wrapping_add(seed)));
    Capture {
        token: PoToken::from_bytes(&bytes).unwrap(),
        context: Context::Player,
        client: Some(Client::new("WEB", Some("2.2026")).unwrap()),
        host: word("www.youtube.com"),
        source: Source::PlayerRequest,
        binding: Binding {
            video_id: VideoId::new(video_id).ok(),
            visitor_data: None,
            certainty: Certainty::Certain,
            content_bound: None,
        },
        session: Session { profile: word("p"), container: None, private: false, logged_in: None },
        cpn: None,
        foreign_client: false,
        page_hooked: false,
        captured_at,
    }
}

fn word(text: &str) -> ShortText {
    ShortText::new(text).unwrap()
}

/// An empty store.
pub(crate) fn store() -> TokenStore {
    at(Path::new(":memory:"))
}

/// The store at a path.
fn at(path: &Path) -> TokenStore {
    TokenStore::at(path, &path.with_extension("run"), SESSION).unwrap()
}

/// Does something in a store's database.
fn within<T>(store: &TokenStore, act: impl Fn(&rusqlite::Connection) -> rusqlite::Result<T>) -> T {
    store.read(act).unwrap()
}

fn newest(store: &TokenStore) -> Option<Capture> {
    store.newest(&TokenQuery::default()).unwrap()
}

#[cfg(target_os = "linux")]
mod as_owner;
mod clocks;
mod given;
mod join;
mod private;
mod rank;
mod refused;

const A: &str = "aaaaaaaaaaa";
const B: &str = "bbbbbbbbbbb";

const CPN: &str = "G3iep-t_Rs_pkoUQ";

/// A media token, which names no video.
fn media(seed: u8, captured_at: u64) -> Capture {
    let mut media = Capture { context: Context::Gvs, source: Source::Sabr, ..capture(seed, "", captured_at) };
    media.cpn = Some(Cpn::new(CPN).unwrap());
    media.binding.certainty = Certainty::Guess;
    media
}

fn playing(video: &str, profile: &str) -> Playing {
    Playing {
        cpn: Cpn::new(CPN).unwrap(),
        video_id: VideoId::new(video).unwrap(),
        certainty: Certainty::Certain,
        session: Session { profile: word(profile), container: None, private: false, logged_in: None },
        at: clock::now_ms(),
    }
}

#[test]
fn a_stored_token_is_read_back_whole() {
    let mut store = store();
    let mut put = capture(1, A, clock::now_ms());
    put.binding.visitor_data = Some(VisitorData::new("CgtmSzRy").unwrap());
    put.session.container = Some(word("firefox-container-2"));
    store.put(&put).unwrap();
    assert_eq!(newest(&store), Some(put));
}

#[test]
fn the_newest_wins_in_whatever_order_they_come() {
    let now = clock::now_ms();
    let (older, newer) = (capture(1, A, now - 2000), capture(2, B, now - 1000));
    for order in [[&older, &newer], [&newer, &older]] {
        let mut store = store();
        for capture in order {
            store.put(capture).unwrap();
        }
        assert_eq!(newest(&store).as_ref(), Some(&newer));
    }
}

#[test]
fn of_two_in_one_millisecond_the_later_one_wins() {
    let now = clock::now_ms();
    let mut store = store();
    for (seed, video) in [(9, A), (1, B), (5, A), (9, A)] {
        store.put(&capture(seed, video, now)).unwrap();
        assert_eq!(newest(&store), Some(capture(seed, video, now)));
    }
}

#[test]
fn a_token_used_again_is_the_newest_and_no_younger() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - 3000)).unwrap();
    store.put(&capture(2, B, now - 2000)).unwrap();
    store.put(&capture(1, A, now - 1000)).unwrap();
    assert_eq!(newest(&store), Some(capture(1, A, now - 3000)));
    assert_eq!(store.token_infos(10).unwrap().len(), 2);
}

#[test]
fn a_media_token_ranks_before_the_players() {
    let now = clock::now_ms();
    let gvs = Capture { context: Context::Gvs, ..capture(1, A, now - 3000) };
    let mut store = store();
    store.put(&gvs).unwrap();
    store.put(&capture(2, A, now - 2000)).unwrap();
    assert_eq!(newest(&store), Some(gvs));

    let elsewhere = Capture {
        session: Session { profile: word("q"), container: None, private: false, logged_in: None },
        ..capture(3, A, now - 1000)
    };
    store.put(&elsewhere).unwrap();
    assert_eq!(newest(&store), Some(elsewhere));
}

#[test]
fn a_token_must_match_the_whole_query() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - FRESH_MS - 1000)).unwrap();
    store.put(&capture(2, B, now)).unwrap();
    let of = |video: &str, context, fresh| {
        store
            .newest(&TokenQuery {
                video_id: VideoId::new(video).ok(),
                context,
                fresh,
                ..TokenQuery::default()
            })
            .unwrap()
    };
    assert!(of(A, None, false).is_some());
    assert!(of(A, None, true).is_none());
    assert!(of(B, Some(Context::Player), true).is_some());
    assert!(of(B, Some(Context::Subs), false).is_none());
    assert!(of("ccccccccccc", None, false).is_none());
}

#[test]
fn the_store_is_bounded() {
    let now = clock::now_ms();
    let mut store = store();
    for at in 0..u64::from(MAX_ROWS) + 5 {
        let video = format!("v{at:010}");
        store.put(&capture(1, &video, now - 100_000 + at)).unwrap();
    }
    let tokens = store.token_infos(u32::MAX).unwrap();
    assert_eq!(tokens.len(), MAX_ROWS as usize);
    assert_eq!(tokens.last().unwrap().video_id.as_ref().unwrap().as_str(), "v0000000005");
}

#[test]
fn a_cleared_store_leaves_no_token_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").join("tokens.db");
    let mut store = at(&path);
    let put = capture(1, A, clock::now_ms());
    store.put(&put).unwrap();
    store.clear().unwrap();
    assert_eq!(newest(&store), None);
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let token = put.token.expose().as_bytes();
        assert!(!bytes.windows(token.len()).any(|window| window == token));
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files_of_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").join("tokens.db");
    let mut store = at(&path);
    store.put(&capture(1, A, clock::now_ms())).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn a_store_of_an_older_version_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let mut store = at(&path);
    let put = capture(1, A, clock::now_ms());
    store.put(&put).unwrap();
    within(&store, |database| {
        database.execute_batch(
            "ALTER TABLE capture DROP COLUMN foreign_client; DROP TABLE playing; PRAGMA user_version = 1",
        )
    });
    drop(store);
    let mut anew = at(&path);
    assert_eq!(newest(&anew), None);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let token = put.token.expose().as_bytes();
        assert!(!bytes.windows(token.len()).any(|window| window == token));
    }
    assert_eq!(anew.put(&put).unwrap().as_ref(), Some(&put));
    assert_eq!(newest(&anew), Some(put));
}

/// Two versions that run side by side do not set aside each other's.
#[test]
fn a_store_of_a_newer_version_is_left_alone_and_another_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let mut older = at(&path);
    older.put(&capture(1, A, clock::now_ms())).unwrap();
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute_batch(&format!("DROP TABLE capture; PRAGMA user_version = {}", SCHEMA + 1)).unwrap();

    let put = capture(2, B, clock::now_ms());
    older.put(&put).unwrap();
    assert_eq!(newest(&older), Some(put.clone()));
    let problems: Vec<_> = older.problems().into_iter().map(|problem| problem.code).collect();
    assert_eq!(problems, [Code::StoreNewer]);
    assert_eq!(newest(&at(&path)), Some(put));
    let version: i32 = newer.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, SCHEMA + 1);
    older.clear().unwrap();
    assert!(folder.path().read_dir().unwrap().all(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        !bytes.windows(20).any(|window| window == &capture(2, B, 0).token.expose().as_bytes()[..20])
    }));
}

#[test]
fn a_newer_token_supersedes_the_older_one() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - 2000)).unwrap();
    store.put(&capture(2, A, now - 1000)).unwrap();
    let mut logged_in = capture(3, A, now - 1500);
    logged_in.session.logged_in = Some(true);
    store.put(&logged_in).unwrap();
    let times: Vec<_> = store.token_infos(10).unwrap().into_iter().map(|token| token.captured_at).collect();
    assert_eq!(times, [now - 1000, now - 1500]);
}

#[test]
fn a_page_hooked_token_displaces_no_other() {
    let now = clock::now_ms();
    let mut store = store();
    let seen = capture(1, A, now - 1000);
    store.put(&seen).unwrap();
    store.put(&Capture { page_hooked: true, ..capture(2, A, now) }).unwrap();
    assert_eq!(newest(&store), Some(seen));
}

#[test]
fn counters_replace_a_profiles_last_and_add_up_over_profiles() {
    let store = store();
    let counters = |cold_start| Counters { cold_start, ..Counters::default() };
    store.count(&word("p"), counters(1)).unwrap();
    store.count(&word("p"), counters(3)).unwrap();
    store.count(&word("q"), counters(4)).unwrap();
    assert_eq!(store.counters().unwrap(), counters(7));
}

#[test]
fn a_program_without_a_session_of_its_own_does_not_prefer_what_was_pasted() {
    let now = clock::now_ms();
    let pasted = Capture {
        session: Session::default(),
        source: Source::Pasted,
        ..capture(1, "dQw4w9WgXcQ", now - 2000)
    };
    let newer = capture(2, "dQw4w9WgXcQ", now - 1000);
    let mut store = store();
    for capture in [&pasted, &newer] {
        store.put(capture).unwrap();
    }
    let query = TokenQuery {
        video_id: pasted.binding.video_id.clone(),
        prefer_session: Some(Session::default()),
        ..TokenQuery::default()
    };
    assert!(store.newest(&query).unwrap() == Some(newer));
}

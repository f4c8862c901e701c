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
        host: word("www.youtube.com"),
        source: Source::PlayerRequest,
        binding: Binding {
            video_id: VideoId::new(video_id).ok(),
            visitor_data: None,
            certainty: Certainty::Certain,
        },
        session: Session { profile: word("p"), container: None },
        captured_at,
    }
}

fn word(text: &str) -> Word {
    Word::new(text).unwrap()
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
    put.session.container = Some(word("firefox-container-2"));
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

    let elsewhere =
        Capture { session: Session { profile: word("q"), container: None }, ..capture(3, A, now - 1000) };
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

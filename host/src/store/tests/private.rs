//! Private windows: their tokens never mix with the profile's own.

use super::*;
use crate::config::Config;
use crate::store::Held;
use potbridge_protocol::SinkOutcome;

fn private(mut capture: Capture) -> Capture {
    capture.session.private = true;
    capture
}

fn newest_of_all(store: &TokenStore, prefer_session: Option<Session>) -> Option<Capture> {
    store.newest(&TokenQuery { private: true, prefer_session, ..TokenQuery::default() }).unwrap()
}

#[test]
fn a_private_token_is_not_given_unless_it_is_asked_for() {
    let now = clock::now_ms();
    let mut store = store();
    let token = private(capture(1, A, now));
    assert_eq!(store.put(&token).unwrap().as_ref(), Some(&token));
    assert_eq!(newest(&store), None);
    assert!(store.all(false).unwrap().is_empty());
    assert_eq!(newest_of_all(&store, None), Some(token.clone()));
    assert_eq!(store.all(true).unwrap(), std::slice::from_ref(&token));
    assert!(store.token_infos(10).unwrap()[0].private);

    let own = capture(2, B, now - 60_000);
    store.put(&own).unwrap();
    assert_eq!(newest_of_all(&store, None), Some(own.clone()), "the profile's own come first");
    assert_eq!(newest_of_all(&store, Some(token.session.clone())), Some(token));
    assert_eq!(newest_of_all(&store, Some(own.session.clone())), Some(own));
}

#[test]
fn a_private_token_joins_and_displaces_none_of_the_profiles_own() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now - 3000)).unwrap();
    store.put(&private(media(2, now - 2500))).unwrap();
    let mut private_playing = playing(B, "p");
    private_playing.session.private = true;
    assert!(store.join(&private_playing).unwrap());
    assert_eq!(newest(&store).unwrap().binding.video_id, None);
    assert!(store.join(&playing(A, "p")).unwrap());
    assert_eq!(newest(&store).unwrap().binding.video_id, VideoId::new(A).ok());
    let videos: Vec<_> =
        store.token_infos(10).unwrap().into_iter().map(|info| (info.private, info.video_id)).collect();
    assert_eq!(videos, [(true, VideoId::new(B).ok()), (false, VideoId::new(A).ok())]);
    // The same token, video and kind of request in both.
    store.put(&capture(3, A, now)).unwrap();
    store.put(&private(capture(3, A, now))).unwrap();
    store.put(&private(capture(4, A, now))).unwrap();
    assert_eq!(newest(&store).unwrap().token, media(1, now).token);
    let player = TokenQuery { context: Some(Context::Player), ..TokenQuery::default() };
    assert_eq!(store.newest(&player).unwrap(), Some(capture(3, A, now)));
}

#[test]
fn the_tokens_of_a_profiles_private_windows_are_removed_without_a_trace() {
    let now = clock::now_ms();
    let folder = tempfile::tempdir().unwrap();
    let mut store = at(&folder.path().join("tokens.db"));
    let own = capture(1, A, now);
    let of_private = private(capture(2, B, now));
    let mut elsewhere = private(capture(3, B, now));
    elsewhere.session.profile = word("q");
    for token in [&own, &of_private, &elsewhere] {
        store.put(token).unwrap();
    }
    assert!(store.remove_private(&word("p")).unwrap());
    assert!(!store.remove_private(&word("p")).unwrap());
    assert_eq!(store.all(true).unwrap(), [own, elsewhere]);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let token = of_private.token.expose().as_bytes();
        assert!(!bytes.windows(token.len()).any(|window| window == token));
    }
}

#[test]
fn a_sink_counts_as_holding_a_private_token_until_it_was_given_another() {
    let store = store();
    let config = "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = { A = \"{token}\" }";
    let config = Config::parse(config, Path::new("/c.toml")).unwrap();
    let sink = &config.sinks[0];
    let report = |outcome| sink.report(outcome, Vec::new());
    assert!(!store.holds_private(sink).unwrap());
    store.note_private(&report(SinkOutcome::Pending)).unwrap();
    assert!(store.holds_private(sink).unwrap(), "a killed host");
    store.note(&report(SinkOutcome::Unchanged), None, false).unwrap();
    assert!(store.holds_private(sink).unwrap(), "a sink that failed may hold it all the same");
    store
        .note(
            &report(SinkOutcome::Written),
            Some(Held { digest: "d", token: None, expires_at: 0, private: false }),
            false,
        )
        .unwrap();
    assert!(!store.holds_private(sink).unwrap());
}

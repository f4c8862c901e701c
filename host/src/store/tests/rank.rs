//! Which of several tokens is given.

use super::*;

fn of_video(store: &TokenStore, context: Option<Context>) -> Option<Capture> {
    let query = TokenQuery { video_id: VideoId::new(A).ok(), context, ..TokenQuery::default() };
    store.newest(&query).unwrap()
}

/// Named after `of_video`, by its certainty.
fn sure(seed: u8, certainty: Certainty, captured_at: u64) -> Capture {
    let mut capture = Capture { context: Context::Gvs, ..capture(seed, A, captured_at) };
    capture.binding.certainty = certainty;
    capture
}

#[test]
fn a_token_without_a_video_ranks_below_an_older_one_while_it_waits_for_it() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - 60_000)).unwrap();
    assert_eq!(store.name_wait_ends().unwrap(), None);
    store.put(&media(2, now - 500)).unwrap();
    assert_eq!(newest(&store).unwrap().binding.video_id, VideoId::new(A).ok());
    assert_eq!(store.name_wait_ends().unwrap(), Some(now + 1500));
    let at_once = TokenQuery { unnamed_at_once: true, ..TokenQuery::default() };
    assert_eq!(store.newest(&at_once).unwrap(), Some(media(2, now - 500)));
}

#[test]
fn a_token_that_waited_in_vain_for_its_video_is_the_newest() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - 2001)).unwrap();
    store.put(&media(2, now - 2000)).unwrap();
    assert_eq!(store.name_wait_ends().unwrap(), None);
    assert_eq!(newest(&store), Some(media(2, now - 2000)));
    // It does not wait again when it is seen again.
    store.put(&media(2, now)).unwrap();
    assert_eq!(newest(&store), Some(media(2, now - 2000)));
}

#[test]
fn a_pasted_token_does_not_wait() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&capture(1, A, now - 1000)).unwrap();
    let pasted = Capture { source: Source::Pasted, cpn: None, ..media(3, now) };
    store.put(&pasted).unwrap();
    assert_eq!(newest(&store), Some(pasted));
    assert_eq!(store.name_wait_ends().unwrap(), None);
}

#[test]
fn a_token_that_waits_is_better_than_none() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now)).unwrap();
    assert_eq!(newest(&store), Some(media(1, now)));
}

#[test]
fn of_a_video_the_surest_token_is_given_and_then_the_newest() {
    let now = clock::now_ms();
    let mut store = store();
    let tokens = [
        sure(1, Certainty::Certain, now - 9000),
        sure(2, Certainty::Probable, now - 8000),
        sure(3, Certainty::Guess, now - 7000),
    ];
    for token in tokens.iter().rev() {
        store.put(token).unwrap();
        assert_eq!(of_video(&store, None).as_ref(), Some(token));
        assert_eq!(of_video(&store, Some(Context::Gvs)).as_ref(), Some(token));
    }
    // Without a video it is the newest, whose video somebody may have guessed.
    assert_eq!(newest(&store).as_ref(), Some(&tokens[2]));
    let newer = sure(4, Certainty::Certain, now - 1000);
    store.put(&newer).unwrap();
    assert_eq!(of_video(&store, None), Some(newer));
    assert_eq!(store.token_infos(10).unwrap().len(), 1, "the surest and newest displaces all others");
}

#[test]
fn a_videos_tokens_are_given_media_captions_player() {
    let now = clock::now_ms();
    let mut store = store();
    for (context, seed) in [(Context::Player, 1), (Context::Subs, 2), (Context::Gvs, 3)] {
        let token = Capture { context, ..sure(seed, Certainty::Certain, now - u64::from(seed) * 1000) };
        store.put(&token).unwrap();
        assert_eq!(of_video(&store, None).as_ref(), Some(&token));
        assert_eq!(newest(&store), Some(token));
    }
}

#[test]
fn a_token_of_another_client_than_the_pages_ranks_last_and_displaces_none() {
    let now = clock::now_ms();
    let foreign = |seed, context, captured_at| Capture {
        foreign_client: true,
        context,
        ..sure(seed, Certainty::Certain, captured_at)
    };
    let mut store = store();
    let first = foreign(1, Context::Gvs, now - 3000);
    store.put(&first).unwrap();
    assert_eq!(newest(&store), Some(first), "it is better than none");
    let own = capture(2, A, now - 2000);
    store.put(&own).unwrap();
    store.put(&foreign(3, Context::Player, now - 1000)).unwrap();
    assert_eq!(newest(&store), Some(own.clone()));
    assert_eq!(of_video(&store, None), Some(own.clone()));
    assert_eq!(of_video(&store, Some(Context::Player)), Some(own.clone()));
    // The page's own client uses it too.
    store.put(&Capture { foreign_client: false, ..foreign(1, Context::Gvs, now) }).unwrap();
    assert_eq!(newest(&store).unwrap().token, capture(1, A, now).token);
    assert!(!newest(&store).unwrap().foreign_client);
}

#[test]
fn an_own_token_displaces_one_of_another_client() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&Capture { foreign_client: true, ..sure(1, Certainty::Certain, now - 1000) }).unwrap();
    store.put(&sure(2, Certainty::Certain, now)).unwrap();
    assert_eq!(store.token_infos(10).unwrap().len(), 1);
}

#[test]
fn a_token_that_serves_every_context_is_not_kept_back_by_an_older_one_for_media() {
    let now = clock::now_ms();
    for (content_bound, given) in [(Some(true), 2), (Some(false), 1), (None, 1)] {
        let mut store = store();
        store.put(&sure(1, Certainty::Certain, now - 3_600_000)).unwrap();
        let mut player = capture(2, A, now - 60_000);
        player.binding.content_bound = content_bound;
        store.put(&player).unwrap();
        let expected = capture(given, A, 0).token;
        assert_eq!(newest(&store).map(|capture| capture.token), Some(expected.clone()), "{content_bound:?}");
        assert_eq!(of_video(&store, None).map(|capture| capture.token), Some(expected), "{content_bound:?}");
        // The same token for media is given for media.
        let mut media = Capture { context: Context::Gvs, ..player.clone() };
        media.captured_at = now - 30_000;
        store.put(&media).unwrap();
        store.put(&Capture { captured_at: now - 20_000, ..player }).unwrap();
        assert_eq!(newest(&store).map(|capture| capture.context), Some(Context::Gvs), "{content_bound:?}");
    }
}

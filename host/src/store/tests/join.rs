//! The join of playbacks with their videos.

use super::*;

#[test]
fn a_media_token_gets_its_video_in_either_order() {
    let now = clock::now_ms();
    let mut after = store();
    after.put(&media(1, now)).unwrap();
    assert!(after.join(&playing(A, "p")).unwrap());
    let mut before = store();
    assert!(!before.join(&playing(A, "p")).unwrap());
    before.put(&media(1, now)).unwrap();
    for store in [after, before] {
        let binding = newest(&store).unwrap().binding;
        assert_eq!((binding.video_id, binding.certainty), (VideoId::new(A).ok(), Certainty::Certain));
        assert_eq!(store.token_infos(10).unwrap().len(), 1);
    }
}

#[test]
fn a_playback_of_another_profile_joins_nothing() {
    let mut store = store();
    store.put(&media(1, clock::now_ms())).unwrap();
    assert!(!store.join(&playing(A, "q")).unwrap());
    assert_eq!(newest(&store).unwrap().binding.video_id, None);
}

fn probable(video: &str) -> Playing {
    Playing { certainty: Certainty::Probable, ..playing(video, "p") }
}

/// The video of the newest token, and how sure it is.
fn label(store: &TokenStore) -> (Option<VideoId>, Certainty) {
    let binding = newest(store).unwrap().binding;
    (binding.video_id, binding.certainty)
}

fn is(video: &str, certainty: Certainty) -> (Option<VideoId>, Certainty) {
    (VideoId::new(video).ok(), certainty)
}

#[test]
fn a_probable_video_gives_way_to_a_certain_one_in_either_order() {
    let now = clock::now_ms();
    let mut after = store();
    after.put(&media(1, now)).unwrap();
    assert!(after.join(&probable(A)).unwrap());
    assert_eq!(label(&after), is(A, Certainty::Probable));
    assert!(after.join(&playing(B, "p")).unwrap());
    let mut before = store();
    before.join(&probable(A)).unwrap();
    before.join(&playing(B, "p")).unwrap();
    before.put(&media(1, now)).unwrap();
    for mut store in [after, before] {
        assert_eq!(label(&store), is(B, Certainty::Certain));
        assert!(!store.join(&probable(A)).unwrap(), "probable replaces nothing certain");
        assert_eq!(label(&store), is(B, Certainty::Certain));
        assert_eq!(store.put(&media(2, now)).unwrap().unwrap().binding.video_id, VideoId::new(B).ok());
        assert_eq!(store.token_infos(10).unwrap().len(), 1);
    }
}

#[test]
fn a_probable_video_that_proves_true_is_certain() {
    let mut store = store();
    store.put(&media(1, clock::now_ms())).unwrap();
    store.join(&probable(A)).unwrap();
    assert!(!store.join(&probable(A)).unwrap(), "the same again is no change");
    assert!(store.join(&playing(A, "p")).unwrap());
    assert_eq!(label(&store), is(A, Certainty::Certain));
}

#[test]
fn a_video_that_a_request_names_is_not_replaced_by_a_probable_one() {
    let mut store = store();
    let named = Capture { cpn: Some(Cpn::new(CPN).unwrap()), ..capture(1, A, clock::now_ms()) };
    store.put(&named).unwrap();
    assert!(!store.join(&probable(B)).unwrap());
    assert_eq!(label(&store), is(A, Certainty::Certain));
}

#[test]
fn a_token_of_a_session_is_for_its_video_by_a_guess() {
    let now = clock::now_ms();
    for (length, certainty) in [(115, Certainty::Certain), (116, Certainty::Guess), (122, Certainty::Guess)] {
        let mut bytes = vec![0x32, length];
        bytes.extend(0..length);
        let of_session = Capture { token: PoToken::from_bytes(&bytes).unwrap(), ..media(1, now) };
        let mut after = store();
        after.put(&of_session).unwrap();
        after.join(&playing(A, "p")).unwrap();
        let mut before = store();
        before.join(&playing(A, "p")).unwrap();
        before.put(&of_session).unwrap();
        for store in [after, before] {
            assert_eq!(label(&store), is(A, certainty), "{length}");
        }
    }
}

#[test]
fn what_is_stored_says_what_the_store_knows() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now - 1000)).unwrap();
    store.join(&playing(A, "p")).unwrap();
    let stored = store.put(&media(1, now)).unwrap().unwrap();
    assert_eq!(stored.binding.video_id, VideoId::new(A).ok());
    assert_eq!((stored.binding.certainty, stored.captured_at), (Certainty::Certain, now - 1000));
}

#[test]
fn a_capture_that_comes_again_with_its_video_is_one_token() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now)).unwrap();
    for (video, certainty) in [(A, Certainty::Probable), (B, Certainty::Certain)] {
        let mut named = media(1, now);
        named.binding.video_id = VideoId::new(video).ok();
        named.binding.certainty = certainty;
        store.put(&named).unwrap();
        assert_eq!(label(&store), is(video, certainty));
        assert_eq!(store.token_infos(10).unwrap().len(), 1);
    }
}

#[test]
fn a_token_of_a_later_playback_gets_that_ones_video() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now - 2)).unwrap();
    let later = Cpn::new("later-t_Rs_pkoUQ").unwrap();
    store.put(&Capture { cpn: Some(later.clone()), ..media(1, now - 1) }).unwrap();
    assert!(store.join(&Playing { cpn: later, ..playing(B, "p") }).unwrap());
    assert_eq!(label(&store), is(B, Certainty::Certain));
}

#[test]
fn a_token_keeps_its_rank_when_it_gets_its_video() {
    let now = clock::now_ms();
    let mut store = store();
    store.put(&media(1, now - 5000)).unwrap();
    store.put(&media(1, now - 3000)).unwrap();
    store.put(&capture(2, B, now - 4000)).unwrap();
    store.join(&playing(A, "p")).unwrap();
    let given = newest(&store).unwrap();
    assert_eq!((given.binding.video_id, given.captured_at), (VideoId::new(A).ok(), now - 5000));
}

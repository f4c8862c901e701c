use super::videos::MAX_PLAYBACKS;
use super::*;
use crate::test_data::{capture, playing, token};
use potbridge_protocol::ShortText;
use potbridge_protocol::youtube::MUSIC_HOST;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: u64 = 1_764_810_177_000;
const CPN: &str = "G3iep-t_Rs_pkoUQ";
const VIDEO: &str = "FcRzAdI8R9U";
const OTHER_VIDEO: &str = "dQw4w9WgXcQ";

fn video() -> VideoId {
    VideoId::new(VIDEO).unwrap()
}

/// A media token of the playback, captured now.
fn media_token() -> Box<Capture> {
    Box::new(capture(CPN, NOW))
}

fn in_container(mut capture: Box<Capture>) -> Box<Capture> {
    capture.session.container = ShortText::new("firefox-container-1").ok();
    capture
}

fn add_capture(journal: &mut Journal, capture: Box<Capture>) -> Changes {
    let mut changes = Changes::default();
    journal.add_capture(capture, &mut changes);
    changes
}

fn add_playing(journal: &mut Journal, cpn: &str, video: &str) -> Changes {
    let mut changes = Changes::default();
    journal.add_playing(playing(cpn, video), &mut changes);
    changes
}

fn request(id: &str) -> OpenRequest {
    OpenRequest { id: id.to_owned(), video_id: video(), music: false, container: None, newer_than: None }
}

/// A journal with a token of the video, and the token's entry.
fn with_named_token(capture: Box<Capture>) -> (Journal, String) {
    let mut journal = Journal::default();
    add_playing(&mut journal, CPN, VIDEO);
    let changes = add_capture(&mut journal, capture);
    let id = changes.entries[0].id.clone();
    (journal, id)
}

#[test]
fn entries_count_up_and_say_what_they_hold() {
    let mut journal = Journal::default();
    let token = add_capture(&mut journal, media_token()).entries.remove(0);
    let video = add_playing(&mut journal, "AAAAAAAAAAAAAAAA", VIDEO).entries.remove(0);
    assert_eq!((token.id.as_str(), video.id.as_str()), ("1", "2"));
    assert_eq!((token.capture, token.playing), (Some(media_token()), None));
    assert_eq!((video.capture, video.token), (None, None));
    assert_eq!(video.playing, Some(playing("AAAAAAAAAAAAAAAA", VIDEO)));
}

#[test]
fn a_token_is_named_by_a_playing_that_came_before() {
    let mut journal = Journal::default();
    add_playing(&mut journal, CPN, VIDEO);
    let changes = add_capture(&mut journal, media_token());
    let info = changes.entries[0].token.clone().unwrap();
    assert_eq!((info.video_id, info.certainty), (Some(video()), Certainty::Certain));
    assert_eq!(changes.named, []);
    // What the host is sent is what the request said.
    assert_eq!(changes.entries[0].capture.as_ref().unwrap().binding.video_id, None);
}

#[test]
fn a_token_is_named_by_a_playing_that_comes_after() {
    let mut journal = Journal::default();
    let info = add_capture(&mut journal, media_token()).entries.remove(0).token.unwrap();
    assert_eq!((info.video_id, info.certainty), (None, Certainty::Guess));
    let named = Named { id: "1".to_owned(), video_id: video(), certainty: Certainty::Certain };
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, [named]);
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, []);
}

#[test]
fn only_the_same_playback_of_the_same_container_names_a_token() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    add_capture(&mut journal, in_container(media_token()));
    assert_eq!(add_playing(&mut journal, "AAAAAAAAAAAAAAAA", VIDEO).named, []);
    let named: Vec<_> =
        add_playing(&mut journal, CPN, VIDEO).named.into_iter().map(|named| named.id).collect();
    assert_eq!(named, ["1"]);
    let mut without_cpn = media_token();
    without_cpn.cpn = None;
    without_cpn.token = token(84);
    assert_eq!(add_capture(&mut journal, without_cpn).entries[0].token.as_ref().unwrap().video_id, None);
}

#[test]
fn a_token_that_names_its_video_keeps_it() {
    let mut journal = Journal::default();
    let mut own = media_token();
    own.binding.video_id = Some(video());
    own.binding.certainty = Certainty::Certain;
    add_capture(&mut journal, own.clone());
    assert_eq!(add_playing(&mut journal, CPN, OTHER_VIDEO).named, []);
    let info = add_capture(&mut journal, own).entries.remove(0).token.unwrap();
    assert_eq!(info.video_id, Some(video()));
}

#[test]
fn the_last_playing_of_a_playback_counts() {
    let mut journal = Journal::default();
    add_playing(&mut journal, CPN, OTHER_VIDEO);
    add_playing(&mut journal, CPN, VIDEO);
    let info = add_capture(&mut journal, media_token()).entries.remove(0).token.unwrap();
    assert_eq!(info.video_id, Some(video()));
}

#[test]
fn of_too_many_playbacks_the_oldest_is_forgotten() {
    let mut journal = Journal::default();
    for number in 0..=MAX_PLAYBACKS {
        add_playing(&mut journal, &format!("{number:016}"), VIDEO);
    }
    let named = |journal: &mut Journal, number: usize| {
        let token = Box::new(capture(&format!("{number:016}"), NOW));
        add_capture(journal, token).entries.remove(0).token.unwrap().video_id.is_some()
    };
    assert!(!named(&mut journal, 0));
    assert!(named(&mut journal, 1) && named(&mut journal, MAX_PLAYBACKS));
}

#[test]
fn an_open_request_is_answered_once_by_a_token_of_its_video() {
    let mut journal = Journal::default();
    assert_eq!(journal.request_token(request("a"), NOW), Vec::<String>::new());
    assert_eq!(journal.request_token(request("b"), NOW), Vec::<String>::new());
    assert_eq!(add_capture(&mut journal, media_token()).answered, Vec::<String>::new());
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).answered, ["a", "b"]);
    assert_eq!(add_capture(&mut journal, media_token()).answered, Vec::<String>::new());
}

#[test]
fn a_token_that_is_named_at_once_answers_too() {
    let mut journal = Journal::default();
    add_playing(&mut journal, CPN, VIDEO);
    journal.request_token(request("a"), NOW);
    assert_eq!(add_capture(&mut journal, media_token()).answered, ["a"]);
}

#[test]
fn the_host_may_name_a_tokens_video() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    journal.request_token(request("a"), NOW);
    assert_eq!(journal.name("9", &video(), Certainty::Certain), None);
    assert_eq!(journal.name("1", &video(), Certainty::Certain), Some(vec!["a".to_owned()]));
    assert_eq!(journal.name("1", &video(), Certainty::Certain), None, "it is known by now");
    assert_eq!(journal.request_token(request("b"), NOW), ["1"]);
}

#[test]
fn a_dropped_request_is_not_answered() {
    let mut journal = Journal::default();
    journal.request_token(request("a"), NOW);
    journal.request_token(request("b"), NOW);
    journal.drop_request("a");
    add_playing(&mut journal, CPN, VIDEO);
    assert_eq!(add_capture(&mut journal, media_token()).answered, ["b"]);
}

#[test]
fn known_tokens_answer_a_request_while_they_are_fresh() {
    let (mut journal, id) = with_named_token(media_token());
    assert_eq!(journal.request_token(request("a"), NOW + FRESH_MS - 1), [id]);
    assert_eq!(journal.request_token(request("b"), NOW + FRESH_MS), Vec::<String>::new());
}

#[test]
fn an_answered_request_is_not_left_open() {
    let (mut journal, _) = with_named_token(media_token());
    journal.request_token(request("a"), NOW);
    assert_eq!(add_capture(&mut journal, media_token()).answered, Vec::<String>::new());
}

#[test]
fn a_token_of_another_video_or_container_answers_nothing() {
    let (mut journal, _) = with_named_token(media_token());
    let other_video = OpenRequest { video_id: VideoId::new(OTHER_VIDEO).unwrap(), ..request("a") };
    let other_container =
        OpenRequest { container: ShortText::new("firefox-container-1").ok(), ..request("b") };
    for request in [other_video, other_container] {
        assert_eq!(journal.request_token(request, NOW), Vec::<String>::new());
    }
    let mut changes = Changes::default();
    let mut own = in_container(media_token());
    own.binding.video_id = Some(video());
    journal.add_capture(own, &mut changes);
    assert_eq!(changes.answered, ["b"]);
}

#[test]
fn music_is_told_by_the_host_or_by_the_client() {
    let music = || OpenRequest { music: true, ..request("a") };
    let mut of_host = media_token();
    of_host.host = ShortText::new(MUSIC_HOST).unwrap();
    let mut of_client = media_token();
    of_client.client = potbridge_protocol::Client::new("WEB_REMIX", None).ok();
    for token in [of_host, of_client] {
        let (mut journal, id) = with_named_token(token);
        assert_eq!(journal.request_token(request("b"), NOW), Vec::<String>::new());
        assert_eq!(journal.request_token(music(), NOW), [id]);
    }
    let (mut journal, _) = with_named_token(media_token());
    assert_eq!(journal.request_token(music(), NOW), Vec::<String>::new());
}

#[test]
fn a_request_that_bypasses_the_cache_needs_a_newer_token() {
    let (mut journal, id) = with_named_token(media_token());
    let newer_than = |id, time| OpenRequest { newer_than: Some(time), ..request(id) };
    assert_eq!(journal.request_token(newer_than("a", NOW), NOW), [id]);
    assert_eq!(journal.request_token(newer_than("b", NOW + 1), NOW), Vec::<String>::new());
    let later = Box::new(capture(CPN, NOW + 1));
    assert_eq!(add_capture(&mut journal, later).answered, ["b"]);
}

#[test]
fn a_forgotten_entry_answers_nothing() {
    let (mut journal, id) = with_named_token(media_token());
    journal.forget(&id);
    assert_eq!(journal.request_token(request("a"), NOW), Vec::<String>::new());
    assert_eq!(journal.name(&id, &video(), Certainty::Certain), None);
}

/// As the browser stores them: with fields of its own.
fn stored(changes: &Changes) -> Vec<String> {
    let with_state = |entry: &Entry| {
        let mut entry = serde_json::to_value(entry).unwrap();
        entry["state"] = json!("waiting");
        entry["sinks"] = json!([{"kind": "env-file"}]);
        entry.to_string()
    };
    changes.entries.iter().map(with_state).collect()
}

#[test]
fn stored_entries_are_taken_up_again() {
    let mut journal = Journal::default();
    let mut entries = stored(&add_playing(&mut journal, CPN, VIDEO));
    entries.extend(stored(&add_capture(&mut journal, in_container(media_token()))));
    entries.extend(stored(&add_capture(&mut journal, media_token())));

    let mut journal = Journal::default();
    for entry in &entries {
        journal.recall(entry);
    }
    assert_eq!(journal.request_token(request("a"), NOW), ["3"]);
    assert_eq!(
        journal.name("2", &video(), Certainty::Certain),
        Some(Vec::new()),
        "nothing had named the container's"
    );
    let next = add_capture(&mut journal, media_token()).entries.remove(0);
    assert_eq!((next.id.as_str(), next.token.unwrap().video_id), ("4", Some(video())));
}

#[test]
fn what_is_no_entry_is_passed_over() {
    let mut journal = Journal::default();
    for entry in [
        "",
        "null",
        "[]",
        "{}",
        "{\"id\":7}",
        "{\"id\":\"x\",\"capture\":5,\"token\":{}}",
        "{\"id\":\"1\",\"playing\":{\"cpn\":1}}",
    ] {
        journal.recall(entry);
    }
    assert_eq!((journal.tokens.len(), journal.videos.len()), (0, 0));
}

proptest! {
    #[test]
    fn hostile_entries_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut journal = Journal::default();
        let entry = stored(&add_capture(&mut journal, media_token())).remove(0);
        let mut bytes = entry.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(entry) = String::from_utf8(bytes) {
            journal.recall(&entry);
        }
        let mut odd: Value = json!({"id": "18446744073709551615", "capture": {}, "token": {"captured_at": -1}});
        odd["playing"] = json!({"cpn": CPN, "video_id": VIDEO});
        journal.recall(&odd.to_string());
        add_capture(&mut journal, media_token());
    }
}

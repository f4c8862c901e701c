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

const PAGE: &str = "12/0";

/// The page sends media of the playback, and says that it shows this video.
fn page_shows(journal: &mut Journal, cpn: &str, video: &str, at: u64) -> Changes {
    let session = Session::default();
    let mut changes = Changes::default();
    if journal.hear_media(PAGE, Cpn::new(cpn).unwrap(), &session, at) {
        let shown = json!({"address": format!("https://www.youtube.com/watch?v={video}"), "since": 1});
        journal.page_shows(PAGE, &shown.to_string(), at, &mut changes);
    }
    changes
}

fn named(id: &str, video: &str, certainty: Certainty) -> Named {
    Named { id: id.to_owned(), video_id: VideoId::new(video).unwrap(), certainty }
}

#[test]
fn a_page_names_a_token_and_a_request_names_it_better() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    let by_page = page_shows(&mut journal, CPN, OTHER_VIDEO, NOW);
    assert_eq!(by_page.named, [named("1", OTHER_VIDEO, Certainty::Probable)]);
    let playing = by_page.entries[0].playing.clone().unwrap();
    assert_eq!((playing.certainty, playing.at), (Certainty::Probable, NOW));
    assert_eq!(playing.video_id.as_str(), OTHER_VIDEO);
    assert_eq!(page_shows(&mut journal, CPN, OTHER_VIDEO, NOW + 60_000), Changes::default(), "it is named");
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, [named("1", VIDEO, Certainty::Certain)]);
    let mut later = media_token();
    later.token = token(84);
    let info = add_capture(&mut journal, later).entries.remove(0).token.unwrap();
    assert_eq!((info.video_id, info.certainty), (Some(video()), Certainty::Certain));
}

#[test]
fn nothing_certain_is_replaced_by_what_a_page_shows() {
    let (mut journal, _) = with_named_token(media_token());
    assert_eq!(page_shows(&mut journal, CPN, OTHER_VIDEO, NOW), Changes::default());
    let mut changes = Changes::default();
    let probable = Playing { certainty: Certainty::Probable, ..playing(CPN, OTHER_VIDEO) };
    journal.add_playing(probable, &mut changes);
    assert_eq!(changes, Changes::default());
}

#[test]
fn a_page_is_asked_only_while_nothing_names_the_playback() {
    let mut journal = Journal::default();
    let session = Session::default();
    let cpn = || Cpn::new(CPN).unwrap();
    assert_eq!(journal.ask_due(cpn(), &session), u64::MAX, "no page sent it");
    assert!(journal.hear_media(PAGE, cpn(), &session, NOW));
    assert_eq!(journal.ask_due(cpn(), &session), NOW + 500);
    add_playing(&mut journal, CPN, VIDEO);
    assert_eq!(journal.ask_due(cpn(), &session), u64::MAX);
    assert!(!journal.hear_media(PAGE, cpn(), &session, NOW + 500));
}

#[test]
fn a_closed_tab_is_not_asked() {
    let mut journal = Journal::default();
    let session = Session::default();
    journal.hear_media(PAGE, Cpn::new(CPN).unwrap(), &session, NOW);
    journal.forget_tab("1");
    assert_eq!(journal.ask_due(Cpn::new(CPN).unwrap(), &session), NOW + 500);
    journal.forget_tab("12");
    assert_eq!(journal.ask_due(Cpn::new(CPN).unwrap(), &session), u64::MAX);
}

#[test]
fn the_same_token_beside_a_video_names_it_wherever_it_is_seen() {
    let mut journal = Journal::default();
    let mut without_cpn = media_token();
    without_cpn.cpn = None;
    add_capture(&mut journal, without_cpn.clone());
    let mut captions = media_token();
    captions.cpn = None;
    captions.binding.video_id = Some(video());
    captions.binding.certainty = Certainty::Certain;
    let changes = add_capture(&mut journal, captions);
    assert_eq!(changes.named, [named("1", VIDEO, Certainty::Certain)]);
    let info = add_capture(&mut journal, without_cpn.clone()).entries.remove(0).token.unwrap();
    assert_eq!((info.video_id, info.certainty), (Some(video()), Certainty::Certain));
    for other in [in_container(without_cpn.clone()), in_private_window(without_cpn)] {
        let info = add_capture(&mut journal, other).entries.remove(0).token.unwrap();
        assert_eq!(info.video_id, None, "of another session");
    }
}

#[test]
fn the_same_token_is_named_better_than_by_its_page() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    page_shows(&mut journal, CPN, OTHER_VIDEO, NOW);
    let mut captions = media_token();
    captions.cpn = None;
    captions.binding.video_id = Some(video());
    captions.binding.certainty = Certainty::Certain;
    assert_eq!(add_capture(&mut journal, captions).named, [named("1", VIDEO, Certainty::Certain)]);
}

#[test]
fn a_token_seen_beside_two_videos_is_no_videos() {
    let mut journal = Journal::default();
    for id in [VIDEO, OTHER_VIDEO] {
        let mut beside = media_token();
        beside.cpn = None;
        beside.binding.video_id = VideoId::new(id).ok();
        beside.binding.certainty = Certainty::Certain;
        let info = add_capture(&mut journal, beside).entries.remove(0).token.unwrap();
        assert_eq!(info.video_id.unwrap().as_str(), id, "what its own request says");
    }
    let mut bare = media_token();
    bare.cpn = None;
    assert_eq!(add_capture(&mut journal, bare).entries[0].token.as_ref().unwrap().video_id, None);
}

#[test]
fn a_long_token_is_never_surely_the_video_of_its_playback() {
    let mut journal = Journal::default();
    let mut long = media_token();
    long.token = token(116);
    add_capture(&mut journal, long.clone());
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, [named("1", VIDEO, Certainty::Guess)]);
    let info = add_capture(&mut journal, long.clone()).entries.remove(0).token.unwrap();
    assert_eq!((info.video_id, info.certainty), (Some(video()), Certainty::Guess));
    long.cpn = None;
    assert_eq!(add_capture(&mut journal, long).entries[0].token.as_ref().unwrap().video_id, None);
}

fn in_private_window(mut capture: Box<Capture>) -> Box<Capture> {
    capture.session.private = true;
    capture
}

#[test]
fn private_windows_join_with_nothing_else() {
    let mut journal = Journal::default();
    add_capture(&mut journal, in_private_window(media_token()));
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, []);
    let mut private = playing(CPN, OTHER_VIDEO);
    private.session.private = true;
    let mut changes = Changes::default();
    journal.add_playing(private, &mut changes);
    assert_eq!(changes.named, [named("1", OTHER_VIDEO, Certainty::Certain)]);
    let own = add_capture(&mut journal, media_token()).entries.remove(0).token.unwrap();
    assert_eq!(own.video_id, Some(video()));
    let request = OpenRequest { video_id: VideoId::new(OTHER_VIDEO).unwrap(), ..request("a") };
    assert_eq!(
        journal.request_token(request, NOW),
        Vec::<String>::new(),
        "a program asks for the profile's own"
    );
}

#[test]
fn what_was_private_is_forgotten_and_named() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    let mut stored_before = stored(&add_capture(&mut journal, in_private_window(media_token())));
    let mut private = playing(CPN, OTHER_VIDEO);
    private.session.private = true;
    let mut changes = Changes::default();
    journal.add_playing(private, &mut changes);
    stored_before.extend(stored(&changes));
    let mut recalled = Journal::default();
    for entry in &stored_before {
        recalled.recall(entry);
    }
    for journal in [&mut journal, &mut recalled] {
        assert_eq!(journal.forget_private(), ["2", "3"]);
        assert_eq!(journal.forget_private(), Vec::<String>::new());
        let again = add_capture(journal, in_private_window(media_token())).entries.remove(0);
        assert_eq!(again.token.unwrap().video_id, None);
        journal.forget(&again.id);
        assert_eq!(journal.forget_private(), Vec::<String>::new());
    }
}

#[test]
fn the_host_may_name_a_video_more_surely() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    page_shows(&mut journal, CPN, OTHER_VIDEO, NOW);
    journal.request_token(request("a"), NOW);
    assert_eq!(journal.name("1", &video(), Certainty::Probable), None);
    assert_eq!(journal.name("1", &video(), Certainty::Certain), Some(vec!["a".to_owned()]));
}

#[test]
fn a_request_waits_for_a_token_that_the_host_would_give() {
    let of_player = |payload, content_bound| {
        let mut player = media_token();
        player.context = potbridge_protocol::Context::Player;
        player.token = token(payload);
        player.binding.video_id = Some(video());
        player.binding.content_bound = content_bound;
        player
    };
    let mut foreign = of_player(83, None);
    foreign.foreign_client = true;
    for (capture, answers) in [
        (of_player(122, None), false),
        (of_player(83, Some(false)), false),
        (foreign, false),
        (of_player(83, None), true),
        (of_player(122, Some(true)), true),
    ] {
        let mut journal = Journal::default();
        journal.request_token(request("a"), NOW);
        let changes = add_capture(&mut journal, capture);
        assert_eq!(changes.answered.is_empty(), !answers);
        let mut recalled = Journal::default();
        recalled.recall(&stored(&changes)[0]);
        assert_eq!(recalled.request_token(request("b"), NOW).is_empty(), !answers);
    }
}

#[test]
fn a_page_answers_an_open_request() {
    let mut journal = Journal::default();
    add_capture(&mut journal, media_token());
    journal.request_token(request("a"), NOW);
    assert_eq!(page_shows(&mut journal, CPN, VIDEO, NOW).answered, ["a"]);
}

#[test]
fn a_recalled_playback_keeps_its_certainty() {
    let mut first = Journal::default();
    let entries = stored(&page_shows(&mut first, CPN, OTHER_VIDEO, NOW));
    let mut journal = Journal::default();
    journal.recall(&entries[0]);
    let info = add_capture(&mut journal, media_token()).entries.remove(0).token.unwrap();
    assert_eq!((info.video_id.unwrap().as_str(), info.certainty), (OTHER_VIDEO, Certainty::Probable));
    assert_eq!(add_playing(&mut journal, CPN, VIDEO).named, [named("2", VIDEO, Certainty::Certain)]);
}

#[test]
fn a_playback_is_forgotten_when_no_token_of_it_is_accepted_any_more() {
    let mut journal = Journal::default();
    let at = |cpn, at| Playing { at, ..playing(cpn, VIDEO) };
    let mut changes = Changes::default();
    journal.add_playing(at(CPN, NOW), &mut changes);
    journal.add_playing(at("AAAAAAAAAAAAAAAA", NOW + 12 * 3_600_000 - 1), &mut changes);
    assert_eq!(journal.videos.len(), 2);
    journal.add_playing(at("BBBBBBBBBBBBBBBB", NOW + 12 * 3_600_000), &mut changes);
    assert_eq!(journal.videos.len(), 2);
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

//! What lies in the folder after downloads with real yt-dlp: names, tracks of sound, subtitles, and no halves.

use potbridge_end_to_end::downloads::{Downloads, Ended};
use potbridge_end_to_end::streams::digests;
use potbridge_stand_in::{AudioTrack, CaptionsAnswer, DownloadRules, Offer, PlayerClient, Refusal, Scenario};
use std::fs;
use std::path::Path;

/// A YouTube with these rules, and a potbridge that has the right token for its first video.
fn with(rules: DownloadRules) -> (Downloads, String) {
    let downloads = Downloads::with(rules);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    (downloads, video)
}

fn with_title(title: &str) -> (Downloads, String) {
    with(DownloadRules { title: Some(title.to_owned()), ..DownloadRules::default() })
}

/// The names in the folder of the downloads, in order.
fn names(downloads: &Downloads) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(downloads.dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn notices(ended: &Ended) -> Vec<&str> {
    let codes = ended.result["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    codes.iter().filter_map(|notice| notice["code"].as_str()).collect()
}

fn captions<const N: usize>(answers: [(&str, CaptionsAnswer); N]) -> DownloadRules {
    let captions = answers.map(|(language, answer)| (language.to_owned(), answer)).into();
    DownloadRules { captions, ..DownloadRules::default() }
}

#[test]
fn subtitles_of_one_video_cost_none_of_the_playlist() {
    let mut scenario = Scenario::named("download").unwrap();
    scenario.videos.truncate(2);
    let downloads = Downloads::of(scenario);
    for number in 0..2 {
        let _token = downloads.put_right(&downloads.video(number));
    }
    let first = downloads.video(0);
    downloads.stand_in.set_rules_for(&first, captions([("en", CaptionsAnswer::TooMany)]));
    let ended = downloads.download(&[
        "https://www.youtube.com/playlist?list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf",
        "--playlist",
        "--preset",
        "audio",
        "--subtitles",
    ]);
    assert_eq!(ended.result["list"]["done"], 2, "{ended:?}");
    assert_eq!(notices(&ended), ["subtitles-missing"], "{ended:?}");
    assert_eq!(names(&downloads).iter().filter(|name| name.ends_with(".m4a")).count(), 2);
}

#[test]
fn a_name_is_never_hidden_too_long_or_full_of_commands() {
    let long = "Ω".repeat(150);
    let faces = "\u{1f9ed}\u{fe0f} ".repeat(60);
    for title in [
        ".NET in 10 minutes",
        "..",
        "a\u{9b}31mred\u{7f}\u{202e}gpj\u{2066}",
        "line\nbreak\u{2028}",
        long.as_str(),
        faces.as_str(),
    ] {
        let (downloads, video) = with_title(title);
        let ended = downloads.download(&[&video, "--preset", "audio"]);
        let file = ended.file();
        assert_eq!(file.parent(), Some(downloads.dir().as_path()), "{title:?}");
        let name = file.file_name().unwrap().to_str().unwrap();
        let bad = |character: char| character.is_control() || "\u{202e}\u{2066}\u{2028}".contains(character);
        assert!(!name.starts_with('.') && !name.contains(bad) && name.len() <= 255, "{name:?}");
        assert!(name.contains(&video), "{name:?}");
        assert_eq!(names(&downloads), [name], "{title:?}");
    }
}

#[test]
fn the_originals_sound_is_taken_before_a_dub() {
    let track = |language: &str, original, default| {
        let language = language.to_owned();
        AudioTrack { language, original, default }
    };
    for original_is_default in [true, false] {
        let audio_tracks =
            vec![track("de-DE", false, !original_is_default), track("en-US", true, original_is_default)];
        let (downloads, video) = with(DownloadRules { audio_tracks, ..DownloadRules::default() });
        for preset in ["audio", "720p"] {
            let file = downloads.download(&[&video, "--preset", preset]).file();
            let original = downloads.stand_in.media_in(&video, 140, Some("en-US"));
            assert!(has_stream_of(&file, &original, &downloads), "{preset} {original_is_default}");
        }
    }
}

#[test]
fn a_video_with_a_hole_is_not_called_whole() {
    let rules = DownloadRules { hls: true, ..DownloadRules::only_with_token() };
    for refusal in [Refusal::default(), Refusal::AtOnce, Refusal::Empty] {
        let downloads = Downloads::with(DownloadRules { refusal, ..rules.clone() });
        let video = downloads.video(0);
        let _wrong = downloads.put(&video);
        let ended = downloads.download(&[&video]);
        assert_eq!((ended.code, ended.error()), (Some(1), "token-refused"), "{refusal:?}: {ended:?}");
    }
}

#[test]
fn an_empty_answer_is_a_refused_token() {
    let rules = DownloadRules { refusal: Refusal::Empty, ..DownloadRules::only_with_token() };
    let downloads = Downloads::with(rules.offering(PlayerClient::Visionos, Offer::Nothing));
    let video = downloads.video(0);
    let _wrong = downloads.put(&video);
    let ended = downloads.download(&[&video]);
    assert_eq!((ended.code, ended.error()), (Some(1), "token-refused"), "{ended:?}");
}

/// Whether a file has the stream of another one.
fn has_stream_of(file: &Path, media: &[u8], downloads: &Downloads) -> bool {
    let other = downloads.path("media");
    fs::write(&other, media).unwrap();
    let wanted = digests(&other);
    let streams = digests(file);
    wanted.iter().all(|digest| streams.contains(digest))
}

//! What rules can offer: captions, titles, formats, tracks of sound and segments, as real yt-dlp sees them.

use std::fs;

use potbridge_stand_in::{AudioTrack, CaptionsAnswer, DownloadRules, Refusal, StandIn};

use crate::client::random_token;
use crate::yt_dlp::{Ended, Trial, stream_digests};

fn with_rules(rules: DownloadRules) -> Trial {
    let trial = Trial::new();
    trial.stand_in.set_rules(rules);
    trial
}

/// The streams of a format of the trial's video, with its track in this language.
fn streams(trial: &Trial, itag: u32, language: Option<&str>) -> Vec<String> {
    let file = trial.folder.path().join("streams");
    fs::write(&file, StandIn::media_in(&trial.stand_in, &trial.video_id, itag, language)).unwrap();
    stream_digests(&file)
}

#[test]
fn each_language_of_captions_has_its_answer() {
    let answers = [
        ("en", CaptionsAnswer::Given),
        ("ab", CaptionsAnswer::TooMany),
        ("cy", CaptionsAnswer::NotFound),
        ("da", CaptionsAnswer::Forbidden),
        ("eo", CaptionsAnswer::Empty),
    ];
    let captions = answers.map(|(language, answer)| (language.to_owned(), answer)).into();
    let trial = with_rules(DownloadRules { captions, ..DownloadRules::default() });
    for (language, words) in [
        ("en", ""),
        ("ab", "Unable to download video subtitles for 'ab': HTTP Error 429: Too Many Requests"),
        ("cy", "Unable to download video subtitles for 'cy': HTTP Error 404: Not Found"),
        ("da", "Unable to download video subtitles for 'da': HTTP Error 403: Forbidden"),
        ("eo", "Did not get any data blocks"),
    ] {
        let ended = trial.download(&["--write-subs", "--sub-langs", language, "--skip-download"]);
        assert!(ended.stderr.contains(words), "{ended:?}");
        assert_eq!(trial.files("vtt").len(), 1, "{language}: {ended:?}");
    }
}

#[test]
fn captions_that_a_program_made_are_told_apart() {
    let captions = [("a.en".to_owned(), CaptionsAnswer::Given)].into();
    let trial = with_rules(DownloadRules { captions, ..DownloadRules::default() });
    let _ended = trial.download(&["--write-subs", "--skip-download"]);
    assert!(trial.files("vtt").is_empty());
    let ended = trial.download(&["--write-auto-subs", "--sub-langs", "en", "--skip-download"]);
    assert_eq!(trial.files("vtt").len(), 1, "{ended:?}");
}

#[test]
fn only_the_captions_of_sites_need_a_token() {
    let trial = Trial::new();
    let ended = trial.as_client("visionos", &["--write-subs", "--skip-download"]);
    assert_eq!(trial.files("vtt").len(), 1, "{ended:?}");
}

#[test]
fn a_title_is_what_the_rules_say() {
    for title in [".NET in 10 minutes", "a\u{9b}31mred", "a\u{202e}gpj", "\u{1f9ed} ".repeat(60).trim()] {
        let trial = with_rules(DownloadRules { title: Some(title.to_owned()), ..DownloadRules::default() });
        let ended = trial.download(&["--print", "%(title)j"]);
        let printed: String = serde_json::from_str(ended.stdout.trim()).unwrap();
        assert_eq!(printed, title);
        let list = "https://www.youtube.com/playlist?list=PL0123456789abcdef";
        let ended = trial.run("youtube:lang=en", &["--flat-playlist", "--print", "%(title)j"], list);
        assert!(ended.stdout.lines().any(|line| serde_json::from_str::<String>(line).unwrap() == title));
    }
}

#[test]
fn only_the_formats_of_the_rules_are_offered() {
    let trial = with_rules(DownloadRules { formats: vec![18], ..DownloadRules::default() });
    let only = |ended: &Ended| ended.stdout.lines().filter(|line| line.contains("mp4")).count();
    let ended = trial.download(&["--list-formats"]);
    assert!(ended.success && only(&ended) == 1 && ended.stdout.contains("\n18 "), "{ended:?}");

    let trial = with_rules(DownloadRules { formats: vec![140, 251], ..DownloadRules::default() });
    let ended = trial.download(&["--format", "251", "--fixup", "never"]);
    assert!(ended.success, "{ended:?}");
    let file = trial.only_file("webm");
    assert!(fs::read(&file).unwrap() == trial.stand_in.media(&trial.video_id, 251));
    assert_eq!(stream_digests(&file).len(), 1);
}

#[test]
fn each_track_of_sound_has_its_language() {
    let track = |language: &str, original, default| {
        let language = language.to_owned();
        AudioTrack { language, original, default }
    };
    let audio_tracks = vec![track("de-DE", false, true), track("en-US", true, false)];
    let trial = with_rules(DownloadRules { audio_tracks, ..DownloadRules::default() });
    let [dub, original] = ["de-DE", "en-US"].map(|language| streams(&trial, 140, Some(language)));
    assert_ne!(dub, original);
    // yt-dlp prefers the original's.
    let ended = trial.download(&["--format", "bestaudio"]);
    assert!(ended.success, "{ended:?}");
    let file = trial.only_file("m4a");
    assert_eq!(stream_digests(&file), original);
    fs::remove_file(file).unwrap();
    let ended = trial.download(&["--format", "bestaudio[language=de-DE]"]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(stream_digests(&trial.only_file("m4a")), dub);
}

#[test]
fn media_can_come_in_segments() {
    let rules = DownloadRules { hls: true, ..DownloadRules::default() };
    let trial = with_rules(rules.clone());
    let ended = trial.download(&[]);
    assert!(ended.success, "{ended:?}");
    fs::remove_file(trial.only_file("mp4")).unwrap();
    let wrong = || trial.run(&Trial::with_token(&random_token()), &[], &trial.watch_url());
    // yt-dlp skips a segment that it does not get, and calls what is left a video.
    let ended = wrong();
    assert!(ended.success && ended.stdout.contains("fragment not found"), "{ended:?}");
    fs::remove_file(trial.only_file("mp4")).unwrap();
    for refusal in [Refusal::AtOnce, Refusal::Empty] {
        trial.stand_in.set_rules(DownloadRules { refusal, ..rules.clone() });
        let ended = wrong();
        assert!(!ended.success && ended.stderr.contains("The downloaded file is empty"), "{ended:?}");
    }
}

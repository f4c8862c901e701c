//! What `potbridge download` downloads, with real yt-dlp.

use potbridge_end_to_end::downloads::Downloads;
use potbridge_end_to_end::streams::has_formats;
use potbridge_stand_in::{Cut, DownloadRules, Received, RequestKind, Scenario};
use serde_json::json;
use std::fs;

#[test]
fn the_file_is_whole_and_loaded_with_its_videos_token() {
    let downloads = Downloads::new();
    let (video, other) = (downloads.video(1), downloads.video(2));
    let token = downloads.put_right(&video);
    let _newer = downloads.put_right(&other);
    let ended = downloads.download(&[&format!("https://www.youtube.com/watch?v={video}&list=PL123&index=2")]);
    let file = ended.file();
    assert!(file.starts_with(downloads.dir()) && file.to_str().unwrap().contains(&video), "{file:?}");
    assert!(has_formats(&file, &downloads.stand_in, &video, &[137, 140]));
    let granted = downloads.granted();
    assert!(!granted.is_empty());
    for request in granted {
        assert!(request.po_token.as_deref() == Some(&token), "another token was shown: {request}");
    }
}

#[test]
fn a_preset_decides_the_formats() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    for (preset, formats) in [
        ("1080p", &[137, 140][..]),
        ("720p", &[136, 140]),
        // Of two formats of one size yt-dlp takes the one with the higher bit rate.
        ("480p", &[18]),
        ("360p", &[18]),
        ("audio", &[140]),
    ] {
        let dir = downloads.path(preset);
        let ended = downloads.download(&[&video, "--preset", preset, "--dir", dir.to_str().unwrap()]);
        assert!(has_formats(&ended.file(), &downloads.stand_in, &video, formats), "{preset}");
    }
}

#[test]
fn subtitles_come_with_the_same_token() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let token = downloads.put_right(&video);
    let file = downloads.download(&[&video, "--preset", "audio", "--subtitles"]).file();
    let beside: Vec<_> = fs::read_dir(downloads.dir()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(beside.len() > 1 && beside.contains(&file), "{beside:?}");
    let captions = downloads.stand_in.received();
    let mut captions =
        captions.iter().filter(|request| request.kind == RequestKind::CaptionsDownload).peekable();
    assert!(captions.peek().is_some());
    assert!(captions.all(|request| request.po_token.as_deref() == Some(&token)));
}

#[test]
fn progress_grows_and_is_reported_at_most_four_times_a_second() {
    let downloads =
        Downloads::with(DownloadRules { bytes_per_second: Some(600_000), ..DownloadRules::default() });
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let ended = downloads.download(&[&video]);
    let _file = ended.file();
    let loading = |update: &&serde_json::Value| update["state"] == "downloading";
    let permille: Vec<_> = ended
        .lines
        .iter()
        .filter(loading)
        .filter_map(|update| update["progress"]["permille"].as_u64())
        .collect();
    assert!(permille.is_sorted() && permille.first() < permille.last(), "{permille:?}");
    assert!(permille.iter().any(|part| (1..999).contains(part)), "{permille:?}");
    let at: Vec<_> = ended.lines.iter().map(|update| update["at"].as_u64().unwrap()).collect();
    for five in at.windows(5) {
        assert!(five[4] - five[0] >= 990, "five updates within a second: {at:?}");
    }
    assert_eq!(ended.last()["progress"]["permille"], 1000);
}

#[test]
fn broken_connections_do_not_end_a_download() {
    let cut = Cut { after_bytes: 200_000, times: 3 };
    let downloads = Downloads::with(DownloadRules { cut: Some(cut), ..DownloadRules::default() });
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let file = downloads.download(&[&video, "--preset", "720p"]).file();
    assert!(has_formats(&file, &downloads.stand_in, &video, &[136, 140]));
}

#[test]
fn each_video_of_a_playlist_is_loaded_with_its_own_token() {
    let mut scenario = Scenario::named("download").unwrap();
    scenario.videos.truncate(3);
    scenario.download = DownloadRules::only_with_token();
    let downloads = Downloads::of(scenario);
    let tokens: Vec<_> = (0..2)
        .map(|number| (downloads.video(number), downloads.put_right(&downloads.video(number))))
        .collect();
    let ended = downloads.download(&[
        "https://www.youtube.com/playlist?list=PLabcdefgh",
        "--playlist",
        "--preset",
        "audio",
    ]);
    assert_eq!((ended.code, ended.error()), (Some(1), "some-failed"), "{ended:?}");
    let files: Vec<_> =
        ended.result["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!((files.len(), ended.result["file"].as_str()), (2, files.last().copied()), "{files:?}");
    assert!(files.iter().all(|file| std::path::Path::new(file).is_file()), "{files:?}");
    let list = &ended.last()["list"];
    assert_eq!((&list["videos"], &list["done"], &list["failed"]), (&json!(3), &json!(2), &json!(1)));
    let notice = ended.last()["notices"].as_array().unwrap().last().unwrap();
    assert_eq!(notice["code"], "some-failed", "{notice}");
    let message = notice["message"].as_str().unwrap();
    assert!(message.contains(&downloads.video(2)) && message.contains("no token"), "{message}");
    for (video, token) in tokens {
        let of_video = |request: &&Received| request.video_id.as_deref() == Some(&video);
        let granted = downloads.granted();
        let mut given = granted.iter().filter(of_video).peekable();
        assert!(given.peek().is_some());
        assert!(given.all(|request| request.po_token.as_deref() == Some(&token)));
    }
}

#[test]
fn a_title_like_a_path_stays_in_the_folder() {
    let mut scenario = Scenario::named("download").unwrap();
    scenario.videos[0].title = "../../etc/\u{1b}[31m%(id)s;$(touch x) /-o".to_owned();
    let downloads = Downloads::of(scenario);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let file = downloads.download(&[&video, "--preset", "audio"]).file();
    assert_eq!(file.parent(), Some(downloads.dir().as_path()));
}

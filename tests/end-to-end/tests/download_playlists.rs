//! Playlists, mixes and albums with real yt-dlp, without a browser.

use potbridge_end_to_end::downloads::{Downloads, Ended};
use potbridge_stand_in::{ListEntry, Playlist, Scenario};
use serde_json::Value;
use std::path::PathBuf;

const LIST: &str = "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";

/// Videos that are private and deleted.
const GONE: [&str; 2] = ["AAAAAAAAAAA", "AAAAAAAAAAE"];

/// A YouTube with two videos, and a potbridge that has a token for each.
fn downloads() -> Downloads {
    let mut scenario = Scenario::named("download").unwrap();
    scenario.videos.truncate(2);
    let downloads = Downloads::of(scenario);
    for number in 0..2 {
        let _token = downloads.put_right(&downloads.video(number));
    }
    downloads
}

fn download(downloads: &Downloads, address: &str) -> Ended {
    downloads.download(&[address, "--playlist", "--preset", "audio"])
}

/// The files of the result, all of which are there.
#[track_caller]
fn files(ended: &Ended) -> Vec<PathBuf> {
    let files: Vec<PathBuf> = serde_json::from_value(ended.result["files"].clone()).unwrap();
    assert!(files.iter().all(|file| file.is_file()), "{files:?}");
    files
}

fn notices(ended: &Ended) -> Vec<&str> {
    let codes = ended.result["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    codes.iter().filter_map(|notice| notice["code"].as_str()).collect()
}

#[track_caller]
fn assert_complete(ended: &Ended, videos: usize) {
    assert_eq!((ended.code, &ended.result["state"]), (Some(0), &Value::from("done")), "{ended:?}");
    assert_eq!(files(ended).len(), videos, "{ended:?}");
    let list = &ended.result["list"];
    assert_eq!((&list["videos"], &list["done"]), (&videos.into(), &videos.into()), "{ended:?}");
}

#[test]
fn each_video_is_loaded_once_and_what_is_gone_is_not_asked_for() {
    let downloads = downloads();
    let [one, two] = [downloads.video(0), downloads.video(1)];
    let mut playlist = Playlist::of([&one, &one, &two, &one]);
    playlist.entries.insert(1, ListEntry::Private(GONE[0].to_owned()));
    playlist.entries.push(ListEntry::Deleted(GONE[1].to_owned()));
    downloads.stand_in.set_playlist(LIST, playlist);
    let ended = download(&downloads, &format!("https://www.youtube.com/playlist?list={LIST}"));
    assert_complete(&ended, 2);
    assert_eq!(notices(&ended), ["entries-skipped"]);
    let received = downloads.stand_in.received();
    let of_gone = |id: &&str| received.iter().any(|request| request.video_id.as_deref() == Some(*id));
    assert!(!GONE.iter().any(of_gone), "{received:?}");
}

#[test]
fn a_mix_is_listed_at_the_page_of_its_video_and_cut() {
    let downloads = downloads();
    let one = downloads.video(0);
    for address in [
        format!("https://www.youtube.com/watch?v={one}&list=RD{one}&start_radio=1"),
        format!("https://www.youtube.com/playlist?list=RD{one}"),
    ] {
        let ended = download(&downloads, &address);
        assert_complete(&ended, 2);
        assert_eq!(notices(&ended), ["playlist-cut"], "{address}");
    }
}

#[test]
fn an_album_and_a_browsed_playlist_are_lists_too() {
    let downloads = downloads();
    downloads.stand_in.set_playlist("OLAK5uy_gTAcphH99wE", Playlist::of([downloads.video(1)]));
    let album = download(&downloads, "https://music.youtube.com/browse/MPREb_gTAcphH99wE?si=abc");
    assert_complete(&album, 1);
    let browsed = download(&downloads, &format!("https://music.youtube.com/browse/VL{LIST}"));
    assert_complete(&browsed, 2);
}

#[test]
fn standard_output_names_each_file() {
    let downloads = downloads();
    let output = downloads.potbridge(&["download", "--playlist", "--preset", "audio", LIST]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.lines().count(), 2, "{printed}");
    assert!(printed.lines().all(|line| PathBuf::from(line).is_file()), "{printed}");
}

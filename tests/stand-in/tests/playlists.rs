//! Playlists, mixes and albums, as real yt-dlp lists them.

use potbridge_stand_in::{HiddenList, ListEntry, Obstacle, Playlist, Scenario};

use crate::yt_dlp::{Ended, Trial};

const LIST: &str = "PL0123456789abcdef";

/// Lists a page without looking at its videos.
fn listed(trial: &Trial, url: &str, options: &[&str]) -> Ended {
    let flat = ["--flat-playlist", "--yes-playlist", "--print", "%(id)s"];
    trial.run("youtube:lang=en", &[&flat[..], options].concat(), url)
}

fn page(list_id: &str) -> String {
    format!("https://www.youtube.com/playlist?list={list_id}")
}

fn ids(ended: &Ended) -> Vec<&str> {
    ended.stdout.lines().collect()
}

fn all_videos() -> Vec<String> {
    Scenario::named("download").unwrap().videos.into_iter().map(|video| video.id).collect()
}

#[test]
fn a_long_playlist_is_read_page_by_page_with_its_repeats() {
    let trial = Trial::new();
    let videos = all_videos();
    let repeated: Vec<String> = videos.iter().chain(&videos[..2]).cloned().collect();
    trial.stand_in.set_playlist(LIST, Playlist { page: 5, ..Playlist::of(repeated.clone()) });
    let ended = listed(&trial, &page(LIST), &[]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(ids(&ended), repeated);
    let other = listed(&trial, &page("OLAK5uy_kmPRjHDECIcuVwnKsx2Ng7fyNgFKWNJFs"), &[]);
    assert_eq!(ids(&other), videos);
}

#[test]
fn what_is_dead_is_named_as_youtube_names_it() {
    let trial = Trial::new();
    let dead = [ListEntry::Private("AAAAAAAAAAA".to_owned()), ListEntry::Deleted("AAAAAAAAAAE".to_owned())];
    let mut playlist = Playlist::of(all_videos().into_iter().take(2));
    playlist.entries.splice(1..1, dead);
    trial.stand_in.set_playlist(LIST, playlist);
    let ended = listed(&trial, &page(LIST), &["--print", "%(title)s %(duration)s %(channel)s"]);
    assert!(ended.stdout.contains("AAAAAAAAAAA\n[Private video] NA NA\n"), "{ended:?}");
    assert!(ended.stdout.contains("AAAAAAAAAAE\n[Deleted video] NA NA\n"), "{ended:?}");
}

#[test]
fn a_hidden_playlist_is_refused_in_youtubes_words() {
    let trial = Trial::new();
    for (hidden, words) in [
        (HiddenList::Private, "YouTube said: The playlist is private."),
        (HiddenList::Missing, "YouTube said: The playlist does not exist."),
    ] {
        trial.stand_in.set_playlist(LIST, Playlist { hidden: Some(hidden), ..Playlist::of::<String>([]) });
        let ended = listed(&trial, &page(LIST), &[]);
        assert!(
            !ended.success && ended.stderr.contains(&format!("ERROR: [youtube:tab] {LIST}: {words}")),
            "{ended:?}"
        );
    }
}

#[test]
fn a_mix_has_no_end_and_no_page_of_its_own() {
    let trial = Trial::new();
    let videos = all_videos();
    let mix = format!("RD{}", videos[3]);
    let ended = listed(&trial, &page(&mix), &[]);
    assert!(!ended.success && ended.stderr.contains("This playlist type is unviewable"), "{ended:?}");
    let url = format!("https://www.youtube.com/watch?v={}&list={mix}&start_radio=1", videos[3]);
    let ended = listed(&trial, &url, &["--playlist-end", "60"]);
    let expected: Vec<&String> = videos.iter().cycle().skip(3).take(60).collect();
    assert_eq!(ids(&ended), expected, "{ended:?}");
}

#[test]
fn a_watch_page_leads_to_its_playlist() {
    let trial = Trial::new();
    let videos = all_videos();
    let url = format!("https://www.youtube.com/watch?v={}&list={LIST}", videos[2]);
    assert_eq!(ids(&listed(&trial, &url, &[])), videos);
}

#[test]
fn the_music_sites_names_lead_to_playlists() {
    let trial = Trial::new();
    let videos = all_videos();
    for name in [format!("VL{LIST}"), "MPREb_gTAcphH99wE".to_owned()] {
        let ended = listed(&trial, &format!("https://music.youtube.com/browse/{name}"), &[]);
        assert_eq!(ids(&ended), videos, "{ended:?}");
    }
    trial.stand_in.set_playlist("OLAK5uy_gTAcphH99wE", Playlist::of(&videos[..1]));
    let album = listed(&trial, "https://music.youtube.com/browse/MPREb_gTAcphH99wE", &[]);
    assert_eq!(ids(&album), videos[..1]);
}

#[test]
fn a_playlist_meets_the_obstacles_of_all() {
    let trial = Trial::new();
    for (obstacle, words) in [
        (Obstacle::ServerError, "HTTP Error 503: Service Unavailable"),
        (Obstacle::TooManyRequests, "HTTP Error 429: Too Many Requests"),
    ] {
        trial
            .stand_in
            .set_rules(potbridge_stand_in::DownloadRules { obstacle: Some(obstacle), ..Default::default() });
        let ended = listed(&trial, &page(LIST), &[]);
        assert!(!ended.success && ended.stderr.contains(words), "{ended:?}");
    }
}

//! What real yt-dlp downloads from the stand-in, and with which token.

use std::fs;
use std::io::{BufRead, BufReader};

use base64::prelude::{BASE64_URL_SAFE, Engine};
use potbridge_stand_in::{Cut, DownloadRules, MediaRefusal, Received, RequestKind, Scenario, StandIn};

use crate::client::{LIMIT, Way, exchange, random_token};
use crate::yt_dlp::{Ended, Trial, stream_digests};

/// One format, unchanged.
const ONE_FORMAT: &[&str] = &["--format", "136", "--fixup", "never"];

fn downloads(stand_in: &StandIn) -> Vec<Received> {
    stand_in.received().into_iter().filter(|one| one.kind == RequestKind::Download).collect()
}

/// Why the last request for media was refused, if it was.
fn last_refusal(stand_in: &StandIn) -> Option<MediaRefusal> {
    downloads(stand_in).last().unwrap().download.unwrap().refused
}

fn another_video(trial: &Trial) -> String {
    let videos = Scenario::named("download").unwrap().videos;
    videos.into_iter().map(|video| video.id).find(|id| *id != trial.video_id).unwrap()
}

#[track_caller]
fn forbidden(ended: &Ended) {
    assert!(!ended.success && ended.stderr.contains("HTTP Error 403: Forbidden"), "{ended:?}");
}

/// A report as a page's player sends it: the video of a playback.
fn report(stand_in: &StandIn, video_id: &str, cpn: &str, cookies: &str) {
    let target = format!("/api/stats/playback?docid={video_id}&cpn={cpn}");
    get(stand_in, "www.youtube.com", &target, &format!("Cookie: {cookies}\r\n"));
}

/// A media request as a page's player sends it, with a token.
fn show_token(stand_in: &StandIn, cpn: &str, token: &str) -> String {
    get(stand_in, "rr1---sn-standin.googlevideo.com", &format!("/videoplayback?cpn={cpn}&pot={token}"), "")
}

fn get(stand_in: &StandIn, host: &str, target: &str, headers: &str) -> String {
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
    String::from_utf8_lossy(&exchange(stand_in, Way::Direct, host, request.as_bytes())).into_owned()
}

#[test]
fn with_the_right_token_a_format_is_downloaded_byte_for_byte() {
    let trial = Trial::new();
    let ended = trial.download(ONE_FORMAT);
    assert!(ended.success && ended.stderr.is_empty(), "{ended:?}");
    let file = trial.only_file("mp4");
    assert!(file.to_str().unwrap().contains("Fog lifting off the fjord"), "{file:?}");
    assert!(fs::read(file).unwrap() == trial.stand_in.media(&trial.video_id, 136));

    let request = downloads(&trial.stand_in).remove(0);
    assert_eq!(request.video_id.as_deref(), Some(trial.video_id.as_str()));
    assert!(request.po_token.as_deref() == Some(&trial.token), "another token was shown");
    let download = request.download.unwrap();
    assert_eq!((download.itag, download.refused), (Some(136), None));
    assert_eq!(download.range.map(|(first, _)| first), Some(0));
    assert!(trial.stand_in.received().iter().all(|one| one.kind != RequestKind::Player));
}

#[test]
fn picture_and_sound_are_merged_and_are_the_videos_own() {
    let trial = Trial::new();
    assert!(trial.download(&[]).success);
    let streams = |video_id: &str| -> Vec<String> {
        let parts = [137, 140].map(|itag| {
            let part = trial.folder.path().join(format!("{itag}.part"));
            fs::write(&part, trial.stand_in.media(video_id, itag)).unwrap();
            stream_digests(&part)
        });
        parts.concat()
    };
    let merged = stream_digests(&trial.only_file("mp4"));
    assert_eq!(merged, streams(&trial.video_id));
    let other = streams(&another_video(&trial));
    assert!(merged.iter().all(|digest| !other.contains(digest)), "{merged:?} {other:?}");
}

#[test]
fn the_music_site_serves_the_same_under_its_own_client() {
    let trial = Trial::new();
    let arguments = format!("youtube:player_client=web_music;po_token=web_music.gvs+{}", trial.token);
    let ended = trial.run(&arguments, &["--format", "140", "--fixup", "never"], &trial.watch_url());
    assert!(ended.success, "{ended:?}");
    assert!(fs::read(trial.only_file("m4a")).unwrap() == trial.stand_in.media(&trial.video_id, 140));
}

#[test]
fn every_wrong_token_is_refused() {
    let trial = Trial::new();
    let expired = random_token();
    trial.stand_in.accept_token(&expired, &trial.video_id);
    trial.stand_in.expire_token(&expired);
    let others = random_token();
    trial.stand_in.accept_token(&others, &another_video(&trial));
    for (token, why) in [
        (random_token(), MediaRefusal::UnknownToken),
        ("MgEH".to_owned(), MediaRefusal::UnknownToken),
        ("IghOa09qJ1uTqg==".to_owned(), MediaRefusal::MalformedToken),
        (others, MediaRefusal::OtherVideo),
        (expired, MediaRefusal::Expired),
    ] {
        forbidden(&trial.run(&Trial::with_token(&token), ONE_FORMAT, &trial.watch_url()));
        assert_eq!(last_refusal(&trial.stand_in), Some(why));
    }
    // The only format that yt-dlp fetches without a token.
    let ended = trial.run("youtube:player_client=mweb", &["--format", "18"], &trial.watch_url());
    forbidden(&ended);
    assert_eq!(last_refusal(&trial.stand_in), Some(MediaRefusal::NoToken));
    assert!(trial.files("mp4").is_empty());
}

#[test]
fn a_url_that_was_not_issued_is_refused() {
    let trial = Trial::new();
    let target = format!("/videoplayback?id=o-Ax&itag=136&pot={}", trial.token);
    let answer = get(&trial.stand_in, "rr1---sn-standin.googlevideo.com", &target, "");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(last_refusal(&trial.stand_in), Some(MediaRefusal::UnknownUrl));
}

#[test]
fn a_media_token_is_right_after_a_report_names_its_video() {
    let trial = Trial::new();
    let token = random_token();
    show_token(&trial.stand_in, "v1UkTGH4VTcYKma_", &token);
    let run = || trial.run(&Trial::with_token(&token), ONE_FORMAT, &trial.watch_url());
    forbidden(&run());
    report(&trial.stand_in, &trial.video_id, "v1UkTGH4VTcYKma_", "");
    assert!(run().success);
}

#[test]
fn a_player_whose_token_expired_is_refused_its_media_too() {
    let trial = Trial::new();
    assert!(show_token(&trial.stand_in, "c", &trial.token).starts_with("HTTP/1.1 200"));
    trial.stand_in.expire_token(&trial.token);
    assert!(show_token(&trial.stand_in, "c", &trial.token).starts_with("HTTP/1.1 403"));
}

#[test]
fn a_session_bound_token_needs_the_cookies_of_its_session() {
    let mut scenario = Scenario::named("download").unwrap();
    scenario.generate_content_po_token = false;
    let trial = Trial::of(scenario);
    let token = random_token();
    show_token(&trial.stand_in, "c", &token);
    report(&trial.stand_in, &trial.video_id, "c", "VISITOR_INFO1_LIVE=fK4rMYG3oZL");
    let run = |options: &[&str]| {
        trial.run(&Trial::with_token(&token), &[ONE_FORMAT, options].concat(), &trial.watch_url())
    };
    forbidden(&run(&[]));
    assert_eq!(last_refusal(&trial.stand_in), Some(MediaRefusal::OtherVisitor));
    // Visitor data begins with the tag and the length of field 1, then the id.
    let visitor_data = BASE64_URL_SAFE.encode(b"\x0a\x0bfK4rMYG3oZL\x28\x01");
    let arguments = format!("{};visitor_data={visitor_data}", Trial::with_token(&token));
    let ended = trial.run(&arguments, &["--format", "134", "--write-subs"], &trial.watch_url());
    assert!(ended.success, "{ended:?}");

    let cookies = cookie_file(&trial, &[("VISITOR_INFO1_LIVE", "fK4rMYG3oZL")]);
    let ended = run(&["--cookies", &cookies]);
    assert!(ended.success, "{ended:?}");
    let shown =
        trial.stand_in.received().into_iter().rfind(|one| one.kind == RequestKind::Extraction).unwrap();
    assert!(shown.cookies.unwrap().contains("VISITOR_INFO1_LIVE=fK4rMYG3oZL"));
}

#[test]
fn an_accounts_token_needs_the_cookies_of_somebody_logged_in() {
    let trial = Trial::of(Scenario::named("logged-in").unwrap());
    // A browser is logged in from the first page on.
    let page = get(&trial.stand_in, "www.youtube.com", "/", "Sec-Fetch-Dest: document\r\n");
    let set: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next()?.split_once('='))
        .collect();
    let cookie = |name| set.iter().find(|(known, _)| *known == name).unwrap();
    let token = random_token();
    show_token(&trial.stand_in, "c", &token);
    let (name, value) = cookie("LOGIN_INFO");
    report(&trial.stand_in, &trial.video_id, "c", &format!("{name}={value}"));

    let run = |options: &[&str]| {
        trial.run(&Trial::with_token(&token), &[ONE_FORMAT, options].concat(), &trial.watch_url())
    };
    forbidden(&run(&[]));
    assert_eq!(last_refusal(&trial.stand_in), Some(MediaRefusal::OtherVisitor));
    let ended = run(&["--cookies", &cookie_file(&trial, &set)]);
    assert!(ended.success, "{ended:?}");
}

/// A file of cookies for all of YouTube's sites, in yt-dlp's format.
fn cookie_file(trial: &Trial, cookies: &[(&str, &str)]) -> String {
    let lines: String = cookies
        .iter()
        .map(|(name, value)| format!(".youtube.com\tTRUE\t/\tTRUE\t0\t{name}\t{value}\n"))
        .collect();
    let file = trial.folder.path().join("cookies.txt");
    fs::write(&file, format!("# Netscape HTTP Cookie File\n{lines}")).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_connection_that_breaks_off_is_resumed_where_it_ended() {
    let trial = Trial::new();
    let cut = Cut { after_bytes: 100_000, times: 2 };
    trial.stand_in.set_rules(DownloadRules { cut: Some(cut), ..DownloadRules::default() });
    let ended = trial.download(&[ONE_FORMAT, &["--retry-sleep", "0"]].concat());
    assert!(ended.success, "{ended:?}");
    assert!(fs::read(trial.only_file("mp4")).unwrap() == trial.stand_in.media(&trial.video_id, 136));
    let starts: Vec<u64> =
        downloads(&trial.stand_in).iter().map(|one| one.download.unwrap().range.unwrap().0).collect();
    // yt-dlp drops the block in which a connection breaks off.
    assert!(starts.len() == 3 && starts.is_sorted_by(|one, next| one < next), "{starts:?}");
    assert!(starts[1] <= 100_000, "{starts:?}");
}

#[test]
fn another_token_completes_a_download_refused_half_way() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { refuse_token_after: Some(300_000), ..DownloadRules::default() });
    forbidden(&trial.download(&[ONE_FORMAT, &["--retry-sleep", "0"]].concat()));
    assert_eq!(last_refusal(&trial.stand_in), Some(MediaRefusal::Expired));
    let part = fs::metadata(trial.only_file("part")).unwrap().len();
    assert!((100_000..800_000).contains(&part), "{part}");

    let token = random_token();
    trial.stand_in.accept_token(&token, &trial.video_id);
    let ended = trial.run(&Trial::with_token(&token), ONE_FORMAT, &trial.watch_url());
    assert!(ended.success, "{ended:?}");
    assert!(fs::read(trial.only_file("mp4")).unwrap() == trial.stand_in.media(&trial.video_id, 136));
    assert_eq!(downloads(&trial.stand_in).last().unwrap().download.unwrap().range.unwrap().0, part);
}

#[test]
fn a_running_transfer_follows_the_token_and_the_speed() {
    let trial = Trial::new();
    let slow = DownloadRules { bytes_per_second: Some(200_000), ..DownloadRules::default() };
    for expires in [true, false] {
        trial.stand_in.set_rules(slow.clone());
        let mut child = trial.start(&[ONE_FORMAT, &["--newline", "--progress-delta", "0"]].concat());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut progress = lines.map_while(Result::ok).filter(|line| line.contains("% of"));
        assert!(progress.any(|line| !line.contains(" 0.")), "no progress");
        if expires {
            trial.stand_in.expire_token(&trial.token);
        } else {
            trial.stand_in.set_rules(DownloadRules::default());
        }
        progress.by_ref().for_each(drop);
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), !expires, "{error}");
        assert_eq!(error.contains("HTTP Error 403: Forbidden"), expires, "{error}");
        trial.stand_in.accept_token(&trial.token, &trial.video_id);
    }
    assert!(fs::read(trial.only_file("mp4")).unwrap() == trial.stand_in.media(&trial.video_id, 136));
}

#[test]
fn media_have_the_size_that_a_test_sets() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { media_bytes: 24_000_000, ..DownloadRules::default() });
    let ended = trial.download(ONE_FORMAT);
    assert!(ended.success, "{ended:?}");
    assert_eq!(fs::metadata(trial.only_file("mp4")).unwrap().len(), 12_000_000);
    // yt-dlp asks for at most 10 MiB at once.
    assert_eq!(downloads(&trial.stand_in).len(), 2);
}

#[test]
fn captions_need_the_right_token() {
    let trial = Trial::new();
    let options = ["--write-subs", "--skip-download"];
    let ended = trial.download(&options);
    assert!(ended.success, "{ended:?}");
    let text = fs::read_to_string(trial.only_file("vtt")).unwrap();
    assert!(text.starts_with("WEBVTT") && text.contains("(wind)"), "{text}");
    fs::remove_file(trial.only_file("vtt")).unwrap();

    let ended = trial.run(&Trial::with_token(&random_token()), &options, &trial.watch_url());
    assert!(ended.stderr.contains("Did not get any data blocks"), "{ended:?}");
    assert!(trial.files("vtt").is_empty());
    let asked = trial.stand_in.wait_for(LIMIT, |one| {
        one.download.is_some_and(|download| download.refused == Some(MediaRefusal::UnknownToken))
    });
    assert_eq!(asked.unwrap().kind, RequestKind::CaptionsDownload);
}

#[test]
fn a_playlist_lists_every_video_of_the_scenario() {
    let trial = Trial::new();
    let options = ["--flat-playlist", "--print", "%(id)s %(duration)s %(title)s"];
    let ended =
        trial.run("youtube:lang=en", &options, "https://www.youtube.com/playlist?list=PL0123456789abcdef");
    assert!(ended.success, "{ended:?}");
    let videos = Scenario::named("download").unwrap().videos;
    let expected: Vec<String> =
        videos.iter().map(|video| format!("{} {} {}", video.id, video.seconds, video.title)).collect();
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>().len(), expected.len(), "{ended:?}");
    for (line, expected) in ended.stdout.lines().zip(expected) {
        assert_eq!(line.replacen(".0 ", " ", 1), expected);
    }
}

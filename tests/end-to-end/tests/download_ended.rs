//! Downloads that are cancelled or killed, that resume and wait, and what other processes see of them.

use potbridge_end_to_end::downloads::{Downloads, Ended, Updates};
use potbridge_end_to_end::process::{holds_text, running, signal, wait};
use potbridge_end_to_end::streams::has_formats;
use potbridge_end_to_end::trial::LIMIT;
use potbridge_stand_in::DownloadRules;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

/// The time that the processes of a download have to end.
const END: Duration = Duration::from_secs(5);

/// Has ffmpeg join the parts at a hundredth of their speed.
const SLOW_FFMPEG: [&str; 2] = ["--postprocessor-args", "Merger+ffmpeg_i:-readrate 0.01"];

fn slow() -> DownloadRules {
    DownloadRules { bytes_per_second: Some(200_000), ..DownloadRules::default() }
}

fn has_progress(update: &Value) -> bool {
    update["progress"]["permille"].as_u64() > Some(100)
}

fn is_in(state: &str) -> impl Fn(&Value) -> bool {
    move |update| update["state"] == state
}

#[test]
fn a_download_cancelled_while_loading_resumes() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut download = downloads.start(&[&video]);
    let updates = Updates::of(&mut download);
    updates.wait_for(has_progress);
    signal(&download, Signal::INT);
    let end = Instant::now() + END;
    updates.wait_for(is_in("cancelled"));
    downloads.wait_until_alone(end.saturating_duration_since(Instant::now()));
    assert_eq!(wait(&mut download).code(), Some(1));

    let before = downloads.granted().len();
    downloads.stand_in.set_rules(DownloadRules::default());
    let file = downloads.download(&[&video]).file();
    assert!(has_formats(&file, &downloads.stand_in, &video, &[137, 140]));
    let first = &downloads.granted()[before];
    assert!(first.download.unwrap().range.unwrap().0 > 0, "it did not resume: {first}");
}

#[test]
fn a_download_cancelled_in_ffmpeg_loads_nothing_again() {
    let downloads = Downloads::new();
    downloads.configure("", &SLOW_FFMPEG);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut download = downloads.start(&[&video]);
    let updates = Updates::of(&mut download);
    updates.wait_for(is_in("processing"));
    wait_for_program("ffmpeg", &downloads);
    signal(&download, Signal::TERM);
    let end = Instant::now() + END;
    updates.wait_for(is_in("cancelled"));
    downloads.wait_until_alone(end.saturating_duration_since(Instant::now()));
    wait(&mut download);

    let before = downloads.granted().len();
    downloads.configure("", &[]);
    let file = downloads.download(&[&video]).file();
    assert!(has_formats(&file, &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(downloads.granted().len(), before, "the parts were loaded again");
}

#[test]
fn a_killed_download_leaves_neither_a_process_nor_a_cookie() {
    for slow_part in ["loading", "ffmpeg"] {
        let downloads = Downloads::new();
        if slow_part == "loading" {
            downloads.stand_in.set_rules(slow());
        } else {
            downloads.configure("", &SLOW_FFMPEG);
        }
        let video = downloads.video(0);
        let _token = downloads.put_right(&video);
        let (mut download, id) = start_with_cookies(&downloads, &video, "a-value-that-nobody-may-see");
        let cookies = downloads.path(&format!("run/downloads/{id}.cookies"));
        let program = if slow_part == "ffmpeg" { "ffmpeg" } else { "yt-dlp" };
        wait_for_program(program, &downloads);
        assert!(cookies.exists());
        download.kill().unwrap();
        download.wait().unwrap();
        downloads.wait_until_alone(END);
        assert!(!cookies.exists(), "{slow_part}");
        let record = fs::read_to_string(downloads.path(&format!("state/downloads/{id}.json"))).unwrap();
        assert!(record.contains(&video) && !record.contains("nobody-may-see"), "{record}");
    }
}

#[test]
fn no_process_and_no_log_shows_the_token_or_a_cookie() {
    let downloads = Downloads::with(slow());
    downloads.configure("", &["-v"]);
    let video = downloads.video(0);
    let token = downloads.put_right(&video);
    let cookie = "g.a000-SecretOfTheSession_0123456789";
    let (mut download, id) = start_with_cookies(&downloads, &video, cookie);
    let jar = downloads.path(&format!("run/downloads/{id}.cookies"));
    let (mut looks, mut saw_yt_dlp, mut saw_the_jar) = (0, false, false);
    let end = Instant::now() + LIMIT;
    while download.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "the download does not end");
        for pid in running() {
            for file in ["cmdline", "environ"] {
                let file = format!("/proc/{pid}/{file}");
                for secret in [token.as_str(), cookie] {
                    assert!(!holds_text(&file, secret), "{file} shows a secret");
                }
            }
            saw_yt_dlp |= holds_text(format!("/proc/{pid}/cmdline"), "--config-locations");
        }
        if let Ok(found) = fs::metadata(&jar) {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(found.permissions().mode() & 0o777, 0o600);
            saw_the_jar = true;
        }
        looks += 1;
    }
    assert!(looks > 10 && saw_yt_dlp && saw_the_jar, "{looks} {saw_yt_dlp} {saw_the_jar}");
    assert!(!jar.exists());
    let record = fs::read_to_string(downloads.path(&format!("state/downloads/{id}.json"))).unwrap();
    assert!(record.contains("\"done\""), "{record}");
    for (file, text) in files(&downloads.path("state/downloads")) {
        assert!(!text.contains(&token) && !text.contains(cookie), "{file} shows a secret");
    }
    let log = fs::read_to_string(downloads.path(&format!("state/downloads/{id}.log"))).unwrap();
    assert!(log.contains("[debug]"), "the log lacks the output of -v");
    let shown = downloads.stand_in.received().into_iter().filter_map(|request| request.cookies);
    assert!(shown.into_iter().any(|cookies| cookies.contains(cookie)), "YouTube never saw the cookie");
}

#[test]
fn concurrent_limits_the_downloads_and_keeps_their_order() {
    let downloads = Downloads::with(slow());
    downloads.configure("concurrent = 1", &[]);
    let videos: Vec<_> = (0..3).map(|number| downloads.video(number)).collect();
    let _tokens: Vec<_> = videos.iter().map(|video| downloads.put_right(video)).collect();
    let mut all = Vec::new();
    for video in &videos {
        let mut download = downloads.start(&[video, "--preset", "audio"]);
        let updates = Updates::of(&mut download);
        updates.wait_for(is_in("queued"));
        all.push((download, updates));
    }
    let mut before = 0;
    for (download, updates) in &mut all {
        let began = updates.wait_for(is_in("starting"))["at"].as_u64().unwrap();
        let ended = updates.wait_for(is_in("done"))["at"].as_u64().unwrap();
        assert!(began >= before, "it began before its predecessor had ended");
        before = ended;
        assert!(wait(download).success());
    }
}

#[test]
fn downloads_of_one_video_do_not_write_into_one_file() {
    let downloads =
        Downloads::with(DownloadRules { bytes_per_second: Some(800_000), ..DownloadRules::default() });
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let presets = [("1080p", &[137, 140][..]), ("1080p", &[137, 140]), ("720p", &[136, 140])];
    let started = presets.map(|(preset, formats)| (downloads.start(&[&video, "--preset", preset]), formats));
    let ended = started.map(|(download, formats)| {
        let file = Ended::of_child(download).file();
        assert!(has_formats(&file, &downloads.stand_in, &video, formats), "{formats:?}");
        file
    });
    assert_eq!(ended[0], ended[1]);
    assert_ne!(ended[0], ended[2]);
}

/// Starts a download as the host does, with a cookie. Returns the process and the download's id.
fn start_with_cookies(downloads: &Downloads, video: &str, value: &str) -> (Child, String) {
    let cookie =
        json!({"name": "SID", "value": value, "domain": ".youtube.com", "path": "/", "secure": true});
    downloads.start_as_host(&json!({"video_id": video, "preset": "best", "cookies": [cookie]}))
}

/// Waits until a program of this name runs for a download.
fn wait_for_program(program: &str, downloads: &Downloads) {
    let end = Instant::now() + LIMIT;
    loop {
        let named = |pid: &u32| {
            let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            command
                .split('\0')
                .take(2)
                .any(|word| Path::new(word).file_name().is_some_and(|name| name == program))
        };
        if downloads.processes().iter().any(named) {
            return;
        }
        assert!(Instant::now() < end, "{program} never ran");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries
        .map(|entry| {
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
            (entry.path().display().to_string(), text)
        })
        .collect()
}

//! Downloads that are ended, go on, wait, and what can be seen of them from outside meanwhile.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

use potbridge_end_to_end::downloads::{Downloads, Ended, Told, has, holds, running};
use potbridge_stand_in::Conduct;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How long the processes of a download may take to end.
const END: Duration = Duration::from_secs(5);

/// Has ffmpeg join the parts at a hundredth of their speed.
const SLOW_FFMPEG: [&str; 2] = ["--postprocessor-args", "Merger+ffmpeg_i:-readrate 0.01"];

fn slow() -> Conduct {
    Conduct { bytes_per_second: Some(200_000), ..Conduct::default() }
}

fn is_half_way(told: &Value) -> bool {
    told["progress"]["permille"].as_u64() > Some(100)
}

#[test]
fn cancelled_while_it_loads_it_leaves_no_process_and_goes_on_from_there_the_next_time() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut download = downloads.start(&[&video]);
    let mut told = Told::of(&mut download);
    told.wait_for(is_half_way);
    signal(&download, Signal::INT);
    let end = Instant::now() + END;
    told.wait_for(|told| told["state"] == "cancelled");
    downloads.wait_until_alone(end.saturating_duration_since(Instant::now()));
    assert_eq!(download.wait().unwrap().code(), Some(1));

    let before = downloads.given().len();
    downloads.stand_in.set(Conduct::default());
    let file = downloads.download(&[&video]).file();
    assert!(holds(&file, &downloads.stand_in, &video, &[137, 140]));
    let first = &downloads.given()[before];
    assert!(first.download.unwrap().range.unwrap().0 > 0, "it began anew: {first}");
}

#[test]
fn cancelled_while_ffmpeg_works_it_leaves_no_process_and_the_next_time_loads_nothing_again() {
    let downloads = Downloads::new();
    downloads.configure("", &SLOW_FFMPEG);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut download = downloads.start(&[&video]);
    let mut told = Told::of(&mut download);
    told.wait_for(|told| told["state"] == "processing");
    wait_for("ffmpeg", &downloads);
    signal(&download, Signal::TERM);
    let end = Instant::now() + END;
    told.wait_for(|told| told["state"] == "cancelled");
    downloads.wait_until_alone(end.saturating_duration_since(Instant::now()));
    download.wait().unwrap();

    let before = downloads.given().len();
    downloads.configure("", &[]);
    let file = downloads.download(&[&video]).file();
    assert!(holds(&file, &downloads.stand_in, &video, &[137, 140]));
    assert_eq!(downloads.given().len(), before, "what was there was loaded again");
}

#[test]
fn killed_it_leaves_neither_a_process_nor_a_cookie() {
    for slow_part in ["loading", "ffmpeg"] {
        let downloads = Downloads::new();
        if slow_part == "loading" {
            downloads.stand_in.set(slow());
        } else {
            downloads.configure("", &SLOW_FFMPEG);
        }
        let video = downloads.video(0);
        let _token = downloads.put_right(&video);
        let (mut download, job) = start_with_cookies(&downloads, &video, "a-value-that-nobody-may-see");
        let cookies = downloads.path(&format!("run/downloads/{job}.cookies"));
        let wanted = if slow_part == "ffmpeg" { "ffmpeg" } else { "yt-dlp" };
        wait_for(wanted, &downloads);
        assert!(cookies.exists());
        download.kill().unwrap();
        download.wait().unwrap();
        downloads.wait_until_alone(END);
        assert!(!cookies.exists(), "{slow_part}");
        let listed: Value =
            json!(fs::read_to_string(downloads.path(&format!("state/downloads/{job}.json"))).unwrap());
        assert!(!listed.to_string().contains("nobody-may-see"));
    }
}

#[test]
fn while_it_runs_no_process_and_no_log_shows_the_token_or_a_cookie() {
    let downloads = Downloads::with(slow());
    downloads.configure("", &["-v"]);
    let video = downloads.video(0);
    let token = downloads.put_right(&video);
    let cookie = "g.a000-SecretOfTheSession_0123456789";
    let (mut download, job) = start_with_cookies(&downloads, &video, cookie);
    let jar = downloads.path(&format!("run/downloads/{job}.cookies"));
    let (mut looks, mut looked_at_yt_dlp, mut saw_the_jar) = (0, false, false);
    while download.try_wait().unwrap().is_none() {
        for pid in running() {
            for file in ["cmdline", "environ"] {
                let file = format!("/proc/{pid}/{file}");
                for secret in [token.as_str(), cookie] {
                    assert!(!has(&file, secret), "{file} shows a secret");
                }
            }
            looked_at_yt_dlp |= has(format!("/proc/{pid}/cmdline"), "--config-locations");
        }
        if let Ok(found) = fs::metadata(&jar) {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(found.permissions().mode() & 0o777, 0o600);
            saw_the_jar = true;
        }
        looks += 1;
    }
    assert!(looks > 10 && looked_at_yt_dlp && saw_the_jar, "{looks} {looked_at_yt_dlp} {saw_the_jar}");
    assert!(!jar.exists());
    let record = fs::read_to_string(downloads.path(&format!("state/downloads/{job}.json"))).unwrap();
    assert!(record.contains("\"done\""), "{record}");
    for (file, text) in files(&downloads.path("state/downloads")) {
        assert!(!text.contains(&token) && !text.contains(cookie), "{file} shows a secret");
    }
    let log = fs::read_to_string(downloads.path(&format!("state/downloads/{job}.log"))).unwrap();
    assert!(log.contains("[debug]"), "the log has what -v brings");
    let shown = downloads.stand_in.received().into_iter().filter_map(|request| request.cookies);
    assert!(shown.into_iter().any(|cookies| cookies.contains(cookie)), "YouTube never saw the cookie");
}

#[test]
fn no_more_run_at_once_than_the_configuration_says_and_the_first_one_is_first() {
    let downloads = Downloads::with(slow());
    downloads.configure("concurrent = 1", &[]);
    let videos: Vec<_> = (0..3).map(|number| downloads.video(number)).collect();
    let _tokens: Vec<_> = videos.iter().map(|video| downloads.put_right(video)).collect();
    let mut all = Vec::new();
    for video in &videos {
        let mut download = downloads.start(&[video, "--preset", "audio"]);
        let mut told = Told::of(&mut download);
        let queued = told.wait_for(|told| told["state"] == "queued");
        all.push((download, told, queued["at"].as_u64().unwrap()));
    }
    let mut before = 0;
    for (download, told, _) in &mut all {
        let began = told.wait_for(|told| told["state"] == "starting")["at"].as_u64().unwrap();
        let ended = told.wait_for(|told| told["state"] == "done")["at"].as_u64().unwrap();
        assert!(began >= before, "it began before the one before it had ended");
        before = ended;
        assert!(download.wait().unwrap().success());
    }
}

#[test]
fn two_downloads_of_one_video_do_not_write_into_one_file_and_a_second_form_is_another_file() {
    let downloads = Downloads::with(Conduct { bytes_per_second: Some(800_000), ..Conduct::default() });
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let presets = [("1080p", &[137, 140][..]), ("1080p", &[137, 140]), ("720p", &[136, 140])];
    let started = presets.map(|(preset, formats)| (downloads.start(&[&video, "--preset", preset]), formats));
    let ended = started.map(|(download, formats)| {
        let file = Ended::of(&download.wait_with_output().unwrap()).file();
        assert!(holds(&file, &downloads.stand_in, &video, formats), "{formats:?}");
        file
    });
    assert_eq!(ended[0], ended[1]);
    assert_ne!(ended[0], ended[2]);
}

/// Starts a download as the host does, with a cookie; gives the process and the download's name.
fn start_with_cookies(downloads: &Downloads, video: &str, value: &str) -> (Child, String) {
    let cookie =
        json!({"name": "SID", "value": value, "domain": ".youtube.com", "path": "/", "secure": true});
    let start = json!({"ask": {"video_id": video, "preset": "best", "cookies": [cookie]}});
    let mut download = downloads
        .command(&["download", "--from-host"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    download.stdin.take().unwrap().write_all(start.to_string().as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(download.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let began: Value = serde_json::from_str(&line).unwrap();
    (download, began["job"].as_str().unwrap_or_else(|| panic!("{began}")).to_owned())
}

/// Waits until a program of this name runs for a place.
fn wait_for(program: &str, downloads: &Downloads) {
    let end = Instant::now() + Duration::from_secs(60);
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

fn signal(process: &Child, signal: Signal) {
    kill_process(Pid::from_child(process), signal).unwrap();
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

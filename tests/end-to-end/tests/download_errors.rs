//! What `potbridge download` refuses, and how it fails.

use potbridge_end_to_end::downloads::Downloads;
use potbridge_end_to_end::process::wait;
use potbridge_stand_in::{DownloadRules, Obstacle};
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn each_obstacle_has_a_code_and_needs_no_other_token() {
    let downloads = Downloads::new();
    for (obstacle, code) in [
        (Obstacle::BotCheck, "bot-check"),
        (Obstacle::Captcha, "bot-check"),
        (Obstacle::RateLimit, "rate-limited"),
        (Obstacle::TooManyRequests, "rate-limited"),
        (Obstacle::ServerError, "youtube-trouble"),
        (Obstacle::MediaServerError, "youtube-trouble"),
        (Obstacle::ApiRefused, "address-refused"),
        (Obstacle::CookiesRotated, "bot-check"),
        (Obstacle::SabrOnly, "sabr-only"),
        (Obstacle::OnlyImages, "nothing-usable"),
        (Obstacle::Private, "private-video"),
        (Obstacle::AgeRestricted, "age-restricted"),
        (Obstacle::AgeVerification, "age-restricted"),
        (Obstacle::MembersOnly, "members-only"),
        (Obstacle::PremiumOnly, "premium-only"),
        (Obstacle::GeoBlocked, "geo-blocked"),
        (Obstacle::NetworkRestricted, "network-restricted"),
        (Obstacle::ReloadPage, "nothing-usable"),
        (Obstacle::NotOnThisApp, "nothing-usable"),
        (Obstacle::Removed, "not-available"),
        (Obstacle::LoginRequired, "bot-check"),
        (Obstacle::Drm, "drm-protected"),
        (Obstacle::NChallenge, "no-js-runtime"),
        (Obstacle::Live, "live-now"),
        (Obstacle::PostLive, "just-ended"),
        (Obstacle::Upcoming, "not-available"),
    ] {
        downloads
            .stand_in
            .set_rules(DownloadRules { obstacle: Some(obstacle), ..DownloadRules::only_with_token() });
        let video = downloads.video(0);
        let _token = downloads.put_right(&video);
        let ended = downloads.download(&[&video, "--preset", "audio"]);
        assert_eq!((ended.code, ended.error()), (Some(1), code), "{obstacle:?}: {:?}", ended.result);
        let asked_for_token = ended.lines.iter().any(|update| update["state"] == "waiting-for-token");
        assert!(!asked_for_token, "{obstacle:?}");
    }
}

#[test]
fn rotated_cookies_are_recognised() {
    let rules =
        DownloadRules { obstacle: Some(Obstacle::CookiesRotated), ..DownloadRules::only_with_token() };
    let downloads = Downloads::with(rules);
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let cookies: Vec<_> = ["LOGIN_INFO", "SAPISID", "__Secure-3PAPISID"]
        .map(|name| json!({"name": name, "value": "a-session-that-ended", "domain": ".youtube.com", "path": "/", "secure": true}))
        .into();
    let request = json!({"video_id": video, "preset": "audio", "cookies": cookies});
    let (mut download, id) = downloads.start_as_host(&request);
    wait(&mut download);
    let record = fs::read_to_string(downloads.path(&format!("state/downloads/{id}.json"))).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    let error = &record["download"]["error"];
    assert_eq!(error["code"], "cookies-rotated", "{record}");
    assert!(error["hint"].as_str().unwrap().contains("Open YouTube in that browser"), "{error}");
}

#[test]
fn a_wrong_token_is_refused_and_no_video_file_is_left() {
    let downloads = Downloads::with(DownloadRules::only_with_token());
    let video = downloads.video(0);
    let token = downloads.put(&video);
    let ended = downloads.download(&[&video]);
    assert_eq!((ended.code, ended.error()), (Some(1), "token-refused"), "{ended:?}");
    let message = ended.result["message"].as_str().unwrap();
    assert!(message.contains("no browser") && message.contains(&video), "{message}");
    assert!(!format!("{ended:?}").contains(&token));
    let names = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let (folders, files): (Vec<_>, Vec<_>) =
        names(&downloads.dir()).into_iter().partition(|path| path.is_dir());
    assert!(files.is_empty(), "{files:?}");
    for file in folders.iter().flat_map(|folder| names(folder)) {
        assert!(file.extension().is_some_and(|ending| ending == "part" || ending == "ytdl"), "{file:?}");
    }
}

#[test]
fn a_target_that_is_not_on_youtube_is_refused() {
    let downloads = Downloads::new();
    let mark = downloads.path("started");
    let program = downloads.path("yt-dlp");
    executable::write(&program, format!("#!/bin/sh\ntouch '{}'\n", mark.display()));
    downloads.configure(&format!("yt_dlp = {program:?}"), &[]);
    for target in [
        "--exec=touch x",
        "-a",
        "--batch-file=/etc/passwd",
        "https://example.net/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com.example.net/watch?v=dQw4w9WgXcQ",
        "https://user@example.net/https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../etc/passwd",
        "ytsearch:cats",
        "dQw4w9WgXcQ; touch x",
        "$(touch x)",
        "`touch x`",
        "dQw4w9WgXcQ\n--exec=touch x",
        "https://www.youtube.com/watch?v=--exec=x",
        "https://www.youtube.com/watch?v=dQw4w9WgXc/",
        "https://www.youtube.com/playlist?list=PL123",
        "",
    ] {
        let output = downloads.potbridge(&["download", target]);
        assert_eq!(output.status.code(), Some(2), "{target:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{target:?}");
    }
    assert!(!mark.exists());
    assert!(!downloads.dir().exists());
}

#[test]
fn unsafe_extra_options_are_refused() {
    let downloads = Downloads::new();
    let _token = downloads.put_right(&downloads.video(0));
    for option in [
        "--exec=touch x",
        "--netrc-cmd=touch x",
        "--plugin-dirs=/tmp/x",
        "--ffmpeg-location=/tmp/x",
        "--extractor-args=youtube:player_client=tv;po_token=tv.gvs+x",
        "--cookies=/tmp/x",
        "--download-sections=*1-2",
    ] {
        downloads.configure("", &[option]);
        let output = downloads.potbridge(&["download", &downloads.video(0)]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{option}: {stderr}");
        assert!(stderr.contains("extra_options") && stderr.contains("config.toml"), "{option}: {stderr}");
    }
}

#[test]
fn a_folder_that_yt_dlp_would_expand_is_refused() {
    let downloads = Downloads::new();
    let _token = downloads.put_right(&downloads.video(0));
    let dir = downloads.path("a $HOME");
    let output = downloads.potbridge(&["download", &downloads.video(0), "--dir", dir.to_str().unwrap()]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("a $HOME") && stderr.contains("variable"), "{stderr}");
    assert!(!dir.exists());
}

#[test]
fn a_missing_yt_dlp_is_named_with_a_hint() {
    let downloads = Downloads::new();
    downloads.configure("yt_dlp = \"/nowhere/yt-dlp\"", &[]);
    let output = downloads.potbridge(&["download", &downloads.video(0)]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("/nowhere/yt-dlp") && stderr.contains("install"), "{stderr}");
}

//! What real yt-dlp prints at each obstacle of a download. Users and potbridge read these words.

use crate::yt_dlp::{Ended, Trial};
use potbridge_stand_in::{DownloadRules, Obstacle, Scenario};

fn with_obstacle(obstacle: Obstacle) -> Trial {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules { obstacle: Some(obstacle), ..DownloadRules::only_with_token() });
    trial
}

#[track_caller]
fn says(ended: &Ended, words: &[&str]) {
    assert!(!ended.success, "{ended:?}");
    for words in words {
        let said = format!("{}{}", ended.stdout, ended.stderr).to_lowercase();
        assert!(said.contains(&words.to_lowercase()), "{words:?} is not in: {ended:?}");
    }
}

/// Runs yt-dlp at each obstacle, without a JS runtime.
#[track_caller]
fn each_says(obstacles: &[(Obstacle, &[&str])]) {
    for (obstacle, words) in obstacles {
        says(&with_obstacle(*obstacle).download(&["--no-js-runtimes"]), words);
    }
}

#[test]
fn yt_dlp_reports_what_is_asked_of_a_person() {
    each_says(&[
        (
            Obstacle::BotCheck,
            &["Sign in to confirm you’re not a bot", "Use --cookies-from-browser or --cookies"],
        ),
        (Obstacle::Captcha, &["YouTube is requiring a captcha challenge"]),
        (Obstacle::Private, &["Private video. Sign in if you've been granted access"]),
        (Obstacle::AgeRestricted, &["This video is age-restricted", "Sign in to confirm your age"]),
        (Obstacle::AgeVerification, &["Verify your age to continue"]),
        (Obstacle::MembersOnly, &["members-only content"]),
        (Obstacle::PremiumOnly, &["This video is only available to Music Premium members"]),
        (Obstacle::LoginRequired, &["Please sign in"]),
        (Obstacle::ReloadPage, &["The page needs to be reloaded."]),
    ]);
}

#[test]
fn yt_dlp_reports_what_nobody_is_given() {
    each_says(&[
        (Obstacle::GeoBlocked, &["The uploader has not made this video available in your country"]),
        (Obstacle::NetworkRestricted, &["Google Workspace administrator and/or the network administrator"]),
        (Obstacle::NotOnThisApp, &["The following content is not available on this app."]),
        (Obstacle::Removed, &["Video unavailable. This video has been removed by the uploader"]),
        (Obstacle::Upcoming, &["This live event will begin in 2 hours"]),
        (Obstacle::PostLive, &["fragment 1 not found, unable to continue"]),
    ]);
}

#[test]
fn yt_dlp_reports_formats_that_it_cannot_load() {
    each_says(&[
        (Obstacle::SabrOnly, &["have been skipped as they are missing a URL", "Only images are available"]),
        (
            Obstacle::OnlyImages,
            &["Only images are available for download", "Requested format is not available"],
        ),
        (Obstacle::Drm, &["DRM protected", "Only images are available for download"]),
        (Obstacle::NChallenge, &["n challenge solving failed", "Requested format is not available"]),
    ]);
}

#[test]
fn yt_dlp_reports_each_status_of_http() {
    each_says(&[
        (Obstacle::RateLimit, &["rate-limited by YouTube"]),
        (Obstacle::TooManyRequests, &["HTTP Error 429: Too Many Requests"]),
        (Obstacle::ServerError, &["HTTP Error 503: Service Unavailable"]),
        (Obstacle::MediaServerError, &["HTTP Error 503: Service Unavailable"]),
        (Obstacle::ApiRefused, &["Unable to download API page: HTTP Error 403: Forbidden"]),
    ]);
}

#[test]
fn a_live_stream_is_known_as_live_and_can_be_recorded() {
    let trial = with_obstacle(Obstacle::Live);
    let ended = trial.download(&["--match-filters", "!is_live"]);
    assert!(ended.stdout.contains("does not pass filter (!is_live)"), "{ended:?}");
    // ffmpeg records without end unless it is told to stop.
    let ended = trial.download(&["--downloader-args", "ffmpeg_o:-t 5"]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(trial.files("mp4").len(), 1);
}

#[test]
fn a_stream_that_has_just_ended_is_known_as_such() {
    let trial = with_obstacle(Obstacle::PostLive);
    let ended = trial.download(&["--print", "live_status"]);
    assert_eq!(ended.stdout.trim(), "post_live", "{ended:?}");
}

#[test]
fn rotated_cookies_take_the_login_away() {
    let trial = with_obstacle(Obstacle::CookiesRotated);
    let lines = ["LOGIN_INFO", "__Secure-3PAPISID"]
        .map(|name| format!(".youtube.com\tTRUE\t/\tTRUE\t0\t{name}\tx\n"))
        .concat();
    let file = trial.folder.path().join("cookies.txt");
    std::fs::write(&file, format!("# Netscape HTTP Cookie File\n{lines}")).unwrap();
    let ended = trial.download(&["--cookies", file.to_str().unwrap()]);
    says(&ended, &["cookies are no longer valid", "They have likely been rotated"]);
    says(&ended, &["Sign in to confirm you’re not a bot"]);
}

#[test]
fn without_a_js_runtime_yt_dlp_says_what_it_misses() {
    let trial = with_obstacle(Obstacle::NChallenge);
    let ended = trial.run("youtube:lang=en", &["--no-js-runtimes"], &trial.watch_url());
    says(&ended, &["No supported JavaScript runtime could be found"]);
}

#[test]
fn an_obstacle_can_be_of_one_video_and_go_away() {
    let trial = Trial::new();
    let private = DownloadRules { obstacle: Some(Obstacle::Private), ..DownloadRules::default() };
    trial.stand_in.set_rules_for(&trial.video_id, private);
    says(&trial.download(&["--simulate"]), &["Private video"]);
    let other = Scenario::named("download").unwrap().videos[1].id.clone();
    let url = format!("https://www.youtube.com/watch?v={other}");
    assert!(trial.run(&Trial::with_token(&trial.token), &["--simulate"], &url).success);
    trial.stand_in.set_rules(trial.stand_in.rules());
    assert!(trial.download(&["--simulate"]).success);
}

#[test]
fn yt_dlp_reports_what_is_wrong_with_a_token() {
    let trial = Trial::new();
    for (arguments, words) in [
        ("youtube:player_client=mweb", &["require a GVS PO Token which was not provided"][..]),
        (
            "youtube:player_client=mweb;po_token=mweb.gvs+MgEHx",
            &["PO Token should be a base64url-encoded string"],
        ),
        ("youtube:player_client=mweb;po_token=MgEH", &["Invalid po_token configuration format"]),
    ] {
        let ended = trial.run(arguments, &["--write-subs"], &trial.watch_url());
        says(&ended, words);
        says(&ended, &["missing subtitles languages because a PO token was not provided"]);
    }
}

//! What real yt-dlp says of each thing that can stand in the way of a download: the words that its users go by.

#![allow(clippy::unwrap_used)]

mod client;
mod yt_dlp;

use potbridge_stand_in::{Conduct, Hindrance, Scenario};
use yt_dlp::{Ended, Trial};

fn hindered(hindrance: Hindrance) -> Trial {
    let trial = Trial::new();
    trial.stand_in.set(Conduct { hindrance: Some(hindrance), ..Conduct::default() });
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

#[test]
fn each_hindrance_is_told_in_yt_dlps_own_words() {
    for (hindrance, words) in [
        (
            Hindrance::BotCheck,
            &["Sign in to confirm you’re not a bot", "Use --cookies-from-browser or --cookies"][..],
        ),
        (Hindrance::Captcha, &["YouTube is requiring a captcha challenge"]),
        (Hindrance::RateLimit, &["rate-limited by YouTube"]),
        (Hindrance::TooManyRequests, &["HTTP Error 429: Too Many Requests"]),
        (Hindrance::SabrOnly, &["have been skipped as they are missing a URL", "Only images are available"]),
        (
            Hindrance::OnlyImages,
            &["Only images are available for download", "Requested format is not available"],
        ),
        (Hindrance::Private, &["Private video. Sign in if you've been granted access"]),
        (Hindrance::AgeRestricted, &["This video is age-restricted", "Sign in to confirm your age"]),
        (Hindrance::MembersOnly, &["members-only content"]),
        (Hindrance::Drm, &["DRM protected", "Only images are available for download"]),
        (Hindrance::NChallenge, &["n challenge solving failed", "Requested format is not available"]),
    ] {
        says(&hindered(hindrance).download(&["--no-js-runtimes"]), words);
    }
}

#[test]
fn a_broadcast_is_known_as_live_and_can_be_recorded() {
    let trial = hindered(Hindrance::Live);
    let ended = trial.download(&["--match-filters", "!is_live"]);
    assert!(ended.stdout.contains("does not pass filter (!is_live)"), "{ended:?}");
    // ffmpeg records until it is told to stop.
    let ended = trial.download(&["--downloader-args", "ffmpeg_o:-t 5"]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(trial.files("mp4").len(), 1);
}

#[test]
fn without_a_js_runtime_and_without_clients_named_yt_dlp_says_what_it_misses() {
    let trial = hindered(Hindrance::NChallenge);
    let ended = trial.run("youtube:lang=en", &["--no-js-runtimes"], &trial.watch_url());
    says(&ended, &["No supported JavaScript runtime could be found"]);
}

#[test]
fn www_offers_media_by_sabr_alone() {
    let trial = Trial::new();
    for client in ["web", "web_safari"] {
        let arguments = format!("youtube:player_client={client};po_token={client}.gvs+{}", trial.token);
        let ended = trial.run(&arguments, &["--verbose"], &trial.watch_url());
        says(&ended, &["YouTube is forcing SABR streaming for this client", "Only images are available"]);
    }
}

#[test]
fn clients_for_which_a_browsers_token_is_not_good_are_offered_nothing() {
    let trial = Trial::new();
    let clients = "visionos,android_vr,android,ios,tv,tv_samsung,tv_simply";
    let arguments = format!("youtube:player_client={clients};po_token=android.gvs+{}", trial.token);
    says(&trial.run(&arguments, &[], &trial.watch_url()), &["Only images are available"]);
    assert!(
        trial.stand_in.received().iter().all(|one| one.kind != potbridge_stand_in::RequestKind::Download)
    );
}

#[test]
fn a_hindrance_can_be_one_videos_alone_and_can_go_away() {
    let trial = Trial::new();
    let private = Conduct { hindrance: Some(Hindrance::Private), ..Conduct::default() };
    trial.stand_in.set_for(&trial.video_id, private);
    says(&trial.download(&["--simulate"]), &["Private video"]);
    let other = Scenario::named("download").unwrap().videos[1].id.clone();
    let url = format!("https://www.youtube.com/watch?v={other}");
    assert!(trial.run(&Trial::with_token(&trial.token), &["--simulate"], &url).success);
    trial.stand_in.set(trial.stand_in.conduct());
    assert!(trial.download(&["--simulate"]).success);
}

#[test]
fn what_is_amiss_with_the_token_given_is_told() {
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

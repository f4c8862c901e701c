//! What YouTube's clients are given, as real yt-dlp sees it.

use std::fs;

use potbridge_stand_in::{DownloadRules, MediaRefusal, Obstacle, Offer, PlayerClient, RequestKind};

use crate::yt_dlp::{Ended, Trial};

/// One format, unchanged.
const ONE_FORMAT: &[&str] = &["--format", "136", "--fixup", "never"];

#[track_caller]
fn fails_with(ended: &Ended, words: &str) {
    assert!(!ended.success && ended.stderr.contains(words), "{words:?} is not in: {ended:?}");
}

/// The tokens that were shown to media hosts, and why they were refused.
fn shown(trial: &Trial) -> Vec<(Option<String>, Option<MediaRefusal>)> {
    let all = trial.stand_in.received().into_iter();
    all.filter(|one| one.kind == RequestKind::Download)
        .map(|one| (one.po_token, one.download.unwrap().refused))
        .collect()
}

#[test]
fn signed_out_clients_get_media_without_a_token() {
    let trial = Trial::new();
    for client in ["visionos", "tv_samsung", "default"] {
        let ended = trial.as_client(client, ONE_FORMAT);
        assert!(ended.success, "{client}: {ended:?}");
        let file = trial.only_file("mp4");
        assert!(fs::read(&file).unwrap() == trial.stand_in.media(&trial.video_id, 136), "{client}");
        fs::remove_file(file).unwrap();
    }
    assert_eq!(shown(&trial), vec![(None, None); 3]);
}

#[test]
fn only_visionos_needs_no_script_of_the_players() {
    let trial = Trial::new();
    let rules = DownloadRules { obstacle: Some(Obstacle::NChallenge), ..DownloadRules::default() };
    trial.stand_in.set_rules(rules);
    let options = [ONE_FORMAT, &["--no-js-runtimes"]].concat();
    fails_with(&trial.as_client("tv_samsung", &options), "n challenge solving failed");
    assert!(trial.as_client("visionos", &options).success);
}

#[test]
fn an_apps_media_take_no_token_of_a_browsers() {
    let trial = Trial::new();
    for client in ["android", "android_vr", "ios"] {
        fails_with(&trial.as_client(client, ONE_FORMAT), "require a GVS PO Token");
        let arguments = format!("youtube:player_client={client};po_token={client}.gvs+{}", trial.token);
        fails_with(&trial.run(&arguments, ONE_FORMAT, &trial.watch_url()), "HTTP Error 403: Forbidden");
    }
    let shown = shown(&trial);
    assert!(!shown.is_empty());
    assert!(shown.iter().all(|(_, refused)| *refused == Some(MediaRefusal::NotAttested)), "{shown:?}");
}

#[test]
fn www_is_given_media_by_sabr_only() {
    let trial = Trial::new();
    for client in ["web", "web_safari"] {
        let arguments = format!("youtube:player_client={client};po_token={client}.gvs+{}", trial.token);
        let ended = trial.run(&arguments, &["--verbose"], &trial.watch_url());
        fails_with(&ended, "YouTube is forcing SABR streaming for this client");
        fails_with(&ended, "Only images are available");
    }
}

#[test]
fn a_client_that_wants_a_login_is_refused_without_one() {
    let trial = Trial::new();
    fails_with(&trial.as_client("tv_downgraded", ONE_FORMAT), "Please sign in");
}

#[test]
fn rules_can_leave_only_clients_with_a_token() {
    let trial = Trial::new();
    trial.stand_in.set_rules(DownloadRules::only_with_token());
    fails_with(&trial.as_client("visionos,tv,tv_samsung,default", &[]), "Only images are available");
    assert!(trial.download(ONE_FORMAT).success);
    assert!(shown(&trial).iter().all(|(token, _)| token.as_ref() == Some(&trial.token)));
}

#[test]
fn rules_can_change_what_a_client_is_given() {
    let trial = Trial::new();
    let rules = DownloadRules::default()
        .offering(PlayerClient::Mweb, Offer::Sabr)
        .offering(PlayerClient::TvSamsung, Offer::Refused(Obstacle::BotCheck));
    trial.stand_in.set_rules(rules);
    let arguments = format!("youtube:player_client=mweb;po_token=mweb.gvs+{}", trial.token);
    let ended = trial.run(&arguments, ONE_FORMAT, &trial.watch_url());
    fails_with(&ended, "YouTube may have enabled the SABR-only streaming experiment");
    fails_with(&trial.as_client("tv_samsung", ONE_FORMAT), "Sign in to confirm you’re not a bot");
    assert!(trial.as_client("mweb,tv_samsung,visionos", ONE_FORMAT).success);
    assert_eq!(shown(&trial), vec![(None, None)]);
}

//! Token requests to browsers that refuse to play what has sound and nobody has touched, as they do by default.

use potbridge_end_to_end::attention::Attention;
use potbridge_end_to_end::both;
use potbridge_end_to_end::display::Desktop;
use potbridge_end_to_end::on_demand::ask;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_stand_in::Scenario;
use serde_json::json;

both!(pages_whose_buffer_brings_the_token, pages_that_bring_the_token_once_they_play);

fn pages_whose_buffer_brings_the_token(family: Family) {
    a_few_videos(family, "no-statistics");
}

fn pages_that_bring_the_token_once_they_play(family: Family) {
    a_few_videos(family, "placeholders-first");
}

/// Firefox (153) can be told to play nothing by itself, muted or not. Chromium cannot.
#[test]
fn a_browser_that_plays_nothing_by_itself_says_so_and_opens_one_window() {
    let scenario = Scenario::named("placeholders-first").unwrap();
    let videos: Vec<_> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let setup = Setup::with(Family::Firefox, scenario).with_pref("media.autoplay.default", json!(5));
    let trial = setup.at("https://www.youtube.com/").in_a_window(Desktop::Openbox).begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    for video in &videos[2..4] {
        let refused = trial.potbridge(&["get", "--video", video, "--wait", "100"]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(3), "{said}");
        assert!(said.contains("autoplay"), "it does not say why: {said}");
    }
    assert_eq!(attention.opened_windows().len(), 1);
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
}

/// At most one window is opened for them.
fn a_few_videos(family: Family, scenario: &str) {
    let scenario = Scenario::named(scenario).unwrap();
    let videos: Vec<_> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let setup = Setup::with(family, scenario).with_default_autoplay();
    let trial = setup.at("https://www.youtube.com/").in_a_window(Desktop::Openbox).begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    for video in &videos[2..6] {
        ask(&trial, video).assert_right();
    }
    let opened = attention.opened_windows();
    assert!(opened.len() <= 1, "more than one window was opened: {opened:?}");
    attention.wait_until_only_parked_tabs_are_left();
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
}

//! Token requests to a browser that has a window on a screen, and somebody who looks at it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use potbridge_end_to_end::attention::{Attention, maximized};
use potbridge_end_to_end::both;
use potbridge_end_to_end::display::Desktop;
use potbridge_end_to_end::on_demand::{Answer, ask, ask_at_once, print_time_of_page};
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_stand_in::{Scenario, Video};
use serde_json::json;

both!(
    twenty_videos_under_a_window_manager,
    videos_without_a_window_manager,
    pages_that_send_no_statistics,
    pages_that_show_placeholders_until_they_play,
    pages_that_send_no_statistics_after_an_ad,
);

/// The scenarios whose pages show no token of the video before something really plays.
const PLAY_ONLY_IF_SHOWN: [&str; 2] = ["placeholders-first", "ads-without-statistics"];

/// Twelve videos one after the other, then eight at once, while the user's own video plays.
fn twenty_videos_under_a_window_manager(family: Family) {
    let (scenario, videos) = with_more_videos(Scenario::named("download").unwrap());
    let url = format!("https://www.youtube.com/watch?v={}", videos[0]);
    let trial = Setup::with(family, scenario).at(&url).in_a_window(Desktop::Openbox).begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    let mut answers: Vec<_> = videos[1..=12].iter().map(|video| ask(&trial, video)).collect();
    answers.extend(ask_at_once(&trial, &videos[13..=20]));
    assert_eq!(answers.len(), 20);
    assert_unnoticed(&attention, &answers);
    for video in &videos[21..] {
        print_time_of_page(&trial, video);
    }
}

fn videos_without_a_window_manager(family: Family) {
    a_few_videos(family, "download", Desktop::Bare);
}

fn pages_that_send_no_statistics(family: Family) {
    a_few_videos(family, "no-statistics", Desktop::Openbox);
}

fn pages_that_show_placeholders_until_they_play(family: Family) {
    a_few_videos(family, "placeholders-first", Desktop::Openbox);
}

fn pages_that_send_no_statistics_after_an_ad(family: Family) {
    a_few_videos(family, "ads-without-statistics", Desktop::Openbox);
}

/// One video, one more, and two at once, while the user looks at the start page.
///
/// Firefox (153) plays only what was shown. So a window has the focus for a moment, once.
fn a_few_videos(family: Family, scenario: &str, desktop: Desktop) {
    let plays_only_if_shown = PLAY_ONLY_IF_SHOWN.contains(&scenario);
    let scenario = Scenario::named(scenario).unwrap();
    let videos: Vec<_> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let trial = Setup::with(family, scenario).at("https://www.youtube.com/").in_a_window(desktop).begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    let mut answers = vec![ask(&trial, &videos[2])];
    if family == Family::Firefox && plays_only_if_shown {
        attention.wait_until_the_focus_is_back();
        assert_ne!(attention.moved(), Vec::<String>::new());
        attention.note_anew();
    }
    answers.push(ask(&trial, &videos[3]));
    answers.extend(ask_at_once(&trial, &videos[4..6]));
    assert_unnoticed(&attention, &answers);
}

/// Checks that the user saw nothing of the requests but one small window, and that nothing is left once programs may not
/// ask any more.
#[track_caller]
fn assert_unnoticed(attention: &Attention<'_>, answers: &[Answer]) {
    for answer in answers {
        answer.assert_right();
    }
    attention.assert_nothing_moved();
    let opened = attention.opened_windows();
    assert!(opened.len() <= 1, "more than one window was opened: {opened:?}");
    attention.wait_until_only_parked_tabs_are_left();
    attention.assert_nothing_moved();
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
    attention.assert_nothing_moved();
}

/// Chromium counts a page as hidden if other windows cover it. Firefox (153) does not.
#[test]
fn a_window_that_is_covered_comes_to_the_front_only_if_it_may() {
    let scenario = Scenario::named("download").unwrap();
    let videos: Vec<_> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let trial = Setup::with(Family::Chromium, scenario)
        .at("https://www.youtube.com/")
        .in_a_window(Desktop::Openbox)
        .begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    attention.update_window(&maximized());

    let refused = trial.potbridge(&["get", "--video", &videos[2], "--wait", "100"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("cover") && said.contains("options"), "it does not say why: {said}");
    attention.assert_nothing_moved();

    attention.let_windows_take_the_focus(true);
    ask(&trial, &videos[3]).assert_right();
    attention.wait_until_the_focus_is_back();
    assert_ne!(attention.moved(), Vec::<String>::new());
    attention.note_anew();
    ask(&trial, &videos[4]).assert_right();
    ask(&trial, &videos[5]).assert_right();
    attention.assert_nothing_moved();
    attention.accept_token_requests(false);
    attention.wait_until_nothing_is_left();
    attention.assert_nothing_moved();
}

#[test]
fn firefox_takes_the_focus_for_no_video_if_it_may_not() {
    let scenario = Scenario::named("placeholders-first").unwrap();
    let video = scenario.videos[2].id.clone();
    let trial = Setup::with(Family::Firefox, scenario)
        .at("https://www.youtube.com/")
        .in_a_window(Desktop::Openbox)
        .begin();
    trial.wait_for_connected(|connected| *connected != json!([]));
    let attention = Attention::begin(&trial);
    attention.let_windows_take_the_focus(false);
    let refused = trial.potbridge(&["get", "--video", &video, "--wait", "100"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("looked at") && said.contains("options"), "it does not say why: {said}");
    assert_eq!(attention.opened_windows(), Vec::<String>::new());
    attention.wait_until_only_parked_tabs_are_left();
    attention.assert_nothing_moved();
}

/// A scenario with twenty-four videos, and their ids.
fn with_more_videos(mut scenario: Scenario) -> (Scenario, Vec<String>) {
    for number in scenario.videos.len()..24 {
        let id = BASE64_URL_SAFE_NO_PAD.encode([0xb6 ^ u8::try_from(number).unwrap(); 8]);
        scenario.videos.push(Video { id, title: format!("Video {number}"), seconds: 200, obstacle: None });
    }
    let ids = scenario.videos.iter().map(|video| video.id.clone()).collect();
    (scenario, ids)
}

//! The newest token is in the `.env` at once, and named for its own video or not at all, also if no request ever names one.

use potbridge_end_to_end::arrivals::{Arrivals, RENEWED};
use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::{AdNames, PlayerApi, Received, RequestKind, Scenario, video_of_token};
use std::time::{Duration, SystemTime};

both!(
    without_statistics_each_token_is_soon_there_and_named,
    without_statistics_and_without_the_players_functions_too,
    one_media_request_of_a_page_is_enough,
    a_player_that_is_late_delays_the_name_and_not_the_token,
    a_late_report_makes_a_probable_name_certain,
    two_tabs_are_told_apart,
    a_short_is_not_taken_for_the_one_that_is_fetched_ahead,
    a_video_in_a_corner_is_told_from_a_preview,
    music_is_named_while_the_page_shows_something_else,
    frames_are_told_apart,
    a_slow_move_names_no_token_for_the_video_to_come,
    an_ads_token_is_never_named_for_the_video,
    a_token_made_anew_in_a_playback_is_seen,
);

fn scenario(name: &str) -> Scenario {
    Scenario::named(name).unwrap()
}

/// A named scenario whose pages' players have these functions.
fn scenario_with(name: &str, player_api: PlayerApi) -> Scenario {
    let mut scenario = scenario(name);
    scenario.player_api = player_api;
    scenario
}

/// Whether this is a media request with a token that was made for this video.
fn of_video<'a>(video: &'a str, since: SystemTime) -> impl Fn(&Received) -> bool + 'a {
    move |request| {
        request.at >= since && request.po_token.as_deref().and_then(video_of_token).as_deref() == Some(video)
    }
}

/// The first request with the token of this video, since then.
#[track_caller]
fn first_of(trial: &Trial, video: &str, since: SystemTime) -> Received {
    trial.wait_for_request(of_video(video, since))
}

fn watch_url(video: &str) -> String {
    format!("https://www.youtube.com/watch?v={video}")
}

fn without_statistics_each_token_is_soon_there_and_named(family: Family) {
    tokens_without_statistics(family, &scenario("no-statistics"));
}

fn without_statistics_and_without_the_players_functions_too(family: Family) {
    tokens_without_statistics(family, &scenario_with("no-statistics", PlayerApi::Absent));
}

fn one_media_request_of_a_page_is_enough(family: Family) {
    let text = "about = \"Each video's media are asked for once.\"\n[[on.media]]\nrequest = \"sabr\"\n";
    tokens_without_statistics(family, &Scenario::parse("promises.rs", text).unwrap());
}

/// Three videos by full loads, then two by moves within the page.
fn tokens_without_statistics(family: Family, scenario: &Scenario) {
    let videos: Vec<String> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let trial = Setup::with(family, scenario.clone()).begin();
    let arrivals = Arrivals::of(&trial);
    let mut since = SystemTime::UNIX_EPOCH;
    for (place, video) in videos.iter().take(5).enumerate() {
        match place {
            0 => {}
            1 | 2 => trial.navigate(&watch_url(video)),
            _ => trial.click("#next"),
        }
        let request = first_of(&trial, video, since);
        arrivals.assert_soon(&trial, &request);
        let found = trial.wait_for_name(&request, "probable");
        assert_eq!(found["context"], "gvs");
        since = SystemTime::now();
    }
    assert!(trial.stand_in.received().iter().all(|request| request.kind == RequestKind::Sabr));
    trial.assert_no_wrong_name(scenario);
}

fn a_player_that_is_late_delays_the_name_and_not_the_token(family: Family) {
    let scenario = scenario_with("no-statistics", PlayerApi::Late);
    let trial = Setup::with(family, scenario).begin();
    let arrivals = Arrivals::of(&trial);
    let request = trial.wait_for_request(|_| true);
    arrivals.assert_soon(&trial, &request);
    trial.wait_for_name(&request, "probable");
}

fn a_late_report_makes_a_probable_name_certain(family: Family) {
    let trial = Setup::new(family, "late-statistics").begin();
    let arrivals = Arrivals::of(&trial);
    let request = trial.wait_for_request(|_| true);
    arrivals.assert_soon(&trial, &request);
    trial.wait_for_name(&request, "probable");
    assert!(trial.stand_in.received().iter().all(|request| request.kind == RequestKind::Sabr));
    trial.wait_for_name(&request, "certain");
}

fn two_tabs_are_told_apart(family: Family) {
    let scenario = scenario("no-statistics");
    let trial = Setup::with(family, scenario.clone()).begin();
    let (one, other) = (&scenario.videos[0].id, &scenario.videos[1].id);
    // A tab that is hidden before it has played opens no media in Chromium.
    first_of(&trial, one, SystemTime::UNIX_EPOCH);
    let _tab = trial.open(&format!("https://m.youtube.com/watch?v={other}"));
    for video in [one, other] {
        let request = first_of(&trial, video, SystemTime::UNIX_EPOCH);
        trial.wait_for_name(&request, "probable");
    }
    trial.assert_no_wrong_name(&scenario);
}

fn a_short_is_not_taken_for_the_one_that_is_fetched_ahead(family: Family) {
    for player_api in [PlayerApi::Present, PlayerApi::Absent] {
        let scenario = scenario_with("shorts-without-statistics", player_api);
        let trial = Setup::with(family, scenario.clone()).begin();
        for video in &scenario.videos[..3] {
            first_of(&trial, &video.id, SystemTime::UNIX_EPOCH);
            if player_api == PlayerApi::Present {
                let request = first_of(&trial, &video.id, SystemTime::UNIX_EPOCH);
                trial.wait_for_name(&request, "probable");
            }
            trial.assert_no_wrong_name(&scenario);
            trial.click("#next");
        }
        trial.assert_no_wrong_name(&scenario);
    }
}

fn a_video_in_a_corner_is_told_from_a_preview(family: Family) {
    let scenario = scenario("mini-player");
    let trial = Setup::with(family, scenario.clone()).begin();
    let (shown, previewed) = (&scenario.videos[0].id, &scenario.videos[3].id);
    first_of(&trial, shown, SystemTime::UNIX_EPOCH);
    trial.click("header .home");
    trial.evaluate(&format!(
        "document.querySelector('#grid [data-video-id=\"{previewed}\"]').dispatchEvent(new MouseEvent('mouseover', {{ bubbles: true }}))"
    ));
    let preview = first_of(&trial, previewed, SystemTime::UNIX_EPOCH);
    let still = first_of(&trial, shown, preview.at);
    trial.wait_for_name(&still, "probable");
    trial.assert_no_wrong_name(&scenario);

    // The next one begins while the page still shows the start page.
    let since = SystemTime::now();
    trial.click("#next");
    let request = first_of(&trial, &scenario.videos[1].id, since);
    trial.wait_for_name(&request, "probable");
    trial.assert_no_wrong_name(&scenario);
}

fn music_is_named_while_the_page_shows_something_else(family: Family) {
    let scenario = scenario("music-without-statistics");
    let trial = Setup::with(family, scenario.clone()).begin();
    let arrivals = Arrivals::of(&trial);
    let request = first_of(&trial, &scenario.videos[0].id, SystemTime::UNIX_EPOCH);
    arrivals.assert_soon(&trial, &request);
    trial.wait_for_name(&request, "probable");

    trial.click("header .home");
    trial.click("#next");
    let request = first_of(&trial, &scenario.videos[1].id, SystemTime::UNIX_EPOCH);
    arrivals.assert_soon(&trial, &request);
    let found = trial.wait_for_name(&request, "probable");
    assert_eq!((&found["client"], &found["source"]), (&"WEB_REMIX".into(), &"media-url".into()));
    trial.assert_no_wrong_name(&scenario);
}

fn frames_are_told_apart(family: Family) {
    let scenario = scenario("embeds");
    let trial = Setup::with(family, scenario.clone()).begin();
    for video in &scenario.videos[..3] {
        let request = first_of(&trial, &video.id, SystemTime::UNIX_EPOCH);
        trial.wait_for_name(&request, "probable");
    }
    trial.assert_no_wrong_name(&scenario);
}

fn a_slow_move_names_no_token_for_the_video_to_come(family: Family) {
    for player_api in [PlayerApi::Present, PlayerApi::Absent] {
        let mut scenario = scenario_with("no-statistics", player_api);
        scenario.move_takes_ms = 3000;
        let trial = Setup::with(family, scenario.clone()).begin();
        let first = first_of(&trial, &scenario.videos[0].id, SystemTime::UNIX_EPOCH);
        trial.wait_for_name(&first, "probable");
        let moved = SystemTime::now();
        trial.click("#next");
        // The address already names the next one.
        first_of(&trial, &scenario.videos[0].id, moved + Duration::from_millis(1200));
        trial.assert_no_wrong_name(&scenario);
        let second = first_of(&trial, &scenario.videos[1].id, moved);
        trial.wait_for_name(&second, "probable");
        trial.assert_no_wrong_name(&scenario);
    }
}

fn an_ads_token_is_never_named_for_the_video(family: Family) {
    for (player_api, player_names) in [
        (PlayerApi::Present, AdNames::Content),
        (PlayerApi::Present, AdNames::Ad),
        (PlayerApi::Absent, AdNames::Ad),
    ] {
        let mut scenario = scenario_with("ads-without-statistics", player_api);
        let ad = scenario.ad.as_mut().unwrap();
        ad.player_names = player_names;
        // The last media of the ad are asked for two seconds before its end.
        (ad.marked_after_ms, ad.unmarked_before_ms) = (400, 4000);
        let (ad, video) = (ad.video.id.clone(), scenario.videos[0].id.clone());
        let trial = Setup::with(family, scenario.clone()).begin();
        let arrivals = Arrivals::of(&trial);
        let of_ad = first_of(&trial, &ad, SystemTime::UNIX_EPOCH);
        trial.assert_no_wrong_name(&scenario);
        // The video's own media go on for five seconds after the last of the ad's.
        let last = last_of(&trial, &ad, || trial.assert_no_wrong_name(&scenario));
        let after_ad = first_of(&trial, &video, last.at + Duration::from_secs(5));
        trial.assert_no_wrong_name(&scenario);
        let ahead = first_of(&trial, &video, SystemTime::UNIX_EPOCH);
        assert!(ahead.at < last.at && ahead.cpn == after_ad.cpn && ahead.cpn != of_ad.cpn);
        let _took = arrivals.wait_for(&trial, &ahead);
        // Nothing tells a silent player's video from the ad, until the ad's media have been silent for long.
        if player_api == PlayerApi::Present {
            trial.wait_for_name(&ahead, "probable");
            trial.assert_no_wrong_name(&scenario);
        }
    }
}

/// The last request with the ad's token: none follows for two seconds. `check` is called after each one.
fn last_of(trial: &Trial, video: &str, check: impl Fn()) -> Received {
    let mut last = first_of(trial, video, SystemTime::UNIX_EPOCH);
    loop {
        check();
        let next = last.at + Duration::from_nanos(1);
        match trial.stand_in.wait_for(Duration::from_secs(2), of_video(video, next)) {
            Ok(request) => last = request,
            Err(_) => return last,
        }
    }
}

fn a_token_made_anew_in_a_playback_is_seen(family: Family) {
    let trial = Setup::new(family, "renewed-in-place").begin();
    let arrivals = Arrivals::of(&trial);
    let first = trial.wait_for_request(|_| true);
    arrivals.assert_soon(&trial, &first);
    trial.wait_for_name(&first, "certain");
    let renewed = trial
        .stand_in
        .wait_for(LIMIT, |request| request.kind == RequestKind::Sabr && request.po_token != first.po_token)
        .unwrap();
    assert_eq!(renewed.cpn, first.cpn);
    let took = arrivals.wait_for(&trial, &renewed);
    assert!(took <= RENEWED, "it took {took:?}");
    trial.wait_for_name(&renewed, "certain");
}

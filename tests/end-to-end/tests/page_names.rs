//! If no request names the video of a media token, the page that sent it does.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_stand_in::{Received, RequestKind, Scenario, video_of_token};
use serde_json::{Value, json};
use std::time::SystemTime;

both!(
    each_full_load_names_its_token,
    each_move_names_its_token,
    pages_whose_player_says_nothing_name_their_token,
    a_token_of_an_advertisement_is_never_the_videos,
);

const VIDEOS: [&str; 3] = ["Nn3XSY27eIk", "jjtoor9wMnI", "zF9i__vMzac"];
const AD: &str = "1QDePxMWatk";

/// The next media request of this video.
fn media_of(trial: &Trial, video: &str, since: SystemTime) -> Received {
    trial.wait_for_request(|request| {
        request.kind == RequestKind::Sabr
            && request.at >= since
            && request.po_token.as_deref().and_then(video_of_token).as_deref() == Some(video)
    })
}

/// Waits until the token of a media request is written and has its video, named by the page.
fn wait_for_name(trial: &Trial, video: &str, since: SystemTime) {
    let request = media_of(trial, video, since);
    trial.wait_for_env(&request);
    let found = trial.wait_for_token(video, |found| found["token"] == json!(request.po_token));
    assert_eq!(found["certainty"], json!("probable"), "{request}");
}

fn each_full_load_names_its_token(family: Family) {
    let trial = Setup::new(family, "no-statistics").begin();
    for video in VIDEOS {
        let since = SystemTime::now();
        trial.navigate(&format!("https://www.youtube.com/watch?v={video}"));
        wait_for_name(&trial, video, since);
    }
}

fn each_move_names_its_token(family: Family) {
    let trial = Setup::new(family, "no-statistics").begin();
    wait_for_name(&trial, VIDEOS[0], SystemTime::UNIX_EPOCH);
    for video in &VIDEOS[1..] {
        let since = SystemTime::now();
        trial.click("#next");
        wait_for_name(&trial, video, since);
    }
}

/// The address names the video at once, and the player goes on with the last one for a while.
fn pages_whose_player_says_nothing_name_their_token(family: Family) {
    let scenario = "about = \"\"\nplayer_api = \"absent\"\nmove_takes_ms = 1500\n
        [[on.media]]\nrequest = \"sabr\"\nevery_ms = 500";
    let scenario = Scenario::parse("page_names.rs", scenario).unwrap();
    let trial = Setup::with(family, scenario).begin();
    wait_for_name(&trial, VIDEOS[0], SystemTime::UNIX_EPOCH);
    for video in &VIDEOS[1..] {
        let since = SystemTime::now();
        trial.click("#next");
        wait_for_name(&trial, video, since);
    }
    no_name_is_wrong(&trial);
}

/// Neither while the page shows it as one, nor before and after.
fn a_token_of_an_advertisement_is_never_the_videos(family: Family) {
    for api in ["present", "absent"] {
        let scenario = format!(
            "about = \"\"\nplayer_api = \"{api}\"\n
            [[on.media]]\nrequest = \"sabr\"\nevery_ms = 500\n
            [ad]\nvideo = {{ id = \"{AD}\", title = \"An ad\", seconds = 15 }}\nlasts_ms = 3000\n
            marked_after_ms = 400\nunmarked_before_ms = 400\n
            [[ad.on.media]]\nrequest = \"sabr\"\nevery_ms = 250"
        );
        let trial = Setup::with(family, Scenario::parse("page_names.rs", &scenario).unwrap()).begin();
        wait_for_name(&trial, VIDEOS[0], SystemTime::UNIX_EPOCH);
        trial.click("#next");
        wait_for_name(&trial, VIDEOS[1], SystemTime::UNIX_EPOCH);
        no_name_is_wrong(&trial);
    }
}

/// Each video that the store has a token for was that token's.
fn no_name_is_wrong(trial: &Trial) {
    for video in VIDEOS.iter().chain([&AD]) {
        let output = trial.potbridge(&["get", "--json", "--video", video]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        if found["certainty"] == json!("guess") {
            continue;
        }
        if let Some(token) = found["token"].as_str() {
            assert_eq!(video_of_token(token).as_deref(), Some(*video), "{}", found["certainty"]);
        }
    }
}

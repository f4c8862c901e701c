//! Token requests to a browser that has a window on a screen, and somebody who looks at it.

use potbridge_end_to_end::attention::Attention;
use potbridge_end_to_end::both;
use potbridge_end_to_end::display::Desktop;
use potbridge_end_to_end::downloads::video;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use serde_json::json;

both!(a_token_comes_and_the_focus_stays);

fn a_token_comes_and_the_focus_stays(family: Family) {
    for desktop in [Desktop::Bare, Desktop::Openbox] {
        let trial = open(family, "download", desktop);
        let attention = Attention::begin(&trial);
        get(&trial, &video(3));
        attention.assert_nothing_moved();
    }
}

fn open(family: Family, scenario: &str, desktop: Desktop) -> Trial {
    let trial = Setup::new(family, scenario).at("https://www.youtube.com/").in_a_window(desktop).begin();
    trial.wait_for_status(|status| status["connected"] != json!([]));
    trial
}

#[track_caller]
fn get(trial: &Trial, video: &str) -> String {
    let output = trial.potbridge(&["get", "--video", video, "--wait", &LIMIT.as_secs().to_string()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

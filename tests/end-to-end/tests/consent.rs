//! Programs have videos opened only if somebody has agreed to it: the user in the popup, or whoever starts `serve`.

use potbridge_end_to_end::both;
use potbridge_end_to_end::downloads::video;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::process::{lines, output};
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::video_of_token;
use serde_json::{Value, json};
use std::process::{Child, Output, Stdio};
use std::time::Instant;

both!(
    the_first_request_waits_until_the_user_allows_it,
    not_now_is_told_to_the_program_and_to_later_ones_at_once,
    a_request_that_nobody_answers_fails_until_serve_is_started,
    a_request_that_waits_outlives_the_background,
);

const CARD: &str = "document.querySelector('#consent')";

fn the_first_request_waits_until_the_user_allows_it(family: Family) {
    let trial = open(family);
    let popup = trial.popup();
    let video = video(2);
    let get = get(&trial, &video, "60");
    popup.wait_until(&format!("!{CARD}.hidden"));
    let asks = format!("potbridge get asks for: {video}");
    popup.wait_until(&format!("{CARD}.innerText.includes({asks:?})"));
    popup.wait_until("document.querySelector('#host').textContent === 'Has a question'");
    popup.wait_for_value(
        "Promise.all([chrome.action.getTitle({}), chrome.action.getBadgeText({})])",
        &json!(["potbridge: a program waits for your answer", "?"]),
    );
    assert_eq!(opened(&popup), 0, "a video is open before anybody agreed");
    popup.evaluate(&format!("{CARD}.querySelector('[name=allow]').click()"));
    assert_given(&output(get), &video);
    popup.wait_until(&format!("{CARD}.hidden"));
    popup.wait_until("document.querySelector('#host').textContent === 'Working'");
    popup.wait_for_value("chrome.action.getBadgeText({})", &json!(""));
    assert!(!trial.configuration().contains("on_demand"), "{}", trial.configuration());
}

fn not_now_is_told_to_the_program_and_to_later_ones_at_once(family: Family) {
    let trial = open(family);
    let popup = trial.popup();
    let first = get(&trial, &video(2), "60");
    popup.wait_until(&format!("!{CARD}.hidden"));
    popup.evaluate(&format!("{CARD}.querySelector('[name=not-now]').click()"));
    assert_needs_consent(&output(first));
    popup.wait_until(&format!("{CARD}.hidden"));
    let began = Instant::now();
    assert_needs_consent(&output(get(&trial, &video(3), "100")));
    assert!(began.elapsed() < LIMIT, "the whole time was waited for");
    assert_eq!(popup.evaluate(&format!("{CARD}.hidden")), json!(true));
    // The switch is there for whoever changes their mind.
    popup.evaluate("document.querySelector('#token-requests input[name=accept]').click()");
    let video = video(5);
    assert_given(&output(get(&trial, &video, "60")), &video);
}

fn a_request_that_nobody_answers_fails_until_serve_is_started(family: Family) {
    let trial = open(family);
    let popup = trial.popup();
    assert_needs_consent(&output(get(&trial, &video(2), "10")));
    let began = Instant::now();
    assert_needs_consent(&output(get(&trial, &video(3), "100")));
    assert!(began.elapsed() < LIMIT, "the whole time was waited for");
    // The question stands for as long as nobody has answered it.
    popup.wait_until(&format!("{CARD}.innerText.includes('potbridge get asked for:')"));
    let mut serve =
        trial.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let log = lines(serve.stderr.take().unwrap());
    let said =
        log.iter().find(|line| line.contains("on_demand")).expect("serve says that programs may ask now");
    serve.kill().unwrap();
    serve.wait().unwrap();
    assert!(said.contains("`potbridge config set on_demand.allow false`"), "{said}");
    assert!(trial.configuration().ends_with("[on_demand]\nallow = true\n"), "{}", trial.configuration());
    let video = video(5);
    assert_given(&output(get(&trial, &video, "60")), &video);
    popup.wait_until(&format!("{CARD}.hidden"));
    popup.wait_until("document.querySelector('#token-requests .configured').title.includes('config.toml')");
}

fn a_request_that_waits_outlives_the_background(family: Family) {
    let trial = open(family);
    let popup = trial.popup();
    let video = video(2);
    let get = get(&trial, &video, "60");
    popup.wait_until(&format!("!{CARD}.hidden"));
    trial.stop_background();
    // The script starts anew when somebody looks. The program asks its host again, and the question stands still.
    drop(popup);
    let popup = trial.popup();
    let waits = "document.querySelector('#token-requests li')?.dataset.state === 'consent'";
    popup.wait_until(waits);
    popup.wait_until(&format!("!{CARD}.hidden"));
    popup.evaluate(&format!("{CARD}.querySelector('[name=allow]').click()"));
    assert_given(&output(get), &video);
}

fn open(family: Family) -> Trial {
    let setup = Setup::new(family, "download").at("https://www.youtube.com/").without_consent();
    let trial = setup.begin();
    trial.wait_for_status(|status| status["connected"] != json!([]));
    trial
}

fn get(trial: &Trial, video: &str, wait: &str) -> Child {
    let mut get = trial.command(&["get", "--json", "--video", video, "--wait", wait]);
    get.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn printed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn assert_given(output: &Output, video: &str) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let token = printed(output)["token"].as_str().unwrap().to_owned();
    assert_eq!(video_of_token(&token).as_deref(), Some(video));
}

#[track_caller]
fn assert_needs_consent(output: &Output) {
    assert_eq!(output.status.code(), Some(3));
    let printed = printed(output);
    assert_eq!(printed["code"], "consent-needed", "{printed}");
    let hint = printed["hint"].as_str().unwrap();
    assert!(
        hint.contains("toolbar") && hint.contains("`potbridge config set on_demand.allow true`"),
        "{hint}"
    );
}

/// How many tabs show a video.
fn opened(popup: &Popup<'_>) -> u64 {
    let tabs =
        "chrome.tabs.query({}).then((tabs) => tabs.filter(({ url }) => url?.includes('/watch')).length)";
    popup.evaluate(tabs).as_u64().unwrap()
}

//! Bodies that a browser does not hand over are read inside the page, also in the page that is open.

use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::{LIMIT, Trial};
use serde_json::json;
use std::thread;
use std::time::{Duration, Instant};

/// Waits until the page is hooked. The browser names its own functions in their text, and not those that stand for them.
fn wait_for_hook(trial: &Trial) {
    let end = Instant::now() + LIMIT;
    while trial.evaluate("String(XMLHttpRequest.prototype.open).includes('open')") == json!(true) {
        assert!(Instant::now() < end, "the open page was not hooked");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A Blob, a copied Request and a stream.
#[test]
fn chromium_hides_three_types_of_body_and_the_hook_reads_them() {
    let trial = Setup::new(Family::Chromium, "unreadable-bodies").begin();
    trial.move_on();
    wait_for_hook(&trial);
    for _ in 0..3 {
        let request = trial.move_on();
        let video = request.video_id.clone().unwrap();
        trial.wait_for_env(&request);
        let found = trial.wait_for_token(&video, |found| found["token"] == json!(request.po_token));
        assert_eq!(found["page_hooked"], json!(true), "{request}");
    }
}

/// Firefox sends the words "[object ReadableStream]" instead, so the token is only known to the page.
#[test]
fn firefox_hides_a_stream_and_the_hook_reads_it() {
    let trial = Setup::new(Family::Firefox, "unreadable-bodies").begin();
    for _ in 0..3 {
        trial.move_on();
    }
    wait_for_hook(&trial);
    for is_stream in [false, false, true] {
        trial.move_on();
        let video = trial.evaluate("new URLSearchParams(location.search).get('v')");
        trial.wait_for_token(video.as_str().unwrap(), |found| found["page_hooked"] == json!(is_stream));
    }
}

//! What listening costs, and what happens where the browser does not show a body.

#![allow(clippy::unwrap_used, reason = "tests")]

use potbridge_end_to_end::both;
use potbridge_end_to_end::trial::{Family, Popup, Setting};
use potbridge_stand_in::RequestKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

both!(a_video_that_plays_for_two_minutes_is_carried_once);

/// What the extension has carried to the host since the browser started.
fn carried(popup: &Popup<'_>) -> Vec<Value> {
    let entries = popup.evaluate(
        "chrome.storage.session.get().then((stored) => Object.entries(stored)
            .filter(([key]) => key.startsWith('journal/'))
            .map(([, { message }]) => message)
            .filter(({ type }) => type === 'captured')
            .map(({ capture: { token, ...rest } }) => rest))",
    );
    entries.as_array().unwrap().clone()
}

fn a_video_that_plays_for_two_minutes_is_carried_once(family: Family) {
    let trial = Setting::new(family, "long-play").begin();
    let first = trial.wait_for_request(|request| request.kind == RequestKind::Sabr);
    let two_minutes_on = first.at + Duration::from_secs(120);
    let last = trial
        .stand_in
        .wait_for(Duration::from_secs(180), |request| {
            request.kind == RequestKind::Sabr && request.at >= two_minutes_on
        })
        .unwrap();
    assert!(last.po_token == first.po_token, "the scenario plays one video with one token");
    let media = trial.stand_in.received().iter().filter(|request| request.kind == RequestKind::Sabr).count();
    assert!(media > 60, "only {media} media requests");

    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    assert_eq!(popup.evaluate("document.querySelector('#earlier').hidden"), json!(true));
    let carried = carried(&popup);
    assert_eq!(carried.len(), 1, "{carried:?}");
}

/// Firefox shows such bodies.
#[test]
fn where_chromium_hides_a_body_it_is_counted_and_the_page_is_read_from_its_next_load_on() {
    let trial = Setting::new(Family::Chromium, "unreadable-bodies").begin();
    trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#counters [data-kind=unreadable]') !== null");
    drop(popup);
    trial.wait_for_status(|status| status["counters"]["unreadable"].as_u64() > Some(0));
    assert!(!trial.env().exists());

    let reloaded = SystemTime::now();
    trial.reload();
    for _ in 0..3 {
        let request = trial.move_on();
        assert!(request.at > reloaded);
        trial.wait_for_env(&request);
        let video = request.video_id.unwrap();
        let found = trial.wait_for_token(&video, |found| found["token"] == json!(request.po_token));
        assert_eq!(found["hooked"], json!(true));
    }
}

#[test]
fn two_containers_of_firefox_are_two_sessions() {
    let trial = Setting::new(Family::Firefox, "rehearsal").begin();
    trial.open_in_container("https://www.youtube.com/watch?v=Nn3XSY27eIk", 1);
    let popup = trial.popup();
    let containers = "chrome.storage.session.get().then((stored) => Object.values(stored)
        .map((entry) => entry?.message?.capture?.session)
        .filter(Boolean)
        .map(({ container }) => container ?? 'none'))";
    let mut seen = BTreeSet::new();
    // Both pages play by themselves; each of their tokens changes the popup.
    for _ in 0..20 {
        let found = popup.evaluate(containers);
        seen.extend(found.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()));
        if seen.len() == 2 {
            break;
        }
        popup.wait_for_change();
    }
    assert_eq!(seen, BTreeSet::from(["firefox-container-1".to_owned(), "none".to_owned()]));
}

//! What the extension sends to the host, and what it does if the browser hides a body.

use potbridge_end_to_end::both;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_stand_in::RequestKind;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

both!(a_token_is_sent_once_in_two_minutes_of_playback);

/// The captures that the extension has sent to the host since the browser started, without their tokens.
fn sent(popup: &Popup<'_>) -> Vec<Value> {
    let entries = popup.evaluate(
        "chrome.storage.session.get().then((stored) => Object.entries(stored)
            .filter(([key]) => key.startsWith('journal/'))
            .flatMap(([, { capture }]) => capture ?? [])
            .map(({ token, ...rest }) => rest))",
    );
    entries.as_array().unwrap().clone()
}

fn a_token_is_sent_once_in_two_minutes_of_playback(family: Family) {
    let trial = Setup::new(family, "long-play").begin();
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
    let sent = sent(&popup);
    assert_eq!(sent.len(), 1, "{sent:?}");
}

/// Firefox shows these bodies.
#[test]
fn after_chromium_hides_a_body_the_page_hook_reads_it() {
    let trial = Setup::new(Family::Chromium, "unreadable-bodies").begin();
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
        assert_eq!(found["page_hooked"], json!(true));
    }
}

#[test]
fn two_containers_of_firefox_are_two_sessions() {
    let trial = Setup::new(Family::Firefox, "demo").begin();
    trial.open_in_container("https://www.youtube.com/watch?v=Nn3XSY27eIk", 1);
    let popup = trial.popup();
    // Both pages play by themselves. Entries go as new ones come, so those seen are collected.
    let containers = "chrome.storage.session.get().then((stored) => {
        globalThis.seen ??= new Set();
        for (const entry of Object.values(stored)) {
            const session = entry?.capture?.session;
            if (session) seen.add(session.container ?? 'none');
        }
        return [...seen].sort();
    })";
    popup.wait_for_value(containers, &json!(["firefox-container-1", "none"]));
}

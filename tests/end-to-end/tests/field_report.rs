//! The report of what the player sent, on the options page.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_stand_in::{Received, RequestKind};
use serde_json::{Value, json};
use std::collections::HashSet;

both!(a_report_is_collected_on_request_and_holds_no_value);

/// Shorter values, such as `WEB`, `false` and `youtube`, are words of the report too.
const LEAST: usize = 8;

/// Settled once the page plays its video.
const PLAYS: &str = "new Promise((resolve) => {
    const video = document.querySelector('video');
    const look = () => void (video.currentTime > 0 && resolve(true));
    video.addEventListener('timeupdate', look);
    look();
})";

fn a_report_is_collected_on_request_and_holds_no_value(family: Family) {
    let trial = Setup::new(family, "sabr").begin();
    let first = trial.wait_for_request(|request| request.kind == RequestKind::Sabr);
    // A tab that is hidden before it has played opens no media in Chromium.
    trial.evaluate(PLAYS);
    let options = trial.options_page();
    options.wait_until("document.querySelector('[name=collect]') !== null");
    assert_eq!(options.evaluate("document.querySelector('#field-report pre').hidden"), json!(true));

    options.evaluate("document.querySelector('[name=collect]').click()");
    options.wait_until("document.querySelector('#field-report [role=status]').textContent !== ''");
    trial.click("#next");
    trial.wait_for_request(|next| next.kind == RequestKind::Sabr && next.cpn != first.cpn);
    let shown = "document.querySelector('#field-report pre').textContent";
    for part in ["/youtubei/v1/player", "/api/stats/", "/videoplayback", "is a real token, first byte 0x32"] {
        options.wait_until(&format!("{shown}.includes({part:?})"));
    }
    options.evaluate("document.querySelector('[name=collect]').click()");
    options.wait_until("!document.querySelector('[name=collect]').checked");

    // Headless browsers have no clipboard. The text that is handed to it is enough.
    options.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })");
    options.evaluate("document.querySelector('#field-report [name=copy]').click()");
    options.wait_until("document.querySelector('#field-report [name=copy]').textContent === 'Copied'");
    let copied = options.evaluate("window.copied");
    assert_eq!(copied, options.evaluate(shown), "another text was copied than the one that is shown");
    let report = copied.as_str().unwrap();
    let values: HashSet<_> = trial.stand_in.received().iter().flat_map(values_of).collect();
    assert!(values.len() > 10, "{values:?}");
    for value in values {
        assert!(!report.contains(&value), "{value} is in\n{report}");
    }

    options.evaluate("document.querySelector('#field-report [name=clear]').click()");
    options.wait_until("document.querySelector('#field-report pre').hidden");
}

/// What a request says of this video, playback, visitor and browser.
fn values_of(request: &Received) -> HashSet<String> {
    let fields = request.query.split('&').filter_map(|field| field.split_once('='));
    let mut values: HashSet<_> = fields.map(|(_, value)| value.to_owned()).collect();
    values.extend([&request.video_id, &request.cpn, &request.po_token].into_iter().flatten().cloned());
    values.extend(request.cookies.iter().flat_map(|cookies| cookies.split(['=', ';'])).map(str::to_owned));
    if let Ok(body) = serde_json::from_slice::<Value>(&request.body) {
        add_texts(&body, &mut values);
    }
    // The names of YouTube's own clients are told.
    values.retain(|value| value.len() >= LEAST && !value.starts_with("WEB_") && !value.starts_with("MWEB"));
    values
}

fn add_texts(value: &Value, values: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            values.insert(text.clone());
        }
        Value::Number(number) => {
            values.insert(number.to_string());
        }
        Value::Array(items) => items.iter().for_each(|item| add_texts(item, values)),
        Value::Object(fields) => fields.values().for_each(|field| add_texts(field, values)),
        Value::Null | Value::Bool(_) => {}
    }
}

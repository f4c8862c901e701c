//! Other extensions block or rewrite the player's requests.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_stand_in::RequestKind;
use serde_json::{Value, json};

both!(
    a_token_is_named_although_the_statistics_are_blocked,
    requests_that_were_rewritten_before_are_read,
    requests_that_are_rewritten_after_are_read,
);

/// A rule of another extension keeps a request from the server, and not from who listens.
fn a_token_is_named_although_the_statistics_are_blocked(family: Family) {
    let trial = Setup::new(family, "long-play")
        .with_extension_before("block-statistics")
        .at("https://www.youtube.com/")
        .begin();
    // The browser takes up the rules a moment after it has loaded the extension.
    let blocked = trial.evaluate(
        "new Promise((done) => {
            const look = () => fetch('/api/stats/probe').then(() => setTimeout(look, 50), () => done(true));
            look();
        })",
    );
    assert_eq!(blocked, json!(true));
    let probes = trial.stand_in.received().len();

    trial.navigate("https://www.youtube.com/watch?v=Nn3XSY27eIk");
    let request = trial.wait_for_request(|request| request.kind == RequestKind::Sabr);
    let found = trial.wait_for_token("Nn3XSY27eIk", |found| found["certainty"] == json!("certain"));
    assert!(found["token"] == json!(request.po_token));
    trial.wait_for_env(&request);
    let reports =
        trial.stand_in.received()[probes..].iter().filter(|one| one.kind == RequestKind::Stats).count();
    assert_eq!(reports, 0, "the statistics were not blocked");
}

fn requests_that_were_rewritten_before_are_read(family: Family) {
    let trial = Setup::new(family, "watch").with_extension_before("wrap-fetch").begin();
    rewritten_requests_are_read(&trial, family);
}

fn requests_that_are_rewritten_after_are_read(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.load_extension("wrap-fetch");
    trial.reload();
    rewritten_requests_are_read(&trial, family);
}

fn rewritten_requests_are_read(trial: &Trial, family: Family) {
    let first = trial.move_on();
    assert_eq!(trial.evaluate("document.documentElement.dataset.rewritten"), json!("true"));
    let sent: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(sent["params"], json!("YAHI"), "the other extension has not rewritten it");
    // Chromium hides such a body. From the next load on it is read inside the page.
    if family == Family::Chromium {
        trial.wait_for_status(|status| status["counters"]["unreadable"].as_u64() > Some(0));
        trial.reload();
    }
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let found =
        trial.wait_for_token(&request.video_id.unwrap(), |found| found["token"] == json!(request.po_token));
    assert_eq!(found["page_hooked"], json!(family == Family::Chromium));
}

//! Tokens of private windows: never mixed with the profile's own, and gone with the last private window.

use potbridge_end_to_end::both;
use potbridge_end_to_end::process::holds_text;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::tab::Tab;
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_protocol::PoToken;
use potbridge_stand_in::Received;
use serde_json::{Value, json};
use std::time::SystemTime;

both!(
    tokens_of_private_windows_stay_apart_and_go_with_the_last_one,
    a_private_window_alone_brings_nothing_into_the_env_file,
);

/// Opens a private window on the scenario's first page.
fn open_private(trial: &Trial) -> Tab<'_> {
    trial.open_private(trial.stand_in.start_url())
}

/// Moves the page of a private window to the next video, and returns the request that this brought.
fn move_on(trial: &Trial, private: &Tab<'_>) -> Received {
    let since = SystemTime::now();
    private.click("#next");
    trial.stand_in.wait_for(LIMIT, |request| request.at >= since).unwrap()
}

/// What the status tells of a request's token, if anything.
fn shown(status: &Value, request: &Received) -> Option<Value> {
    let fingerprint = PoToken::new(request.po_token.as_deref().unwrap()).unwrap().fingerprint();
    let is_same = |token: &&Value| {
        token["fingerprint"] == json!(fingerprint) && token["video_id"] == json!(request.video_id)
    };
    status["tokens"].as_array().unwrap().iter().find(is_same).cloned()
}

fn tokens_of_private_windows_stay_apart_and_go_with_the_last_one(family: Family) {
    let trial = Setup::new(family, "watch").in_private_windows().begin();
    let own = trial.move_on();
    let video = own.video_id.clone().unwrap();
    trial.wait_for_env(&own);

    let (first, second) = (open_private(&trial), open_private(&trial));
    let (one, other) = (move_on(&trial, &first), move_on(&trial, &second));
    assert_eq!((&one.video_id, &other.video_id), (&own.video_id, &own.video_id), "all play the same video");
    let is_private = |status: &Value, request: &Received| {
        shown(status, request).is_some_and(|token| token["private"] == json!(true))
    };
    let status = trial.wait_for_status(|status| is_private(status, &other));
    assert_eq!(shown(&status, &own).unwrap()["private"], json!(false));

    // The private ones are newer, and still the profile's own is given.
    let own_is_given = |trial: &Trial| {
        let given = trial.wait_for_token(&video, |_| true);
        assert!(given["token"] == json!(own.po_token), "the token of a private window was given");
        trial.wait_for_env(&own);
        for private in [&one, &other] {
            assert!(!holds_text(trial.env(), private.po_token.as_deref().unwrap()));
        }
    };
    own_is_given(&trial);

    first.close();
    assert!(is_private(&trial.status(), &other), "a private window is still open");
    second.close();
    let gone = |status: &Value| shown(status, &one).is_none() && shown(status, &other).is_none();
    let status = trial.wait_for_status(gone);
    assert_eq!(shown(&status, &own).unwrap()["private"], json!(false));
    own_is_given(&trial);
    let memory = trial.popup().browser_memory();
    for private in [&one, &other] {
        let token = private.po_token.as_deref().unwrap();
        assert!(!memory.contains(token), "the extension has kept it");
        assert!(!trial.store_holds(token), "the store's files have kept it");
    }
}

fn a_private_window_alone_brings_nothing_into_the_env_file(family: Family) {
    let trial = Setup::new(family, "watch").in_private_windows().begin();
    let private = open_private(&trial);
    let request = move_on(&trial, &private);
    let status = trial.wait_for_status(|status| shown(status, &request).is_some());
    assert_eq!(shown(&status, &request).unwrap()["private"], json!(true));
    let given = trial.potbridge(&["get", "--video", request.video_id.as_deref().unwrap()]);
    assert_eq!(given.status.code(), Some(3), "the token of a private window was given");
    assert!(!trial.env().exists());

    // The profile's own token is delivered after it, as ever.
    let own = trial.move_on();
    trial.wait_for_env(&own);
    assert!(!holds_text(trial.env(), request.po_token.as_deref().unwrap()));
    private.close();
    trial.wait_for_status(|status| shown(status, &request).is_none());
}

//! Pausing the capture.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use serde_json::{Value, json};

both!(a_paused_capture_reads_nothing_and_says_so);

fn a_paused_capture_reads_nothing_and_says_so(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let first = trial.move_on();
    trial.wait_for_env(&first);
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    popup.evaluate("document.querySelector('#pause').click()");
    popup.wait_until("document.querySelector('#host').dataset.kind === 'paused'");
    assert_eq!(popup.text("#host"), "Paused");
    trial.wait_for_connected(|connected| connected[0]["paused"] == json!(true));

    // The state outlives the background script.
    drop(popup);
    trial.stop_background();
    let missed: Vec<_> = (0..2).map(|_| trial.move_on()).collect();
    // The popup wakes it.
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'paused'");
    trial.wait_for_connected(|connected| connected[0]["paused"] == json!(true));
    let wanted = missed[1].video_id.clone().unwrap();
    let output = trial.potbridge(&["get", "--video", &wanted, "--wait", "20", "--json"]);
    let failure: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(failure["code"], json!("capture-paused"), "{failure}");

    popup.evaluate("document.querySelector('#pause').click()");
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    trial.wait_for_connected(|connected| connected[0]["paused"] == json!(false));
    let next = trial.move_on();
    trial.wait_for_env(&next);
    let status = trial.status();
    let tokens: Vec<_> =
        status["tokens"].as_array().unwrap().iter().map(|token| &token["video_id"]).collect();
    for request in &missed {
        assert!(!tokens.contains(&&json!(request.video_id)), "a token was read during the pause: {tokens:?}");
    }
    // Nor is it made up for: nobody has kept what was sent meanwhile.
    let memory = popup.browser_memory();
    for request in &missed {
        let token = request.po_token.as_deref().unwrap();
        assert!(!memory.contains(token), "the extension has kept a token of the pause");
        assert!(!trial.store_holds(token), "the store has one");
    }
}

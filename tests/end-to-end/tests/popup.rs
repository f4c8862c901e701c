//! What the popup shows.

#![allow(clippy::unwrap_used, reason = "tests")]

use potbridge_end_to_end::both;
use potbridge_end_to_end::trial::{Family, Setting};
use potbridge_protocol::PoToken;
use serde_json::json;

both!(
    the_popup_says_for_which_video_until_when_and_where,
    the_popup_gives_the_whole_token_to_the_clipboard,
    the_popup_says_what_brings_a_token_where_there_is_none,
    a_sink_that_fails_is_shown_and_tried_again_once_mended,
    a_sink_that_takes_its_time_is_shown_as_on_its_way_and_then_as_done,
);

fn the_popup_says_for_which_video_until_when_and_where(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    let token = PoToken::new(request.po_token.as_deref().unwrap()).unwrap();
    assert_eq!(popup.text("#token .for"), format!("For {}", request.video_id.unwrap()));
    assert_eq!(popup.text("#token code"), token.fingerprint());
    let until = popup.text("#token .until");
    assert!(until.contains("fresh until") && until.contains("expires at"), "{until}");
    assert!(popup.text("#token .sinks").contains(trial.env().to_str().unwrap()));
    assert_eq!(popup.text("#host"), "Connected");
    let shown = popup.evaluate("document.documentElement.outerHTML");
    assert!(!shown.as_str().unwrap().contains(token.expose()));
}

fn the_popup_gives_the_whole_token_to_the_clipboard(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    // What lands on the clipboard is the browser's matter; what is handed to it is ours.
    popup.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })");
    popup.evaluate("document.querySelector('#copy').click()");
    popup.wait_until("document.querySelector('#copy').textContent === 'Copied'");
    assert!(popup.evaluate("window.copied") == json!(request.po_token), "the very token was copied");
}

fn the_popup_says_what_brings_a_token_where_there_is_none(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    assert!(popup.text("#empty").contains("Play a video on YouTube"));
    assert_eq!(popup.evaluate("document.querySelector('#token').hidden"), json!(true));
}

fn a_sink_that_takes_its_time_is_shown_as_on_its_way_and_then_as_done(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    let (gate, got) = (trial.path("gate"), trial.path("got"));
    let command =
        format!("until test -e '{}'; do sleep 0.02; done; cat > '{}'", gate.display(), got.display());
    trial.configure(&format!("[[sink]]\nkind = \"command\"\ncommand = {command:?}"));
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li + li')?.dataset.outcome === 'pending'");
    assert!(popup.text("#token .sinks").contains("On its way to until test"));
    trial.wait_for_env(&request);
    std::fs::write(gate, "").unwrap();
    popup.wait_until("document.querySelector('.sinks li + li')?.dataset.outcome === 'written'");
    assert!(popup.text("#token .sinks").contains("Given at"));
    assert!(std::fs::read_to_string(got).unwrap().contains(request.po_token.as_deref().unwrap()));
}

fn a_sink_that_fails_is_shown_and_tried_again_once_mended(family: Family) {
    let trial = Setting::new(family, "watch").begin();
    std::fs::create_dir(trial.env()).unwrap();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'failed'");
    assert!(popup.text("#token .sinks").contains("is a folder"));
    drop(popup);

    std::fs::remove_dir(trial.env()).unwrap();
    let popup = trial.popup();
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
}

//! What the popup shows.

use potbridge_end_to_end::both;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_protocol::PoToken;
use serde_json::json;

both!(
    the_popup_shows_a_tokens_video_lifetime_and_sinks,
    the_popup_copies_the_whole_token,
    the_popup_says_how_to_get_a_token_if_there_is_none,
    a_failed_sink_is_shown_and_its_button_retries_it,
    a_slow_sink_is_shown_as_pending_and_then_as_done,
);

fn the_popup_shows_a_tokens_video_lifetime_and_sinks(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    let token = PoToken::new(request.po_token.as_deref().unwrap()).unwrap();
    let video = request.video_id.unwrap();
    assert_eq!(popup.evaluate("document.querySelector('#token .for a').title"), json!(video));
    // The page's own title, which the browser tells with the tab.
    popup.wait_until(&format!("document.querySelector('#token .for').textContent !== '{video}'"));
    assert_eq!(popup.text("#token .for"), trial.evaluate("document.title").as_str().unwrap());
    assert_eq!(popup.text("#token code"), token.fingerprint());
    let until = popup.text("#token .until");
    assert!(until.starts_with("Works for this video only · until about "), "{until}");
    assert!(popup.text("#token .sinks").contains(trial.env().to_str().unwrap()));
    assert_eq!(popup.text("#host"), "Working");
    let shown = popup.evaluate("document.documentElement.outerHTML");
    assert!(!shown.as_str().unwrap().contains(token.expose()));
}

fn the_popup_copies_the_whole_token(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    // Headless browsers have no clipboard. The text that is handed to it is enough.
    popup.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })");
    popup.evaluate("document.querySelector('#copy').click()");
    popup.wait_until("document.querySelector('#copy').textContent === 'Copied'");
    assert!(popup.evaluate("window.copied") == json!(request.po_token), "another text was copied");
}

fn the_popup_says_how_to_get_a_token_if_there_is_none(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    assert!(popup.text("#empty").contains("Open a YouTube video"));
    assert_eq!(popup.evaluate("document.querySelector('#token').hidden"), json!(true));
}

fn a_slow_sink_is_shown_as_pending_and_then_as_done(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let (gate, got) = (trial.path("gate"), trial.path("got"));
    let command =
        format!("until test -e '{}'; do sleep 0.02; done; cat > '{}'", gate.display(), got.display());
    trial.configure(&format!("[[sink]]\nkind = \"command\"\ncommand = {command:?}"));
    let request = trial.move_on();
    let popup = trial.popup();
    // What is not done stands first.
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'pending'");
    assert!(popup.text("#token .sinks").contains("Being saved in until test"));
    trial.wait_for_env(&request);
    std::fs::write(gate, "").unwrap();
    popup.wait_until(
        "[...document.querySelectorAll('.sinks li')].every(({ dataset }) => dataset.outcome === 'written')",
    );
    assert!(popup.text("#token .sinks").contains("Given to until test"));
    assert!(std::fs::read_to_string(got).unwrap().contains(request.po_token.as_deref().unwrap()));
}

fn a_failed_sink_is_shown_and_its_button_retries_it(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    std::fs::create_dir(trial.env()).unwrap();
    let request = trial.move_on();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'failed'");
    assert!(popup.text("#token .sinks").contains("it is not a file"));
    assert!(
        popup.evaluate("document.querySelector('.sinks li details p').textContent.includes('is a folder')")
            == json!(true)
    );
    assert_eq!(popup.text("#host"), "Needs attention");

    std::fs::remove_dir(trial.env()).unwrap();
    popup.evaluate("document.querySelector('.sinks button[name=retry]').click()");
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
}

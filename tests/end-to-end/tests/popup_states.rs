//! Every state of the popup, in both browsers, light and dark: what its header says, how high it is, what its button does.
//!
//! A real popup draws them, of what the test puts where the background script puts it. Their pictures are in
//! `target/tmp/popup-states`, with a page to look through them; those in other languages in `target/tmp/popup-languages`.

use potbridge_end_to_end::both;
use potbridge_end_to_end::pictures::{Axe, Pictures};
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_test_support::skip::skip;
use serde_json::Value;

const STATES: &str = include_str!("../fixtures/popup-states/states.js");
const LANGUAGE: &str = include_str!("../fixtures/popup-states/language.js");
both!(every_state_says_its_worst_fact_fits_and_can_be_mended);

/// The languages besides English, and one that none is longer than, from right to left.
const LANGUAGES: [&str; 7] = ["de", "es", "fr", "ja", "pt_BR", "zh_CN", "pseudo"];

#[test]
fn every_state_fits_in_every_language() {
    let trial = Setup::new(Family::Chromium, "watch").begin();
    let popup = ready(&trial);
    let names = names(&popup);
    let english = texts(&popup, "en");
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "popup-languages");
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let own = if language == "pseudo" { Value::Null } else { texts(&popup, language) };
        let is_drawn = "document.querySelector('#host').textContent !== ''";
        popup.load_after(&format!("({LANGUAGE})({english}, {own})"), is_drawn);
        prepare(&popup);
        for (index, name) in names.iter().enumerate() {
            let found = list(&popup.evaluate(&format!("window.states.show({index})")));
            pictures.take(&popup, &format!("{index:02} {name} {language}"));
            wrong.extend(found.into_iter().map(|what| format!("{language}, {name}: {what}")));
        }
    }
    let index = pictures.write_index("The popup's states");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

/// The popup, with the tools that show its states.
fn ready(trial: &Trial) -> Popup<'_> {
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    popup.wait_until("!document.querySelector('#empty').hidden");
    prepare(&popup);
    popup
}

fn prepare(popup: &Popup<'_>) {
    popup.evaluate(&format!("(() => {{ window.states = {STATES}; return true; }})()"));
}

/// The texts of a language.
fn texts(popup: &Popup<'_>, language: &str) -> Value {
    let file = format!("_locales/{language}/messages.json");
    popup.evaluate(&format!("fetch(chrome.runtime.getURL({file:?})).then((answer) => answer.json())"))
}

fn names(popup: &Popup<'_>) -> Vec<String> {
    serde_json::from_value(popup.evaluate("window.states.names")).unwrap()
}

fn every_state_says_its_worst_fact_fits_and_can_be_mended(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let popup = ready(&trial);
    let axe = Axe::put_into(&popup);
    if axe.is_none() {
        skip("popup_states", "axe-core is not in NODE_PATH, so nothing looks for what people cannot use");
    }
    let names = names(&popup);
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "popup-states");
    pictures.remove_of(family);
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        popup.prefer(&trial, scheme);
        for (index, name) in names.iter().enumerate() {
            let mut found = list(&popup.evaluate(&format!("window.states.show({index})")));
            found.extend(axe.iter().flat_map(|axe| axe.findings(&popup)));
            pictures.take(&popup, &format!("{index:02} {name} - {family:?} {scheme}"));
            found.extend(list(&popup.evaluate(&format!("window.states.press({index})"))));
            wrong.extend(found.into_iter().map(|what| format!("{scheme}, {name}: {what}")));
        }
    }
    let index = pictures.write_index("The popup's states");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

fn list(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

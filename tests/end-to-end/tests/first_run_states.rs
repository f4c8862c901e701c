//! Every state of the first-run page, in both browsers, light and dark, narrow, and in a language that none is longer than: what is
//! ticked, what axe says, and that nothing is cut off.
//!
//! A real page draws them, of what the test puts where the background script puts it. Their pictures are in
//! `target/tmp/first-run-states`, with a page to look through them.

use potbridge_end_to_end::both;
use potbridge_end_to_end::pictures::{Axe, Pictures};
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_test_support::skip::skip;
use serde_json::Value;

const STATES: &str = include_str!("../fixtures/first-run-states/states.js");
const LANGUAGE: &str = include_str!("../fixtures/popup-states/language.js");
/// As a telephone shows it, or a page at 400 %.
const NARROW: u32 = 320;

both!(every_state_of_the_first_run_page_can_be_used);

fn every_state_of_the_first_run_page_can_be_used(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let page = trial.first_run_page();
    page.wait_until("document.querySelector('#helper').dataset.state === 'done'");
    let names = prepare(&page);
    let axe = Axe::put_into(&page);
    if axe.is_none() {
        skip("first_run_states", "axe-core is not in NODE_PATH, so nothing looks for what people cannot use");
    }
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "first-run-states");
    pictures.remove_of(family);
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        page.prefer(&trial, scheme);
        for (index, name) in names.iter().enumerate() {
            let mut found = list(&page.evaluate(&format!("window.states.show({index})")));
            found.extend(axe.iter().flat_map(|axe| axe.findings(&page)));
            pictures.take(&page, &format!("{index:02} {name} - {family:?} {scheme}"));
            wrong.extend(found.into_iter().map(|what| format!("{scheme}, {name}: {what}")));
        }
    }
    let index = pictures.write_index("The first-run page's states");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

#[test]
fn every_state_of_the_first_run_page_fits_where_it_is_narrow_and_the_language_is_long() {
    let trial = Setup::new(Family::Chromium, "watch").begin();
    let page = trial.first_run_page();
    page.wait_until("document.querySelector('#helper').dataset.state === 'done'");
    let english = page.evaluate("fetch('/_locales/en/messages.json').then((answer) => answer.json())");
    page.load_after(
        &format!("({LANGUAGE})({english}, null)"),
        "document.querySelector('#helper')?.dataset.state",
    );
    page.resize(NARROW, 640);
    let names = prepare(&page);
    let axe = Axe::put_into(&page);
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "first-run-narrow");
    let mut wrong = Vec::new();
    for (index, name) in names.iter().enumerate() {
        page.resize(NARROW, 640);
        let mut found = list(&page.evaluate(&format!("window.states.show({index})")));
        found.extend(axe.iter().flat_map(|axe| axe.findings(&page)));
        pictures.take(&page, &format!("{index:02} {name}"));
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    let index = pictures.write_index("The first-run page's states, narrow");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

/// Puts the tools that show the states into the page, and gives the names of these.
fn prepare(page: &Popup<'_>) -> Vec<String> {
    page.evaluate(&format!("(() => {{ window.states = {STATES}; return true; }})()"));
    serde_json::from_value(page.evaluate("window.states.names")).unwrap()
}

fn list(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

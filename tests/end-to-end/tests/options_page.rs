//! The options page in its own tab: its states in both browsers, light and dark, in every language; and what its buttons do.
//!
//! The pictures are in `target/tmp/options-states`, with a page to look through them; those in other languages in
//! `target/tmp/options-languages`.

use potbridge_end_to_end::both;
use potbridge_end_to_end::pictures::{Axe, Pictures};
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_test_support::skip::skip;
use serde_json::{Value, json};
use std::fs;

/// The languages besides English, and one that none is longer than, from right to left.
const LANGUAGES: [&str; 7] = ["de", "es", "fr", "ja", "pt_BR", "zh_CN", "pseudo"];
const LANGUAGE: &str = include_str!("../fixtures/popup-states/language.js");
const STATES: &str = include_str!("../fixtures/options-states/states.js");
/// The page has drawn all of its sections.
const DRAWN: &str = "document.querySelectorAll('.checks > li').length === 6";
both!(
    every_state_of_the_options_page_fits_and_can_be_used,
    a_place_is_tested_from_the_options_page,
    the_options_page_follows_what_changes,
);

fn ready(trial: &Trial) -> Popup<'_> {
    let page = trial.options_page();
    page.wait_until(DRAWN);
    page.wait_until("document.querySelector('.places > li') !== null");
    prepare(&page);
    page
}

fn prepare(page: &Popup<'_>) {
    page.evaluate(&format!("(() => {{ window.states = {STATES}; return true; }})()"));
}

fn names(page: &Popup<'_>) -> Vec<String> {
    serde_json::from_value(page.evaluate("window.states.names")).unwrap()
}

/// Shows a state in a window as wide as it wants it, and tells what is wrong with it.
fn show(page: &Popup<'_>, family: Family, index: usize) -> Vec<String> {
    if family == Family::Chromium {
        let width = page.evaluate(&format!("window.states.widths[{index}]")).as_u64().unwrap();
        page.resize(u32::try_from(width).unwrap(), 800);
    }
    serde_json::from_value(page.evaluate(&format!("window.states.show({index})"))).unwrap()
}

fn every_state_of_the_options_page_fits_and_can_be_used(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let page = ready(&trial);
    let axe = Axe::put_into(&page);
    if axe.is_none() {
        skip("options_page", "axe-core is not in NODE_PATH, so nothing looks for what people cannot use");
    }
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "options-states");
    pictures.remove_of(family);
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        page.prefer(&trial, scheme);
        for (index, name) in names(&page).iter().enumerate() {
            let mut found = show(&page, family, index);
            found.extend(axe.iter().flat_map(|axe| axe.findings(&page)));
            pictures.take_long(&page, &format!("{index:02} {name} - {family:?} {scheme}"));
            wrong.extend(found.into_iter().map(|what| format!("{scheme}, {name}: {what}")));
        }
    }
    let index = pictures.write_index("The options page's states");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

#[test]
fn the_options_page_fits_in_every_language() {
    let trial = Setup::new(Family::Chromium, "watch").begin();
    let page = ready(&trial);
    let texts = |language: &str| {
        let file = format!("_locales/{language}/messages.json");
        page.evaluate(&format!("fetch(chrome.runtime.getURL({file:?})).then((answer) => answer.json())"))
    };
    let english = texts("en");
    let names = names(&page);
    let pictures = Pictures::new(env!("CARGO_TARGET_TMPDIR"), "options-languages");
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let own = if language == "pseudo" { Value::Null } else { texts(language) };
        page.load_after(&format!("({LANGUAGE})({english}, {own})"), DRAWN);
        prepare(&page);
        for (index, name) in names.iter().enumerate() {
            let found = show(&page, Family::Chromium, index);
            pictures.take_long(&page, &format!("{index:02} {name} {language}"));
            wrong.extend(found.into_iter().map(|what| format!("{language}, {name}: {what}")));
        }
    }
    let index = pictures.write_index("The options page's states in other languages");
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), index.display());
}

fn a_place_is_tested_from_the_options_page(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let page = trial.options_page();
    page.wait_until("document.querySelector('.places [name=test]') !== null");
    let before = fs::read_to_string(trial.env()).unwrap();
    fs::write(trial.env(), "MINE=1\n").unwrap();
    page.evaluate("document.querySelector('.places [name=test]').click()");
    page.wait_until(
        "document.querySelector('.places .result').textContent.includes('the newest token was written')",
    );
    let after = fs::read_to_string(trial.env()).unwrap();
    assert!(after.starts_with("MINE=1\n") && after.contains(before.trim()), "the file was not written");
    assert_eq!(page.text("#said"), "It works: the newest token was written.");

    let folder = trial.path("later");
    trial.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {:?}", folder.join(".env")));
    page.evaluate("void chrome.runtime.sendMessage({ type: 'try-again' })");
    page.wait_until("document.querySelectorAll('.places > li').length === 2");
    page.evaluate("document.querySelectorAll('.places [name=test]')[1].click()");
    page.wait_until(
        "document.querySelectorAll('.places .result')[1].textContent.includes('its folder is missing')",
    );
    assert!(!folder.exists());
}

fn the_options_page_follows_what_changes(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let page = trial.options_page();
    page.wait_until("document.querySelector('[data-step=helper]')?.dataset.how === 'bad'");
    assert_eq!(page.evaluate("document.querySelector('.places').checkVisibility()"), json!(false));
    page.evaluate("document.querySelector('[data-step=helper] [name=fix]').focus()");
    trial.install_host();
    page.wait_until("document.querySelector('[data-step=helper]').dataset.how === 'good'");
    page.wait_until("document.querySelector('.places > li') !== null");
    // What had the focus is gone with the fault.
    assert_eq!(page.evaluate("document.activeElement.name"), json!("check"));
    let keys = page.evaluate(
        "[...document.querySelectorAll('.shortcuts li')].map((row) =>
        `${row.dataset.command} ${row.querySelector('kbd')?.textContent}`)",
    );
    assert_eq!(keys, json!(["_execute_action Alt+Shift+O", "download Alt+Shift+D"]));
}

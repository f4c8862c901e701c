//! Every state of the popup, in both browsers, light and dark: what its header says, how high it is, what its button does.
//!
//! A real popup draws them, of what the test puts where the background script puts it. Their pictures are in
//! `target/tmp/popup-states`, with a page to look through them; those in other languages in `target/tmp/popup-languages`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use potbridge_end_to_end::both;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_test_support::skip::skip;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const STATES: &str = include_str!("../fixtures/popup-states/states.js");
const LANGUAGE: &str = include_str!("../fixtures/popup-states/language.js");
/// What axe says is wrong, in a line each. It looks at all that WCAG asks for, and at the size of what is clicked on.
const AXE: &str =
    "axe.run(document, { rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
    violations.map(({ id, nodes }) => `axe: ${id}: ${nodes.map(({ target }) => target).join(' ')}`))";

both!(every_state_says_its_worst_fact_fits_and_can_be_mended);

/// The languages besides English, and one that none is longer than, from right to left.
const LANGUAGES: [&str; 7] = ["de", "es", "fr", "ja", "pt_BR", "zh_CN", "pseudo"];

#[test]
fn every_state_fits_in_every_language() {
    let trial = Setup::new(Family::Chromium, "watch").begin();
    let popup = ready(&trial);
    let names = names(&popup);
    let english = texts(&popup, "en");
    let folder = folder("popup-languages");
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let own = if language == "pseudo" { Value::Null } else { texts(&popup, language) };
        popup.load_after(&format!("({LANGUAGE})({english}, {own})"));
        prepare(&popup);
        for (index, name) in names.iter().enumerate() {
            let found = list(&popup.evaluate(&format!("window.states.show({index})")));
            write_picture(
                &popup,
                &folder.join(format!("{index:02}-{}-{language}.png", name.replace(' ', "-"))),
            );
            wrong.extend(found.into_iter().map(|what| format!("{language}, {name}: {what}")));
        }
    }
    write_index(&folder);
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), folder.join("index.html").display());
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

fn write_picture(popup: &Popup<'_>, file: &Path) {
    fs::write(file, STANDARD.decode(popup.picture()).unwrap()).unwrap();
}

fn every_state_says_its_worst_fact_fits_and_can_be_mended(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let popup = ready(&trial);
    let axe = axe();
    if let Some(axe) = &axe {
        popup.evaluate(&format!("(() => {{ {axe}\n; window.axe = axe; return true; }})()"));
    } else {
        skip("popup_states", "axe-core is not in NODE_PATH, so nothing looks for what people cannot use");
    }
    let names = names(&popup);
    let folder = folder("popup-states");
    remove_pictures(&folder, family);
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        popup.prefer(&trial, scheme);
        for (index, name) in names.iter().enumerate() {
            let mut found = list(&popup.evaluate(&format!("window.states.show({index})")));
            if axe.is_some() {
                found.extend(list(&popup.evaluate(AXE)));
            }
            let file =
                format!("{index:02} {name} - {family:?} {scheme}.png").replace(' ', "-").to_lowercase();
            write_picture(&popup, &folder.join(file));
            found.extend(list(&popup.evaluate(&format!("window.states.press({index})"))));
            wrong.extend(found.into_iter().map(|what| format!("{scheme}, {name}: {what}")));
        }
    }
    write_index(&folder);
    assert!(wrong.is_empty(), "{}\nsee {}", wrong.join("\n"), folder.join("index.html").display());
}

fn list(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

/// The program that looks for what people with disabilities cannot use.
fn axe() -> Option<String> {
    let modules = std::env::var_os("NODE_PATH")?;
    std::env::split_paths(&modules).find_map(|path| fs::read_to_string(path.join("axe-core/axe.min.js")).ok())
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Those of an earlier run may be of states that are no more.
fn remove_pictures(folder: &Path, family: Family) {
    let of = format!("-{family:?}-").to_lowercase();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().contains(&of) {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// A page of all pictures in the folder, those of one state beside each other.
fn write_index(folder: &Path) {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".png"))
        .collect();
    names.sort();
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>The popup's states</title>\n\
         <style>body { font: 14px sans-serif; display: flex; flex-wrap: wrap; gap: 16px; background: #888 }\n\
         figure { margin: 0; width: 360px } img { width: 100% }</style>\n",
    );
    for name in names {
        writeln!(page, "<figure><figcaption>{name}</figcaption><img src=\"{name}\" alt=\"\"></figure>")
            .unwrap();
    }
    fs::write(folder.join("index.html"), page).unwrap();
}

//! What is seen without the popup: the button in the toolbar, and notifications.

use potbridge_end_to_end::both;
use potbridge_end_to_end::process::kill;
use potbridge_end_to_end::setup::{Family, Setup};
use serde_json::json;

both!(
    the_button_tells_that_a_place_failed_and_a_notification_tells_it_once,
    the_button_tells_that_there_is_no_host,
    a_host_that_is_replaced_is_not_told_to_be_gone,
    a_button_has_a_look_of_its_own_in_the_tab_of_an_expired_token,
);

fn the_button_tells_that_a_place_failed_and_a_notification_tells_it_once(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    // A page of the extension that has the background script do nothing.
    let page = trial.options_page();
    page.wait_for_value(LOOK, &json!(["", "potbridge: working"]));

    std::fs::remove_file(trial.env()).unwrap();
    std::fs::create_dir(trial.env()).unwrap();
    trial.move_on();
    let place = trial.env().display().to_string();
    let failed = json!(["!", format!("potbridge: could not save in {place}")]);
    page.wait_for_value(LOOK, &failed);
    assert_eq!(page.evaluate(COLOR), json!([179, 38, 30, 255]));
    let told = format!("fault/place/env-file/{place}");
    page.wait_for_value(TOLD, &json!([told]));
    // Without a desktop Firefox drops each at once.
    if family == Family::Chromium {
        page.wait_for_value(NOTIFICATIONS, &json!([told]));
    }

    // Somebody has read it. The next token fails there too.
    page.evaluate(&format!("chrome.notifications.clear({told:?})"));
    let next = trial.move_on();
    trial.wait_for_token(next.video_id.as_deref().unwrap(), |_| true);
    page.wait_for_value(LOOK, &failed);
    assert_eq!(page.evaluate(NOTIFICATIONS), json!([]), "it was told again while it lasts");

    std::fs::remove_dir(trial.env()).unwrap();
    trial.wait_for_env(&trial.move_on());
    page.wait_for_value(LOOK, &json!(["", "potbridge: working"]));
    page.wait_for_value(TOLD, &json!([]));
}

fn the_button_tells_that_there_is_no_host(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let page = trial.options_page();
    page.wait_for_value(LOOK, &json!(["", "potbridge: no helper program"]));
    assert_eq!(page.evaluate(TOLD), json!([]), "it never was there");
    trial.install_host();
    page.wait_for_value(LOOK, &json!(["", "potbridge: working"]));
}

fn a_host_that_is_replaced_is_not_told_to_be_gone(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    let page = trial.options_page();
    trial.host_processes().into_iter().for_each(kill);
    trial.wait_for_env(&trial.move_on());
    page.wait_for_value(LOOK, &json!(["", "potbridge: working"]));
    assert_eq!(page.evaluate(TOLD), json!([]));
}

fn a_button_has_a_look_of_its_own_in_the_tab_of_an_expired_token(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    trial.wait_for_env(&trial.move_on());
    let page = trial.options_page();
    page.wait_for_value(LOOK, &json!(["", "potbridge: working"]));
    // No test waits for as long as a token lives. The page does what the background script then does.
    let in_tab = |expired: &str| {
        page.evaluate(&format!(
            "chrome.tabs.getCurrent().then(async ({{id: tabId}}) => {{
                const {{ showOnAction }} = await import('/action.js');
                showOnAction({{host: 'ready', tabs: [tabId], expired: {expired}}});
                const {{ action }} = chrome;
                const color = await action.getBadgeBackgroundColor({{tabId}});
                return [await action.getBadgeText({{tabId}}), await action.getTitle({{tabId}}), [...color]];
            }})"
        ))
    };
    assert_eq!(
        in_tab("[tabId]"),
        json!(["!", "potbridge: the token of this video has probably expired", [242, 166, 13, 255]])
    );
    assert_eq!(page.evaluate(LOOK), json!(["", "potbridge: working"]), "other tabs have it too");
    let renewed = in_tab("[]");
    assert_eq!([&renewed[0], &renewed[1]], [&json!(""), &json!("potbridge: working")]);
}

/// What the button shows in all tabs that have no look of their own.
const LOOK: &str = "Promise.all([chrome.action.getBadgeText({}), chrome.action.getTitle({})])";
const COLOR: &str = "chrome.action.getBadgeBackgroundColor({}).then((color) => [...color])";
/// The faults that were told and last.
const TOLD: &str = "chrome.storage.session.get('told-faults').then((stored) => stored['told-faults'] ?? [])";
const NOTIFICATIONS: &str = "chrome.notifications.getAll().then(Object.keys)";

//! The first-run page: that it opens where somebody sets potbridge up, and that its steps tick themselves.

use potbridge_end_to_end::both;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use serde_json::json;

both!(
    the_page_opens_once_and_each_step_ticks_itself,
    the_page_does_not_open_in_a_browser_that_is_thrown_away,
    tabs_from_before_are_counted_and_reloaded,
    what_programs_may_do_is_asked_and_can_wait,
    the_popup_leads_to_the_page,
);

/// How a step stands.
fn wait_for_step(page: &Popup<'_>, step: &str, state: &str) {
    page.wait_until(&format!("document.querySelector('#{step}').dataset.state === '{state}'"));
}

fn the_page_opens_once_and_each_step_ticks_itself(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let env = trial.env();
    let env = env.to_str().unwrap();
    assert!(trial.potbridge(&["sink", "remove", env]).status.success());
    let page = trial.opened_first_run_page();
    page.bring_to_front();
    wait_for_step(&page, "helper", "open");
    let line = if cfg!(windows) { ".\\potbridge-setup.exe install" } else { "./potbridge-setup install" };
    page.wait_until(&format!("document.querySelector('#helper code')?.textContent === {line:?}"));
    assert_eq!(page.evaluate("document.querySelector('#helper').dataset.next"), json!("true"));

    trial.install_host();
    wait_for_step(&page, "helper", "done");
    assert_eq!(page.text("#helper .state"), format!("Found: potbridge {}.", env!("CARGO_PKG_VERSION")));
    assert_eq!(page.evaluate("document.querySelector('#helper .more').hidden"), json!(true));

    wait_for_step(&page, "place", "open");
    page.evaluate("document.querySelector('input[value=env]').click()");
    page.wait_until("document.querySelector('input[value=env]').checked");
    page.wait_until(
        "document.querySelector('#place').innerText.includes('potbridge sink add env-file /path/to/.env')",
    );
    assert!(trial.potbridge(&["sink", "add", "env-file", env]).status.success());
    wait_for_step(&page, "place", "done");
    assert_eq!(page.text("#place .state"), format!("Tokens are saved in {env}."));

    wait_for_step(&page, "try", "open");
    let request = trial.move_on();
    wait_for_step(&page, "try", "done");
    trial.wait_for_env(&request);
    assert!(page.text("#try .state").contains(env), "{}", page.text("#try .state"));
    page.wait_until("document.querySelector('#done').textContent !== ''");
    page.wait_until("document.querySelector('#said').textContent.startsWith('Token for ')");

    // The background script begins anew, and nothing is opened again.
    drop(page);
    trial.stop_background();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    let open = "chrome.tabs.query({ url: chrome.runtime.getURL('welcome/*') }).then(({ length }) => length)";
    assert_eq!(popup.evaluate(open), json!(0));
}

fn the_page_does_not_open_in_a_browser_that_is_thrown_away(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    let due = "chrome.storage.local.get('first-run').then((stored) => stored['first-run']?.isDue)";
    popup.wait_for_value(due, &json!(false));
    let open = "chrome.tabs.query({ url: chrome.runtime.getURL('welcome/*') }).then(({ length }) => length)";
    assert_eq!(popup.evaluate(open), json!(0));
}

fn tabs_from_before_are_counted_and_reloaded(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    let page = trial.first_run_page();
    page.wait_until("document.querySelector('.tabs')?.hidden === true");
    // As if the extension had come after YouTube's tab.
    page.evaluate("chrome.storage.local.set({ 'first-run': { installedAt: Date.now(), isDue: false } }).then(() => true)");
    drop(page);
    let page = trial.first_run_page();
    page.wait_until("document.querySelector('.tabs')?.hidden === false");
    assert!(page.text(".tabs").contains("(1)"), "{}", page.text(".tabs"));
    let before = trial.evaluate("performance.timeOrigin");
    page.click(".tabs button");
    page.wait_until("document.querySelector('.tabs').hidden");
    assert_ne!(trial.evaluate("performance.timeOrigin"), before);
}

fn what_programs_may_do_is_asked_and_can_wait(family: Family) {
    let trial = Setup::new(family, "watch").without_consent().begin();
    let page = trial.first_run_page();
    let asked = "document.querySelector('#programs').dataset.answer";
    page.wait_until(&format!("{asked} === 'none'"));
    assert!(page.text("#programs").contains("watch history"));
    page.click("#programs [name=later]");
    page.wait_until(&format!("{asked} === 'later'"));
    let settings = "chrome.storage.local.get('on-demand-settings').then((stored) => stored['on-demand-settings']?.accept ?? null)";
    assert_eq!(page.evaluate(settings), json!(null));
    page.click("#programs [name=allow]");
    page.wait_until(&format!("{asked} === 'yes'"));
    assert_eq!(page.evaluate(settings), json!(true));
}

fn the_popup_leads_to_the_page(family: Family) {
    let trial = Setup::new(family, "watch").begin();
    assert!(trial.potbridge(&["sink", "remove", trial.env().to_str().unwrap()]).status.success());
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#fix').textContent === 'Choose…'");
    assert!(
        popup
            .evaluate("document.querySelector('#help').href")
            .as_str()
            .unwrap()
            .ends_with("welcome/welcome.html")
    );
    popup.click("#fix");
    let page = trial.opened_first_run_page();
    page.wait_for_value("document.activeElement.id", &json!("place-heading"));
}

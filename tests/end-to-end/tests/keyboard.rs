//! Popup, first-run page and options page without a mouse: each button is reached in the order in which it is seen, the focus is seen, and nothing traps it.

use potbridge_end_to_end::both;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use serde_json::{Value, json};

both!(
    the_popup_is_walked_by_keyboard,
    the_first_run_page_is_walked_by_keyboard,
    the_options_page_is_walked_by_keyboard,
);

/// What Tab should reach, in the order in which it stands: of the buttons of one choice, one.
const WANTED: &str = "[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex=\"0\"]')]
    .filter((one) => one.checkVisibility() && !one.disabled)
    .filter((one, _, all) => one.type !== 'radio' || one === (all.find(({ checked, type }) => type === 'radio' && checked) ?? all.find(({ type }) => type === 'radio')))
    .map((one) => one.id || one.name || one.innerText || one.tagName)";

/// What has the focus, and whether a person sees that: an outline of two pixels, on the page and not beside it.
const FOCUSED: &str = "(() => {
    const one = document.activeElement;
    if (!one || one === document.body || !document.hasFocus()) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    const { top, bottom, width } = one.getBoundingClientRect();
    const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && width > 0 && bottom > 0 && top < innerHeight;
    return [one.id || one.name || one.innerText || one.tagName, isSeen];
})()";

/// Walks through the whole page with Tab, and gives what was reached.
fn walk(page: &Popup<'_>) -> Vec<String> {
    let wanted: Vec<String> = serde_json::from_value(page.evaluate(WANTED)).unwrap();
    let mut reached = Vec::new();
    for _ in 0..wanted.len() {
        page.press("Tab");
        let focused = page.evaluate(FOCUSED);
        assert_ne!(focused, Value::Null, "the focus left the page after {reached:?} of {wanted:?}");
        reached.push(focused[0].as_str().unwrap().to_owned());
        assert_eq!(focused[1], json!(true), "nobody sees that {} has the focus", focused[0]);
    }
    assert_eq!(reached, wanted);
    reached
}

/// Goes on with Tab until this has the focus.
fn go_to(page: &Popup<'_>, name: &str) {
    for _ in 0..60 {
        if page.evaluate(FOCUSED)[0] == json!(name) {
            return;
        }
        page.press("Tab");
    }
    panic!("Tab never reaches {name}");
}

fn the_popup_is_walked_by_keyboard(family: Family) {
    let trial = Setup::new(family, "download").begin();
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let popup = trial.popup();
    popup.wait_until(
        "['written', 'unchanged'].includes(document.querySelector('.sinks li')?.dataset.outcome)",
    );
    popup.wait_until("document.querySelector('#host').textContent === 'Working'");
    popup.bring_to_front();
    let reached = walk(&popup);
    for name in ["pause", "options", "copy", "form", "not-working", "help"] {
        assert!(reached.iter().any(|one| one == name), "{name} is not among {reached:?}");
    }
    // Out of its end, and back by the way it came.
    popup.press("Shift+Tab");
    assert_eq!(popup.evaluate(FOCUSED)[0], json!("not-working"));

    go_to_start(&popup);
    go_to(&popup, "pause");
    popup.press("Enter");
    popup.wait_until("document.querySelector('#host').textContent === 'Paused'");
    popup.press("Space");
    popup.wait_until("document.querySelector('#host').textContent === 'Working'");
    assert_eq!(popup.evaluate(FOCUSED)[0], json!("pause"));
}

/// Has no element of the page the focus.
fn go_to_start(page: &Popup<'_>) {
    page.evaluate("void (document.activeElement?.blur(), getSelection().collapse(document.body, 0))");
}

fn the_first_run_page_is_walked_by_keyboard(family: Family) {
    let trial = Setup::new(family, "watch").without_host().without_consent().begin();
    let page = trial.opened_first_run_page();
    page.bring_to_front();
    page.wait_until("document.querySelector('#helper').dataset.state === 'open' && document.querySelector('#helper code')");
    page.wait_until("document.querySelector('#programs').dataset.answer === 'none'");
    let reached = walk(&page);
    for name in ["again", "place", "watch", "allow", "later", "options"] {
        assert!(reached.iter().any(|one| one == name), "{name} is not among {reached:?}");
    }

    // The other ways unfold, a choice is made, and programs are allowed.
    go_to_start(&page);
    go_to(&page, "Other ways");
    page.press("Enter");
    page.wait_until("document.querySelector('#helper details').open");
    go_to(&page, "place");
    page.press("Space");
    page.wait_until("document.querySelector('input[value=yt_dlp]').checked");
    page.press("ArrowDown");
    page.wait_until("document.querySelector('input[value=serve]').checked");
    assert_eq!(page.evaluate("document.activeElement.value"), json!("serve"));
    page.wait_until("document.querySelector('#place').innerText.includes('http://127.0.0.1:4416')");
    go_to(&page, "allow");
    page.press("Enter");
    page.wait_until("document.querySelector('#programs').dataset.answer === 'yes'");
    // The button is gone, and the focus with it went no further than to the next one.
    page.wait_for_value("document.activeElement === document.body", &json!(false));

    // The helper program comes while somebody is at a button that goes.
    go_to_start(&page);
    go_to(&page, "again");
    trial.install_host();
    page.press("Enter");
    page.wait_until("document.querySelector('#helper').dataset.state === 'done'");
    page.wait_for_value("document.activeElement === document.body", &json!(false));
}

fn the_options_page_is_walked_by_keyboard(family: Family) {
    let trial = Setup::new(family, "download").begin();
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let page = trial.options_page();
    page.wait_until("document.querySelector('.places > li') !== null");
    page.wait_until("document.querySelectorAll('.checks > li').length === 6");
    page.bring_to_front();
    go_to_start(&page);
    for name in ["General", "capture", "test", "default-preset", "change", "copy-report", "check", "collect"]
    {
        go_to(&page, name);
        assert_eq!(page.evaluate(FOCUSED)[1], json!(true), "nobody sees that {name} has the focus");
    }
    go_to_start(&page);
    go_to(&page, "test");
    page.press("Enter");
    page.wait_until("document.querySelector('.places .result').textContent.startsWith('✓')");
    assert_eq!(page.evaluate(FOCUSED)[0], json!("test"));
}

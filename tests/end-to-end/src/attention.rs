//! What a person at the browser notices: the focus, the tab in front, and windows that open.

use crate::display::ActiveWindow;
use crate::popup::Popup;
use crate::trial::{LIMIT, Trial};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

/// Has the browser's other tab in front, and notes what moves the attention from there.
///
/// The window managers' words for a change come late. So nothing is noted before all that was asked for has happened.
const BEGIN: &str =
    "Promise.all([chrome.tabs.getCurrent(), chrome.tabs.query({})]).then(async ([own, tabs]) => {
    const user = tabs.find(({ id }) => id !== own.id);
    const noted = { user, moved: [], opened: [] };
    window.attention = noted;
    const inFront = new Promise((resolve) => {
        chrome.tabs.onActivated.addListener(({ tabId, windowId }) => {
            if (windowId === user.windowId) noted.moved.push(`tab ${tabId} is in front`);
            if (tabId === user.id) resolve();
        });
    });
    await chrome.tabs.update(user.id, { active: true });
    await inFront;
    // A browser may tell late that the user's window has got the focus.
    let focused = user.windowId;
    chrome.windows.onFocusChanged.addListener((id) => {
        if (id !== focused) noted.moved.push(`window ${id} has the focus`);
        focused = id;
    });
    chrome.windows.onCreated.addListener(({ id, type }) => noted.opened.push(`${type} ${id}`));
    noted.moved = [];
})";

const OPEN: &str = "Promise.all([chrome.tabs.query({}), chrome.windows.getAll()]).then(([tabs, windows]) => [
    tabs.map(({ id }) => id).sort(), windows.length,
])";

/// A watch over the attention of a person who looks at the trial's page.
pub struct Attention<'a> {
    trial: &'a Trial,
    popup: Popup<'a>,
    before: Value,
    focused: Option<String>,
    active: Option<ActiveWindow>,
}

impl<'a> Attention<'a> {
    /// Brings the trial's page to the front, and watches from then on.
    #[must_use]
    pub fn begin(trial: &'a Trial) -> Self {
        let popup = trial.popup();
        popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
        popup.evaluate(&format!("{BEGIN}.then(() => true)"));
        trial.evaluate(
            "(() => {
                document.documentElement.dataset.noted = '';
                const note = ({ type }) => {
                    document.documentElement.dataset.noted += `${type} of a page that is ${document.visibilityState} `;
                };
                addEventListener('blur', note);
                document.addEventListener('visibilitychange', note);
            })()",
        );
        let display = trial.display.as_ref();
        Self {
            before: popup.evaluate(OPEN),
            focused: display.and_then(crate::display::Display::focused_window),
            active: display.map(crate::display::Display::watch_active_window),
            trial,
            popup,
        }
    }

    /// The extension's page that watches, in a tab that nobody looks at.
    #[must_use]
    pub fn page(&self) -> &Popup<'a> {
        &self.popup
    }

    /// What moved the attention, as the extension, the page, and the screen saw it.
    #[must_use]
    pub fn moved(&self) -> Vec<String> {
        let mut moved: Vec<_> =
            serde_json::from_value(self.popup.evaluate("window.attention.moved")).unwrap();
        let noted = self.trial.evaluate("document.documentElement.dataset.noted");
        moved.extend(noted.as_str().filter(|noted| !noted.is_empty()).map(str::to_owned));
        moved.extend(self.active.iter().flat_map(ActiveWindow::changes));
        if let Some(display) = &self.trial.display {
            let focused = display.focused_window();
            if focused != self.focused {
                moved.push(format!("X's focus went from {:?} to {focused:?}", self.focused));
            }
        }
        moved
    }

    /// The windows that were opened, also those that are closed again.
    #[must_use]
    pub fn opened_windows(&self) -> Vec<String> {
        serde_json::from_value(self.popup.evaluate("window.attention.opened")).unwrap()
    }

    /// Checks that nothing has moved the attention.
    #[track_caller]
    pub fn assert_nothing_moved(&self) {
        assert_eq!(self.moved(), Vec::<String>::new());
    }

    /// Waits until at most one tab more is open than when the watch began, and no window more.
    #[track_caller]
    pub fn wait_until_only_parked_tabs_are_left(&self) {
        let most = self.before[0].as_array().unwrap().len() + 1;
        let only = format!(
            "{OPEN}.then(([tabs, windows]) => tabs.length <= {most} && windows === {})",
            self.before[1]
        );
        self.popup.wait_for_value(&only, &json!(true));
    }

    /// Waits until one tab is kept for the next video, and gives its id.
    #[track_caller]
    #[must_use]
    pub fn parked_tab(&self) -> i64 {
        let known = &self.before[0];
        let parked = format!(
            "chrome.tabs.query({{}}).then((tabs) => tabs.filter(({{ id, url }}) =>
                !{known}.includes(id) && !url?.includes('watch')).map(({{ id }}) => id))"
        );
        let windows = format!("{OPEN}.then(([tabs, windows]) => [tabs.length - {known}.length, windows])");
        self.popup.wait_for_value(&windows, &json!([1, self.before[1]]));
        self.popup.wait_for_value(&format!("{parked}.then(({{ length }}) => length)"), &json!(1));
        self.popup.evaluate(&parked)[0].as_i64().unwrap()
    }

    /// Has the user accept token requests, or refuse them.
    pub fn accept_token_requests(&self, accept: bool) {
        self.popup.evaluate(&format!(
            "(() => {{
                const box = document.querySelector('#token-requests input[name=accept]');
                box.checked = !{accept};
                box.click();
            }})()"
        ));
    }

    /// Waits until the same tabs and windows are open as when the watch began.
    #[track_caller]
    pub fn wait_until_nothing_is_left(&self) {
        self.popup.wait_for_value(OPEN, &self.before);
    }

    /// Has the user let small windows take the focus, or forbid it.
    pub fn let_windows_take_the_focus(&self, may: bool) {
        self.popup.evaluate(&format!(
            "new Promise((resolve) => {{
                const frame = document.createElement('iframe');
                frame.src = '/options/options.html';
                const look = () => {{
                    const box = frame.contentDocument?.querySelector('input[name=raise]');
                    if (!box) return;
                    chrome.storage.local.onChanged.addListener(() => resolve(true));
                    box.checked = !{may};
                    box.click();
                }};
                frame.onload = () => {{
                    new MutationObserver(look).observe(frame.contentDocument, {{ subtree: true, childList: true }});
                    look();
                }};
                document.body.append(frame);
            }})"
        ));
    }

    /// Waits until the user's window has the focus, as the browser and the screen see it.
    #[track_caller]
    pub fn wait_until_the_focus_is_back(&self) {
        let focused = "chrome.windows.get(window.attention.user.windowId).then(({ focused }) => focused)";
        self.popup.wait_for_value(focused, &json!(true));
        let Some(display) = &self.trial.display else { return };
        let end = Instant::now() + LIMIT;
        while display.focused_window() != self.focused {
            assert!(Instant::now() < end, "the focus is elsewhere");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Does something to the user's window, with `chrome.windows.update`, and waits for it. Notes anew from then on.
    #[track_caller]
    pub fn update_window(&self, update: &Value) {
        self.popup.evaluate(&format!(
            "chrome.windows.update(window.attention.user.windowId, {update}).then(() => true)"
        ));
        if let Some(state) = update.get("state") {
            let now = "chrome.windows.get(window.attention.user.windowId).then(({ state }) => state)";
            self.popup.wait_for_value(now, state);
        }
        self.note_anew();
    }

    /// Forgets what has moved the attention so far.
    pub fn note_anew(&self) {
        self.popup.evaluate("void (window.attention.moved = [])");
        self.trial.evaluate("void (document.documentElement.dataset.noted = '')");
        self.active.iter().for_each(|active| drop(active.changes()));
    }
}

/// What the user's window is like if it covers the screen.
#[must_use]
pub fn maximized() -> Value {
    json!({"state": "maximized"})
}

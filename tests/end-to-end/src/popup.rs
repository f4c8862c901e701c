//! The popup and the options page, in tabs.

use crate::trial::{LIMIT, Trial};
use potbridge_browser::{Browser, Page};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The longest time that one script waits: Firefox ends a script after 30 seconds.
const SCRIPT_LIMIT: Duration = Duration::from_secs(25);

/// The popup, or another page of the extension, in a tab.
pub struct Popup<'a> {
    browser: &'a Browser,
    page: Page,
}

impl<'a> Popup<'a> {
    /// Opens a page of the extension in a tab.
    pub(crate) fn open(browser: &'a Browser, page: &str) -> Self {
        let page = browser.open(&browser.extension_url(page)).unwrap();
        Self { browser, page }
    }

    /// Waits until an expression is true. It is evaluated at each change of the popup.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) {
        let millis = SCRIPT_LIMIT.as_millis();
        let script = format!(
            "new Promise((resolve) => {{
                const look = () => {{ if ({expression}) resolve(true); }};
                new MutationObserver(look)
                    .observe(document.body, {{subtree: true, childList: true, attributes: true, characterData: true}});
                look();
                setTimeout(() => resolve(document.body.innerText), {millis});
            }})"
        );
        let result = self.evaluate(&script);
        assert_eq!(result, json!(true), "the popup never came to {expression}");
    }

    /// Waits until an expression, or its promise, has a value. It is evaluated ten times a second, since no event tells.
    #[track_caller]
    pub fn wait_for_value(&self, expression: &str, value: &Value) {
        let script = format!(
            "new Promise((resolve) => {{
                const end = Date.now() + 10_000;
                const look = async () => {{
                    const found = await ({expression});
                    if (JSON.stringify(found) === {:?} || Date.now() > end) resolve(found);
                    else setTimeout(look, 100);
                }};
                void look();
            }})",
            value.to_string()
        );
        let end = Instant::now() + 2 * LIMIT;
        loop {
            let found = self.evaluate(&script);
            if found == *value {
                return;
            }
            assert!(Instant::now() < end, "the popup never came to {value}, but to {found}");
        }
    }

    /// Evaluates an expression in the popup.
    pub fn evaluate(&self, expression: &str) -> Value {
        self.browser.evaluate(&self.page, expression).unwrap()
    }

    /// All that the extension keeps in the browser's memory, as JSON.
    #[must_use]
    pub fn browser_memory(&self) -> String {
        self.evaluate("chrome.storage.session.get().then(JSON.stringify)").as_str().unwrap().to_owned()
    }

    /// Clicks on an element as a person does, which browsers count as a user gesture.
    pub fn click(&self, selector: &str) {
        match self.browser {
            Browser::Chromium(_) => {
                let middle = self.evaluate(&format!(
                    "(() => {{ const box = document.querySelector({selector:?}).getBoundingClientRect();
                        return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
                ));
                for kind in ["mousePressed", "mouseReleased"] {
                    let event = json!({"type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1});
                    let cdp = self.browser.cdp().unwrap();
                    cdp.call(Some(&self.page.session), "Input.dispatchMouseEvent", &event).unwrap();
                }
            }
            Browser::Firefox(_) => {
                let marionette = self.browser.marionette().unwrap();
                let by = json!({"using": "css selector", "value": selector});
                let found = marionette.call("WebDriver:FindElement", &by).unwrap();
                let element = found["value"].as_object().unwrap().values().next().unwrap();
                marionette.call("WebDriver:ElementClick", &json!({"id": element})).unwrap();
            }
        }
    }

    /// A picture of the whole popup, as PNG in base64; in Chromium at twice its size.
    #[must_use]
    pub fn picture(&self) -> String {
        if let Browser::Firefox(_) = self.browser {
            let marionette = self.browser.marionette().unwrap();
            let by = json!({"using": "css selector", "value": "body"});
            let found = marionette.call("WebDriver:FindElement", &by).unwrap();
            let body = found["value"].as_object().unwrap().values().next().unwrap();
            let answer =
                marionette.call("WebDriver:TakeScreenshot", &json!({"id": body, "full": false})).unwrap();
            return answer["value"].as_str().unwrap().to_owned();
        }
        let size = self.evaluate("[document.body.offsetWidth, document.body.offsetHeight].map(Math.ceil)");
        self.call_cdp(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": size[0], "height": size[1], "deviceScaleFactor": 2, "mobile": false}),
        );
        self.call_cdp("Emulation.setScrollbarsHidden", &json!({"hidden": true}));
        let answer = self.call_cdp("Page.captureScreenshot", &json!({"format": "png"}));
        answer["data"].as_str().unwrap().to_owned()
    }

    /// Loads the popup again, with a script that runs before its own ones. Chromium only.
    pub fn load_after(&self, script: &str) {
        self.call_cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
        let url = self.evaluate("location.href");
        self.browser.navigate(&self.page, url.as_str().unwrap()).unwrap();
        self.wait_until("document.querySelector('#host').textContent !== ''");
    }

    /// Has the browser prefer `light` or `dark`.
    pub fn prefer(&self, trial: &Trial, scheme: &str) {
        match self.browser {
            Browser::Chromium(_) => {
                let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
                self.call_cdp("Emulation.setEmulatedMedia", &json!({"features": features}));
            }
            Browser::Firefox(_) => {
                let preference = "Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0])";
                trial.in_firefox(preference, &json!([u8::from(scheme == "light")]));
            }
        }
        self.wait_for_value(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches"), &json!(true));
    }

    /// Calls a method of Chromium for this page.
    fn call_cdp(&self, method: &str, params: &Value) -> Value {
        self.browser.cdp().unwrap().call(Some(&self.page.session), method, params).unwrap()
    }

    /// The visible text of an element.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        let value = self.evaluate(&format!("document.querySelector({selector:?}).innerText"));
        value.as_str().unwrap().to_owned()
    }
}

impl Drop for Popup<'_> {
    fn drop(&mut self) {
        // After a failed test the browser may have ended.
        let _ = self.browser.close_page(&self.page);
    }
}

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

    /// A page of the extension that is open in a tab already.
    pub(crate) fn opened(browser: &'a Browser, page: &str) -> Option<Self> {
        let url = browser.extension_url(page);
        let page = open_tabs(browser).into_iter().find(|tab| {
            // A tab that is being loaded or closed tells nothing.
            let at = browser.evaluate(tab, "location.href");
            at.is_ok_and(|at| at.as_str().is_some_and(|at| at.starts_with(&url)))
        })?;
        Some(Self { browser, page })
    }

    /// Presses a key, as a person does, in what has the focus: `Tab`, `Shift+Tab`, `Enter`, `Space`, `ArrowDown`.
    pub fn press(&self, key: &str) {
        match self.browser {
            Browser::Chromium(_) => self.press_in_chromium(key),
            Browser::Firefox(_) => self.press_in_firefox(key),
        }
    }

    fn press_in_chromium(&self, key: &str) {
        let (shift, key) = key.strip_prefix("Shift+").map_or((false, key), |key| (true, key));
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Space" => (32, Some(" ")),
            "ArrowDown" => (40, None),
            _ => panic!("{key} is no key of these tests"),
        };
        let name = if key == "Space" { " " } else { key };
        for kind in [if text.is_some() { "keyDown" } else { "rawKeyDown" }, "keyUp"] {
            let mut event = json!({"type": kind, "key": name, "code": key, "windowsVirtualKeyCode": code, "modifiers": if shift { 8 } else { 0 }});
            if let (Some(text), "keyDown") = (text, kind) {
                event["text"] = json!(text);
            }
            self.call_cdp("Input.dispatchKeyEvent", &event);
        }
    }

    fn press_in_firefox(&self, key: &str) {
        let (shift, key) = key.strip_prefix("Shift+").map_or((false, key), |key| (true, key));
        // WebDriver's letters for keys.
        let value = match key {
            "Tab" => "\u{e004}",
            "Enter" => "\u{e007}",
            "Space" => " ",
            "ArrowDown" => "\u{e015}",
            _ => panic!("{key} is no key of these tests"),
        };
        let mut keys =
            vec![json!({"type": "keyDown", "value": value}), json!({"type": "keyUp", "value": value})];
        if shift {
            keys.insert(0, json!({"type": "keyDown", "value": "\u{e008}"}));
            keys.push(json!({"type": "keyUp", "value": "\u{e008}"}));
        }
        // Commands work in the window of the last script.
        self.evaluate("true");
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": keys}]});
        self.browser.marionette().unwrap().call("WebDriver:PerformActions", &actions).unwrap();
    }

    /// Brings the page's tab to the front.
    pub fn bring_to_front(&self) {
        self.evaluate("chrome.tabs.getCurrent().then(({ id }) => chrome.tabs.update(id, { active: true })).then(() => true)");
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
                    "(() => {{ const target = document.querySelector({selector:?});
                        target.scrollIntoView({{ block: 'nearest' }});
                        const box = target.getBoundingClientRect();
                        return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
                ));
                for kind in ["mousePressed", "mouseReleased"] {
                    let event = json!({"type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1});
                    let cdp = self.browser.cdp().unwrap();
                    cdp.call(Some(&self.page.session), "Input.dispatchMouseEvent", &event).unwrap();
                }
            }
            Browser::Firefox(_) => {
                // Commands work in the window of the last script.
                self.evaluate("true");
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
            // An element is cut off at the end of its window.
            let is_taller = self.evaluate("document.body.offsetHeight > innerHeight") == json!(true);
            let what = if is_taller { json!({"full": true}) } else { json!({"id": body, "full": false}) };
            let answer = marionette.call("WebDriver:TakeScreenshot", &what).unwrap();
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

    /// A picture of the whole page, however long it is, in a window of the same width; as PNG in base64.
    #[must_use]
    pub fn page_picture(&self) -> String {
        if let Browser::Firefox(_) = self.browser {
            let marionette = self.browser.marionette().unwrap();
            let answer = marionette.call("WebDriver:TakeScreenshot", &json!({"full": true})).unwrap();
            return answer["value"].as_str().unwrap().to_owned();
        }
        self.call_cdp("Emulation.setScrollbarsHidden", &json!({"hidden": true}));
        let size = self.evaluate("[innerWidth, document.documentElement.scrollHeight]");
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1});
        let wanted = json!({"format": "png", "clip": clip, "captureBeyondViewport": true});
        let answer = self.call_cdp("Page.captureScreenshot", &wanted);
        answer["data"].as_str().unwrap().to_owned()
    }

    /// Gives the page a size, in its own pixels. Chromium only.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": false});
        self.call_cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Loads the page again, with a script that runs before its own ones, until this is so. Chromium only.
    pub fn load_after(&self, script: &str, is_loaded: &str) {
        self.call_cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
        let url = self.evaluate("location.href");
        self.browser.navigate(&self.page, url.as_str().unwrap()).unwrap();
        self.wait_until(is_loaded);
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

/// All tabs of the browser.
fn open_tabs(browser: &Browser) -> Vec<Page> {
    match browser {
        Browser::Chromium(_) => {
            let cdp = browser.cdp().unwrap();
            let targets = cdp.call(None, "Target.getTargets", &json!({})).unwrap();
            let targets = targets["targetInfos"].as_array().unwrap().iter();
            targets
                .filter(|target| target["type"] == "page")
                .filter_map(|target| {
                    let attach = json!({"targetId": target["targetId"], "flatten": true});
                    // It may be closed by now.
                    let attached = cdp.call(None, "Target.attachToTarget", &attach).ok()?;
                    let session = attached["sessionId"].as_str()?.to_owned();
                    cdp.call(Some(&session), "Page.enable", &json!({})).ok()?;
                    Some(Page { id: target["targetId"].as_str()?.to_owned(), session })
                })
                .collect()
        }
        Browser::Firefox(_) => {
            let handles =
                browser.marionette().unwrap().call("WebDriver:GetWindowHandles", &json!({})).unwrap();
            let handles = handles.as_array().unwrap().iter().filter_map(Value::as_str);
            handles.map(|id| Page { id: id.to_owned(), session: String::new() }).collect()
        }
    }
}

impl Drop for Popup<'_> {
    fn drop(&mut self) {
        // After a failed test the browser may have ended.
        let _ = self.browser.close_page(&self.page);
    }
}

//! What the browser calls.

use crate::{News, Observer, RequestMetadata};
use potbridge_protocol::{Capture, TokenInfo, Playing, Session, Counters, ShortText};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// What one browser profile hears: [`Observer`] with JSON for the browser.
#[wasm_bindgen(js_name = Observer)]
pub struct BrowserObserver {
    profile: ShortText,
    observer: Observer,
}

/// What is new in a request; `label` is what may be shown of `capture`.
#[derive(Serialize)]
struct NewsJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<TokenInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture: Option<Box<Capture>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    playing: Option<Playing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<Counters>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unreadable: bool,
}

#[wasm_bindgen(js_class = Observer)]
impl BrowserObserver {
    /// For the profile of this name, counting on from `tally`, JSON that may lack any count.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(profile: &str, tally: &str) -> Self {
        Self {
            profile: ShortText::new(profile).unwrap_or_default(),
            observer: Observer::from_tally(serde_json::from_str(tally).unwrap_or_default()),
        }
    }

    /// Looks at one request. Where something in it is new, gives JSON with some of these keys:
    /// `{"capture": …, "label": …, "playing": …, "tally": …, "unreadable": true}`.
    ///
    /// `body` is empty where the request has none, or where it was not asked for. `time` is in milliseconds since
    /// 1970; `container` is the browser's name for the container, where the request was made in one;
    /// `logged_in` and `content_bound` are what the page fields of itself; `page_hooked` says that the body was read
    /// inside the page.
    #[allow(clippy::too_many_arguments, reason = "a structure would cost a conversion a request")]
    pub fn observe(
        &mut self,
        url: &str,
        body: &[u8],
        time: f64,
        container: Option<String>,
        logged_in: Option<bool>,
        content_bound: Option<bool>,
        page_hooked: bool,
    ) -> Option<String> {
        let metadata = RequestMetadata {
            session: Session { logged_in, ..self.session(container) },
            content_bound,
            page_hooked,
            time: milliseconds(time),
        };
        let news = self.observer.observe(url, body, &metadata);
        if news == News::default() {
            return None;
        }
        let News { capture, playing, tally, unreadable } = news;
        let label = capture.as_deref().map(TokenInfo::from);
        serde_json::to_string(&NewsJson { label, capture, playing, tally, unreadable }).ok()
    }

    /// Whether the body of this media request could say something new.
    #[wasm_bindgen(js_name = wantsBody)]
    pub fn wants_body(&mut self, url: &str, time: f64, container: Option<String>) -> bool {
        let session = self.session(container);
        self.observer.wants_body(url, &session, milliseconds(time))
    }

    /// Counts a request whose body the browser did not hand over; gives the counts as JSON.
    pub fn unreadable(&mut self) -> String {
        serde_json::to_string(&self.observer.unreadable()).unwrap_or_default()
    }

    fn session(&self, container: Option<String>) -> Session {
        Session {
            profile: self.profile.clone(),
            container: container.and_then(|name| ShortText::try_from(name).ok()),
            logged_in: None,
        }
    }
}

/// Saturates, so that a nonsensical time is the earliest and never displaces anything.
fn milliseconds(time: f64) -> u64 {
    time as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::token;
    use serde_json::{Value, json};

    const PLAYER: &str = "https://www.youtube.com/youtubei/v1/player";

    fn news(observer: &mut BrowserObserver, url: &str, body: &str) -> Option<Value> {
        let json =
            observer.observe(url, body.as_bytes(), 1_764_810_177_000.0, None, Some(false), None, false)?;
        Some(serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn only_what_is_new_is_among_the_keys() {
        let mut observer = BrowserObserver::new("p", "{}");
        let playing = json!({
            "cpn": "G3iep-t_Rs_pkoUQ", "video_id": "FcRzAdI8R9U",
            "session": {"profile": "p", "logged_in": false}, "at": 1_764_810_177_000_u64,
        });
        let token = token(83);
        let body = json!({
            "videoId": "FcRzAdI8R9U", "cpn": "G3iep-t_Rs_pkoUQ",
            "serviceIntegrityDimensions": {"poToken": token.expose()},
        });
        let all = news(&mut observer, PLAYER, &body.to_string()).unwrap();
        assert_eq!(all["capture"]["token"], token.expose());
        assert_eq!(all["label"]["masked"], token.fingerprint());
        assert_eq!((&all["playing"], all.as_object().unwrap().len()), (&playing, 3));
        assert_eq!(news(&mut observer, PLAYER, &body.to_string()), None);

        let unreadable = news(&mut observer, PLAYER, "[object ReadableStream]").unwrap();
        assert_eq!(
            (&unreadable["unreadable"], &unreadable["tally"]["unreadable"]),
            (&json!(true), &json!(1))
        );
        assert_eq!(news(&mut observer, PLAYER, "{}"), None);
        assert_eq!(news(&mut observer, "https://www.youtube.com/", ""), None);
    }

    #[test]
    fn a_profile_goes_on_counting_after_its_script_was_stopped() {
        let mut observer = BrowserObserver::new("p", "{\"unreadable\": 4}");
        let tally: Counters = serde_json::from_str(&observer.unreadable()).unwrap();
        assert_eq!(tally.unreadable, 5);
    }
}

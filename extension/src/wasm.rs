//! What the browser calls.

use crate::{Circumstances, Observation, observe};
use potbridge_protocol::{Capture, Label, Session, Word};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// A capture, and what may be shown of it.
#[derive(Serialize)]
struct Seen {
    capture: Box<Capture>,
    label: Label,
}

/// Looks at one request. Where it carries a real token, gives JSON: `{"capture": …, "label": …}`.
///
/// `time` is in milliseconds since 1970; `container` is the browser's name for the container, where the
/// request was made in one.
#[wasm_bindgen(js_name = observe)]
#[must_use]
pub fn observe_request(
    url: &str,
    body: &[u8],
    time: f64,
    profile: &str,
    container: Option<String>,
) -> Option<String> {
    let circumstances = Circumstances {
        session: Session {
            profile: Word::new(profile).unwrap_or_default(),
            container: container.and_then(|name| Word::try_from(name).ok()),
        },
        // Saturates, so that a nonsensical time is the earliest and never displaces anything.
        time: time as u64,
    };
    match observe(url, body, &circumstances) {
        Observation::Captured(capture) => {
            serde_json::to_string(&Seen { label: Label::from(&*capture), capture }).ok()
        }
        _ => None,
    }
}

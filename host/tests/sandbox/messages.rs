//! Messages of an extension that not every test sends.

use potbridge_protocol::PoToken;
use potbridge_test_support::browser::captured;
use serde_json::{Value, json};

/// A media token, which names its playback and no video.
pub fn media(id: &str, token: &PoToken, cpn: &str, at: u64) -> Value {
    let mut message = captured(id, token, "", at);
    let capture = &mut message["capture"];
    capture["context"] = json!("gvs");
    capture["source"] = json!("sabr");
    capture["cpn"] = json!(cpn);
    capture["binding"] = json!({"certainty": "guess"});
    message
}

/// What a playback plays.
pub fn playing(id: &str, cpn: &str, video: &str, certainty: &str) -> Value {
    json!({"type": "playing", "id": id, "playing": {
        "cpn": cpn, "video_id": video, "certainty": certainty, "session": {"profile": "p"},
        "at": potbridge_system::clock::now_ms(),
    }})
}

/// The same message, of a private window.
pub fn private(mut message: Value) -> Value {
    for of in ["capture", "playing"] {
        if message[of].is_object() {
            message[of]["session"]["private"] = json!(true);
        }
    }
    message
}

use serde_json::{Value, json};

use crate::received::Received;
use crate::stand_in::StandIn;
use crate::token_mask::{masked, sha256_hex};

/// The line that says where a stand-in listens:
/// `{"address":"127.0.0.1:PORT","spki_sha256":"…","start_url":"https://…"}`.
pub fn ready_line(stand_in: &StandIn) -> Value {
    json!({
        "address": stand_in.address().to_string(),
        "spki_sha256": stand_in.spki_sha256(),
        "start_url": stand_in.start_url(),
    })
}

/// The line for one request of the player's: `host`, `path`, `video_id`, `token` and `token_sha256` (lower-case hex of the
/// token's characters). The token is masked unless it is to be shown; both are null where the request has none.
pub fn received_line(received: &Received, show_tokens: bool) -> Value {
    let token = received.po_token.as_deref();
    json!({
        "host": received.host,
        "path": received.path,
        "video_id": received.video_id,
        "token": token.map(|token| if show_tokens { token.to_owned() } else { masked(token) }),
        "token_sha256": token.map(sha256_hex),
    })
}

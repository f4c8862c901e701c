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

/// The line for one request of the player's or of a downloader's: `kind` (a [`RequestKind`](crate::RequestKind)'s word), `host`, `path`,
/// `video_id`, `cpn`, `token` and `token_sha256` (lower-case hex of the token's characters). What the request has not is
/// null. The token is masked unless it is to be shown, and the path of a media URL, which may hold it, is cut short.
pub fn received_line(received: &Received, show_tokens: bool) -> Value {
    let token = received.po_token.as_deref();
    json!({
        "kind": received.kind.word(),
        "host": received.host,
        "path": if show_tokens { &received.path } else { received.shown_path() },
        "video_id": received.video_id,
        "cpn": received.cpn,
        "token": token.map(|token| if show_tokens { token.to_owned() } else { masked(token) }),
        "token_sha256": token.map(sha256_hex),
    })
}

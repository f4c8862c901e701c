use potbridge_protocol::masking::fingerprint;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::received::Received;
use crate::stand_in::StandIn;

/// The line that says where a stand-in listens.
///
/// `{"address":"127.0.0.1:PORT","ca_pem":"-----BEGIN…","spki_sha256":"…","start_url":"https://…"}`
pub fn ready_line(stand_in: &StandIn) -> Value {
    json!({
        "address": stand_in.address().to_string(),
        "ca_pem": stand_in.ca_pem(),
        "spki_sha256": stand_in.spki_sha256(),
        "start_url": stand_in.start_url(),
    })
}

/// The line for one request of the player's or of a downloader's.
///
/// Its fields are `kind` (a word of [`RequestKind`](crate::RequestKind)), `host`, `path`, `video_id`, `cpn`, `token` and
/// `token_sha256` (lower-case hexadecimal, of the token's characters). A field that the request lacks is null. Unless
/// `show_tokens` is set, the token is masked and the path of a media URL, which can hold it, is cut short.
pub fn received_line(received: &Received, show_tokens: bool) -> Value {
    let token = received.po_token.as_deref();
    json!({
        "kind": received.kind.word(),
        "host": received.host,
        "path": if show_tokens { &received.path } else { received.shown_path() },
        "video_id": received.video_id,
        "cpn": received.cpn,
        "token": token.map(|token| if show_tokens { token.to_owned() } else { fingerprint(token) }),
        "token_sha256": token.map(sha256_hex),
    })
}

/// Lower-case hexadecimal SHA-256 of a token's characters, to compare tokens that are not shown.
fn sha256_hex(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_sha256sum_prints() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}

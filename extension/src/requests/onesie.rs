//! The protobuf body of `POST …/initplayback`, Onesie: it asks a media server for the player response and the first
//! media in one.
//!
//! Its token stands in the same message as SABR's and is for the same servers: it is a token for media. The player
//! request that travels with it is encrypted, and has a token of its own.

use crate::requests::body::{Unreadable, decompress};
use crate::requests::fields::RequestFields;
use crate::requests::media_url;
use crate::requests::streamer_context::StreamerContext;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use potbridge_protocol::VideoId;
use potbridge_protocol::youtube::Address;
use prost::Message;

/// `OnesieRequest`, as far as it tells of the token.
#[derive(Message)]
#[prost(skip_debug)]
struct Request {
    #[prost(message, optional, tag = "10")]
    streamer_context: Option<StreamerContext>,
}

/// The path of such a request.
pub(crate) const PATH: &str = "/initplayback";

/// Reads the body. The video stands in the address.
///
/// # Errors
/// [`Unreadable`] if it is no such body.
pub(crate) fn read(address: &Address<'_>, body: &[u8]) -> Result<RequestFields, Unreadable> {
    let request = Request::decode(&*decompress(body)?).map_err(|_| Unreadable::NotProtobuf)?;
    let from_url = RequestFields {
        video_id: address.query_field("id").and_then(video_id),
        ..media_url::without_token(address)
    };
    Ok(request.streamer_context.unwrap_or_default().fields(from_url))
}

/// The video whose id has these 8 bytes, in 16 hex digits.
fn video_id(hex: &str) -> Option<VideoId> {
    if hex.len() != 16 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = u64::from_str_radix(hex, 16).ok()?.to_be_bytes();
    VideoId::new(&URL_SAFE_NO_PAD.encode(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::fields;
    use crate::requests::streamer_context::tests::streamer_context;
    use crate::test_data::{length_delimited, token, token_bytes};
    use proptest::prelude::*;

    fn read_fields(id: &str, body: &[u8]) -> Result<RequestFields, Unreadable> {
        let url =
            format!("https://rr1---sn-a.googlevideo.com/initplayback?source=youtube&c=WEB&id={id}&rn=1");
        read(&Address::of_request(&url).unwrap(), body)
    }

    fn body(token: &[u8]) -> Vec<u8> {
        [
            length_delimited(3, &[0x9c; 3000]),
            length_delimited(10, &streamer_context(1, b"2.20260911.01.00", token)),
        ]
        .concat()
    }

    #[test]
    fn the_address_names_the_video_and_the_body_the_rest() {
        assert_eq!(
            read_fields("75dc2bf70e3c4a4f", &body(&token_bytes(83))),
            Ok(RequestFields {
                token: Some(Ok(token(83))),
                client: fields::client(Some("WEB"), Some("2.20260911.01.00")),
                video_id: fields::video_id(Some("ddwr9w48Sk8")),
                ..RequestFields::default()
            })
        );
    }

    #[test]
    fn only_sixteen_hex_digits_name_a_video() {
        assert_eq!(video_id("750C38c3d5a05dc4"), fields::video_id(Some("dQw4w9WgXcQ")));
        for id in ["", "o-AG20l09BXJjSoK", "+5dc2bf70e3c4a4f", "75dc2bf70e3c4a4", "75dc2bf70e3c4a4f0"] {
            assert_eq!(video_id(id), None, "{id}");
            assert!(read_fields(id, &body(&token_bytes(83))).unwrap().token.is_some());
        }
    }

    #[test]
    fn a_body_of_another_kind_is_unreadable() {
        assert_eq!(read_fields("", b"[object ReadableStream]"), Err(Unreadable::NotProtobuf));
        assert_eq!(read_fields("", b"").unwrap().token, None);
    }

    proptest! {
        #[test]
        fn every_video_id_comes_back_from_its_hex(bytes in any::<u64>()) {
            let id = video_id(&format!("{bytes:016x}")).unwrap();
            prop_assert_eq!(URL_SAFE_NO_PAD.decode(id.as_str()).unwrap(), bytes.to_be_bytes());
        }

        #[test]
        fn hostile_requests_never_panic(id in ".{0,20}", body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = (video_id(&id), read_fields("", &body));
        }
    }
}

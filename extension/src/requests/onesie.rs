//! The protobuf body of `POST …/initplayback`, Onesie: it asks a media server for the player response and the first
//! media in one.
//!
//! Its token stands in the same message as SABR's and is for the same servers: it is a token for media. The player
//! request that travels with it is encrypted, and has a token of its own.

use crate::requests::body::{Unreadable, decompress};
use crate::requests::fields::RequestFields;
use crate::requests::media_url;
use crate::requests::streamer_context::StreamerContext;
use potbridge_protocol::youtube::MediaAddress;
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
pub(crate) fn read(address: &MediaAddress<'_>, body: &[u8]) -> Result<RequestFields, Unreadable> {
    let bytes = decompress(body)?;
    let request = Request::decode(&*bytes).map_err(|_| Unreadable::protobuf(&bytes))?;
    Ok(request.streamer_context.unwrap_or_default().fields(media_url::without_token(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::fields;
    use crate::requests::streamer_context::tests::streamer_context;
    use crate::test_data::{length_delimited, token, token_bytes};
    use potbridge_protocol::youtube::Address;
    use proptest::prelude::*;

    fn read_fields(id: &str, body: &[u8]) -> Result<RequestFields, Unreadable> {
        let url =
            format!("https://rr1---sn-a.googlevideo.com/initplayback?source=youtube&c=WEB&id={id}&rn=1");
        read(&MediaAddress::new(Address::of_request(&url).unwrap()), body)
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
    fn an_address_that_names_no_video_does_no_harm() {
        for id in ["", "o-AG20l09BXJjSoK", "48213"] {
            let found = read_fields(id, &body(&token_bytes(83))).unwrap();
            assert!(found.token.is_some() && found.video_id.is_none(), "{id}");
        }
    }

    #[test]
    fn a_body_of_another_kind_is_unreadable() {
        assert_eq!(read_fields("", b"[object ReadableStream]"), Err(Unreadable::NotProtobuf));
        assert_eq!(read_fields("", b"").unwrap().token, None);
    }

    proptest! {
        #[test]
        fn hostile_requests_never_panic(id in "[^/]{0,20}", body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_fields(&id, &body);
        }
    }
}

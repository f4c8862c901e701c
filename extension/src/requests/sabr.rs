//! The protobuf body of a media request with `sabr=1`.
//!
//! In SABR the player says what it has, and the server chooses what comes next.

use crate::requests::body::{Unreadable, decompress};
use crate::requests::fields::RequestFields;
use crate::requests::media_url;
use crate::requests::streamer_context::StreamerContext;
use potbridge_protocol::youtube::Address;
use prost::Message;

/// `VideoPlaybackAbrRequest`, as far as it tells of the token.
#[derive(Message)]
#[prost(skip_debug)]
struct Request {
    #[prost(message, optional, tag = "19")]
    streamer_context: Option<StreamerContext>,
}

/// Reads the body. The playback stands in the address, and so does the client if the body does not name it.
///
/// # Errors
/// [`Unreadable`] if it is no such body.
pub(crate) fn read(address: &Address<'_>, body: &[u8]) -> Result<RequestFields, Unreadable> {
    let request = Request::decode(&*decompress(body)?).map_err(|_| Unreadable::NotProtobuf)?;
    Ok(request.streamer_context.unwrap_or_default().fields(media_url::without_token(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::body::MAX_BODY_BYTES;
    use crate::requests::fields;
    use crate::requests::streamer_context::tests::streamer_context;
    use crate::test_data::{length_delimited, token, token_bytes, varint_field};
    use potbridge_protocol::NotAToken;
    use proptest::prelude::*;

    const URL: &str = "https://rr1---sn-a.googlevideo.com/videoplayback?sabr=1&cpn=G3iep-t_Rs_pkoUQ&c=WEB";

    fn read_fields(body: &[u8]) -> Result<RequestFields, Unreadable> {
        read(&Address::of_request(URL).unwrap(), body)
    }

    fn body(token: &[u8]) -> Vec<u8> {
        let state = [varint_field(16, 1080), varint_field(28, 0), length_delimited(38, b"x")].concat();
        [
            length_delimited(1, &state),
            length_delimited(2, &varint_field(1, 251)),
            length_delimited(5, &[0xa5; 700]),
            length_delimited(19, &streamer_context(2, b"2.20260911.01.00", token)),
            length_delimited(1000, &[0; 9]),
        ]
        .concat()
    }

    #[test]
    fn the_address_names_the_playback_and_the_body_the_rest() {
        assert_eq!(
            read_fields(&body(&token_bytes(88))),
            Ok(RequestFields {
                token: Some(Ok(token(88))),
                client: fields::client(Some("MWEB"), Some("2.20260911.01.00")),
                cpn: fields::cpn(Some("G3iep-t_Rs_pkoUQ")),
                ..RequestFields::default()
            })
        );
    }

    #[test]
    fn a_body_without_a_token_names_the_playback() {
        for body in [body(b""), length_delimited(5, b"x"), Vec::new()] {
            let found = read_fields(&body).unwrap();
            assert_eq!((found.token, found.cpn), (None, fields::cpn(Some("G3iep-t_Rs_pkoUQ"))));
        }
    }

    #[test]
    fn raw_bytes_may_be_a_cold_start_token_or_unknown() {
        let placeholder = [0x22, 8, 0x4e, 0x6b, 0x4f, 0x6a, 0x27, 0x5b, 0x93, 0xaa];
        assert_eq!(read_fields(&body(&placeholder)).unwrap().token, Some(Err(NotAToken::ColdStartToken)));
        assert_eq!(read_fields(&body(b"\x00\x01")).unwrap().token, Some(Err(NotAToken::OtherBytes)));
        let cut = &token_bytes(88)[..40];
        assert!(matches!(read_fields(&body(cut)).unwrap().token, Some(Err(NotAToken::CutShort { .. }))));
    }

    #[test]
    fn a_body_of_another_kind_is_unreadable() {
        let whole = body(&token_bytes(88));
        for body in [b"[object ReadableStream]".as_slice(), b"{}", &whole[..whole.len() - 1], &[0xff; 30]] {
            assert_eq!(read_fields(body), Err(Unreadable::NotProtobuf));
        }
        assert_eq!(read_fields(&vec![0; MAX_BODY_BYTES + 1]), Err(Unreadable::TooLarge));
    }

    #[test]
    fn nested_groups_never_overflow_the_stack() {
        assert_eq!(read_fields(&[0x0b; 1 << 20]), Err(Unreadable::NotProtobuf));
    }

    #[test]
    fn a_token_behind_a_megabyte_of_state_is_found() {
        let large = [length_delimited(5, &vec![7; 1 << 20]), body(&token_bytes(88))].concat();
        assert_eq!(read_fields(&large).unwrap().token, Some(Ok(token(88))));
    }

    proptest! {
        #[test]
        fn hostile_bodies_never_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_fields(&body);
        }

        #[test]
        fn a_body_changed_anywhere_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut body = body(&token_bytes(88));
            let at = at.index(body.len());
            body[at] = byte;
            let _ = read_fields(&body);
        }
    }
}

//! The protobuf body of a media request with `sabr=1`.
//!
//! In SABR the player says what it has, and the server chooses what comes next.

use crate::requests::body::{Unreadable, decompress};
use crate::requests::fields::RequestFields;
use crate::requests::media_url;
use crate::requests::streamer_context::StreamerContext;
use potbridge_protocol::youtube::MediaAddress;
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
pub(crate) fn read(address: &MediaAddress<'_>, body: &[u8]) -> Result<RequestFields, Unreadable> {
    let bytes = decompress(body)?;
    let request = Request::decode(&*bytes).map_err(|_| Unreadable::protobuf(&bytes))?;
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
    use potbridge_protocol::youtube::Address;
    use proptest::prelude::*;

    const URL: &str = "https://rr1---sn-a.googlevideo.com/videoplayback?sabr=1&cpn=G3iep-t_Rs_pkoUQ&c=WEB";

    fn read_fields(body: &[u8]) -> Result<RequestFields, Unreadable> {
        read(&MediaAddress::new(Address::of_request(URL).unwrap()), body)
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
        let cold_start = [0x22, 8, 0x4e, 0x6b, 0x4f, 0x6a, 0x27, 0x5b, 0x93, 0xaa];
        assert_eq!(read_fields(&body(&cold_start)).unwrap().token, Some(Err(NotAToken::ColdStartToken)));
        assert_eq!(read_fields(&body(b"\x00\x01")).unwrap().token, Some(Err(NotAToken::OtherBytes)));
        let cut = &token_bytes(88)[..40];
        assert!(matches!(read_fields(&body(cut)).unwrap().token, Some(Err(NotAToken::CutShort { .. }))));
    }

    #[test]
    fn a_message_that_comes_twice_is_one_whose_later_fields_win() {
        let context =
            |version: &[u8], token: &[u8]| length_delimited(19, &streamer_context(1, version, token));
        let client_alone = length_delimited(1, &length_delimited(17, b"2.3"));
        let without_token = length_delimited(19, &client_alone);
        let without_client = length_delimited(19, &length_delimited(2, &token_bytes(89)));
        for (twice, payload, version) in [
            ([context(b"2.1", &token_bytes(88)), context(b"2.2", &token_bytes(89))], 89, "2.2"),
            ([context(b"2.1", &token_bytes(88)), without_client.clone()], 89, "2.1"),
            ([context(b"2.1", &token_bytes(88)), without_token.clone()], 88, "2.3"),
            ([without_token, context(b"2.1", &token_bytes(88))], 88, "2.1"),
        ] {
            let found = read_fields(&twice.concat()).unwrap();
            assert_eq!(found.token, Some(Ok(token(payload))));
            assert_eq!(found.client, fields::client(Some("WEB"), Some(version)));
        }
    }

    #[test]
    fn a_token_behind_other_fields_is_found() {
        // Fields in no order, one whose tag has three bytes, and groups, which protobuf has given up.
        let group = [&[0x0b][..], &varint_field(1, 5), &[0x0c]].concat();
        let odd = [
            varint_field(24, 7),
            length_delimited(2_000_000, b"later"),
            group,
            length_delimited(
                19,
                &[length_delimited(1000, b"x"), length_delimited(2, &token_bytes(88))].concat(),
            ),
            length_delimited(5, b"x"),
        ];
        assert_eq!(read_fields(&odd.concat()).unwrap().token, Some(Ok(token(88))));
    }

    #[test]
    fn the_small_bodies_of_a_television_have_no_token_and_are_no_oddity() {
        let body =
            [length_delimited(1, &[0x28, 1]), length_delimited(19, b""), length_delimited(16, b"fr-FR")];
        assert_eq!(read_fields(&body.concat()).unwrap().token, None);
    }

    #[test]
    fn an_unreadable_body_names_its_encoding() {
        let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58];
        assert_eq!(read_fields(&zstd), Err(Unreadable::Zstd));
        assert_eq!(read_fields(&[0x78, 0x9c, 0xff, 0xff]), Err(Unreadable::Zlib));
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

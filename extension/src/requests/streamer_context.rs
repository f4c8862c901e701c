//! The protobuf message in which bodies to the media servers carry the token.
//!
//! Its field numbers, and those of the requests around it, are LuanRT/googlevideo's (`protos/video_streaming`).

use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::PoToken;
use prost::Message;

/// `StreamerContext`.
// The derived `Debug` would show the token.
#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct StreamerContext {
    /// A [`ClientInfo`]. It is decoded for itself: if it is malformed, the token is kept. If it comes several times, all of
    /// them are one message.
    #[prost(bytes = "vec", repeated, tag = "1")]
    client_info: Vec<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    po_token: Option<Vec<u8>>,
}

/// `StreamerContext.ClientInfo`.
#[derive(Message)]
struct ClientInfo {
    #[prost(int32, optional, tag = "16")]
    client_name: Option<i32>,
    #[prost(string, optional, tag = "17")]
    client_version: Option<String>,
}

impl StreamerContext {
    /// Its fields. What it lacks comes from the request's address.
    pub(crate) fn fields(self, from_url: RequestFields) -> RequestFields {
        let client = ClientInfo::decode(self.client_info.concat().as_slice())
            .ok()
            .and_then(|info| fields::client(name(info.client_name?), info.client_version.as_deref()));
        RequestFields {
            token: self.po_token.and_then(|bytes| fields::token(PoToken::from_bytes(&bytes))),
            client: client.or(from_url.client),
            ..from_url
        }
    }
}

/// The name of a client by its number in InnerTube's enum `ClientName`. Only clients that run in browsers are listed.
fn name(number: i32) -> Option<&'static str> {
    match number {
        1 => Some("WEB"),
        2 => Some("MWEB"),
        7 => Some("TVHTML5"),
        56 => Some("WEB_EMBEDDED_PLAYER"),
        62 => Some("WEB_CREATOR"),
        67 => Some("WEB_REMIX"),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::test_data::{length_delimited, token_bytes, varint_field};

    /// The bytes of a streamer context of this client with this token.
    pub(crate) fn streamer_context(client: u64, version: &[u8], token: &[u8]) -> Vec<u8> {
        let info =
            [length_delimited(12, b"Firefox"), varint_field(16, client), length_delimited(17, version)];
        [length_delimited(1, &info.concat()), length_delimited(2, token), length_delimited(6, b"else")]
            .concat()
    }

    fn read_fields(bytes: &[u8]) -> RequestFields {
        StreamerContext::decode(bytes).unwrap().fields(RequestFields::default())
    }

    #[test]
    fn a_clients_number_becomes_its_name() {
        for (number, name) in [
            (1, "WEB"),
            (2, "MWEB"),
            (7, "TVHTML5"),
            (56, "WEB_EMBEDDED_PLAYER"),
            (62, "WEB_CREATOR"),
            (67, "WEB_REMIX"),
        ] {
            let found = read_fields(&streamer_context(number, b"2.20260911.01.00", &token_bytes(83)));
            assert_eq!(found.client, fields::client(Some(name), Some("2.20260911.01.00")));
        }
    }

    #[test]
    fn without_a_known_client_the_addresss_counts() {
        let odd = [length_delimited(16, b"WEB"), varint_field(17, 5)].concat();
        for bytes in [
            streamer_context(3, b"1", &token_bytes(83)),
            streamer_context(u64::MAX, b"1", &token_bytes(83)),
            streamer_context(1, b"\xff", &token_bytes(83)),
            [length_delimited(1, &odd), length_delimited(2, &token_bytes(83))].concat(),
            [length_delimited(1, b"\xff"), length_delimited(2, &token_bytes(83))].concat(),
        ] {
            let from_url =
                || RequestFields { client: fields::client(Some("WEB"), None), ..RequestFields::default() };
            assert_eq!(read_fields(&bytes).client, None);
            let found = StreamerContext::decode(bytes.as_slice()).unwrap().fields(from_url());
            assert!(found.token.is_some_and(|token| token.is_ok()));
            assert_eq!(found.client, from_url().client);
        }
    }
}

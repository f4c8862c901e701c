//! The address of a captions request. It names both token and video.

use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::PoToken;
use potbridge_protocol::youtube::Address;

/// The path of such a request.
pub(crate) const PATH: &str = "/api/timedtext";

/// Reads the address.
pub(crate) fn read(address: &Address<'_>) -> RequestFields {
    RequestFields {
        token: address.query_field("pot").and_then(|text| fields::token(PoToken::new(text))),
        client: fields::client(address.query_field("c"), address.query_field("cver")),
        video_id: fields::video_id(address.query_field("v")),
        ..RequestFields::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::token;
    use proptest::prelude::*;

    fn read_fields(query: &str) -> RequestFields {
        read(&Address::of_request(&format!("https://www.youtube.com/api/timedtext?{query}")).unwrap())
    }

    #[test]
    fn the_address_names_token_client_and_video() {
        let token = token(89);
        let pot = token.expose().replace('=', "%3D");
        assert_eq!(
            read_fields(&format!(
                "v=_160oMzblY8&ei=x&potc=1&pot={pot}&fmt=json3&c=WEB&cver=2.20251124.01.00"
            )),
            RequestFields {
                token: Some(Ok(token)),
                client: fields::client(Some("WEB"), Some("2.20251124.01.00")),
                video_id: fields::video_id(Some("_160oMzblY8")),
                ..RequestFields::default()
            }
        );
    }

    #[test]
    fn captions_without_a_token_carry_none() {
        assert_eq!(read_fields("v=_160oMzblY8&potc=1").token, None);
        assert_eq!(read_fields("v=_160oMzblY8&pot=").token, None);
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(query in "(pot=|v=)?.{0,80}") {
            if let Some(address) = Address::of_request(&format!("https://www.youtube.com/api/timedtext?{query}")) {
                let _ = read(&address);
            }
        }
    }
}

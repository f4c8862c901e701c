//! The address of a media request: `/videoplayback`, with its fields in the query or in the path.
//!
//! The video is not among the fields: `id=o-…` is opaque.

use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::youtube::{Address, is_media_host};
use potbridge_protocol::{Cpn, PoToken};

const PATH: &str = "/videoplayback";

/// Whether this is the path of a media request.
pub(crate) fn is_path(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the request's body is SABR, the protocol in which the server chooses the media.
pub(crate) fn is_sabr(address: &Address<'_>) -> bool {
    field(address, "sabr") == Some("1")
}

/// What a media request's address says of its place in a playback.
#[derive(Clone, Copy)]
pub(crate) struct MediaRequest<'a> {
    /// The playback as it is written.
    pub(crate) cpn: Option<&'a str>,
    /// Whether its body is SABR.
    pub(crate) sabr: bool,
    /// Its number: the player counts the requests of a playback up.
    pub(crate) rn: Option<u64>,
}

impl<'a> MediaRequest<'a> {
    /// `None` if this is not the address of a media request.
    pub(crate) fn parse(url: &'a str) -> Option<Self> {
        let address = Address::of_request(url).filter(is_media)?;
        Some(Self {
            cpn: field(&address, "cpn"),
            sabr: is_sabr(&address),
            rn: field(&address, COUNTING).and_then(|number| number.parse().ok()),
        })
    }
}

/// The fields that tell playbacks and tokens apart.
///
/// If a request has the same values as an earlier one, its address says nothing new.
pub(crate) const APART: [&str; 2] = ["cpn", "pot"];

/// The field that counts a playback's requests up.
pub(crate) const COUNTING: &str = "rn";

fn is_media(address: &Address<'_>) -> bool {
    is_media_host(address.host) && is_path(address.path)
}

/// Reads the address of a media request.
pub(crate) fn read(address: &Address<'_>) -> RequestFields {
    RequestFields {
        token: field(address, "pot").and_then(|text| fields::token(PoToken::new(text))),
        ..without_token(address)
    }
}

/// All fields but the token.
pub(crate) fn without_token(address: &Address<'_>) -> RequestFields {
    RequestFields {
        client: fields::client(field(address, "c"), field(address, "cver")),
        cpn: cpn(address),
        ..RequestFields::default()
    }
}

/// The playback.
pub(crate) fn cpn(address: &Address<'_>) -> Option<Cpn> {
    fields::cpn(field(address, "cpn"))
}

fn field<'a>(address: &Address<'a>, name: &str) -> Option<&'a str> {
    address.query_field(name).or_else(|| address.path_field(PATH, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::token;
    use potbridge_protocol::NotAToken;
    use proptest::prelude::*;

    fn read_fields(rest: &str) -> RequestFields {
        read(&Address::of_request(&format!("https://rr1---sn-a.googlevideo.com{rest}")).unwrap())
    }

    fn whole() -> RequestFields {
        RequestFields {
            token: Some(Ok(token(91))),
            client: fields::client(Some("WEB_REMIX"), Some("1.20260817.03.00")),
            cpn: fields::cpn(Some("G3iep-t_Rs_pkoUQ")),
            ..RequestFields::default()
        }
    }

    #[test]
    fn a_token_in_the_query_may_be_padded_in_any_way() {
        let token = token(91);
        let padded = token.expose();
        for pot in [padded.to_owned(), padded.replace('=', "%3D"), padded.trim_end_matches('=').to_owned()] {
            let rest = format!(
                "/videoplayback?id=o-AG20l09&c=WEB_REMIX&pot={pot}&cver=1.20260817.03.00&cpn=G3iep-t_Rs_pkoUQ"
            );
            assert_eq!(read_fields(&rest), whole());
        }
    }

    #[test]
    fn fields_may_stand_in_the_path() {
        let token = token(91);
        let rest = format!(
            "/videoplayback/id/o-AG20l09/cpn/G3iep-t_Rs_pkoUQ/pot/{}/c/WEB_REMIX/cver/1.20260817.03.00",
            token.expose().replace('=', "%3D")
        );
        assert_eq!(read_fields(&rest), whole());
    }

    #[test]
    fn fields_may_stand_in_path_and_query() {
        let token = token(91);
        let rest = format!(
            "/videoplayback/pot/{}?c=WEB_REMIX&cver=1.20260817.03.00&cpn=G3iep-t_Rs_pkoUQ",
            token.expose()
        );
        assert_eq!(read_fields(&rest), whole());
    }

    #[test]
    fn what_is_no_token_is_told() {
        assert_eq!(read_fields("/videoplayback?c=WEB").token, None);
        assert_eq!(read_fields("/videoplayback?c=WEB&pot=").token, None);
        assert_eq!(
            read_fields("/videoplayback?pot=IghOa09qJ1uTqg==").token,
            Some(Err(NotAToken::ColdStartToken))
        );
        assert_eq!(read_fields("/videoplayback?pot=a%20b").token, Some(Err(NotAToken::NotBase64Url)));
    }

    #[test]
    fn only_whole_segments_match_the_path() {
        assert!(is_path("/videoplayback") && is_path("/videoplayback/") && is_path("/videoplayback/id/1"));
        assert!(!is_path("/videoplaybacks") && !is_path("/x/videoplayback") && !is_path("/"));
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(rest in "[a-z/?&=%é]{0,40}(pot[=/])?.{0,40}") {
            let url = format!("https://a.googlevideo.com/videoplayback{rest}");
            if let Some(address) = Address::of_request(&url) {
                let _ = (read(&address), is_sabr(&address));
            }
        }
    }
}

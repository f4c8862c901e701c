//! The address of a media request: `/videoplayback`, or that of a manifest, with its fields in the query or in the path.
//!
//! Most name no video: `id=o-…` is opaque.

use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::youtube::{Address, MediaAddress, is_media_host};
use potbridge_protocol::{Cpn, PoToken};

/// What the path of a media request begins with.
pub(crate) const PATH: &str = "/videoplayback";

/// Whether the request's body is SABR, the protocol in which the server chooses the media.
pub(crate) fn is_sabr(address: &MediaAddress<'_>) -> bool {
    address.field("sabr") == Some("1")
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
        let address = Address::of_request(url).filter(|address| is_media_host(address.host))?;
        let address = MediaAddress::new(address);
        (address.start() == PATH).then(|| Self {
            cpn: address.field("cpn"),
            sabr: is_sabr(&address),
            rn: address.field(COUNTING).and_then(|number| number.parse().ok()),
        })
    }
}

/// The fields that tell playbacks and tokens apart.
///
/// If a request has the same values as an earlier one, its address says nothing new.
pub(crate) const APART: [&str; 2] = ["cpn", "pot"];

/// The field that counts a playback's requests up.
pub(crate) const COUNTING: &str = "rn";

/// Reads the address of a media request.
pub(crate) fn read(address: &MediaAddress<'_>) -> RequestFields {
    RequestFields {
        token: address.field("pot").and_then(|text| fields::token(PoToken::new(text))),
        ..without_token(address)
    }
}

/// All fields but the token.
pub(crate) fn without_token(address: &MediaAddress<'_>) -> RequestFields {
    RequestFields {
        client: fields::client(address.field("c"), address.field("cver")),
        video_id: address.video_id(),
        cpn: cpn(address),
        ..RequestFields::default()
    }
}

/// The playback.
fn cpn(address: &MediaAddress<'_>) -> Option<Cpn> {
    fields::cpn(address.field("cpn"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::token;
    use potbridge_protocol::NotAToken;
    use proptest::prelude::*;

    fn read_fields(rest: &str) -> RequestFields {
        read(&address(&format!("https://rr1---sn-a.googlevideo.com{rest}")).unwrap())
    }

    fn address(url: &str) -> Option<MediaAddress<'_>> {
        Address::of_request(url).map(MediaAddress::new)
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
        let is_media = |rest| MediaRequest::parse(&format!("https://a.googlevideo.com{rest}")).is_some();
        for rest in ["/videoplayback", "/videoplayback/", "/videoplayback/id/1", "/videoplayback?a=1"] {
            assert!(is_media(rest), "{rest}");
        }
        for rest in ["/videoplaybacks", "/x/videoplayback", "/", "/api/manifest/videoplayback/id/1"] {
            assert!(!is_media(rest), "{rest}");
        }
    }

    #[test]
    fn a_requests_place_in_its_playback_stands_in_query_or_path() {
        for rest in
            ["?expire=1&sabr=1&rn=12&cpn=G3iep-t_Rs_pkoUQ&c=WEB", "/sabr/1/rn/12/cpn/G3iep-t_Rs_pkoUQ/c/WEB"]
        {
            let url = format!("https://a.c.youtube.com/videoplayback{rest}");
            let media = MediaRequest::parse(&url).unwrap();
            assert_eq!((media.cpn, media.sabr, media.rn), (Some("G3iep-t_Rs_pkoUQ"), true, Some(12)));
        }
        let bare = MediaRequest::parse("https://a.googlevideo.com/videoplayback?rn=-1&sabr=0").unwrap();
        assert_eq!((bare.cpn, bare.sabr, bare.rn), (None, false, None));
    }

    #[test]
    fn a_live_stream_names_its_video() {
        for rest in [
            "/videoplayback?id=jfKfPfyJRdk.2&source=yt_live_broadcast",
            "/videoplayback/id/jfKfPfyJRdk.2/source/yt_live_broadcast/file/seg.ts",
            "/api/manifest/hls_playlist/expire/1/id/jfKfPfyJRdk.2/pot/x/file/index.m3u8",
        ] {
            assert_eq!(read_fields(rest).video_id, fields::video_id(Some("jfKfPfyJRdk")), "{rest}");
        }
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(rest in "[a-z/?&=%é]{0,40}(pot[=/])?.{0,40}") {
            let url = format!("https://a.googlevideo.com/videoplayback{rest}");
            if let Some(address) = address(&url) {
                let _ = (read(&address), is_sabr(&address));
            }
            let _ = MediaRequest::parse(&url);
        }
    }
}

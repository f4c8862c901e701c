//! The address of the player's reports on a playback.
//!
//! A report carries no token. It says which video a `cpn` plays.

use crate::requests::fields::{self, RequestFields};
use potbridge_protocol::youtube::Address;

/// The paths of such reports.
pub(crate) const PATHS: [&str; 4] =
    ["/api/stats/playback", "/api/stats/qoe", "/api/stats/watchtime", "/api/stats/delayplay"];

/// Reads the address.
pub(crate) fn read(address: &Address<'_>) -> RequestFields {
    RequestFields {
        video_id: fields::video_id(address.query_field("docid")),
        cpn: fields::cpn(address.query_field("cpn")),
        ..RequestFields::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_fields(query: &str) -> RequestFields {
        read(&Address::of_request(&format!("https://www.youtube.com/api/stats/qoe?{query}")).unwrap())
    }

    #[test]
    fn the_address_names_playback_and_video() {
        let found = read_fields("fmt=399&cpn=G3iep-t_Rs_pkoUQ&el=detailpage&docid=FcRzAdI8R9U&ns=yt&pot=x");
        let (video_id, cpn) = (fields::video_id(Some("FcRzAdI8R9U")), fields::cpn(Some("G3iep-t_Rs_pkoUQ")));
        assert_eq!(found, RequestFields { video_id, cpn, ..RequestFields::default() });
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(query in "(docid=|cpn=)?.{0,80}") {
            if let Some(address) = Address::of_request(&format!("https://www.youtube.com/api/stats/qoe?{query}")) {
                let _ = read(&address);
            }
        }
    }
}

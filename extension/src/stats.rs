//! The address of the player's reports on a playback. They carry no token: they say which video a `cpn` plays.

use crate::address::Address;
use crate::said::{self, Said};

/// The paths of such reports.
pub(crate) const PATHS: [&str; 4] =
    ["/api/stats/playback", "/api/stats/qoe", "/api/stats/watchtime", "/api/stats/delayplay"];

/// Reads the address.
pub(crate) fn read(address: &Address<'_>) -> Said {
    Said {
        video_id: said::video_id(address.query_field("docid")),
        cpn: said::cpn(address.query_field("cpn")),
        ..Said::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(query: &str) -> Said {
        read(&Address::new(&format!("https://www.youtube.com/api/stats/qoe?{query}")).unwrap())
    }

    #[test]
    fn the_address_says_which_video_a_playback_plays() {
        let said = said("fmt=399&cpn=G3iep-t_Rs_pkoUQ&el=detailpage&docid=FcRzAdI8R9U&ns=yt&pot=x");
        let (video_id, cpn) = (said::video_id(Some("FcRzAdI8R9U")), said::cpn(Some("G3iep-t_Rs_pkoUQ")));
        assert_eq!(said, Said { video_id, cpn, ..Said::default() });
    }

    proptest! {
        #[test]
        fn hostile_addresses_never_panic(query in "(docid=|cpn=)?.{0,80}") {
            if let Some(address) = Address::new(&format!("https://www.youtube.com/api/stats/qoe?{query}")) {
                let _ = read(&address);
            }
        }
    }
}

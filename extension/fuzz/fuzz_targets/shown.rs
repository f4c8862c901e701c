//! What a content script says that its page is and shows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension::{Changes, Journal, PageFacts};
use potbridge_protocol::{Certainty, Cpn, Session};

fuzz_target!(|json: &str| {
    let _ = PageFacts::parse(json);
    let mut journal = Journal::default();
    let cpn = Cpn::new("G3iep-t_Rs_pkoUQ").expect("it is a cpn");
    assert!(journal.hear_media("12/0", cpn, &Session::default(), 1_764_810_177_000));
    let mut changes = Changes::default();
    journal.page_shows("12/0", json, 1_764_810_177_000, &mut changes);
    for entry in &changes.entries {
        let playing = entry.playing.as_ref().expect("a page names playbacks and no more");
        assert_eq!((playing.cpn.as_str(), playing.certainty), ("G3iep-t_Rs_pkoUQ", Certainty::Probable));
    }
    assert!(changes.entries.len() <= 1);
});

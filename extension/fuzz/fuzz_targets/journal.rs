//! Entries that a browser stored, and what comes after them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension::{Changes, Journal};
use potbridge_extension_fuzz::observed;

fuzz_target!(|entries: &str| {
    let mut journal = Journal::default();
    for entry in entries.lines() {
        journal.recall(entry);
    }
    let report =
        observed("https://www.youtube.com/api/stats/qoe?docid=FcRzAdI8R9U&cpn=G3iep-t_Rs_pkoUQ", b"");
    let mut changes = Changes::default();
    if let Some(playing) = report.playing {
        journal.add_playing(playing, &mut changes);
    }
    assert_eq!(changes.entries.len(), 1);
});

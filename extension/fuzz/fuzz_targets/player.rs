//! JSON bodies of player requests, plain and gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|body: &[u8]| {
    for path in ["player", "get_watch", "reel/reel_item_watch"] {
        observed(&format!("https://www.youtube.com/youtubei/v1/{path}?prettyPrint=false"), body);
    }
});

//! Whole addresses: of captions, of reports on a playback, of manifests, and of anything else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|rest: &str| {
    observed(rest, b"");
    observed(&format!("https://manifest.googlevideo.com/api/manifest/{rest}"), b"");
    for path in ["timedtext", "stats/playback", "stats/qoe", "stats/watchtime", "stats/delayplay"] {
        observed(&format!("https://www.youtube.com/api/{path}?{rest}"), b"");
    }
});

//! All of a media request's address behind its path's first segment, without a body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|rest: &str| {
    observed(&format!("https://rr1---sn-a.googlevideo.com/videoplayback{rest}"), b"");
});

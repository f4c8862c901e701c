//! The address of a media request, from the second segment of its path on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|rest: &str| {
    observed(&format!("https://rr1---sn-a.googlevideo.com/videoplayback{rest}"), b"");
});

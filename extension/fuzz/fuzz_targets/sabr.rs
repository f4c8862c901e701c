//! Protobuf bodies of media requests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|body: &[u8]| {
    observed(
        "https://rr1---sn-a.googlevideo.com/videoplayback?sabr=1&c=WEB&cpn=G3iep-t_Rs_pkoUQ&cver=2.20260911.01.00",
        body,
    );
});

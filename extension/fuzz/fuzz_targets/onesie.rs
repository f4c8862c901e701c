//! Protobuf bodies of `/initplayback`. The first 16 bytes are the `id` of its address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension_fuzz::observed;

fuzz_target!(|data: &[u8]| {
    let (id, body) = data.split_at_checked(16).unwrap_or((b"750c38c3d5a05dc4", data));
    let id = String::from_utf8_lossy(id);
    observed(&format!("https://rr1---sn-a.googlevideo.com/initplayback?source=youtube&id={id}&c=WEB"), body);
});

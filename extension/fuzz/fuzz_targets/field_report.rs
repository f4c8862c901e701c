//! Requests of any kind in a report of shapes. The first line is the rest of the address, what follows is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_extension::{FieldReport, PageFacts};

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let rest = String::from_utf8_lossy(&data[..end]);
    let body = data.get(end + 1..).unwrap_or_default();
    let mut report = FieldReport::default();
    report.switch(true);
    for start in [
        "www.youtube.com/youtubei/v1/player?",
        "a.googlevideo.com/videoplayback?sabr=1&",
        "a.c.youtube.com/initplayback/",
    ] {
        report.add(&format!("https://{start}{rest}"), "POST", body, &PageFacts::default());
    }
    let text = report.text();
    // Whatever is longer than any word of a report is a value.
    let long = rest.split(['&', '=', '/', '?', '#']).filter(|part| part.len() > 64);
    assert!(long.into_iter().all(|value| !text.contains(value)));
});

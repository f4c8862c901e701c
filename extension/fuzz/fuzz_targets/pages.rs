//! The addresses of pages: with every start of one, and as they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use potbridge_protocol::youtube::{Page, watch_page};

fuzz_target!(|rest: &str| {
    for start in
        ["", "https://", "https://www.youtube.com/", "youtu.be/", "https://music.youtube.com/watch?v="]
    {
        let Ok(page) = Page::parse(&format!("{start}{rest}")) else { continue };
        assert!(page.video_id.is_some() || page.list_id.is_some());
        if let Some(video) = &page.video_id {
            // An id needs no address around it.
            let shown = Page::parse(&watch_page(video, page.music)).map(|page| page.video_id);
            let is_word = matches!(video.as_str(), "videoseries" | "live_stream");
            assert!(is_word || shown == Ok(page.video_id));
        }
    }
});

//! What a watch page holds of its video.

use potbridge_stand_in::{DownloadRules, Scenario, StandIn};

use crate::client::{Way, exchange};

fn watch_page(stand_in: &StandIn, video_id: &str) -> String {
    let request = format!(
        "GET /watch?v={video_id} HTTP/1.1\r\nHost: www.youtube.com\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n"
    );
    let answer = exchange(stand_in, Way::Direct, "www.youtube.com", request.as_bytes());
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_page_says_why_its_video_does_not_play() {
    let scenario = Scenario::named("unplayable").unwrap();
    let ids: Vec<String> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let stand_in = StandIn::start(scenario).unwrap();
    let expected = [
        "\"status\":\"OK\"",
        "\"reason\":\"Private video\"",
        "\"reason\":\"Sign in to confirm your age\"",
        "\"reason\":\"Sign in to confirm you’re not a bot\"",
        "members-only content",
    ];
    for (id, words) in ids.iter().zip(expected) {
        let page = watch_page(&stand_in, id);
        assert!(page.contains(words), "{words} is not in: {page}");
    }
    assert!(watch_page(&stand_in, "AAAAAAAAAAA").contains("\"reason\":\"Video unavailable\""));

    stand_in.set_rules(DownloadRules::default());
    let page = watch_page(&stand_in, &ids[1]);
    assert!(page.contains("\"status\":\"OK\""), "{page}");
}

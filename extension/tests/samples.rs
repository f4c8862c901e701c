//! Requests in the shapes that were seen in the wild. Their tokens are random.
//!
//! Each line of `samples.jsonl` is one request: where its shape is from, its address, its body if it has one, and what
//! it says. That is a capture and a playing with the keys of docs/PROTOCOL.md, and a miss by its name.

use potbridge_extension::{Miss, Observation, PageFacts, RequestMetadata, observe};
use potbridge_protocol::Session;
use serde_json::{Value, json};

#[test]
fn every_sample_says_what_its_line_says() {
    let lines: Vec<_> = include_str!("samples.jsonl").lines().collect();
    assert_eq!(lines.len(), 15);
    let metadata = RequestMetadata {
        session: Session::default(),
        facts: PageFacts::default(),
        page_hooked: false,
        time: 0,
    };
    for line in lines {
        let sample: Value = serde_json::from_str(line).unwrap();
        let body = sample.get("body").map(Value::to_string).unwrap_or_default();
        let observed = observe(sample["url"].as_str().unwrap(), body.as_bytes(), &metadata);
        assert_eq!(words(&observed), sample["says"], "{}", sample["note"]);
    }
}

fn words(observed: &Observation) -> Value {
    let mut words = json!({});
    if let Some(capture) = &observed.capture {
        words["capture"] = json!(capture);
    }
    if let Some(playing) = &observed.playing {
        words["playing"] = json!(playing);
    }
    if let Some(miss) = &observed.miss {
        words["miss"] = json!(Miss::as_str(miss));
    }
    words
}

use super::{capture, store, within};
use crate::store::tidy::MAX_ROWS;
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{ShortText, VideoId};

fn request(client: &str, video: &str) -> TokenRequest {
    TokenRequest {
        video_id: VideoId::new(video).ok(),
        client: ShortText::new(client).unwrap(),
        bypass_cache: true,
        ..TokenRequest::default()
    }
}

#[test]
fn what_was_given_is_known_of_the_same_asker_and_video_alone() {
    let mut store = store();
    let token = capture(1, "dQw4w9WgXcQ", 0).token;
    let get = request("get", "dQw4w9WgXcQ");
    store.note_given(&TokenRequest { bypass_cache: false, ..get.clone() }, &token).unwrap();
    assert!(!store.was_given(&get, &token).unwrap(), "it did not ask for another one");
    for _ in 0..2 {
        store.note_given(&get, &token).unwrap();
    }
    assert!(store.was_given(&get, &token).unwrap());
    for (client, video, seed) in
        [("serve", "dQw4w9WgXcQ", 1), ("get", "aaaaaaaaaaa", 1), ("get", "dQw4w9WgXcQ", 2)]
    {
        assert!(!store.was_given(&request(client, video), &capture(seed, video, 0).token).unwrap());
    }
    store.clear().unwrap();
    assert!(!store.was_given(&get, &token).unwrap());
}

#[test]
fn no_more_is_kept_of_what_was_given_than_fits_and_only_digests() {
    let store = store();
    let token = capture(1, "dQw4w9WgXcQ", 0).token;
    for number in 0..MAX_ROWS + 5 {
        store.note_given(&request(&format!("client{number}"), "dQw4w9WgXcQ"), &token).unwrap();
    }
    let rows: Vec<String> = within(&store, |database| {
        database.prepare("SELECT digest FROM given")?.query_map([], |row| row.get(0))?.collect()
    });
    assert_eq!(rows.len(), usize::try_from(MAX_ROWS).unwrap());
    assert!(rows.iter().all(|row| row.len() == 64 && row.bytes().all(|byte| byte.is_ascii_hexdigit())));
}

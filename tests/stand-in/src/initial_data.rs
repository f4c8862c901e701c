use serde_json::{Value, json};

use crate::player_response::{CHANNEL, CHANNEL_ID};
use crate::scenario::Video;

/// What a watch page says beside its player, as far as a downloader reads it.
///
/// `panel` is that of the playlist that the page's address names.
pub(crate) fn of_watch_page(video: &Video, panel: Option<Value>) -> Value {
    let title = json!({ "runs": [{ "text": video.title }] });
    let mut data = json!({
        "contents": { "twoColumnWatchNextResults": { "results": { "results": { "contents": [
            { "videoPrimaryInfoRenderer": { "title": title } },
            { "videoSecondaryInfoRenderer": { "owner": { "videoOwnerRenderer": {
                "title": { "runs": [{ "text": CHANNEL, "navigationEndpoint": { "browseEndpoint": { "browseId": CHANNEL_ID } } }] },
            } } } },
        ] } } } },
        "currentVideoEndpoint": { "watchEndpoint": { "videoId": video.id } },
    });
    if let Some(panel) = panel {
        data["contents"]["twoColumnWatchNextResults"]["playlist"] = json!({ "playlist": panel });
    }
    data
}

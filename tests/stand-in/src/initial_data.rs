use serde_json::{Value, json};

use crate::player_response::{CHANNEL, CHANNEL_ID};
use crate::scenario::Video;

/// What a watch page says beside its player, as far as a downloader reads it.
pub(crate) fn of_watch_page(video: &Video) -> Value {
    let title = json!({ "runs": [{ "text": video.title }] });
    json!({
        "contents": { "twoColumnWatchNextResults": { "results": { "results": { "contents": [
            { "videoPrimaryInfoRenderer": { "title": title } },
            { "videoSecondaryInfoRenderer": { "owner": { "videoOwnerRenderer": {
                "title": { "runs": [{ "text": CHANNEL, "navigationEndpoint": { "browseEndpoint": { "browseId": CHANNEL_ID } } }] },
            } } } },
        ] } } } },
        "currentVideoEndpoint": { "watchEndpoint": { "videoId": video.id } },
    })
}

/// What a playlist's page says: all videos, in order.
pub(crate) fn of_playlist_page(playlist_id: &str, videos: &[Video]) -> Value {
    let entries: Vec<Value> = videos.iter().zip(1..).map(|(video, place)| entry(video, place)).collect();
    let list = json!({ "playlistVideoListRenderer": {
        "contents": entries,
        "playlistId": playlist_id,
        "isEditable": false,
    } });
    json!({
        "contents": { "twoColumnBrowseResultsRenderer": { "tabs": [{ "tabRenderer": {
            "selected": true,
            "content": { "sectionListRenderer": { "contents": [
                { "itemSectionRenderer": { "contents": [list] } },
            ] } },
        } }] } },
        "metadata": { "playlistMetadataRenderer": { "title": "All videos of the stand-in", "description": "" } },
    })
}

fn entry(video: &Video, place: u32) -> Value {
    let runs = |text: &str| json!({ "runs": [{ "text": text }] });
    let clock = format!("{}:{:02}", video.seconds / 60, video.seconds % 60);
    json!({ "playlistVideoRenderer": {
        "videoId": video.id,
        "title": runs(&video.title),
        "index": { "simpleText": place.to_string() },
        "shortBylineText": { "runs": [{
            "text": CHANNEL,
            "navigationEndpoint": { "browseEndpoint": { "browseId": CHANNEL_ID } },
        }] },
        "lengthText": { "simpleText": clock },
        "lengthSeconds": video.seconds.to_string(),
        "isPlayable": true,
    } })
}

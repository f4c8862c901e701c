//! What pages and `InnerTube` say of playlists, as far as a downloader reads it.

use base64::prelude::{BASE64_URL_SAFE, Engine};
use serde_json::{Value, json};

use crate::app_state::AppState;
use crate::player_response::{CHANNEL, CHANNEL_ID};
use crate::playlists::{HiddenList, ListEntry, Playlist, is_mix};

/// The `params` of a request for a playlist's page with what is dead (yt-dlp 2026.10.26, `_tab.py`).
const DEAD_TOO: &str = "wgYCCAA=";

/// The number of entries in the panel of a watch page.
const PANEL: usize = 25;

/// The beginning of an album's id on the music site.
const ALBUM: &str = "MPREb_";

/// The beginning of the id of an album's playlist. The rest is the album's here.
const ALBUM_LIST: &str = "OLAK5uy_";

/// What `browse` answers. None for an id that names neither a playlist nor an album.
///
/// A playlist is asked for by `VL` and its id.
pub(crate) fn browsed(app: &AppState, browse_id: &str, params: Option<&str>) -> Option<Value> {
    if let Some(album) = browse_id.strip_prefix(ALBUM) {
        let url = format!("https://music.youtube.com/playlist?list={ALBUM_LIST}{album}");
        return Some(json!({
            "contents": { "singleColumnBrowseResultsRenderer": { "tabs": [] } },
            "microformat": { "microformatDataRenderer": { "urlCanonical": url } },
        }));
    }
    Some(page(app, browse_id.strip_prefix("VL")?, params == Some(DEAD_TOO)))
}

/// What `browse` answers if somebody scrolls. None for a token that was not issued.
pub(crate) fn scrolled(app: &AppState, token: &str) -> Option<Value> {
    let (list_id, first, dead_too) = of_token(token)?;
    let items = items(app, &list_id, first, dead_too);
    Some(json!({
        "onResponseReceivedActions": [{ "appendContinuationItemsAction": { "continuationItems": items } }],
    }))
}

/// What a playlist's page says. What is dead is hidden, unless it is asked for.
pub(crate) fn page(app: &AppState, list_id: &str, dead_too: bool) -> Value {
    let playlist = playlist(app, list_id);
    let hidden = playlist.hidden.or_else(|| is_mix(list_id).then_some(HiddenList::Unviewable));
    if let Some(hidden) = hidden {
        return json!({ "alerts": [{ "alertRenderer": {
            "type": "ERROR",
            "text": { "runs": [{ "text": hidden.message() }] },
        } }] });
    }
    let list = json!({ "playlistVideoListRenderer": {
        "contents": items(app, list_id, 0, dead_too),
        "playlistId": list_id,
        "isEditable": false,
    } });
    let mut page = json!({
        "contents": { "twoColumnBrowseResultsRenderer": { "tabs": [{ "tabRenderer": {
            "selected": true,
            "content": { "sectionListRenderer": { "contents": [
                { "itemSectionRenderer": { "contents": [list] } },
            ] } },
        } }] } },
        "metadata": { "playlistMetadataRenderer": { "title": "All videos of the stand-in", "description": "" } },
    });
    if !dead_too && !playlist.entries.iter().all(ListEntry::is_alive) {
        page["alerts"] = json!([{ "alertWithButtonRenderer": {
            "type": "INFO",
            "text": { "simpleText": "Unavailable videos are hidden" },
        } }]);
    }
    page
}

/// The panel of a watch page whose address names a playlist: the entries from one on.
pub(crate) fn panel(app: &AppState, list_id: &str, video_id: &str, first: Option<usize>) -> Value {
    let playlist = playlist(app, list_id);
    let shown = playlist.entries.iter().filter(|entry| entry.is_alive());
    let here = || if is_mix(list_id) { shown.clone().position(|entry| entry.id() == video_id) } else { None };
    let window = playlist.window(first.or_else(here).unwrap_or_default(), PANEL, false);
    let entries: Vec<Value> = window
        .into_iter()
        .map(|(place, entry)| {
            let watch = json!({
                "videoId": entry.id(), "playlistId": list_id, "index": place, "params": "OAE%3D",
            });
            let mut panel = renderer(app, place, entry);
            panel["navigationEndpoint"] = json!({ "watchEndpoint": watch });
            json!({ "playlistPanelVideoRenderer": panel })
        })
        .collect();
    let mut panel = json!({
        "title": "All videos of the stand-in",
        "playlistId": list_id,
        "contents": entries,
        "isInfinite": playlist.endless,
    });
    if !is_mix(list_id) {
        let url = format!("/playlist?list={list_id}");
        panel["endpoint"] = json!({ "commandMetadata": { "webCommandMetadata": { "url": url } } });
    }
    panel
}

fn playlist(app: &AppState, list_id: &str) -> Playlist {
    app.playlists.find(list_id).unwrap_or_else(|| {
        let all = Playlist::of(app.scenario.videos.iter().map(|video| video.id.as_str()));
        Playlist { endless: is_mix(list_id), ..all }
    })
}

/// The entries of a page, and what asks for the next one.
fn items(app: &AppState, list_id: &str, first: usize, dead_too: bool) -> Vec<Value> {
    let playlist = playlist(app, list_id);
    let entry = |(place, entry)| json!({ "playlistVideoRenderer": renderer(app, place, entry) });
    let mut items: Vec<Value> =
        playlist.window(first, playlist.page, dead_too).into_iter().map(entry).collect();
    let next = first + playlist.page;
    if !playlist.window(next, 1, dead_too).is_empty() {
        let token = token(list_id, next, dead_too);
        items.push(json!({ "continuationItemRenderer": {
            "trigger": "CONTINUATION_TRIGGER_ON_ITEM_SHOWN",
            "continuationEndpoint": { "continuationCommand": { "token": token, "request": "CONTINUATION_REQUEST_TYPE_BROWSE" } },
        } }));
    }
    items
}

/// An entry. What is dead has neither an owner nor a length.
fn renderer(app: &AppState, place: usize, entry: &ListEntry) -> Value {
    let runs = |text: &str| json!({ "runs": [{ "text": text }] });
    let index = json!({ "simpleText": (place + 1).to_string() });
    let title = match entry {
        ListEntry::Private(_) => Some("[Private video]"),
        ListEntry::Deleted(_) => Some("[Deleted video]"),
        ListEntry::Video(_) => None,
    };
    if let Some(title) = title {
        return json!({ "videoId": entry.id(), "title": runs(title), "index": index, "isPlayable": false });
    }
    let video = app.video(entry.id());
    let (title, seconds) =
        video.map_or(("A video elsewhere".to_owned(), 100), |video| (video.title, video.seconds));
    json!({
        "videoId": entry.id(),
        "title": runs(&title),
        "index": index,
        "shortBylineText": { "runs": [{
            "text": CHANNEL,
            "navigationEndpoint": { "browseEndpoint": { "browseId": CHANNEL_ID } },
        }] },
        "lengthText": { "simpleText": format!("{}:{:02}", seconds / 60, seconds % 60) },
        "lengthSeconds": seconds.to_string(),
        "isPlayable": true,
    })
}

/// The token that asks for more of a list, which is opaque to others.
fn token(list_id: &str, first: usize, dead_too: bool) -> String {
    BASE64_URL_SAFE.encode(format!("{list_id} {first} {dead_too}"))
}

fn of_token(token: &str) -> Option<(String, usize, bool)> {
    let text = String::from_utf8(BASE64_URL_SAFE.decode(token).ok()?).ok()?;
    let mut parts = text.split(' ');
    Some((parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

//! `streamingData`: the formats of a video, and where they are.

use serde_json::{Value, json};

use crate::audio_track::AudioTrack;
use crate::download_rules::DownloadRules;
use crate::format::{FORMATS, Format};
use crate::hls;
use crate::issued_urls::IssuedUrl;
use crate::obstacle::Obstacle;
use crate::player_client::Offer;
use crate::player_response::GOOD_FOR;

/// What a player is told of a video's media.
pub(crate) struct StreamingData<'a> {
    pub(crate) seconds: u32,
    pub(crate) rules: &'a DownloadRules,
    pub(crate) obstacle: Option<Obstacle>,
    /// The `id` parameter of media URLs and what it stands for, if the client gets any
    pub(crate) url: Option<(&'a str, &'a IssuedUrl)>,
    /// Seconds since 1970
    pub(crate) now: u64,
}

impl StreamingData<'_> {
    pub(crate) fn json(&self) -> Value {
        let live = self.obstacle == Some(Obstacle::Live);
        let segments = live || self.rules.hls;
        let mut data = json!({ "expiresInSeconds": GOOD_FOR.to_string() });
        let sabr_only = self.obstacle == Some(Obstacle::SabrOnly);
        let urls = self.url.filter(|(_, url)| !sabr_only && url.offer != Offer::Sabr);
        match (urls, self.url) {
            (Some((id, _)), _) if segments => data["hlsManifestUrl"] = hls::manifest_url(id, live).into(),
            (Some(_), _) => data["formats"] = self.entries(true, urls).into(),
            (None, Some((id, url))) => data["serverAbrStreamingUrl"] = sabr_url(id, url, self.now).into(),
            (None, None) => {}
        }
        if live || urls.is_none() || !self.rules.hls {
            data["adaptiveFormats"] = self.entries(false, urls).into();
        }
        if self.obstacle == Some(Obstacle::Drm) {
            data["licenseInfos"] = json!([{ "drmFamily": "WIDEVINE", "url": "https://www.youtube.com/youtubei/v1/player/get_drm_license" }]);
        }
        data
    }

    /// The entries of the formats that are one file of sound and picture, or of the others.
    fn entries(&self, whole: bool, urls: Option<(&str, &IssuedUrl)>) -> Vec<Value> {
        let offered =
            |format: &&Format| format.is_whole() == whole && self.rules.formats.contains(&format.itag);
        let tracks = |format: &'static Format| {
            let tracks = self.rules.audio_tracks.iter().filter(|_| format.picture.is_none()).map(Some);
            let unnamed = (format.picture.is_some() || self.rules.audio_tracks.is_empty()).then_some(None);
            tracks.chain(unnamed).map(move |track| (format, track))
        };
        let formats = FORMATS.iter().filter(offered).flat_map(tracks);
        formats.map(|(format, track)| self.entry(format, track, urls)).collect()
    }

    fn entry(&self, format: &Format, track: Option<&AudioTrack>, urls: Option<(&str, &IssuedUrl)>) -> Value {
        let mut entry = format.entry(self.seconds, self.rules.media_bytes);
        if let Some((id, url)) = urls {
            entry["url"] = media_url(id, url, format, track, self.now).into();
        }
        if let Some(track) = track {
            entry["audioTrack"] = json!({
                "displayName": track.name(),
                "id": track.id(),
                "audioIsDefault": track.default,
            });
        }
        if matches!(self.obstacle, Some(Obstacle::Live | Obstacle::PostLive)) {
            entry["targetDurationSec"] = 5.into();
            entry["maxDvrDurationSec"] = 14_400.into();
        }
        if self.obstacle == Some(Obstacle::Drm) {
            entry["drmFamilies"] = json!(["WIDEVINE", "PLAYREADY"]);
        }
        entry
    }
}

/// Where SABR's requests go. Pages' players make their own.
fn sabr_url(id: &str, url: &IssuedUrl, now: u64) -> String {
    let expire = now + GOOD_FOR;
    let client = url.client;
    format!(
        "https://rr1---sn-standin.googlevideo.com/videoplayback?expire={expire}&ip=203.0.113.7&id={id}&source=youtube&requiressl=yes&c={client}&sabr=1&sig=AJfQdSswRQIhAN"
    )
}

fn media_url(id: &str, url: &IssuedUrl, format: &Format, track: Option<&AudioTrack>, now: u64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("expire", (now + GOOD_FOR).to_string().as_str()),
        ("ip", "203.0.113.7"),
        ("id", id),
        ("itag", &format.itag.to_string()),
        ("source", "youtube"),
        ("requiressl", "yes"),
    ]);
    if let Some(track) = track {
        query.append_pair("xtags", &track.xtags());
    }
    query.extend_pairs([
        ("mime", format.mime_type),
        ("c", url.client),
        ("sparams", "expire,ip,id,itag,source,requiressl,xtags,mime"),
        ("sig", "AJfQdSswRQIhAN"),
    ]);
    if let Some(n) = url.n {
        query.append_pair("n", n);
    }
    format!("https://rr{}---sn-standin.googlevideo.com/videoplayback?{}", format.itag % 4 + 1, query.finish())
}

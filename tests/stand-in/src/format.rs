use serde_json::{Value, json};

/// One of YouTube's formats.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) itag: u32,
    pub(crate) mime_type: &'static str,
    pub(crate) codecs: &'static str,
    pub(crate) picture: Option<Picture>,
    pub(crate) sound: bool,
    /// Its size in percent of the largest format's
    percent: u64,
}

/// A picture's size and names. All have [`Picture::FPS`].
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    label: &'static str,
    quality: &'static str,
}

impl Picture {
    /// Pictures a second
    pub(crate) const FPS: u32 = 10;
}

const P360: Picture = Picture { width: 640, height: 360, label: "360p", quality: "medium" };
const P720: Picture = Picture { width: 1280, height: 720, label: "720p", quality: "hd720" };
const P1080: Picture = Picture { width: 1920, height: 1080, label: "1080p", quality: "hd1080" };

/// All formats of a video: sound and picture in one, picture alone, sound alone.
pub(crate) const FORMATS: [Format; 6] = [
    Format {
        itag: 18,
        mime_type: "video/mp4",
        codecs: "avc1.42001E, mp4a.40.2",
        picture: Some(P360),
        sound: true,
        percent: 40,
    },
    picture(137, "avc1.640028", P1080, 100),
    picture(136, "avc1.4d401f", P720, 50),
    picture(134, "avc1.4d401e", P360, 25),
    Format {
        itag: 140,
        mime_type: "audio/mp4",
        codecs: "mp4a.40.2",
        picture: None,
        sound: true,
        percent: 20,
    },
    Format { itag: 251, mime_type: "audio/webm", codecs: "opus", picture: None, sound: true, percent: 15 },
];

const fn picture(itag: u32, codecs: &'static str, picture: Picture, percent: u64) -> Format {
    Format { itag, mime_type: "video/mp4", codecs, picture: Some(picture), sound: false, percent }
}

impl Format {
    /// The formats of a video whose rules say nothing else.
    pub(crate) const USUAL: [u32; 5] = [18, 137, 136, 134, 140];

    /// The format of this number.
    pub(crate) fn of(itag: u32) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.itag == itag)
    }

    /// Its size in bytes, by the size of the largest format.
    pub(crate) fn bytes(&self, largest: u64) -> u64 {
        largest * self.percent / 100
    }

    /// Whether its container is WebM, and not MPEG-4.
    pub(crate) fn is_webm(&self) -> bool {
        self.mime_type.ends_with("webm")
    }

    /// Whether sound and picture are in one file.
    pub(crate) fn is_whole(&self) -> bool {
        self.picture.is_some() && self.sound
    }

    /// Its entry in `streamingData`, without a URL.
    ///
    /// The length is the one that the page shows. yt-dlp takes a format that is much shorter for damaged.
    pub(crate) fn entry(&self, seconds: u32, largest: u64) -> Value {
        let bytes = self.bytes(largest);
        let mut entry = json!({
            "itag": self.itag,
            "mimeType": format!("{}; codecs=\"{}\"", self.mime_type, self.codecs),
            "bitrate": bytes * 8 / u64::from(seconds),
            "averageBitrate": bytes * 8 / u64::from(seconds),
            "lastModified": "1776783301223201",
            "contentLength": bytes.to_string(),
            "approxDurationMs": (u64::from(seconds) * 1000).to_string(),
            "projectionType": "RECTANGULAR",
            "quality": self.picture.as_ref().map_or("tiny", |picture| picture.quality),
            "qualityOrdinal": "QUALITY_ORDINAL_UNKNOWN",
        });
        if let Some(picture) = &self.picture {
            entry["width"] = picture.width.into();
            entry["height"] = picture.height.into();
            entry["fps"] = Picture::FPS.into();
            entry["qualityLabel"] = picture.label.into();
            entry["qualityOrdinal"] = format!("QUALITY_ORDINAL_{}", picture.label.to_uppercase()).into();
        }
        if self.sound {
            entry["audioQuality"] = "AUDIO_QUALITY_MEDIUM".into();
            entry["audioSampleRate"] = "44100".into();
            entry["audioChannels"] = 1.into();
        }
        entry
    }
}

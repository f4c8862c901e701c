//! Player requests and captures with random, worthless tokens.

use anyhow::Result;
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Context, PoToken, Session, ShortText, Source, VideoId, VisitorData,
};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const CLIENT: &str = "WEB";
const CLIENT_VERSION: &str = "2.20260911.01.00";
/// The payload length of most tokens that are bound to a video.
const PAYLOAD: usize = 83;

/// One player request.
#[derive(Clone)]
pub struct PlayerRequest {
    /// The token.
    pub token: PoToken,
    video_id: VideoId,
    visitor_data: VisitorData,
}

impl PlayerRequest {
    /// A request for a random video with a random token.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn random() -> Result<Self> {
        let mut bytes = vec![0x32, PAYLOAD as u8];
        bytes.extend(random::<PAYLOAD>()?);
        Ok(Self {
            token: PoToken::from_bytes(&bytes)?,
            video_id: VideoId::new(&letters(&random::<11>()?))?,
            visitor_data: VisitorData::new(&letters(&random::<43>()?))?,
        })
    }

    /// The body of `POST /youtubei/v1/player`, about 4 KB of JSON, as the player of a watch page sends it.
    #[must_use]
    pub fn body(&self) -> String {
        let watch = format!("https://www.youtube.com/watch?v={}", self.video_id);
        json!({
            "videoId": self.video_id,
            "context": {
                "client": {
                    "hl": "en", "gl": "US", "remoteHost": "203.0.113.7", "deviceMake": "", "deviceModel": "",
                    "visitorData": format!("{}%3D", self.visitor_data.as_str()),
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                                  Chrome/156.0.0.0 Safari/537.36,gzip(gfe)",
                    "clientName": CLIENT, "clientVersion": CLIENT_VERSION,
                    "osName": "X11", "osVersion": "", "originalUrl": watch, "platform": "DESKTOP",
                    "clientFormFactor": "UNKNOWN_FORM_FACTOR",
                    "configInfo": {
                        "appInstallData": letters(&spread(self.token.expose(), 900)),
                        "coldConfigData": letters(&spread(self.visitor_data.as_str(), 420)),
                        "coldHashData": "4217390847710381029", "hotHashData": "8840120391877123405",
                    },
                    "screenDensityFloat": 1, "screenPixelDensity": 1, "screenWidthPoints": 1920,
                    "screenHeightPoints": 963, "utcOffsetMinutes": 120, "timeZone": "Europe/Berlin",
                    "userInterfaceTheme": "USER_INTERFACE_THEME_LIGHT",
                    "browserName": "Chrome", "browserVersion": "156.0.0.0",
                    "acceptHeader": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                    "deviceExperimentId": letters(&spread(self.video_id.as_str(), 64)),
                    "rolloutToken": letters(&spread(self.visitor_data.as_str(), 48)),
                    "playerType": "UNIPLAYER", "clientScreen": "WATCH_FULL_SCREEN",
                },
                "user": { "lockedSafetyMode": false },
                "request": { "useSsl": true, "internalExperimentFlags": [], "consistencyTokenJars": [] },
                "clickTracking": { "clickTrackingParams": letters(&spread(self.video_id.as_str(), 130)) },
                "clientScreenNonce": letters(&spread(self.video_id.as_str(), 16)),
                "adSignalsInfo": { "params": ad_signals() },
            },
            "playbackContext": {
                "contentPlaybackContext": {
                    "html5Preference": "HTML5_PREF_WANTS", "lactMilliseconds": "19", "referer": watch,
                    "signatureTimestamp": 20702, "autonavState": "STATE_ON", "autoCaptionsDefaultOn": false,
                    "mdxContext": {}, "vis": 10, "currentUrl": format!("/watch?v={}", self.video_id),
                },
                "devicePlaybackCapabilities": { "supportsVp9Encoding": true, "supportXhr": true },
            },
            "cpn": letters(&spread(self.video_id.as_str(), 16)),
            "captionParams": {},
            "serviceIntegrityDimensions": { "poToken": self.token.expose() },
        })
        .to_string()
    }

    /// The capture that the extension makes of that body.
    ///
    /// # Errors
    /// If a name in this file is malformed.
    pub fn capture(&self) -> Result<Capture> {
        Ok(Capture {
            token: self.token.clone(),
            context: Context::Player,
            client: Some(Client::new(CLIENT, Some(CLIENT_VERSION))?),
            host: ShortText::new("www.youtube.com")?,
            source: Source::PlayerRequest,
            binding: Binding {
                video_id: Some(self.video_id.clone()),
                visitor_data: Some(self.visitor_data.clone()),
                certainty: Certainty::Certain,
                content_bound: Some(true),
            },
            cpn: None,
            foreign_client: false,
            page_hooked: false,
            session: Session {
                profile: ShortText::new("bench")?,
                container: None,
                private: false,
                logged_in: Some(false),
            },
            captured_at: u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?,
        })
    }
}

fn ad_signals() -> Value {
    let brdim = "0,0,0,0,1920,0,1920,1053,1920,963";
    [
        ("dt", "1795374000123"),
        ("flash", "0"),
        ("frm", "0"),
        ("u_tz", "120"),
        ("u_his", "7"),
        ("u_h", "1080"),
        ("u_w", "1920"),
        ("u_ah", "1053"),
        ("u_aw", "1920"),
        ("u_cd", "24"),
        ("bc", "31"),
        ("bih", "963"),
        ("biw", "1905"),
        ("brdim", brdim),
        ("vis", "1"),
        ("wgl", "true"),
        ("ca_type", "image"),
    ]
    .into_iter()
    .map(|(key, value)| json!({ "key": key, "value": value }))
    .collect()
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system has no random bytes: {error}"))?;
    Ok(bytes)
}

/// Incompressible bytes, made from a text.
fn spread(text: &str, length: usize) -> Vec<u8> {
    let mut state = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    std::iter::repeat_with(|| {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(length)
    .collect()
}

/// One base64url character for each byte.
fn letters(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_about_4_kb_and_its_own_token() {
        let (one, other) = (PlayerRequest::random().unwrap(), PlayerRequest::random().unwrap());
        assert!(one.token != other.token);
        let body = one.body();
        assert!((3700..4500).contains(&body.len()), "{}", body.len());
        let body: Value = serde_json::from_str(&body).unwrap();
        assert!(body["serviceIntegrityDimensions"]["poToken"] == one.token.expose());
    }
}

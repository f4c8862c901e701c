//! Requests to the player's hosts that a test makes up, each with a token of its own.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read as _;

/// A host of media.
const MEDIA: &str = "https://rr1---sn-standin.googlevideo.com";

/// The payload's length of a token that is bound to a video.
const PAYLOAD: u8 = 87;

/// A well-formed token for a video, in a playback; all of them random.
#[derive(Clone)]
pub struct Forged {
    /// Padded base64url.
    pub token: String,
    /// Eleven characters.
    pub video: String,
    /// The playback: 16 characters.
    pub cpn: String,
}

/// The kinds of requests that carry tokens.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// `POST /youtubei/v1/player`
    Player,
    /// `GET /api/timedtext`
    Captions,
    /// `GET /videoplayback`
    Media,
    /// `POST /videoplayback` with a protobuf body
    Sabr,
}

impl Forged {
    /// One more.
    ///
    /// # Panics
    /// If the machine has no random bytes.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 2 + PAYLOAD as usize];
        fill(&mut bytes);
        [bytes[0], bytes[1]] = [0x32, PAYLOAD];
        let (mut video, mut cpn) = ([0; 8], [0; 12]);
        fill(&mut video);
        fill(&mut cpn);
        Self {
            token: BASE64_URL_SAFE.encode(bytes),
            video: BASE64_URL_SAFE_NO_PAD.encode(video),
            cpn: BASE64_URL_SAFE_NO_PAD.encode(cpn),
        }
    }

    /// The request as the page's script takes it: `{"url", "text"?, "base64"?}`.
    #[must_use]
    pub fn request(&self, form: Form) -> Value {
        let Self { token, video, cpn } = self;
        let media = format!("{MEDIA}/videoplayback?expire=1900000000&id=o-x&c=WEB&cpn={cpn}&rn=1");
        match form {
            Form::Player => json!({
                "url": "https://www.youtube.com/youtubei/v1/player?prettyPrint=false",
                "text": self.player_body().to_string(),
            }),
            Form::Captions => json!({
                "url": format!("https://www.youtube.com/api/timedtext?v={video}&lang=en&fmt=json3&potc=1&pot={token}&c=WEB"),
            }),
            Form::Media => json!({ "url": format!("{media}&pot={token}") }),
            Form::Sabr => json!({
                "url": format!("{media}&sabr=1"),
                "base64": BASE64_STANDARD.encode(self.sabr_body()),
            }),
        }
    }

    /// A report that says that a playback plays this one's video.
    #[must_use]
    pub fn report_of(&self, cpn: &str) -> Value {
        let video = &self.video;
        json!({ "url": format!("https://www.youtube.com/api/stats/playback?ns=yt&cpn={cpn}&docid={video}&c=WEB") })
    }

    /// The same request after a redirect by another site.
    #[must_use]
    pub fn redirected(&self, form: Form) -> Value {
        let mut request = self.request(form);
        let to = escaped(request["url"].as_str().unwrap());
        request["url"] = json!(format!("https://elsewhere.example/redirect?to={to}"));
        request
    }

    /// A page of the player's own site, which sends the player request itself.
    #[must_use]
    pub fn in_sandboxed_player(&self) -> Value {
        let request = escaped(&self.request(Form::Player).to_string());
        json!({ "url": format!("https://www.youtube.com/s/stand-in/sandboxed-player#{request}") })
    }

    fn player_body(&self) -> Value {
        json!({
            "videoId": self.video,
            "context": { "client": { "clientName": "WEB", "clientVersion": "2.20260911.01.00", "hl": "en" } },
            "cpn": self.cpn,
            "serviceIntegrityDimensions": { "poToken": self.token },
        })
    }

    /// Field 19 (the streamer's context), field 2 (the token).
    fn sabr_body(&self) -> Vec<u8> {
        let token = BASE64_URL_SAFE.decode(&self.token).unwrap();
        let field = |tag: u8, bytes: &[u8]| {
            let length = u8::try_from(bytes.len()).unwrap();
            assert!(length < 128, "the length takes one byte");
            // Tag 19 takes two bytes.
            let key = u16::from(tag) << 3 | 2;
            let key =
                if key < 128 { vec![key as u8] } else { vec![(key & 127) as u8 | 128, (key >> 7) as u8] };
            [key, vec![length], bytes.to_vec()].concat()
        };
        field(19, &field(2, &token))
    }
}

fn fill(bytes: &mut [u8]) {
    File::open("/dev/urandom").unwrap().read_exact(bytes).unwrap();
}

/// Percent-encoded, all but letters and digits.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

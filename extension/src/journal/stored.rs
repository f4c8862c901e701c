//! An entry as the browser stored it, which is read back into the journal.

use super::token::{Playback, Token, digest, is_music, may_be_given};
use super::videos::Told;
use potbridge_protocol::{Certainty, Cpn, PoToken, ShortText, VideoId};
use serde_json::Value;

/// What a stored entry tells.
pub(super) enum Stored {
    Token(Token),
    Playing(Told),
}

impl Stored {
    /// Reads an entry, and gives its name beside it. `None` if it is not one of the journal's. A field of a wrong type is
    /// absent.
    pub(super) fn parse(entry: &str) -> Option<(String, Self)> {
        let entry = serde_json::from_slice::<Value>(entry.as_bytes()).ok()?;
        let id = entry["id"].as_str()?.to_owned();
        let (capture, info, playing) = (&entry["capture"], &entry["token"], &entry["playing"]);
        if capture.is_object() && info.is_object() {
            let token = PoToken::new(capture["token"].as_str()?).ok()?;
            let token = Token {
                id: id.clone(),
                digest: digest(&token),
                has_video_shape: token.has_video_shape(),
                cpn: cpn(capture),
                container: container(capture),
                private: is_private(capture),
                video_id: video_id(info),
                certainty: certainty(info).unwrap_or(Certainty::Guess),
                may_be_given: may_be_given(
                    capture["context"] == "player",
                    capture["binding"]["content_bound"].as_bool(),
                    &token,
                    capture["foreign_client"] == true,
                ),
                music: is_music(capture["host"].as_str().unwrap_or_default(), info["client"].as_str()),
                captured_at: info["captured_at"].as_u64().unwrap_or_default(),
            };
            return Some((id, Self::Token(token)));
        }
        let told = Told {
            id: id.clone(),
            playback: Playback {
                cpn: cpn(playing)?,
                container: container(playing),
                private: is_private(playing),
            },
            video_id: video_id(playing)?,
            certainty: certainty(playing).unwrap_or(Certainty::Certain),
            at: playing["at"].as_u64().unwrap_or_default(),
        };
        Some((id, Self::Playing(told)))
    }
}

fn certainty(fields: &Value) -> Option<Certainty> {
    fields["certainty"].as_str().map(Certainty::named)
}

fn cpn(fields: &Value) -> Option<Cpn> {
    Cpn::new(fields["cpn"].as_str()?).ok()
}

fn video_id(fields: &Value) -> Option<VideoId> {
    VideoId::new(fields["video_id"].as_str()?).ok()
}

fn container(fields: &Value) -> Option<ShortText> {
    ShortText::new(fields["session"]["container"].as_str()?).ok()
}

fn is_private(fields: &Value) -> bool {
    fields["session"]["private"] == true
}
